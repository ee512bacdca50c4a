#include "donations/donation_query.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"
#include "web/list_filters.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

std::optional<std::int64_t> id_of(const std::optional<long long>& id) {
  return id ? std::optional<std::int64_t>(*id) : std::nullopt;
}

// The columns that every read of gifts shares.
constexpr const char* kSelect = R"(
    SELECT d.id, d.version, d.kind, d.state, d.given_on::text, d.cleared_on::text, d.method, d.reference, d.donor_id,
           COALESCE(o.reference, ''), d.campaign_id, COALESCE(c.name, ''), d.pledge_id, d.currency, d.gross_minor,
           d.fee_minor, d.refunded_minor, COALESCE(trim_scale(d.rate)::text, ''), d.base_currency, d.base_gross_minor,
           d.base_fee_minor, d.base_refunded_minor, COALESCE(d.description, ''), COALESCE(d.valuation_basis, ''),
           d.entry_id, l.receipt_id, d.thanked_on::text, d.arrived_currency, d.arrived_minor
    FROM donations d
    LEFT JOIN donors o ON o.id = d.donor_id
    LEFT JOIN campaigns c ON c.id = d.campaign_id
    LEFT JOIN donation_receipt_lines l ON l.donation_id = d.id)";

// One row of kSelect.
struct GiftColumns {
  long long id = 0, gross = 0, fee = 0, refunded = 0, base_gross = 0, base_fee = 0, base_refunded = 0;
  int version = 0;
  std::string kind, state, given_on, method, reference, donor_reference, campaign_name, currency, rate, base_currency,
      description, valuation_basis;
  std::optional<long long> donor, campaign, pledge, entry, receipt, arrived;
  std::optional<std::string> cleared_on, thanked_on, arrived_currency;

  void bind(soci::statement& statement) {
    statement.exchange(soci::into(id));
    statement.exchange(soci::into(version));
    statement.exchange(soci::into(kind));
    statement.exchange(soci::into(state));
    statement.exchange(soci::into(given_on));
    statement.exchange(soci::into(cleared_on));
    statement.exchange(soci::into(method));
    statement.exchange(soci::into(reference));
    statement.exchange(soci::into(donor));
    statement.exchange(soci::into(donor_reference));
    statement.exchange(soci::into(campaign));
    statement.exchange(soci::into(campaign_name));
    statement.exchange(soci::into(pledge));
    statement.exchange(soci::into(currency));
    statement.exchange(soci::into(gross));
    statement.exchange(soci::into(fee));
    statement.exchange(soci::into(refunded));
    statement.exchange(soci::into(rate));
    statement.exchange(soci::into(base_currency));
    statement.exchange(soci::into(base_gross));
    statement.exchange(soci::into(base_fee));
    statement.exchange(soci::into(base_refunded));
    statement.exchange(soci::into(description));
    statement.exchange(soci::into(valuation_basis));
    statement.exchange(soci::into(entry));
    statement.exchange(soci::into(receipt));
    statement.exchange(soci::into(thanked_on));
    statement.exchange(soci::into(arrived_currency));
    statement.exchange(soci::into(arrived));
  }

  Donation donation() const {
    const auto of = Currency::of(currency), base = Currency::of(base_currency);
    return {.id = id, .version = version, .kind = kind, .state = state, .given_on = Date::of(given_on),
            .cleared_on = cleared_on ? Date::parse(*cleared_on) : std::nullopt, .method = method,
            .reference = reference, .donor_id = id_of(donor), .donor_reference = donor_reference,
            .campaign_id = id_of(campaign), .campaign_name = campaign_name, .pledge_id = id_of(pledge),
            .gross = {gross, of}, .fee = {fee, of}, .refunded = {refunded, of}, .rate = rate,
            .base_gross = {base_gross, base}, .base_fee = {base_fee, base}, .base_refunded = {base_refunded, base},
            .arrived = arrived ? std::optional(Money{*arrived, Currency::of(*arrived_currency)}) : std::nullopt,
            .description = description, .valuation_basis = valuation_basis, .entry_id = id_of(entry),
            .receipt_id = id_of(receipt), .thanked_on = thanked_on ? Date::parse(*thanked_on) : std::nullopt,
            .parts = {}, .refunds = {}};
  }
};

