#include "budgets/budget_value.hpp"

#include "http/uri.hpp"

namespace kindling {
namespace {

Value sum_display(const BudgetSum& sum, Currency currency) {
  const auto text = [&](std::int64_t minor) { return to_display_amount(Money{minor, currency}); };
  return Value::object({{"code", sum.code},
                        {"label", sum.label},
                        {"planned", text(sum.planned_minor)},
                        {"spent", text(sum.spent_minor)},
                        {"committed", text(sum.committed_minor)},
                        {"drafts", text(sum.drafts_minor)},
                        {"code_in_url", http::percent_encoded(sum.code)},
                        {"available", text(sum.available_minor())},
                        {"over", sum.available_minor() < 0}});
}

}  // namespace

Value sum_value(const BudgetSum& sum, Currency currency) {
  auto value = Value::object({{"code", sum.code}, {"label", sum.label}});
  for (std::size_t i = 0; i < std::size(kFigureNames); ++i) {
    value.set(std::string(kFigureNames[i]), to_string(Money{figure_of(sum, static_cast<Figure>(i)), currency}));
  }
  return value;
}

Value budget_value(const GrantBudget& budget, std::optional<Cut> cut) {
  const auto currency = budget.terms.currency;
  const auto totals = totals_of(budget.lines, budget.terms);
  auto value = Value::object({{"grant_id", budget.grant_id},
                              {"title", budget.title},
                              {"funder", budget.funder},
                              {"state", budget.state},
                              {"currency", currency.code()},
                              {"version", budget.version},
                              {"approved_on", to_string(budget.approved_on)}});
  if (cut) {
    auto rows = Value::array();
    for (const auto& sum : sums_by(budget, totals, *cut)) rows.push(sum_value(sum, currency));
    value.set("by", kCutNames[static_cast<std::size_t>(*cut)]).set("rows", std::move(rows));
  }
  const auto text = [&](std::int64_t minor) { return to_string(Money{minor, currency}); };
  value.set("match", Value::object({{"required", text(budget.match.required_minor)},
                                    {"paid", text(budget.match.paid_minor)},
                                    {"in_kind", text(budget.match.in_kind_minor)},
                                    {"missing", text(budget.match.missing_minor())}}));
  return value.set("direct", sum_value(totals.direct, currency))
      .set("indirect", sum_value(totals.indirect, currency))
      .set("total", sum_value(totals.total, currency))
      .set("funder_share", to_string(totals.funder_share))
      .set("maximum_grant", to_string(totals.room + totals.funder_share));
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
