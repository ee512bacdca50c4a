// The page that asks once how the CSV files of an account are written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/input.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "web/site.hpp"

namespace kindling {

// `headings` are those of the file that was sent; with nothing more known, those that the mapping names.
http::Response csv_mapping_page(const Site& site, const http::Request& request, std::int64_t account_id,
                                const std::vector<std::string>& headings, const Input& typed, const Error* error = nullptr);

}  // namespace kindling