// Each answer to a recorded gift reads it back, so these are prepared once a session.
struct SelectGift {
  long long id = 0;
  GiftColumns columns;
  soci::statement statement;
  explicit SelectGift(soci::session& sql) : statement(sql) {
    columns.bind(statement);
    statement.exchange(soci::use(id, "id"));
    statement.alloc();
    statement.prepare(std::string(kSelect) + " WHERE d.id = :id");
    statement.define_and_bind();
  }
};

struct SelectParts {
  long long donation = 0, fund = 0, gross = 0;
  std::string name;
  soci::statement statement;
  explicit SelectParts(soci::session& sql)
      : statement((sql.prepare << R"(
          SELECT p.fund_id, p.gross_minor, f.name
          FROM donation_parts p
          JOIN funds f ON f.id = p.fund_id
          WHERE p.donation_id = :donation
          ORDER BY p.position)",
                   soci::into(fund), soci::into(gross), soci::into(name), soci::use(donation, "donation"))) {}
};

void read_parts(Session& session, Donation& donation) {
  auto& rows = session.prepared<SelectParts>();
  rows.donation = donation.id;
  rows.statement.execute();
  while (rows.statement.fetch()) {
    donation.parts.push_back({.fund_id = rows.fund, .gross = {rows.gross, donation.base_gross.currency}, .fund_name = rows.name});
  }
}

void read_refunds(Session& session, Donation& donation) {
  if (donation.refunded.minor == 0) return;
  long long id = 0, amount = 0, base = 0, entry = 0, of = donation.id;
  std::string kind, booked_on, reason;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT id, kind, amount_minor, base_amount_minor, booked_on::text, reason, entry_id
    FROM donation_refunds
    WHERE donation_id = :of
    ORDER BY id)",
                          soci::into(id), soci::into(kind), soci::into(amount), soci::into(base), soci::into(booked_on),
                          soci::into(reason), soci::into(entry), soci::use(of, "of"));
  rows.execute();
  while (rows.fetch()) {
    donation.refunds.push_back({.id = id, .kind = kind, .amount = {amount, donation.gross.currency},
                                .base_amount = {base, donation.base_gross.currency}, .booked_on = Date::of(booked_on),
                                .reason = reason, .entry_id = entry});
  }
}

}  // namespace

