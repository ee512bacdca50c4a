#include "budgets/budget_change_store.hpp"

#include <soci/soci.h>

#include "budgets/budget_store.hpp"
#include "storage/copy.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// Changes of a grant, newest first, or one of them (number <> 0).
std::vector<BudgetChange> read_changes(soci::session& sql, long long grant_id, int number, bool lock) {
  std::string text = R"(
    SELECT c.id, c.version, c.number, c.kind, c.state, c.justification, c.funder_reference, c.agreed_on::text, c.currency,
           c.awarded_before_minor, c.awarded_minor, c.ends_before::text, c.ends_on::text, c.funding_rate_before_bp,
           c.funding_rate_bp, c.base_version_id, b.number, c.made_version_id,
           COALESCE(m.number, 0),
           COALESCE((SELECT sum(d.delta_minor) FROM transfer_deltas d WHERE d.budget_change_id = c.id AND d.delta_minor > 0),
                    0)::bigint,
           c.created_by, c.requested_by, COALESCE(r.name, a.name),
           COALESCE(to_char(c.requested_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ''), COALESCE(d.name, ''),
           COALESCE(to_char(c.decided_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ''), COALESCE(c.reason, '')
    FROM budget_changes c
    JOIN budget_versions b ON b.id = c.base_version_id
    JOIN users a ON a.id = c.created_by
    LEFT JOIN budget_versions m ON m.id = c.made_version_id
    LEFT JOIN users r ON r.id = c.requested_by
    LEFT JOIN users d ON d.id = c.decided_by
    WHERE c.grant_id = :grant_id
      AND (:number::int = 0 OR c.number = :number)
    ORDER BY c.number DESC)";
  if (lock) text += " FOR UPDATE OF c";
  long long id = 0, before = 0, awarded = 0, base = 0, moved = 0, created_by = 0;
  std::optional<long long> made, requested_by;
  std::optional<std::string> agreed_on;
  std::string currency, ends_before, ends_on;
  BudgetChange row{.awarded_before = {0, Currency::of("EUR")}, .awarded = {0, Currency::of("EUR")},
                   .ends_before = Date::of("2000-01-01"), .ends_on = Date::of("2000-01-01"),
                   .moved = {0, Currency::of("EUR")}};
  soci::statement rows =
      (sql.prepare << text, soci::into(id), soci::into(row.version), soci::into(row.number), soci::into(row.kind),
       soci::into(row.state), soci::into(row.justification), soci::into(row.funder_reference), soci::into(agreed_on),
       soci::into(currency), soci::into(before), soci::into(awarded), soci::into(ends_before), soci::into(ends_on),
       soci::into(row.funding_rate_before.basis_points), soci::into(row.funding_rate.basis_points), soci::into(base), soci::into(row.base_number),
       soci::into(made), soci::into(row.made_number), soci::into(moved), soci::into(created_by),
       soci::into(requested_by), soci::into(row.requested_by_name), soci::into(row.requested_at),
       soci::into(row.decided_by_name), soci::into(row.decided_at), soci::into(row.reason),
       soci::use(grant_id, "grant_id"), soci::use(number, "number"));
  rows.execute();
  std::vector<BudgetChange> changes;
  while (rows.fetch()) {
    const auto of = Currency::of(currency);
    const auto or_none = [](const std::optional<long long>& found) {
      return found ? std::optional<std::int64_t>(*found) : std::nullopt;
    };
    row.id = id;
    row.grant_id = grant_id;
    row.agreed_on = agreed_on ? Date::parse(*agreed_on) : std::nullopt;
    row.awarded_before = {before, of};
    row.awarded = {awarded, of};
    row.ends_before = Date::of(ends_before);
    row.ends_on = Date::of(ends_on);
    row.moved = {moved, of};
    row.base_version_id = base;
    row.made_version_id = or_none(made);
    row.created_by = created_by;
    row.requested_by = or_none(requested_by);
    changes.push_back(row);
  }
  return changes;
}

Result<BudgetChange> read_one(soci::session& sql, std::int64_t grant_id, int number, bool lock) {
  auto changes = number == 0 ? std::vector<BudgetChange>{} : read_changes(sql, grant_id, number, lock);
  if (changes.empty()) {
    return not_found("budget_change_not_found", "There is no such transfer or amendment of this grant.");
  }
  return changes.front();
}

struct NewRow {
  std::string_view kind, state;
  std::int64_t base_version_id;
  std::optional<std::int64_t> made_version_id;
  NewAmendment terms;
};

// The row itself; number and id.
std::pair<int, std::int64_t> insert_change(Transaction& transaction, const Grant& grant, const NewRow& row) {
  long long id = 0, grant_id = grant.id, before = grant.maximum().minor, awarded = row.terms.awarded.minor;
  long long base = row.base_version_id, actor = transaction.actor.id;
  int number = 0, rate_before = grant.funding_rate.basis_points, rate = row.terms.funding_rate.basis_points;
  const auto ends_before = to_string(grant.period.last), ends_on = to_string(row.terms.ends_on);
  const std::string currency(grant.currency.code()), kind(row.kind), state(row.state);
  const auto made = row.made_version_id ? std::optional<long long>(*row.made_version_id) : std::nullopt;
  const auto agreed_on = row.terms.agreed_on ? std::optional(to_string(*row.terms.agreed_on)) : std::nullopt;
  transaction.sql() << R"(
    INSERT INTO budget_changes (grant_id, currency, number, kind, state, justification, funder_reference, agreed_on,
                                awarded_before_minor, awarded_minor, ends_before, ends_on, funding_rate_before_bp,
                                funding_rate_bp, base_version_id, made_version_id, created_by,
                                requested_by, requested_at)
    SELECT :grant_id, :currency, COALESCE(max(number), 0) + 1, :kind, :state, :justification, :funder_reference,
           :agreed_on::date, :before, :awarded, :ends_before::date, :ends_on::date, :rate_before, :rate, :base,
           :made::bigint, :actor,
           CASE :state WHEN 'requested' THEN :actor::bigint END, CASE :state WHEN 'requested' THEN now() END
    FROM budget_changes
    WHERE grant_id = :grant_id
    RETURNING number, id)",
      soci::use(grant_id, "grant_id"), soci::use(currency, "currency"), soci::use(kind, "kind"),
      soci::use(state, "state"), soci::use(row.terms.justification, "justification"),
      soci::use(row.terms.funder_reference, "funder_reference"), soci::use(agreed_on, "agreed_on"),
      soci::use(before, "before"), soci::use(awarded, "awarded"), soci::use(ends_before, "ends_before"),
      soci::use(ends_on, "ends_on"), soci::use(rate_before, "rate_before"), soci::use(rate, "rate"),
      soci::use(base, "base"), soci::use(made, "made"),
      soci::use(actor, "actor"), soci::into(number), soci::into(id);
  return {number, id};
}

}  // namespace

