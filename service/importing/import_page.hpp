// What the pages of imports show.
#pragma once

#include <optional>
#include <vector>

#include "importing/import.hpp"
#include "importing/import_store.hpp"
#include "jobs/job.hpp"
#include "web/page.hpp"

namespace kindling {

// How many errors a page shows; the rest is in the file of all errors.
inline constexpr int kErrorsShown = 50;

struct ImportOnPage {
  Import import;
  std::optional<Job> job;               // the latest
  std::vector<ImportErrorLine> errors;  // the first kErrorsShown
};
Result<ImportOnPage> read_import(Session& session, std::int64_t id);

// Where it stands, for a page: "Being checked", and the class of its badge.
std::string_view label_of_import(const Import& import);
std::string_view badge_of_import(const Import& import);

// `typed` and `errors` are of a refused form of the page; both empty otherwise.
Value import_page_data(const ImportKind& kind, const ImportOnPage& shown, const Input& typed,
                       const std::vector<FieldError>& errors);

// row, column, heading, code, message: what is to be mended, as CSV.
std::string errors_csv_head();
void append_error_csv(std::string& csv, const ImportKind& kind, const Import& import, const ImportErrorLine& error);

}  // namespace kindling
