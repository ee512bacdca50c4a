#pragma once

namespace kindling {

namespace http {
class Router;
}
struct Site;

// Bank accounts, statements, matching, reconciliation: /bank and /api/v1/bank-*.
void add_banking_routes(http::Router& router, const Site& site);

void add_bank_account_routes(http::Router& router, const Site& site);
void add_statement_routes(http::Router& router, const Site& site);
void add_bank_line_routes(http::Router& router, const Site& site);
void add_reconciliation_routes(http::Router& router, const Site& site);

}  // namespace kindling
