#include "spending/commitment_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// Newest first, or one of them (id <> 0).
std::vector<Commitment> read_commitments(soci::session& sql, GrantOrPlatform grant, long long only_id, bool lock) {
  std::string text = R"(
    SELECT c.id, c.version, c.budget_line_id, c.supplier_id, o.name, c.title, c.reference, c.signed_on::text, c.currency,
           c.amount_minor, commitment_consumed_minor(c.id), c.state, COALESCE(c.closed_reason, ''),
           COALESCE(c.override_reason, ''), COALESCE(x.name, ''), c.created_by, COALESCE(u.name, ''),
           c.need
    FROM commitments c
    JOIN organisations o ON o.id = c.supplier_id
    LEFT JOIN users u ON u.id = c.created_by
    LEFT JOIN users x ON x.id = c.overridden_by
    WHERE c.grant_id )" + std::string(grant ? "= " + std::to_string(*grant) : "IS NULL") + R"(
      AND (:only_id::bigint = 0 OR c.id = :only_id)
    ORDER BY c.id DESC)";
  if (lock) text += " FOR UPDATE OF c";
  long long id = 0, supplier = 0, amount = 0, consumed = 0;
  int version = 0;
  std::optional<long long> line, created_by;
  std::optional<std::string> need;
  std::string supplier_name, title, reference, signed_on, currency, state, closed, why, by, author;
  soci::statement rows = (sql.prepare << text, soci::into(id), soci::into(version), soci::into(line),
                          soci::into(supplier), soci::into(supplier_name), soci::into(title), soci::into(reference),
                          soci::into(signed_on), soci::into(currency), soci::into(amount), soci::into(consumed),
                          soci::into(state), soci::into(closed), soci::into(why), soci::into(by),
                          soci::into(created_by), soci::into(author), soci::into(need), soci::use(only_id, "only_id"));
  const auto or_none = [](const std::optional<long long>& found) {
    return found ? std::optional<std::int64_t>(*found) : std::nullopt;
  };
  rows.execute();
  std::vector<Commitment> commitments;
  while (rows.fetch()) {
    const auto of = Currency::of(currency);
    commitments.push_back({.id = id, .version = version, .grant_id = grant, .budget_line_id = or_none(line),
                           .supplier_id = supplier, .supplier_name = supplier_name, .title = title,
                           .reference = reference, .signed_on = Date::of(signed_on), .amount = {amount, of},
                           .consumed = {consumed, of}, .need = need, .state = state, .closed_reason = closed,
                           .override_reason = why, .overridden_by_name = by,
                           .created_by = or_none(created_by),
                           .created_by_name = author});
  }
  return commitments;
}

Result<Commitment> read_one(soci::session& sql, GrantOrPlatform grant, std::int64_t id, bool lock) {
  // Id 0 would read all; no row has it.
  auto found = id == 0 ? std::vector<Commitment>{} : read_commitments(sql, grant, id, lock);
  if (found.empty()) return not_found("commitment_not_found", "There is no such commitment here.");
  return found.front();
}

}  // namespace

std::vector<Commitment> list_commitments(Session& session, GrantOrPlatform grant) {
  return read_commitments(session.sql(), grant, 0, false);
}

Result<Commitment> find_commitment(Session& session, GrantOrPlatform grant, std::int64_t id) {
  return read_one(session.sql(), grant, id, false);
}

Result<Commitment> lock_commitment(Transaction& transaction, GrantOrPlatform grant, std::int64_t id) {
  return read_one(transaction.sql(), grant, id, true);
}

