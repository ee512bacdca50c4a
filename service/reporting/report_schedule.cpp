#include "reporting/report_schedule.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "audit/audit.hpp"
#include "jobs/job.hpp"
#include "reporting/due_report_query.hpp"
#include "reporting/report_catalogue.hpp"
#include "reporting/report_run_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

using Type = ReportParameter::Type;

constexpr int kLateDaysMax = 365;  // what is late is prepared all the more; older than this, it is asked for by hand

Date first_of_month(Date day) {
  const auto ymd = day.ymd();
  return Date(std::chrono::sys_days(ymd.year() / ymd.month() / 1));
}

// What a request that says nothing else would have.
void choose_first(const ReportKind& kind, Date day, ReportParameters& parameters) {
  for (const auto& parameter : kind.parameters) {
    if (parameter.type == Type::kDate) parameters.named.emplace_back(parameter.name, to_string(day));
    if (parameter.type == Type::kChoice) parameters.named.emplace_back(parameter.name, parameter.choices.front().first);
    if (parameter.type == Type::kLanguage) parameters.language = parameter.choices.front().first;
  }
}

// False where another instance, or an earlier look, has requested it.
bool request_once(Database& database, const NewReportRun& run) {
  static const Actor kNobody;
  const auto requested = in_transaction(database, kNobody, "schedule", {}, [&](Transaction& transaction) -> Result<bool> {
    const auto id = insert_report_run(transaction, run);
    if (!id) return false;
    enqueue_job(transaction, kReportJob, *id);
    record_audit(transaction, {.action = "report.scheduled", .object_kind = "report_run", .object_id = *id, .fields = {}, .reason = {}});
    return true;
  });
  if (!requested && requested.error().kind == ErrorKind::kUnavailable) throw Unavailable();
  return requested && *requested;
}

}  // namespace

ReportSchedule report_schedule(const std::string& monthly, int monthly_day, int due_days) {
  ReportSchedule schedule{.monthly = {}, .monthly_day = monthly_day, .due_days = due_days};
  std::istringstream words(monthly);
  for (std::string key; words >> key;) {
    const auto* kind = find_report_kind(key);
    if (kind == nullptr) throw std::runtime_error("[reports] monthly: there is no report " + key);
    if (find_parameter(*kind, Type::kGrant) != nullptr) {
      throw std::runtime_error("[reports] monthly: " + key + " is of one grant; only reports of the whole platform are made monthly");
    }
    schedule.monthly.push_back(key);
  }
  return schedule;
}

ReportParameters parameters_of_month(const ReportKind& kind, Date today) {
  const auto last = first_of_month(today).plus_days(-1);
  ReportParameters parameters;
  if (find_parameter(kind, Type::kPeriod) != nullptr) parameters.period = Period{first_of_month(last), last};
  if (find_parameter(kind, Type::kYear) != nullptr) parameters.year = static_cast<int>(last.ymd().year());
  choose_first(kind, last, parameters);
  return parameters;
}

const ReportKind& report_kind_of_layout(std::string_view layout) {
  const auto& kinds = report_catalogue();
  const auto found = std::ranges::find(kinds, layout, [](const ReportKind& kind) { return std::string_view(kind.layout); });
  return found != kinds.end() ? *found : *find_report_kind("funder-report");
}

int schedule_reports(Database& database, const ReportSchedule& schedule, Date today) {
  int requested = 0;
  if (static_cast<int>(static_cast<unsigned>(today.ymd().day())) >= schedule.monthly_day) {
    const auto month = to_string(first_of_month(today).plus_days(-1)).substr(0, 7);
    for (const auto& key : schedule.monthly) {
      const auto& kind = *find_report_kind(key);
      requested += request_once(database, {.kind = &kind, .parameters = parameters_of_month(kind, today),
                                           .schedule_key = "monthly " + key + " " + month});
    }
  }
  if (schedule.due_days == 0) return requested;
  const auto due = reading(database, [&](Session& session) {
    return list_due_reports(session, today.plus_days(-kLateDaysMax), today.plus_days(schedule.due_days));
  });
  for (const auto& report : due) {
    const auto& kind = report_kind_of_layout(report.layout);
    ReportParameters parameters{.grant_id = report.grant_id};
    if (find_parameter(kind, Type::kPeriod) != nullptr) parameters.period = report.period;
    if (find_parameter(kind, Type::kYear) != nullptr) parameters.year = static_cast<int>(report.period.last.ymd().year());
    choose_first(kind, report.period.last, parameters);
    if (kind.suit) kind.suit(report.period, parameters);
    requested += request_once(database, {.kind = &kind, .parameters = parameters, .obligation_id = report.obligation_id,
                                         .schedule_key = "due " + std::to_string(report.obligation_id)});
  }
  return requested;
}

}  // namespace kindling
