// The table of routes: what is served, who may, how large a body may be, and how the API documents it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/actor.hpp"
#include "core/value.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace kindling::http {

using Handler = std::function<Response(const Request&)>;

// What the OpenAPI document says of a route; only for paths below /api/v1.
struct ApiDoc {
  std::string summary;
  std::string tag;                      // "grants", "organisations", ...
  std::string request_schema = {};      // a name in add_schema(), empty: no body
  std::string response_schema = {};     // a name in add_schema()
  bool list = false;                    // {"items":[schema], "next_cursor": string|null}; also as CSV
  std::vector<std::string> query = {};  // names of query parameters besides the usual ones
  int success_status = 200;
};

struct Route {
  Method method = Method::kGet;  // a kGet route answers HEAD too
  std::string pattern;           // "/grants/{id}/instalments"
  Action action = Action::kAdminister;
  Handler handler;
  ApiDoc doc = {};
  std::size_t body_bytes_max = 64 * 1024;
  std::size_t files_max = 0;     // in a multipart form (http/request.hpp); 0: a file is refused with 415
};

// Filled once at start, read only afterwards: safe to share between threads.
class Router {
 public:
  void add(Route route);
  void add_schema(std::string name, Value json_schema);

  // Pages of these origins may read /api/ (http/cors.hpp).
  void set_cors(std::vector<std::string> origins);

  // Runs before every route: finds the actor, checks the form token, authorizes. An answer ends the request.
  using Gate = std::function<std::optional<Response>(Request&, const Route&)>;
  void set_gate(Gate gate);
  // Turns an Error into a page for browsers (problem+json is used for /api and where none is set).
  using ErrorPage = std::function<Response(const Error&, const Request&)>;
  void set_error_page(ErrorPage page);

  const std::vector<Route>& routes() const { return routes_; }
  const std::vector<std::pair<std::string, Value>>& schemas() const { return schemas_; }
  // The exception of another room (the database) as an Error; nullopt: a broken world, 500.
  using ExceptionMapper = std::function<std::optional<Error>(std::exception_ptr)>;
  void set_exception_mapper(ExceptionMapper mapper);
  // Called once a request; `route` is nullptr where none matched.
  using AccessLog = std::function<void(const Request&, const Route* route, int status, std::int64_t duration_us)>;
  void set_access_log(AccessLog log);

  // The route of a path, still encoded: segment by segment, a fixed one before a parameter. Parameters are decoded once
  // into `path_params`; a broken escape matches nothing. nullptr: 404, or 405 where allowed_methods() has any.
  const Route* find(Method method, std::string_view path, Pairs& path_params) const;
  // Methods whose patterns match this path, for 405's Allow; empty: 404.
  std::vector<Method> allowed_methods(std::string_view path) const;

  // The one boundary: gate, handler, every exception of any type caught. Nothing internal is shown.
  Response run(const Route& route, Request& request) const;
  // Finds and runs, and answers 404, 405 with Allow, and OPTIONS: all that the server calls.
  Response answer(Request& request) const;
  Response error_response(const Error& error, const Request& request) const;

 private:
  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> segments_;  // of each route's pattern; a parameter is "{name}"
  std::map<std::size_t, std::vector<std::size_t>> by_length_;  // number of segments -> routes, best first
  std::vector<std::pair<std::string, Value>> schemas_;
  std::vector<std::string> cors_origins_;
  Gate gate_;
  ExceptionMapper exception_mapper_;
  AccessLog access_log_;
  ErrorPage error_page_;
};

}  // namespace kindling::http
