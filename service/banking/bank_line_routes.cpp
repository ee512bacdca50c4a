#include <algorithm>

#include "banking/bank_account_store.hpp"
#include "banking/bank_line_store.hpp"
#include "banking/candidate_query.hpp"
#include "banking/matching.hpp"
#include "banking/record_match.hpp"
#include "banking/routes.hpp"
#include "core/check_digits.hpp"
#include "donations/campaign_store.hpp"
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

std::string path_of(std::int64_t id) { return "/bank/lines/" + std::to_string(id); }

// What a form of this page was given, where it was refused.
struct Refused {
  std::string form;  // "match", "ignore", "undo"
  const Input& typed;
  const Error& error;
};

struct LineAndProposals {
  Result<BankLine> line;
  std::vector<Proposal> proposals = {};
  std::vector<Campaign> campaigns = {};  // to choose from by hand
  std::vector<std::pair<std::int64_t, std::string>> funds = {};
};
LineAndProposals read_line(const Site& site, const DonorVault& vault, std::int64_t id) {
  return reading(site.database, [&](Session& session) {
    LineAndProposals read{.line = find_bank_line(session, vault, id)};
    if (!read.line || read.line->state != "new") return read;
    read.proposals = propose(*read.line, list_candidates(session, vault, *read.line));
    if (read.line->amount.minor > 0) read.campaigns = list_campaigns(session);
    read.funds = list_funds_with_money(session);
    return read;
  });
}

// ---- Page ----

Value proposal_rows(const BankLine& line, const std::vector<Proposal>& proposals) {
  auto rows = Value::array();
  const auto rest = line.rest();
  for (const auto& proposal : proposals) {
    const auto& candidate = proposal.candidate;
    const auto open = candidate.open.minor < 0 ? -candidate.open : candidate.open;
    const auto left = rest.minor < 0 ? -rest : rest;
    // As much as both have; a document may take more than it expects, the ledger's entry may not. Of another currency what
    // left the account is what it cost.
    const auto amount = open.minor != 0 && open.minor < left.minor && !candidate.own ? open : left;
    auto reasons = Value::array();
    std::string all;
    for (const auto& reason : proposal.reasons) {
      reasons.push(Value::object({{"reason", reason}}));
      all += (all.empty() ? "" : " ") + reason;
    }
    rows.push(Value::object({{"target", to_string(candidate.target)},
                             {"in_ledger", candidate.target.kind == "entry"},
                             {"proposal_title", candidate.title},
                             {"open", candidate.own ? to_display(*candidate.own) : open.minor == 0 ? std::string() : to_display(open)},
                             {"on", to_display(candidate.on)},
                             {"score", proposal.score},
                             {"certain", proposal.certain},
                             {"reasons", std::move(reasons)},
                             {"all_reasons", all},
                             {"proposed_amount", to_string(amount)},
                             {"proposed_display", to_display(amount)}}));
  }
  return rows;
}

Value match_rows(const BankLine& line) {
  auto rows = Value::array();
  for (const auto& match : line.matches) {
    rows.push(Value::object({{"match_amount", to_display(match.amount)},
                             {"entry_href", "/ledger/entries/" + std::to_string(match.entry_id)},
                             {"entry", match.entry_description.empty() ? match.entry_kind : match.entry_description},
                             {"how", match.how == "automatic" ? "automatically" : "by hand"},
                             {"match_reason", match.reason},
                             {"undone", match.undone},
                             {"posted", match.posted},
                             {"undo_action", path_of(line.id) + "/matches/" + std::to_string(match.id) + "/undo"}}));
  }
  return rows;
}

// A cost that nobody has entered yet begins with what the line tells; who was paid stays out of the address.
std::string new_cost_path(const BankLine& line) {
  const auto day = to_string(line.booked_on);
  return "/expenditures/new?amount=" + to_string(-line.rest()) + "&currency=" + std::string(line.amount.currency.code()) +
         "&document_on=" + day + "&paid_on=" + day;
}

