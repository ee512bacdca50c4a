#include <soci/soci.h>

#include "reports/donation_register/donation_register.hpp"
#include "reports/sealed_snapshot.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

constexpr std::size_t kRowsAtOnce = 2'000;

// Columns of one fetch.
struct Batch {
  Batch() {
    for (auto* numbers : {&number, &given_on, &arrived_on, &given, &gross, &fee, &refunded}) numbers->resize(kRowsAtOnce);
    for (auto* texts : {&method, &state, &campaign, &currency}) texts->resize(kRowsAtOnce);
  }
  std::vector<long long> number, given_on, arrived_on, given, gross, fee, refunded;
  std::vector<std::string> method, state, campaign, currency;
};

Date day_of(long long days_since_1970) { return Date(std::chrono::sys_days(std::chrono::days(days_since_1970))); }

}  // namespace

DonationRegister query_donation_register(const SealedSnapshot& snapshot, const Period& period, Currency currency,
                                         std::string platform) {
  DonationRegister made{.platform = std::move(platform), .currency = currency, .period = period,
                        .ledger_position = snapshot.position(), .ledger_hash = snapshot.hash(),
                        .sealed_at_s = snapshot.sealed_at_s()};
  const auto first = to_string(period.first), last = to_string(period.last);
  const std::string code(currency.code());
  long long position = snapshot.position(), gifts = 0, income = 0;
  auto& sql = snapshot.session().sql();
  sql << R"(
    SELECT count(*)
    FROM donations d
    WHERE d.cleared_on BETWEEN :first::date AND :last::date
      AND d.base_currency = :code
      AND EXISTS (SELECT 1 FROM seals s WHERE s.entry_id = d.entry_id AND s.position <= :position))",
      soci::into(gifts), soci::use(first, "first"), soci::use(last, "last"), soci::use(code, "code"),
      soci::use(position, "position");
  // What entries of gifts credit to income; what they give back is debited and not among it.
  sql << R"(
    SELECT COALESCE(-sum(p.amount_minor), 0)::bigint
    FROM entries e
    JOIN seals s ON s.entry_id = e.id AND s.position <= :position
    JOIN postings p ON p.entry_id = e.id
    WHERE e.booked_on BETWEEN :first::date AND :last::date
      AND e.document_kind = 'donation'
      AND p.account_code IN ('income_donations', 'income_in_kind')
      AND p.amount_minor < 0
      AND p.currency = :code)",
      soci::into(income), soci::use(position, "position"), soci::use(first, "first"), soci::use(last, "last"),
      soci::use(code, "code");
  made.gifts = gifts;
  made.independent_minor = income;
  return made;
}

void each_registered_gift(const SealedSnapshot& snapshot, const DonationRegister& of,
                          const std::function<void(const RegisteredGift&)>& each) {
  auto& sql = snapshot.session().sql();
  const auto first = to_string(of.period.first), last = to_string(of.period.last);
  const std::string code(of.currency.code());
  long long position = of.ledger_position;
  sql << R"(
    DECLARE registered_gifts NO SCROLL CURSOR FOR
    SELECT d.id,
           d.given_on - date '1970-01-01',
           d.cleared_on - date '1970-01-01',
           d.method,
           d.state,
           COALESCE(c.name, ''),
           d.currency,
           d.gross_minor,
           d.base_gross_minor,
           d.base_fee_minor,
           d.base_refunded_minor
    FROM donations d
    LEFT JOIN campaigns c ON c.id = d.campaign_id
    WHERE d.cleared_on BETWEEN :first::date AND :last::date
      AND d.base_currency = :code
      AND EXISTS (SELECT 1 FROM seals s WHERE s.entry_id = d.entry_id AND s.position <= :position)
    ORDER BY d.id)",
      soci::use(first, "first"), soci::use(last, "last"), soci::use(code, "code"), soci::use(position, "position");
  Batch batch;
  soci::statement fetch =
      (sql.prepare << "FETCH 2000 FROM registered_gifts", soci::into(batch.number), soci::into(batch.given_on),
       soci::into(batch.arrived_on), soci::into(batch.method), soci::into(batch.state), soci::into(batch.campaign),
       soci::into(batch.currency), soci::into(batch.given), soci::into(batch.gross), soci::into(batch.fee),
       soci::into(batch.refunded));
  RegisteredGift gift{.given_on = of.period.first, .arrived_on = of.period.first, .method = {}, .state = {}, .campaign = {},
                      .given = {0, of.currency}};
  while (fetch.execute(true)) {
    const auto rows = batch.number.size();
    for (std::size_t i = 0; i < rows; ++i) {
      gift.number = batch.number[i];
      gift.given_on = day_of(batch.given_on[i]);
      gift.arrived_on = day_of(batch.arrived_on[i]);
      gift.method = batch.method[i];
      gift.state = batch.state[i];
      gift.campaign = batch.campaign[i];
      gift.given = {batch.given[i], Currency::of(batch.currency[i])};
      gift.gross_minor = batch.gross[i];
      gift.fee_minor = batch.fee[i];
      gift.refunded_minor = batch.refunded[i];
      each(gift);
    }
    if (rows < kRowsAtOnce) break;
  }
  sql << "CLOSE registered_gifts";
}

}  // namespace kindling
