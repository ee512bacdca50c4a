#include "budgets/budget_comparison.hpp"

#include <map>

#include "budgets/budget_change.hpp"

namespace kindling {
namespace {

// All that a reader sees of a line besides its amount.
std::string whole_label(const BudgetLine& line, const BudgetContext& context) {
  auto label = line_label(line, context);
  if (line.starts_on || line.ends_on) {
    label += " (" + (line.starts_on ? to_string(*line.starts_on) : "") + " to " +
             (line.ends_on ? to_string(*line.ends_on) : "") + ")";
  }
  return label;
}

ComparedLine compared(const BudgetLine* before, const BudgetLine& after, const BudgetContext& context) {
  ComparedLine line{.budget_line_id = after.root_id(), .change = "added", .label = whole_label(after, context), .was = {},
                    .before_minor = 0, .after_minor = after.amount_minor};
  if (before == nullptr) return line;
  line.before_minor = before->amount_minor;
  const auto label = whole_label(*before, context);
  if (label != line.label) line.was = label;
  line.change = line.was.empty() && line.difference_minor() == 0 ? "same" : "changed";
  return line;
}

ComparedSum compared(const BudgetSum& before, const BudgetSum& after) {
  return {after.code, after.label, before.planned_minor, after.planned_minor};
}

// Amounts by `text`, which says how they are written.
template <typename Text>
Value sum_value(const ComparedSum& sum, const Text& text) {
  return Value::object({{"code", sum.code},
                        {"label", sum.label},
                        {"before", text(sum.before_minor)},
                        {"after", text(sum.after_minor)},
                        {"difference", text(sum.difference_minor())}});
}

template <typename Text>
Value whole_value(const BudgetComparison& comparison, const Text& text, bool with_same) {
  auto lines = Value::array(), sums = Value::array();
  int same = 0;
  for (const auto& line : comparison.lines) {
    if (line.change == "same" && !with_same) {
      ++same;
      continue;
    }
    lines.push(Value::object({{"budget_line_id", line.budget_line_id},
                              {"change", line.change},
                              {"label", line.label},
                              {"was", line.was},
                              {"before", text(line.before_minor)},
                              {"after", text(line.after_minor)},
                              {"difference", text(line.difference_minor())}}));
  }
  for (const auto& sum : comparison.by_category) sums.push(sum_value(sum, text));
  auto value = Value::object({{"lines", std::move(lines)},
                              {"by_category", std::move(sums)},
                              {"direct", sum_value(comparison.direct, text)},
                              {"indirect", sum_value(comparison.indirect, text)},
                              {"total", sum_value(comparison.total, text)}});
  if (!with_same) value.set("same_count", same);
  return value;
}

}  // namespace

BudgetComparison compare_budgets(const std::vector<BudgetLine>& before, const std::vector<BudgetLine>& after,
                                 const BudgetContext& context) {
  std::map<std::int64_t, const BudgetLine*> earlier;
  for (const auto& line : before) earlier[line.root_id()] = &line;
  BudgetComparison comparison;
  for (const auto& line : after) {
    const auto found = earlier.find(line.root_id());
    comparison.lines.push_back(compared(found == earlier.end() ? nullptr : found->second, line, context));
    if (found != earlier.end()) earlier.erase(found);
  }
  for (const auto& line : before) {
    if (!earlier.contains(line.root_id())) continue;
    comparison.lines.push_back({line.root_id(), "removed", whole_label(line, context), {}, line.amount_minor, 0});
  }
  const auto from = totals_of(before, context), to = totals_of(after, context);
  // Every category of the grant stands in both, first and in its order.
  for (std::size_t i = 0; i < context.categories.size(); ++i) {
    comparison.by_category.push_back(compared(from.by_category[i], to.by_category[i]));
  }
  comparison.direct = compared(from.direct, to.direct);
  comparison.indirect = compared(from.indirect, to.indirect);
  comparison.total = compared(from.total, to.total);
  return comparison;
}

Value comparison_value(const BudgetComparison& comparison, Currency currency) {
  return whole_value(comparison, [&](std::int64_t minor) { return to_string(Money{minor, currency}); }, true);
}

Value comparison_display(const BudgetComparison& comparison, Currency currency) {
  return whole_value(comparison, [&](std::int64_t minor) { return to_display_amount(Money{minor, currency}); }, false);
}

}  // namespace kindling
