#include "spending/commitment_page.hpp"

#include <algorithm>

#include "budgets/budget_change.hpp"
#include "budgets/budget_store.hpp"
#include "budgets/platform_figures_query.hpp"
#include "funding/grant_page.hpp"
#include "funding/grant_store.hpp"
#include "spending/allocation_store.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

// `place`: the line or need that it reserves, in words.
Value commitment_row(const Commitment& commitment, std::string place, const Request& request) {
  const bool proposed = commitment.state == "proposed", open = commitment.state == "open";
  return Value::object({{"number", commitment.id},
                        {"need", commitment.grant_id ? commitment.need.value_or("") : ""},
                        {"commitment_title", commitment.title},
                        {"state", commitment.state},
                        {"badge", proposed ? "bad" : open ? "warn" : commitment.state == "consumed" ? "good" : ""},
                        {"supplier", commitment.supplier_name},
                        {"reference", commitment.reference},
                        {"signed", to_display(commitment.signed_on)},
                        {"place", std::move(place)},
                        {"reserves", commitment.grant_id ? "line" : "need"},
                        {"amount", to_display(commitment.amount)},
                        {"consumed", to_display(commitment.consumed)},
                        {"reserved", to_display(commitment.reserved())},
                        {"closed_reason", commitment.closed_reason},
                        {"override_reason", commitment.override_reason},
                        {"overridden_by", commitment.overridden_by_name},
                        {"author", commitment.created_by_name},
                        {"path", commitments_path(commitment.grant_id) + "/" + std::to_string(commitment.id)},
                        {"version", commitment.version},
                        {"is_proposed", proposed},
                        {"own", commitment.created_by == request.actor.id},
                        {"can_release", open || proposed}});
}

// What all forms that record one ask.
void add_contract(Form& form, const std::vector<OrganisationChoice>& suppliers) {
  std::vector<Choice> choices{{"", ""}};
  for (const auto& supplier : suppliers) choices.push_back({std::to_string(supplier.id), supplier.name});
  form.choice("supplier_id", "Supplier", choices,
              {.help = "Suppliers are entered under Organisations.", .required = true, .columns = 6})
      .text("title", "What for", {.required = true, .columns = 6})
      .text("reference", "Number of the contract or order", {.columns = 6})
      .date("signed_on", "Signed on", {.required = true, .columns = 6});
}

// The form with what was typed where it was refused, else fresh; another form's refusal stands on top of the page.
void add_refusal(Value& data, const RefusedCommitment* refused) {
  if (refused == nullptr || refused->form == "record") return;
  data.set("refusal", refused->error.fields.empty() ? refused->error.message : refused->error.fields[0].message);
}

int status_after(const RefusedCommitment* refused) {
  return refused == nullptr ? 200 : http::status_of(refused->error.kind);
}

struct RecordForm {
  Input typed;
  std::vector<FieldError> errors = {};
};
RecordForm record_form_of(const Site& site, const RefusedCommitment* refused) {
  if (refused != nullptr && refused->form == "record") return {refused->typed, errors_of(refused->error)};
  RecordForm fresh;
  fresh.typed.set("signed_on", to_string(today(site.config.time_zone)));
  fresh.typed.set("currency", std::string(site.config.currency));
  return fresh;
}

// ---- Of a grant ----

struct GrantRead {
  Result<BudgetContext> context;
  std::vector<BudgetLine> lines = {};  // of the budget in force
  std::vector<Commitment> commitments = {};
  std::vector<OrganisationChoice> suppliers = {};
};

GrantRead read_grant(const Site& site, std::int64_t grant_id) {
  return reading(site.database, [&](Session& session) {
    GrantRead read{.context = find_budget_context(session, grant_id)};
    if (!read.context) return read;
    for (const auto& version : list_budget_versions(session, grant_id)) {
      if (version.state == "approved") read.lines = list_budget_lines(session, version.id);
    }
    read.commitments = list_commitments(session, grant_id);
    read.suppliers = list_suppliers(session);
    return read;
  });
}

