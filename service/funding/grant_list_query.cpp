// The list of grants: one query with its search, filters, order and page, declared in grant_store.hpp.
#include <charconv>

#include "funding/grant_store.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

std::optional<long long> number_in(std::string_view text) {
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// How an order reads its key, and how it compares it with a cursor's.
struct Order {
  std::string_view sort;
  const char* key;
  const char* type;
};
constexpr Order kOrders[] = {
    {"title", "lower(g.title)", "text"},
    {"awarded", "coalesce(g.awarded_minor, 0)", "bigint"},
    {"end", "g.ends_on", "date"},
};

bool fits(const Order& order, const std::string& key) {
  if (order.sort == "awarded") return number_in(key).has_value();
  if (order.sort == "end") return Date::parse(key).has_value();
  return true;
}

std::string list_sql(const Order& order, bool descending) {
  const std::string key = order.key;
  const std::string direction = descending ? " DESC" : "";
  return R"(
      SELECT g.id,
             g.version,
             g.title,
             g.reference,
             g.programme_code,
             g.funder_id,
             o.name,
             g.state,
             g.currency,
             g.requested_minor,
             g.awarded_minor,
             g.starts_on::text,
             g.ends_on::text,
             ()" +
         key + R"()::text
        FROM grants g
        JOIN organisations o ON o.id = g.funder_id
       WHERE (:search = '' OR position(lower(:search) IN lower(concat_ws(' ', g.title, g.reference, g.call, o.name))) > 0)
         AND (:state = '' OR g.state = :state)
         AND (:programme = '' OR g.programme_code = :programme)
         AND (CAST(:funder AS bigint) IS NULL OR g.funder_id = :funder)
         AND (CAST(:after_id AS bigint) IS NULL
              OR ()" +
         key + ", g.id) " + (descending ? "<" : ">") + " (CAST(:after_key AS " + order.type +
         R"(), CAST(:after_id AS bigint)))
       ORDER BY )" +
         key + direction + ", g.id" + direction + R"(
       LIMIT :limit)";
}

}  // namespace

Result<GrantList> list_grants(Session& session, const ListQuery& query) {
  const Order* order = &kOrders[0];
  for (const auto& known : kOrders) {
    if (known.sort == query.sort) order = &known;
  }
  std::optional<long long> after_id;
  std::string after_key = order->sort == "awarded" ? "0" : "2000-01-01";
  if (!query.after.empty()) {
    const auto cursor = decode_cursor(query.after);
    if (!cursor || !fits(*order, cursor->key)) {
      return invalid_field("after", "bad_cursor", "This page does not exist; begin with the first one.");
    }
    after_id = cursor->id;
    after_key = cursor->key;
  }
  const auto state_filter = query.filter("state");
  if (!state_filter.empty() && !find_grant_state(state_filter)) {
    return invalid_field("state", "not_one_of", "There is no such state; choose one of the list.");
  }
  const auto funder_text = query.filter("funder");
  const auto funder_filter = number_in(funder_text);
  if (!funder_text.empty() && !funder_filter) {
    return invalid_field("funder", "not_a_number", "Name the funder by its number.");
  }
  const auto programme_filter = query.filter("programme");
  const int limit = query.limit + 1;  // one more tells whether there is a next page

  long long id = 0, funder_id = 0;
  int version = 0;
  std::string title, programme, funder, state, currency, starts_on, ends_on, key;
  std::optional<std::string> reference;
  std::optional<long long> requested, awarded;
  soci::statement rows =
      (session.sql().prepare << list_sql(*order, query.descending), soci::use(query.search, "search"),
       soci::use(state_filter, "state"), soci::use(programme_filter, "programme"),
       soci::use(funder_filter, "funder"), soci::use(after_id, "after_id"), soci::use(after_key, "after_key"),
       soci::use(limit, "limit"), soci::into(id), soci::into(version), soci::into(title),
       soci::into(reference), soci::into(programme), soci::into(funder_id), soci::into(funder),
       soci::into(state), soci::into(currency), soci::into(requested), soci::into(awarded),
       soci::into(starts_on), soci::into(ends_on), soci::into(key));
  rows.execute();

  GrantList list;
  std::string last_key;
  while (rows.fetch()) {
    if (list.grants.size() == static_cast<std::size_t>(query.limit)) {
      list.next_cursor = encode_cursor({.key = last_key, .id = list.grants.back().id});
      break;
    }
    const auto money = Currency::of(currency);
    list.grants.push_back({.id = id,
                           .version = version,
                           .title = title,
                           .reference = reference,
                           .programme_code = programme,
                           .funder_id = funder_id,
                           .funder_name = funder,
                           .state = find_grant_state(state).value(),
                           .currency = money,
                           .requested = requested ? std::optional(Money{*requested, money}) : std::nullopt,
                           .awarded = awarded ? std::optional(Money{*awarded, money}) : std::nullopt,
                           .period = {Date::of(starts_on), Date::of(ends_on)}});
    last_key = key;
  }
  return list;
}

}  // namespace kindling
