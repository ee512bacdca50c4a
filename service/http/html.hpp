// Templates (mustache), escaped by default; html.cpp is the only file with the template library.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/value.hpp"

namespace kindling::http {

// All *.html below the folders given, by file name without ending; read and checked at construction, then read only.
// A template names a partial with {{> field}}. Throws std::runtime_error with the file's name where one is broken.
class Templates {
 public:
  explicit Templates(const std::vector<std::string>& folders);
  ~Templates();
  std::string render(std::string_view name, const Value& data) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A template that is no page, such as a letter's: its values come as they are, not escaped. Throws std::runtime_error with
// what is wrong with it.
std::string render_text(const std::string& text, const Value& data);

}  // namespace kindling::http
