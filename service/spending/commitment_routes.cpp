#include "budgets/budget_change.hpp"
#include "budgets/budget_store.hpp"
#include "funding/grant_page.hpp"
#include "funding/grant_store.hpp"
#include "http/router.hpp"
#include "spending/commitment_store.hpp"
#include "spending/record_commitment.hpp"
#include "spending/routes.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

std::string list_path(std::int64_t grant_id) { return "/grants/" + std::to_string(grant_id) + "/commitments"; }

// What a form of this page was given, where it was refused.
struct Refused {
  std::string form;  // "record", or "release", "override"
  const Input& typed;
  const Error& error;
};

struct PageRead {
  Result<BudgetContext> context;
  std::vector<BudgetLine> lines = {};  // of the budget in force
  std::vector<Commitment> commitments = {};
  std::vector<OrganisationChoice> suppliers = {};
};

PageRead read_page(const Site& site, std::int64_t grant_id) {
  return reading(site.database, [&](Session& session) {
    PageRead read{.context = find_budget_context(session, grant_id)};
    if (!read.context) return read;
    for (const auto& version : list_budget_versions(session, grant_id)) {
      if (version.state == "approved") read.lines = list_budget_lines(session, version.id);
    }
    read.commitments = list_commitments(session, grant_id);
    read.suppliers = list_suppliers(session);
    return read;
  });
}

Value record_form(const PageRead& read, const Input& typed, const std::vector<FieldError>& errors) {
  const auto& grant = read.context->grant;
  std::vector<Choice> lines{{"", ""}}, suppliers{{"", ""}};
  for (const auto& line : read.lines) {
    lines.push_back({std::to_string(line.root_id()),
                     line_label(line, *read.context) + " (" +
                         to_display_amount(Money{line.available_minor(), grant.currency}) + " available)"});
  }
  for (const auto& supplier : read.suppliers) suppliers.push_back({std::to_string(supplier.id), supplier.name});
  Form form(typed, errors);
  form.section("Record a commitment", "A contract or an order reserves a line; costs that name it use it up.")
      .choice("budget_line_id", "Budget line", lines, {.required = true, .columns = 12})
      .choice("supplier_id", "Supplier", suppliers,
              {.help = "Suppliers are entered under Organisations.", .required = true, .columns = 6})
      .text("title", "What for", {.required = true, .columns = 6})
      .text("reference", "Number of the contract or order", {.columns = 4})
      .date("signed_on", "Signed on", {.required = true, .columns = 4})
      .amount("amount", "Amount", {.required = true, .columns = 4, .suffix = std::string(grant.currency.code())})
      .text("need", "For the need", {.help = "One of the platform's budget, such as Hosting.", .columns = 6});
  return form.value(list_path(grant.id), "Record commitment", "");
}

Value commitment_row(const PageRead& read, const Commitment& commitment, const Request& request) {
  std::string line = "A line of an earlier version";
  for (const auto& candidate : read.lines) {
    if (candidate.root_id() == commitment.budget_line_id) line = line_label(candidate, *read.context);
  }
  const bool proposed = commitment.state == "proposed", open = commitment.state == "open";
  return Value::object({{"number", commitment.id},
                        {"need", commitment.need.value_or("")},
                        {"commitment_title", commitment.title},
                        {"state", commitment.state},
                        {"badge", proposed ? "bad" : open ? "warn" : commitment.state == "consumed" ? "good" : ""},
                        {"supplier", commitment.supplier_name},
                        {"reference", commitment.reference},
                        {"signed", to_display(commitment.signed_on)},
                        {"line", line},
                        {"amount", to_display_amount(commitment.amount)},
                        {"consumed", to_display_amount(commitment.consumed)},
                        {"reserved", to_display_amount(commitment.reserved())},
                        {"closed_reason", commitment.closed_reason},
                        {"override_reason", commitment.override_reason},
                        {"overridden_by", commitment.overridden_by_name},
                        {"author", commitment.created_by_name},
                        {"path", list_path(commitment.grant_id) + "/" + std::to_string(commitment.id)},
                        {"version", commitment.version},
                        {"is_proposed", proposed},
                        {"own", commitment.created_by == request.actor.id},
                        {"can_release", open || proposed}});
}

