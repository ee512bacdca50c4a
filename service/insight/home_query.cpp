#include "insight/home_query.hpp"

#include <soci/soci.h>

#include "core/date.hpp"
#include "core/money.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

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

Value query_home(Session& session) {
  auto& sql = session.sql();
  return Value::object({{"states", states(sql)},
                        {"instalments", due_instalments(sql)},
                        {"obligations", due_obligations(sql)}});
}

}  // namespace kindling
