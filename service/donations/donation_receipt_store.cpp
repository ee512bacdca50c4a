#include "donations/donation_receipt_store.hpp"

#include <algorithm>

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"
#include "web/list_filters.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

std::vector<DonationReceipt> read_receipts(soci::session& sql, long long before, long long only_id, int of_year, int limit) {
  long long id = 0, donor = 0, amount = 0;
  int year = 0, number = 0;
  std::optional<int> covers;
  std::string kind, reference, issued_on, currency;
  soci::statement rows = (sql.prepare << R"(
    SELECT r.id, r.year, r.number, r.kind, r.donor_id, o.reference, r.issued_on::text, r.covers_year, r.currency, r.amount_minor
    FROM donation_receipts r
    JOIN donors o ON o.id = r.donor_id
    WHERE r.id < :before
      AND (:only_id::bigint = 0 OR r.id = :only_id)
      AND (:of_year::int = 0 OR r.year = :of_year)
    ORDER BY r.id DESC
    LIMIT :limit)",
                          soci::into(id), soci::into(year), soci::into(number), soci::into(kind), soci::into(donor),
                          soci::into(reference), soci::into(issued_on), soci::into(covers), soci::into(currency),
                          soci::into(amount), soci::use(before, "before"), soci::use(only_id, "only_id"),
                          soci::use(of_year, "of_year"), soci::use(limit, "limit"));
  rows.execute();
  std::vector<DonationReceipt> receipts;
  while (rows.fetch()) {
    receipts.push_back({.id = id, .year = year, .number = number, .kind = kind, .donor_id = donor,
                        .donor_reference = reference, .issued_on = Date::of(issued_on), .covers_year = covers,
                        .amount = {amount, Currency::of(currency)}, .lines = {}, .copies = {}});
  }
  return receipts;
}

void read_lines(soci::session& sql, DonationReceipt& receipt) {
  long long of = receipt.id, donation = 0, amount = 0;
  int taken_back = 0;
  std::string given_on, description;
  soci::statement rows = (sql.prepare << R"(
    SELECT l.donation_id, d.given_on::text, l.amount_minor, COALESCE(d.description, ''),
           (d.kind = 'cash' AND d.gross_minor - d.refunded_minor < l.amount_minor)::int
    FROM donation_receipt_lines l
    JOIN donations d ON d.id = l.donation_id
    WHERE l.receipt_id = :of
    ORDER BY d.given_on, d.id)",
                          soci::into(donation), soci::into(given_on), soci::into(amount), soci::into(description),
                          soci::into(taken_back), soci::use(of, "of"));
  rows.execute();
  while (rows.fetch()) {
    receipt.lines.push_back({donation, Date::of(given_on), {amount, receipt.amount.currency}, description, taken_back != 0});
  }
}

void read_copies(soci::session& sql, DonationReceipt& receipt) {
  long long of = receipt.id;
  int number = 0;
  std::string issued_on, reason;
  soci::statement rows = (sql.prepare << R"(
    SELECT copy_number, issued_on::text, reason
    FROM donation_receipt_copies
    WHERE receipt_id = :of
    ORDER BY copy_number)",
                          soci::into(number), soci::into(issued_on), soci::into(reason), soci::use(of, "of"));
  rows.execute();
  while (rows.fetch()) receipt.copies.push_back({number, Date::of(issued_on), reason});
}

std::string array_of(const std::vector<std::int64_t>& ids) {
  std::string text = "{";
  for (const auto id : ids) text += (text.size() > 1 ? "," : "") + std::to_string(id);
  return text + "}";
}

}  // namespace

