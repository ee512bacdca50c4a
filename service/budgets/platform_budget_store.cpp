#include "budgets/platform_budget_store.hpp"

#include <map>

#include <soci/soci.h>

#include "storage/copy.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// All budgets, or one of them (id <> 0).
std::vector<PlatformBudget> read_budgets(soci::session& sql, long long only_id, bool lock) {
  std::string text = R"(
    SELECT b.id, b.version, b.year, b.number, b.currency, b.state, b.created_by, b.submitted_by, COALESCE(s.name, ''),
           COALESCE(a.name, ''), COALESCE(b.reason, ''),
           COALESCE((SELECT sum(l.amount_minor) FROM platform_budget_lines l WHERE l.platform_budget_id = b.id), 0)::bigint
    FROM platform_budgets b
    LEFT JOIN users s ON s.id = b.submitted_by
    LEFT JOIN users a ON a.id = b.approved_by
    WHERE (:only_id::bigint = 0 OR b.id = :only_id)
    ORDER BY b.year DESC, b.number DESC)";
  if (lock) text += " FOR UPDATE OF b";
  long long id = 0, needed = 0;
  std::optional<long long> created_by, submitted_by;
  std::string currency;
  PlatformBudget row{.currency = Currency::of("EUR")};
  soci::statement rows = (sql.prepare << text, soci::into(id), soci::into(row.version), soci::into(row.year),
                          soci::into(row.number), soci::into(currency), soci::into(row.state), soci::into(created_by),
                          soci::into(submitted_by), soci::into(row.submitted_by_name),
                          soci::into(row.approved_by_name), soci::into(row.reason), soci::into(needed),
                          soci::use(only_id, "only_id"));
  rows.execute();
  const auto or_none = [](const std::optional<long long>& found) {
    return found ? std::optional<std::int64_t>(*found) : std::nullopt;
  };
  std::vector<PlatformBudget> budgets;
  while (rows.fetch()) {
    row.id = id;
    row.currency = Currency::of(currency);
    row.created_by = or_none(created_by);
    row.submitted_by = or_none(submitted_by);
    row.needed_minor = needed;
    budgets.push_back(row);
  }
  return budgets;
}

Result<PlatformBudget> read_one(soci::session& sql, std::int64_t id, bool lock) {
  auto budgets = id == 0 ? std::vector<PlatformBudget>{} : read_budgets(sql, id, lock);
  if (budgets.empty()) return not_found("platform_budget_not_found", "There is no such budget of the platform.");
  return budgets.front();
}

}  // namespace

std::vector<PlatformBudget> list_platform_budgets(Session& session) { return read_budgets(session.sql(), 0, false); }

Result<PlatformBudget> find_platform_budget(Session& session, std::int64_t id) {
  return read_one(session.sql(), id, false);
}

Result<PlatformBudget> lock_platform_budget(Transaction& transaction, std::int64_t id) {
  return read_one(transaction.sql(), id, true);
}

std::vector<PlatformLine> list_platform_lines(Session& session, std::int64_t budget) {
  long long budget_id = budget, line_id = 0, last_id = 0, amount = 0;
  std::optional<long long> source_id, source_amount;
  std::optional<std::string> source_name;
  std::optional<int> probability;
  PlatformLine row;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT l.id, l.need, l.description, l.first_month, l.last_month, l.amount_minor, s.funding_source_id, f.name,
           s.amount_minor, s.probability_bp
    FROM platform_budget_lines l
    LEFT JOIN platform_budget_sources s ON s.platform_budget_line_id = l.id
    LEFT JOIN funding_sources f ON f.id = s.funding_source_id
    WHERE l.platform_budget_id = :budget_id
    ORDER BY l.line_no, f.name, f.id)",
                          soci::into(line_id), soci::into(row.need), soci::into(row.description),
                          soci::into(row.first_month), soci::into(row.last_month), soci::into(amount),
                          soci::into(source_id), soci::into(source_name), soci::into(source_amount),
                          soci::into(probability), soci::use(budget_id, "budget_id"));
  rows.execute();
  std::vector<PlatformLine> lines;
  while (rows.fetch()) {
    if (line_id != last_id) {
      row.amount_minor = amount;
      lines.push_back(row);
      last_id = line_id;
    }
    if (source_id) {
      lines.back().sources.push_back({*source_id, source_name.value_or(""), *source_amount, Percent{*probability}});
    }
  }
  return lines;
}

