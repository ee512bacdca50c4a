#include "budgets/budget_store.hpp"

#include <soci/soci.h>

#include "funding/grant_store.hpp"
#include "storage/copy.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// Versions of a grant, newest first, or one of them (number <> 0).
std::vector<BudgetVersion> read_versions(soci::session& sql, std::int64_t grant, int number, bool lock) {
  std::string text = R"(
    SELECT v.id, v.number, v.state, v.version, v.submitted_by, COALESCE(s.name, ''), COALESCE(a.name, ''),
           COALESCE(v.reason, '')
    FROM budget_versions v
    LEFT JOIN users s ON s.id = v.submitted_by
    LEFT JOIN users a ON a.id = v.approved_by
    WHERE v.grant_id = :grant_id
      AND (:number::int = 0 OR v.number = :number)
    ORDER BY v.number DESC)";
  if (lock) text += " FOR UPDATE OF v";
  long long grant_id = grant, id = 0;
  std::optional<long long> submitted_by;
  BudgetVersion row;
  soci::statement rows = (sql.prepare << text, soci::into(id), soci::into(row.number), soci::into(row.state),
                          soci::into(row.version), soci::into(submitted_by), soci::into(row.submitted_by_name),
                          soci::into(row.approved_by_name), soci::into(row.reason), soci::use(grant_id, "grant_id"),
                          soci::use(number, "number"));
  rows.execute();
  std::vector<BudgetVersion> versions;
  while (rows.fetch()) {
    row.id = id;
    row.grant_id = grant;
    row.submitted_by = submitted_by ? std::optional<std::int64_t>(*submitted_by) : std::nullopt;
    versions.push_back(row);
  }
  return versions;
}

Result<BudgetVersion> read_one(soci::session& sql, std::int64_t grant_id, int number, bool lock) {
  auto versions = number == 0 ? std::vector<BudgetVersion>{} : read_versions(sql, grant_id, number, lock);
  if (versions.empty()) return not_found("budget_version_not_found", "There is no such budget version of this grant.");
  return versions.front();
}

}  // namespace

Result<BudgetContext> find_budget_context(Session& session, std::int64_t grant_id) {
  auto grant = find_grant(session, grant_id);
  if (!grant) return grant.error();
  return BudgetContext{*std::move(grant), list_categories(session, grant_id), list_partners(session, grant_id)};
}

std::vector<BudgetVersion> list_budget_versions(Session& session, std::int64_t grant_id) {
  return read_versions(session.sql(), grant_id, 0, false);
}

Result<BudgetVersion> find_budget_version(Session& session, std::int64_t grant_id, int number) {
  return read_one(session.sql(), grant_id, number, false);
}

Result<BudgetVersion> lock_budget_version(Transaction& transaction, std::int64_t grant_id, int number) {
  return read_one(transaction.sql(), grant_id, number, true);
}

std::vector<BudgetLine> list_budget_lines(Session& session, std::int64_t version) {
  long long version_id = version, id = 0, amount = 0, spent = 0, committed = 0, drafts = 0;
  std::optional<long long> partner, continues;
  std::optional<std::string> starts_on, ends_on;
  BudgetLine row;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT l.id, l.continues_id, l.work_package, l.category_code, l.partner_id, l.starts_on::text, l.ends_on::text,
           l.description, l.amount_minor, f.spent_minor, f.committed_minor, f.drafts_minor
    FROM budget_lines l
    JOIN budget_line_figures(:version_id) f ON f.line_id = l.id
    WHERE l.budget_version_id = :version_id
    ORDER BY l.line_no)",
                          soci::into(id), soci::into(continues), soci::into(row.work_package),
                          soci::into(row.category_code),
                          soci::into(partner), soci::into(starts_on), soci::into(ends_on),
                          soci::into(row.description), soci::into(amount), soci::into(spent),
                          soci::into(committed), soci::into(drafts),
                          soci::use(version_id, "version_id"));
  rows.execute();
  std::vector<BudgetLine> lines;
  while (rows.fetch()) {
    row.id = id;
    row.continues_id = continues ? std::optional<std::int64_t>(*continues) : std::nullopt;
    row.partner_id = partner ? std::optional<std::int64_t>(*partner) : std::nullopt;
    row.starts_on = starts_on ? Date::parse(*starts_on) : std::nullopt;
    row.ends_on = ends_on ? Date::parse(*ends_on) : std::nullopt;
    row.amount_minor = amount;
    row.spent_minor = spent;
    row.committed_minor = committed;
    row.drafts_minor = drafts;
    lines.push_back(row);
  }
  return lines;
}