Result<DonationReceiptList> list_receipts(Session& session, const ListQuery& query) {
  ListFilters filters(query);
  const auto year = filters.number("year").value_or(0);
  if (const auto fit = filters.check(); !fit) return fit.error();
  const long long before = query.after.empty() ? INT64_MAX : decode_cursor(query.after).value_or(Cursor{}).id;
  DonationReceiptList list{read_receipts(session.sql(), before, 0, static_cast<int>(std::clamp(year, -1LL, 10'000LL)), query.limit + 1), {}};
  if (static_cast<int>(list.receipts.size()) > query.limit) {
    list.receipts.pop_back();
    list.next_cursor = encode_cursor({"", list.receipts.back().id});
  }
  return list;
}

Result<DonationReceipt> find_receipt(Session& session, std::int64_t id) {
  auto found = id == 0 ? std::vector<DonationReceipt>{} : read_receipts(session.sql(), INT64_MAX, id, 0, 1);
  if (found.empty()) return not_found("receipt_not_found", "There is no such receipt.");
  read_lines(session.sql(), found.front());
  read_copies(session.sql(), found.front());
  return std::move(found.front());
}

std::int64_t insert_receipt(Transaction& transaction, const NewDonationReceipt& receipt, const std::string& currency) {
  long long id = 0, donor = receipt.donor_id, actor = transaction.actor.id;
  const auto issued_on = to_string(receipt.issued_on), gifts = array_of(receipt.donation_ids);
  transaction.sql() << R"(
    INSERT INTO donation_receipts (kind, donor_id, issued_on, covers_year, currency, amount_minor, issued_by)
    SELECT :kind, :donor, :issued_on::date, :covers, :currency,
           COALESCE(sum(CASE d.kind WHEN 'in_kind' THEN 0 ELSE d.gross_minor - d.refunded_minor END), 0)::bigint, :actor
    FROM donations d
    WHERE d.id = ANY (:gifts::bigint[])
    RETURNING id)",
      soci::use(receipt.kind, "kind"), soci::use(donor, "donor"), soci::use(issued_on, "issued_on"),
      soci::use(receipt.covers_year, "covers"), soci::use(currency, "currency"), soci::use(actor, "actor"),
      soci::use(gifts, "gifts"), soci::into(id);
  transaction.sql() << R"(
    INSERT INTO donation_receipt_lines (receipt_id, donation_id, amount_minor)
    SELECT :id, d.id, CASE d.kind WHEN 'in_kind' THEN 0 ELSE d.gross_minor - d.refunded_minor END
    FROM donations d
    WHERE d.id = ANY (:gifts::bigint[])
    ORDER BY d.id)",
      soci::use(id, "id"), soci::use(gifts, "gifts");
  return id;
}

void insert_receipt_copy(Transaction& transaction, std::int64_t receipt_id, Date issued_on, const std::string& reason) {
  long long id = receipt_id, actor = transaction.actor.id;
  const auto day = to_string(issued_on);
  transaction.sql() << R"(
    INSERT INTO donation_receipt_copies (receipt_id, copy_number, issued_on, reason, issued_by)
    SELECT :id, COALESCE(max(copy_number), 0) + 1, :day::date, :reason, :actor
    FROM donation_receipt_copies
    WHERE receipt_id = :id)",
      soci::use(id, "id"), soci::use(day, "day"), soci::use(reason, "reason"), soci::use(actor, "actor");
}

std::vector<Receiptable> list_receiptable(Session& session, int of_year, std::int64_t donor_id) {
  long long of_donor = donor_id, donor = 0, donation = 0;
  int year = of_year;
  std::string currency;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT COALESCE(o.merged_into_id, o.id), d.currency, d.id
    FROM donations d
    JOIN donors o ON o.id = d.donor_id
    LEFT JOIN donation_receipt_lines l ON l.donation_id = d.id
    WHERE d.state = 'cleared'
      AND l.donation_id IS NULL
      AND d.cleared_on BETWEEN make_date(:year, 1, 1) AND make_date(:year, 12, 31)
      AND (:of_donor::bigint = 0 OR COALESCE(o.merged_into_id, o.id) = :of_donor)
    ORDER BY 1, 2, 3)",
                          soci::into(donor), soci::into(currency), soci::into(donation), soci::use(year, "year"),
                          soci::use(of_donor, "of_donor"));
  rows.execute();
  std::vector<Receiptable> found;
  while (rows.fetch()) {
    if (found.empty() || found.back().donor_id != donor || found.back().currency != currency) {
      found.push_back({donor, currency, {}});
    }
    found.back().donation_ids.push_back(donation);
  }
  return found;
}

}  // namespace kindling
