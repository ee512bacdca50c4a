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

  // All out of line: hundreds of call sites would otherwise each compile the variant's copying and destroying.
  Value();  // null
  Value(std::nullptr_t);
  Value(bool flag);
  Value(int number);
  Value(std::int64_t number);
  Value(std::size_t number);
  Value(const char* text);
  Value(std::string_view text);
  Value(std::string text);
  Value(Array array);
  Value(Object object);
  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(const Value& other);
  Value& operator=(Value&& other) noexcept;
  ~Value();

  static Value object(std::initializer_list<Member> members);
  static Value array();

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
