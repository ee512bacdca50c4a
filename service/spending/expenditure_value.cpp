// A stored expenditure as the form shows it again and as the API answers it, declared in expenditure.hpp.
#include "spending/expenditure.hpp"
#include "spending/staff_cost.hpp"

namespace kindling {

Money Expenditure::allocated() const {
  Money sum{0, amount.currency};
  for (const auto& allocation : allocations) sum = sum + allocation.amount;
  return sum;
}

std::int64_t Allocation::booked_standing() const {
  if (!booked_minor) return 0;
  const std::int64_t weights[] = {reversed_minor, amount.minor - reversed_minor};
  return *booked_minor - split(*booked_minor, weights)[0];
}

std::int64_t Allocation::rate_shift() const {
  return booked_minor ? grant_minor.value_or(0) - grant_reversed_minor - booked_standing() : 0;
}

namespace {

std::string target_of(const Allocation& allocation) {
  if (allocation.commitment_id) {
    const auto id = std::to_string(*allocation.commitment_id);
    return allocation.used_as == "claimed" ? "commitment:" + id
                                           : "own-commitment:" + id + ":" + std::to_string(allocation.used_fund_id);
  }
  if (allocation.used_as == "claimed") return "line:" + std::to_string(*allocation.budget_line_id);
  if (allocation.used_as == "own") return "own:" + std::to_string(allocation.used_fund_id);
  auto target = allocation.used_as + ":" + std::to_string(*allocation.grant_id);
  return allocation.fund_restricted ? target + ":" + std::to_string(allocation.used_fund_id) : target;
}

Value optional_number(const std::optional<std::int64_t>& number) { return number ? Value(*number) : Value(); }
Value optional_text(const std::optional<std::string>& text) { return text ? Value(*text) : Value(); }

Value allocation_value(const Allocation& allocation) {
  const auto in_grant = [&](std::int64_t minor) { return Value(to_string(Money{minor, *allocation.grant_currency})); };
  return Value::object(
      {{"position", allocation.position},
       {"used_as", allocation.used_as},
       {"label", allocation.label},
       {"grant_id", optional_number(allocation.grant_id)},
       {"budget_line_id", optional_number(allocation.budget_line_id)},
       {"commitment_id", optional_number(allocation.commitment_id)},
       {"fund_id", allocation.used_fund_id},
       {"category", optional_text(allocation.category_code)},
       {"partner_id", optional_number(allocation.partner_id)},
       {"ineligible_reason", optional_text(allocation.ineligible_reason)},
       {"need", optional_text(allocation.need)},
       {"amount", to_string(allocation.amount)},
       {"reversed", to_string(Money{allocation.reversed_minor, allocation.amount.currency})},
       {"grant_currency", allocation.grant_currency ? Value(allocation.grant_currency->code()) : Value()},
       {"grant_amount", allocation.grant_currency && allocation.grant_minor ? in_grant(*allocation.grant_minor) : Value()}});
}

}  // namespace

Input typed_of(const Expenditure& cost) {
  Input typed;
  const auto set = [&](const char* name, std::string text) { typed.set(name, std::move(text)); };
  set("kind", cost.kind);
  set("supplier_id", cost.supplier_id ? std::to_string(*cost.supplier_id) : "");
  set("document_number", cost.document_number.value_or(""));
  set("document_on", to_string(cost.document_on));
  set("paid_on", cost.paid_on ? to_string(*cost.paid_on) : "");
  set("paid_amount", cost.paid ? to_string(*cost.paid) : "");
  set("paid_currency", cost.paid ? std::string(cost.paid->currency.code()) : "");
  set("description", cost.description);
  set("currency", std::string(cost.amount.currency.code()));
  if (cost.staff) {
    set("person", cost.staff->person);
    set("works_from", to_string(cost.staff->worked.first));
    set("works_to", to_string(cost.staff->worked.last));
    set("working_time_factor", to_string(cost.staff->working_time_factor));
    set("personnel_cost", to_string(cost.staff->personnel_cost));
    set("days", days_text(cost.staff->days_hundredths));
  } else {
    set("amount", to_string(cost.amount));
  }
  if (cost.in_kind) {
    set("in_kind_of", cost.in_kind->of);
    set("valuation_basis", cost.in_kind->valuation_basis);
    set("another_than", cost.in_kind->another_than_id ? std::to_string(*cost.in_kind->another_than_id) : "");
    set("another_because", cost.in_kind->another_because);
  }
  for (std::size_t i = 0; i < cost.allocations.size(); ++i) {
    const auto row = "allocations." + std::to_string(i) + ".";
    typed.set(row + "target", target_of(cost.allocations[i]));
    typed.set(row + "amount", to_string(cost.allocations[i].amount));
    typed.set(row + "ineligible_reason", cost.allocations[i].ineligible_reason.value_or(""));
    typed.set(row + "need", cost.allocations[i].need.value_or(""));
    const auto& code = cost.allocations[i].category_code;
    typed.set(row + "category", code ? std::to_string(*cost.allocations[i].grant_id) + ":" + *code : "");
    typed.set(row + "partner_id", cost.allocations[i].partner_id ? std::to_string(*cost.allocations[i].partner_id) : "");
  }
  return typed;
}

std::string named_expenditure(const Error& error) {
  for (const auto& field : error.fields) {
    const auto at = field.message.find("/expenditures/");
    if (at != std::string::npos) return field.message.substr(at, field.message.find(')', at) - at);
  }
  return {};
}

std::string_view label_of_state(std::string_view state) {
  return state == "draft"       ? "Draft"
         : state == "submitted" ? "Submitted"
         : state == "approved"  ? "Approved"
         : state == "reported"  ? "Reported"
                                : "Withdrawn";
}

std::string_view badge_of_state(std::string_view state) {
  return state == "approved" || state == "reported" ? "good" : state == "submitted" ? "warn" : "";
}

Value expenditure_value(const Expenditure& cost) {
  auto allocations = Value::array();
  for (const auto& allocation : cost.allocations) allocations.push(allocation_value(allocation));
  auto value = Value::object({{"id", cost.id},
                              {"version", cost.version},
                              {"state", cost.state},
                              {"kind", cost.kind},
                              {"supplier_id", optional_number(cost.supplier_id)},
                              {"supplier", cost.supplier_name},
                              {"document_number", optional_text(cost.document_number)},
                              {"document_on", to_string(cost.document_on)},
                              {"paid_on", cost.paid_on ? Value(to_string(*cost.paid_on)) : Value()},
                              {"paid_currency", cost.paid ? Value(cost.paid->currency.code()) : Value()},
                              {"paid_amount", cost.paid ? Value(to_string(*cost.paid)) : Value()},
                              {"description", cost.description},
                              {"currency", cost.amount.currency.code()},
                              {"amount", to_string(cost.amount)},
                              {"reversed", to_string(cost.reversed)},
                              {"allocated", to_string(cost.allocated())}});
  if (cost.staff) {
    const auto maximum = maximum_days_hundredths(cost.staff->worked, cost.staff->working_time_factor);
    value.set("staff", Value::object({{"person", cost.staff->person},
                                      {"works_from", to_string(cost.staff->worked.first)},
                                      {"works_to", to_string(cost.staff->worked.last)},
                                      {"working_time_factor", to_string(cost.staff->working_time_factor)},
                                      {"personnel_cost", to_string(cost.staff->personnel_cost)},
                                      {"days", days_text(cost.staff->days_hundredths)},
                                      {"maximum_days", days_text(maximum)},
                                      {"daily_rate", to_string(daily_rate(cost.staff->personnel_cost, maximum))},
                                      {"counts_to_ceiling", cost.counts_to_ceiling}}));
  }
  if (cost.in_kind) {
    value.set("in_kind",
              Value::object({{"of", cost.in_kind->of},
                             {"valuation_basis", cost.in_kind->valuation_basis},
                             {"another_than", optional_number(cost.in_kind->another_than_id)},
                             {"another_because", cost.in_kind->another_because}}));
  }
  value.set("returned_reason", cost.returned_reason);
  value.set("entry_id", optional_number(cost.entry_id));
  value.set("payment_entry_id", optional_number(cost.payment_entry_id));
  value.set("allocations", std::move(allocations));
  return value;
}

}  // namespace kindling
