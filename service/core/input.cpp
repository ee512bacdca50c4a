#include "core/input.hpp"

#include <algorithm>

namespace kindling {

void Input::add(std::string path, std::string text, Type type) {
  fields_.push_back({std::move(path), std::move(text), type});
  const auto at = std::lower_bound(by_path_.begin(), by_path_.end(), fields_.back().path,
                                   [this](std::size_t i, const std::string& p) { return fields_[i].path < p; });
  by_path_.insert(at, fields_.size() - 1);
}

void Input::set(std::string_view path, std::string text) {
  const auto at = position(path);
  if (at == fields_.size()) {
    add(std::string(path), std::move(text));
  } else {
    fields_[at].text = std::move(text);
    fields_[at].type = Type::kText;
  }
}

std::size_t Input::position(std::string_view path) const {
  const auto at = std::lower_bound(by_path_.begin(), by_path_.end(), path,
                                   [this](std::size_t i, std::string_view p) { return fields_[i].path < p; });
  return at != by_path_.end() && fields_[*at].path == path ? *at : fields_.size();
}

const Input::Field* Input::find(std::string_view path) const {
  const auto at = position(path);
  return at == fields_.size() ? nullptr : &fields_[at];
}

std::string_view Input::text(std::string_view path) const {
  const auto* field = find(path);
  return field == nullptr ? std::string_view{} : std::string_view{field->text};
}

std::vector<std::string> Input::keys_below(std::string_view prefix) const {
  std::vector<std::string> keys;
  for (const auto& field : fields_) {
    std::string_view path = field.path;
    if (!path.starts_with(prefix) || path.size() <= prefix.size() + 1 || path[prefix.size()] != '.') continue;
    path.remove_prefix(prefix.size() + 1);
    const auto key = path.substr(0, path.find('.'));
    if (keys.empty() || (keys.back() != key && std::find(keys.begin(), keys.end(), key) == keys.end())) {
      keys.emplace_back(key);
    }
  }
  return keys;
}

}  // namespace kindling