Value grant_form(const GrantRead& read, const RecordForm& record) {
  const auto& grant = read.context->grant;
  std::vector<Choice> lines{{"", ""}};
  for (const auto& line : read.lines) {
    lines.push_back({std::to_string(line.root_id()),
                     line_label(line, *read.context) + " (" +
                         to_display_amount(Money{line.available_minor(), grant.currency}) + " available)"});
  }
  Form form(record.typed, record.errors);
  form.section("Record a commitment", "A contract or an order reserves a line; costs that name it use it up.")
      .choice("budget_line_id", "Budget line", lines, {.required = true, .columns = 12});
  add_contract(form, read.suppliers);
  form.amount("amount", "Amount", {.required = true, .columns = 6, .suffix = std::string(grant.currency.code())})
      .text("need", "For the need", {.help = "One of the platform's budget, such as Hosting.", .columns = 6});
  return form.value(commitments_path(grant.id), "Record commitment", "");
}

std::string line_of(const GrantRead& read, const Commitment& commitment) {
  for (const auto& line : read.lines) {
    if (line.root_id() == commitment.budget_line_id) return line_label(line, *read.context);
  }
  return "A line of an earlier version";
}

Response grant_page(const Site& site, const Request& request, std::int64_t grant_id, const RefusedCommitment* refused) {
  const auto read = read_grant(site, grant_id);
  if (!read.context) return error_page(site, read.context.error(), request);
  const auto& grant = read.context->grant;
  Money committed{0, grant.currency}, consumed = committed, reserved = committed;
  auto rows = Value::array();
  for (const auto& commitment : read.commitments) {
    rows.push(commitment_row(commitment, line_of(read, commitment), request));
    if (commitment.state == "proposed") continue;
    committed = committed + commitment.amount;
    consumed = consumed + commitment.consumed;
    reserved = reserved + commitment.reserved();
  }
  Value data;
  data.set("grant", grant_head(grant, "commitments"));
  data.set("committed", to_display(committed));
  data.set("consumed_sum", to_display(consumed));
  data.set("reserved_sum", to_display(reserved));
  data.set("rows", std::move(rows));
  data.set("empty", read.commitments.empty());
  if (read.lines.empty()) data.set("no_budget", true);
  else data.set("record_form", grant_form(read, record_form_of(site, refused)));
  add_refusal(data, refused);
  return page(site, request,
              {.title = "Commitments of " + grant.title,
               .name = "commitments",
               .data = std::move(data),
               .status = status_after(refused),
               .crumbs = grant_crumbs(grant, "Commitments")});
}

// ---- That no grant bears ----

struct PlatformRead {
  std::vector<Commitment> commitments = {};
  std::vector<OrganisationChoice> suppliers = {};
  std::vector<std::string> needs = {};
  Result<PlatformYear> year;
  std::vector<GrantPromise> of_grants = {};
};

PlatformRead read_platform(const Site& site, Date day) {
  return reading(site.database, [&](Session& session) {
    return PlatformRead{.commitments = list_commitments(session, std::nullopt),
                        .suppliers = list_suppliers(session),
                        .needs = list_needs(session),
                        .year = find_platform_year(session, static_cast<int>(day.ymd().year()), {}),
                        .of_grants = list_promises_of_grants(session)};
  });
}

// The needs of the budget of the year with what each has left; then the others that are known.
std::vector<Choice> need_choices(const PlatformRead& read, Date day) {
  std::vector<Choice> choices{{"", ""}};
  std::vector<BudgetSum> planned;
  if (read.year) planned = figures_of(*read.year, day).needs;
  std::erase_if(planned, [](const BudgetSum& need) { return need.code == kWithoutNeed; });
  for (const auto& need : planned) {
    choices.push_back({need.label, need.label + " (" +
                                       to_display(Money{need.available_minor(), read.year->budget.currency}) + " available)"});
  }
  for (const auto& need : read.needs) {
    const bool listed = std::ranges::any_of(planned, [&](const BudgetSum& each) { return same_need(each.label, need); });
    if (!listed) choices.push_back({need, need + " (not in this year's budget)"});
  }
  return choices;
}

