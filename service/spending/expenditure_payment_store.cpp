#include "spending/expenditure_payment_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// Adds to each fund what its amount in the document's currency was worth in the account's on the document's day; false
// where a rate is missing.
bool add_converted(Session& session, const Expenditure& cost, Currency account,
                   const std::map<std::int64_t, std::int64_t>& by_fund, Owed& owed) {
  if (by_fund.empty()) return true;
  std::string funds = "{", minors = "{";
  for (const auto& [fund, minor] : by_fund) {
    const char* comma = funds.size() > 1 ? "," : "";
    funds += comma + std::to_string(fund);
    minors += comma + std::to_string(minor);
  }
  funds += "}", minors += "}";
  const std::string from(cost.amount.currency.code()), to(account.code());
  const auto day = to_string(cost.document_on);
  long long fund = 0;
  std::optional<long long> minor;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT f.id, converted_minor(f.minor, :from, :to, rate_on(:from, :day::date), rate_on(:to, :day::date))
    FROM unnest(:funds::bigint[], :minors::bigint[]) AS f (id, minor))",
                          soci::use(from, "from"), soci::use(to, "to"), soci::use(day, "day"),
                          soci::use(funds, "funds"), soci::use(minors, "minors"), soci::into(fund), soci::into(minor));
  rows.execute();
  while (rows.fetch()) {
    if (!minor) return false;
    owed[fund].booked_minor += *minor;
  }
  return true;
}

}  // namespace

Result<Owed> find_owed(Session& session, const Expenditure& cost, const Payment& payment) {
  Owed owed;
  std::map<std::int64_t, std::int64_t> to_convert;
  for (const auto& part : cost.allocations) {
    const auto standing = part.amount.minor - part.reversed_minor;
    owed[part.used_fund_id].owed_minor += standing;
    if (!payment.paid) continue;
    if (part.booked_minor && part.grant_currency == payment.paid->currency) {
      owed[part.used_fund_id].booked_minor += part.booked_standing();
    } else {
      to_convert[part.used_fund_id] += standing;
    }
  }
  if (!payment.paid || add_converted(session, cost, payment.paid->currency, to_convert, owed)) return owed;
  return invalid_field("paid_currency", "exchange_rate_is_missing",
                       "There is no exchange rate between " + std::string(cost.amount.currency.code()) + " and " +
                           std::string(payment.paid->currency.code()) + " for " + to_display(cost.document_on) +
                           " yet. Import the rates, or enter one by hand.");
}

void update_payment(Transaction& transaction, std::int64_t expenditure, const Payment& payment, std::int64_t entry) {
  long long id = expenditure, entry_id = entry;
  const auto day = to_string(payment.paid_on);
  const auto minor = payment.paid ? std::optional<long long>(payment.paid->minor) : std::nullopt;
  const auto currency = payment.paid ? std::optional(std::string(payment.paid->currency.code())) : std::nullopt;
  transaction.sql() << R"(
    UPDATE expenditures
    SET paid_on = :paid_on::date,
        paid_currency = :currency,
        paid_minor = :minor,
        payment_entry_id = :entry_id,
        version = version + 1
    WHERE id = :id)",
      soci::use(day, "paid_on"), soci::use(currency, "currency"), soci::use(minor, "minor"),
      soci::use(entry_id, "entry_id"), soci::use(id, "id");
}

std::vector<ExchangeDifference> list_posted_differences(Session& session, std::int64_t expenditure) {
  long long id = expenditure, entry = 0, minor = 0;
  std::string at, currency;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT e.id, CASE e.kind WHEN 'expenditure_paid' THEN 'payment' ELSE 'reversal' END, p.currency,
           -sum(p.amount_minor)::bigint
    FROM entries e
    JOIN postings p ON p.entry_id = e.id AND p.account_code = 'exchange_differences'
    WHERE e.document_kind = 'expenditure'
      AND e.document_id = :id
    GROUP BY e.id, e.kind, p.currency
    ORDER BY e.id, p.currency)",
                          soci::into(entry), soci::into(at), soci::into(currency), soci::into(minor),
                          soci::use(id, "id"));
  rows.execute();
  std::vector<ExchangeDifference> differences;
  while (rows.fetch()) differences.push_back({at, Money{minor, Currency::of(currency)}, entry});
  return differences;
}

}  // namespace kindling
