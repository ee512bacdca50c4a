#include "reporting/variance_explanation_store.hpp"

#include <soci/soci.h>

#include "reporting/variance_explanation.hpp"
#include "storage/database.hpp"

namespace kindling {

StoredExplanations find_explanations(Session& session, std::int64_t grant_id, const Period& period) {
  long long grant = grant_id, line = 0;
  const auto first = to_string(period.first), last = to_string(period.last);
  std::string explanation;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT budget_line_id,
           explanation
    FROM variance_explanations
    WHERE grant_id = :grant
      AND starts_on = :first::date
      AND ends_on = :last::date
    ORDER BY id)",
                          soci::into(line), soci::into(explanation), soci::use(grant, "grant"),
                          soci::use(first, "first"), soci::use(last, "last"));
  rows.execute();
  StoredExplanations found;
  while (rows.fetch()) {
    ++found.version;
    found.by_line[line] = explanation;
  }
  int settled = 0;
  session.sql() << "SELECT explanations_are_settled(:grant, :first::date, :last::date)::int", soci::into(settled),
      soci::use(grant, "grant"), soci::use(first, "first"), soci::use(last, "last");
  found.settled = settled != 0;
  return found;
}

void insert_explanation(Transaction& transaction, std::int64_t grant_id, const Period& period,
                        const NewExplanation& explanation) {
  long long grant = grant_id, line = explanation.budget_line_id, actor = transaction.actor.id;
  const auto first = to_string(period.first), last = to_string(period.last);
  transaction.sql() << R"(
    INSERT INTO variance_explanations (grant_id, budget_line_id, starts_on, ends_on, explanation, written_by)
    VALUES (:grant, :line, :first::date, :last::date, :explanation, :actor))",
      soci::use(grant, "grant"), soci::use(line, "line"), soci::use(first, "first"), soci::use(last, "last"),
      soci::use(explanation.explanation, "explanation"), soci::use(actor, "actor");
}

}  // namespace kindling
