#include "insight/risk_store.hpp"

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

std::vector<Risk> read_risks(soci::session& sql, long long only_id, const std::string& state) {
  long long id = 0;
  std::optional<long long> owner;
  std::string review_on;
  Risk row{{.title = {}, .owner_id = {}, .mitigation = {}, .review_on = Date::of("2000-01-01"), .state = {}, .outcome = {}},
           0, 0, {}};
  soci::statement rows = (sql.prepare << R"(
    SELECT r.id, r.version, r.title, r.likelihood::integer, r.impact::integer, r.owner_id, COALESCE(u.name, ''),
           r.mitigation, r.review_on::text, r.state, r.outcome
    FROM risks r
    LEFT JOIN users u ON u.id = r.owner_id
    WHERE (:only_id::bigint = 0 OR r.id = :only_id)
      AND (:state = '' OR r.state = :state OR (:state = 'standing' AND r.state IN ('open', 'accepted')))
    ORDER BY r.score DESC, r.review_on, r.id
    LIMIT 1000)",
                          soci::into(id), soci::into(row.version), soci::into(row.title), soci::into(row.likelihood),
                          soci::into(row.impact), soci::into(owner), soci::into(row.owner_name),
                          soci::into(row.mitigation), soci::into(review_on), soci::into(row.state),
                          soci::into(row.outcome), soci::use(only_id, "only_id"), soci::use(state, "state"));
  rows.execute();
  std::vector<Risk> risks;
  while (rows.fetch()) {
    row.id = id;
    row.owner_id = owner ? std::optional<std::int64_t>(*owner) : std::nullopt;
    row.review_on = Date::of(review_on);
    risks.push_back(row);
  }
  return risks;
}

}  // namespace

std::vector<Risk> list_risks(Session& session, const std::string& state) { return read_risks(session.sql(), 0, state); }

Result<Risk> find_risk(Session& session, std::int64_t id) {
  auto found = id == 0 ? std::vector<Risk>{} : read_risks(session.sql(), id, "");
  if (found.empty()) return not_found("risk_not_found", "There is no such risk in the register.");
  return found.front();
}

std::int64_t insert_risk(Transaction& transaction, const NewRisk& risk) {
  long long id = 0, actor = transaction.actor.id;
  const auto review_on = to_string(risk.review_on);
  std::optional<long long> owner;
  if (risk.owner_id) owner = *risk.owner_id;
  transaction.sql() << R"(
    INSERT INTO risks (title, likelihood, impact, owner_id, mitigation, review_on, state, outcome, created_by)
    VALUES (:title, :likelihood, :impact, :owner, :mitigation, :review_on::date, :state, :outcome,
            NULLIF(:actor::bigint, 0))
    RETURNING id)",
      soci::use(risk.title, "title"), soci::use(risk.likelihood, "likelihood"), soci::use(risk.impact, "impact"),
      soci::use(owner, "owner"), soci::use(risk.mitigation, "mitigation"), soci::use(review_on, "review_on"),
      soci::use(risk.state, "state"), soci::use(risk.outcome, "outcome"), soci::use(actor, "actor"), soci::into(id);
  return id;
}

bool update_risk(Transaction& transaction, std::int64_t risk_id, int expected, const NewRisk& risk) {
  long long id = risk_id;
  int updated = 0;
  const auto review_on = to_string(risk.review_on);
  std::optional<long long> owner;
  if (risk.owner_id) owner = *risk.owner_id;
  transaction.sql() << R"(
    UPDATE risks
    SET title = :title, likelihood = :likelihood, impact = :impact, owner_id = :owner, mitigation = :mitigation,
        review_on = :review_on::date, state = :state, outcome = :outcome, version = version + 1
    WHERE id = :id
      AND version = :expected
    RETURNING 1)",
      soci::use(risk.title, "title"), soci::use(risk.likelihood, "likelihood"), soci::use(risk.impact, "impact"),
      soci::use(owner, "owner"), soci::use(risk.mitigation, "mitigation"), soci::use(review_on, "review_on"),
      soci::use(risk.state, "state"), soci::use(risk.outcome, "outcome"), soci::use(id, "id"),
      soci::use(expected, "expected"), soci::into(updated);
  return transaction.sql().got_data();
}

}  // namespace kindling
