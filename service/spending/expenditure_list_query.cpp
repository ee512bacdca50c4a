// The list of expenditures: one query with its search, filters, order and page, declared in expenditure_store.hpp.
#include <charconv>

#include <soci/soci.h>

#include "spending/expenditure_store.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"
#include "web/list_filters.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

struct Order {
  std::string_view sort;
  const char* key;
  const char* type;
};
constexpr Order kOrders[] = {{"document_on", "e.document_on", "date"}, {"amount", "e.amount_minor", "bigint"}};

std::optional<long long> number_in(std::string_view text) {
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool fits(const Order& order, const std::string& key) {
  return order.sort == "amount" ? number_in(key).has_value() : Date::parse(key).has_value();
}

std::string list_sql(const Order& order, bool descending) {
  const std::string key = order.key, direction = descending ? " DESC" : "";
  return R"(
      SELECT e.id, e.version, e.kind, e.state, e.document_on::text, COALESCE(o.name, e.person, ''),
             COALESCE(e.document_number, ''), e.description, e.currency, e.amount_minor, e.reversed_minor,
             COALESCE((SELECT string_agg(DISTINCT COALESCE(g.title, 'Own'), ', ')
                       FROM expenditure_allocations a
                       LEFT JOIN grants g ON g.id = a.grant_id
                       WHERE a.expenditure_id = e.id), ''),
             (SELECT count(*) FROM evidence_files f WHERE f.expenditure_id = e.id)::int,
             ()" + key + R"()::text
      FROM expenditures e
      LEFT JOIN organisations o ON o.id = e.supplier_id
      WHERE (:search = '' OR position(lower(:search) IN lower(concat_ws(' ', e.description, e.document_number, o.name,
                                                                         e.person))) > 0)
        AND (:state = '' OR e.state = :state)
        AND (:kind = '' OR e.kind = :kind)
        AND (CAST(:supplier AS bigint) IS NULL OR e.supplier_id = :supplier)
        AND (CAST(:grant AS bigint) IS NULL
             OR EXISTS (SELECT 1 FROM expenditure_allocations a WHERE a.expenditure_id = e.id AND a.grant_id = :grant))
        AND (CAST(:line AS bigint) IS NULL
             OR EXISTS (SELECT 1 FROM expenditure_allocations a WHERE a.expenditure_id = e.id AND a.budget_line_id = :line))
        AND (CAST(:first_day AS date) IS NULL OR e.document_on >= CAST(:first_day AS date))
        AND (CAST(:last_day AS date) IS NULL OR e.document_on <= CAST(:last_day AS date))
        AND (:used_as = ''
             OR EXISTS (SELECT 1
                        FROM expenditure_allocations a
                        WHERE a.expenditure_id = e.id
                          AND a.used_as = :used_as
                          AND (CAST(:grant AS bigint) IS NULL OR a.grant_id = :grant)))
        AND (:evidence = '' OR NOT EXISTS (SELECT 1 FROM evidence_files f WHERE f.expenditure_id = e.id))
        AND (CAST(:after_id AS bigint) IS NULL
             OR ()" + key + ", e.id) " + (descending ? "<" : ">") + " (CAST(:after_key AS " + order.type +
         R"(), CAST(:after_id AS bigint)))
      ORDER BY )" + key + direction + ", e.id" + direction + R"(
      LIMIT :limit)";
}

// The filters as typed.
struct Filters {
  ListFilters read;  // first: reading the others adds to its errors
  std::string state, kind, used_as, evidence;
  std::optional<long long> supplier, grant, line;
  std::optional<std::string> first_day, last_day;

  explicit Filters(const ListQuery& query)
      : read(query),
        state(read.one_of("state", {"draft", "submitted", "approved", "reported", "withdrawn"})),
        kind(read.one_of("kind", {"invoice", "staff", "in_kind"})),
        used_as(read.one_of("used_as", {"claimed", "match", "ineligible", "own"})),
        evidence(read.one_of("evidence", {"missing"})),
        supplier(read.number("supplier")),
        grant(read.number("grant")),
        line(read.number("line")),
        first_day(read.day("from")),
        last_day(read.day("to")) {}
};

}  // namespace

const std::vector<std::string>& expenditure_filters() {
  static const std::vector<std::string> kFilters = {"state", "kind", "grant", "supplier", "line", "used_as", "from", "to",
                                                    "evidence"};
  return kFilters;
}

Result<ExpenditureList> list_expenditures(Session& session, const ListQuery& query) {
  const Order* order = &kOrders[0];
  for (const auto& known : kOrders) {
    if (known.sort == query.sort) order = &known;
  }
  std::optional<long long> after_id;
  std::string after_key = order->sort == "amount" ? "0" : "2000-01-01";
  if (!query.after.empty()) {
    const auto cursor = decode_cursor(query.after);
    if (!cursor || !fits(*order, cursor->key)) {
      return invalid_field("after", "bad_cursor", "This page does not exist; begin with the first one.");
    }
    after_id = cursor->id;
    after_key = cursor->key;
  }
  Filters f(query);
  if (const auto fit = f.read.check(); !fit) return fit.error();
  const int limit = query.limit + 1;  // one more tells whether there is a next page

  long long id = 0, amount = 0, reversed = 0;
  int version = 0, evidence_count = 0;
  std::string kind, state, document_on, supplier, number, description, currency, charged_to, key;
  soci::statement rows =
      (session.sql().prepare << list_sql(*order, query.descending), soci::use(query.search, "search"),
       soci::use(f.state, "state"), soci::use(f.kind, "kind"), soci::use(f.supplier, "supplier"),
       soci::use(f.grant, "grant"), soci::use(f.line, "line"), soci::use(f.first_day, "first_day"),
       soci::use(f.last_day, "last_day"), soci::use(f.used_as, "used_as"), soci::use(f.evidence, "evidence"),
       soci::use(after_id, "after_id"), soci::use(after_key, "after_key"), soci::use(limit, "limit"), soci::into(id),
       soci::into(version),
       soci::into(kind), soci::into(state), soci::into(document_on), soci::into(supplier), soci::into(number),
       soci::into(description), soci::into(currency), soci::into(amount), soci::into(reversed), soci::into(charged_to),
       soci::into(evidence_count), soci::into(key));
  rows.execute();
  ExpenditureList list;
  std::string last_key;
  while (rows.fetch()) {
    if (list.expenditures.size() == static_cast<std::size_t>(query.limit)) {
      list.next_cursor = encode_cursor({.key = last_key, .id = list.expenditures.back().id});
      break;
    }
    const auto of = Currency::of(currency);
    list.expenditures.push_back({.id = id, .version = version, .kind = kind, .state = state,
                                 .document_on = Date::of(document_on), .supplier_name = supplier,
                                 .document_number = number, .description = description, .amount = {amount, of},
                                 .reversed = {reversed, of}, .charged_to = charged_to,
                                 .evidence_count = evidence_count});
    last_key = key;
  }
  return list;
}

}  // namespace kindling