std::int64_t insert_commitment(Transaction& transaction, std::int64_t grant, const NewCommitment& commitment,
                               std::string_view in_state) {
  long long id = 0, grant_id = grant, line = *commitment.budget_line_id, supplier = commitment.supplier_id;
  long long amount = commitment.amount.minor, actor = transaction.actor.id;
  const auto signed_on = to_string(commitment.signed_on);
  const std::string currency(commitment.amount.currency.code()), state(in_state);
  transaction.sql() << R"(
    INSERT INTO commitments (grant_id, budget_line_id, supplier_id, title, reference, signed_on, currency, amount_minor,
                             state, need, created_by)
    VALUES (:grant_id, :line, :supplier, :title, :reference, :signed_on::date, :currency, :amount, :state,
            :need, NULLIF(:actor::bigint, 0))
    RETURNING id)",
      soci::use(grant_id, "grant_id"), soci::use(line, "line"), soci::use(supplier, "supplier"),
      soci::use(commitment.title, "title"), soci::use(commitment.reference, "reference"),
      soci::use(signed_on, "signed_on"), soci::use(currency, "currency"), soci::use(amount, "amount"),
      soci::use(state, "state"), soci::use(commitment.need, "need"), soci::use(actor, "actor"), soci::into(id);
  return id;
}

std::int64_t insert_platform_commitment(Transaction& transaction, const NewCommitment& commitment) {
  long long id = 0, supplier = commitment.supplier_id, amount = commitment.amount.minor, actor = transaction.actor.id;
  int year = static_cast<int>(commitment.signed_on.ymd().year());
  const auto signed_on = to_string(commitment.signed_on);
  const std::string currency(commitment.amount.currency.code());
  transaction.sql() << "SELECT 1 FROM platform_budgets WHERE year = :year AND state = 'approved' FOR NO KEY UPDATE",
      soci::use(year, "year");
  transaction.sql() << R"(
    INSERT INTO commitments (supplier_id, title, reference, signed_on, currency, amount_minor, need, created_by, state)
    VALUES (:supplier, :title, :reference, :signed_on::date, :currency, :amount, :need, NULLIF(:actor::bigint, 0),
            CASE WHEN exceeds_need(:need, :signed_on::date, :currency, :amount) THEN 'proposed' ELSE 'open' END)
    RETURNING id)",
      soci::use(supplier, "supplier"), soci::use(commitment.title, "title"),
      soci::use(commitment.reference, "reference"), soci::use(signed_on, "signed_on"),
      soci::use(currency, "currency"), soci::use(amount, "amount"), soci::use(commitment.need, "need"),
      soci::use(actor, "actor"), soci::into(id);
  return id;
}

void release_commitment_row(Transaction& transaction, std::int64_t commitment, const std::string& reason) {
  long long id = commitment;
  transaction.sql() << R"(
    UPDATE commitments
    SET state = 'released',
        closed_reason = :reason,
        version = version + 1
    WHERE id = :id)",
      soci::use(reason, "reason"), soci::use(id, "id");
}

void override_commitment_row(Transaction& transaction, std::int64_t commitment, const std::string& reason) {
  long long id = commitment, actor = transaction.actor.id;
  transaction.sql() << R"(
    UPDATE commitments
    SET state = 'open',
        override_reason = :reason,
        overridden_by = :actor,
        version = version + 1
    WHERE id = :id)",
      soci::use(reason, "reason"), soci::use(actor, "actor"), soci::use(id, "id");
}

std::vector<GrantPromise> list_promises_of_grants(Session& session) {
  long long id = 0, reserved = 0;
  int open = 0;
  std::string title, currency;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT g.id, g.title, g.currency, count(*)::int,
           sum(greatest(c.amount_minor - commitment_consumed_minor(c.id), 0))::bigint
    FROM commitments c
    JOIN grants g ON g.id = c.grant_id
    WHERE c.state = 'open'
    GROUP BY g.id
    ORDER BY 5 DESC, lower(g.title))",
                          soci::into(id), soci::into(title), soci::into(currency), soci::into(open),
                          soci::into(reserved));
  rows.execute();
  std::vector<GrantPromise> promises;
  while (rows.fetch()) {
    promises.push_back({.grant_id = id, .grant_title = title, .open = open, .reserved = {reserved, Currency::of(currency)}});
  }
  return promises;
}

}  // namespace kindling
