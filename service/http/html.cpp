#include "http/html.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include <kainjow/mustache.hpp>

namespace kindling::http {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;
using kainjow::mustache::partial;

struct ToData {
  data operator()(std::nullptr_t) const { return data(false); }
  data operator()(bool flag) const { return data(flag); }
  data operator()(std::int64_t number) const { return data(std::to_string(number)); }
  // An empty text is falsy, so that {{#help}} shows nothing around nothing.
  data operator()(const std::string& text) const { return text.empty() ? data(false) : data(text); }
  data operator()(const Value::Array& array) const {
    data list(data::type::list);
    for (const auto& element : array) list.push_back(std::visit(*this, element.data()));
    return list;
  }
  data operator()(const Value::Object& object) const {
    data members(data::type::object);
    for (const auto& [name, value] : object) members.set(name, std::visit(*this, value.data()));
    return members;
  }
};

// "{{> field}}" names the template "field"; data and partials share one space in the library, so partials get a
// prefix that no data has.
constexpr std::string_view kPartialPrefix = "template ";

std::string with_prefixed_partials(std::string text) {
  for (auto at = text.find("{{>"); at != std::string::npos; at = text.find("{{>", at)) {
    at += 3;
    const auto name = text.find_first_not_of(' ', at);
    text.replace(at, name - at, kPartialPrefix);
    at += kPartialPrefix.size();
  }
  return text;
}

std::string escaped(const std::string& text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace

struct Templates::Impl {
  std::map<std::string, std::string, std::less<>> texts;
};

Templates::Templates(const std::vector<std::string>& folders) : impl_(std::make_unique<Impl>()) {
  for (const auto& folder : folders) {
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
      if (file.path().extension() != ".html") continue;
      const auto name = file.path().stem().string();
      std::ifstream stream(file.path());
      std::ostringstream text;
      text << stream.rdbuf();
      if (!stream) throw std::runtime_error("cannot read the template " + file.path().string());
      if (!impl_->texts.emplace(name, with_prefixed_partials(text.str())).second) {
        throw std::runtime_error("two templates have the name " + name);
      }
      mustache probe(text.str());
      if (!probe.is_valid()) throw std::runtime_error(file.path().string() + ": " + probe.error_message());
    }
  }
}

Templates::~Templates() = default;

std::string Templates::render(std::string_view name, const Value& value) const {
  const auto found = impl_->texts.find(name);
  if (found == impl_->texts.end()) throw std::runtime_error("no template " + std::string(name));
  data root = std::visit(ToData{}, value.data());
  for (const auto& [partial_name, text] : impl_->texts) {
    root.set(std::string(kPartialPrefix) + partial_name, data(partial([&text = text] { return text; })));
  }
  // The library parses partials as it renders and keeps state in a template while it does, so each rendering has its
  // own; a page is parsed in well under a millisecond.
  mustache page(found->second);
  page.set_custom_escape(escaped);
  auto rendered = page.render(root);
  if (!page.error_message().empty()) throw std::runtime_error("template " + std::string(name) + ": " + page.error_message());
  return rendered;
}

std::string render_text(const std::string& text, const Value& value) {
  mustache letter(text);
  if (!letter.is_valid()) throw std::runtime_error(letter.error_message());
  letter.set_custom_escape([](const std::string& plain) { return plain; });
  return letter.render(std::visit(ToData{}, value.data()));
}

}  // namespace kindling::http
