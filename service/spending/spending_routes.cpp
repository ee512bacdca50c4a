#include "spending/routes.hpp"

namespace kindling {

void add_spending_routes(http::Router& router, const Site& site, const Programmes& programmes) {
  add_commitment_routes(router, site);
  add_expenditure_routes(router, site, programmes);
  add_expenditure_api_routes(router, site, programmes);
  add_evidence_routes(router, site);
  add_fund_routes(router, site);
  add_reporting_period_routes(router, site, programmes);
  add_requested_contribution_routes(router, site);
  add_work_package_routes(router, site);
}

}  // namespace kindling
