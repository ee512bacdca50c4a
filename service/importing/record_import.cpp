#include "importing/record_import.hpp"

#include "audit/audit.hpp"
#include "core/csv.hpp"
#include "core/fields.hpp"
#include "core/hash.hpp"
#include "identity/authorize.hpp"
#include "importing/import_store.hpp"
#include "importing/import_work.hpp"
#include "jobs/job.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

void audit(Transaction& transaction, std::string action, std::int64_t id, std::string reason = {}) {
  record_audit(transaction, {.action = "import." + std::move(action), .object_kind = "import", .object_id = id,
                             .fields = {}, .reason = std::move(reason)});
}

Error at_file(const Error& error) { return invalid_field("file", error.code, error.message); }

Outcome keep_file(Transaction& transaction, const ImportKind& kind, std::int64_t id, std::string_view bytes) {
  if (!kind.seal_file) {
    store_file_parts(transaction, id, bytes);
    return kOk;
  }
  const auto sealed = kind.seal_file(bytes);
  if (!sealed) return sealed.error();
  store_file_parts(transaction, id, *sealed);
  return kOk;
}

// Under its lock, at the version that the form knew, and with no job open on it.
Result<Import> lock_idle(Transaction& transaction, const ImportAct& act) {
  auto import = lock_import(transaction, act.import_id);
  if (!import) return import;
  if (import->version != act.expected) return stale();
  const auto job = find_job(transaction.session, kImportJob, act.import_id);
  if (job && job->open()) return conflict("import_is_running", "This import is being worked on. Wait for its end, or cancel it.");
  return import;
}

// What was proposed, with the choices of an earlier file of the same kind where they still exist.
void take_over(Input& settings, const Input& earlier) {
  for (const auto& field : earlier.fields()) {
    if (settings.find(field.path) != nullptr) settings.set(field.path, field.text);
  }
}

}  // namespace

Result<StoredFile> store_import_file(Transaction& transaction, const ImportKind& kind, std::string file_name,
                                     std::string_view bytes) {
  if (bytes.empty()) return invalid_field("file", "required", "Choose a CSV file.");
  if (bytes.size() > kImportBytesMax) {
    return invalid_field("file", "too_large", "A file may have 64 MB. Split it into several.");
  }
  const auto hash = sha256_hex(bytes);
  if (const auto same = find_same_file(transaction.session, kind.name, hash)) {
    // A file that named people was not kept; sent again, it can be checked again.
    if (!has_file_parts(transaction.session, *same)) {
      if (const auto kept = keep_file(transaction, kind, *same, bytes); !kept) return kept.error();
    }
    return StoredFile{*same, false};
  }
  const auto file = open_csv(std::string(bytes));
  if (!file) return at_file(file.error());
  auto proposal = propose_import(kind, file->text, file->separator);
  if (!proposal) return at_file(proposal.error());
  if (const auto earlier = find_settings_of_headings(transaction.session, kind.name, proposal->heading_key)) {
    take_over(proposal->settings, *earlier);
  }
  const auto id = insert_import(transaction,
                                {.kind = kind.name, .file_name = std::move(file_name), .sha256 = hash,
                                 .proposal = *std::move(proposal), .separator = file->separator,
                                 .from_windows_1252 = file->from_windows_1252,
                                 .size_bytes = static_cast<std::int64_t>(bytes.size())});
  if (const auto kept = keep_file(transaction, kind, id, bytes); !kept) return kept.error();
  audit(transaction, "uploaded", id);
  return StoredFile{id, true};
}

Outcome check_import(Transaction& transaction, const ImportKinds& kinds, const ImportAct& act, const Input& input) {
  const auto import = lock_idle(transaction, act);
  if (!import) return import.error();
  const auto* kind = kinds.find(import->kind);
  if (kind == nullptr) return not_found("import_not_found", "There is no such import.");
  if (!has_file_parts(transaction.session, import->id)) {
    return conflict("file_is_not_kept", "This file named people, so it was not kept. Upload it again to check it.");
  }
  Input settings(input.strict());
  for (const auto& field : import->settings.fields()) settings.add(field.path, field.text);
  for (const auto& field : input.fields()) {
    const bool whole = field.path == "columns" || field.path == "options";
    if (whole && field.text.empty()) continue;  // {}: nothing of it is changed
    settings.set(field.path, field.text);
  }
  if (const auto parsed = parse_import_settings(*kind, settings, import->headings.size()); !parsed) return parsed.error();
  replace_settings(transaction, import->id, settings);
  update_import_state(transaction, import->id, "checking");
  enqueue_job(transaction, kImportJob, import->id);
  audit(transaction, "checked", import->id);
  return kOk;
}

Outcome run_import(Transaction& transaction, const ImportAct& act, const Input& input) {
  static constexpr std::string_view kModes[] = {"all_or_nothing", "good_rows"};
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto mode = fields.finish(fields.one_of("mode", kModes));
  if (!mode) return mode.error();
  const auto import = lock_idle(transaction, act);
  if (!import) return import.error();
  // A run that failed or was cancelled left everything as the check had it.
  if (import->state != "checked" && import->state != "running") return conflict("import_is_not_checked", "Check the file first, then run it.");
  if (*mode == "all_or_nothing" && import->rows_bad > 0) {
    return conflict("import_has_bad_rows",
                    std::to_string(import->rows_bad) + " rows have errors, so nothing can be imported as a whole. Mend "
                    "them in the file and upload it again, or import the good rows only.");
  }
  if (import->rows_new == 0) {
    return conflict("import_has_nothing_new",
                    import->rows_bad > 0 ? "No row of this file can be imported as it is. Mend it and upload it again, or change columns and options."
                                         : "No row of this file is new, so there is nothing to import.");
  }
  update_import_mode(transaction, import->id, *mode);
  update_import_state(transaction, import->id, "running");
  enqueue_job(transaction, kImportJob, import->id);
  audit(transaction, "started", import->id, *mode);
  return kOk;
}

Outcome cancel_import(Transaction& transaction, const ImportAct& act) {
  const auto import = lock_import(transaction, act.import_id);
  if (!import) return import.error();
  if (!cancel_job(transaction, kImportJob, import->id)) {
    return conflict("import_is_not_running", "Nothing is running on this import any more.");
  }
  audit(transaction, "cancelled", import->id);
  return kOk;
}

}  // namespace kindling
