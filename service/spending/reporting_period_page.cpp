#include "spending/reporting_period_page.hpp"

#include "funding/grant_page.hpp"
#include "ledger/exchange_rate.hpp"

namespace kindling {
namespace {

Value checklist_rows(const std::vector<ChecklistItem>& items, const ReportingPeriod& period) {
  auto rows = Value::array();
  for (const auto& item : items) {
    rows.push(Value::object({{"item", title_of(item)},
                             {"message", message_of(item)},
                             {"badge", item.count == 0 ? "good" : item.blocks ? "bad" : "warn"},
                             {"verdict", item.count == 0 ? "in order" : item.blocks ? "to mend" : "look at it"},
                             {"href", item.count == 0 ? "" : href_of(item, period)}}));
  }
  return rows;
}

bool something_is_left(const std::vector<ChecklistItem>& items) {
  for (const auto& item : items) {
    if (item.count > 0 && !item.blocks) return true;
  }
  return false;
}

// One row of the statement's table: a label, the period's own costs, the adjustments, and both.
Value figures_row(const std::string& label, Money costs, Money adjustments, bool total = false) {
  return Value::object({{"label", label},
                        {"costs", to_display_amount(costs)},
                        {"adjusted", to_display_amount(adjustments)},
                        {"both", to_display_amount(costs + adjustments)},
                        {"is_total", total}});
}

Value statement_rows(const PartnerStatement& partner, const std::vector<Category>& categories, Currency currency) {
  const Money zero{0, currency};
  std::vector<Money> adjusted(categories.size(), zero);
  auto direct = zero, indirect = zero, total = zero, contribution = zero;
  for (const auto& adjustment : partner.adjustments) {
    const auto& declared = adjustment.declaration;
    for (std::size_t at = 0; at < categories.size(); ++at) adjusted[at] = adjusted[at] + declared.by_category[at];
    direct = direct + declared.direct;
    indirect = indirect + declared.indirect;
    total = total + declared.total;
    contribution = contribution + declared.contribution;
  }
  auto rows = Value::array();
  for (std::size_t at = 0; at < categories.size(); ++at) {
    if (partner.costs.by_category[at].minor == 0 && adjusted[at].minor == 0) continue;
    rows.push(figures_row(categories[at].code + " " + categories[at].name, partner.costs.by_category[at], adjusted[at]));
  }
  rows.push(figures_row("Direct costs", partner.costs.direct, direct, true));
  rows.push(figures_row("Indirect costs", partner.costs.indirect, indirect));
  rows.push(figures_row("Total costs", partner.costs.total, total, true));
  rows.push(figures_row("Maximum contribution", partner.costs.contribution, contribution));
  rows.push(figures_row("Requested contribution", partner.requested - contribution, contribution, true));
  return rows;
}

Value adjustment_rows(const PartnerStatement& consolidated) {
  auto rows = Value::array();
  for (const auto& adjustment : consolidated.adjustments) {
    rows.push(Value::object({{"of_period", "Period " + std::to_string(adjustment.number)},
                             {"period_href", std::to_string(adjustment.number)},
                             {"direct", to_display(adjustment.declaration.direct)},
                             {"contribution", to_display(adjustment.declaration.contribution)}}));
  }
  return rows;
}

Value rate_rows(const std::vector<PeriodRate>& rates) {
  auto rows = Value::array();
  for (const auto& rate : rates) {
    const bool one_day = rate.days.first == rate.days.last;
    rows.push(Value::object({{"code", rate.currency.code()},
                             {"days", one_day ? to_display(rate.days.first)
                                              : to_display(rate.days.first) + " – " + to_display(rate.days.last)},
                             {"units", rate.units_per_euro.empty() ? "missing" : rate_display(rate.units_per_euro)},
                             {"kind", one_day ? "of the day" : "average"},
                             {"verdict", rate.pinned ? "pinned" : rate.final ? "published to the end" : "may still move"},
                             {"badge", rate.pinned || rate.final ? "good" : "warn"}}));
  }
  return rows;
}

Value difference_rows(const std::vector<ExchangeDifference>& differences) {
  auto rows = Value::array();
  for (const auto& difference : differences) {
    const bool loss = difference.gain.minor < 0;
    rows.push(Value::object({{"exchange_word", loss ? "Loss" : "Gain"},
                             {"exchange_amount", to_display(loss ? -difference.gain : difference.gain)},
                             {"exchange_at", difference.at == "closing"    ? "when the costs were counted at the pinned rates"
                                             : difference.at == "payment"  ? "when costs were paid from an account in another currency"
                                             : difference.at == "reversal" ? "given back by corrections"
                                                                           : "otherwise"}}));
  }
  return rows;
}

Value reopening_rows(const ReportingPeriod& period) {
  auto rows = Value::array();
  for (const auto& reopening : period.reopenings) {
    rows.push(Value::object({{"state", reopening.state},
                             {"reason", reopening.reason},
                             {"asked", reopening.requested_by_name + ", " + to_display(Date::of(reopening.requested_on))},
                             {"decided", reopening.decided_by_name}}));
  }
  return rows;
}

}  // namespace

std::string periods_path(std::int64_t grant_id) { return "/grants/" + std::to_string(grant_id) + "/periods"; }

std::string period_path(const ReportingPeriod& period) {
  return periods_path(period.grant_id) + "/" + std::to_string(period.number);
}

const char* badge_of(const ReportingPeriod& period) {
  return period.state == "closed" ? "good" : period.state == "closing" ? "warn" : "";
}

Value period_row(const ReportingPeriod& period) {
  return Value::object({{"period_title", title_of(period)},
                        {"href", period_path(period)},
                        {"first", to_display(period.days.first)},
                        {"last", to_display(period.days.last)},
                        {"state", period.state},
                        {"badge", badge_of(period)},
                        {"due", period.report_due_on.empty() ? "" : to_display(Date::of(period.report_due_on))},
                        {"asked", period.open_request() ? "reopening asked for" : ""}});
}

Value period_view(const PeriodParts& parts, const Actor& actor) {
  const auto& period = parts.period;
  const bool coordinates = actor.has(Role::kCoordinator), approves = actor.has(Role::kApprover);
  const bool is_open = period.state == "open", is_closing = period.state == "closing", is_closed = period.state == "closed";
  const bool asked = period.open_request();
  Value view = period_row(period);
  view.set("grant", grant_head(parts.grant, "periods"));
  view.set("path", period_path(period));
  view.set("version", period.version);
  view.set("currency", parts.grant.currency.code());
  view.set("policy", label_of(parts.grant.exchange_policy));
  view.set("is_open", is_open);
  view.set("is_closing", is_closing);
  view.set("is_closed", is_closed);
  view.set("closing_by", period.closing_by_name);
  view.set("closed_by", period.closed_by_name);
  view.set("closed_on", period.closed_on.empty() ? "" : to_display(Date::of(period.closed_on)));
  view.set("closing_note", period.closing_note);
  view.set("may_begin", is_open && coordinates);
  view.set("may_move", is_open && coordinates && period.last);
  view.set("ends_on", to_string(period.days.last));
  view.set("may_return", is_closing && coordinates);
  view.set("may_close", is_closing && approves && actor.id != period.closing_by);
  view.set("own_closing", is_closing && approves && actor.id == period.closing_by);
  view.set("note_needed", something_is_left(parts.checklist));
  view.set("may_ask", is_closed && coordinates && !asked);
  view.set("may_decide", asked && approves && actor.id != period.reopenings.front().requested_by);
  view.set("checklist", is_closed ? Value() : checklist_rows(parts.checklist, period));
  view.set("statement", statement_rows(parts.statement.consolidated, parts.categories, parts.grant.currency));
  auto partners = Value::array();
  for (const auto& partner : parts.statement.partners) {
    partners.push(Value::object({{"partner", partner.name},
                                 {"partner_rows", statement_rows(partner, parts.categories, parts.grant.currency)}}));
  }
  view.set("partners", std::move(partners));
  view.set("adjustments", adjustment_rows(parts.statement.consolidated));
  view.set("has_adjustments", !parts.statement.consolidated.adjustments.empty());
  view.set("rates", rate_rows(parts.rates));
  view.set("has_rates", !parts.rates.empty());
  view.set("differences", difference_rows(parts.differences));
  view.set("has_differences", !parts.differences.empty());
  view.set("reopenings", reopening_rows(period));
  view.set("has_reopenings", !period.reopenings.empty());
  return view;
}

}  // namespace kindling
