// Input: what somebody typed or sent, before any rule is applied. Form and JSON arrive in the same shape, so that one
// parse_* serves both, and a page can show again exactly what was typed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kindling {

class Input {
 public:
  enum class Type { kText, kNumber, kBoolean, kNull };  // how it arrived; a form has only kText
  struct Field {
    std::string path;  // "title", "lines.0.amount"
    std::string text;  // a boolean is "true" or "false", a null ""
    Type type = Type::kText;
  };

  Input() = default;
  // `strict`: a field that no rule asks for is an error (JSON); a form's extra fields are ignored.
  explicit Input(bool strict) : strict_(strict) {}

  void add(std::string path, std::string text, Type type = Type::kText);
  // Replaces or adds.
  void set(std::string_view path, std::string text);

  const Field* find(std::string_view path) const;
  // The text at the path, "" where absent: what a page shows again.
  std::string_view text(std::string_view path) const;
  // The keys directly below a prefix, in order of arrival: "lines" -> {"0", "1", "7"}.
  std::vector<std::string> keys_below(std::string_view prefix) const;

  const std::vector<Field>& fields() const { return fields_; }
  bool strict() const { return strict_; }

 private:
  std::size_t position(std::string_view path) const;  // fields_.size() where absent

  std::vector<Field> fields_;                 // in order of arrival
  std::vector<std::size_t> by_path_;          // indexes into fields_, sorted by path
  bool strict_ = false;
};

}  // namespace kindling
