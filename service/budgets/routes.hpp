// Pages and endpoints of budgets.
#pragma once

#include <memory>

namespace kindling {

namespace http {
class Router;
}
class BudgetCache;
struct Site;

// `site` outlives the router.
void add_budget_routes(http::Router& router, const Site& site);

// Of the files behind it.
void add_budget_page_routes(http::Router& router, const Site& site);
void add_budget_api_routes(http::Router& router, const Site& site);
void add_budget_comparison_routes(http::Router& router, const Site& site);
void add_budget_change_api_routes(http::Router& router, const Site& site);
void add_modification_routes(http::Router& router, const Site& site);
void add_transfer_routes(http::Router& router, const Site& site);
void add_amendment_routes(http::Router& router, const Site& site);
void add_platform_budget_routes(http::Router& router, const Site& site);
void add_platform_budget_api_routes(http::Router& router, const Site& site);
void add_platform_figures_page_routes(http::Router& router, const Site& site);
void add_platform_figures_api_routes(http::Router& router, const Site& site, std::shared_ptr<BudgetCache> cache);
void add_figures_page_routes(http::Router& router, const Site& site);
void add_figures_api_routes(http::Router& router, const Site& site);

}  // namespace kindling
