// Reads bank statements in camt.053 (ISO 20022), versions 02 to 08, with expat: no tree, no DOCTYPE, bounded depth,
// attributes and lines. camt.cpp is the only file with the XML library; what the texts mean is in camt_statement.
#pragma once

#include <string_view>
#include <vector>

#include "banking/statement.hpp"
#include "core/result.hpp"

namespace kindling {

inline constexpr int kCamtDepthMax = 64;
inline constexpr int kCamtAttributesMax = 64;      // of one element
inline constexpr std::size_t kCamtLinesMax = 100'000;  // of one file

// All statements of a file, each of which adds up, its lines not yet identified; or the first thing that is wrong, at
// the field "file": "Line 12, column 7, at /Document/.../Amt: ...". Codes: not_xml, file_is_cut, doctype_refused,
// too_deep, too_many_attributes, too_many_lines, not_camt053, unknown_version, missing, not_an_amount, not_a_date,
// unknown_currency, other_currency, unknown_direction, batch_does_not_add_up, statement_does_not_add_up.
Result<std::vector<Statement>> read_camt(std::string_view bytes);

}  // namespace kindling
