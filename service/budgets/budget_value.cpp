#include "budgets/budget_value.hpp"

namespace kindling {
namespace {

Value sum_value(const BudgetSum& sum, Currency currency) {
  const auto text = [&](std::int64_t minor) { return to_string(Money{minor, currency}); };
  return Value::object({{"code", sum.code},
                        {"label", sum.label},
                        {"planned", text(sum.planned_minor)},
                        {"spent", text(sum.spent_minor)},
                        {"available", text(sum.available_minor())}});
}

Value sum_display(const BudgetSum& sum, Currency currency) {
  const auto text = [&](std::int64_t minor) { return to_display_amount(Money{minor, currency}); };
  return Value::object({{"code", sum.code},
                        {"label", sum.label},
                        {"planned", text(sum.planned_minor)},
                        {"spent", text(sum.spent_minor)},
                        {"available", text(sum.available_minor())},
                        {"over", sum.available_minor() < 0}});
}

std::vector<BudgetSum> sums_by(const std::vector<BudgetLine>& lines, const BudgetTotals& totals, std::string_view by) {
  if (by == "work_package") return totals.by_work_package;
  if (by == "partner") return totals.by_partner;
  if (by == "category") return totals.by_category;
  std::vector<BudgetSum> sums;
  for (const auto& line : lines) {
    sums.push_back({std::to_string(line.id), line.description, line.amount_minor, line.spent_minor});
  }
  return sums;
}

}  // namespace

Value budget_value(const BudgetContext& context, const BudgetVersion& version, const std::vector<BudgetLine>& lines,
                   std::string_view by) {
  const auto currency = context.grant.currency;
  const auto totals = totals_of(lines, context);
  auto rows = Value::array();
  for (const auto& sum : sums_by(lines, totals, by)) rows.push(sum_value(sum, currency));
  return Value::object({{"grant_id", context.grant.id},
                        {"currency", currency.code()},
                        {"version", version.number},
                        {"state", version.state},
                        {"by", by},
                        {"rows", std::move(rows)},
                        {"direct", sum_value(totals.direct, currency)},
                        {"indirect", sum_value(totals.indirect, currency)},
                        {"total", sum_value(totals.total, currency)},
                        {"funder_share", to_string(totals.funder_share)},
                        {"maximum_grant", to_string(context.grant.maximum())}});
}

Value budget_version_value(const BudgetVersion& version) {
  return Value::object({{"grant_id", version.grant_id},
                        {"number", version.number},
                        {"state", version.state},
                        {"version", version.version},
                        {"reason", version.reason}});
}

Value sums_display(const std::vector<BudgetSum>& sums, Currency currency) {
  auto rows = Value::array();
  for (const auto& sum : sums) rows.push(sum_display(sum, currency));
  return rows;
}

Value totals_display(const BudgetTotals& totals, const BudgetContext& context) {
  const auto currency = context.grant.currency;
  auto value = Value::object({{"by_category", sums_display(totals.by_category, currency)},
                              {"by_work_package", sums_display(totals.by_work_package, currency)},
                              {"by_partner", sums_display(totals.by_partner, currency)},
                              {"direct", sum_display(totals.direct, currency)},
                              {"indirect", sum_display(totals.indirect, currency)},
                              {"total", sum_display(totals.total, currency)},
                              {"currency", currency.code()},
                              {"indirect_rate", to_string(context.grant.indirect_rate)},
                              {"funding_rate", to_string(context.grant.funding_rate)},
                              {"funder_share", to_display_amount(totals.funder_share)},
                              {"maximum_grant", to_display_amount(context.grant.maximum())},
                              {"room", to_display_amount(totals.room)},
                              {"over", totals.room.minor < 0}});
  return value;
}

}  // namespace kindling