std::vector<Choice> hand_choices(const LineAndProposals& read) {
  std::vector<Choice> choices{{"", "By its number"}};
  if (read.line->amount.minor < 0) {
    choices.push_back({"fee", "A fee of the bank"});
  } else {
    choices.push_back({"campaign:0", "A gift to no campaign"});
    for (const auto& campaign : read.campaigns) {
      choices.push_back({"campaign:" + std::to_string(campaign.id), "A gift to " + campaign.name});
    }
    choices.push_back({"income", "Other income"});
  }
  for (const auto& [id, name] : read.funds) {
    choices.push_back({"transfer:" + std::to_string(id), "Between own accounts: " + name});
  }
  return choices;
}

Value hand_form(const LineAndProposals& read, Currency platform, const Input& typed, const std::vector<FieldError>& errors) {
  const auto& line = *read.line;
  const bool credit = line.amount.minor > 0;
  Form form(typed, errors);
  form.section("By hand", "What the proposals do not have; part of the line is enough.")
      .choice("target", "What it is", hand_choices(read), {.columns = 4})
      .text("number", "Or by its number",
            {.help = credit ? "donor:4, pledge:6, instalment:3, donation:5, contribution:8, or entry:17 of the ledger."
                            : "expenditure:4, chargeback:5 of a donation, or entry:17 of the ledger.",
             .columns = 5})
      .amount("amount", "Amount", {.columns = 3, .suffix = std::string(line.amount.currency.code())});
  if (credit) form.text("donor_id", "Donor's number", {.help = "Of a gift to a campaign; empty where nobody knows.", .columns = 4});
  if (credit && line.amount.currency != platform) {
    form.text("rate", "Rate", {.help = "Of a gift: how many " + std::string(line.amount.currency.code()) + " make one " +
                                       std::string(platform.code()) + ". Empty: the published rate of the day.", .columns = 4});
  }
  form.text("description", "Description", {.help = "Of a fee or other income.", .columns = 8})
      .hidden("version", std::to_string(line.version));
  return form.value(path_of(line.id) + "/match", "Match", "");
}

Response line_page(const Site& site, const DonorVault& vault, const Request& request, const Refused* refused = nullptr) {
  const auto read = read_line(site, vault, request.path_id("line"));
  if (!read.line) return error_page(site, read.line.error(), request);
  const auto& line = *read.line;
  const auto rest = line.rest();
  const bool match_refused = refused != nullptr && refused->form == "match";
  Input typed;
  typed.set("target", line.amount.minor > 0 ? "" : "fee");
  typed.set("amount", to_string(rest.minor < 0 ? -rest : rest));
  std::vector<FieldError> errors;
  if (match_refused) {
    typed = refused->typed;
    // What a proposal's button sent stands by its number: the list has only what is often chosen.
    const auto target = std::string(typed.text("target"));
    const auto choices = hand_choices(read);
    if (std::ranges::find(choices, target, &Choice::value) == choices.end()) {
      typed.set("number", target);
      typed.set("target", "");
    }
    errors = refused->error.fields.empty()
                 ? std::vector<FieldError>{{"", refused->error.code, refused->error.message}}
                 : refused->error.fields;
  }
  Value data;
  data.set("path", path_of(line.id));
  data.set("version", line.version);
  data.set("who", line.name.empty() ? line.bank_reference : line.name);
  data.set("amount", to_display(line.amount));
  data.set("rest", line.state == "new" && line.matched.minor != 0 ? to_display(rest) : "");
  data.set("booked_on", to_display(line.booked_on));
  data.set("value_on", to_display(line.value_on));
  data.set("iban", in_groups_of_four(line.iban));
  data.set("message", line.message);
  data.set("structured_reference", line.structured_reference);
  // Other kinds of structured references have digits of their own, which nobody claims to be those of ISO 11649.
  data.set("wrong_reference", line.structured_reference.starts_with("RF") && valid_reference(line).empty());
  data.set("end_to_end_id", line.end_to_end_id);
  // One that we made of what the line says is for nobody to read.
  data.set("bank_reference", line.bank_reference.starts_with("content:") ? std::string("none") : line.bank_reference);
  data.set("statement", line.statement);
  data.set("reversal", line.reversal);
  data.set("state", line.state);
  data.set("badge", line.state == "matched" ? "good" : line.state == "new" ? "warn" : "plain");
  data.set("ignored_reason", line.ignored_reason);
  data.set("is_new", line.state == "new");
  data.set("is_ignored", line.state == "ignored");
  data.set("can_ignore", line.state == "new" && line.matched.minor == 0);
  data.set("new_cost", line.state == "new" && rest.minor < 0 ? new_cost_path(line) : std::string());
  data.set("matches", match_rows(line));
  data.set("has_matches", !line.matches.empty());
  data.set("proposals", proposal_rows(line, read.proposals));
  data.set("no_proposal", read.proposals.empty());
  data.set("hand_form", hand_form(read, Currency::of(site.config.currency), typed, errors));
  if (refused != nullptr && !match_refused) {
    data.set("refusal", refused->error.fields.empty() ? refused->error.message : refused->error.fields[0].message);
  }
  return page(site, request,
              {.title = "Bank line", .name = "bank_line", .data = std::move(data),
               .status = refused == nullptr ? 200 : http::status_of(refused->error.kind),
               .crumbs = {{"Bank", "/bank"},
                          {line.account_name, "/bank/" + std::to_string(line.account_id)},
                          {to_display(line.booked_on) + ", " + to_display(line.amount), ""}}});
}

