// Pages and endpoints of spending.
#pragma once

namespace kindling {

namespace http {
class Router;
}
struct Site;

// `site` outlives the router.
void add_spending_routes(http::Router& router, const Site& site);

// Of the files behind it.
void add_commitment_routes(http::Router& router, const Site& site);

}  // namespace kindling
