#include "http/router.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "http/cors.hpp"
#include "http/uri.hpp"

namespace kindling::http {
namespace {

template <typename Visit>
void each_segment(std::string_view path, Visit visit) {
  path.remove_prefix(path.starts_with('/') ? 1 : 0);
  while (true) {
    const auto end = path.find('/');
    visit(path.substr(0, end));
    if (end == std::string_view::npos) return;
    path.remove_prefix(end + 1);
  }
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }
std::string_view parameter_name(std::string_view segment) { return segment.substr(1, segment.size() - 2); }

// Both have the same number of segments.
bool matches(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_parameter(pattern[i]) ? path[i].empty() : pattern[i] != path[i]) return false;
  }
  return true;
}

// A pattern with a fixed segment where the other has a parameter comes first: "/grants/new" before "/grants/{id}".
bool more_fixed(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (is_parameter(a[i]) != is_parameter(b[i])) return !is_parameter(a[i]);
  }
  return false;
}

}  // namespace

void Router::add(Route route) {
  if (!route.handler) throw std::invalid_argument("a route without a handler: " + route.pattern);
  std::vector<std::string> segments;
  each_segment(route.pattern, [&](std::string_view segment) { segments.emplace_back(segment); });
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (routes_[i].method == route.method && routes_[i].pattern == route.pattern) {
      throw std::invalid_argument("a route twice: " + route.pattern);
    }
  }
  // Of each length, patterns with a fixed segment come first: the first that matches is the best.
  auto& same_length = by_length_[segments.size()];
  const auto place = std::ranges::find_if(
      same_length, [&](std::size_t other) { return more_fixed(segments, segments_[other]); });
  same_length.insert(place, routes_.size());
  routes_.push_back(std::move(route));
  segments_.push_back(std::move(segments));
}

void Router::add_schema(std::string name, Value json_schema) {
  schemas_.emplace_back(std::move(name), std::move(json_schema));
}
void Router::set_cors(std::vector<std::string> origins) { cors_origins_ = std::move(origins); }
void Router::set_gate(Gate gate) { gate_ = std::move(gate); }
void Router::set_error_page(ErrorPage page) { error_page_ = std::move(page); }
void Router::set_exception_mapper(ExceptionMapper mapper) { exception_mapper_ = std::move(mapper); }
void Router::set_access_log(AccessLog log) { access_log_ = std::move(log); }

const Route* Router::find(Method method, std::string_view path, Pairs& path_params) const {
  if (method == Method::kHead) method = Method::kGet;
  std::vector<std::string_view> parts;
  each_segment(path, [&](std::string_view part) { parts.push_back(part); });
  const auto same_length = by_length_.find(parts.size());
  if (same_length == by_length_.end()) return nullptr;
  const auto best = std::ranges::find_if(same_length->second, [&](std::size_t i) {
    return routes_[i].method == method && matches(segments_[i], parts);
  });
  if (best == same_length->second.end()) return nullptr;
  path_params.clear();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!is_parameter(segments_[*best][i])) continue;
    auto value = percent_decoded(parts[i]);
    if (!value) return nullptr;
    path_params.emplace_back(parameter_name(segments_[*best][i]), *std::move(value));
  }
  return &routes_[*best];
}

std::vector<Method> Router::allowed_methods(std::string_view path) const {
  std::vector<std::string_view> parts;
  each_segment(path, [&](std::string_view part) { parts.push_back(part); });
  std::vector<Method> methods;
  const auto add = [&](Method method) {
    if (std::ranges::find(methods, method) == methods.end()) methods.push_back(method);
  };
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (segments_[i].size() != parts.size() || !matches(segments_[i], parts)) continue;
    add(routes_[i].method);
    if (routes_[i].method == Method::kGet) add(Method::kHead);
  }
  if (!methods.empty()) add(Method::kOptions);
  return methods;
}

Response Router::error_response(const Error& error, const Request& request) const {
  if (request.is_api() || !error_page_) return problem(error, request);
  return error_page_(error, request);
}

namespace {

// Says nothing of what happened inside; the log has the request's id.
Response broken_world(const Request& request) {
  Response response;
  response.status = 500;
  if (request.is_api()) {
    response.with("Content-Type", "application/problem+json");
    response.body = R"({"type":"about:blank","title":"Something went wrong","status":500,"request_id":")" +
                    request.request_id + "\"}";
  } else {
    response.with("Content-Type", "text/plain; charset=utf-8");
    response.body = "Something went wrong on our side, and nothing was stored. If it happens again, tell your "
                    "administrator this number: " + request.request_id + "\n";
  }
  return response;
}

}  // namespace

Response Router::run(const Route& route, Request& request) const {
  request.files_max = route.files_max;
  try {
    if (gate_) {
      if (auto refused = gate_(request, route)) return *std::move(refused);
    }
    return route.handler(request);
  } catch (...) {
    try {
      const auto error = exception_mapper_ ? exception_mapper_(std::current_exception()) : std::nullopt;
      if (error) return error_response(*error, request);
    } catch (...) {  // the error page itself failed
    }
    return broken_world(request);
  }
}

Response Router::answer(Request& request) const {
  const auto begin = std::chrono::steady_clock::now();
  const Route* route = find(request.method, request.path, request.path_params);
  Response response;
  if (route != nullptr) {
    response = run(*route, request);
  } else {
    const auto allowed = allowed_methods(request.path);
    if (allowed.empty()) {
      response = error_response(not_found("no_such_page", "There is no page at this address."), request);
    } else if (request.method == Method::kOptions) {
      response.status = 204;
    } else {
      response = text("This address does not answer to this method.\n", 405);
    }
    std::string list;
    for (const auto method : allowed) list += (list.empty() ? "" : ", ") + std::string(to_string(method));
    if (!list.empty()) response.with("Allow", std::move(list));
  }
  if (!cors_origins_.empty()) allow_origin(cors_origins_, request, response);
  if (access_log_) {
    const auto took = std::chrono::steady_clock::now() - begin;
    access_log_(request, route, response.status,
                std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  }
  return response;
}

}  // namespace kindling::http