std::vector<BudgetChange> list_budget_changes(Session& session, std::int64_t grant_id) {
  return read_changes(session.sql(), grant_id, 0, false);
}

Result<BudgetChange> find_budget_change(Session& session, std::int64_t grant_id, int number) {
  return read_one(session.sql(), grant_id, number, false);
}

Result<BudgetChange> lock_budget_change(Transaction& transaction, std::int64_t grant_id, int number) {
  return read_one(transaction.sql(), grant_id, number, true);
}

std::optional<int> find_change_of_version(Session& session, std::int64_t version) {
  long long version_id = version;
  int number = 0;
  session.sql() << R"(
    SELECT number
    FROM budget_changes
    WHERE made_version_id = :version_id
      AND state IN ('draft', 'requested'))",
      soci::use(version_id, "version_id"), soci::into(number);
  return number == 0 ? std::nullopt : std::optional(number);
}

Result<BudgetContext> find_version_context(Session& session, std::int64_t grant_id, std::int64_t version_id) {
  auto context = find_budget_context(session, grant_id);
  if (!context) return context;
  if (const auto number = find_change_of_version(session, version_id)) {
    const auto change = find_budget_change(session, grant_id, *number);
    if (!change) return change.error();
    context->grant = with_terms(context->grant, *change);
  }
  return context;
}

std::vector<TransferDelta> list_transfer_deltas(Session& session, std::int64_t change) {
  long long change_id = change, line = 0, delta = 0;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT budget_line_id, delta_minor
    FROM transfer_deltas
    WHERE budget_change_id = :change_id
    ORDER BY budget_line_id)",
                          soci::into(line), soci::into(delta), soci::use(change_id, "change_id"));
  rows.execute();
  std::vector<TransferDelta> deltas;
  while (rows.fetch()) deltas.push_back({line, delta});
  return deltas;
}

std::vector<TransferObstacle> list_transfer_obstacles(Session& session, std::int64_t change) {
  long long change_id = change, line = 0, limit = 0, value = 0;
  TransferObstacle row;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT code, COALESCE(budget_line_id, 0), COALESCE(category_code, ''), COALESCE(limit_minor, 0), value_minor
    FROM transfer_obstacles(:change_id))",
                          soci::into(row.code), soci::into(line), soci::into(row.category_code), soci::into(limit),
                          soci::into(value), soci::use(change_id, "change_id"));
  rows.execute();
  std::vector<TransferObstacle> obstacles;
  while (rows.fetch()) {
    row.budget_line_id = line;
    row.limit_minor = limit;
    row.value_minor = value;
    obstacles.push_back(row);
  }
  return obstacles;
}

