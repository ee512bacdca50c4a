#include "spending/reporting_period.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/fields.hpp"

namespace kindling {
namespace {

// What each item is called, what to do about it, and the page on which it is done.
struct Look {
  std::string_view code;
  const char* title;
  const char* one;   // "1 draft lies"
  const char* many;  // "3 drafts lie"
  const char* advice;
};
constexpr std::array kLooks{
    Look{"not_ended", "End", "", "", "The period has not ended yet; it is closed after its last day."},
    Look{"earlier_period_open", "Order", "earlier period is", "earlier periods are",
         "not closed. Periods are closed in order."},
    Look{"drafts_left", "Drafts", "draft lies", "drafts lie",
         "in this period. Submit them, withdraw them, or give them another date."},
    Look{"submitted_left", "Approvals", "submitted cost is", "submitted costs are",
         "not approved yet. Approve them or return them."},
    Look{"reversals_left", "Corrections", "correction waits", "corrections wait",
         "for a decision: once the period is closed, it could not be booked in it. Approve or refuse it."},
    Look{"unallocated", "Allocation", "cost of this period is", "costs of this period are",
         "not allocated in full. Say what bears the rest."},
    Look{"rates_missing", "Exchange rates", "exchange rate is", "exchange rates are",
         "missing or not published to the end. Import the ECB's file, or enter a rate."},
    Look{"evidence_missing", "Evidence", "approved cost has", "approved costs have",
         "no evidence. Upload the document, or say why there is none."},
    Look{"instalments_open", "Instalments", "instalment was due and is", "instalments were due and are",
         "not received in full. Record what arrived, or say why it is late."},
    Look{"receipts_unreconciled", "Bank", "receipt is", "receipts are",
         "not matched with the bank's statement of that day. Match it, or say why the bank has it otherwise."},
};

const Look& look_of(std::string_view code) {
  return *std::ranges::find(kLooks, code, &Look::code);
}

Value or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

// Of a month and a day, the day that exists: 31 April is 30 April.
Date month_later(Date from, int months) {
  auto target = from.ymd() + std::chrono::months(months);
  if (!target.ok()) target = target.year() / target.month() / std::chrono::last;
  return Date(target);
}

}  // namespace

std::string title_of(const ReportingPeriod& period) { return "Period " + std::to_string(period.number); }

Value reporting_period_value(const ReportingPeriod& period) {
  auto reopenings = Value::array();
  for (const auto& reopening : period.reopenings) {
    reopenings.push(Value::object({{"id", reopening.id},
                                   {"state", reopening.state},
                                   {"reason", reopening.reason},
                                   {"requested_by", reopening.requested_by_name},
                                   {"requested_on", reopening.requested_on},
                                   {"decided_by", or_null(reopening.decided_by_name)}}));
  }
  return Value::object({{"id", period.id},
                        {"version", period.version},
                        {"grant_id", period.grant_id},
                        {"number", period.number},
                        {"starts_on", to_string(period.days.first)},
                        {"ends_on", to_string(period.days.last)},
                        {"state", period.state},
                        {"report_due_on", or_null(period.report_due_on)},
                        {"closing_by", or_null(period.closing_by_name)},
                        {"closed_by", or_null(period.closed_by_name)},
                        {"closed_on", or_null(period.closed_on)},
                        {"closing_note", or_null(period.closing_note)},
                        {"reopenings", std::move(reopenings)}});
}

std::vector<Period> periods_of(const Period& grant, int months) {
  std::vector<Period> periods;
  for (auto first = grant.first; first <= grant.last;) {
    const auto next = month_later(grant.first, months * static_cast<int>(periods.size() + 1));
    periods.push_back({first, std::min(next.plus_days(-1), grant.last)});
    first = next;
  }
  return periods;
}

Result<PlannedPeriods> parse_planned_periods(const Input& input, const Period& grant, Date next) {
  Fields fields(input);
  const auto months = fields.optional_integer("months", 1, kPeriodMonthsMax);
  const auto ends_on = fields.optional_date("ends_on");
  PlannedPeriods planned;
  if (!fields.ok()) return fields.finish(planned);
  if (months.has_value() == ends_on.has_value()) {
    fields.fail("ends_on", "one_of_two", "Enter the last day of one period, or a number of months for all of them.");
  } else if (next > grant.last) {
    fields.fail("ends_on", "beyond_the_grant", "The periods reach to the end of the grant already.");
  } else if (months) {
    if (next == grant.first) {
      planned.periods = periods_of(grant, static_cast<int>(*months));
    } else {
      planned.periods = periods_of({next, grant.last}, static_cast<int>(*months));
    }
  } else if (*ends_on < next) {
    fields.fail("ends_on", "end_before_start", "Enter a day that is not before " + to_string(next) + ", its first day.");
  } else if (*ends_on > grant.last) {
    fields.fail("ends_on", "beyond_the_grant", "Enter a day until " + to_string(grant.last) + ", the grant's last day.");
  } else {
    planned.periods = {{next, *ends_on}};
  }
  return fields.finish(std::move(planned));
}

std::string message_of(const ChecklistItem& item) {
  const auto& look = look_of(item.code);
  if (item.count == 0) return "In order.";
  if (std::string_view(look.one).empty()) return look.advice;
  auto text = std::to_string(item.count) + " " + (item.count == 1 ? look.one : look.many) + " " + look.advice;
  if (!item.detail.empty()) text += " (" + item.detail + ")";
  return text;
}

std::string title_of(const ChecklistItem& item) { return look_of(item.code).title; }

std::string href_of(const ChecklistItem& item, const ReportingPeriod& period) {
  const auto grant = std::to_string(period.grant_id);
  const auto costs = "/expenditures?grant=" + grant + "&from=" + to_string(period.days.first) +
                     "&to=" + to_string(period.days.last);
  if (item.code == "drafts_left" || item.code == "unallocated") return costs + "&state=draft";
  if (item.code == "submitted_left") return costs + "&state=submitted";
  if (item.code == "reversals_left") return "/expenditures?grant=" + grant;
  if (item.code == "evidence_missing") return costs + "&evidence=missing";
  if (item.code == "instalments_open") return "/grants/" + grant + "/instalments";
  if (item.code == "receipts_unreconciled") return "/bank";
  if (item.code == "rates_missing") return "/exchange-rates";
  return "/grants/" + grant + "/periods";
}

Value checklist_value(const std::vector<ChecklistItem>& items, const ReportingPeriod& period) {
  auto list = Value::array();
  for (const auto& item : items) {
    list.push(Value::object({{"code", item.code},
                             {"title", title_of(item)},
                             {"blocks", item.blocks},
                             {"count", item.count},
                             {"message", message_of(item)},
                             {"href", item.count == 0 ? Value() : Value(href_of(item, period))}}));
  }
  return list;
}

Outcome check_closable(const std::vector<ChecklistItem>& items, const std::string& note) {
  std::string blocking;
  bool left = false;
  for (const auto& item : items) {
    if (item.count == 0) continue;
    if (item.blocks) blocking += (blocking.empty() ? "" : " ") + message_of(item);
    left = left || !item.blocks;
  }
  if (!blocking.empty()) return conflict("checklist_is_open", blocking);
  if (left && note.empty()) {
    return invalid_field("note", "required", "Something on the checklist is left: say why the period is closed all the same.");
  }
  return kOk;
}

}  // namespace kindling
