#include "budgets/budget.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "core/fields.hpp"
#include "funding/indirect.hpp"

namespace kindling {
namespace {

constexpr std::array<std::string_view, 7> kColumns = {"work_package", "category",    "partner", "starts_on",
                                                      "ends_on",      "description", "amount"};

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return result;
}

BudgetLine read_line(Fields& row, const BudgetContext& context) {
  BudgetLine line;
  line.continues_id = row.optional_id("continues");
  line.work_package = row.optional_text("work_package", {.max = 40}).value_or("");
  line.category_code = row.text("category", {.max = 120});
  if (!row.failed("category") &&
      std::ranges::find(context.categories, line.category_code, &Category::code) == context.categories.end()) {
    row.fail("category", "not_one_of", "Choose a category of this grant.");
  }
  const auto partner = row.optional_text("partner", {.max = 200});
  if (partner) {
    const auto found = std::ranges::find_if(
        context.partners, [&](const GrantPartner& p) { return std::to_string(p.id) == *partner; });
    if (found == context.partners.end()) {
      row.fail("partner", "not_one_of", "Choose a partner of this grant; \"" + *partner + "\" is none.");
    } else {
      line.partner_id = found->id;
    }
  } else if (!context.partners.empty() && !row.failed("partner")) {
    row.fail("partner", "required", "Choose the partner who spends this.");
  }
  line.starts_on = row.optional_date("starts_on");
  line.ends_on = row.optional_date("ends_on");
  const auto& eligible = context.grant.period;
  if (line.starts_on && !eligible.contains(*line.starts_on)) {
    row.fail("starts_on", "outside_the_period", "Enter a day from " + to_string(eligible.first) + " to " +
                                                    to_string(eligible.last) + ".");
  }
  if (line.ends_on && !eligible.contains(*line.ends_on)) {
    row.fail("ends_on", "outside_the_period", "Enter a day from " + to_string(eligible.first) + " to " +
                                                  to_string(eligible.last) + ".");
  } else if (line.starts_on && line.ends_on && *line.ends_on < *line.starts_on) {
    row.fail("ends_on", "end_before_start", "Enter an end that is not before the start.");
  }
  line.description = row.optional_text("description").value_or("");
  line.amount_minor = row.money("amount", context.grant.currency).minor;
  return line;
}

// The cells of one pasted row.
std::vector<std::string_view> cells_of(std::string_view row) {
  std::vector<std::string_view> cells;
  while (true) {
    const auto tab = row.find('\t');
    cells.push_back(trimmed(row.substr(0, tab)));
    if (tab == std::string_view::npos) return cells;
    row.remove_prefix(tab + 1);
  }
}

// Which column each cell is, where the row is one of headings; empty otherwise.
std::vector<std::string_view> headings_in(const std::vector<std::string_view>& cells) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"work package", "work_package"}, {"wp", "work_package"},    {"work_package", "work_package"},
      {"category", "category"},         {"cost category", "category"}, {"partner", "partner"},
      {"beneficiary", "partner"},       {"from", "starts_on"},     {"start", "starts_on"},
      {"to", "ends_on"},                {"end", "ends_on"},        {"description", "description"},
      {"amount", "amount"},             {"budget", "amount"}};
  std::vector<std::string_view> columns;
  int known = 0;
  for (const auto cell : cells) {
    const auto name = std::ranges::find(kNames, lower(cell), &std::pair<std::string_view, std::string_view>::first);
    columns.push_back(name == std::end(kNames) ? std::string_view{} : name->second);
    known += columns.back().empty() ? 0 : 1;
  }
  return known >= 2 ? columns : std::vector<std::string_view>{};
}

// A category by code or name, a partner by name: as a spreadsheet has them. Unknown ones stay as they are.
std::string resolved(std::string_view column, std::string_view cell, const BudgetContext& context) {
  if (column == "category") {
    for (const auto& category : context.categories) {
      if (lower(category.code) == lower(cell) || lower(category.name) == lower(cell)) return category.code;
    }
  }
  if (column == "partner") {
    for (const auto& partner : context.partners) {
      if (lower(partner.name) == lower(cell)) return std::to_string(partner.id);
    }
  }
  return std::string(cell);
}

BudgetSum& sum_at(std::vector<BudgetSum>& sums, const std::string& code, const std::string& label) {
  const auto found = std::ranges::find(sums, code, &BudgetSum::code);
  if (found != sums.end()) return *found;
  sums.push_back({code, label});
  return sums.back();
}

constexpr std::int64_t BudgetSum::*kSumFigures[] = {&BudgetSum::planned_minor, &BudgetSum::spent_minor,
                                                    &BudgetSum::committed_minor, &BudgetSum::drafts_minor,
                                                    &BudgetSum::forecast_minor};

void add(BudgetSum& sum, const BudgetLine& line) {
  sum.planned_minor += line.amount_minor;
  sum.spent_minor += line.spent_minor;
  sum.committed_minor += line.committed_minor;
  sum.drafts_minor += line.drafts_minor;
  sum.forecast_minor += line.forecast_minor;
}

}  // namespace

BudgetSum& BudgetSum::operator+=(const BudgetSum& other) {
  for (const auto figure : kSumFigures) this->*figure += other.*figure;
  return *this;
}

