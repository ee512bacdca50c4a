// The ledger for reading: entries, their postings and seals, funds, the position; and exchange rates.
#pragma once

namespace kindling {

namespace http {
class Router;
}
struct Site;

void add_ledger_routes(http::Router& router, const Site& site);

// Of the files behind it.
void add_exchange_rate_routes(http::Router& router, const Site& site);

}  // namespace kindling
