#include "core/fields.hpp"
#include "funding/grant_page.hpp"
#include "funding/grant_store.hpp"
#include "funding/instalment_store.hpp"
#include "funding/payment.hpp"
#include "funding/programme.hpp"
#include "funding/record_instalment.hpp"
#include "funding/routes.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

std::string list_path(std::int64_t grant_id) { return "/grants/" + std::to_string(grant_id) + "/instalments"; }

// What a form of this page was given, where it was refused.
struct Refused {
  std::string form;  // "plan", or the verb and the instalment: "receive-7"
  const Input& typed;
  const Error& error;
};

Value plan_form(const Grant& grant, const Input& typed, const std::vector<FieldError>& errors) {
  const std::string currency(grant.currency.code());
  Form form(typed, errors);
  form.section("Plan an instalment")
      .choice("kind", "Kind",
              {{"prefinancing", "Prefinancing"}, {"interim", "Interim payment"}, {"balance", "Balance"},
               {"other", "Other"}},
              {.required = true, .columns = 4})
      .text("title", "Title", {.required = true, .columns = 8})
      .date("due_on", "Expected on", {.required = true, .columns = 4})
      .amount("amount", "Amount to arrive", {.required = true, .columns = 4, .suffix = currency})
      .amount("retained", "Retained by the funder",
              {.help = "Such as 5 % for the mutual insurance; released at the end.", .columns = 4, .suffix = currency});
  return form.value(list_path(grant.id), "Plan instalment", "");
}