Result<std::vector<BudgetLine>> parse_budget(const Input& input, const BudgetContext& context) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  std::vector<BudgetLine> lines;
  std::set<std::int64_t> continued;
  // A draft is emptied by an empty list, never by forgetting it.
  if (input.strict() && input.find("lines") == nullptr && input.keys_below("lines").empty()) {
    fields.fail("lines", "required", "Send all lines of the budget; [] for none.");
  }
  for (auto& row : fields.rows("lines", kBudgetLinesMax)) {
    // A row of the form that holds nothing but what its boxes are set to.
    const auto typed = [&](std::string_view name) { return !trimmed(input.text(row.path(name))).empty(); };
    if (!typed("amount") && !typed("description") && !typed("category") && !typed("work_package")) continue;
    lines.push_back(read_line(row, context));
    if (lines.back().continues_id && !continued.insert(*lines.back().continues_id).second) {
      row.fail("continues", "doubled", "Two rows go on with the same line; enter one of them as a new row.");
    }
  }
  return fields.finish(std::move(lines));
}

Input with_pasted_lines(const Input& input, const BudgetContext& context) {
  std::string_view rest = input.text("paste");
  if (trimmed(rest).empty()) return input;
  Input joined;
  std::size_t next = 0;
  for (const auto& field : input.fields()) {
    if (field.path != "paste") joined.add(field.path, field.text, field.type);
  }
  for (const auto& key : input.keys_below("lines")) {
    if (std::ranges::all_of(key, [](char c) { return c >= '0' && c <= '9'; }) && key.size() < 9) {
      next = std::max(next, static_cast<std::size_t>(std::stoul(key)) + 1);
    }
  }
  std::vector<std::string_view> columns(kColumns.begin(), kColumns.end());
  bool first = true;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const auto row = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (trimmed(row).empty()) continue;
    const auto cells = cells_of(row);
    if (std::exchange(first, false)) {
      if (auto headings = headings_in(cells); !headings.empty()) {
        columns = std::move(headings);
        continue;
      }
    }
    for (std::size_t i = 0; i < cells.size() && i < columns.size(); ++i) {
      if (columns[i].empty()) continue;
      joined.set("lines." + std::to_string(next) + "." + std::string(columns[i]), resolved(columns[i], cells[i], context));
    }
    ++next;
  }
  return joined;
}

Input typed_of(const std::vector<BudgetLine>& lines, Currency currency) {
  Input typed;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto row = "lines." + std::to_string(i) + ".";
    const auto& line = lines[i];
    typed.add(row + "continues", line.continues_id ? std::to_string(*line.continues_id) : "");
    typed.add(row + "work_package", line.work_package);
    typed.add(row + "category", line.category_code);
    typed.add(row + "partner", line.partner_id ? std::to_string(*line.partner_id) : "");
    typed.add(row + "starts_on", line.starts_on ? to_string(*line.starts_on) : "");
    typed.add(row + "ends_on", line.ends_on ? to_string(*line.ends_on) : "");
    typed.add(row + "description", line.description);
    typed.add(row + "amount", to_string(Money{line.amount_minor, currency}));
  }
  return typed;
}

BudgetTotals totals_of(const std::vector<BudgetLine>& lines, const BudgetTerms& terms) {
  const auto currency = terms.currency;
  BudgetTotals totals{.by_category = {}, .by_work_package = {}, .by_partner = {}, .direct = {"direct", "Direct costs"},
                      .indirect = {"indirect", "Indirect costs"}, .total = {"total", "Total costs"},
                      .funder_share = {0, currency}, .room = {0, currency}};
  for (const auto& category : terms.categories) totals.by_category.push_back({category.code, category.name});
  for (const auto& partner : terms.partners) totals.by_partner.push_back({std::to_string(partner.id), partner.name});
  for (const auto& line : lines) {
    add(sum_at(totals.by_category, line.category_code, line.category_code), line);
    const auto package = line.work_package.empty() ? std::string("none") : line.work_package;
    add(sum_at(totals.by_work_package, package, package), line);
    const auto partner = line.partner_id ? std::to_string(*line.partner_id) : std::string("none");
    add(sum_at(totals.by_partner, partner, "No partner"), line);
    add(totals.direct, line);
  }
  for (const auto figure : kSumFigures) {
    std::vector<CategoryCost> costs;
    for (const auto& sum : totals.by_category) costs.push_back({sum.code, sum.*figure});
    totals.indirect.*figure = indirect_costs(costs, terms.categories, terms.indirect_rate, currency).minor;
    totals.total.*figure = totals.direct.*figure + totals.indirect.*figure;
  }
  totals.funder_share = share_of({totals.total.planned_minor, currency}, terms.funding_rate);
  totals.room = terms.maximum - totals.funder_share;
  return totals;
}

BudgetTerms terms_of(const BudgetContext& context) {
  const auto& grant = context.grant;
  BudgetTerms terms{grant.currency, grant.indirect_rate, grant.funding_rate, grant.maximum(), context.categories, {}};
  for (const auto& partner : context.partners) terms.partners.push_back({partner.id, partner.name});
  return terms;
}

BudgetTotals totals_of(const std::vector<BudgetLine>& lines, const BudgetContext& context) {
  return totals_of(lines, terms_of(context));
}

Outcome check_budget(const std::vector<BudgetLine>& lines, const BudgetContext& context) {
  if (lines.empty()) return invalid_field("", "budget_is_empty", "Enter at least one line before you submit.");
  const auto totals = totals_of(lines, context);
  if (totals.room.minor >= 0) return kOk;
  return invalid_field("", "budget_exceeds_the_grant",
                       "Total costs of " + to_display(Money{totals.total.planned_minor, context.grant.currency}) +
                           " at a funding rate of " + to_string(context.grant.funding_rate) + " % ask the funder for " +
                           to_display(totals.funder_share) + ", which is " + to_display(-totals.room) +
                           " above the maximum grant of " + to_display(context.grant.maximum()) + ".");
}

}  // namespace kindling
