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
#include "http/body.hpp"

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

struct FormBody;

struct Request {
  Method method = Method::kGet;
  std::string target;       // as received: path and query, still encoded
  std::string path;         // as received up to '?', still encoded
  Pairs path_params;        // decoded once, in the order of the pattern
  Pairs query;              // decoded once, repeated names kept
  std::vector<Header> headers;
  Body body;
  std::string peer_address;  // without the port
  std::string request_id;    // 26 characters, ours or a well-formed X-Request-Id
  Actor actor;               // filled by the gate (identity)
  std::size_t files_max = 0; // of the route; filled by the router

  mutable std::shared_ptr<const FormBody> form;  // the body as form, read once at first need (http/form.cpp)

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

// The body as fields, by its Content-Type: application/x-www-form-urlencoded, multipart/form-data (text parts; files
// are left to uploaded_files) or application/json (flattened: {"lines":[{"amount":"1.00"}]} is the field
// "lines.0.amount"). kMalformed with line and column for broken JSON, kUnsupportedMedia for anything else, kTooLarge
// for fields of more than 2 MB together, whatever the route lets in as files.
// The members "form_token" and "form_key" are of the frame, not of the form, and are left out.
Result<Input> read_input(const Request& request);

// One member of a form body by name ("form_token", "form_key"); nullopt where absent or the body is no form.
std::optional<std::string> form_field(const Request& request, std::string_view name);

// How a handler gets uploaded files:
//   1. Its Route says how many and how large: .body_bytes_max = 10 * 1024 * 1024, .files_max = 1. Without files_max a
//      form with a file is refused (415), so that nobody uploads what nobody reads.
//   2. The page's form has enctype="multipart/form-data" and <input type="file" name="evidence">.
//   3. The handler calls uploaded_files(request) beside read_input(request), which has the other fields.
// An API client may send the same multipart form, or the bare bytes under a content type of their own (text/csv,
// application/pdf): then they are request.body, a string_view too.
// Nothing is copied: `bytes` are views into the body, which is in memory or a mapped file. They live as long as the
// request; what is kept longer is copied or written to the store.
struct UploadedFile {
  std::string field;         // the control's name, "evidence"
  std::string filename;      // as the client names it, without folders; valid UTF-8, at most 255 bytes; only to be shown
  std::string content_type;  // as the client claims, lower-case, without parameters, or ""; the bytes decide what it is
  std::string_view bytes;
};

// The files of a multipart form in order; a control in which no file was chosen is left out. Empty for any other
// content type. kMalformed, kUnsupportedMedia and kTooLarge as read_input; kInvalid with the
// control's name as field for too many files or a filename that is no UTF-8: read_input still has the other fields.
Result<std::vector<UploadedFile>> uploaded_files(const Request& request);

}  // namespace kindling::http
