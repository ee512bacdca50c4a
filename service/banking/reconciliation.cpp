#include "banking/reconciliation.hpp"

namespace kindling {

Value reconciliation_value(const Reconciliation& reconciliation) {
  auto accounts = Value::array();
  for (const auto& account : reconciliation.accounts) {
    accounts.push(Value::object({{"id", account.id},
                                 {"name", account.name},
                                 {"closed_on", account.closed_on ? Value(to_string(*account.closed_on)) : Value()},
                                 {"balance", to_string(account.balance)}}));
  }
  auto differences = Value::array();
  for (const auto& difference : reconciliation.differences) {
    differences.push(Value::object({{"kind", difference.kind},
                                    {"id", difference.id},
                                    {"on", to_string(difference.on)},
                                    {"description", difference.description},
                                    {"amount", to_string(difference.amount)}}));
  }
  return Value::object({{"ledger_account", reconciliation.ledger_account},
                        {"currency", reconciliation.bank.currency.code()},
                        {"accounts", std::move(accounts)},
                        {"bank", to_string(reconciliation.bank)},
                        {"ledger", to_string(reconciliation.ledger)},
                        {"listed", to_string(reconciliation.listed)},
                        {"difference_count", reconciliation.count},
                        {"differences", std::move(differences)},
                        {"unexplained", to_string(reconciliation.unexplained())},
                        {"holds", reconciliation.holds()}});
}

}  // namespace kindling
