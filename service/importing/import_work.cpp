#include "importing/import_work.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "audit/audit.hpp"
#include "core/csv.hpp"
#include "importing/import_store.hpp"
#include "jobs/job_runner.hpp"
#include "storage/copy.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

constexpr std::size_t kBatchRows = 5'000;
constexpr std::chrono::minutes kTimeout{30};

class Check {
 public:
  Check(JobRun& run, const ImportKind& kind, const Import& import, ImportSettings settings, Date today)
      : run_(run), kind_(kind), import_(import), settings_(std::move(settings)),
        scope_{.import_id = import.id, .options = settings_.options, .actor = run.actor(), .today = today} {}

  Outcome operator()() {
    run_.progress("Reading the file", 0, import_.size_bytes);
    auto stored = reading(run_.database(), [&](Session& session) { return read_import_file(session, import_.id); });
    if (stored.empty()) return file_is_gone();
    auto file = open_csv(kind_.open_file ? kind_.open_file(stored) : std::move(stored));
    if (!file) return file.error();
    in_one([&](Transaction& transaction) { clear_import(transaction, kind_, import_.id); });
    const auto reader = reading(run_.database(), [&](Session& session) { return kind_.open(session, scope_); });
    CsvReader csv(file->text, file->separator);
    std::vector<std::string_view> fields;
    (void)csv.next(fields);  // the headings; they were read at the upload
    headings_ = fields.size();
    const auto bytes = static_cast<std::int64_t>(file->text.size());
    bool more = true;
    while (more) {
      in_one([&](Transaction& transaction) { more = stage_batch(transaction, csv, *reader); });
      if (gone_) return file_is_gone();
      run_.progress("Checking rows", static_cast<std::int64_t>(csv.position()), bytes);
      if (rows_ > kImportRowsMax) {
        return invalid_field("file", "too_many_rows", "A file may have 1,000,000 rows. Split it into several.");
      }
    }
    run_.progress("Comparing with what is there", bytes, bytes);
    return in_transaction(run_.database(), run_.actor(), "", {}, [&](Transaction& transaction) -> Outcome {
      if (!hold_import_file(transaction, import_.id)) return file_is_gone();
      reader->settle(transaction);
      count_staged(transaction, kind_, import_.id, rows_, unreadable_);
      update_import_state(transaction, import_.id, "checked");
      run_.finish(transaction);
      return kOk;
    });
  }

 private:
  template <typename Work>
  void in_one(Work&& work) {
    const auto outcome = in_transaction(run_.database(), run_.actor(), "", {}, [&](Transaction& transaction) -> Outcome {
      work(transaction);
      return kOk;
    });
    if (!outcome && outcome.error().kind == ErrorKind::kUnavailable) throw Unavailable();
    if (!outcome) throw std::runtime_error("staging refused");  // its tables have no rules that a file could break
  }

  static Error file_is_gone() {
    return conflict("file_is_not_kept", "This file named people, so it was not kept. Upload it again to check it.");
  }

  // False at the end of the file, and where an erasure took it meanwhile: nothing of it may be staged then. A file that
  // breaks off is an error of its last row: what was before it is still checked.
  bool stage_batch(Transaction& transaction, CsvReader& csv, ImportReader& reader) {
    gone_ = !hold_import_file(transaction, import_.id);
    if (gone_) return false;
    std::vector<ImportErrorRow> errors;
    bool more = true;
    {
      CopyIn staging(transaction.session, kind_.staging_target);
      for (std::size_t i = 0; i < kBatchRows && more; ++i) more = stage_row(csv, reader, staging, errors);
      staging.finish();
    }
    if (errors_stored_ + static_cast<std::int64_t>(errors.size()) > kImportErrorsMax) {
      errors.resize(static_cast<std::size_t>(kImportErrorsMax - errors_stored_));
    }
    errors_stored_ += static_cast<std::int64_t>(errors.size());
    insert_import_errors(transaction, import_.id, errors);
    return more;
  }

  bool stage_row(CsvReader& csv, ImportReader& reader, CopyIn& staging, std::vector<ImportErrorRow>& errors) {
    const auto more = csv.next(fields_);
    const auto row = static_cast<std::int64_t>(csv.row());
    if (!more) {
      ++rows_;
      ++unreadable_;
      errors.push_back({row, "", more.error().code, more.error().message + " The rows behind it were not read."});
      return false;
    }
    if (!*more) return false;
    ++rows_;
    if (std::any_of(fields_.begin() + static_cast<std::ptrdiff_t>(std::min(headings_, fields_.size())), fields_.end(),
                    [](std::string_view field) { return !field.empty(); })) {
      ++unreadable_;
      errors.push_back({row, "", "more_fields_than_headings",
                        "This row has " + std::to_string(fields_.size()) + " fields under " + std::to_string(headings_) +
                            " headings. Quote texts that hold the separator."});
      return true;
    }
    const auto broken = reader.read(mapped_row(kind_, settings_, fields_), row, staging);
    for (const auto& error : broken) {
      errors.push_back({row, error.field, error.code, error.code == "not_a_date" ? date_hint(settings_.dates) : error.message});
    }
    return true;
  }

  JobRun& run_;
  const ImportKind& kind_;
  const Import& import_;
  ImportSettings settings_;
  ImportScope scope_;
  std::size_t headings_ = 0;
  std::vector<std::string_view> fields_;
  std::int64_t rows_ = 0;
  std::int64_t unreadable_ = 0;     // rows that are no rows of this file
  std::int64_t errors_stored_ = 0;
  bool gone_ = false;               // the file, by an erasure
};

Outcome load(JobRun& run, const ImportKind& kind, const Import& import, const ImportSettings& settings) {
  run.progress("Recording " + std::to_string(import.rows_new) + " rows", 0, 0);
  return in_transaction(run.database(), run.actor(), "", {}, [&](Transaction& transaction) -> Outcome {
    // What is staged is not kept through a crash of the database, and need not be; nor beyond an erasure.
    if ((kind.seal_file && !hold_import_file(transaction, import.id)) ||
        count_new_rows(transaction.session, kind, import.id) != import.rows_new) {
      return conflict("check_again", "What the check had prepared is gone. Check the file again, then run it.");
    }
    const auto rows = kind.load(transaction, {.import_id = import.id, .options = settings.options, .actor = run.actor()});
    finish_import(transaction, kind, import.id, rows);
    record_audit(transaction, {.action = "import.done", .object_kind = "import", .object_id = import.id, .fields = {}, .reason = {}});
    run.finish(transaction);
    return kOk;
  });
}

}  // namespace

void add_import_job(JobRunner& runner, const ImportKinds& kinds, std::string time_zone) {
  runner.add(std::string(kImportJob), kTimeout, [&kinds, time_zone](JobRun& run) -> Outcome {
    const auto import =
        reading(run.database(), [&](Session& session) { return find_import(session, run.job().subject_id); });
    if (!import) return import.error();
    const auto* kind = kinds.find(import->kind);
    if (kind == nullptr) return not_found("import_not_found", "This kind of import is no longer there.");
    auto settings = parse_import_settings(*kind, import->settings, import->headings.size());
    if (!settings) return settings.error();
    if (import->state == "running") return load(run, *kind, *import, *settings);
    return Check(run, *kind, *import, *std::move(settings), today(time_zone))();
  });
}

}  // namespace kindling
