#include "http/router.hpp"
#include "spending/allocation_choices.hpp"
#include "spending/expenditure_form.hpp"
#include "spending/expenditure_page.hpp"
#include "spending/expenditure_store.hpp"
#include "spending/expenditure_verbs.hpp"
#include "spending/record_expenditure.hpp"
#include "spending/routes.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr std::size_t kFormBytesMax = 256 * 1024;

const std::vector<Column> kColumns = {{.name = "document_on", .label = "Date", .sortable = true},
                                      {.name = "description", .label = "What", .href = "href"},
                                      {.name = "supplier", .label = "Supplier or person"},
                                      {.name = "document_number", .label = "Number"},
                                      {.name = "charged_to", .label = "Charged to"},
                                      {.name = "amount", .label = "Amount", .sortable = true, .number = true},
                                      {.name = "evidence", .label = "Evidence"},
                                      {.name = "state", .label = "State"}};

std::string path_of(std::int64_t id) { return "/expenditures/" + std::to_string(id); }

Value list_row(const ListedExpenditure& cost) {
  auto description = cost.description;
  if (cost.reversed.minor != 0) description += " (" + to_display(cost.reversed) + " taken back)";
  return Value::object({{"document_on", to_display(cost.document_on)},
                        {"description", description},
                        {"href", path_of(cost.id)},
                        {"supplier", cost.supplier_name},
                        {"document_number", cost.document_number},
                        {"charged_to", cost.charged_to},
                        {"amount", to_display(cost.amount)},
                        {"evidence", cost.evidence_count == 0   ? std::string("missing")
                                     : cost.evidence_count == 1 ? std::string("1 file")
                                                                : std::to_string(cost.evidence_count) + " files"},
                        {"state", label_of_state(cost.state)},
                        {"state_badge", cost.state == "draft" ? "draft" : badge_of_state(cost.state)}});
}

Value select(const ListQuery& query, const char* name, const char* label, const std::vector<Choice>& choices) {
  auto list = Value::array();
  for (const auto& choice : choices) {
    list.push(Value::object({{"choice_value", choice.value},
                             {"choice_label", choice.label},
                             {"selected", query.filter(name) == choice.value}}));
  }
  return Value::object({{"select_name", name}, {"select_label", label}, {"choices", std::move(list)}});
}

Response show_list(const Site& site, const Request& request) {
  auto query = parse_list_query(request, {"document_on", "amount"}, expenditure_filters());
  if (!query) return error_page(site, query.error(), request);
  if (!request.query_param("sort")) query->descending = true;  // newest first
  struct Read {
    Result<ExpenditureList> list;
    std::vector<NamedChoice> grants;
  };
  const auto read = reading(site.database, [&](Session& session) {
    return Read{list_expenditures(session, *query), list_grant_choices(session)};
  });
  if (!read.list) return error_page(site, read.list.error(), request);
  Value::Array rows;
  for (const auto& cost : read.list->expenditures) rows.push_back(list_row(cost));
  std::vector<Choice> grants;
  for (const auto& grant : read.grants) grants.push_back({std::to_string(grant.id), grant.name});
  auto selects = Value::array();
  selects.push(select(*query, "grant", "Grant", grants));
  selects.push(select(*query, "state", "State",
                      {{"draft", "Draft"}, {"submitted", "Submitted"}, {"approved", "Approved"},
                       {"reported", "Reported"}, {"withdrawn", "Withdrawn"}}));
  selects.push(select(*query, "kind", "Kind", {{"invoice", "Invoice"}, {"staff", "Staff cost"}, {"in_kind", "In kind"}}));
  selects.push(select(*query, "used_as", "Used as",
                      {{"claimed", "Claimed"}, {"match", "Match"}, {"ineligible", "Not eligible"}, {"own", "Own cost"}}));
  selects.push(select(*query, "evidence", "Evidence", {{"missing", "Missing"}}));
  Value data;
  data.set("search", query->search);
  data.set("selects", std::move(selects));
  data.set("from", query->filter("from"));
  data.set("to", query->filter("to"));
  data.set("table", table(request, *query, kColumns, rows, read.list->next_cursor));
  return page(site, request, {.title = "Expenditures", .name = "expenditures", .data = std::move(data)});
}

