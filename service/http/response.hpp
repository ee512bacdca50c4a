// A response as a route returns it; framing, HEAD and keep-alive are the server's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/value.hpp"
#include "http/request.hpp"

namespace kindling::http {

// An open file that is sent and then closed by its last owner.
class FileBody {
 public:
  FileBody(int descriptor, std::int64_t bytes) : descriptor_(descriptor), bytes_(bytes) {}
  ~FileBody();
  FileBody(const FileBody&) = delete;
  FileBody& operator=(const FileBody&) = delete;
  int descriptor() const { return descriptor_; }
  std::int64_t bytes() const { return bytes_; }

 private:
  int descriptor_;
  std::int64_t bytes_;
};

struct Response {
  int status = 200;
  std::vector<Header> headers;            // a value with CR, LF or NUL is refused by the server: 500, logged
  std::string body;
  std::shared_ptr<const FileBody> file;   // instead of body, for what is large

  Response& with(std::string name, std::string value);
  const std::string* header(std::string_view name) const;  // by any case
};

Response html(std::string page, int status = 200);
Response json(const Value& value, int status = 200);
Response json_text(std::string serialised, int status = 200);  // already serialised
Response text(std::string body, int status = 200);
Response see_other(std::string location);      // 303 after a form
Response not_modified(std::string etag);       // 304
// `filename` is shown to the user: quoted and encoded (RFC 6266), served as attachment.
Response attachment(std::string bytes, std::string content_type, std::string_view filename);

int status_of(ErrorKind kind);
// RFC 9457 application/problem+json: type, title, status, detail, code, request_id, errors[{field, code, message}].
// 503 and 429 carry Retry-After.
Response problem(const Error& error, const Request& request);
// The same for what is refused before any route sees it.
Response problem(int status, std::string_view detail);

// True where If-None-Match names this etag (weak comparison, lists, "*").
bool etag_matches(const Request& request, std::string_view etag);

}  // namespace kindling::http
