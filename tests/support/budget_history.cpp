#include "support/budget_history.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <stdexcept>

#include "budgets/budget_figures.hpp"

namespace kindling {
namespace {

// Of each grant, as kSeed has it.
const GrantBudget kNoLines = {
    .title = {}, .funder = {}, .state = {}, .period = {Date::of("2026-01-01"), Date::of("2027-12-31")},
    .approved_on = Date::of("2026-01-01"),
    .terms = {.currency = Currency::of("EUR"), .indirect_rate = {2'500}, .funding_rate = {10'000},
              .maximum = {100'000'000, Currency::of("EUR")},
              .categories = {{.code = "a", .name = "a", .in_indirect_base = true}, {.code = "b", .name = "b"}},
              .partners = {}},
    .lines = {}};

std::string day_text(int day) { return "(date '2025-12-31' + " + std::to_string(day) + ")"; }
std::string id_text(std::int64_t id) { return std::to_string(id); }
std::string or_null(std::int64_t id) { return id == 0 ? "NULL" : std::to_string(id); }

// Grants 1 and 2, funds 2 and 3, awarded; version 1 of each with three lines. The rule that a later version needs a
// transfer or an amendment is switched off: what the figures say of versions does not depend on how they came.
constexpr const char* kSeed = R"(
  INSERT INTO users (email, name, roles, password_hash) VALUES
    ('a@example.org', 'A', 1, '$argon2id$x'), ('b@example.org', 'B', 2, '$argon2id$x'), ('c@example.org', 'C', 2, '$argon2id$x');
  INSERT INTO organisations (name, is_funder, is_partner, is_supplier) VALUES ('Funder', true, false, false), ('Shop', false, false, true);
  INSERT INTO funds (code, name, restriction) VALUES ('G1', 'G1', 'restricted'), ('G2', 'G2', 'restricted');
  INSERT INTO funding_sources (kind, name, organisation_id, currency, starts_on)
    SELECT 'grant', 'G' || n, 1, 'EUR', '2026-01-01' FROM generate_series(1, 2) n;
  INSERT INTO grants (funding_source_id, programme_code, title, funder_id, state, currency, requested_minor, probability_bp,
                      starts_on, ends_on, funding_rate_bp, indirect_rate_bp, transfer_threshold_bp, overspend_rule, report_layout)
    SELECT n, 'x', 'G' || n, 1, 'applied', 'EUR', 100000000, 5000, '2026-01-01', '2027-12-31', 10000, 2500, 10000, 'stop', 'generic'
    FROM generate_series(1, 2) n;
  INSERT INTO grant_state_changes (grant_id, from_state, to_state, on_date, actor_id)
    SELECT n, NULL, 'applied', '2026-01-01', 1 FROM generate_series(1, 2) n;
  INSERT INTO grant_state_changes (grant_id, from_state, to_state, on_date, actor_id)
    SELECT n, 'applied', 'awarded', '2026-01-01', 1 FROM generate_series(1, 2) n;
  UPDATE grants SET state = 'awarded', awarded_minor = 100000000, probability_bp = 10000, fund_id = id + 1;
  INSERT INTO grant_categories (grant_id, code, name, position, in_indirect_base)
    SELECT n, c, c, 1, c = 'a' FROM generate_series(1, 2) n, unnest(ARRAY['a', 'b']) c;
  INSERT INTO budget_versions (id, grant_id, number) OVERRIDING SYSTEM VALUE SELECT n, n, 1 FROM generate_series(1, 2) n;
  INSERT INTO budget_lines (id, budget_version_id, line_no, category_code, starts_on, ends_on, amount_minor)
    OVERRIDING SYSTEM VALUE
    SELECT 10 * n + i, n, i, CASE i WHEN 1 THEN 'a' ELSE 'b' END, '2026-01-01',
           CASE WHEN i % 2 = 1 THEN date '2026-12-31' END, 100000 * i
    FROM generate_series(1, 2) n, generate_series(1, 3) i;
  UPDATE budget_versions SET state = 'submitted', submitted_by = 1, submitted_at = now();
  UPDATE budget_versions SET state = 'approved', approved_by = 2, approved_at = now();
  DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'budget_in_force_is_kept') THEN
      ALTER TABLE budget_versions DISABLE TRIGGER budget_in_force_is_kept;
    END IF;
  END $$;
)";

}  // namespace

int last_day_of(std::int64_t root, int version) { return version == 1 && root % 2 == 1 ? kLastDayOf2026 : kLastDay; }