int insert_transfer(Transaction& transaction, const Grant& grant, std::int64_t base_version_id,
                    const NewTransfer& transfer) {
  const auto [number, id] = insert_change(
      transaction, grant,
      {"transfer", "requested", base_version_id, std::nullopt, {transfer.justification, "", std::nullopt, grant.maximum(), grant.period.last, grant.funding_rate}});
  CopyIn copy(transaction.session, "transfer_deltas (budget_change_id, budget_line_id, delta_minor)");
  for (const auto& delta : transfer.deltas) {
    copy.field(static_cast<long long>(id))
        .field(static_cast<long long>(delta.budget_line_id))
        .field(static_cast<long long>(delta.delta_minor))
        .end_row();
  }
  copy.finish();
  return number;
}

int insert_amendment(Transaction& transaction, const Grant& grant, std::int64_t base_version_id,
                     std::int64_t made_version_id, const NewAmendment& amendment) {
  return insert_change(transaction, grant, {"amendment", "draft", base_version_id, made_version_id, amendment}).first;
}

void update_amendment(Transaction& transaction, std::int64_t change, const NewAmendment& amendment) {
  long long id = change, awarded = amendment.awarded.minor;
  int rate = amendment.funding_rate.basis_points;
  const auto ends_on = to_string(amendment.ends_on);
  const auto agreed_on = amendment.agreed_on ? std::optional(to_string(*amendment.agreed_on)) : std::nullopt;
  transaction.sql() << R"(
    UPDATE budget_changes
    SET justification = :justification,
        funder_reference = :funder_reference,
        agreed_on = :agreed_on::date,
        awarded_minor = :awarded,
        ends_on = :ends_on::date,
        funding_rate_bp = :rate,
        version = version + 1
    WHERE id = :id)",
      soci::use(amendment.justification, "justification"), soci::use(amendment.funder_reference, "funder_reference"),
      soci::use(agreed_on, "agreed_on"), soci::use(awarded, "awarded"), soci::use(ends_on, "ends_on"),
      soci::use(rate, "rate"), soci::use(id, "id");
}

void update_change_state(Transaction& transaction, std::int64_t change, std::string_view to, std::string_view why) {
  long long id = change, actor = transaction.actor.id;
  const std::string state(to), reason(why);
  transaction.sql() << R"(
    UPDATE budget_changes
    SET state = :state,
        requested_by = CASE :state WHEN 'requested' THEN :actor::bigint WHEN 'draft' THEN NULL ELSE requested_by END,
        requested_at = CASE :state WHEN 'requested' THEN now() WHEN 'draft' THEN NULL ELSE requested_at END,
        decided_by = CASE WHEN :state IN ('approved', 'refused') THEN :actor::bigint END,
        decided_at = CASE WHEN :state IN ('approved', 'refused') THEN now() END,
        reason = NULLIF(:reason, ''),
        version = version + 1
    WHERE id = :id)",
      soci::use(state, "state"), soci::use(actor, "actor"), soci::use(reason, "reason"), soci::use(id, "id");
}

std::int64_t insert_made_version(Transaction& transaction, const BudgetChange& transfer,
                                 const std::vector<BudgetLine>& lines) {
  long long grant_id = transfer.grant_id, change_id = transfer.id, author = *transfer.requested_by, version_id = 0;
  transaction.sql() << R"(
    INSERT INTO budget_versions (grant_id, number, created_by)
    SELECT :grant_id, COALESCE(max(number), 0) + 1, :author
    FROM budget_versions
    WHERE grant_id = :grant_id
    RETURNING id)",
      soci::use(grant_id, "grant_id"), soci::use(author, "author"), soci::into(version_id);
  replace_budget_lines(transaction, version_id, lines);
  transaction.sql() << R"(
    UPDATE budget_versions
    SET state = 'submitted',
        submitted_by = :author,
        submitted_at = now()
    WHERE id = :version_id)",
      soci::use(author, "author"), soci::use(version_id, "version_id");
  transaction.sql() << "UPDATE budget_changes SET made_version_id = :version_id WHERE id = :change_id",
      soci::use(version_id, "version_id"), soci::use(change_id, "change_id");
  return version_id;
}

}  // namespace kindling
