#include "banking/routes.hpp"

namespace kindling {

void add_banking_routes(http::Router& router, const Site& site, const DonorVault& vault) {
  add_bank_account_routes(router, site, vault);
  add_statement_routes(router, site, vault);
  add_csv_mapping_routes(router, site);
  add_bank_line_routes(router, site, vault);
  add_reconciliation_routes(router, site);
}

}  // namespace kindling
