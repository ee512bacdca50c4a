#include "web/openapi.hpp"

#include <algorithm>
#include <map>

#include "http/router.hpp"
#include "web/site.hpp"

namespace kindling {
namespace {

using http::Method;
using http::Route;

Value reference(const std::string& schema) {
  return Value::object({{"$ref", "#/components/schemas/" + schema}});
}

Value parameter(std::string name, const char* where, const char* type, bool required) {
  return Value::object({{"name", std::move(name)},
                        {"in", where},
                        {"required", required},
                        {"schema", Value::object({{"type", type}})}});
}

Value json_content(Value schema) {
  return Value::object({{"application/json", Value::object({{"schema", std::move(schema)}})}});
}

bool is_write(const Route& route) { return route.method != Method::kGet; }

Value parameters_of(const Route& route) {
  auto list = Value::array();
  for (std::size_t at = route.pattern.find('{'); at != std::string::npos; at = route.pattern.find('{', at + 1)) {
    const auto end = route.pattern.find('}', at);
    list.push(parameter(route.pattern.substr(at + 1, end - at - 1), "path", "string", true));
  }
  for (const auto& name : route.doc.query) list.push(parameter(name, "query", "string", false));
  if (route.doc.list) {
    list.push(parameter("q", "query", "string", false));
    list.push(parameter("sort", "query", "string", false));
    list.push(parameter("after", "query", "string", false));
    list.push(parameter("limit", "query", "integer", false));
  }
  if (is_write(route)) {
    list.push(parameter("dry_run", "query", "boolean", false));
    list.push(parameter("Idempotency-Key", "header", "string", false));
    list.push(parameter("If-Match", "header", "string", false));
  }
  return list;
}

Value list_schema(const std::string& schema) {
  return Value::object(
      {{"type", "object"},
       {"required", Value::Array{"items", "next_cursor"}},
       {"properties",
        Value::object({{"items", Value::object({{"type", "array"}, {"items", reference(schema)}})},
                       {"next_cursor", Value::object({{"type", Value::Array{"string", "null"}}})}})}});
}

Value responses_of(const Route& route) {
  const auto& doc = route.doc;
  auto success = Value::object({{"description", doc.summary.empty() ? "Success" : doc.summary}});
  if (!doc.response_schema.empty()) {
    auto content = json_content(doc.list ? list_schema(doc.response_schema) : reference(doc.response_schema));
    if (doc.list) content.set("text/csv", Value::object({{"schema", Value::object({{"type", "string"}})}}));
    success.set("content", std::move(content));
  }
  Value responses;
  responses.set(std::to_string(doc.success_status), std::move(success));
  const auto problem = [&](const char* description) {
    return Value::object({{"description", description},
                          {"content", Value::object({{"application/problem+json",
                                                      Value::object({{"schema", reference("Problem")}})}})}});
  };
  responses.set("default", problem("What went wrong, with the fields where it did"));
  return responses;
}

Value problem_schema() {
  const auto of = [](const char* type) { return Value::object({{"type", type}}); };
  return Value::object(
      {{"type", "object"},
       {"required", Value::Array{"type", "title", "status"}},
       {"properties",
        Value::object({{"type", of("string")},
                       {"title", of("string")},
                       {"status", of("integer")},
                       {"detail", of("string")},
                       {"code", of("string")},
                       {"request_id", of("string")},
                       {"errors", Value::object({{"type", "array"},
                                                 {"items", Value::object({{"type", "object"}})}})}})}});
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return result;
}

}  // namespace

Value object_schema(const std::vector<std::string>& properties) {
  Value made;
  for (const auto& property : properties) {
    const auto colon = property.find(':');
    const auto type = colon == std::string::npos ? std::string("string") : property.substr(colon + 1);
    const bool nullable = type.ends_with('?');
    const auto name = nullable ? type.substr(0, type.size() - 1) : type;
    made.set(property.substr(0, colon),
             Value::object({{"type", nullable ? Value(Value::Array{name, "null"}) : Value(name)}}));
  }
  return Value::object({{"type", "object"}, {"properties", std::move(made)}});
}

Value openapi_document(const http::Router& router, const SiteConfig& config) {
  std::map<std::string, Value> paths;
  for (const auto& route : router.routes()) {
    if (!route.pattern.starts_with("/api/v1/")) continue;
    auto operation = Value::object({{"summary", route.doc.summary},
                                    {"tags", Value::Array{route.doc.tag}},
                                    {"parameters", parameters_of(route)}});
    if (!route.doc.request_schema.empty()) {
      operation.set("requestBody",
                    Value::object({{"required", true}, {"content", json_content(reference(route.doc.request_schema))}}));
    }
    operation.set("responses", responses_of(route));
    if (route.action == Action::kPublic) operation.set("security", Value::array());
    paths[route.pattern].set(lower(to_string(route.method)), std::move(operation));
  }
  Value path_object = Value(Value::Object{});
  for (auto& [pattern, operations] : paths) path_object.set(pattern, std::move(operations));
  auto schemas = Value::object({{"Problem", problem_schema()}});
  for (const auto& [name, schema] : router.schemas()) schemas.set(name, schema);
  const auto scheme = Value::object({{"type", "http"}, {"scheme", "bearer"}});
  return Value::object(
      {{"openapi", "3.1.0"},
       {"info", Value::object({{"title", config.logo_text + " of " + config.platform_name}, {"version", "1"}})},
       {"paths", std::move(path_object)},
       {"components", Value::object({{"schemas", std::move(schemas)},
                                     {"securitySchemes", Value::object({{"token", scheme}})}})},
       {"security", Value::Array{Value::object({{"token", Value::array()}})}}});
}

void add_openapi_route(http::Router& router, const Site& site) {
  router.add({.method = Method::kGet,
              .pattern = "/api/v1/openapi.json",
              .action = Action::kPublic,
              .handler = [&router, &site](const http::Request&) { return http::json(openapi_document(router, site.config)); },
              .doc = {.summary = "This document", .tag = "about"}});
}

}  // namespace kindling
