// The register of modifications of a grant's budget, and one of them with what it changes.
#include "budgets/budget_change_page.hpp"
#include "budgets/budget_change_store.hpp"
#include "budgets/budget_comparison.hpp"
#include "budgets/budget_store.hpp"
#include "budgets/record_budget_change.hpp"
#include "budgets/routes.hpp"
#include "funding/grant_page.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"

namespace kindling {

using http::Request;
using http::Response;

std::string modifications_path(std::int64_t grant_id) { return "/grants/" + std::to_string(grant_id) + "/modifications"; }
std::string modification_path(std::int64_t grant_id, int number) {
  return modifications_path(grant_id) + "/" + std::to_string(number);
}
int change_number_of(const Request& request) {
  const auto number = request.path_id("number");
  return number > 0 && number < INT32_MAX ? static_cast<int>(number) : 0;
}
const char* badge_of_change(std::string_view state) {
  return state == "approved" ? "good" : state == "requested" ? "warn" : state == "refused" ? "bad" : "";
}
namespace {

struct Read {
  BudgetContext context;
  BudgetChange change;
  BudgetComparison comparison;
};

Result<Read> read_change(const Site& site, std::int64_t grant_id, int number) {
  return reading(site.database, [&](Session& session) -> Result<Read> {
    auto context = find_budget_context(session, grant_id);
    if (!context) return context.error();
    auto change = find_budget_change(session, grant_id, number);
    if (!change) return change.error();
    const auto before = list_budget_lines(session, change->base_version_id);
    const auto after = change->made_version_id
                           ? list_budget_lines(session, *change->made_version_id)
                           : with_deltas(before, list_transfer_deltas(session, change->id));
    auto comparison = compare_budgets(before, after, *context);
    return Read{*std::move(context), *std::move(change), std::move(comparison)};
  });
}

Value terms_form(const BudgetChange& change, const Input& typed, const std::vector<FieldError>& errors) {
  Form form(typed, errors);
  form.section("Terms of the amendment")
      .area("justification", "What changes, and why", {.required = true})
      .text("funder_reference", "The funder's reference", {.help = "Needed before it is submitted.", .columns = 4})
      .date("agreed_on", "Agreed by the funder on", {.help = "Needed before it is submitted.", .columns = 4})
      .amount("awarded_amount", "Maximum grant from then on",
              {.required = true, .columns = 4, .suffix = std::string(change.awarded.currency.code())})
      .date("ends_on", "End of the grant from then on", {.required = true, .columns = 4})
      .percent("funding_rate", "Funding rate from then on", {.required = true, .columns = 4})
      .hidden("version", std::to_string(change.version));
  return form.value(modification_path(change.grant_id, change.number), "Save terms", "");
}

// What the change makes of the agreement, each term with how it was.
Value terms_rows(const BudgetChange& change) {
  auto rows = Value::array();
  for (const auto& term : changed_terms(terms_before(change), terms_after(change))) {
    rows.push(Value::object({{"term", term.label}, {"was", term.before_shown}, {"becomes", term.after_shown}}));
  }
  return rows;
}

Response register_page(const Site& site, const Request& request) {
  struct Found {
    Result<BudgetContext> context;
    std::vector<BudgetChange> changes = {};
    bool has_budget = false;
  };
  const auto read = reading(site.database, [&](Session& session) {
    Found found{.context = find_budget_context(session, request.path_id("id"))};
    if (!found.context) return found;
    found.changes = list_budget_changes(session, found.context->grant.id);
    for (const auto& version : list_budget_versions(session, found.context->grant.id)) {
      found.has_budget = found.has_budget || version.state == "approved";
    }
    return found;
  });
  if (!read.context) return error_page(site, read.context.error(), request);
  const auto& grant = read.context->grant;
  auto rows = Value::array();
  bool open = false;
  for (const auto& change : read.changes) {
    open = open || change.is_open();
    rows.push(Value::object({{"number", change.number},
                             {"kind", change.kind},
                             {"state", change.state},
                             {"badge", badge_of_change(change.state)},
                             {"href", modification_path(grant.id, change.number)},
                             {"justification", change.justification},
                             {"moved", change.is_transfer() ? to_display_amount(change.moved) : ""},
                             {"has_terms", !changed_terms(terms_before(change), terms_after(change)).empty()},
                             {"terms", terms_rows(change)},
                             {"funder_reference", change.funder_reference},
                             {"agreed_on", change.agreed_on ? to_display(*change.agreed_on) : ""},
                             {"from", change.base_number},
                             {"to", change.made_number == 0 ? Value("") : Value(change.made_number)},
                             {"requested_by", change.requested_by_name},
                             {"decided_by", change.decided_by_name}}));
  }
  Value data;
  data.set("grant", grant_head(grant, "budget"));
  data.set("path", grant_path(grant));
  data.set("currency", grant.currency.code());
  data.set("rows", std::move(rows));
  data.set("empty", read.changes.empty());
  data.set("can_begin", read.has_budget && !open);
  return page(site, request, {.title = "Register of modifications of " + grant.title, .name = "modifications",
                              .data = std::move(data), .crumbs = grant_crumbs(grant, "Register of modifications")});
}

using Verb = Outcome (*)(Transaction&, const BudgetChangeAct&, const Input&);

Response run(const Site& site, const Request& request, Verb verb, const char* done) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto version = expected_version(request, *input);
  if (!version) return error_page(site, version.error(), request);
  const BudgetChangeAct on{request.path_id("id"), change_number_of(request), *version, today(site.config.time_zone)};
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto outcome = verb(transaction, on, *input);
        if (!outcome) return outcome.error();
        return http::see_other(modification_path(on.grant_id, on.number) + "?done=" + done);
      },
      [&](const Error& error) {
        if (error.kind == ErrorKind::kNotFound || error.kind == ErrorKind::kForbidden) return error_page(site, error, request);
        return modification_page(site, request, on.number, &error, verb == save_amendment ? &*input : nullptr);
      });
}

}  // namespace

