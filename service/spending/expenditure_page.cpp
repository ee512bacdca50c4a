#include "spending/expenditure_page.hpp"

#include <algorithm>

#include "audit/audit.hpp"
#include "core/date.hpp"
#include "identity/authorize.hpp"
#include "spending/breach_store.hpp"
#include "spending/evidence_store.hpp"
#include "spending/expenditure_payment_store.hpp"
#include "spending/expenditure_store.hpp"
#include "spending/reversal_store.hpp"
#include "spending/staff_cost.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

struct View {
  Expenditure cost;
  Impact impact;
  std::vector<Override> overrides;
  std::vector<Evidence> evidence;
  std::vector<Reversal> reversals;
  std::vector<ExchangeDifference> differences;
  Value history;
};

bool is_open(const Expenditure& cost) { return cost.state == "draft" || cost.state == "submitted"; }

Result<View> read_view(const Site& site, std::int64_t id) {
  return reading(site.database, [&](Session& session) -> Result<View> {
    auto cost = find_expenditure(session, id);
    if (!cost) return cost.error();
    View view{.cost = *std::move(cost), .impact = {}, .overrides = {}, .evidence = {}, .reversals = {}, .differences = {},
              .history = {}};
    if (is_open(view.cost)) view.impact = find_impact(session, id);
    view.overrides = list_overrides(session, id);
    view.evidence = list_evidence(session, id);
    view.reversals = list_reversals(session, view.cost);
    view.differences = exchange_differences_of(view.cost, list_posted_differences(session, id));
    view.history = list_audit(session, "expenditure", id);
    return view;
  });
}

const char* use_label(std::string_view used_as) {
  return used_as == "claimed"      ? "Claimed"
         : used_as == "match"      ? "Match, not claimed"
         : used_as == "ineligible" ? "Not eligible"
                                   : "Own cost";
}

Value allocation_rows(const Expenditure& cost) {
  auto rows = Value::array();
  for (const auto& part : cost.allocations) {
    std::string in_grant;
    if (part.grant_currency) {
      in_grant = part.grant_minor ? to_display(Money{*part.grant_minor, *part.grant_currency}) : "rate is missing";
    }
    rows.push(Value::object(
        {{"label", part.label},
         {"href", part.grant_id ? "/grants/" + std::to_string(*part.grant_id) + (part.used_as == "claimed" ? "/budget" : "") : ""},
         {"used_as", use_label(part.used_as)},
         {"fund", part.fund_name},
         {"need", part.need.value_or("")},
         {"reason", part.ineligible_reason.value_or("")},
         {"part_amount", to_display(part.amount)},
         {"part_reversed", part.reversed_minor == 0 ? "" : to_display(Money{part.reversed_minor, part.amount.currency})},
         {"grant_amount", in_grant}}));
  }
  return rows;
}

Value impact_rows(const Impact& impact) {
  auto rows = Value::array();
  for (const auto& line : impact.lines) {
    const auto text = [&](std::int64_t minor) { return to_display_amount(Money{minor, line.currency}); };
    rows.push(Value::object({{"grant_title", line.grant_title + " (" + std::string(line.currency.code()) + ")"},
                             {"label", line.label},
                             {"planned", text(line.planned_minor)},
                             {"spent", text(line.spent_minor)},
                             {"committed", text(line.committed_minor)},
                             {"drafts", text(line.drafts_minor)},
                             {"available", text(line.available_minor())},
                             {"this_cost", text(line.this_minor)},
                             {"after", text(line.after_minor())},
                             {"over", line.after_minor() < 0}}));
  }
  return rows;
}

Value fund_rows(const Impact& impact) {
  auto rows = Value::array();
  for (const auto& fund : impact.funds) {
    const auto text = [&](std::int64_t minor) { return to_display(Money{minor, fund.currency}); };
    rows.push(Value::object({{"fund_title", fund.title},
                             {"cash", text(fund.cash_minor)},
                             {"prefinanced", fund.prefinanced_minor() == 0 ? "" : text(fund.prefinanced_minor())}}));
  }
  return rows;
}