Response commitments_page(const Site& site, const Request& request, const Refused* refused = nullptr) {
  const auto read = read_page(site, request.path_id("id"));
  if (!read.context) return error_page(site, read.context.error(), request);
  const auto& grant = read.context->grant;
  Money committed{0, grant.currency}, consumed = committed, reserved = committed;
  auto rows = Value::array();
  for (const auto& commitment : read.commitments) {
    rows.push(commitment_row(read, commitment, request));
    if (commitment.state == "proposed") continue;
    committed = committed + commitment.amount;
    consumed = consumed + commitment.consumed;
    reserved = reserved + commitment.reserved();
  }
  const bool record_refused = refused != nullptr && refused->form == "record";
  Input fresh;
  fresh.set("signed_on", to_string(today(site.config.time_zone)));
  Value data;
  data.set("grant", grant_head(grant, "commitments"));
  data.set("currency", grant.currency.code());
  data.set("committed", to_display_amount(committed));
  data.set("consumed_sum", to_display_amount(consumed));
  data.set("reserved_sum", to_display_amount(reserved));
  data.set("rows", std::move(rows));
  data.set("empty", read.commitments.empty());
  if (read.lines.empty()) {
    data.set("no_budget", true);
  } else {
    data.set("record_form", record_form(read, record_refused ? refused->typed : fresh,
                                        record_refused ? errors_of(refused->error) : std::vector<FieldError>{}));
  }
  if (refused != nullptr && !record_refused) {
    data.set("refusal", refused->error.fields.empty() ? refused->error.message : refused->error.fields[0].message);
  }
  return page(site, request,
              {.title = "Commitments of " + grant.title,
               .name = "commitments",
               .data = std::move(data),
               .status = refused == nullptr ? 200 : http::status_of(refused->error.kind),
               .crumbs = grant_crumbs(grant, "Commitments")});
}

Response record(const Site& site, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto grant_id = request.path_id("id");
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto id = record_commitment(transaction, grant_id, *input, today(site.config.time_zone));
        if (!id) return id.error();
        const auto commitment = find_commitment(transaction.session, grant_id, *id);
        if (!commitment) return commitment.error();
        return http::see_other(list_path(grant_id) + (commitment->state == "open" ? "?done=created" : "?done=proposed"));
      },
      [&](const Error& error) {
        if (error.kind == ErrorKind::kNotFound) return error_page(site, error, request);
        const Refused refused{"record", *input, error};
        return commitments_page(site, request, &refused);
      });
}

// The verbs on one commitment; pages and API run the same.
using Verb = Outcome (*)(Transaction&, const CommitmentAct&, const Input&);

Response verb_on_page(const Site& site, const Request& request, Verb verb, const char* name, const char* done) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto version = expected_version(request, *input);
  if (!version) return error_page(site, version.error(), request);
  const CommitmentAct on{request.path_id("id"), request.path_id("commitment"), *version};
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto outcome = verb(transaction, on, *input);
        if (!outcome) return outcome.error();
        return http::see_other(list_path(on.grant_id) + "?done=" + done);
      },
      [&](const Error& error) {
        if (error.kind == ErrorKind::kNotFound || error.kind == ErrorKind::kForbidden) return error_page(site, error, request);
        const Refused refused{name, *input, error};
        return commitments_page(site, request, &refused);
      });
}

Response answer(const Commitment& commitment, int status = 200) {
  auto response = http::json(commitment_value(commitment), status);
  response.with("ETag", etag_of(commitment.version));
  return response;
}

Response verb_in_api(const Site& site, const Request& request, Verb verb) {
  const auto input = http::read_input(request);
  if (!input) return http::problem(input.error(), request);
  const auto version = expected_version(request, *input);
  if (!version) return http::problem(version.error(), request);
  const CommitmentAct on{request.path_id("id"), request.path_id("commitment"), *version};
  return act(site, request, [&](Transaction& transaction) -> Result<Response> {
    const auto outcome = verb(transaction, on, *input);
    if (!outcome) return outcome.error();
    const auto commitment = find_commitment(transaction.session, on.grant_id, on.commitment_id);
    if (!commitment) return commitment.error();
    return answer(*commitment);
  });
}

