// The closing of a reporting period, and its reopening: what record_reporting_period.hpp says of them.
#include <algorithm>

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "funding/grant_store.hpp"
#include "identity/authorize.hpp"
#include "ledger/ledger.hpp"
#include "spending/period_closing_store.hpp"
#include "spending/record_reporting_period.hpp"
#include "spending/reporting_period_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

// The period under its lock, at the version that the form knew and in the state that the step needs.
Result<ReportingPeriod> lock_expected(Transaction& transaction, const PeriodAct& act, std::string_view state) {
  auto period = lock_reporting_period(transaction, act.grant_id, act.number);
  if (!period) return period.error();
  if (period->version != act.expected) return stale();
  if (period->state != state) {
    return conflict("reporting_period_edge_allowed", "This step is for a period that is " + std::string(state) +
                                                         "; this one is " + period->state + ".");
  }
  return period;
}

void audit(Transaction& transaction, std::string action, const ReportingPeriod& period, std::string reason = {}) {
  record_audit(transaction, {.action = "reporting_period." + std::move(action), .object_kind = "reporting_period",
                             .object_id = period.id, .fields = {}, .reason = std::move(reason)});
}

Outcome approve_as_another(const Transaction& transaction, std::int64_t author_id) {
  return authorize(transaction.actor, Action::kClosePeriod, {.kind = "reporting_period", .author_id = author_id});
}

// What the lines gain is what the exchange gains: the costs are declared for more than they were booked at, or for less.
Outcome post_exchange_difference(Transaction& transaction, const Grant& grant, const ReportingPeriod& period,
                                 const std::vector<RateShift>& shifts) {
  static constexpr std::size_t kLinesAnEntry = 900;  // an entry has up to 1,000 postings
  for (std::size_t from = 0; from < shifts.size(); from += kLinesAnEntry) {
    NewEntry entry{.booked_on = period.days.last,
                   .kind = "exchange_difference",
                   .document_kind = "reporting_period",
                   .document_id = period.id,
                   .description = title_of(period) + ": costs at the pinned exchange rates",
                   .postings = {}};
    Money sum{0, grant.currency};
    for (std::size_t at = from; at < std::min(from + kLinesAnEntry, shifts.size()); ++at) {
      const Money shift{shifts[at].minor, grant.currency};
      entry.postings.push_back({"expense_direct", *grant.fund_id, shifts[at].budget_line_id, shift});
      sum = sum + shift;
    }
    if (sum.minor != 0) entry.postings.push_back({"exchange_differences", *grant.fund_id, std::nullopt, -sum});
    if (const auto posted = append_entry(transaction, entry); !posted) return posted.error();
  }
  return kOk;
}

}  // namespace

Outcome begin_closing(Transaction& transaction, const PeriodAct& act) {
  const auto period = lock_expected(transaction, act, "open");
  if (!period) return period.error();
  update_to_closing(transaction, period->id);
  audit(transaction, "closing_begun", *period);
  return kOk;
}

Outcome return_from_closing(Transaction& transaction, const PeriodAct& act) {
  const auto period = lock_expected(transaction, act, "closing");
  if (!period) return period.error();
  update_to_open(transaction, period->id);
  audit(transaction, "closing_given_up", *period);
  return kOk;
}

Outcome close_reporting_period(Transaction& transaction, const PeriodAct& act, const Input& input) {
  const auto period = lock_expected(transaction, act, "closing");
  if (!period) return period.error();
  if (const auto may = approve_as_another(transaction, period->closing_by); !may) return may.error();
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto note = fields.finish(fields.optional_text("note", {.max = 1'000, .multiline = true}).value_or(""));
  if (!note) return note.error();
  const auto closable = check_closable(list_checklist(transaction.session, *period, act.today), *note);
  if (!closable) return closable.error();
  const auto grant = find_grant(transaction.session, act.grant_id);
  if (!grant) return grant.error();
  pin_period_rates(transaction, period->id);
  const auto shifts = recount_allocations(transaction, *period);
  if (const auto posted = post_exchange_difference(transaction, *grant, *period, shifts); !posted) return posted.error();
  mark_costs_reported(transaction, *period);
  update_to_closed(transaction, period->id, *note);
  audit(transaction, "closed", *period, *note);
  return kOk;
}

Outcome request_reopening(Transaction& transaction, const PeriodAct& act, const Input& input) {
  const auto period = lock_expected(transaction, act, "closed");
  if (!period) return period.error();
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto reason = fields.finish(fields.text("reason", {.max = 1'000, .multiline = true}));
  if (!reason) return reason.error();
  if (period->open_request()) {
    return conflict("one_open_reopening", period->reopenings.front().requested_by_name +
                                              " asked for this reopening already; another person decides on it.");
  }
  const auto all = list_reporting_periods(transaction.session, act.grant_id);
  const bool later_closed = std::ranges::any_of(
      all, [&](const ReportingPeriod& other) { return other.number > period->number && other.state == "closed"; });
  if (later_closed) {
    return conflict("reporting_periods_reopen_in_order", "A later period is closed; only the last closed one can be reopened.");
  }
  insert_reopening(transaction, *period, *reason);
  audit(transaction, "reopening_requested", *period, *reason);
  return kOk;
}

Outcome decide_reopening(Transaction& transaction, const PeriodAct& act, const Input& input) {
  static constexpr std::string_view kDecisions[] = {"approved", "refused"};
  const auto period = lock_expected(transaction, act, "closed");
  if (!period) return period.error();
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto decision = fields.finish(fields.one_of("decision", kDecisions));
  if (!decision) return decision.error();
  if (!period->open_request()) {
    return conflict("reopening_is_not_requested", "Nobody asks for this period to be reopened at the moment.");
  }
  const auto& request = period->reopenings.front();
  if (const auto may = approve_as_another(transaction, request.requested_by); !may) return may.error();
  const bool approved = *decision == "approved";
  update_reopening(transaction, request.id, approved);
  if (approved) {
    update_to_open(transaction, period->id);
    unmark_costs_reported(transaction, *period);
  }
  audit(transaction, approved ? "reopened" : "reopening_refused", *period, request.reason);
  return kOk;
}

}  // namespace kindling
