// Value: the one tree from which JSON answers and pages are made. Routes see this, never the JSON library.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace kindling {

class Value {
 public:
  using Array = std::vector<Value>;
  using Member = std::pair<std::string, Value>;
  using Object = std::vector<Member>;  // in the order of insertion, which is the order of the answer

  Value() = default;  // null
  Value(std::nullptr_t) {}
  Value(bool flag) : data_(flag) {}
  Value(int number) : data_(static_cast<std::int64_t>(number)) {}
  Value(std::int64_t number) : data_(number) {}
  Value(std::size_t number) : data_(static_cast<std::int64_t>(number)) {}
  Value(const char* text) : data_(std::string(text)) {}
  Value(std::string_view text) : data_(std::string(text)) {}
  Value(std::string text) : data_(std::move(text)) {}
  Value(Array array) : data_(std::move(array)) {}
  Value(Object object) : data_(std::move(object)) {}

  static Value object(std::initializer_list<Member> members) { return Value(Object(members)); }
  static Value array() { return Value(Array{}); }

  // Appends a member; makes a null an object. The name must be new.
  Value& set(std::string name, Value value);
  // Appends an element; makes a null an array.
  Value& push(Value value);

  const Value* find(std::string_view name) const;  // nullptr where absent or not an object

  const std::variant<std::nullptr_t, bool, std::int64_t, std::string, Array, Object>& data() const { return data_; }
  bool is_null() const { return data_.index() == 0; }

 private:
  std::variant<std::nullptr_t, bool, std::int64_t, std::string, Array, Object> data_;
};

}  // namespace kindling