Response api_list(const Site& site, const Request& request) {
  const auto grant_id = request.path_id("id");
  const auto read = reading(site.database, [&](Session& session) -> Result<std::vector<Commitment>> {
    const auto grant = find_grant(session, grant_id);
    if (!grant) return grant.error();
    return list_commitments(session, grant_id);
  });
  if (!read) return http::problem(read.error(), request);
  Value::Array rows;
  for (const auto& commitment : *read) rows.push_back(commitment_value(commitment));
  static const std::vector<Column> kColumns = {
      {.name = "id", .label = ""},        {.name = "budget_line_id", .label = ""}, {.name = "supplier_name", .label = ""},
      {.name = "title", .label = ""},     {.name = "reference", .label = ""},      {.name = "signed_on", .label = ""},
      {.name = "currency", .label = ""},  {.name = "amount", .label = ""},         {.name = "consumed", .label = ""},
      {.name = "reserved", .label = ""},  {.name = "state", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

Response api_one(const Site& site, const Request& request) {
  const auto commitment = reading(site.database, [&](Session& session) {
    return find_commitment(session, request.path_id("id"), request.path_id("commitment"));
  });
  return commitment ? answer(*commitment) : http::problem(commitment.error(), request);
}

Response api_record(const Site& site, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return http::problem(input.error(), request);
  return act(site, request, [&](Transaction& transaction) -> Result<Response> {
    const auto grant_id = request.path_id("id");
    const auto id = record_commitment(transaction, grant_id, *input, today(site.config.time_zone));
    if (!id) return id.error();
    const auto commitment = find_commitment(transaction.session, grant_id, *id);
    if (!commitment) return commitment.error();
    return answer(*commitment, 201).with("Location", "/api/v1" + list_path(grant_id) + "/" + std::to_string(*id));
  });
}

http::ApiDoc doc(const char* summary, const char* body, int status = 200) {
  return {.summary = summary, .tag = "commitments", .request_schema = body, .response_schema = "Commitment",
          .success_status = status};
}

}  // namespace

void add_commitment_routes(http::Router& router, const Site& site) {
  using http::Method;
  const std::string list = "/grants/{id}/commitments", one = list + "/{commitment}";
  router.add({.method = Method::kGet, .pattern = list, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return commitments_page(site, request); }});
  router.add({.method = Method::kPost, .pattern = list, .action = Action::kRecordSpending,
              .handler = [&](const Request& request) { return record(site, request); }});
  router.add_schema("Commitment", object_schema({"id:integer", "version:integer", "grant_id:integer", "budget_line_id:integer",
                                                 "supplier_id:integer", "supplier_name", "title", "reference", "signed_on",
                                                 "currency", "amount", "consumed", "reserved", "need:string?", "state",
                                                 "closed_reason:string?", "override_reason:string?"}));
  auto about = doc("Commitments of a grant, newest first", "");
  about.list = true;
  router.add({.method = Method::kGet, .pattern = "/api/v1" + list, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return api_list(site, request); }, .doc = about});
  router.add({.method = Method::kPost, .pattern = "/api/v1" + list, .action = Action::kRecordSpending,
              .handler = [&](const Request& request) { return api_record(site, request); },
              .doc = doc("Commit a contract or an order to a budget line", "Commitment", 201)});
  router.add({.method = Method::kGet, .pattern = "/api/v1" + one, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return api_one(site, request); },
              .doc = doc("One commitment with what is consumed of it", "")});
  struct Row {
    const char* name;
    Verb verb;
    const char* done;
    Action action;
    const char* summary;
  };
  for (const auto& row : {Row{"release", release_commitment, "released", Action::kRecordSpending,
                              "Release the rest of a commitment, with a reason"},
                          Row{"override", override_commitment, "approved", Action::kOverrideBreach,
                              "Let a commitment pass that exceeds its line; by another person, with a reason"}}) {
    const auto tail = one + "/" + row.name;
    router.add({.method = Method::kPost, .pattern = tail, .action = row.action,
                .handler = [&, row](const Request& request) {
                  return verb_on_page(site, request, row.verb, row.name, row.done);
                }});
    router.add({.method = Method::kPost, .pattern = "/api/v1" + tail, .action = row.action,
                .handler = [&, row](const Request& request) { return verb_in_api(site, request, row.verb); },
                .doc = doc(row.summary, "Commitment")});
  }
}

}  // namespace kindling
