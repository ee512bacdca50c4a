#include "spending/record_reporting_period.hpp"

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "funding/grant_store.hpp"
#include "funding/obligation_store.hpp"
#include "funding/programme.hpp"
#include "spending/reporting_period_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

// Of a grant whose programme is no longer there, as the AGA has it.
constexpr int kReportDueDays = 60;

int report_due_days(const Programmes& programmes, const Grant& grant) {
  const auto* programme = programmes.find(grant.programme_code);
  return programme == nullptr ? kReportDueDays : programme->report_due_days;
}

void audit(Transaction& transaction, std::string action, const ReportingPeriod& period) {
  record_audit(transaction, {.action = "reporting_period." + std::move(action), .object_kind = "reporting_period",
                             .object_id = period.id, .fields = {}, .reason = {}});
}

}  // namespace

Result<int> plan_reporting_periods(Transaction& transaction, const Programmes& programmes, std::int64_t grant_id,
                                   const Input& input) {
  const auto grant = lock_grant(transaction, grant_id);
  if (!grant) return grant.error();
  const auto before = list_reporting_periods(transaction.session, grant_id);
  const auto next = before.empty() ? grant->period.first : before.back().days.last.plus_days(1);
  const auto planned = parse_planned_periods(input, grant->period, next);
  if (!planned) return planned.error();
  int number = before.empty() ? 0 : before.back().number;
  for (const auto& days : planned->periods) {
    const auto title = "Report of period " + std::to_string(++number);
    const auto obligation = insert_obligation(
        transaction, grant_id,
        {.kind = "report", .title = title, .due_on = days.last.plus_days(report_due_days(programmes, *grant)), .owner_id = {}});
    const auto id = insert_reporting_period(transaction, grant_id, number, days, obligation);
    record_audit(transaction, {.action = "reporting_period.planned", .object_kind = "reporting_period", .object_id = id,
                               .fields = {}, .reason = {}});
  }
  return static_cast<int>(planned->periods.size());
}

Outcome move_period_end(Transaction& transaction, const Programmes& programmes, const PeriodAct& act, const Input& input) {
  const auto grant = lock_grant(transaction, act.grant_id);
  if (!grant) return grant.error();
  const auto period = lock_reporting_period(transaction, act.grant_id, act.number);
  if (!period) return period.error();
  if (period->version != act.expected) return stale();
  const auto planned = parse_planned_periods(input, grant->period, period->days.first);
  if (!planned) return planned.error();
  if (planned->periods.size() != 1) return invalid_field("ends_on", "required", "Enter the period's last day.");
  update_period_end(transaction, *period, planned->periods[0].last, report_due_days(programmes, *grant));
  audit(transaction, "moved", *period);
  return kOk;
}

Outcome remove_reporting_period(Transaction& transaction, const PeriodAct& act) {
  const auto period = lock_reporting_period(transaction, act.grant_id, act.number);
  if (!period) return period.error();
  if (period->version != act.expected) return stale();
  delete_reporting_period(transaction, *period);
  audit(transaction, "removed", *period);
  return kOk;
}

}  // namespace kindling