BudgetHistory::BudgetHistory(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
  text("SET client_min_messages = error");
  text("SET jit = off");  // as the service's sessions
  text(std::string("BEGIN;") + kSeed + "COMMIT");
  text("SET timezone = 'UTC'");
  text("ANALYZE");
  text("PREPARE figures(date, timestamptz) AS SELECT f.root_id, f.planned_minor, f.spent_minor, f.committed_minor, "
       "f.drafts_minor, v.grant_id, l.category_code, l.starts_on, l.ends_on "
       "FROM budget_line_figures(ARRAY(SELECT version_id FROM budget_versions_at($1, $2)), $1, $2) f "
       "JOIN budget_lines l ON l.id = f.line_id JOIN budget_versions v ON v.id = l.budget_version_id");
  text("SET plan_cache_mode = force_generic_plan");  // thousands of times the same
  for (int grant = 1; grant <= 2; ++grant) {
    Version version{grant, grant, 1, 0, {}, {}};
    for (int i = 1; i <= 3; ++i) {
      version.amounts[10 * grant + i] = 100'000 * i;
      version.categories[10 * grant + i] = i == 1 ? "a" : "b";
    }
    first_[static_cast<std::size_t>(grant - 1)] = version;
  }
}

BudgetHistory::~BudgetHistory() { PQfinish(connection_); }

std::string BudgetHistory::text(const std::string& sql) {
  PGresult* result = PQexec(connection_, sql.c_str());
  const auto status = PQresultStatus(result);
  std::string found = PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
  PQclear(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    throw std::runtime_error(std::string(PQerrorMessage(connection_)) + " in " + sql);
  }
  return found;
}

void BudgetHistory::begin() {
  next_id_ = first_id_;
  lines_.clear();
  versions_.assign(first_.begin(), first_.end());
  for (const auto& version : versions_) {
    for (const auto& [root, amount] : version.amounts) lines_.push_back({version.grant, root});
  }
  commitments_.clear();
  costs_.clear();
  marks_.clear();
  begun_ = text("BEGIN; SELECT clock_timestamp()::text");
  today_ = std::stoi(text("SELECT (current_date - date '2025-12-31')::text"));
}

void BudgetHistory::end() { text("ROLLBACK"); }
void BudgetHistory::check_rules() { text("SET CONSTRAINTS ALL IMMEDIATE"); }

// A refused step is expected (a rule holds); anything else is a mistake of this test.
bool BudgetHistory::run(const std::string& sql) {
  PGresult* result = PQexec(connection_, ("SAVEPOINT step;" + sql + "; SELECT clock_timestamp()::text").c_str());
  const bool done = PQresultStatus(result) == PGRES_TUPLES_OK;
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const bool by_rule = !done && state != nullptr && (std::string_view(state) == "23514" || std::string_view(state) == "23505");
  const std::string mark = done ? PQgetvalue(result, 0, 0) : "";
  PQclear(result);
  if (done) {
    marks_.push_back(mark);
    return true;
  }
  if (!by_rule) throw std::runtime_error(std::string(PQerrorMessage(connection_)) + " in " + sql);
  ++refused_;
  text("ROLLBACK TO SAVEPOINT step");
  return false;
}

int BudgetHistory::grant_of(std::int64_t root) const {
  return std::ranges::find(lines_, root, &Line::root)->grant;
}

std::vector<BudgetHistory::Cost*> BudgetHistory::costs_in(std::initializer_list<const char*> states) {
  std::vector<Cost*> found;
  for (auto& cost : costs_) {
    if (std::ranges::find(states, cost.state) != states.end()) found.push_back(&cost);
  }
  return found;
}

// ---- Steps ----

void BudgetHistory::take(const HistoryStep& step) {
  using enum HistoryStep::Kind;
  switch (step.kind) {
    case kVersion: return make_version(step);
    case kCommit: return commit(step);
    case kRelease: return release(step);
    case kDraft: return draft(step);
    case kEdit: return edit(step);
    case kSubmit: return move(step, "draft", "submitted");
    case kReturn: return move(step, "submitted", "draft");
    case kWithdraw: return move(step, "draft", "withdrawn");
    case kApprove: return approve(step);
    case kReverse: return reverse(step);
  }
}

