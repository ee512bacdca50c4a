#include "spending/expenditure.hpp"

#include <algorithm>

#include "core/fields.hpp"
#include "spending/expenditure_payment.hpp"
#include "spending/staff_cost.hpp"

namespace kindling {
namespace {

constexpr std::string_view kKinds[] = {"invoice", "staff", "in_kind"};
constexpr std::string_view kUses[] = {"claimed", "match", "ineligible", "own"};
constexpr std::string_view kInKindOf[] = {"goods", "services", "time"};
constexpr std::int64_t kWholeBasisPoints = 10'000;

void not_in_the_future(Fields& fields, const char* name, Date date, Date today) {
  if (date > today && !fields.failed(name)) {
    fields.fail(name, "in_the_future", "Enter a day that has come, not one after " + to_string(today) + ".");
  }
}

// One space between words: a person is found again by the name.
std::string single_spaced(const std::string& name) {
  std::string spaced;
  for (const char c : name) {
    if (c != ' ' || !spaced.ends_with(' ')) spaced += c;
  }
  return spaced;
}

StaffCost read_staff(Fields& fields, Currency currency, Date today) {
  StaffCost staff{.person = single_spaced(fields.text("person", {.max = 120})),
                  .worked = fields.period("works_from", "works_to"),
                  .working_time_factor = fields.optional_percent("working_time_factor").value_or(Percent{10'000}),
                  .personnel_cost = fields.money("personnel_cost", currency, {.min_minor = 1}),
                  .days_hundredths = 0};
  const auto days = fields.text("days", {.max = 10});
  if (const auto parsed = parse_days(days)) {
    staff.days_hundredths = *parsed;
  } else if (!fields.failed("days")) {
    fields.fail("days", "not_days", "Enter the days worked such as 12 or 12.5.");
  }
  if (staff.working_time_factor.basis_points == 0) {
    fields.fail("working_time_factor", "out_of_range", "Enter the share of full time, such as 80.");
  }
  if (!fields.failed("works_from") && !fields.failed("works_to") &&
      staff.worked.first.ymd().year() != staff.worked.last.ymd().year()) {
    fields.fail("works_to", "not_one_year", "Enter a period within one calendar year; the 215 days count by year.");
  }
  // A month's salary is often paid before the month has ended; what has not begun was not worked.
  not_in_the_future(fields, "works_from", staff.worked.first, today);
  return staff;
}

// The cost that the days make, once everything it depends on is right.
Money staff_amount(Fields& fields, const StaffCost& staff) {
  const auto typed = fields.optional_money("amount", staff.personnel_cost.currency);
  for (const auto* name : {"works_from", "works_to", "working_time_factor", "personnel_cost", "days", "amount"}) {
    if (fields.failed(name)) return {1, staff.personnel_cost.currency};
  }
  const auto maximum = maximum_days_hundredths(staff.worked, staff.working_time_factor);
  if (staff.days_hundredths > maximum) {
    fields.fail("days", "days_exceed_the_maximum",
                "In this period and at this working time there are at most " + days_text(maximum) + " days.");
    return {1, staff.personnel_cost.currency};
  }
  const auto amount = cost_of_days(staff.personnel_cost, staff.days_hundredths, maximum);
  if (amount.minor == 0) {
    fields.fail("days", "days_come_to_nothing", "At this personnel cost the days come to nothing. Mend one of the two.");
    return {1, staff.personnel_cost.currency};
  }
  if (typed && *typed != amount) {
    fields.fail("amount", "amount_differs",
                "The days come to " + to_display(amount) + ". Leave the amount empty, or mend the days.");
  }
  return amount;
}

InKind read_in_kind(Fields& fields) {
  InKind gift{.of = fields.one_of("in_kind_of", kInKindOf), .valuation_basis = fields.text("valuation_basis", {.max = 500})};
  gift.another_than_id = fields.optional_id("another_than");
  gift.another_because = fields.optional_text("another_because", {.max = 500}).value_or("");
  if (gift.another_than_id && gift.another_because.empty() && !fields.failed("another_because")) {
    fields.fail("another_because", "required",
                "Say why this is another gift than expenditure " + std::to_string(*gift.another_than_id) + ", such as: another volunteer.");
  }
  if (!gift.another_than_id && !gift.another_because.empty() && !fields.failed("another_than")) {
    fields.fail("another_than", "required", "Name the expenditure that this gift is not.");
  }
  return gift;
}

NewAllocation read_allocation(Fields& row, Currency currency) {
  NewAllocation allocation{.row = row.path("").substr(0, row.path("").size() - 1),
                           .used_as = row.one_of("used_as", kUses),
                           .grant_id = row.optional_id("grant_id"),
                           .budget_line_id = row.optional_id("budget_line_id"),
                           .commitment_id = row.optional_id("commitment_id"),
                           .fund_id = row.optional_id("fund_id"),
                           .category_code = row.optional_text("category", {.max = 40}),
                           .partner_id = row.optional_id("partner_id"),
                           .ineligible_reason = row.optional_text("ineligible_reason", {.max = 500}),
                           .need = row.optional_text("need", {.max = 80}),
                           .amount = {0, currency}};
  const bool claimed = allocation.used_as == "claimed", own = allocation.used_as == "own";
  if (claimed && !allocation.budget_line_id && !allocation.commitment_id && !row.failed("budget_line_id")) {
    row.fail("budget_line_id", "required", "Choose the budget line that this part is claimed from.");
  }
  if (!claimed && allocation.budget_line_id) {
    row.fail("budget_line_id", "not_one_of", "Only a claimed part names a budget line.");
  }
  if (!claimed && !own && allocation.commitment_id) {
    row.fail("commitment_id", "not_one_of", "Only a claimed part and an own one consume an order.");
  }
  if (!claimed && !own && !allocation.grant_id && !row.failed("grant_id")) {
    row.fail("grant_id", "required", "Choose the grant.");
  }
  if (own && allocation.grant_id) row.fail("grant_id", "not_one_of", "An own cost names no grant.");
  if ((claimed || own) && (allocation.category_code || allocation.partner_id)) {
    row.fail(allocation.category_code ? "category" : "partner_id", "not_one_of",
             "Only match and ineligible parts name a category or partner; a line has its own. Leave both empty.");
  }
  if (allocation.used_as == "ineligible" && !allocation.ineligible_reason && !row.failed("ineligible_reason")) {
    row.fail("ineligible_reason", "required", "Say why the grant does not take this part.");
  }
  if (allocation.used_as != "ineligible" && allocation.ineligible_reason) {
    row.fail("ineligible_reason", "not_one_of", "Only an ineligible part has this reason.");
  }
  return allocation;
}

// How a row was given: one of the two, or neither for the rest.
struct Portion {
  std::optional<Money> amount;
  std::optional<Percent> share;
};

void fail_total(Fields& fields, Money over) {
  fields.fail("allocations", "exceeds_the_cost",
              "The parts come to " + to_display(over) + " more than the cost. Lower one of them.");
}

void split_by_share(Fields& fields, const std::vector<Portion>& portions, Money total,
                    std::vector<NewAllocation>& allocations, std::optional<std::size_t> rest) {
  std::vector<std::int64_t> weights;
  std::int64_t given = 0;
  for (const auto& portion : portions) {
    weights.push_back(portion.share ? portion.share->basis_points : 0);
    given += weights.back();
  }
  if (given > kWholeBasisPoints) {
    fields.fail("allocations", "exceeds_the_cost", "The shares come to more than 100 %. Lower one of them.");
    return;
  }
  // What is left belongs to the row without a share; without such a row to nobody yet.
  if (rest) {
    weights[*rest] = kWholeBasisPoints - given;
  } else {
    weights.push_back(kWholeBasisPoints - given);
  }
  const auto parts = split(total.minor, weights);
  for (std::size_t i = 0; i < allocations.size(); ++i) allocations[i].amount.minor = parts[i];
}

void split_by_amount(Fields& fields, const std::vector<Portion>& portions, Money total,
                     std::vector<NewAllocation>& allocations, std::optional<std::size_t> rest) {
  Money left = total;
  for (std::size_t i = 0; i < allocations.size(); ++i) {
    if (!portions[i].amount) continue;
    allocations[i].amount = *portions[i].amount;
    left = left - allocations[i].amount;
  }
  if (left.minor < 0) {
    fail_total(fields, -left);
  } else if (rest) {
    allocations[*rest].amount = left;
  }
}

void read_allocations(Fields& fields, NewExpenditure& cost) {
  std::vector<Portion> portions;
  std::optional<std::size_t> rest;
  bool by_amount = false, by_share = false;
  auto rows = fields.rows("allocations", kAllocationsMax);
  for (auto& row : rows) {
    if (row.empty()) continue;
    cost.allocations.push_back(read_allocation(row, cost.amount.currency));
    portions.push_back({row.optional_money("amount", cost.amount.currency, {.min_minor = 1}), row.optional_percent("share")});
    if (row.failed("amount") || row.failed("share")) continue;
    const auto& portion = portions.back();
    by_amount |= portion.amount.has_value();
    by_share |= portion.share.has_value();
    if (!portion.amount && !portion.share) {
      if (rest) row.fail("amount", "two_rests", "Only one row may stay empty and take the rest; enter an amount or a share.");
      rest = portions.size() - 1;
    }
    if (cost.kind == "in_kind" && cost.allocations.back().used_as == "claimed") {
      row.fail("used_as", "in_kind_is_never_cash", "In kind is match or an own cost; it is never claimed.");
    }
    if (cost.kind == "in_kind" && cost.allocations.back().commitment_id) {
      row.fail("commitment_id", "in_kind_is_never_cash", "What is given in kind pays no order; choose a part without one.");
    }
  }
  if (by_amount && by_share) {
    fields.fail("allocations", "mixed_split", "Split the cost by amounts or by percentages, not by both.");
  }
  if (!fields.ok()) return;
  (by_share ? split_by_share : split_by_amount)(fields, portions, cost.amount, cost.allocations, rest);
  for (const auto& allocation : cost.allocations) {
    if (allocation.amount.minor <= 0 && fields.ok()) {
      fields.fail(allocation.row + ".amount", "nothing_left",
                  "Nothing is left for this row; remove it, or lower the others.");
    }
  }
}

}  // namespace

Result<NewExpenditure> parse_expenditure(const Input& input, Date today) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto kind = fields.one_of("kind", kKinds);
  const auto currency = fields.currency("currency");
  NewExpenditure cost{{.kind = kind,
                       .supplier_id = fields.optional_id("supplier_id"),
                       .document_number = fields.optional_text("document_number", {.max = 100}),
                       .document_on = fields.date("document_on"),
                       .paid_on = fields.optional_date("paid_on"),
                       .description = fields.text("description", {.max = 500}),
                       .amount = {1, currency},
                       .staff = std::nullopt,
                       .in_kind = std::nullopt}};
  not_in_the_future(fields, "document_on", cost.document_on, today);
  if (cost.paid_on) not_in_the_future(fields, "paid_on", *cost.paid_on, today);
  cost.paid = read_paid_amount(fields, currency);
  if (cost.paid && !cost.paid_on && !fields.failed("paid_on")) {
    fields.fail("paid_on", "required", "Enter the day on which this amount left the account.");
  }
  if (kind == "staff") {
    cost.staff = read_staff(fields, currency, today);
    cost.amount = staff_amount(fields, *cost.staff);
  } else {
    cost.amount = fields.money("amount", currency, {.min_minor = 1});
    for (const auto* name : {"person", "works_from", "works_to", "working_time_factor", "personnel_cost", "days"}) {
      fields.optional_text(name);  // of another kind: passed over
    }
  }
  if (kind == "invoice") {
    if (!cost.supplier_id && !fields.failed("supplier_id")) fields.fail("supplier_id", "required", "Choose the supplier.");
    if (!cost.document_number && !fields.failed("document_number")) {
      fields.fail("document_number", "required", "Enter the number on the invoice.");
    }
  }
  if (kind == "in_kind") {
    cost.in_kind = read_in_kind(fields);
    if (cost.paid_on) fields.fail("paid_on", "in_kind_is_never_paid", "What is given in kind is not paid; leave this empty.");
    if (cost.paid) fields.fail("paid_amount", "in_kind_is_never_paid", "What is given in kind is not paid; leave this empty.");
  } else {
    for (const auto* name : {"in_kind_of", "valuation_basis", "another_than", "another_because"}) fields.optional_text(name);
  }
  read_allocations(fields, cost);
  return fields.finish(std::move(cost));
}

namespace {

// "match:7:3" -> "7"; "" where a target is of no grant.
std::string_view grant_of_target(std::string_view target) {
  if (!target.starts_with("match:") && !target.starts_with("ineligible:")) return {};
  target.remove_prefix(target.find(':') + 1);
  return target.substr(0, target.find(':'));
}

// A form's category names its grant, "7:c3"; here it becomes the code where that is the grant of the row's target. Another
// grant's stays as it was chosen, and is refused as no category of this one.
std::string category_of_row(const Input& form, const Input::Field& field) {
  const auto row = field.path.substr(0, field.path.size() - std::string_view("category").size());
  const auto grant = grant_of_target(form.text(row + "target"));
  const auto prefix = std::string(grant) + ":";
  return !grant.empty() && field.text.starts_with(prefix) ? field.text.substr(prefix.size()) : field.text;
}

void add_target(Input& expanded, const Input::Field& field) {
  const auto colon = field.text.find(':');
  if (colon == std::string::npos) return;
  const auto row = field.path.substr(0, field.path.size() - std::string_view("target").size());
  const auto what = field.text.substr(0, colon);
  const auto fund = std::min(field.text.find(':', colon + 1), field.text.size());
  const auto id = field.text.substr(colon + 1, fund - colon - 1);
  if (fund < field.text.size()) expanded.add(row + "fund_id", field.text.substr(fund + 1));
  const bool own_order = what == "own-commitment";
  expanded.add(row + "used_as", own_order ? "own" : what == "line" || what == "commitment" ? "claimed" : what);
  expanded.add(row + (what == "line"                      ? "budget_line_id"
                      : own_order || what == "commitment" ? "commitment_id"
                      : what == "own"                     ? "fund_id"
                                                          : "grant_id"), id);
}

}  // namespace

Input with_allocation_targets(const Input& input) {
  if (input.strict()) return input;
  Input expanded;
  for (const auto& field : input.fields()) {
    const bool of_a_row = field.path.starts_with("allocations.");
    if (of_a_row && field.path.ends_with(".target")) {
      add_target(expanded, field);
    } else if (of_a_row && field.path.ends_with(".category")) {
      expanded.add(field.path, category_of_row(input, field));
    } else {
      expanded.add(field.path, field.text, field.type);
    }
  }
  return expanded;
}

}  // namespace kindling