// ---- The verbs on one line; pages and API run the same. ----

using Verb = Outcome (*)(Transaction&, const BankLineAct&, const Request&, const Input&);

Outcome run_match(Transaction& transaction, const BankLineAct& act, const Request&, const Input& input) {
  auto chosen = input;
  // The page has what is often chosen as a list, and a field beside it for everything else.
  if (const auto number = input.text("number"); !number.empty()) chosen.set("target", std::string(number));
  const auto entry = match_bank_line(transaction, act, chosen);
  if (!entry) return entry.error();
  return kOk;
}
Outcome run_undo(Transaction& transaction, const BankLineAct& act, const Request& request, const Input& input) {
  return undo_bank_match(transaction, act, request.path_id("match"), input);
}
Outcome run_ignore(Transaction& transaction, const BankLineAct& act, const Request&, const Input& input) {
  return ignore_bank_line(transaction, act, input);
}
Outcome run_reopen(Transaction& transaction, const BankLineAct& act, const Request&, const Input&) {
  return reopen_bank_line(transaction, act);
}

BankLineAct act_on(const Site& site, const DonorVault& vault, const Request& request, int version) {
  return {request.path_id("line"), version, today(site.config.time_zone), Currency::of(site.config.currency), vault};
}

Response verb_on_page(const Site& site, const DonorVault& vault, const Request& request, Verb verb, const char* name) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto version = expected_version(request, *input);
  if (!version) return error_page(site, version.error(), request);
  const auto on = act_on(site, vault, request, *version);
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto outcome = verb(transaction, on, request, *input);
        if (!outcome) return outcome.error();
        return http::see_other(path_of(on.line_id) + "?done=changed");
      },
      [&](const Error& error) {
        if (error.kind == ErrorKind::kNotFound && error.code == "bank_line_not_found") return error_page(site, error, request);
        const Refused refused{name, *input, error};
        return line_page(site, vault, request, &refused);
      });
}

Response verb_in_api(const Site& site, const DonorVault& vault, const Request& request, Verb verb) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const auto on = act_on(site, vault, request, version);
    const auto outcome = verb(transaction, on, request, input);
    if (!outcome) return outcome.error();
    auto line = find_bank_line(transaction.session, vault, on.line_id);
    if (!line) return line.error();
    // The answer to a key is kept, and who paid is kept sealed alone: whoever wants to know reads the line.
    line->name = line->iban = line->message = "";
    return http::json(bank_line_value(*line)).with("ETag", etag_of(line->version));
  });
}

Response api_one(const Site& site, const DonorVault& vault, const Request& request) {
  const auto line =
      reading(site.database, [&](Session& session) { return find_bank_line(session, vault, request.path_id("line")); });
  if (!line) return http::problem(line.error(), request);
  return http::json(bank_line_value(*line)).with("ETag", etag_of(line->version));
}

