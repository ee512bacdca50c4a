#include "ledger/ledger_query.hpp"

#include <charconv>

#include <soci/soci.h>

#include "core/money.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

// 0 where the filter is absent; nullopt where it is no number.
std::optional<long long> number_of(const std::string& text) {
  long long number = 0;
  if (text.empty()) return number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1) return std::nullopt;
  return number;
}

Value or_null(const std::optional<long long>& number) { return number ? Value(std::int64_t{*number}) : Value(); }

}  // namespace

Result<EntryList> list_entries(Session& session, const ListQuery& query) {
  const auto fund = number_of(query.filter("fund"));
  if (!fund) return invalid_field("fund", "not_a_number", "Enter the number of a fund.");
  const auto document = number_of(query.filter("document_id"));
  if (!document) return invalid_field("document_id", "not_a_number", "Enter the number of a document.");
  long long fund_id = *fund, document_id = *document;
  long long before = query.after.empty() ? INT64_MAX : decode_cursor(query.after).value_or(Cursor{}).id;
  const auto document_kind = query.filter("document_kind");
  long long id = 0, of_document = 0;
  std::optional<long long> position, reverses;
  std::string booked_on, kind, of_kind, description;
  int limit = query.limit + 1;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT e.id, e.booked_on::text, e.kind, e.document_kind, e.document_id, e.description, e.reverses_entry_id, s.position
    FROM entries e
    LEFT JOIN seals s ON s.entry_id = e.id
    WHERE e.id < :before
      AND (:document_kind = '' OR e.document_kind = :document_kind)
      AND (:document_id::bigint = 0 OR e.document_id = :document_id)
      AND (:fund_id::bigint = 0 OR EXISTS (SELECT 1 FROM postings p WHERE p.entry_id = e.id AND p.fund_id = :fund_id))
      AND strpos(lower(e.description), lower(:search)) > 0
    ORDER BY e.id DESC
    LIMIT :limit)",
                          soci::into(id), soci::into(booked_on), soci::into(kind), soci::into(of_kind),
                          soci::into(of_document), soci::into(description), soci::into(reverses), soci::into(position),
                          soci::use(before, "before"), soci::use(document_kind, "document_kind"),
                          soci::use(document_id, "document_id"), soci::use(fund_id, "fund_id"),
                          soci::use(query.search, "search"), soci::use(limit, "limit"));
  rows.execute();
  EntryList list;
  std::int64_t last = 0;
  while (rows.fetch()) {
    if (static_cast<int>(list.entries.size()) == query.limit) {
      list.next_cursor = encode_cursor({"", last});
      break;
    }
    last = id;
    list.entries.push_back(Value::object({{"id", std::int64_t{id}},
                                          {"booked_on", booked_on},
                                          {"kind", kind},
                                          {"document_kind", of_kind},
                                          {"document_id", std::int64_t{of_document}},
                                          {"description", description},
                                          {"reverses_entry_id", or_null(reverses)},
                                          {"position", or_null(position)}}));
  }
  return list;
}

Result<Value> find_entry(Session& session, std::int64_t entry_id) {
  auto& sql = session.sql();
  long long id = entry_id, document_id = 0;
  std::optional<long long> reverses, reversed_by, position;
  std::string booked_on, recorded_at, kind, document_kind, description, hash, actor;
  sql << R"(
    SELECT e.booked_on::text,
           to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           e.kind, e.document_kind, e.document_id, e.description, e.reverses_entry_id, r.id, s.position,
           COALESCE(encode(s.hash, 'hex'), ''), COALESCE(u.name, '')
    FROM entries e
    LEFT JOIN entries r ON r.reverses_entry_id = e.id
    LEFT JOIN seals s ON s.entry_id = e.id
    LEFT JOIN users u ON u.id = e.actor_id
    WHERE e.id = :id)",
      soci::into(booked_on), soci::into(recorded_at), soci::into(kind), soci::into(document_kind),
      soci::into(document_id), soci::into(description), soci::into(reverses), soci::into(reversed_by),
      soci::into(position), soci::into(hash), soci::into(actor), soci::use(id, "id");
  if (!sql.got_data()) return not_found("entry_not_found", "There is no such entry in the ledger.");
  auto postings = Value::array();
  std::string account, account_name, fund, currency;
  long long fund_id = 0, amount = 0;
  std::optional<long long> line;
  soci::statement rows = (sql.prepare << R"(
    SELECT p.account_code, a.name, p.fund_id, f.name, p.budget_line_id, p.amount_minor, p.currency
    FROM postings p
    JOIN accounts a ON a.code = p.account_code
    JOIN funds f ON f.id = p.fund_id
    WHERE p.entry_id = :id
    ORDER BY p.line_no)",
                          soci::into(account), soci::into(account_name), soci::into(fund_id), soci::into(fund),
                          soci::into(line), soci::into(amount), soci::into(currency), soci::use(id, "id"));
  rows.execute();
  while (rows.fetch()) {
    const Money money{amount, Currency::of(currency)};
    postings.push(Value::object({{"account", account},
                                 {"account_name", account_name},
                                 {"fund_id", std::int64_t{fund_id}},
                                 {"fund_name", fund},
                                 {"budget_line_id", or_null(line)},
                                 {"currency", currency},
                                 {"amount", to_string(money)},
                                 {"amount_display", to_display(money)}}));
  }
  return Value::object({{"id", entry_id},
                        {"booked_on", booked_on},
                        {"recorded_at", recorded_at},
                        {"kind", kind},
                        {"document_kind", document_kind},
                        {"document_id", std::int64_t{document_id}},
                        {"description", description},
                        {"actor_name", actor},
                        {"reverses_entry_id", or_null(reverses)},
                        {"reversed_by_entry_id", or_null(reversed_by)},
                        {"position", or_null(position)},
                        {"hash", hash},
                        {"postings", std::move(postings)}});
}

Value::Array list_funds(Session& session) {
  Value::Array funds;
  long long id = 0, cash = 0;
  std::string code, name, restriction, currency;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT f.id, f.code, f.name, f.restriction, COALESCE(b.currency, ''), COALESCE(b.cash, 0)
    FROM funds f
    LEFT JOIN (SELECT fund_id, currency, sum(amount_minor)::bigint AS cash
               FROM balances
               WHERE account_code = 'bank'
               GROUP BY fund_id, currency) b ON b.fund_id = f.id
    ORDER BY f.id, b.currency)",
                          soci::into(id), soci::into(code), soci::into(name), soci::into(restriction),
                          soci::into(currency), soci::into(cash));
  rows.execute();
  while (rows.fetch()) {
    auto fund = Value::object({{"id", std::int64_t{id}}, {"code", code}, {"name", name}, {"restriction", restriction},
                               {"currency", currency}});
    fund.set("cash", currency.empty() ? Value("0") : Value(to_string(Money{cash, Currency::of(currency)})));
    fund.set("cash_display", currency.empty() ? Value("nothing yet") : Value(to_display({cash, Currency::of(currency)})));
    funds.push_back(std::move(fund));
  }
  return funds;
}

}  // namespace kindling
