// The JSON schemas of grants and their partners for the OpenAPI document.
#pragma once

namespace kindling {

namespace http {
class Router;
}

void add_grant_schemas(http::Router& router);

}  // namespace kindling
