// Pages and endpoints of imports.
#pragma once

namespace kindling {

namespace http {
class Router;
}
class ImportKinds;
struct Site;

// `site` and `kinds` outlive the router; all kinds are added before.
void add_import_routes(http::Router& router, const Site& site, const ImportKinds& kinds);

// Of the file behind it.
void add_import_api_routes(http::Router& router, const Site& site, const ImportKinds& kinds);

}  // namespace kindling