Value platform_form(const std::vector<Choice>& needs, const PlatformRead& read, const RecordForm& record) {
  Form form(record.typed, record.errors);
  form.section("Record a commitment",
               "A contract or an order that no grant bears reserves its need in the budget of the year in which it is "
               "signed. More than the need has left waits until somebody else lets it pass.")
      .choice("need", "Need", needs, {.required = true, .columns = 12});
  add_contract(form, read.suppliers);
  form.amount("amount", "Amount", {.required = true, .columns = 6})
      .text("currency", "Currency", {.help = "Of the contract, such as EUR.", .required = true, .columns = 6});
  return form.value(commitments_path(std::nullopt), "Record commitment", "");
}

// Sums of different currencies stand beside each other, never together.
void add_to(std::vector<Money>& sums, Money amount) {
  const auto same = std::ranges::find(sums, amount.currency, &Money::currency);
  if (same == sums.end()) sums.push_back(amount);
  else *same = *same + amount;
}

Value::Array displayed(const std::vector<Money>& sums) {
  Value::Array texts;
  for (const auto& sum : sums) texts.emplace_back(to_display(sum));
  if (texts.empty()) texts.emplace_back("–");
  return texts;
}

Response platform_page(const Site& site, const Request& request, const RefusedCommitment* refused) {
  const auto day = today(site.config.time_zone);
  const auto read = read_platform(site, day);
  std::vector<Money> own, of_grants;
  auto rows = Value::array(), closed = Value::array(), grants = Value::array();
  int closed_count = 0;
  for (const auto& commitment : read.commitments) {
    auto row = commitment_row(commitment, *commitment.need + ", in the budget of " +
                                              std::to_string(static_cast<int>(commitment.signed_on.ymd().year())), request);
    const bool is_closed = commitment.state == "consumed" || commitment.state == "released";
    closed_count += is_closed ? 1 : 0;
    (is_closed ? closed : rows).push(std::move(row));
    if (commitment.state == "open") add_to(own, commitment.reserved());
  }
  for (const auto& promise : read.of_grants) {
    add_to(of_grants, promise.reserved);
    grants.push(Value::object({{"grant_title", promise.grant_title},
                               {"href", commitments_path(promise.grant_id)},
                               {"open", promise.open},
                               {"reserved", to_display(promise.reserved)}}));
  }
  const auto needs = need_choices(read, day);
  Value data;
  data.set("own_sums", displayed(own));
  data.set("grant_sums", displayed(of_grants));
  data.set("empty", read.commitments.empty());
  data.set("rows", std::move(rows));
  data.set("closed", std::move(closed));
  data.set("closed_count", closed_count == 0 ? Value() : Value(closed_count));
  data.set("grants", std::move(grants));
  data.set("has_grants", !read.of_grants.empty());
  if (needs.size() == 1) data.set("no_needs", true);
  else data.set("record_form", platform_form(needs, read, record_form_of(site, refused)));
  add_refusal(data, refused);
  return page(site, request,
              {.title = "Commitments", .name = "platform_commitments", .data = std::move(data), .status = status_after(refused)});
}

}  // namespace

std::string commitments_path(GrantOrPlatform grant) {
  return (grant ? "/grants/" + std::to_string(*grant) : std::string("/platform")) + "/commitments";
}

Response commitments_page(const Site& site, const Request& request, GrantOrPlatform grant,
                          const RefusedCommitment* refused) {
  return grant ? grant_page(site, request, *grant, refused) : platform_page(site, request, refused);
}

}  // namespace kindling
