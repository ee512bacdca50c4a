#include "spending/expenditure_form.hpp"

#include <algorithm>
#include <array>

#include "core/currency.hpp"
#include "http/html.hpp"
#include "spending/allocation_choices.hpp"
#include "spending/allocation_store.hpp"
#include "spending/expenditure.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"
#include "web/static_files.hpp"

namespace kindling {
namespace {

constexpr std::size_t kEmptyRows = 2;

struct Choices {
  std::vector<AllocationChoiceGroup> targets;
  PlaceChoices places;
  std::vector<NamedChoice> suppliers;
  std::vector<std::string> needs;
};

std::vector<Choice> supplier_choices(const Choices& choices, const char* none) {
  std::vector<Choice> list{{"", none}};
  for (const auto& supplier : choices.suppliers) list.push_back({std::to_string(supplier.id), supplier.name});
  return list;
}

// A row of the form has one choice; an error at any of the fields behind it stands there.
std::vector<FieldError> errors_of(const Error* error) {
  if (error == nullptr) return {};
  auto errors = error->fields;
  if (errors.empty()) errors.push_back({"", error->code, error->message});
  for (auto& at : errors) {
    if (!at.field.starts_with("allocations.")) continue;
    for (const auto* hidden : {".used_as", ".budget_line_id", ".commitment_id", ".grant_id", ".fund_id"}) {
      if (at.field.ends_with(hidden)) at.field = at.field.substr(0, at.field.size() - std::string_view(hidden).size()) + ".target";
    }
  }
  return errors;
}

const char* title_of(std::string_view kind) {
  return kind == "staff" ? "Staff cost" : kind == "in_kind" ? "In kind" : "Invoice";
}

void add_paid(Form& form) {
  form.section("Paid from an account in another currency",
               "Only then: what left the account. What it differs from the booked amount is shown as exchange gain or loss.")
      .amount("paid_amount", "Amount that left", {.columns = 4})
      .text("paid_currency", "Currency of the account", {.columns = 4});
}

void add_invoice(Form& form, const Choices& choices) {
  form.section("The invoice")
      .choice("supplier_id", "Supplier", supplier_choices(choices, "Choose the supplier"),
              {.help = "Not in the list? Record it under Organisations first.", .required = true, .columns = 6})
      .text("document_number", "Number on the invoice", {.required = true, .columns = 6})
      .date("document_on", "Date of the invoice", {.required = true, .columns = 3})
      .amount("amount", "Amount", {.required = true, .columns = 3})
      .text("currency", "Currency", {.required = true, .columns = 2})
      .date("paid_on", "Paid on", {.columns = 4})
      .text("description", "What it is for", {.required = true});
  add_paid(form);
}

void add_staff(Form& form) {
  form.section("The days", "A day costs the period's personnel cost divided by the most days of that working time: "
                           "215/12 for each month, to the nearest half day. The amount follows from it.")
      .text("person", "Person", {.required = true, .columns = 6})
      .percent("working_time_factor", "Working time", {.help = "100 is full time.", .columns = 3})
      .number("days", "Days for the grants below", {.help = "Such as 12 or 12.5.", .required = true, .columns = 3})
      .date("works_from", "From", {.required = true, .columns = 3})
      .date("works_to", "To", {.required = true, .columns = 3})
      .amount("personnel_cost", "Personnel cost of the period", {.required = true, .columns = 4})
      .text("currency", "Currency", {.required = true, .columns = 2});
  form.section("The document")
      .date("document_on", "Accounting date", {.required = true, .columns = 4})
      .text("document_number", "Number of the payslip", {.columns = 4})
      .date("paid_on", "Paid on", {.columns = 4})
      .text("description", "What it is for", {.required = true});
  add_paid(form);
}

// The gift that stands in the way, or that this one is said to be apart from; 0 where there is none.
std::int64_t twin_of(const ExpenditureForm& shown) {
  const std::string_view kPath = "/expenditures/";
  std::string number(shown.typed.text("another_than"));
  if (shown.error != nullptr && std::ranges::any_of(shown.error->fields, [](const FieldError& at) { return at.code == "in_kind_counts_once"; })) {
    number = named_expenditure(*shown.error).substr(kPath.size());
  }
  const bool digits = !number.empty() && number.size() < 18 && std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
  return digits ? std::stoll(number) : 0;
}

void add_in_kind(Form& form, const Choices& choices, std::int64_t twin) {
  if (twin != 0) {
    const auto number = std::to_string(twin);
    form.section("Another gift than expenditure " + number + "?",
                 "Say so only if it is. The same one is recorded already, and needs no second entry.")
        .text("another_because", "Why this is another gift than expenditure " + number,
              {.help = "Such as: the same hours of another volunteer. The approver reads it."})
        .hidden("another_than", number);
  }
  form.section("What was given", "It counts as match or as our own cost, never as cash.")
      .choice("in_kind_of", "What it is", {{"goods", "Goods"}, {"services", "Services"}, {"time", "Time of volunteers"}},
              {.required = true, .columns = 4})
      .choice("supplier_id", "Given by", supplier_choices(choices, "Nobody in particular"), {.columns = 4})
      .date("document_on", "Given on", {.required = true, .columns = 4})
      .amount("amount", "Value", {.required = true, .columns = 4})
      .text("currency", "Currency", {.required = true, .columns = 2})
      .text("document_number", "Number of the document", {.columns = 6})
      .text("valuation_basis", "How the value was found",
            {.help = "Such as 20 hours at 25.00, the rate of a comparable employee.", .required = true})
      .text("description", "What it is for", {.required = true});
}

Value row_value(const Input& typed, const std::vector<FieldError>& errors, const std::string& key,
                const Choices& choices, int number) {
  const auto name = "allocations." + key;
  const auto id = "f-allocations-" + key;
  auto row = Value::object({{"name", name}, {"id", id}, {"number", number}});
  for (const auto* column : {"amount", "share", "ineligible_reason", "need"}) {
    row.set(column, typed.text(name + "." + column));
  }
  row.set("groups", choices_value(choices.targets, typed.text(name + ".target")));
  row.set("categories", choices_value(choices.places.categories, typed.text(name + ".category")));
  row.set("partners", choices_value(choices.places.partners, typed.text(name + ".partner_id")));
  auto messages = Value::array();
  for (const auto& error : errors) {
    if (error.field != name && !error.field.starts_with(name + ".")) continue;
    messages.push(Value::object({{"message", error.message}}));
    const auto column = error.field == name ? std::string("target") : error.field.substr(name.size() + 1);
    const auto bad = "bad_" + column;
    if (row.find(bad) == nullptr) row.set(bad, true);
  }
  row.set("messages", std::move(messages));
  // What only match and ineligible parts have is folded away until it is needed.
  row.set("unfolded", std::ranges::any_of(std::array{"category", "partner_id", "ineligible_reason"}, [&](const char* column) {
    return !typed.text(name + "." + column).empty() || row.find(std::string("bad_") + column) != nullptr;
  }));
  return row;
}

std::string allocation_rows(const Site& site, const ExpenditureForm& form, const std::vector<FieldError>& errors,
                            const Choices& choices) {
  auto rows = Value::array();
  std::size_t next = 0;
  int number = 0;
  const auto keys = form.typed.keys_below("allocations");
  for (const auto& key : keys) {
    rows.push(row_value(form.typed, errors, key, choices, ++number));
    if (key.size() < 6 && std::ranges::all_of(key, [](char c) { return c >= '0' && c <= '9'; })) {
      next = std::max(next, static_cast<std::size_t>(std::stoul(key)) + 1);
    }
  }
  const auto empty = form.more ? 5 : keys.size() > 2 ? 1 : kEmptyRows;
  for (std::size_t i = 0; i < empty; ++i) {
    rows.push(row_value(form.typed, errors, std::to_string(next + i), choices, ++number));
  }
  auto needs = Value::array();
  for (const auto& need : choices.needs) needs.push(Value::object({{"known_need", need}}));
  Value data;
  data.set("needs", std::move(needs));
  data.set("rows", std::move(rows));
  data.set("is_staff", form.typed.text("kind") == "staff");
  data.set("assets", static_addresses());
  return site.templates.render("allocation_rows", data);
}

}  // namespace

http::Response expenditure_form_page(const Site& site, const http::Request& request, const ExpenditureForm& shown) {
  const auto choices = reading(site.database, [](Session& session) {
    return Choices{list_allocation_choices(session), list_place_choices(session), list_supplier_choices(session),
                   list_needs(session)};
  });
  const auto kind = shown.typed.text("kind");
  const auto errors = errors_of(shown.error);
  Form form(shown.typed, errors);
  if (kind == "staff") {
    add_staff(form);
  } else if (kind == "in_kind") {
    add_in_kind(form, choices, twin_of(shown));
  } else {
    add_invoice(form, choices);
  }
  form.html(allocation_rows(site, shown, errors, choices));
  form.hidden("kind", std::string(kind));
  const auto path = "/expenditures/" + std::to_string(shown.id);
  if (shown.id != 0) form.hidden("version", std::string(shown.typed.text("version")));
  auto kinds = Value::array();
  for (const auto* each : {"invoice", "staff", "in_kind"}) {
    kinds.push(Value::object({{"href", std::string("/expenditures/new?kind=") + each},
                              {"label", title_of(each)},
                              {"active", kind == each}}));
  }
  const std::string title = shown.id == 0 ? "New expenditure" : "Change expenditure " + std::to_string(shown.id);
  Value data;
  data.set("title", title);
  data.set("is_new", shown.id == 0);
  data.set("first_href", shown.error == nullptr ? "" : named_expenditure(*shown.error));
  data.set("kinds", std::move(kinds));
  data.set("form", form.value(shown.id == 0 ? "/expenditures" : path, "Save draft", shown.id == 0 ? "/expenditures" : path));
  return page(site, request,
              {.title = title,
               .name = "expenditure_edit",
               .data = std::move(data),
               .status = shown.error == nullptr ? 200 : http::status_of(shown.error->kind),
               .crumbs = {{"Expenditures", "/expenditures"}, {shown.id == 0 ? "New" : "Change", ""}}});
}

}  // namespace kindling