Response show_new(const Site& site, const Request& request) {
  const auto kind = request.query_param("kind").value_or("invoice");
  Input typed;
  typed.set("kind", std::string(kind == "staff" || kind == "in_kind" ? kind : "invoice"));
  typed.set("currency", site.config.currency);
  typed.set("working_time_factor", "100");
  typed.set("document_on", to_string(today(site.config.time_zone)));
  // What a line of the bank tells already.
  for (const auto* name : {"amount", "currency", "document_on", "paid_on"}) {
    if (const auto known = request.query_param(name)) typed.set(name, std::string(*known));
  }
  return expenditure_form_page(site, request, {.typed = typed});
}

Response show_edit(const Site& site, const Request& request) {
  const auto id = request.path_id("id");
  const auto cost = reading(site.database, [&](Session& session) { return find_expenditure(session, id); });
  if (!cost) return error_page(site, cost.error(), request);
  if (cost->state != "draft") return http::see_other(path_of(id));
  auto typed = typed_of(*cost);
  typed.set("version", std::to_string(cost->version));
  return expenditure_form_page(site, request, {.id = id, .typed = typed});
}

Response create(const Site& site, const Request& request, const Programmes& programmes) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  if (input->text("button") == "more") return expenditure_form_page(site, request, {.typed = *input, .more = true});
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto id = draft_expenditure(transaction, programmes, *input, today(site.config.time_zone));
        if (!id) return id.error();
        return http::see_other(path_of(*id) + "?done=created");
      },
      [&](const Error& error) { return expenditure_form_page(site, request, {.typed = *input, .error = &error}); });
}

Response change(const Site& site, const Request& request, const Programmes& programmes) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto version = expected_version(request, *input);
  if (!version) return error_page(site, version.error(), request);
  const ExpenditureAct on{request.path_id("id"), *version, today(site.config.time_zone)};
  if (input->text("button") == "more") {
    return expenditure_form_page(site, request, {.id = on.id, .typed = *input, .more = true});
  }
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto outcome = change_expenditure(transaction, programmes, on, *input);
        if (!outcome) return outcome.error();
        return http::see_other(path_of(on.id) + "?done=saved");
      },
      [&](const Error& error) {
        if (error.kind == ErrorKind::kNotFound) return error_page(site, error, request);
        return expenditure_form_page(site, request, {.id = on.id, .typed = *input, .error = &error});
      });
}

Response run_verb(const Site& site, const Request& request, const ExpenditureVerb& verb) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto version = expected_version(request, *input);
  if (!version) return error_page(site, version.error(), request);
  const ExpenditureAct on{request.path_id("id"), *version, today(site.config.time_zone)};
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto outcome = verb.run(transaction, on, *input);
        if (!outcome) return outcome.error();
        return http::see_other(path_of(on.id) + "?done=" + verb.done);
      },
      [&](const Error& error) {
        if (error.kind == ErrorKind::kNotFound) return error_page(site, error, request);
        return expenditure_page(site, request, on.id, &error, &*input);
      });
}

}  // namespace

void add_expenditure_routes(http::Router& router, const Site& site, const Programmes& programmes) {
  using http::Method;
  const std::string list = "/expenditures", one = list + "/{id}";
  const auto get = [&](std::string pattern, Action action, http::Handler handler) {
    router.add({.method = Method::kGet, .pattern = std::move(pattern), .action = action, .handler = std::move(handler)});
  };
  get(list, Action::kReadFunding, [&](const Request& request) { return show_list(site, request); });
  get(list + "/new", Action::kRecordSpending, [&](const Request& request) { return show_new(site, request); });
  get(one, Action::kReadFunding,
      [&](const Request& request) { return expenditure_page(site, request, request.path_id("id")); });
  get("/grants/{id}/expenditures", Action::kReadFunding, [](const Request& request) {
    return http::see_other("/expenditures?grant=" + std::to_string(request.path_id("id")));
  });
  get(one + "/edit", Action::kRecordSpending, [&](const Request& request) { return show_edit(site, request); });
  router.add({.method = Method::kPost, .pattern = list, .action = Action::kRecordSpending,
              .handler = [&](const Request& request) { return create(site, request, programmes); },
              .body_bytes_max = kFormBytesMax});
  router.add({.method = Method::kPost, .pattern = one, .action = Action::kRecordSpending,
              .handler = [&](const Request& request) { return change(site, request, programmes); },
              .body_bytes_max = kFormBytesMax});
  for (const auto& verb : expenditure_verbs()) {
    router.add({.method = Method::kPost, .pattern = one + "/" + verb.name, .action = verb.action,
                .handler = [&](const Request& request) { return run_verb(site, request, verb); }});
  }
}

}  // namespace kindling
