#pragma once

namespace kindling {

namespace http {
class Router;
}
struct Site;
class DonorVault;

// Bank accounts, statements, matching, reconciliation: /bank and /api/v1/bank-*. `site` and `vault`, which seals who paid,
// outlive the router.
void add_banking_routes(http::Router& router, const Site& site, const DonorVault& vault);

void add_bank_account_routes(http::Router& router, const Site& site, const DonorVault& vault);
void add_statement_routes(http::Router& router, const Site& site, const DonorVault& vault);
void add_csv_mapping_routes(http::Router& router, const Site& site);
void add_bank_line_routes(http::Router& router, const Site& site, const DonorVault& vault);
void add_reconciliation_routes(http::Router& router, const Site& site);

}  // namespace kindling
