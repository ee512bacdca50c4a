#include "budgets/budget_change.hpp"

#include <algorithm>
#include <set>

#include "core/fields.hpp"

namespace kindling {
namespace {

const BudgetLine* find_line(const std::vector<BudgetLine>& lines, std::int64_t id_or_root) {
  const auto found = std::ranges::find_if(
      lines, [&](const BudgetLine& line) { return line.root_id() == id_or_root || line.id == id_or_root; });
  return found == lines.end() ? nullptr : &*found;
}

std::string label_of_root(std::int64_t root, const std::vector<BudgetLine>& lines, const BudgetContext& context) {
  const auto* line = find_line(lines, root);
  return line == nullptr ? "A line" : line_label(*line, context);
}

std::string below_used(const std::string& label, Money used, Money planned) {
  return label + ": " + to_display(used) + " are spent or promised on this line; it cannot fall to " +
         to_display(planned) + ".";
}

}  // namespace

Result<NewTransfer> parse_transfer(const Input& input, const BudgetContext& context,
                                   const std::vector<BudgetLine>& lines) {
  Fields fields(input);
  NewTransfer transfer{.justification = fields.text("justification", {.max = 2'000, .multiline = true}), .deltas = {}};
  std::set<std::int64_t> seen;
  const auto currency = context.grant.currency;
  Money sum{0, currency};
  for (auto& row : fields.rows("changes", kBudgetLinesMax)) {
    const auto amount = row.optional_money("amount", currency, {.min_minor = -MoneyRule{}.max_minor, .required = false});
    const auto line_id = row.id("budget_line_id");
    if (!amount || amount->minor == 0) continue;
    const auto* line = find_line(lines, line_id);
    if (line == nullptr || !seen.insert(line->root_id()).second) {
      row.fail("budget_line_id", line == nullptr ? "transfer_line_is_in_force" : "doubled",
               line == nullptr ? "Choose a line of the budget that is in force." : "Name each line once.");
      continue;
    }
    sum = sum + *amount;
    transfer.deltas.push_back({line->root_id(), amount->minor, row.path("amount")});
  }
  if (fields.ok() && transfer.deltas.empty()) {
    fields.fail("changes", "transfer_is_empty",
                "Enter what each line gains, such as 250.00, and what another one gives, such as -250.00.");
  } else if (fields.ok() && sum.minor != 0) {
    fields.fail("changes", "transfer_balances",
                "The changes add up to " + to_display(sum) + "; what leaves some lines has to enter others, so that they "
                "add up to zero. A budget that grows or shrinks needs an amendment.");
  }
  return fields.finish(std::move(transfer));
}

Result<NewAmendment> parse_amendment(const Input& input, const Grant& grant, Date today) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  NewAmendment amendment{
      .justification = fields.text("justification", {.max = 2'000, .multiline = true}),
      .funder_reference = fields.optional_text("funder_reference", {.max = 100}).value_or(""),
      .agreed_on = fields.optional_date("agreed_on"),
      .awarded = fields.optional_money("awarded_amount", grant.currency, {.min_minor = 1, .required = false})
                     .value_or(grant.maximum()),
      .ends_on = fields.optional_date("ends_on").value_or(grant.period.last),
      .funding_rate = fields.optional_percent("funding_rate").value_or(grant.funding_rate)};
  if (amendment.ends_on < grant.period.first && !fields.failed("ends_on")) {
    fields.fail("ends_on", "end_before_start", "The grant begins on " + to_display(grant.period.first) + "; enter a later day.");
  }
  if (amendment.funding_rate.basis_points == 0) {
    fields.fail("funding_rate", "out_of_range", "Enter the share that the funder pays, such as 80.");
  }
  if (amendment.agreed_on > today && !fields.failed("agreed_on")) {
    fields.fail("agreed_on", "in_the_future", "Enter the day on which the funder agreed, not a later one.");
  }
  return fields.finish(std::move(amendment));
}

Input typed_of(const BudgetChange& amendment) {
  Input typed;
  typed.set("justification", amendment.justification);
  typed.set("funder_reference", amendment.funder_reference);
  typed.set("agreed_on", amendment.agreed_on ? to_string(*amendment.agreed_on) : "");
  typed.set("awarded_amount", to_string(amendment.awarded));
  typed.set("ends_on", to_string(amendment.ends_on));
  typed.set("funding_rate", to_string(amendment.funding_rate));
  return typed;
}

Grant with_terms(Grant grant, const BudgetChange& change) {
  grant.awarded = change.awarded;
  grant.period.last = change.ends_on;
  grant.funding_rate = change.funding_rate;
  return grant;
}

Outcome check_line_days(const std::vector<BudgetLine>& lines, const BudgetContext& context) {
  std::vector<FieldError> errors;
  for (const auto& line : lines) {
    if (line.ends_on.value_or(context.grant.period.last) <= context.grant.period.last) continue;
    errors.push_back({"", "line_outside_the_grant",
                      line_label(line, context) + " goes on to " + to_display(*line.ends_on) +
                          ", beyond the end of the grant on " + to_display(context.grant.period.last) + "."});
  }
  if (!errors.empty()) return invalid(std::move(errors));
  return kOk;
}

std::vector<ChangedTerm> changed_terms(const AgreementTerms& before, const AgreementTerms& after) {
  std::vector<ChangedTerm> terms;
  if (before.awarded != after.awarded) {
    terms.push_back({"awarded_amount", "Maximum grant", to_string(before.awarded), to_string(after.awarded),
                     to_display(before.awarded), to_display(after.awarded)});
  }
  if (before.ends_on != after.ends_on) {
    terms.push_back({"ends_on", "End of the grant", to_string(before.ends_on), to_string(after.ends_on),
                     to_display(before.ends_on), to_display(after.ends_on)});
  }
  if (before.funding_rate != after.funding_rate) {
    terms.push_back({"funding_rate", "Funding rate", to_string(before.funding_rate), to_string(after.funding_rate),
                     to_string(before.funding_rate) + " %", to_string(after.funding_rate) + " %"});
  }
  return terms;
}

AgreementTerms terms_before(const BudgetChange& change) {
  return {change.awarded_before, change.ends_before, change.funding_rate_before};
}
AgreementTerms terms_after(const BudgetChange& change) { return {change.awarded, change.ends_on, change.funding_rate}; }

AgreementTerms terms_with_version(const std::vector<BudgetChange>& register_of_grant, const Grant& grant, int version) {
  const BudgetChange* last = nullptr;   // that made this version or an earlier one
  const BudgetChange* next = nullptr;   // that replaced it, whether it is approved or only asked for
  for (const auto& change : register_of_grant) {
    if (change.made_number == 0 || change.state == "withdrawn" || change.state == "refused") continue;
    if (change.made_number <= version && (last == nullptr || change.made_number > last->made_number)) last = &change;
    if (change.made_number > version && (next == nullptr || change.made_number < next->made_number)) next = &change;
  }
  if (last != nullptr) return terms_after(*last);
  if (next != nullptr) return terms_before(*next);
  return {grant.maximum(), grant.period.last, grant.funding_rate};
}

std::vector<BudgetLine> with_deltas(std::vector<BudgetLine> lines, const std::vector<TransferDelta>& deltas) {
  for (auto& line : lines) {
    line.continues_id = line.root_id();
    const auto delta = std::ranges::find(deltas, line.root_id(), &TransferDelta::budget_line_id);
    if (delta != deltas.end()) line.amount_minor += delta->delta_minor;
  }
  return lines;
}

Outcome check_lines_kept(const std::vector<BudgetLine>& before, const std::vector<BudgetLine>& after,
                         const BudgetContext& context) {
  const auto currency = context.grant.currency;
  std::vector<FieldError> errors;
  for (const auto& line : before) {
    const auto used = line.spent_minor + line.committed_minor;
    const auto label = line_label(line, context);
    const auto* kept = find_line(after, line.root_id());
    if (used == 0) continue;
    if (kept == nullptr) {
      errors.push_back({"", "used_line_stays", label + ": " + to_display(Money{used, currency}) +
                                                   " are spent or promised on this line, so it has to stay."});
    } else if (kept->amount_minor < line.amount_minor && kept->amount_minor < used) {
      errors.push_back({"", "line_keeps_what_is_used",
                        below_used(label, {used, currency}, {kept->amount_minor, currency})});
    } else if (kept->category_code != line.category_code || kept->partner_id != line.partner_id) {
      errors.push_back({"", "used_line_keeps_its_place",
                        label + ": money was spent or promised on this line, so it keeps its category and partner."});
    }
  }
  if (!errors.empty()) return invalid(std::move(errors));
  return kOk;
}

Error obstacles_error(const std::vector<TransferObstacle>& obstacles, const NewTransfer& transfer,
                      const std::vector<BudgetLine>& lines, const BudgetContext& context) {
  const auto currency = context.grant.currency;
  std::vector<FieldError> errors;
  for (const auto& obstacle : obstacles) {
    const Money limit{obstacle.limit_minor, currency}, value{obstacle.value_minor, currency};
    std::string field, message;
    if (obstacle.code == "line_keeps_what_is_used") {
      const auto delta = std::ranges::find(transfer.deltas, obstacle.budget_line_id, &TransferDelta::budget_line_id);
      field = delta == transfer.deltas.end() ? "" : delta->field;
      message = below_used(label_of_root(obstacle.budget_line_id, lines, context), limit, value);
    } else if (obstacle.code == "category_needs_an_amendment") {
      const auto category = std::ranges::find(context.categories, obstacle.category_code, &Category::code);
      message = "Money enters or leaves category " + obstacle.category_code +
                (category == context.categories.end() ? "" : " " + category->name) +
                " by an amendment only. Ask the funder for one.";
    } else {
      message = "With this transfer " + to_display(value) +
                " have moved between categories and partners since the funder last agreed to the budget; the grant allows " +
                to_display(limit) + ", " + to_string(context.grant.transfer_threshold) +
                " % of it. Moving more needs an amendment.";
    }
    errors.push_back({field, obstacle.code, message});
  }
  return invalid(std::move(errors));
}

std::string line_label(const BudgetLine& line, const BudgetContext& context) {
  std::string label;
  const auto add = [&](std::string_view part) {
    if (!part.empty()) label += (label.empty() ? "" : " · ") + std::string(part);
  };
  add(line.work_package);
  add(line.category_code);
  for (const auto& partner : context.partners) {
    if (line.partner_id == partner.id) add(partner.name);
  }
  add(line.description);
  return label;
}

Value budget_change_value(const BudgetChange& change) {
  const auto or_null = [](const std::string& text) { return text.empty() ? Value() : Value(text); };
  return Value::object({{"number", change.number},
                        {"version", change.version},
                        {"grant_id", change.grant_id},
                        {"kind", change.kind},
                        {"state", change.state},
                        {"justification", change.justification},
                        {"funder_reference", or_null(change.funder_reference)},
                        {"agreed_on", change.agreed_on ? Value(to_string(*change.agreed_on)) : Value()},
                        {"currency", change.awarded.currency.code()},
                        {"moved", to_string(change.moved)},
                        {"awarded_before", to_string(change.awarded_before)},
                        {"awarded_amount", to_string(change.awarded)},
                        {"ends_before", to_string(change.ends_before)},
                        {"ends_on", to_string(change.ends_on)},
                        {"funding_rate_before", to_string(change.funding_rate_before)},
                        {"funding_rate", to_string(change.funding_rate)},
                        {"from_version", change.base_number},
                        {"to_version", change.made_number == 0 ? Value() : Value(change.made_number)},
                        {"requested_by", change.requested_by_name},
                        {"requested_at", or_null(change.requested_at)},
                        {"decided_by", or_null(change.decided_by_name)},
                        {"decided_at", or_null(change.decided_at)},
                        {"reason", or_null(change.reason)}});
}

}  // namespace kindling