// What stands in the way, and whether the reader can let it pass.
void set_breaches(Value& data, const View& view, bool may_decide) {
  auto rows = Value::array();
  bool can_override = false, open = false;
  for (const auto& breach : view.impact.breaches) {
    const bool passes = breach.overridden;
    can_override |= breach.may_be_overridden() && !passes;
    open |= !passes;
    rows.push(Value::object({{"breach_badge", passes ? "good" : breach.may_be_overridden() ? "warn" : "bad"},
                             {"breach_word", passes                       ? "let pass"
                                             : breach.hard                ? "must be mended"
                                             : breach.stops               ? "the grant stops here"
                                                                          : "needs an override"},
                             {"breach_message", message_of(breach)}}));
  }
  data.set("has_breaches", !view.impact.breaches.empty());
  data.set("breach_title", open ? "This breaks a limit" : "Limits that were let pass");
  data.set("breaches", std::move(rows));
  data.set("can_override", can_override && may_decide);
  data.set("needs_another", can_override && !may_decide);
}

void set_facts(Value& data, const Expenditure& cost) {
  auto facts = Value::array();
  const auto add = [&](const char* label, std::string text, std::string href = {}) {
    if (!text.empty()) {
      facts.push(Value::object({{"fact_label", label}, {"fact", std::move(text)}, {"fact_href", std::move(href)}}));
    }
  };
  add("Kind", cost.kind == "staff" ? "Staff cost" : cost.kind == "in_kind" ? "In kind" : "Invoice");
  add(cost.kind == "in_kind" ? "Given by" : "Supplier", cost.supplier_name,
      cost.supplier_id ? "/organisations/" + std::to_string(*cost.supplier_id) : "");
  if (cost.staff) {
    add("Person", cost.staff->person);
    add("Worked", to_display(cost.staff->worked.first) + " to " + to_display(cost.staff->worked.last));
    add("Working time", to_string(cost.staff->working_time_factor) + " %");
    add("Personnel cost", to_display(cost.staff->personnel_cost));
    add("215 days a year", cost.counts_to_ceiling ? "These days count" : "Not for an EU grant");
  }
  if (cost.in_kind) add("How it was valued", cost.in_kind->of + ": " + cost.in_kind->valuation_basis);
  if (cost.in_kind && cost.in_kind->another_than_id) {
    const auto other = std::to_string(*cost.in_kind->another_than_id);
    add("Not the same gift as", "Expenditure " + other, "/expenditures/" + other);
    add("Because", cost.in_kind->another_because);
  }
  add("Number", cost.document_number.value_or(""));
  add("Date", to_display(cost.document_on));
  add("Paid on", cost.paid_on ? to_display(*cost.paid_on) : "",
      cost.payment_entry_id ? "/ledger/entries/" + std::to_string(*cost.payment_entry_id) : "");
  if (cost.paid) add("Left the account", to_display(*cost.paid));
  add("Entered by", cost.created_by_name);
  add("Submitted by", cost.submitted_by_name);
  add("Approved by", cost.approved_by_name);
  add("Ledger", cost.entry_id ? "Entry " + std::to_string(*cost.entry_id) : "",
      cost.entry_id ? "/ledger/entries/" + std::to_string(*cost.entry_id) : "");
  data.set("facts", std::move(facts));
}

// Names of files can be names of people: who may not open them reads how many there are.
void set_evidence(Value& data, const View& view, const Actor& actor) {
  const bool may_read = authorize(actor, Action::kReadEvidence).ok();
  const bool can_write = authorize(actor, Action::kRecordSpending).ok();
  auto rows = Value::array();
  const auto files = view.evidence.size();
  if (!may_read && files > 0) {
    data.set("closed_evidence", std::to_string(files) + (files == 1 ? " file" : " files"));
  }
  for (const auto& file : view.evidence) {
    if (!may_read) break;
    rows.push(Value::object({{"file_name", file.name},
                             {"file_href", "/expenditures/" + std::to_string(view.cost.id) + "/evidence/" + std::to_string(file.id)},
                             {"file_size", size_text(file.size_bytes)},
                             {"file_type", file.media_type},
                             {"file_hash", file.sha256.substr(0, 12)},
                             {"removable", can_write && view.cost.state == "draft"}}));
  }
  data.set("evidence", std::move(rows));
}

