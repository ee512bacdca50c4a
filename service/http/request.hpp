// A request as our routes see it: complete, decoded once, within limits.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/actor.hpp"
#include "core/result.hpp"

namespace kindling {
class Input;
}

namespace kindling::http {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };
std::string_view to_string(Method method);

struct Header {
  std::string name;  // lower-case in a request
  std::string value;
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Request {
  Method method = Method::kGet;
  std::string target;       // as received: path and query, still encoded
  std::string path;         // as received up to '?', still encoded
  Pairs path_params;        // decoded once, in the order of the pattern
  Pairs query;              // decoded once, repeated names kept
  std::vector<Header> headers;
  std::string body;
  std::string peer_address;  // without the port
  std::string request_id;    // 26 characters, ours or a well-formed X-Request-Id
  Actor actor;               // filled by the gate (identity)

  // First value of the header, by lower-case name.
  std::optional<std::string_view> header(std::string_view name) const;
  // The named part of the path; it exists because the route matched.
  const std::string& path_param(std::string_view name) const;
  // The named part as an id; 0 where it is not a positive number (no row has id 0, so it is simply not found).
  std::int64_t path_id(std::string_view name) const;
  std::optional<std::string_view> query_param(std::string_view name) const;
  bool query_flag(std::string_view name) const;  // "true" or "1"
  std::optional<std::string> cookie(std::string_view name) const;

  bool is_write() const { return method != Method::kGet && method != Method::kHead && method != Method::kOptions; }
  bool is_api() const { return path.starts_with("/api/"); }
};

// The body as fields, by its Content-Type: application/x-www-form-urlencoded, multipart/form-data (text parts) or
// application/json (flattened: {"lines":[{"amount":"1.00"}]} is the field "lines.0.amount").
// kMalformed with line and column for broken JSON, kUnsupportedMedia for anything else.
// The members "form_token" and "form_key" are of the frame, not of the form, and are left out.
Result<Input> read_input(const Request& request);

// One member of a form body by name ("form_token", "form_key"); nullopt where absent or the body is no form.
std::optional<std::string> form_field(const Request& request, std::string_view name);

}  // namespace kindling::http
