#include "donations/donation_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

struct TakeNumber {
  long long campaign = 0, gross = 0, fee = 0, id = 0, general = 0;
  std::string currency, platform, day, typed_rate;
  std::optional<std::string> rate;
  std::optional<long long> fund, base_gross, base_fee;
  soci::statement statement;
  explicit TakeNumber(soci::session& sql)
      : statement((sql.prepare << R"(
          SELECT nextval('donation_numbers'),
                 (SELECT id FROM funds WHERE code = 'general'),
                 (SELECT fund_id FROM campaigns WHERE id = :campaign),
                 r.rate::text,
                 CASE WHEN :currency = :platform THEN :gross::bigint
                      ELSE converted_minor(:gross::bigint, :currency, :platform, r.rate, 1) END,
                 CASE WHEN :currency = :platform THEN :fee::bigint
                      ELSE converted_minor(:fee::bigint, :currency, :platform, r.rate, 1) END
          FROM (SELECT CASE WHEN :currency = :platform THEN NULL
                            ELSE COALESCE(NULLIF(:typed_rate, '')::numeric(20, 8),
                                          round(rate_on(:currency, :day::date) / rate_on(:platform, :day::date), 8))
                            END AS rate) r)",
                   soci::use(campaign, "campaign"), soci::use(currency, "currency"), soci::use(platform, "platform"),
                   soci::use(gross, "gross"), soci::use(fee, "fee"), soci::use(typed_rate, "typed_rate"),
                   soci::use(day, "day"), soci::into(id), soci::into(general), soci::into(fund), soci::into(rate),
                   soci::into(base_gross), soci::into(base_fee))) {}
};

// The gift and its parts in one statement. What is absent is 0 or "" and becomes NULL in SQL: a prepared statement of
// SOCI keeps the last value where the next one is a NULL.
struct InsertGift {
  long long id = 0, gross = 0, fee = 0, base_gross = 0, base_fee = 0, actor = 0, donor = 0, campaign = 0, pledge = 0, entry = 0,
            arrived = 0;
  std::string kind, state, given_on, method, reference, currency, base_currency, funds, amounts, cleared_on, rate,
      description, valuation_basis, pledge_due_on, arrived_currency;
  soci::statement statement;
  explicit InsertGift(soci::session& sql)
      : statement((sql.prepare << R"(
          WITH gift AS (
            INSERT INTO donations (id, kind, state, given_on, cleared_on, method, reference, donor_id, campaign_id,
                                   pledge_id, pledge_due_on, currency, gross_minor, fee_minor, rate, base_currency,
                                   base_gross_minor, base_fee_minor, description, valuation_basis, entry_id, created_by,
                                   arrived_currency, arrived_minor)
            VALUES (:id, :kind, :state, :given_on::date, NULLIF(:cleared_on, '')::date, :method, :reference,
                    NULLIF(:donor::bigint, 0), NULLIF(:campaign::bigint, 0), NULLIF(:pledge::bigint, 0),
                    NULLIF(:pledge_due_on, '')::date, :currency, :gross, :fee, NULLIF(:rate, '')::numeric, :base_currency,
                    :base_gross, :base_fee, NULLIF(:description, ''), NULLIF(:valuation_basis, ''),
                    NULLIF(:entry::bigint, 0), NULLIF(:actor::bigint, 0), NULLIF(:arrived_currency, ''),
                    NULLIF(:arrived::bigint, 0)))
          INSERT INTO donation_parts (donation_id, position, fund_id, gross_minor)
          SELECT :id::bigint, p.position, p.fund_id, p.gross_minor
          FROM unnest(:funds::bigint[], :amounts::bigint[]) WITH ORDINALITY AS p (fund_id, gross_minor, position))",
                   soci::use(id, "id"), soci::use(kind, "kind"), soci::use(state, "state"),
                   soci::use(given_on, "given_on"), soci::use(cleared_on, "cleared_on"), soci::use(method, "method"),
                   soci::use(reference, "reference"), soci::use(donor, "donor"), soci::use(campaign, "campaign"),
                   soci::use(pledge, "pledge"), soci::use(pledge_due_on, "pledge_due_on"),
                   soci::use(currency, "currency"), soci::use(gross, "gross"), soci::use(fee, "fee"),
                   soci::use(rate, "rate"), soci::use(base_currency, "base_currency"),
                   soci::use(base_gross, "base_gross"), soci::use(base_fee, "base_fee"),
                   soci::use(description, "description"), soci::use(valuation_basis, "valuation_basis"),
                   soci::use(entry, "entry"), soci::use(actor, "actor"),
                   soci::use(arrived_currency, "arrived_currency"), soci::use(arrived, "arrived"),
                   soci::use(funds, "funds"), soci::use(amounts, "amounts"))) {}
};

}  // namespace

GiftContext take_gift_number(Transaction& transaction, const NewDonation& gift, Currency platform) {
  auto& row = transaction.session.prepared<TakeNumber>();
  row.campaign = gift.campaign_id.value_or(0);
  row.gross = gift.gross.minor;
  row.fee = gift.fee.minor;
  row.currency = gift.gross.currency.code();
  row.platform = platform.code();
  row.day = to_string(gift.cleared_on);
  row.typed_rate = gift.rate.value_or("");
  row.statement.execute(true);
  const auto money = [&](const std::optional<long long>& minor) {
    return minor ? std::optional(Money{*minor, platform}) : std::nullopt;
  };
  return {.id = row.id, .general_fund_id = row.general, .campaign_fund_id = row.fund ? std::optional<std::int64_t>(*row.fund) : std::nullopt,
          .base_gross = money(row.base_gross), .base_fee = money(row.base_fee), .rate = row.rate};
}