// The prefinancing that the programme's rules make of the award, as a first proposal.
Input proposed_plan(const Grant& grant, const Programmes& programmes, bool first) {
  Input typed;
  typed.set("kind", first ? "prefinancing" : "interim");
  typed.set("title", first ? "Prefinancing" : "");
  const auto* programme = programmes.find(grant.programme_code);
  if (first && programme != nullptr && grant.awarded && programme->prefinancing_retention.basis_points > 0) {
    static constexpr Percent kUsualPrefinancing{4'000};
    typed.set("amount",
              to_string(first_payment(*grant.awarded, kUsualPrefinancing, programme->prefinancing_retention)));
    typed.set("retained", to_string(share_of(*grant.awarded, programme->prefinancing_retention)));
  }
  return typed;
}

Value receive_form(const Grant& grant, const Instalment& instalment, const Input& typed,
                   const std::vector<FieldError>& errors) {
  Form form(typed, errors);
  form.id_prefix("receive-" + std::to_string(instalment.id) + "-")
      .section("Receive")
      .date("received_on", "Arrived on", {.required = true, .columns = 3})
      .amount("amount", "Amount", {.required = true, .columns = 3, .suffix = std::string(grant.currency.code())})
      .text("reference", "The bank's reference", {.required = true, .columns = 6})
      .text("settled_reason", "If no more will come: why",
            {.help = "Leave empty while the rest is still expected.", .columns = 12})
      .hidden("version", std::to_string(instalment.version));
  return form.value(list_path(grant.id) + "/" + std::to_string(instalment.id) + "/receive", "Post receipt", "");
}

Value instalment_row(const Site& site, const Grant& grant, const Instalment& instalment, const Refused* refused) {
  const auto path = list_path(grant.id) + "/" + std::to_string(instalment.id);
  const auto outstanding = instalment.outstanding();
  const bool open = instalment.state == "planned" || instalment.state == "requested";
  auto receipts = Value::array();
  for (const auto& receipt : instalment.receipts) {
    receipts.push(Value::object({{"received_on", to_display(receipt.received_on)},
                                 {"receipt_amount", to_display(receipt.amount)},
                                 {"reference", receipt.reference},
                                 {"reversed", receipt.reversed},
                                 {"entry_href", "/ledger/entries/" + std::to_string(receipt.entry_id)},
                                 {"reverse_action", path + "/receipts/" + std::to_string(receipt.id) + "/reverse"},
                                 {"receipt_version", instalment.version}}));
  }
  const bool receive_refused = refused != nullptr && refused->form == "receive-" + std::to_string(instalment.id);
  Input typed;
  typed.set("received_on", to_string(today(site.config.time_zone)));
  typed.set("amount", to_string(outstanding.minor > 0 ? outstanding : Money{0, grant.currency}));
  const auto errors = receive_refused ? errors_of(refused->error) : std::vector<FieldError>{};
  auto row = Value::object({{"instalment_title", instalment.title},
                            {"kind", instalment.kind},
                            {"state", instalment.state},
                            {"badge", instalment.state == "received" ? "good" : open ? "warn" : ""},
                            {"due", to_display(instalment.due_on)},
                            {"amount", to_display_amount(instalment.amount)},
                            {"retained", instalment.retained.minor == 0 ? "" : to_display(instalment.retained)},
                            {"received", to_display_amount(instalment.received())},
                            {"outstanding", to_display_amount(outstanding)},
                            {"overpaid", outstanding.minor < 0 ? to_display(-outstanding) : ""},
                            {"closed_reason", instalment.closed_reason},
                            {"receipts", std::move(receipts)},
                            {"path", path},
                            {"version", instalment.version},
                            {"today", to_string(today(site.config.time_zone))},
                            {"is_planned", instalment.state == "planned"},
                            {"can_cancel", open && instalment.received().minor == 0},
                            {"receivable", instalment.state != "cancelled"},
                            {"open_form", receive_refused}});
  row.set("receive_form", receive_form(grant, instalment, receive_refused ? refused->typed : typed, errors));
  return row;
}

Response instalments_page(const Site& site, const Request& request, const Programmes& programmes,
                          const Refused* refused = nullptr) {
  struct Read {
    Result<Grant> grant;
    std::vector<Instalment> instalments = {};
  };
  const auto read = reading(site.database, [&](Session& session) {
    Read found{.grant = find_grant(session, request.path_id("id"))};
    if (found.grant) found.instalments = list_instalments(session, found.grant->id);
    return found;
  });
  if (!read.grant) return error_page(site, read.grant.error(), request);
  const auto& grant = *read.grant;
  Money planned{0, grant.currency}, received = planned, outstanding = planned;
  auto rows = Value::array();
  for (const auto& instalment : read.instalments) {
    rows.push(instalment_row(site, grant, instalment, refused));
    if (instalment.state != "cancelled") planned = planned + instalment.amount;
    received = received + instalment.received();
    outstanding = outstanding + instalment.outstanding();
  }
  const bool plan_refused = refused != nullptr && refused->form == "plan";
  const auto proposal = proposed_plan(grant, programmes, read.instalments.empty());
  const auto errors = plan_refused ? errors_of(refused->error) : std::vector<FieldError>{};
  Value data;
  data.set("grant", grant_head(grant, "instalments"));
  data.set("currency", grant.currency.code());
  data.set("rows", std::move(rows));
  data.set("empty", read.instalments.empty());
  data.set("awarded", grant.awarded ? to_display_amount(*grant.awarded) : "");
  data.set("planned", to_display_amount(planned));
  data.set("received", to_display_amount(received));
  data.set("outstanding", to_display_amount(outstanding));
  data.set("plan_form", plan_form(grant, plan_refused ? refused->typed : proposal, errors));
  if (refused != nullptr && !plan_refused && !refused->form.starts_with("receive-")) {
    data.set("refusal", refused->error.fields.empty() ? refused->error.message : refused->error.fields[0].message);
  }
  return page(site, request,
              {.title = "Instalments of " + grant.title,
               .name = "instalments",
               .data = std::move(data),
               .status = refused == nullptr ? 200 : http::status_of(refused->error.kind),
               .crumbs = grant_crumbs(grant, "Instalments")});
}

// The verbs on one instalment; pages and API run the same.
using Verb = Outcome (*)(Transaction&, const InstalmentAct&, const Request&, const Input&);

Outcome run_request(Transaction& transaction, const InstalmentAct& act, const Request&, const Input& input) {
  return request_instalment(transaction, act, input);
}
Outcome run_receive(Transaction& transaction, const InstalmentAct& act, const Request&, const Input& input) {
  const auto entry = receive_instalment(transaction, act, input);
  if (!entry) return entry.error();
  return kOk;
}
Outcome run_cancel(Transaction& transaction, const InstalmentAct& act, const Request&, const Input& input) {
  return cancel_instalment(transaction, act, input);
}
Outcome run_reverse(Transaction& transaction, const InstalmentAct& act, const Request& request, const Input& input) {
  return reverse_receipt(transaction, act, request.path_id("receipt"), input);
}

Response verb_on_page(const Site& site, const Request& request, const Programmes& programmes, Verb verb,
                      const char* name, const char* done) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto version = expected_version(request, *input);
  if (!version) return error_page(site, version.error(), request);
  const InstalmentAct on{request.path_id("id"), request.path_id("instalment"), *version, today(site.config.time_zone)};
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto outcome = verb(transaction, on, request, *input);
        if (!outcome) return outcome.error();
        return http::see_other(list_path(on.grant_id) + "?done=" + done);
      },
      [&](const Error& error) {
        if (error.kind == ErrorKind::kNotFound) return error_page(site, error, request);
        const Refused refused{name + ("-" + std::to_string(on.instalment_id)), *input, error};
        return instalments_page(site, request, programmes, &refused);
      });
}

Response verb_in_api(const Site& site, const Request& request, Verb verb) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const InstalmentAct on{request.path_id("id"), request.path_id("instalment"), version, today(site.config.time_zone)};
    const auto outcome = verb(transaction, on, request, input);
    if (!outcome) return outcome.error();
    const auto instalment = find_instalment(transaction.session, on.grant_id, on.instalment_id);
    if (!instalment) return instalment.error();
    return http::json(instalment_value(*instalment)).with("ETag", etag_of(instalment->version));
  });
}