// Each on its own, in its own currency.
void set_differences(Value& data, const View& view) {
  auto rows = Value::array();
  for (const auto& difference : view.differences) {
    const bool loss = difference.gain.minor < 0;
    rows.push(Value::object({{"exchange_amount", to_display(loss ? -difference.gain : difference.gain)},
                             {"exchange_word", loss ? "Exchange loss" : "Exchange gain"},
                             {"exchange_at", difference.at == "payment"   ? "when it was paid"
                                             : difference.at == "closing" ? "when its period was closed at the pinned rate"
                                                                          : "given back by a reversal"},
                             {"exchange_href", difference.entry_id ? "/ledger/entries/" + std::to_string(*difference.entry_id) : ""}}));
  }
  data.set("exchange", std::move(rows));
}

void set_reversals(Value& data, const View& view, const Actor& actor) {
  auto rows = Value::array();
  bool waits = false;
  for (const auto& reversal : view.reversals) {
    const bool open = reversal.state == "requested";
    waits |= open;
    rows.push(Value::object(
        {{"reversal_amount", to_display(reversal.amount)},
         {"reversal_word", open ? "to be taken back" : reversal.state == "approved" ? "taken back" : "not taken back (refused)"},
         {"reversal_day", to_display(reversal.booked_on)},
         {"reversal_reason", reversal.reason},
         {"reversal_by", reversal.requested_by_name},
         {"reversal_decided", reversal.decided_by_name},
         {"reversal_href", reversal.entry_id ? "/ledger/entries/" + std::to_string(*reversal.entry_id) : ""},
         {"reversal_open", open},
         {"can_decide_reversal", actor.has(Role::kApprover) && actor.id != reversal.requested_by}}));
  }
  data.set("reversals", std::move(rows));
  data.set("can_reverse", view.cost.posted() && !waits && view.cost.standing().minor > 0);
  data.set("standing", to_string(view.cost.standing()));
}

void set_overrides(Value& data, const View& view) {
  auto rows = Value::array();
  for (const auto& made : view.overrides) {
    rows.push(Value::object({{"excess", to_display(made.excess)},
                             {"rule", made.code == "line_exceeded"       ? "budget line"
                                      : made.code == "category_exceeded" ? "category cap"
                                                                         : "maximum grant"},
                             {"grant_title", made.grant_title},
                             {"reason", made.reason},
                             {"actor", made.actor_name},
                             {"at", made.at}}));
  }
  data.set("has_overrides", !view.overrides.empty());
  data.set("overrides", std::move(rows));
}

Value history_rows(const Value& events) {
  auto rows = Value::array();
  const auto text = [](const Value& event, const char* name) {
    const auto* value = event.find(name);
    const auto* found = value == nullptr ? nullptr : std::get_if<std::string>(&value->data());
    return found == nullptr ? std::string() : *found;
  };
  for (const auto& event : std::get<Value::Array>(events.data())) {
    auto what = text(event, "action");
    what = what.substr(what.find('.') + 1);
    std::ranges::replace(what, '_', ' ');
    auto at = text(event, "at").substr(0, 16);
    std::ranges::replace(at, 'T', ' ');
    rows.push(Value::object({{"at", at},
                             {"what", what},
                             {"actor_name", text(event, "actor_name")},
                             {"history_reason", text(event, "reason")}}));
  }
  return rows;
}