Result<DonationList> list_donations(Session& session, const ListQuery& query) {
  ListFilters filters(query);
  const auto state = filters.one_of("state", {"pending", "cleared", "failed", "refunded", "charged_back"});
  const auto method = filters.one_of("method", {"bank_transfer", "direct_debit", "card", "online", "cash", "cheque", "in_kind"});
  const auto from = filters.day("from").value_or(""), to = filters.day("to").value_or("");
  const long long campaign = filters.number("campaign_id").value_or(0), donor = filters.number("donor_id").value_or(0);
  if (const auto fit = filters.check(); !fit) return fit.error();
  const bool newest_first = !query.descending;  // the first click on a date sorts the latest to the top
  const auto cursor = decode_cursor(query.after);
  const std::string key = cursor ? cursor->key : (newest_first ? "2200-01-01" : "1899-01-01");
  if (!Date::parse(key) && cursor) return invalid_field("after", "not_one_of", "This is no cursor of this list.");
  const long long after_id = cursor ? cursor->id : 0;
  const int limit = query.limit + 1;
  GiftColumns columns;
  soci::statement rows(session.sql());
  columns.bind(rows);
  rows.exchange(soci::use(state, "state"));
  rows.exchange(soci::use(method, "method"));
  rows.exchange(soci::use(campaign, "campaign"));
  rows.exchange(soci::use(donor, "donor"));
  rows.exchange(soci::use(from, "from"));
  rows.exchange(soci::use(to, "to"));
  rows.exchange(soci::use(query.search, "search"));
  rows.exchange(soci::use(key, "key"));
  rows.exchange(soci::use(after_id, "after_id"));
  rows.exchange(soci::use(limit, "limit"));
  rows.alloc();
  rows.prepare(std::string(kSelect) + R"(
    WHERE (:state = '' OR d.state = :state)
      AND (:method = '' OR d.method = :method)
      AND (:campaign::bigint = 0 OR d.campaign_id = :campaign)
      AND (:donor::bigint = 0 OR d.donor_id = :donor OR o.merged_into_id = :donor)
      AND (:from = '' OR d.given_on >= NULLIF(:from, '')::date)
      AND (:to = '' OR d.given_on <= NULLIF(:to, '')::date)
      AND (:search = '' OR strpos(lower(d.reference), lower(:search)) > 0 OR o.reference = upper(:search))
      AND (d.given_on, d.id) )" +
               std::string(newest_first ? "<" : ">") + R"( (:key::date, :after_id)
    ORDER BY d.given_on )" + (newest_first ? "DESC, d.id DESC" : "ASC, d.id ASC") + " LIMIT :limit");
  rows.define_and_bind();
  rows.execute();
  DonationList list;
  while (rows.fetch()) list.donations.push_back(columns.donation());
  if (static_cast<int>(list.donations.size()) > query.limit) {
    list.donations.pop_back();
    const auto& last = list.donations.back();
    list.next_cursor = encode_cursor({to_string(last.given_on), last.id});
  }
  return list;
}

Result<Donation> find_donation(Session& session, std::int64_t id) {
  auto& row = session.prepared<SelectGift>();
  row.id = id;
  if (!row.statement.execute(true)) return not_found("donation_not_found", "There is no such donation.");
  auto donation = row.columns.donation();
  read_parts(session, donation);
  read_refunds(session, donation);
  return donation;
}

Result<Donation> lock_donation(Transaction& transaction, std::int64_t id) {
  long long number = id, locked = 0;
  transaction.sql() << "SELECT id FROM donations WHERE id = :id FOR NO KEY UPDATE", soci::use(number, "id"), soci::into(locked);
  return find_donation(transaction.session, id);
}

std::vector<std::pair<std::int64_t, Money>> cash_of_funds(Session& session, const Donation& donation) {
  const auto& parts = donation.parts;
  const auto of = donation.account_currency();
  std::vector<std::pair<std::int64_t, Money>> cash;
  if (parts.empty()) return cash;
  std::string funds = "{";
  for (const auto& part : parts) funds += (funds.size() > 1 ? "," : "") + std::to_string(part.fund_id);
  funds += '}';
  const std::string currency(of.code());
  long long fund = 0, amount = 0;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT f.id, COALESCE(sum(b.amount_minor), 0)::bigint
    FROM unnest(:funds::bigint[]) AS f (id)
    LEFT JOIN balances b ON b.fund_id = f.id AND b.account_code = 'bank' AND b.currency = :currency
    GROUP BY f.id)",
                          soci::into(fund), soci::into(amount), soci::use(funds, "funds"), soci::use(currency, "currency"));
  rows.execute();
  while (rows.fetch()) cash.emplace_back(fund, Money{amount, of});
  return cash;
}

std::vector<FundChoice> list_gift_funds(Session& session) {
  std::vector<FundChoice> funds;
  long long id = 0;
  std::string name;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT f.id, f.name
    FROM funds f
    WHERE NOT EXISTS (SELECT 1 FROM grants g WHERE g.fund_id = f.id)
      AND (f.restriction = 'unrestricted' OR NOT EXISTS (SELECT 1 FROM campaigns c WHERE c.fund_id = f.id))
    ORDER BY f.id)",
                          soci::into(id), soci::into(name));
  rows.execute();
  while (rows.fetch()) funds.push_back({id, name});
  return funds;
}

}  // namespace kindling
