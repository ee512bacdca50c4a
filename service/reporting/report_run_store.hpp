// All SQL of report runs, their history and rates; what they made is in made_report_store.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/report_run.hpp"

namespace kindling {

class Session;
struct ListQuery;
struct Transaction;

struct NewReportRun {
  const ReportKind* kind;
  ReportParameters parameters;
  std::optional<std::int64_t> previous_run_id = {};
  std::optional<std::int64_t> obligation_id = {};
  std::string schedule_key = {};  // "": somebody asked for it
};
// nullopt where the schedule has this key already.
std::optional<std::int64_t> insert_report_run(Transaction& transaction, const NewReportRun& run);

// kNotFound "report_run_not_found".
Result<ReportRun> find_report_run(Session& session, std::int64_t id);
Result<ReportRun> lock_report_run(Transaction& transaction, std::int64_t id);
struct ReportRunList {
  std::vector<ReportRun> runs;
  std::string next_cursor;
};
// Newest first. Filters: report, grant, state.
ReportRunList list_report_runs(Session& session, const ListQuery& query);
// Submitted, accepted or returned ones of a grant, newest first.
std::vector<ReportRun> list_submitted_runs(Session& session, std::int64_t grant_id);
// Earlier and later ones of the same kind and grant that are made, newest first: what it can be compared with.
std::vector<ReportRun> list_comparable_runs(Session& session, const ReportRun& run);
std::vector<ReportRunChange> list_report_run_changes(Session& session, std::int64_t id);
std::vector<ReportRunRate> list_report_run_rates(Session& session, std::int64_t id);

// From the state that was read under its lock; the triggers record who, when and why.
void update_report_state(Transaction& transaction, const ReportRun& run, std::string_view state, const std::string& reason);

// The obligation that a run was prepared for is submitted, accepted and returned with it, from where it can be.
void follow_report_with_obligation(Transaction& transaction, std::int64_t obligation_id, std::string_view state);

// By what a file says of itself. The latest submitted one first, else the latest.
std::optional<ReportRun> find_run_by_hash(Session& session, std::string_view sha256);
std::optional<ReportRun> find_run_by_identifier(Session& session, std::string_view identifier);
}  // namespace kindling