void insert_donation(Transaction& transaction, const GiftRow& gift) {
  auto& row = transaction.session.prepared<InsertGift>();
  row.id = gift.context.id;
  row.kind = gift.gift.kind;
  row.state = gift.gift.state;
  row.given_on = to_string(gift.gift.given_on);
  row.cleared_on = gift.entry_id ? to_string(gift.gift.cleared_on) : std::string();
  row.method = gift.gift.method;
  row.reference = gift.gift.reference;
  row.donor = gift.gift.donor_id.value_or(0);
  row.campaign = gift.gift.campaign_id.value_or(0);
  row.pledge = gift.pledge_id.value_or(0);
  row.pledge_due_on = gift.pledge_due_on ? to_string(*gift.pledge_due_on) : std::string();
  row.currency = gift.gift.gross.currency.code();
  row.gross = gift.gift.gross.minor;
  row.fee = gift.gift.fee.minor;
  row.rate = gift.context.rate.value_or("");
  row.base_currency = gift.context.base_gross->currency.code();
  row.base_gross = gift.context.base_gross->minor;
  row.base_fee = gift.context.base_fee->minor;
  row.description = gift.gift.description.value_or("");
  row.valuation_basis = gift.gift.valuation_basis.value_or("");
  row.entry = gift.entry_id.value_or(0);
  row.actor = transaction.actor.id;
  row.arrived_currency = gift.gift.arrived ? gift.gift.arrived->currency.code() : std::string_view();
  row.arrived = gift.gift.arrived ? gift.gift.arrived->minor : 0;
  row.funds = row.amounts = "{";
  for (const auto& part : gift.base_parts) {
    const char* comma = row.funds.size() > 1 ? "," : "";
    row.funds += comma + std::to_string(part.fund_id);
    row.amounts += comma + std::to_string(part.gross.minor);
  }
  row.funds += '}';
  row.amounts += '}';
  row.statement.execute(true);
}

void insert_soft_credit(Transaction& transaction, std::int64_t donation_id, std::int64_t donor_id) {
  long long donation = donation_id, donor = donor_id;
  transaction.sql() << "INSERT INTO donation_soft_credits (donation_id, donor_id) VALUES (:donation, :donor)",
      soci::use(donation, "donation"), soci::use(donor, "donor");
}

void insert_message(Transaction& transaction, std::int64_t donation_id, const std::string& body) {
  long long donation = donation_id;
  transaction.sql() << "INSERT INTO donation_messages (donation_id, body) VALUES (:donation, :body)",
      soci::use(donation, "donation"), soci::use(body, "body");
}

void update_donation_cleared(Transaction& transaction, const Donation& donation) {
  long long id = donation.id, fee = donation.fee.minor, base_fee = donation.base_fee.minor, entry = *donation.entry_id;
  const auto cleared_on = to_string(*donation.cleared_on);
  const std::string arrived_currency(donation.arrived ? donation.arrived->currency.code() : std::string_view());
  long long arrived = donation.arrived ? donation.arrived->minor : 0;
  transaction.sql() << R"(
    UPDATE donations
    SET state = 'cleared', cleared_on = :cleared_on::date, fee_minor = :fee, base_fee_minor = :base_fee,
        entry_id = :entry, arrived_currency = NULLIF(:arrived_currency, ''), arrived_minor = NULLIF(:arrived::bigint, 0),
        version = version + 1
    WHERE id = :id)",
      soci::use(arrived_currency, "arrived_currency"), soci::use(arrived, "arrived"),
      soci::use(cleared_on, "cleared_on"), soci::use(fee, "fee"), soci::use(base_fee, "base_fee"),
      soci::use(entry, "entry"), soci::use(id, "id");
}

void update_donation_failed(Transaction& transaction, std::int64_t donation_id) {
  long long id = donation_id;
  transaction.sql() << "UPDATE donations SET state = 'failed', version = version + 1 WHERE id = :id", soci::use(id, "id");
}

void insert_refund(Transaction& transaction, std::int64_t donation_id, const std::string& kind, const NewRefund& refund,
                   std::int64_t base_amount_minor, std::int64_t entry_id) {
  long long donation = donation_id, amount = refund.amount.minor, base = base_amount_minor, entry = entry_id,
            actor = transaction.actor.id;
  const auto booked_on = to_string(refund.booked_on);
  transaction.sql() << R"(
    INSERT INTO donation_refunds (donation_id, kind, amount_minor, base_amount_minor, booked_on, reason, entry_id, created_by)
    VALUES (:donation, :kind, :amount, :base, :booked_on::date, :reason, :entry, :actor))",
      soci::use(donation, "donation"), soci::use(kind, "kind"), soci::use(amount, "amount"), soci::use(base, "base"),
      soci::use(booked_on, "booked_on"), soci::use(refund.reason, "reason"), soci::use(entry, "entry"),
      soci::use(actor, "actor");
}

std::int64_t in_platform_currency(Session& session, Money amount, Currency platform, const std::string& rate) {
  long long minor = amount.minor, base = 0;
  const std::string from(amount.currency.code()), to(platform.code());
  session.sql() << "SELECT converted_minor(:minor::bigint, :from, :to, :rate::numeric, 1)", soci::use(minor, "minor"),
      soci::use(from, "from"), soci::use(to, "to"), soci::use(rate, "rate"), soci::into(base);
  return base;
}

}  // namespace kindling