std::vector<PlatformMonth> list_platform_months(Session& session, std::int64_t budget) {
  long long budget_id = budget, source = 0, needed = 0, planned = 0, weighted = 0;
  PlatformMonth row;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT m.need, COALESCE(m.funding_source_id, 0), COALESCE(f.name, ''), m.month, sum(m.needed_minor)::bigint,
           sum(m.planned_minor)::bigint, sum(m.weighted_minor)::bigint
    FROM platform_budget_months m
    LEFT JOIN funding_sources f ON f.id = m.funding_source_id
    WHERE m.platform_budget_id = :budget_id
    GROUP BY m.need, m.funding_source_id, f.name, m.month
    ORDER BY m.need, m.funding_source_id NULLS FIRST, m.month)",
                          soci::into(row.need), soci::into(source), soci::into(row.source_name), soci::into(row.month),
                          soci::into(needed), soci::into(planned), soci::into(weighted),
                          soci::use(budget_id, "budget_id"));
  rows.execute();
  std::vector<PlatformMonth> months;
  while (rows.fetch()) {
    row.funding_source_id = source;
    row.needed_minor = needed;
    row.planned_minor = planned;
    row.weighted_minor = weighted;
    months.push_back(row);
  }
  return months;
}

std::vector<SourceChoice> list_source_choices(Session& session) {
  long long id = 0;
  int probability = 0;
  std::string name;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT id, name, probability_bp
    FROM funding_sources
    ORDER BY lower(name), id)",
                          soci::into(id), soci::into(name), soci::into(probability));
  rows.execute();
  std::vector<SourceChoice> choices;
  while (rows.fetch()) choices.push_back({id, name, Percent{probability}});
  return choices;
}

std::int64_t insert_platform_budget(Transaction& transaction, int year, Currency of) {
  long long id = 0, actor = transaction.actor.id;
  const std::string currency(of.code());
  transaction.sql() << R"(
    INSERT INTO platform_budgets (year, number, currency, created_by)
    SELECT :year, COALESCE(max(number), 0) + 1, :currency, NULLIF(:actor::bigint, 0)
    FROM platform_budgets
    WHERE year = :year
    RETURNING id)",
      soci::use(year, "year"), soci::use(currency, "currency"), soci::use(actor, "actor"), soci::into(id);
  return id;
}

void replace_platform_lines(Transaction& transaction, std::int64_t budget, const std::vector<PlatformLine>& lines) {
  long long budget_id = budget;
  transaction.sql() << R"(
    DELETE FROM platform_budget_sources
    WHERE platform_budget_line_id IN (SELECT id FROM platform_budget_lines WHERE platform_budget_id = :budget_id))",
      soci::use(budget_id, "budget_id");
  transaction.sql() << "DELETE FROM platform_budget_lines WHERE platform_budget_id = :budget_id",
      soci::use(budget_id, "budget_id");
  std::vector<long long> ids;
  {
    CopyIn copy(transaction.session,
                "platform_budget_lines (platform_budget_id, line_no, need, description, first_month, last_month, "
                "amount_minor)");
    long long number = 0;
    for (const auto& line : lines) {
      copy.field(budget_id).field(++number).field(line.need).field(line.description);
      copy.field(static_cast<long long>(line.first_month)).field(static_cast<long long>(line.last_month));
      copy.field(static_cast<long long>(line.amount_minor)).end_row();
    }
    copy.finish();
  }
  long long id = 0;
  soci::statement stored = (transaction.sql().prepare << R"(
    SELECT id
    FROM platform_budget_lines
    WHERE platform_budget_id = :budget_id
    ORDER BY line_no)",
                            soci::into(id), soci::use(budget_id, "budget_id"));
  stored.execute();
  while (stored.fetch()) ids.push_back(id);
  CopyIn copy(transaction.session,
              "platform_budget_sources (platform_budget_line_id, funding_source_id, amount_minor, probability_bp)");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const auto& source : lines[i].sources) {
      copy.field(ids.at(i)).field(static_cast<long long>(source.funding_source_id));
      copy.field(static_cast<long long>(source.amount_minor));
      copy.field(static_cast<long long>(source.probability.basis_points)).end_row();
    }
  }
  copy.finish();
}

void update_platform_state(Transaction& transaction, std::int64_t budget, std::string_view to, std::string_view why) {
  long long id = budget, actor = transaction.actor.id;
  const std::string state(to), reason(why);
  transaction.sql() << R"(
    UPDATE platform_budgets
    SET state = COALESCE(NULLIF(:state, ''), state),
        submitted_by = CASE :state WHEN 'submitted' THEN :actor::bigint WHEN 'draft' THEN NULL ELSE submitted_by END,
        submitted_at = CASE :state WHEN 'submitted' THEN now() WHEN 'draft' THEN NULL ELSE submitted_at END,
        approved_by = CASE :state WHEN 'approved' THEN :actor::bigint ELSE approved_by END,
        approved_at = CASE :state WHEN 'approved' THEN now() ELSE approved_at END,
        reason = COALESCE(NULLIF(:reason, ''), CASE :state WHEN '' THEN reason END),
        version = version + 1
    WHERE id = :id)",
      soci::use(state, "state"), soci::use(actor, "actor"), soci::use(reason, "reason"), soci::use(id, "id");
}

void supersede_platform_budget(Transaction& transaction, int year) {
  transaction.sql() << R"(
    UPDATE platform_budgets
    SET state = 'superseded',
        version = version + 1
    WHERE year = :year
      AND state = 'approved')",
      soci::use(year, "year");
}

}  // namespace kindling