// The lines go on with other amounts, and one new line may come.
void BudgetHistory::make_version(const HistoryStep& step) {
  const int grant = 1 + static_cast<int>(step.choices[0] % 2);
  const auto* active = version_at(grant, std::nullopt, steps());
  Version next{grant, ++next_id_, active->number + 1, steps() + 1, active->amounts, {}};
  std::string lines;
  int number = 0;
  for (auto& [root, amount] : next.amounts) {
    amount = 50'000 + static_cast<std::int64_t>(step.choices[1 + static_cast<std::size_t>(number) % 3] % 300'000);
    next.categories[root] = "b";
    lines += (lines.empty() ? "" : ",") + ("(" + id_text(++next_id_) + "," + id_text(next.id) + "," + id_text(++number) +
             "," + id_text(root) + ",'b'," + id_text(amount) + ")");
  }
  std::int64_t added = 0;
  if (step.choices[4] % 3 == 0) {
    added = ++next_id_;
    lines += ",(" + id_text(added) + "," + id_text(next.id) + "," + id_text(++number) + ",NULL,'a',70000)";
  }
  const auto version = id_text(next.id);
  if (!run("INSERT INTO budget_versions (id, grant_id, number) OVERRIDING SYSTEM VALUE VALUES (" + version + "," +
           id_text(grant) + "," + id_text(next.number) + "); INSERT INTO budget_lines (id, budget_version_id, line_no, "
           "continues_id, category_code, amount_minor) OVERRIDING SYSTEM VALUE VALUES " + lines +
           "; UPDATE budget_versions SET state = 'submitted', submitted_by = 1, submitted_at = clock_timestamp() WHERE id = " +
           version + "; UPDATE budget_versions SET state = 'superseded' WHERE id = " + id_text(active->id) +
           "; UPDATE budget_versions SET state = 'approved', approved_by = 2, approved_at = clock_timestamp() WHERE id = " +
           version)) {
    return;
  }
  if (added != 0) {
    next.amounts[added] = 70'000;
    next.categories[added] = "a";
    lines_.push_back({grant, added});
  }
  versions_.push_back(next);
}

void BudgetHistory::commit(const HistoryStep& step) {
  const auto& line = lines_[step.choices[0] % lines_.size()];
  Commitment made{++next_id_, line.root, 1 + step.choices[1] % 40'000, 1 + static_cast<int>(step.choices[2] % 365),
                  steps() + 1, {}};
  if (run("INSERT INTO commitments (id, grant_id, budget_line_id, supplier_id, title, signed_on, currency, amount_minor, "
          "created_by) OVERRIDING SYSTEM VALUE VALUES (" + id_text(made.id) + "," + id_text(line.grant) + "," +
          id_text(line.root) + ",2,'c'," + day_text(made.signed_on) + ",'EUR'," + id_text(made.amount) + ",1)")) {
    commitments_.push_back(made);
  }
}

void BudgetHistory::release(const HistoryStep& step) {
  if (commitments_.empty()) return;
  auto& commitment = commitments_[step.choices[0] % commitments_.size()];
  if (commitment.released_at) return;
  // One that is used up cannot be released; then nothing happens.
  if (run("UPDATE commitments SET state = 'released', closed_reason = 'r' WHERE state = 'open' AND id = " +
          id_text(commitment.id)) &&
      text("SELECT state FROM commitments WHERE id = " + id_text(commitment.id)) == "released") {
    commitment.released_at = steps();
  }
}

std::vector<BudgetHistory::Share> BudgetHistory::choose_shares(const HistoryStep& step) {
  std::vector<Share> shares;
  const auto count = 1 + step.choices[0] % 3;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto choice = step.choices[1 + i];
    Share share{++next_id_, lines_[choice % lines_.size()].root, 0, 1 + choice / 7 % 30'000, 0};
    if (!commitments_.empty() && choice % 2 == 0) {
      const auto& commitment = commitments_[choice / 3 % commitments_.size()];
      share.commitment = commitment.id;
      share.root = commitment.root;
    }
    shares.push_back(share);
  }
  return shares;
}

std::string BudgetHistory::insert_shares(const Cost& cost, const std::vector<Share>& shares) const {
  std::string rows;
  int position = 0;
  for (const auto& share : shares) {
    const auto grant = grant_of(share.root);
    rows += (rows.empty() ? "" : ",") + ("(" + id_text(share.id) + "," + id_text(cost.id) + "," + id_text(++position) +
            ",'claimed'," + id_text(grant) + "," + id_text(share.root) + "," + or_null(share.commitment) + "," +
            id_text(grant + 1) + "," + id_text(share.amount) + ",'EUR'," + id_text(share.amount) + ")");
  }
  return "INSERT INTO expenditure_allocations (id, expenditure_id, position, used_as, grant_id, budget_line_id, "
         "commitment_id, fund_id, amount_minor, grant_currency, grant_minor) OVERRIDING SYSTEM VALUE VALUES " + rows;
}

