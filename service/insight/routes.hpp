// Figures over everything: the home page, sustainability, the register of risks.
#pragma once

namespace kindling {

namespace http {
class Router;
}
struct Site;

void add_insight_routes(http::Router& router, const Site& site);

// Of the files behind it.
void add_risk_routes(http::Router& router, const Site& site);
void add_sustainability_routes(http::Router& router, const Site& site);

}  // namespace kindling
