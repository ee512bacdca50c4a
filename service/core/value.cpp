#include "core/value.hpp"

namespace kindling {

Value::Value() = default;
Value::Value(std::nullptr_t) {}
Value::Value(bool flag) : data_(flag) {}
Value::Value(int number) : data_(static_cast<std::int64_t>(number)) {}
Value::Value(std::int64_t number) : data_(number) {}
Value::Value(std::size_t number) : data_(static_cast<std::int64_t>(number)) {}
Value::Value(const char* text) : data_(std::string(text)) {}
Value::Value(std::string_view text) : data_(std::string(text)) {}
Value::Value(std::string text) : data_(std::move(text)) {}
Value::Value(Array array) : data_(std::move(array)) {}
Value::Value(Object object) : data_(std::move(object)) {}
Value::Value(const Value& other) = default;
Value::Value(Value&& other) noexcept = default;
Value& Value::operator=(const Value& other) = default;
Value& Value::operator=(Value&& other) noexcept = default;
Value::~Value() = default;

Value Value::object(std::initializer_list<Member> members) { return Value(Object(members)); }
Value Value::array() { return Value(Array{}); }

Value& Value::set(std::string name, Value value) {
  if (is_null()) data_ = Object{};
  std::get<Object>(data_).emplace_back(std::move(name), std::move(value));
  return *this;
}

Value& Value::push(Value value) {
  if (is_null()) data_ = Array{};
  std::get<Array>(data_).push_back(std::move(value));
  return *this;
}

const Value* Value::find(std::string_view name) const {
  const auto* object = std::get_if<Object>(&data_);
  if (object == nullptr) return nullptr;
  for (const auto& [key, value] : *object) {
    if (key == name) return &value;
  }
  return nullptr;
}

}  // namespace kindling