Response api_proposals(const Site& site, const DonorVault& vault, const Request& request) {
  const auto read = read_line(site, vault, request.path_id("line"));
  if (!read.line) return http::problem(read.line.error(), request);
  Value::Array rows;
  for (const auto& proposal : read.proposals) {
    Value::Array reasons(proposal.reasons.begin(), proposal.reasons.end());
    const auto& own = proposal.candidate.own;
    rows.push_back(Value::object({{"target", to_string(proposal.candidate.target)},
                                  {"title", proposal.candidate.title},
                                  {"open", to_string(proposal.candidate.open)},
                                  {"own_amount", own ? Value(to_string(*own)) : Value()},
                                  {"own_currency", own ? Value(own->currency.code()) : Value()},
                                  {"score", proposal.score},
                                  {"certain", proposal.certain},
                                  {"reasons", std::move(reasons)}}));
  }
  static const std::vector<Column> kColumns = {{.name = "target", .label = ""}, {.name = "title", .label = ""},
                                               {.name = "open", .label = ""}, {.name = "score", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

}  // namespace

void add_bank_line_routes(http::Router& router, const Site& site, const DonorVault& vault) {
  using http::Method;
  router.add_schema("BankLine", object_schema({"id:integer", "version:integer", "account_id:integer", "statement_id:integer",
                                               "statement", "bank_reference", "booked_on", "value_on", "currency", "amount",
                                               "matched", "reversal:boolean", "end_to_end_id", "structured_reference", "state",
                                               "name", "iban", "message", "ignored_reason", "matches:array"}));
  router.add_schema("BankProposal", object_schema({"target", "title", "open", "own_amount:string?", "own_currency:string?", "score:integer",
                                                   "certain:boolean", "reasons:array"}));
  router.add_schema("BankMatch", object_schema({"target", "amount", "donor_id:integer", "description", "reason"}));
  router.add_schema("Reason", object_schema({"reason"}));
  const std::string one = "/bank/lines/{line}", api = "/api/v1/bank-lines/{line}";
  router.add({.method = Method::kGet, .pattern = one, .action = Action::kKeepBank,
              .handler = [&](const Request& request) { return line_page(site, vault, request); }});
  router.add({.method = Method::kGet, .pattern = api, .action = Action::kKeepBank,
              .handler = [&](const Request& request) { return api_one(site, vault, request); },
              .doc = {.summary = "One line of a statement with its matches", .tag = "bank", .response_schema = "BankLine"}});
  router.add({.method = Method::kGet, .pattern = api + "/proposals", .action = Action::kKeepBank,
              .handler = [&](const Request& request) { return api_proposals(site, vault, request); },
              .doc = {.summary = "What the line could be, the best first, with the reasons", .tag = "bank",
                      .response_schema = "BankProposal", .list = true}});
  struct Row {
    const char* tail;
    Verb verb;
    const char* name;
    const char* body;
    const char* summary;
  };
  for (const auto& row :
       {Row{"/match", run_match, "match", "BankMatch", "Match a line, or a part of it, with an entry or a document"},
        Row{"/matches/{match}/undo", run_undo, "undo", "Reason", "Undo a match; what it posted is reversed"},
        Row{"/ignore", run_ignore, "ignore", "Reason", "Ignore a line, with a reason"},
        Row{"/reopen", run_reopen, "reopen", "", "Take up an ignored line again"}}) {
    router.add({.method = Method::kPost, .pattern = one + row.tail, .action = Action::kKeepBank,
                .handler = [&, row](const Request& request) { return verb_on_page(site, vault, request, row.verb, row.name); }});
    router.add({.method = Method::kPost, .pattern = api + row.tail, .action = Action::kKeepBank,
                .handler = [&, row](const Request& request) { return verb_in_api(site, vault, request, row.verb); },
                .doc = {.summary = row.summary + std::string("; answers without who paid"), .tag = "bank", .request_schema = row.body,
                        .response_schema = "BankLine"}});
  }
}

}  // namespace kindling
