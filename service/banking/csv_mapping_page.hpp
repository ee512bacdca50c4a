// The page that asks once how the CSV files of an account are written.
#pragma once

#include <cstdint>

#include "banking/csv_headings.hpp"
#include "core/input.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "web/site.hpp"

namespace kindling {

struct CsvMappingForm {
  std::int64_t account_id;
  const CsvHeadings& headings;   // of the file that was sent; row 0: of none, but those that the mapping names
  const Input& typed;
  const Error* error = nullptr;
};
http::Response csv_mapping_page(const Site& site, const http::Request& request, const CsvMappingForm& shown);

}  // namespace kindling