// The form of a payment, with what was typed into it where it was refused.
void set_payment(Value& data, const Expenditure& cost, const Input* typed, const std::string& today) {
  const auto typed_or = [&](const char* name, std::string otherwise) {
    return typed == nullptr || typed->find(name) == nullptr ? std::move(otherwise) : std::string(typed->text(name));
  };
  data.set("payable", cost.posted() && !cost.payment_entry_id && cost.kind != "in_kind" && cost.standing().minor > 0);
  data.set("today", today);
  data.set("pay_on", typed_or("paid_on", today));
  data.set("pay_amount", typed_or("paid_amount", cost.paid ? to_string(*cost.paid) : ""));
  data.set("pay_currency", typed_or("paid_currency", cost.paid ? std::string(cost.paid->currency.code()) : ""));
}

void set_refusal(Value& data, const Error* refused) {
  if (refused == nullptr) return;
  const bool at_file = !refused->fields.empty() && refused->fields.front().field == "file";
  data.set(at_file ? "file_error" : "refusal",
           refused->fields.empty() ? refused->message : refused->fields.front().message);
  data.set("first_href", named_expenditure(*refused));
}

}  // namespace

http::Response expenditure_page(const Site& site, const http::Request& request, std::int64_t id, const Error* refused,
                                const Input* typed) {
  const auto view = read_view(site, id);
  if (!view) return error_page(site, view.error(), request);
  const auto& cost = view->cost;
  const auto& actor = request.actor;
  const bool draft = cost.state == "draft", submitted = cost.state == "submitted";
  const bool may_decide = submitted && actor.has(Role::kApprover) && actor.id != cost.submitted_by && actor.id != cost.created_by;
  const auto left = cost.amount - cost.allocated();
  const bool approvable = std::ranges::all_of(view->impact.breaches, &Breach::overridden);
  const bool mendable = std::ranges::none_of(view->impact.breaches, &Breach::hard);
  Value data;
  data.set("path", "/expenditures/" + std::to_string(id));
  data.set("version", cost.version);
  data.set("description", cost.description);
  data.set("state", label_of_state(cost.state));
  data.set("badge", badge_of_state(cost.state));
  data.set("is_draft", draft);
  data.set("is_withdrawn", cost.state == "withdrawn");
  data.set("is_posted", cost.posted());
  data.set("submittable", left.minor == 0 && mendable);
  data.set("left", draft && left.minor != 0 ? to_display(left) : "");
  data.set("can_decide", may_decide);
  data.set("approvable", approvable);
  data.set("can_recall", submitted && actor.id == cost.submitted_by);
  data.set("returned_reason", cost.returned_reason);
  data.set("returned_label", draft ? "Returned" : "Withdrawn");
  data.set("amount", to_display(cost.amount));
  data.set("reversed", cost.reversed.minor == 0 ? "" : to_display(cost.reversed));
  if (cost.staff) {
    const auto maximum = maximum_days_hundredths(cost.staff->worked, cost.staff->working_time_factor);
    data.set("staff", Value::object({{"days", days_text(cost.staff->days_hundredths)},
                                     {"maximum_days", days_text(maximum)},
                                     {"daily_rate", to_display(daily_rate(cost.staff->personnel_cost, maximum))}}));
  }
  data.set("has_impact", !view->impact.lines.empty());
  data.set("impact", impact_rows(view->impact));
  data.set("funds", fund_rows(view->impact));
  data.set("allocations", allocation_rows(cost));
  set_payment(data, cost, typed, to_string(today(site.config.time_zone)));
  data.set("history", history_rows(view->history));
  set_breaches(data, *view, may_decide);
  set_facts(data, cost);
  set_evidence(data, *view, actor);
  data.set("can_attach", actor.has(Role::kCoordinator) && cost.state != "withdrawn");
  set_differences(data, *view);
  set_reversals(data, *view, actor);
  set_overrides(data, *view);
  set_refusal(data, refused);
  return page(site, request,
              {.title = cost.description,
               .name = "expenditure",
               .data = std::move(data),
               .status = refused == nullptr ? 200 : http::status_of(refused->kind),
               .crumbs = {{"Expenditures", "/expenditures"}, {"Expenditure " + std::to_string(id), ""}}});
}

}  // namespace kindling
