// What happens to an import: a file is stored, its columns are mapped and its rows checked, it is run or cancelled.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "importing/import.hpp"

namespace kindling {

// An import as the form knew it.
struct ImportAct {
  std::int64_t import_id;
  int expected;  // version; another one is kStale
};

struct StoredFile {
  std::int64_t import_id;
  bool new_file;  // false: this very file was sent before, and this is its import
};
// The id of the import, in state "uploaded", with settings taken from the last file with the same headings, else
// proposed. Errors at field "file": of open_csv and propose_import, too_large.
Result<StoredFile> store_import_file(Transaction& transaction, const ImportKind& kind, std::string file_name,
                                     std::string_view bytes);

// Fields: columns.NAME, options.NAME; what is left out stays as it is stored. Queues the check.
Outcome check_import(Transaction& transaction, const ImportKinds& kinds, const ImportAct& act, const Input& input);

// Field: mode (all_or_nothing, good_rows). Queues the run. kConflict "import_has_bad_rows" where all or nothing was chosen
// and rows are bad, "import_has_nothing_new".
Outcome run_import(Transaction& transaction, const ImportAct& act, const Input& input);

// Ends the check or run that is queued or running. What was not visible yet never becomes so. kConflict
// "import_is_not_running".
Outcome cancel_import(Transaction& transaction, const ImportAct& act);

}  // namespace kindling
