#include "spending/breach.hpp"

#include <algorithm>

#include "spending/expenditure.hpp"
#include "spending/staff_cost.hpp"

namespace kindling {
namespace {

std::string money(const Breach& breach, std::int64_t minor) { return to_display(Money{minor, *breach.currency}); }

std::string excess(const Breach& breach) { return money(breach, *breach.total_minor - *breach.limit_minor); }

Outcome refused(const std::vector<Breach>& breaches, const Expenditure& cost, auto stands_in_the_way, auto code_of) {
  std::vector<FieldError> fields;
  std::string code;
  for (const auto& breach : breaches) {
    if (!stands_in_the_way(breach)) continue;
    if (code.empty()) code = code_of(breach);
    fields.push_back({field_of(breach, cost), breach.code, message_of(breach)});
  }
  if (fields.empty()) return kOk;
  auto message = fields.front().message;
  if (fields.size() > 1) message += " There are " + std::to_string(fields.size() - 1) + " more.";
  return Error{ErrorKind::kConflict, code, message, std::move(fields)};
}

}  // namespace

std::string message_of(const Breach& breach) {
  const auto& code = breach.code;
  if (code == "grant_takes_no_costs") {
    return breach.grant_title + " takes no costs: only an awarded grant that is not closed does.";
  }
  if (code == "outside_eligible_period") {
    return "The cost lies outside the eligible period of " + breach.grant_title + ". Mend the date, or choose another grant.";
  }
  if (code == "line_is_not_in_the_active_budget") {
    return "The active budget of " + breach.grant_title + " has no such line. Choose one of the active version.";
  }
  if (code == "outside_line_period") {
    return "The cost lies outside the period of the line " + breach.line_label + ". Choose another line, or mend the date.";
  }
  if (code == "exchange_rate_is_missing") {
    return "There is no exchange rate for the currency of " + breach.grant_title +
           " on that day yet. Import the rates of the ECB, or enter one by hand.";
  }
  if (code == "person_days_exceed_215") {
    return "With this cost the person has " + days_text(*breach.total_minor) +
           " days in that year over all EU grants; at most 215 count. Lower the days.";
  }
  if (code == "person_days_exceed_the_maximum") {
    return "With this cost the person has " + days_text(*breach.total_minor) + " days from " + to_display(breach.span->first) +
           " to " + to_display(breach.span->last) + " over all costs; at this working time there are at most " +
           days_text(*breach.limit_minor) + ". Lower the days, or mend the period or the working time.";
  }
  if (code == "line_exceeded") {
    return "This cost takes " + money(breach, *breach.total_minor) + " from " + breach.line_label + " of " +
           breach.grant_title + ", where " + money(breach, *breach.limit_minor) + " is available: " + excess(breach) +
           " too much.";
  }
  if (code == "category_exceeded") {
    return "Category " + breach.category + " of " + breach.grant_title + " comes to " +
           money(breach, *breach.total_minor) + ", above its cap of " + money(breach, *breach.limit_minor) +
           " (its budget and what may be moved into it): " + excess(breach) + " too much.";
  }
  if (code == "grant_exceeded") {
    return breach.grant_title + " would come to " + money(breach, *breach.total_minor) +
           " with indirect costs at its funding rate, above the maximum grant of " +
           money(breach, *breach.limit_minor) + ": " + excess(breach) + " too much.";
  }
  return "This breaks the rule " + code + ".";
}

std::string field_of(const Breach& breach, const Expenditure& cost) {
  for (const auto& allocation : cost.allocations) {
    const bool here = breach.budget_line_id ? allocation.budget_line_id == breach.budget_line_id
                                            : breach.grant_id && allocation.grant_id == breach.grant_id;
    if (here) return allocation.row;
  }
  return breach.code.starts_with("person_days_") ? "days" : "";
}

Outcome check_submittable(const std::vector<Breach>& breaches, const Expenditure& cost) {
  return refused(breaches, cost, [](const Breach& b) { return b.hard; }, [](const Breach& b) { return b.code; });
}

Outcome check_approvable(const std::vector<Breach>& breaches, const Expenditure& cost) {
  return refused(
      breaches, cost, [](const Breach& b) { return !b.overridden; },
      [](const Breach& b) { return b.may_be_overridden() ? std::string("override_is_missing") : b.code; });
}

Value impact_value(const Impact& impact, const Expenditure& cost) {
  auto lines = Value::array();
  for (const auto& line : impact.lines) {
    const auto text = [&](std::int64_t minor) { return to_string(Money{minor, line.currency}); };
    lines.push(Value::object({{"budget_line_id", line.budget_line_id},
                              {"grant_id", line.grant_id},
                              {"label", line.label},
                              {"currency", line.currency.code()},
                              {"planned", text(line.planned_minor)},
                              {"spent", text(line.spent_minor)},
                              {"committed", text(line.committed_minor)},
                              {"drafts", text(line.drafts_minor)},
                              {"available", text(line.available_minor())},
                              {"this_cost", text(line.this_minor)},
                              {"after", text(line.after_minor())}}));
  }
  auto funds = Value::array();
  for (const auto& fund : impact.funds) {
    const auto text = [&](std::int64_t minor) { return to_string(Money{minor, fund.currency}); };
    funds.push(Value::object({{"fund_id", fund.fund_id},
                              {"title", fund.title},
                              {"grant_id", fund.grant_id ? Value(*fund.grant_id) : Value()},
                              {"currency", fund.currency.code()},
                              {"cash", text(fund.cash_minor)},
                              {"after", text(fund.after_minor())},
                              {"prefinanced", text(fund.prefinanced_minor())}}));
  }
  auto breaches = Value::array();
  for (const auto& breach : impact.breaches) {
    breaches.push(Value::object({{"code", breach.code},
                                 {"field", field_of(breach, cost)},
                                 {"message", message_of(breach)},
                                 {"refused", !breach.may_be_overridden()},
                                 {"overridden", breach.overridden}}));
  }
  return Value::object({{"lines", std::move(lines)}, {"funds", std::move(funds)}, {"breaches", std::move(breaches)}});
}

}  // namespace kindling
