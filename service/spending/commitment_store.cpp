#include "spending/commitment_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// Commitments of a grant, newest first, or one of them (id <> 0).
std::vector<Commitment> read_commitments(soci::session& sql, long long grant_id, long long only_id, bool lock) {
  std::string text = R"(
    SELECT c.id, c.version, c.budget_line_id, c.supplier_id, o.name, c.title, c.reference, c.signed_on::text, c.currency,
           c.amount_minor, commitment_consumed_minor(c.id), c.state, COALESCE(c.closed_reason, ''),
           COALESCE(c.override_reason, ''), COALESCE(x.name, ''), c.created_by, COALESCE(u.name, ''),
           c.need
    FROM commitments c
    JOIN organisations o ON o.id = c.supplier_id
    LEFT JOIN users u ON u.id = c.created_by
    LEFT JOIN users x ON x.id = c.overridden_by
    WHERE c.grant_id = :grant_id
      AND (:only_id::bigint = 0 OR c.id = :only_id)
    ORDER BY c.id DESC)";
  if (lock) text += " FOR UPDATE OF c";
  long long id = 0, line = 0, supplier = 0, amount = 0, consumed = 0;
  int version = 0;
  std::optional<long long> created_by;
  std::optional<std::string> need;
  std::string supplier_name, title, reference, signed_on, currency, state, closed, why, by, author;
  soci::statement rows = (sql.prepare << text, soci::into(id), soci::into(version), soci::into(line),
                          soci::into(supplier), soci::into(supplier_name), soci::into(title), soci::into(reference),
                          soci::into(signed_on), soci::into(currency), soci::into(amount), soci::into(consumed),
                          soci::into(state), soci::into(closed), soci::into(why), soci::into(by),
                          soci::into(created_by), soci::into(author), soci::into(need), soci::use(grant_id, "grant_id"),
                          soci::use(only_id, "only_id"));
  rows.execute();
  std::vector<Commitment> commitments;
  while (rows.fetch()) {
    const auto of = Currency::of(currency);
    commitments.push_back({.id = id, .version = version, .grant_id = grant_id, .budget_line_id = line,
                           .supplier_id = supplier, .supplier_name = supplier_name, .title = title,
                           .reference = reference, .signed_on = Date::of(signed_on), .amount = {amount, of},
                           .consumed = {consumed, of}, .need = need, .state = state, .closed_reason = closed,
                           .override_reason = why, .overridden_by_name = by,
                           .created_by = created_by ? std::optional<std::int64_t>(*created_by) : std::nullopt,
                           .created_by_name = author});
  }
  return commitments;
}

Result<Commitment> read_one(soci::session& sql, std::int64_t grant_id, std::int64_t id, bool lock) {
  // Id 0 would read all; no row has it.
  auto found = id == 0 ? std::vector<Commitment>{} : read_commitments(sql, grant_id, id, lock);
  if (found.empty()) return not_found("commitment_not_found", "There is no such commitment of this grant.");
  return found.front();
}

}  // namespace

std::vector<Commitment> list_commitments(Session& session, std::int64_t grant_id) {
  return read_commitments(session.sql(), grant_id, 0, false);
}

Result<Commitment> find_commitment(Session& session, std::int64_t grant_id, std::int64_t id) {
  return read_one(session.sql(), grant_id, id, false);
}

Result<Commitment> lock_commitment(Transaction& transaction, std::int64_t grant_id, std::int64_t id) {
  return read_one(transaction.sql(), grant_id, id, true);
}

std::int64_t insert_commitment(Transaction& transaction, std::int64_t grant, const NewCommitment& commitment,
                               std::string_view in_state) {
  long long id = 0, grant_id = grant, line = commitment.budget_line_id, supplier = commitment.supplier_id;
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

}  // namespace kindling