Response plan(const Site& site, const Request& request, const Programmes& programmes) {
  const auto grant_id = request.path_id("id");
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto id = plan_instalment(transaction, grant_id, input);
        if (!id) return id.error();
        return list_path(grant_id) + "?done=created";
      },
      [&](const Input& input, const Error& error) {
        const Refused refused{"plan", input, error};
        return instalments_page(site, request, programmes, &refused);
      });
}

Response api_list(const Site& site, const Request& request) {
  const auto grant_id = request.path_id("id");
  const auto read = reading(site.database, [&](Session& session) -> Result<std::vector<Instalment>> {
    const auto grant = find_grant(session, grant_id);
    if (!grant) return grant.error();
    return list_instalments(session, grant_id);
  });
  if (!read) return http::problem(read.error(), request);
  Value::Array rows;
  for (const auto& instalment : *read) rows.push_back(instalment_value(instalment));
  static const std::vector<Column> kColumns = {
      {.name = "id", .label = ""},       {.name = "kind", .label = ""},     {.name = "title", .label = ""},
      {.name = "due_on", .label = ""},   {.name = "currency", .label = ""}, {.name = "amount", .label = ""},
      {.name = "retained", .label = ""}, {.name = "state", .label = ""},    {.name = "received", .label = ""},
      {.name = "outstanding", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

Response api_one(const Site& site, const Request& request) {
  const auto instalment = reading(site.database, [&](Session& session) {
    return find_instalment(session, request.path_id("id"), request.path_id("instalment"));
  });
  if (!instalment) return http::problem(instalment.error(), request);
  return http::json(instalment_value(*instalment)).with("ETag", etag_of(instalment->version));
}

Response api_plan(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto grant_id = request.path_id("id");
    const auto id = plan_instalment(transaction, grant_id, input);
    if (!id) return id.error();
    const auto instalment = find_instalment(transaction.session, grant_id, *id);
    if (!instalment) return instalment.error();
    return http::json(instalment_value(*instalment), 201)
        .with("ETag", etag_of(instalment->version))
        .with("Location", "/api/v1" + list_path(grant_id) + "/" + std::to_string(*id));
  });
}

}  // namespace

void add_instalment_routes(http::Router& router, const Site& site, const Programmes& programmes) {
  using http::Method;
  const std::string list = "/grants/{id}/instalments", one = list + "/{instalment}";
  router.add({.method = Method::kGet, .pattern = list, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return instalments_page(site, request, programmes); }});
  router.add({.method = Method::kPost, .pattern = list, .action = Action::kWriteFunding,
              .handler = [&](const Request& request) { return plan(site, request, programmes); }});
  router.add_schema("Instalment", object_schema({"id:integer", "version:integer", "grant_id:integer", "kind", "title", "due_on",
                                                 "requested_on:string?", "currency", "amount", "retained", "state", "received",
                                                 "outstanding", "receipts:array"}));
  const auto doc = [](const char* summary, const char* body, int status) {
    return http::ApiDoc{.summary = summary, .tag = "instalments", .request_schema = body, .response_schema = "Instalment",
                        .success_status = status};
  };
  auto list_doc = doc("Instalments of a grant, by due date", "", 200);
  list_doc.list = true;
  router.add({.method = Method::kGet, .pattern = "/api/v1" + list, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return api_list(site, request); }, .doc = list_doc});
  router.add({.method = Method::kPost, .pattern = "/api/v1" + list, .action = Action::kWriteFunding,
              .handler = [&](const Request& request) { return api_plan(site, request); },
              .doc = doc("Plan an instalment", "Instalment", 201)});
  router.add({.method = Method::kGet, .pattern = "/api/v1" + one, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return api_one(site, request); },
              .doc = doc("One instalment with its receipts", "", 200)});
  struct Row {
    const char* tail;
    Verb verb;
    const char* name;
    const char* done;
    Action action;
    const char* summary;
  };
  for (const auto& row : {Row{"/request", run_request, "request", "changed", Action::kWriteFunding,
                              "Say that an instalment was requested"},
                          Row{"/receive", run_receive, "receive", "received", Action::kReceiveMoney,
                              "Post a receipt to the ledger"},
                          Row{"/cancel", run_cancel, "cancel", "cancelled", Action::kWriteFunding,
                              "Cancel an instalment"},
                          Row{"/receipts/{receipt}/reverse", run_reverse, "reverse", "reversed",
                              Action::kReceiveMoney, "Reverse a receipt in the ledger"}}) {
    router.add({.method = Method::kPost, .pattern = one + row.tail, .action = row.action,
                .handler = [&, row](const Request& request) {
                  return verb_on_page(site, request, programmes, row.verb, row.name, row.done);
                }});
    router.add({.method = Method::kPost, .pattern = "/api/v1" + one + row.tail, .action = row.action,
                .handler = [&, row](const Request& request) { return verb_in_api(site, request, row.verb); },
                .doc = doc(row.summary, "Instalment", 200)});
  }
}

}  // namespace kindling
