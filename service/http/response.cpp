#include "http/response.hpp"

#include <unistd.h>

#include <algorithm>
#include <strings.h>

#include "http/json.hpp"
#include "http/uri.hpp"

namespace kindling::http {

FileBody::~FileBody() { ::close(descriptor_); }

Response& Response::with(std::string name, std::string value) {
  headers.push_back({std::move(name), std::move(value)});
  return *this;
}

const std::string* Response::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key.size() == name.size() && ::strncasecmp(key.data(), name.data(), name.size()) == 0) return &value;
  }
  return nullptr;
}

namespace {

Response of_type(int status, const char* type, std::string body) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  response.with("Content-Type", type);
  return response;
}

}  // namespace

Response html(std::string page, int status) { return of_type(status, "text/html; charset=utf-8", std::move(page)); }
Response json_text(std::string serialised, int status) {
  return of_type(status, "application/json", std::move(serialised));
}
Response json(const Value& value, int status) { return json_text(to_json(value), status); }
Response text(std::string body, int status) { return of_type(status, "text/plain; charset=utf-8", std::move(body)); }

Response see_other(std::string location) {
  Response response;
  response.status = 303;
  response.with("Location", std::move(location));
  return response;
}

Response not_modified(std::string etag) {
  Response response;
  response.status = 304;
  response.with("ETag", std::move(etag));
  return response;
}

Response attachment(std::string bytes, std::string content_type, std::string_view filename) {
  std::string plain;
  for (const char c : filename) {
    const auto byte = static_cast<unsigned char>(c);
    plain += byte < 0x20 || byte >= 0x7F || c == '"' || c == '\\' || c == '/' ? '_' : c;
  }
  auto response = of_type(200, content_type.c_str(), std::move(bytes));
  response.with("Content-Disposition",
                "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + percent_encoded(filename));
  return response;
}

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kMalformed: return 400;
    case ErrorKind::kSignInRequired: return 401;
    case ErrorKind::kForbidden: return 403;
    case ErrorKind::kNotFound: return 404;
    case ErrorKind::kConflict: return 409;
    case ErrorKind::kStale: return 412;
    case ErrorKind::kTooLarge: return 413;
    case ErrorKind::kUnsupportedMedia: return 415;
    case ErrorKind::kInvalid: return 422;
    case ErrorKind::kPreconditionRequired: return 428;
    case ErrorKind::kTooManyRequests: return 429;
    case ErrorKind::kUnavailable: return 503;
  }
  return 500;
}

namespace {

const char* title_of(int status) {
  switch (status) {
    case 400: return "The request cannot be read";
    case 401: return "Sign-in is required";
    case 403: return "Not allowed";
    case 404: return "Not found";
    case 409: return "Not possible in this state";
    case 408: return "The request did not arrive in time";
    case 412: return "Changed meanwhile";
    case 413: return "Too large";
    case 415: return "This kind of content is not accepted";
    case 422: return "Some fields break a rule";
    case 428: return "A version is required";
    case 429: return "Too many requests";
    case 503: return "Not available at the moment";
    default: return "Something went wrong";
  }
}

}  // namespace

Response problem(const Error& error, const Request& request) {
  const int status = status_of(error.kind);
  auto body = Value::object({{"type", "about:blank"},
                             {"title", title_of(status)},
                             {"status", status},
                             {"detail", error.message},
                             {"code", error.code},
                             {"request_id", request.request_id}});
  if (!error.fields.empty()) {
    Value::Array fields;
    for (const auto& field : error.fields) {
      fields.push_back(
          Value::object({{"field", field.field}, {"code", field.code}, {"message", field.message}}));
    }
    body.set("errors", std::move(fields));
  }
  auto response = of_type(status, "application/problem+json", to_json(body));
  if (status == 503) response.with("Retry-After", "2");
  if (status == 429) response.with("Retry-After", "30");
  if (status == 401) response.with("WWW-Authenticate", "Bearer");
  return response;
}

Response problem(int status, std::string_view detail) {
  return of_type(status, "application/problem+json",
                 to_json(Value::object({{"type", "about:blank"},
                                        {"title", title_of(status)},
                                        {"status", status},
                                        {"detail", std::string(detail)},
                                        {"code", "not_accepted"}})));
}

bool etag_matches(const Request& request, std::string_view etag) {
  const auto header = request.header("if-none-match");
  if (!header) return false;
  const auto weak = [](std::string_view tag) { return tag.starts_with("W/") ? tag.substr(2) : tag; };
  std::string_view rest = *header;
  while (!rest.empty()) {
    const auto end = rest.find(',');
    auto tag = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    while (tag.starts_with(' ')) tag.remove_prefix(1);
    while (tag.ends_with(' ')) tag.remove_suffix(1);
    if (tag == "*" || weak(tag) == weak(etag)) return true;
  }
  return false;
}

}  // namespace kindling::http
