// Figures over everything: the home page.
#pragma once

namespace kindling {

namespace http {
class Router;
}
struct Site;

void add_insight_routes(http::Router& router, const Site& site);

}  // namespace kindling
