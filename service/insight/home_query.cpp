#include "insight/home_query.hpp"

#include <algorithm>

#include <soci/soci.h>

#include "core/date.hpp"
#include "core/money.hpp"
#include "insight/steering_query.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

// Sums of different currencies stand beside each other, never together.
struct Sums {
  std::vector<Money> amounts;
  void add(Money amount) {
    const auto same = std::ranges::find(amounts, amount.currency, &Money::currency);
    if (same == amounts.end()) amounts.push_back(amount);
    else *same = *same + amount;
  }
  Value::Array display() const {
    Value::Array texts;
    for (const auto& amount : amounts) texts.emplace_back(to_display(amount));
    if (texts.empty()) texts.emplace_back("–");
    return texts;
  }
};

Value keys(Session& session, const SteeringMoment& moment) {
  const auto cash = query_cash(session, moment);
  const auto gap = query_gap(session, moment, cash);
  Sums has, may_spend, promised;
  has.add({cash.total(), moment.currency});
  for (const auto& other : cash.other_currencies) has.add(other);
  for (const auto& grant : query_grants(session, moment)) {
    may_spend.add({grant.available_minor(), grant.currency});
    promised.add({grant.committed_minor, grant.currency});
  }
  for (const auto& own : cash.promised) promised.add(own);
  const auto key = [](const char* label, Value::Array values, std::string note, const char* href, bool over = false) {
    return Value::object({{"label", label}, {"values", std::move(values)}, {"note", std::move(note)}, {"href", href}, {"over", over}});
  };
  const auto display = [&](std::int64_t minor) { return to_display(Money{minor, moment.currency}); };
  auto list = Value::array();
  list.push(key("Has", has.display(), display(cash.unrestricted()) + " of it is free", "/sustainability", cash.total() < 0));
  list.push(key("May spend", may_spend.display(), "available in the budgets of its grants", "/grants"));
  list.push(key("Has promised", promised.display(), "in commitments that are open", "/platform/commitments"));
  if (gap.empty()) {
    list.push(key("Will lack", {"–"}, "no budget of the year is approved", "/platform-budgets"));
  } else {
    const auto& year = gap.front();
    const auto lacks = std::max<std::int64_t>(0, year.needed() - year.weighted());
    list.push(key("Will lack", {display(lacks)}, "in " + std::to_string(year.year) + ", with what is hoped for weighted", "/sustainability", lacks > 0));
  }
  return list;
}

Value states(soci::session& sql) {
  auto list = Value::array();
  std::string state;
  long long count = 0;
  soci::statement rows = (sql.prepare << R"(
    SELECT state, count(*)
    FROM grants
    GROUP BY state
    ORDER BY array_position(ARRAY['prospect', 'drafting', 'applied', 'awarded', 'active', 'suspended', 'closing',
                                  'closed', 'rejected', 'withdrawn'], state))",
                          soci::into(state), soci::into(count));
  rows.execute();
  while (rows.fetch()) list.push(Value::object({{"state", state}, {"count", std::to_string(count)}}));
  return list;
}

Value due_instalments(soci::session& sql) {
  auto list = Value::array();
  std::string title, grant, due, currency;
  long long grant_id = 0, amount = 0;
  int late = 0;
  soci::statement rows = (sql.prepare << R"(
    SELECT i.title, g.title, g.id, i.due_on::text, i.amount_minor, i.currency, (i.due_on < current_date)::int
    FROM instalments i
    JOIN grants g ON g.id = i.grant_id
    WHERE i.state IN ('planned', 'requested')
    ORDER BY i.due_on, i.id
    LIMIT 8)",
                          soci::into(title), soci::into(grant), soci::into(grant_id), soci::into(due),
                          soci::into(amount), soci::into(currency), soci::into(late));
  rows.execute();
  while (rows.fetch()) {
    list.push(Value::object({{"title", title},
                             {"grant", grant},
                             {"href", "/grants/" + std::to_string(grant_id) + "/instalments"},
                             {"due", to_display(Date::of(due))},
                             {"amount", to_display(Money{amount, Currency::of(currency)})},
                             {"late", late != 0}}));
  }
  return list;
}

Value due_obligations(soci::session& sql) {
  auto list = Value::array();
  std::string title, grant, due;
  long long grant_id = 0;
  int late = 0;
  soci::statement rows = (sql.prepare << R"(
    SELECT o.title, g.title, g.id, o.due_on::text, (o.due_on < current_date)::int
    FROM obligations o
    JOIN grants g ON g.id = o.grant_id
    WHERE o.state IN ('open', 'returned')
    ORDER BY o.due_on, o.id
    LIMIT 8)",
                          soci::into(title), soci::into(grant), soci::into(grant_id), soci::into(due), soci::into(late));
  rows.execute();
  while (rows.fetch()) {
    list.push(Value::object({{"title", title},
                             {"grant", grant},
                             {"href", "/grants/" + std::to_string(grant_id) + "/obligations"},
                             {"due", to_display(Date::of(due))},
                             {"late", late != 0}}));
  }
  return list;
}

}  // namespace

Value query_home(Session& session, const SteeringMoment& moment) {
  auto& sql = session.sql();
  auto instalments = due_instalments(sql), obligations = due_obligations(sql);
  return Value::object({{"keys", keys(session, moment)},
                        {"states", states(sql)},
                        {"has_instalments", !std::get<Value::Array>(instalments.data()).empty()},
                        {"instalments", std::move(instalments)},
                        {"has_obligations", !std::get<Value::Array>(obligations.data()).empty()},
                        {"obligations", std::move(obligations)}});
}

}  // namespace kindling
