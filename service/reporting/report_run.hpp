// A report run: one made report, bound to a position of the ledger, from the request to the funder's answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "core/value.hpp"
#include "jobs/job.hpp"
#include "reporting/report_kind.hpp"

namespace kindling {

inline constexpr std::string_view kReportJob = "report";

// Somebody, as far as a page says who.
struct ReportPerson {
  std::int64_t id = 0;  // 0: nobody, or the service itself
  std::string name;
};

struct ReportRun {
  std::int64_t id = 0;
  int version = 0;
  std::string kind;
  std::string parameters;  // canonical
  std::optional<std::int64_t> grant_id;
  std::string grant_title;
  std::int64_t funder_id = 0;  // of the grant
  std::string funder_name;
  bool for_funder = false;
  std::string state;  // requested, draft, proposed, submitted, accepted, returned
  std::optional<std::int64_t> previous_run_id, next_run_id, obligation_id;
  bool scheduled = false;
  std::optional<std::int64_t> ledger_position;
  std::string known_at;
  // "" and 0 while it is not made.
  std::string identifier, file_name, content_type, sha256, made_at;
  std::int64_t size_bytes = 0;
  ReportPerson created_by, proposed_by, approved_by;
  std::string created_at, submitted_at, change_reason;
  std::optional<Job> job;  // the latest

  bool made() const { return state != "requested"; }
  bool submitted() const { return approved_by.id != 0; }
  bool working() const { return state == "requested" && job && job->open(); }
};

struct ReportRunChange {
  std::string from_state, to_state, reason, actor_name, at;
};

struct ReportRunRate {
  std::string currency, starts_on, ends_on, units_per_euro;
  std::string shown;  // the units with 8 decimals at most, as the EU statement prints them
};

// Where it stands, for a page: "Being made", "Waits for approval"; and the class of its badge.
std::string_view label_of_run(const ReportRun& run);
std::string_view badge_of_run(const ReportRun& run);
// The title of its kind; the key where the catalogue has it no more.
std::string title_of_run(const ReportRun& run);
// What was asked for, to be read: "Spark, 1 Jan 2026 to 31 Dec 2026".
std::string subject_of_run(const ReportRun& run);

// ---- What is asked for ----

// Fields: report (a key of the catalogue) and those of its kind. kInvalid at "report" for an unknown one; kForbidden where
// the actor may not have it.
struct ReportRequest {
  const ReportKind* kind;
  ReportParameters parameters;
};
Result<ReportRequest> parse_report_request(const Input& input, const Actor& actor);

// A note or reason beside a change of state. Field: reason.
Result<std::string> parse_change_reason(const Input& input, bool required);

Value report_run_value(const ReportRun& run);  // schema "ReportRun"
Value report_run_schema();

}  // namespace kindling
