#include "spending/routes.hpp"

namespace kindling {

void add_spending_routes(http::Router& router, const Site& site) { add_commitment_routes(router, site); }

}  // namespace kindling
