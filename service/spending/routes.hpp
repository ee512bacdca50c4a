// Pages and endpoints of spending.
#pragma once

namespace kindling {

namespace http {
class Router;
}
class Programmes;
struct Site;

// `site` and `programmes` outlive the router.
void add_spending_routes(http::Router& router, const Site& site, const Programmes& programmes);

// Of the files behind it.
void add_commitment_routes(http::Router& router, const Site& site);
void add_expenditure_routes(http::Router& router, const Site& site, const Programmes& programmes);
void add_expenditure_api_routes(http::Router& router, const Site& site, const Programmes& programmes);
void add_fund_routes(http::Router& router, const Site& site);
void add_evidence_routes(http::Router& router, const Site& site);
void add_reporting_period_routes(http::Router& router, const Site& site, const Programmes& programmes);
void add_requested_contribution_routes(http::Router& router, const Site& site);
void add_work_package_routes(http::Router& router, const Site& site);

}  // namespace kindling