namespace {
template <typename Shares>
std::int64_t total_of(const Shares& shares) {
  std::int64_t total = 0;
  for (const auto& share : shares) total += share.amount;
  return total;
}
}  // namespace

void BudgetHistory::draft(const HistoryStep& step) {
  Cost cost{++next_id_, {{steps() + 1, 1 + static_cast<int>(step.choices[5] % 365), choose_shares(step)}}, "draft", {}, {}, {}};
  const auto& first = cost.drafts.front();
  const auto id = id_text(cost.id);
  if (run("INSERT INTO expenditures (id, kind, supplier_id, document_number, document_on, description, currency, "
          "amount_minor, created_by) OVERRIDING SYSTEM VALUE VALUES (" + id + ",'invoice',2,'N" + id + "'," +
          day_text(first.document_on) + ",'d','EUR'," + id_text(total_of(first.shares)) + ",1);" +
          insert_shares(cost, first.shares))) {
    costs_.push_back(cost);
  }
}

void BudgetHistory::edit(const HistoryStep& step) {
  const auto drafts = costs_in({"draft"});
  if (drafts.empty()) return;
  auto& cost = *drafts[step.choices[0] % drafts.size()];
  const Draft next{steps() + 1, 1 + static_cast<int>(step.choices[5] % 365), choose_shares(step)};
  const auto id = id_text(cost.id);
  if (run("DELETE FROM expenditure_allocations WHERE expenditure_id = " + id + "; UPDATE expenditures SET document_on = " +
          day_text(next.document_on) + ", amount_minor = " + id_text(total_of(next.shares)) + " WHERE id = " + id + ";" +
          insert_shares(cost, next.shares))) {
    cost.drafts.push_back(next);
  }
}

void BudgetHistory::move(const HistoryStep& step, const char* from, const char* to) {
  const auto found = costs_in({from});
  if (found.empty()) return;
  auto& cost = *found[step.choices[0] % found.size()];
  if (!run(std::string("UPDATE expenditures SET state = '") + to + "', submitted_by = 1, version = version + 1 WHERE id = " +
           id_text(cost.id))) {
    return;
  }
  cost.state = to;
  if (cost.state == "withdrawn") cost.withdrawn_at = steps();
}

namespace {
// An entry of a cost or its reversal (sign -1): expenses on the lines, against what is owed.
template <typename Shares, typename GrantOf>
std::string entry_of(std::int64_t entry, std::int64_t cost, int day, const Shares& shares, int sign, GrantOf grant_of) {
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> by_line;  // fund, root
  for (const auto& share : shares) by_line[{grant_of(share.root) + 1, share.root}] += sign * share.amount;
  std::erase_if(by_line, [](const auto& item) { return item.second == 0; });
  std::string rows;
  int number = 0;
  for (const auto& [place, amount] : by_line) {
    const auto head = "(" + id_text(entry) + ",";
    const auto fund = id_text(place.first);
    rows += (rows.empty() ? "" : ",") + head + id_text(number + 1) + ",'expense_direct'," + fund + "," +
            id_text(place.second) + "," + id_text(amount) + ",'EUR')," + head + id_text(number + 2) + ",'payables'," +
            fund + ",NULL," + id_text(-amount) + ",'EUR')";
    number += 2;
  }
  return "INSERT INTO entries (id, booked_on, kind, document_kind, document_id, posting_count, actor_id) OVERRIDING SYSTEM "
         "VALUE VALUES (" + id_text(entry) + "," + day_text(day) + ",'expenditure','expenditure'," + id_text(cost) + "," +
         id_text(number) + ",2); INSERT INTO postings (entry_id, line_no, account_code, fund_id, budget_line_id, "
         "amount_minor, currency) VALUES " + rows;
}
}  // namespace

void BudgetHistory::approve(const HistoryStep& step) {
  const auto found = costs_in({"submitted"});
  if (found.empty()) return;
  auto& cost = *found[step.choices[0] % found.size()];
  const auto& last = cost.drafts.back();
  const auto entry = ++next_id_;
  if (run(entry_of(entry, cost.id, last.document_on, last.shares, 1, [&](auto root) { return grant_of(root); }) +
          "; UPDATE expenditures SET state = 'approved', approved_by = 2, approved_at = clock_timestamp(), entry_id = " +
          id_text(entry) + " WHERE id = " + id_text(cost.id))) {
    cost.state = "approved";
    cost.approved_at = steps();
  }
}

