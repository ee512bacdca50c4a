// The OpenAPI 3.1 document, made of the routes themselves.
#pragma once

#include <string>
#include <vector>

#include "core/value.hpp"

namespace kindling {

namespace http {
class Router;
}
struct Site;
struct SiteConfig;

// {"type": "object"} with properties: "name" a string, "name:integer", "name:string?" (or null), "name:array",
// "name:boolean". What each route adds with add_schema().
Value object_schema(const std::vector<std::string>& properties);

Value openapi_document(const http::Router& router, const SiteConfig& config);
// GET /api/v1/openapi.json; add it after all other routes. Public: it holds no data.
void add_openapi_route(http::Router& router, const Site& site);

}  // namespace kindling
