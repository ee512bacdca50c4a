#include "budgets/budget_figures.hpp"

#include <algorithm>
#include <charconv>

namespace kindling {
namespace {

Period period_of(const BudgetLine& line, const Period& grant) {
  return {line.starts_on.value_or(grant.first), line.ends_on.value_or(grant.last)};
}

std::string code_of(const BudgetLine& line, const Period& grant, Cut cut) {
  switch (cut) {
    case Cut::kCategory: return line.category_code;
    case Cut::kWorkPackage: return line.work_package.empty() ? "none" : line.work_package;
    case Cut::kPartner: return line.partner_id ? std::to_string(*line.partner_id) : "none";
    case Cut::kPeriod: {
      const auto period = period_of(line, grant);
      return to_string(period.first) + "/" + to_string(period.last);
    }
    case Cut::kLine: break;
  }
  return std::to_string(line.root_id());
}

BudgetSum sum_of(const BudgetLine& line, const Period& grant, Cut cut) {
  BudgetSum sum;
  sum.code = code_of(line, grant, cut);
  sum.label = sum.code;
  if (cut == Cut::kLine) {
    sum.label = line.description.empty() ? line.work_package + " " + line.category_code : line.description;
  }
  sum.planned_minor = line.amount_minor;
  sum.spent_minor = line.spent_minor;
  sum.committed_minor = line.committed_minor;
  sum.drafts_minor = line.drafts_minor;
  sum.forecast_minor = line.forecast_minor;
  return sum;
}

// How many of the period's days lie within the other.
int days_within(const Period& period, const Period& other) {
  return std::max(0, days_between(std::max(period.first, other.first), std::min(period.last, other.last)) + 1);
}

template <typename Enum, std::size_t n>
std::optional<Enum> find_name(const std::string_view (&names)[n], std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<Enum>(found - std::begin(names));
}

// A number of `text` at its place, of exactly so many digits, at most `max`.
bool is_number(std::string_view text, std::size_t at, std::size_t digits, int max) {
  if (text.size() < at + digits) return false;
  int number = -1;
  const auto* begin = text.data() + at;
  const auto [end, error] = std::from_chars(begin, begin + digits, number);
  return error == std::errc() && end == begin + digits && number >= 0 && number <= max;
}

}  // namespace

std::int64_t GrantMatch::missing_minor() const {
  return std::max<std::int64_t>(0, required_minor - paid_minor - in_kind_minor);
}

std::optional<std::string> parse_instant(std::string_view text) {
  if (text.size() < 20 || text.size() > 32 || !Date::parse(text.substr(0, 10))) return std::nullopt;
  if (text[10] != 'T' || text[13] != ':' || text[16] != ':') return std::nullopt;
  if (!is_number(text, 11, 2, 23) || !is_number(text, 14, 2, 59) || !is_number(text, 17, 2, 59)) return std::nullopt;
  auto rest = text.substr(19);
  if (rest.starts_with('.')) {
    const auto digits = std::min(rest.find_first_not_of("0123456789", 1), rest.size()) - 1;
    if (digits < 1 || digits > 6) return std::nullopt;
    rest.remove_prefix(digits + 1);
  }
  if (rest == "Z") return std::string(text);
  if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':') return std::nullopt;
  if (!is_number(rest, 1, 2, 14) || !is_number(rest, 4, 2, 59)) return std::nullopt;
  return std::string(text);
}

std::optional<Cut> find_cut(std::string_view name) { return find_name<Cut>(kCutNames, name); }
std::optional<Figure> find_figure(std::string_view name) { return find_name<Figure>(kFigureNames, name); }

std::int64_t forecast_of(const BudgetLine& line, const Period& grant, Date day) {
  const auto period = period_of(line, grant);
  const auto left = day < period.first ? period.days() : std::max(0, days_between(day, period.last));
  return line.spent_minor + std::max(line.committed_minor, round_div(line.amount_minor, left, period.days()));
}

void forecast(GrantBudget& budget, Date day) {
  for (auto& line : budget.lines) line.forecast_minor = forecast_of(line, budget.period, day);
}

std::vector<BudgetSum> sums_by(const GrantBudget& budget, const BudgetTotals& totals, Cut cut) {
  if (cut == Cut::kCategory) return totals.by_category;
  if (cut == Cut::kWorkPackage) return totals.by_work_package;
  if (cut == Cut::kPartner) return totals.by_partner;
  std::vector<BudgetSum> sums;
  for (const auto& line : budget.lines) {
    const auto sum = sum_of(line, budget.period, cut);
    const auto found = std::ranges::find(sums, sum.code, &BudgetSum::code);
    if (found == sums.end()) {
      sums.push_back(sum);
    } else {
      *found += sum;
    }
  }
  if (cut == Cut::kPeriod) std::ranges::sort(sums, {}, &BudgetSum::code);
  return sums;
}

std::vector<BudgetLine> lines_at(const GrantBudget& budget, Cut cut, std::string_view code) {
  if (code.empty() || code == "direct" || code == "total") return budget.lines;
  std::vector<BudgetLine> lines;
  for (const auto& line : budget.lines) {
    if (code_of(line, budget.period, cut) == code) lines.push_back(line);
  }
  return lines;
}

std::vector<Period> months_of(const Period& period) {
  std::vector<Period> months;
  for (auto first = period.first.ymd().year() / period.first.ymd().month(); std::chrono::sys_days(first / 1) <= period.last.days();
       first += std::chrono::months(1)) {
    months.push_back({Date(first / 1), Date(first / std::chrono::last)});
  }
  return months;
}

std::vector<std::int64_t> plan_by_month(const GrantBudget& budget, const std::vector<Period>& months) {
  std::vector<std::int64_t> planned(months.size(), 0);
  if (months.empty()) return planned;
  for (const auto& line : budget.lines) {
    const auto period = period_of(line, budget.period);
    std::vector<std::int64_t> days;
    for (const auto& month : months) days.push_back(days_within(month, period));
    if (std::ranges::all_of(days, [](auto n) { return n == 0; })) {
      (period.last < months.front().first ? days.front() : days.back()) = 1;
    }
    const auto parts = split(line.amount_minor, days);
    for (std::size_t i = 0; i < parts.size(); ++i) planned[i] += parts[i];
  }
  return planned;
}

std::string_view definition_of(Figure figure) {
  switch (figure) {
    case Figure::kPlanned:
      return "The amount of the budget version in force on the day asked for, as far as it was approved by then.";
    case Figure::kSpent:
      return "What the ledger has posted to the lines by that accounting date, reversals taken off. Exchange gains and "
             "losses are no cost and stand on no line.";
    case Figure::kCommitted:
      return "What open contracts and orders still reserve: their amount less what approved costs have used of it.";
    case Figure::kDrafts:
      return "Costs that are entered and not yet approved. They take nothing off what is available.";
    case Figure::kAvailable:
      return "Planned, less spent, less committed.";
    case Figure::kForecast:
      return "Spent so far, and the larger of what is committed and of the plan for the days that are left, spread "
             "evenly over each line's period.";
  }
  return "";
}

std::int64_t figure_of(const BudgetSum& sum, Figure figure) {
  switch (figure) {
    case Figure::kPlanned: return sum.planned_minor;
    case Figure::kSpent: return sum.spent_minor;
    case Figure::kCommitted: return sum.committed_minor;
    case Figure::kDrafts: return sum.drafts_minor;
    case Figure::kAvailable: return sum.available_minor();
    case Figure::kForecast: return sum.forecast_minor;
  }
  return 0;
}

}  // namespace kindling
