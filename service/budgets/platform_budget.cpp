#include "budgets/platform_budget.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "core/fields.hpp"

namespace kindling {

bool same_need(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

namespace {

PlannedSource read_source(Fields& row, Currency currency, const std::vector<SourceChoice>& sources) {
  PlannedSource source{.funding_source_id = row.id("funding_source_id"), .name = {}, .amount_minor = 0, .probability = {}};
  const auto chosen = std::ranges::find(sources, source.funding_source_id, &SourceChoice::id);
  if (chosen == sources.end() && !row.failed("funding_source_id")) {
    row.fail("funding_source_id", "not_one_of", "Choose one of the funding sources.");
  }
  source.amount_minor = row.money("amount", currency, {.min_minor = 1}).minor;
  const auto probability = row.optional_percent("probability");
  if (probability) {
    source.probability = *probability;
  } else if (chosen != sources.end()) {
    source.probability = chosen->probability;
  }
  return source;
}

PlatformLine read_line(Fields& row, const Input& input, Currency currency, const std::vector<SourceChoice>& sources) {
  PlatformLine line{.need = row.text("need", {.max = 80}),
                    .description = row.optional_text("description").value_or(""),
                    .first_month = static_cast<int>(row.optional_integer("first_month", 1, kMonths).value_or(1)),
                    .last_month = static_cast<int>(row.optional_integer("last_month", 1, kMonths).value_or(kMonths)),
                    .amount_minor = row.money("amount", currency, {.min_minor = 1}).minor};
  if (line.last_month < line.first_month && !row.failed("last_month")) {
    row.fail("last_month", "end_before_start", "Enter a last month that is not before the first one.");
  }
  std::set<std::int64_t> seen;
  for (auto& source : row.rows("sources", kPlatformSourcesMax)) {
    const auto typed = [&](const char* name) { return !trimmed(input.text(source.path(name))).empty(); };
    if (!typed("funding_source_id") && !typed("amount")) continue;
    line.sources.push_back(read_source(source, currency, sources));
    if (!seen.insert(line.sources.back().funding_source_id).second && !source.failed("funding_source_id")) {
      source.fail("funding_source_id", "doubled", "Name each source once a line.");
    }
  }
  return line;
}

}  // namespace

Result<std::vector<PlatformLine>> parse_platform_lines(const Input& input, Currency currency,
                                                       const std::vector<SourceChoice>& sources) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  std::vector<PlatformLine> lines;
  for (auto& row : fields.rows("lines", kPlatformLinesMax)) {
    const auto typed = [&](const char* name) { return !trimmed(input.text(row.path(name))).empty(); };
    if (!typed("need") && !typed("amount") && !typed("description")) continue;
    lines.push_back(read_line(row, input, currency, sources));
  }
  return fields.finish(std::move(lines));
}

Input typed_of(const std::vector<PlatformLine>& lines, Currency currency) {
  Input typed;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto row = "lines." + std::to_string(i) + ".";
    const auto& line = lines[i];
    typed.add(row + "need", line.need);
    typed.add(row + "description", line.description);
    typed.add(row + "first_month", std::to_string(line.first_month));
    typed.add(row + "last_month", std::to_string(line.last_month));
    typed.add(row + "amount", to_string(Money{line.amount_minor, currency}));
    for (std::size_t j = 0; j < line.sources.size(); ++j) {
      const auto source = row + "sources." + std::to_string(j) + ".";
      typed.add(source + "funding_source_id", std::to_string(line.sources[j].funding_source_id));
      typed.add(source + "amount", to_string(Money{line.sources[j].amount_minor, currency}));
      typed.add(source + "probability", to_string(line.sources[j].probability));
    }
  }
  return typed;
}

PlatformSums sums_of(const std::vector<PlatformMonth>& months) {
  PlatformSums sums;
  std::map<std::string, PlatformNeed> needs;
  for (const auto& cell : months) {
    auto& need = needs[cell.need];
    need.need = cell.need;
    for (auto* sum : {&need, &sums.months.at(static_cast<std::size_t>(cell.month - 1)), &sums.total}) {
      sum->needed_minor += cell.needed_minor;
      sum->planned_minor += cell.planned_minor;
      sum->weighted_minor += cell.weighted_minor;
    }
  }
  for (auto& [name, need] : needs) sums.needs.push_back(std::move(need));
  std::int64_t open = 0;
  for (int month = 1; month <= kMonths; ++month) {
    open += sums.months[static_cast<std::size_t>(month - 1)].open_minor();
    if (open > 0 && sums.first_uncovered_month == 0) sums.first_uncovered_month = month;
  }
  return sums;
}

Value platform_budget_value(const PlatformBudget& budget) {
  return Value::object({{"id", budget.id},
                        {"version", budget.version},
                        {"year", budget.year},
                        {"number", budget.number},
                        {"currency", budget.currency.code()},
                        {"state", budget.state},
                        {"needed", to_string(Money{budget.needed_minor, budget.currency})},
                        {"reason", budget.reason}});
}

Value platform_line_value(const PlatformLine& line, Currency currency) {
  auto sources = Value::array();
  for (const auto& source : line.sources) {
    sources.push(Value::object({{"funding_source_id", source.funding_source_id},
                                {"name", source.name},
                                {"amount", to_string(Money{source.amount_minor, currency})},
                                {"probability", to_string(source.probability)}}));
  }
  return Value::object({{"need", line.need},
                        {"description", line.description},
                        {"first_month", line.first_month},
                        {"last_month", line.last_month},
                        {"amount", to_string(Money{line.amount_minor, currency})},
                        {"sources", std::move(sources)}});
}

}  // namespace kindling