// A part of each share is taken back, on a day of its own.
void BudgetHistory::reverse(const HistoryStep& step) {
  const auto found = costs_in({"approved"});
  if (found.empty()) return;
  auto& cost = *found[step.choices[0] % found.size()];
  auto& shares = cost.drafts.back().shares;
  Reversal reversal{std::max(cost.drafts.back().document_on, 1 + static_cast<int>(step.choices[1] % 365)), steps() + 1, {}};
  std::string updates;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    auto part = shares[i];
    part.amount = (shares[i].amount - shares[i].reversed) * static_cast<std::int64_t>(step.choices[2 + i % 3] % 101) / 100;
    reversal.shares.push_back(part);
    updates += "; UPDATE expenditure_allocations SET reversed_minor = reversed_minor + " + id_text(part.amount) +
               ", grant_reversed_minor = grant_reversed_minor + " + id_text(part.amount) + " WHERE id = " + id_text(part.id);
  }
  const auto amount = total_of(reversal.shares);
  if (amount == 0) return;
  const auto entry = ++next_id_;
  const auto id = id_text(cost.id);
  if (!run("INSERT INTO expenditure_reversals (expenditure_id, amount_minor, booked_on, reason, requested_by) VALUES (" + id +
           "," + id_text(amount) + "," + day_text(reversal.booked_on) + ",'r',1);" +
           entry_of(entry, cost.id, reversal.booked_on, reversal.shares, -1, [&](auto root) { return grant_of(root); }) +
           "; UPDATE expenditures SET reversed_minor = reversed_minor + " + id_text(amount) + " WHERE id = " + id + updates +
           "; UPDATE expenditure_reversals SET state = 'approved', entry_id = " + id_text(entry) +
           ", decided_by = 2, decided_at = clock_timestamp() WHERE state = 'requested' AND expenditure_id = " + id)) {
    return;
  }
  for (std::size_t i = 0; i < shares.size(); ++i) shares[i].reversed += reversal.shares[i].amount;
  cost.reversals.push_back(reversal);
}

void BudgetHistory::roll_up() {
  text(R"(
    INSERT INTO balance_months (account_code, fund_id, budget_line_id, currency, month, amount_minor, posting_count)
    SELECT p.account_code, p.fund_id, COALESCE(p.budget_line_id, 0), p.currency, date_trunc('month', e.booked_on)::date,
           sum(p.amount_minor)::bigint, count(*)
    FROM entries e
    JOIN postings p ON p.entry_id = e.id
    GROUP BY 1, 2, 3, 4, 5;
    UPDATE ledger_head SET horizon = (pg_current_xact_id()::text::bigint + 1)::text::xid8)");
}

// ---- Figures ----

FiguresByRoot BudgetHistory::figures(std::optional<int> day, std::optional<int> step) {
  const auto as_of = day ? day_text(*day) : std::string("'infinity'");
  const auto known_at = !step ? "infinity" : *step == 0 ? begun_ : marks_[static_cast<std::size_t>(*step - 1)];
  PGresult* result = PQexec(connection_, ("EXECUTE figures(" + as_of + ", '" + known_at + "')").c_str());
  if (PQresultStatus(result) != PGRES_TUPLES_OK) throw std::runtime_error(PQerrorMessage(connection_));
  std::vector<GrantBudget> budgets(2, kNoLines);
  for (int i = 0; i < PQntuples(result); ++i) {
    const auto number = [&](int column) { return std::stoll(PQgetvalue(result, i, column)); };
    const auto on = [&](int column) { return Date::parse(PQgetvalue(result, i, column)); };
    BudgetLine line;
    line.id = number(0);
    line.amount_minor = number(1);
    line.spent_minor = number(2);
    line.committed_minor = number(3);
    line.drafts_minor = number(4);
    line.category_code = PQgetvalue(result, i, 6);
    line.starts_on = on(7);
    line.ends_on = on(8);
    budgets[static_cast<std::size_t>(number(5) - 1)].lines.push_back(std::move(line));
  }
  PQclear(result);
  FiguresByRoot found;
  const Date from(Date::of("2025-12-31").days() + std::chrono::days(day.value_or(today_)));
  for (int grant = 1; grant <= 2; ++grant) {
    auto& budget = budgets[static_cast<std::size_t>(grant - 1)];
    forecast(budget, from);
    for (const auto& line : budget.lines) {
      found[line.id] = {line.amount_minor, line.spent_minor, line.committed_minor, line.drafts_minor, line.available_minor(),
                        line.forecast_minor};
    }
    const auto total = totals_of(budget.lines, budget.terms).total;
    found[-grant] = {total.planned_minor, total.spent_minor, total.committed_minor, total.drafts_minor,
                     total.available_minor(), total.forecast_minor};
  }
  return found;
}

}  // namespace kindling
