// All SQL of imports, their files, settings, errors and totals. Rows of a kind are in the kind's own staging table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "importing/import.hpp"

namespace kindling {

struct ListQuery;

struct NewImport {
  std::string kind, file_name;
  std::string sha256;  // hexadecimal
  ImportProposal proposal;
  char separator;
  bool from_windows_1252;
  std::int64_t size_bytes;
};
// With the proposed settings, without the file.
std::int64_t insert_import(Transaction& transaction, const NewImport& import);
// The file as it is kept: as it was sent, or sealed (ImportKind::seal_file).
void store_file_parts(Transaction& transaction, std::int64_t id, std::string_view bytes);
bool has_file_parts(Session& session, std::int64_t id);
// Whether the file is kept, and holds it until the transaction ends: an erasure, which takes files that name people, waits
// for that, and takes what was staged as well. Where the erasure came first: false.
bool hold_import_file(Transaction& transaction, std::int64_t id);
// The import of this very file; nullopt where there is none.
std::optional<std::int64_t> find_same_file(Session& session, std::string_view kind, std::string_view sha256);
// What was chosen for the latest checked file with these headings; nullopt where there is none.
std::optional<Input> find_settings_of_headings(Session& session, std::string_view kind, std::string_view heading_key);

// kNotFound "import_not_found".
Result<Import> find_import(Session& session, std::int64_t id);
Result<Import> lock_import(Transaction& transaction, std::int64_t id);
struct ImportList {
  std::vector<Import> imports;  // without settings and totals
  std::string next_cursor;
};
// Newest first. Filter: kind.
ImportList list_imports(Session& session, const ListQuery& query);

std::string read_import_file(Session& session, std::int64_t id);  // "" where it is no longer kept

void replace_settings(Transaction& transaction, std::int64_t id, const Input& settings);
// Moves the version; clears what an earlier check found where it goes to "checking".
void update_import_state(Transaction& transaction, std::int64_t id, std::string_view state);
void update_import_mode(Transaction& transaction, std::int64_t id, std::string_view mode);

// ---- The check ----
void clear_import(Transaction& transaction, const ImportKind& kind, std::int64_t id);  // staged rows, errors, totals
void insert_import_errors(Transaction& transaction, std::int64_t id, const std::vector<ImportErrorRow>& errors);
// Counts what is staged into the import and its totals. `rows_unreadable` broke the file's own form and are not staged.
void count_staged(Transaction& transaction, const ImportKind& kind, std::int64_t id, std::int64_t rows_total,
                  std::int64_t rows_unreadable);
// For statements over staged rows: the planner, which has never seen these, would take them for few and compare each
// with each. Holds to the end of the transaction.
void expect_many_rows(Transaction& transaction);
std::int64_t count_new_rows(Session& session, const ImportKind& kind, std::int64_t id);

// ---- The run ----
// The staged rows go, and the file where it names people.
void finish_import(Transaction& transaction, const ImportKind& kind, std::int64_t id, std::int64_t rows_loaded);

// By row; at most `limit` behind the row and id of `after`.
struct ImportErrorLine {
  std::int64_t id = 0, row_number = 0;
  std::string column_name, code, message;
};
std::vector<ImportErrorLine> list_import_errors(Session& session, std::int64_t id, std::int64_t after_row,
                                                std::int64_t after_id, int limit);

}  // namespace kindling