Response modification_page(const Site& site, const Request& request, int number, const Error* refused,
                           const Input* typed) {
  const auto read = read_change(site, request.path_id("id"), number);
  if (!read) return error_page(site, read.error(), request);
  const auto& [context, change, comparison] = *read;
  const auto& grant = context.grant;
  const bool draft = change.state == "draft", requested = change.state == "requested";
  const bool own = change.created_by == request.actor.id || change.requested_by == request.actor.id;
  auto messages = Value::array();
  if (refused != nullptr && typed == nullptr) {
    for (const auto& error : errors_of(*refused)) messages.push(Value::object({{"message", error.message}}));
  }
  Value data;
  data.set("grant", grant_head(grant, "budget"));
  data.set("number", change.number);
  data.set("kind_label", change.is_transfer() ? "Transfer" : "Amendment");
  data.set("kind", change.kind);
  data.set("state", change.state);
  data.set("badge", badge_of_change(change.state));
  data.set("path", modification_path(grant.id, change.number));
  data.set("row_version", change.version);
  data.set("justification", change.justification);
  data.set("funder_reference", change.funder_reference);
  data.set("agreed_on", change.agreed_on ? to_display(*change.agreed_on) : "");
  data.set("moved", change.is_transfer() ? to_display(change.moved) : "");
  data.set("terms", terms_rows(change));
  data.set("requested_by", change.requested_by_name);
  data.set("decided_by", change.decided_by_name);
  data.set("reason", change.reason);
  data.set("from", change.base_number);
  data.set("made", change.made_number == 0 ? Value("") : Value(change.made_number));
  data.set("made_href", grant_path(grant) + "/budget/versions/" + std::to_string(change.made_number));
  data.set("is_draft", draft);
  data.set("can_decide", requested && !own);
  data.set("is_own_request", requested && own);
  data.set("can_withdraw", draft || (requested && change.is_transfer()));
  data.set("messages", std::move(messages));
  data.set("has_messages", refused != nullptr && typed == nullptr);
  data.set("comparison", comparison_display(comparison, grant.currency));
  if (draft) {
    data.set("terms_form", terms_form(change, typed != nullptr ? *typed : typed_of(change),
                                      typed != nullptr ? errors_of(*refused) : std::vector<FieldError>{}));
  }
  return page(site, request,
              {.title = (change.is_transfer() ? "Transfer no. " : "Amendment no. ") + std::to_string(change.number),
               .name = "modification",
               .data = std::move(data),
               .status = refused == nullptr ? 200 : http::status_of(refused->kind),
               .crumbs = grant_crumbs(grant, (change.is_transfer() ? "Transfer no. " : "Amendment no. ") +
                                                 std::to_string(change.number))});
}

void add_modification_routes(http::Router& router, const Site& site) {
  using http::Method;
  const std::string all = "/grants/{id}/modifications", one = all + "/{number}";
  router.add({.method = Method::kGet, .pattern = all, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return register_page(site, request); }});
  router.add({.method = Method::kGet, .pattern = one, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return modification_page(site, request, change_number_of(request)); }});
  struct Step {
    const char* tail;
    Verb verb;
    const char* done;
    Action action;
  };
  for (const auto& step : {Step{"", save_amendment, "saved", Action::kWriteFunding},
                           Step{"/submit", submit_amendment, "submitted", Action::kWriteFunding},
                           Step{"/approve", approve_change, "in-force", Action::kApproveBudget},
                           Step{"/decline", decline_change, "declined", Action::kApproveBudget},
                           Step{"/withdraw", withdraw_change, "withdrawn", Action::kWriteFunding}}) {
    router.add({.method = Method::kPost, .pattern = one + step.tail, .action = step.action,
                .handler = [&, step](const Request& request) { return run(site, request, step.verb, step.done); }});
  }
}

}  // namespace kindling
