// All SQL of report runs, their history, rates and files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/report_run.hpp"
#include "reports/sheet/figure.hpp"

namespace kindling {

class Session;
class SpooledFile;
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

// Binds it to the head of the ledger, once; what it is bound to. The statement is a transaction of its own.
SealedPosition bind_report_run(Session& session, std::int64_t id);

struct MadeReport {
  std::string identifier, file_name, sha256;  // hexadecimal
  std::string_view content_type;
  std::string public_key, signature;          // bytes
};
// The file in parts, its figures, and the run as a draft.
void store_made_report(Transaction& transaction, std::int64_t id, const MadeReport& made, const SpooledFile& file,
                       const std::vector<sheet::NamedFigure>& figures);
// The file part by part into a spool. Empty where nothing was made.
SpooledFile read_report_file(Session& session, std::int64_t id);
std::vector<sheet::NamedFigure> list_report_figures(Session& session, std::int64_t id);

// From the state that was read under its lock; the triggers record who, when and why.
void update_report_state(Transaction& transaction, const ReportRun& run, std::string_view state, const std::string& reason);

// The obligation that a run was prepared for is submitted, accepted and returned with it, from where it can be.
void follow_report_with_obligation(Transaction& transaction, std::int64_t obligation_id, std::string_view state);

// By what a file says of itself. The latest submitted one first, else the latest.
std::optional<ReportRun> find_run_by_hash(Session& session, std::string_view sha256);
std::optional<ReportRun> find_run_by_identifier(Session& session, std::string_view identifier);
// 64 bytes and the key that they are under; of a run that is made.
struct StoredSignature {
  std::string public_key, signature;
};
StoredSignature find_signature(Session& session, std::int64_t id);

}  // namespace kindling
