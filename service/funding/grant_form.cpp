#include "funding/grant_form.hpp"

#include <algorithm>

#include "core/fields.hpp"
#include "funding/grant_page.hpp"
#include "funding/grant_store.hpp"
#include "http/html.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"
#include "web/site.hpp"

namespace kindling {
namespace {

constexpr int kBlankCategories = 2;

std::vector<Choice> funder_choices(const Site& site) {
  const auto funders = reading(site.database, [](Session& session) { return list_funders(session); });
  std::vector<Choice> choices{{"", "Choose a funder"}};
  for (const auto& funder : funders) choices.push_back({std::to_string(funder.id), funder.name});
  return choices;
}

std::vector<Choice> layout_choices(const Programmes& programmes, std::string_view current) {
  std::vector<Choice> choices;
  const auto add = [&](std::string layout) {
    if (!layout.empty() && std::ranges::find(choices, layout, &Choice::value) == choices.end()) {
      choices.push_back({layout, layout});
    }
  };
  add(std::string(current));
  for (const auto& programme : programmes.all()) add(programme.layout);
  return choices;
}

std::string message_at(const std::vector<FieldError>& errors, std::string_view path) {
  const auto found = std::ranges::find(errors, path, &FieldError::field);
  return found == errors.end() ? std::string{} : found->message;
}

Value cell(const Input& input, const std::vector<FieldError>& errors, const std::string& path) {
  auto value = Value::object({{"name", path}, {"id", field_id(path)}, {"value", input.text(path)}});
  const auto message = message_at(errors, path);
  value.set("error", message.empty() ? Value() : Value(message));
  return value;
}

// The categories as rows of a table, with two empty ones for more.
std::string category_rows(const Site& site, const Input& input, const std::vector<FieldError>& errors) {
  auto keys = input.keys_below("categories");
  for (int i = 0, next = 0; i < kBlankCategories; ++next) {
    auto key = std::to_string(next);
    if (std::ranges::find(keys, key) != keys.end()) continue;
    keys.push_back(std::move(key));
    ++i;
  }
  auto rows = Value::array();
  int number = 0;
  for (const auto& key : keys) {
    const auto path = "categories." + key + ".";
    const auto ticked = [&](const char* name) {
      const auto flag = input.text(path + name);
      return flag == "true" || flag == "on" || flag == "1";
    };
    rows.push(Value::object({{"number", ++number},
                             {"code", cell(input, errors, path + "code")},
                             {"category_name", cell(input, errors, path + "name")},
                             {"flag_name", path + "in_indirect_base"},
                             {"flag_id", field_id(path + "in_indirect_base")},
                             {"checked", ticked("in_indirect_base")},
                             {"amendment_name", path + "needs_amendment"},
                             {"amendment_id", field_id(path + "needs_amendment")},
                             {"amendment_checked", ticked("needs_amendment")}}));
  }
  return site.templates.render("grant_categories", Value::object({{"rows", std::move(rows)}}));
}

void add_fields(Form& form, const Site& site, const Programmes& programmes, const Typed& typed,
                const std::vector<FieldError>& errors, const Grant* grant) {
  const auto& input = typed.input;
  const std::string currency = grant != nullptr ? std::string(grant->currency.code()) : std::string{};
  form.section("The grant")
      .text("title", "Title", {.help = "As in the application, at most 200 characters.", .required = true})
      .choice("funder_id", "Funder", funder_choices(site),
              {.help = "An organisation that is marked as a funder.", .required = true, .columns = 6})
      .text("reference", "Agreement number",
            {.help = "As the funder writes it; empty until there is one.", .columns = 6})
      .text("call", "Call", {.help = "The call or round it was applied for under.", .columns = 6});
  if (grant == nullptr) {
    form.choice("state", "Where it stands now",
                {{"prospect", "Prospect: we may apply"},
                 {"drafting", "Drafting: we are writing it"},
                 {"applied", "Applied: it is with the funder"}},
                {.help = "Later states follow on the grant's page, each with its date.",
                 .required = true,
                 .columns = 6})
        .date("state_on", "Since",
              {.help = "For a grant of the past: the day of the application. Empty: today.", .columns = 6});
  }
  form.section("Amounts")
      .text("currency", "Currency",
            {.help = "Three letters, such as EUR. All amounts of the grant are in it.",
             .required = true,
             .columns = 4})
      .amount("requested_amount", "Requested amount",
              {.help = "What is asked of the funder. Needed from the application on.",
               .columns = 4,
               .suffix = currency});
  if (grant != nullptr && grant->awarded) {
    form.amount("awarded_amount", "Awarded amount",
                {.help = "Change it when an amendment changes the maximum of the grant.",
                 .required = true,
                 .columns = 4,
                 .suffix = currency});
  }
  if (grant == nullptr || is_open(grant->state)) {
    form.percent("probability", "Probability",
                 {.help = "How likely the award is; the pipeline weighs by it.",
                  .required = true,
                  .columns = 4,
                  .suffix = "%"});
  }
  form.amount("match_required", "Match required",
              {.help = "What others have to add. Empty: nothing.", .columns = 4, .suffix = currency});
  form.section("Eligibility", "Costs count from the first to the last day.")
      .date("starts_on", "First day", {.required = true, .columns = 4})
      .date("ends_on", "Last day", {.required = true, .columns = 4})
      .date("retention_until", "Keep records until",
            {.help = grant == nullptr ? "Empty: as many years after the end as the programme says."
                                      : "Often five years after the last payment.",
             .columns = 4});
  form.section("Rules", "From the programme; change what your agreement says otherwise.")
      .percent("funding_rate", "Funding rate", {.help = "Of the eligible cost.", .columns = 4, .suffix = "%"})
      .percent("indirect_rate", "Indirect rate",
               {.help = "Of the base that is ticked below.", .columns = 4, .suffix = "%"})
      .percent("transfer_threshold", "Transfer threshold",
               {.help = "Budget transfers above it need an amendment. 100: no limit.",
                .columns = 4,
                .suffix = "%"})
      .choice("overspend_rule", "Costs above the maximum",
              {{"stop", "Are refused"}, {"warn", "Need a recorded override"}},
              {.required = true, .columns = 6})
      .choice("exchange_policy", "Costs in other currencies",
              {{"booking_date", label_of(ExchangePolicy::kBookingDate)},
               {"month_average", label_of(ExchangePolicy::kMonthAverage)},
               {"period_average", label_of(ExchangePolicy::kPeriodAverage)}},
              {.help = "Settled once a period is closed.", .required = true, .columns = 6})
      .choice("report_layout", "Report layout", layout_choices(programmes, input.text("report_layout")),
              {.required = true, .columns = 6});
  form.html(category_rows(site, input, errors));
  form.section("Notes").area("notes", "Notes for colleagues", {.help = "At most 4000 characters."});
}

// What somebody else changed meanwhile, beside what was typed: {label, theirs, yours} for each field that
// differs.
Value differences(const Input& theirs, const Input& yours) {
  auto rows = Value::array();
  for (const auto& field : theirs.fields()) {
    const auto* typed = yours.find(field.path);
    if (typed == nullptr || trimmed(typed->text) == field.text) continue;
    auto label = field.path;
    std::ranges::replace(label, '_', ' ');
    label.front() =
        static_cast<char>(label.front() - ('a' <= label.front() && label.front() <= 'z' ? 'a' - 'A' : 0));
    rows.push(Value::object(
        {{"label", std::move(label)}, {"theirs", field.text}, {"yours", trimmed(typed->text)}}));
  }
  return rows;
}

}  // namespace

std::string field_id(std::string_view path) {
  std::string id = "f-" + std::string(path);
  std::ranges::replace(id, '.', '-');
  return id;
}

std::vector<FieldError> form_errors(const Error* error) {
  if (error == nullptr) return {};
  if (!error->fields.empty()) return error->fields;
  return {{"", error->code, error->message}};
}

int status_of_form(const Error* error) {
  return error == nullptr ? 200 : http::status_of(error->kind);
}

http::Response choose_programme_page(const Site& site, const http::Request& request,
                                     const Programmes& programmes) {
  auto choices = Value::array();
  for (const auto& programme : programmes.all()) {
    choices.push(Value::object({{"name", programme.name},
                                {"code", programme.code},
                                {"href", "/grants/new?programme=" + programme.code},
                                {"funding_rate", to_string(programme.funding_rate)},
                                {"indirect_rate", to_string(programme.indirect_rate)},
                                {"lump_sum", programme.lump_sum},
                                {"categories", programme.categories.size()},
                                {"one", programme.categories.size() == 1}}));
  }
  Value data;
  data.set("programmes", std::move(choices));
  return page(site, request,
              {.title = "New grant: choose its programme",
               .name = "grant_programmes",
               .data = std::move(data),
               .crumbs = {{"Grants", "/grants"}, {"New grant", ""}}});
}

http::Response new_grant_page(const Site& site, const http::Request& request, const Programmes& programmes,
                              const Typed& typed) {
  const auto errors = form_errors(typed.error);
  const std::string code(typed.input.text("programme"));
  const auto* programme = programmes.find(code);
  Form form(typed.input, errors);
  form.hidden("programme", code);
  add_fields(form, site, programmes, typed, errors, nullptr);
  Value data;
  data.set("heading", "New grant");
  data.set("programme_name", programme != nullptr ? programme->name : code);
  data.set("form", form.value("/grants", "Record grant", "/grants"));
  return page(site, request,
              {.title = "New grant",
               .name = "grant_new",
               .data = std::move(data),
               .status = status_of_form(typed.error),
               .crumbs = {{"Grants", "/grants"}, {"New grant", ""}}});
}

http::Response edit_grant_page(const Site& site, const http::Request& request, const Programmes& programmes,
                               const Grant& grant, const std::vector<Category>& categories,
                               const Typed& typed) {
  const auto errors = form_errors(typed.error);
  Form form(typed.input, errors);
  // After a stale change the current version is offered: who saves again has seen what differs.
  form.hidden("version", std::to_string(grant.version));
  add_fields(form, site, programmes, typed, errors, &grant);
  Value data;
  data.set("grant", grant_head(grant, ""));
  const bool is_stale = typed.error != nullptr && typed.error->kind == ErrorKind::kStale;
  auto rows = is_stale ? differences(typed_of(grant, categories), typed.input) : Value::array();
  const bool differ = !std::get<Value::Array>(rows.data()).empty();
  data.set("differ", differ);
  data.set("differences", std::move(rows));
  data.set("form", form.value(grant_path(grant), "Save changes", grant_path(grant)));
  return page(site, request,
              {.title = "Edit " + grant.title,
               .name = "grant_edit",
               .data = std::move(data),
               .status = status_of_form(typed.error),
               .crumbs = grant_crumbs(grant, "Edit")});
}

http::Response grant_state_page(const Site& site, const http::Request& request, const Grant& grant,
                                const GrantEdge& edge, const Typed& typed) {
  const auto errors = form_errors(typed.error);
  const std::string currency(grant.currency.code());
  Form form(typed.input, errors);
  form.hidden("version", std::to_string(grant.version)).hidden("to_state", std::string(to_string(edge.to)));
  form.section(std::string(edge.verb),
               "From " + std::string(label_of(grant.state)) + " to " + std::string(label_of(edge.to)) + ".");
  form.date("on_date", "On",
            {.help = "The day it happened; not in the future.", .required = true, .columns = 4});
  if (edge.to == GrantState::kAwarded) {
    form.amount("awarded_amount", "Awarded amount",
                {.help = "The maximum grant of the decision.",
                 .required = true,
                 .columns = 4,
                 .suffix = currency})
        .text("reference", "Agreement number", {.help = "As the funder writes it.", .columns = 4});
  }
  form.area(
      "reason", edge.needs_reason ? "Reason" : "Note",
      {.help = edge.needs_reason ? "It stays in the grant's history." : "If there is something to remember.",
       .required = edge.needs_reason});
  Value data;
  data.set("grant", grant_head(grant, ""));
  data.set("award", edge.to == GrantState::kAwarded);
  data.set("form", form.value(grant_path(grant) + "/state", std::string(edge.verb), grant_path(grant)));
  return page(site, request,
              {.title = std::string(edge.verb) + ": " + grant.title,
               .name = "grant_state",
               .data = std::move(data),
               .status = status_of_form(typed.error),
               .crumbs = grant_crumbs(grant, std::string(edge.verb))});
}

}  // namespace kindling
