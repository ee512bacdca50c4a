// Request bodies as fields: url-encoded, multipart, JSON.
#include <algorithm>

#include "core/input.hpp"
#include "http/json.hpp"
#include "http/request.hpp"
#include "http/uri.hpp"

namespace kindling::http {
namespace {

constexpr std::size_t kFieldsMax = 20'000;
constexpr std::size_t kPartHeadMax = 4'096;

Error malformed(std::string code, std::string message) {
  return {ErrorKind::kMalformed, std::move(code), std::move(message), {}};
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return result;
}

std::string_view trimmed_spaces(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// The parameter of a header value, quoted or not: `name` in `form-data; name="title"`.
std::optional<std::string> parameter(std::string_view value, std::string_view name) {
  std::size_t at = value.find(';');
  while (at != std::string_view::npos) {
    value.remove_prefix(at + 1);
    const auto equals = value.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const auto key = lower(trimmed_spaces(value.substr(0, equals)));
    value = trimmed_spaces(value.substr(equals + 1));
    std::string found;
    if (value.starts_with('"')) {
      std::size_t i = 1;
      for (; i < value.size() && value[i] != '"'; ++i) {
        if (value[i] == '\\' && i + 1 < value.size() && (value[i + 1] == '"' || value[i + 1] == '\\')) ++i;
        found += value[i];
      }
      if (i >= value.size()) return std::nullopt;
      value.remove_prefix(i + 1);
    } else {
      found = std::string(trimmed_spaces(value.substr(0, value.find(';'))));
    }
    if (key == name) return found;
    at = value.find(';');
  }
  return std::nullopt;
}

std::string media_type(const Request& request) {
  const auto header = request.header("content-type").value_or("");
  return lower(trimmed_spaces(header.substr(0, header.find(';'))));
}

Result<Pairs> pairs_of_form(const Request& request) {
  auto pairs = parse_query(request.body);
  if (!pairs) return malformed("form_syntax", "The form cannot be read: it holds a broken %-escape or too many fields.");
  return *std::move(pairs);
}

// RFC 7578, text parts. A part with a file name is a file, which no form of ours takes yet.
Result<Pairs> pairs_of_multipart(const Request& request) {
  const auto broken = [] { return malformed("multipart_syntax", "The form cannot be read: its parts are broken."); };
  const auto boundary = parameter(request.header("content-type").value_or(""), "boundary");
  if (!boundary || boundary->empty() || boundary->size() > 70) return broken();
  const auto mark = "--" + *boundary;
  std::string_view body = request.body;
  if (!body.starts_with(mark)) return broken();
  body.remove_prefix(mark.size());
  Pairs pairs;
  while (!body.starts_with("--")) {
    if (!body.starts_with("\r\n") || pairs.size() == kFieldsMax) return broken();
    body.remove_prefix(2);
    const auto head_end = body.substr(0, kPartHeadMax).find("\r\n\r\n");
    if (head_end == std::string_view::npos) return broken();
    std::optional<std::string> name;
    std::string_view head = body.substr(0, head_end + 2);
    while (!head.empty()) {
      const auto line_end = head.find("\r\n");
      const auto line = head.substr(0, line_end);
      head.remove_prefix(line_end + 2);
      const auto colon = line.find(':');
      if (colon == std::string_view::npos) return broken();
      if (lower(line.substr(0, colon)) != "content-disposition") continue;
      name = parameter(line, "name");
      if (parameter(line, "filename")) {
        return Error{ErrorKind::kUnsupportedMedia, "file_not_expected", "This form takes no files.", {}};
      }
    }
    if (!name) return broken();
    body.remove_prefix(head_end + 4);
    const auto end = body.find("\r\n" + mark);
    if (end == std::string_view::npos) return broken();
    pairs.emplace_back(*std::move(name), std::string(body.substr(0, end)));
    body.remove_prefix(end + 2 + mark.size());
  }
  return pairs;
}

Result<Pairs> form_pairs(const Request& request) {
  const auto type = media_type(request);
  if (type == "application/x-www-form-urlencoded" || (type.empty() && request.body.empty())) {
    return pairs_of_form(request);
  }
  if (type == "multipart/form-data") return pairs_of_multipart(request);
  return Error{ErrorKind::kUnsupportedMedia, "content_type",
               request.is_api() ? "Send this as application/json." : "Send this as a form.", {}};
}

}  // namespace

Result<Input> read_input(const Request& request) {
  if (media_type(request) == "application/json") return input_from_json(request.body);
  auto pairs = form_pairs(request);
  if (!pairs) return std::move(pairs.error());
  Input input;
  for (auto& [name, value] : *pairs) {
    if (name == "form_token" || name == "form_key") continue;
    input.set(name, std::move(value));
  }
  return input;
}

std::optional<std::string> form_field(const Request& request, std::string_view name) {
  if (media_type(request) == "application/json") return std::nullopt;
  auto pairs = form_pairs(request);
  if (!pairs) return std::nullopt;
  for (auto& [key, value] : *pairs) {
    if (key == name) return std::move(value);
  }
  return std::nullopt;
}

}  // namespace kindling::http