int insert_budget_version(Transaction& transaction, std::int64_t grant) {
  long long grant_id = grant, actor = transaction.actor.id;
  int number = 0;
  transaction.sql() << R"(
    INSERT INTO budget_versions (grant_id, number, created_by)
    SELECT :grant_id, COALESCE(max(number), 0) + 1, NULLIF(:actor::bigint, 0)
    FROM budget_versions
    WHERE grant_id = :grant_id
    RETURNING number)",
      soci::use(grant_id, "grant_id"), soci::use(actor, "actor"), soci::into(number);
  return number;
}

void replace_budget_lines(Transaction& transaction, std::int64_t version, const std::vector<BudgetLine>& lines) {
  long long version_id = version;
  transaction.sql() << "DELETE FROM budget_lines WHERE budget_version_id = :version_id",
      soci::use(version_id, "version_id");
  CopyIn copy(transaction.session,
              "budget_lines (budget_version_id, line_no, continues_id, work_package, category_code, partner_id, "
              "starts_on, ends_on, description, amount_minor)");
  const auto reference = [&](const std::optional<std::int64_t>& id) {
    if (id) {
      copy.field(static_cast<long long>(*id));
    } else {
      copy.null();
    }
  };
  const auto date = [&](const std::optional<Date>& day) {
    if (day) {
      copy.field(to_string(*day));
    } else {
      copy.null();
    }
  };
  long long number = 0;
  for (const auto& line : lines) {
    copy.field(version_id).field(++number);
    reference(line.continues_id);
    copy.field(line.work_package).field(line.category_code);
    reference(line.partner_id);
    date(line.starts_on);
    date(line.ends_on);
    copy.field(line.description).field(static_cast<long long>(line.amount_minor)).end_row();
  }
  copy.finish();
}

void touch_budget_version(Transaction& transaction, std::int64_t version) {
  long long version_id = version;
  transaction.sql() << "UPDATE budget_versions SET version = version + 1 WHERE id = :id", soci::use(version_id, "id");
}

void update_budget_state(Transaction& transaction, std::int64_t version, std::string_view state,
                         std::string_view reason) {
  long long id = version, actor = transaction.actor.id;
  const std::string to(state), why(reason);
  transaction.sql() << R"(
    UPDATE budget_versions
    SET state = :state,
        submitted_by = CASE :state WHEN 'submitted' THEN :actor::bigint WHEN 'draft' THEN NULL ELSE submitted_by END,
        submitted_at = CASE :state WHEN 'submitted' THEN now() WHEN 'draft' THEN NULL ELSE submitted_at END,
        approved_by = CASE :state WHEN 'approved' THEN :actor::bigint ELSE approved_by END,
        approved_at = CASE :state WHEN 'approved' THEN now() ELSE approved_at END,
        reason = NULLIF(:reason, ''),
        version = version + 1
    WHERE id = :id)",
      soci::use(to, "state"), soci::use(actor, "actor"), soci::use(why, "reason"), soci::use(id, "id");
}

void supersede_active(Transaction& transaction, std::int64_t grant) {
  long long grant_id = grant;
  transaction.sql() << R"(
    UPDATE budget_versions
    SET state = 'superseded',
        version = version + 1
    WHERE grant_id = :grant_id
      AND state = 'approved')",
      soci::use(grant_id, "grant_id");
}

}  // namespace kindling
