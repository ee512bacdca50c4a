// What the pages and endpoints of figures read from an address: ?by, ?as_of, ?known_at, ?figure, ?code.
#pragma once

#include <optional>
#include <string>

#include "budgets/budget_why.hpp"
#include "http/request.hpp"

namespace kindling {

// kInvalid at the parameter: not_a_date, not_an_instant.
Result<Moment> read_moment(const http::Request& request);
// kInvalid "not_one_of"; `otherwise` where the address has none.
Result<std::optional<Cut>> read_cut(const http::Request& request, std::optional<Cut> otherwise);
// All errors of the above; ?after and ?limit as in lists.
Result<WhyQuery> read_why(const http::Request& request, Date today);

// "as_of=...&known_at=..." of a moment, "" where it is now.
std::string moment_in_url(const Moment& moment);
// The page that explains a figure: "/grants/7/budget/why?figure=spent&by=category&code=a1".
std::string why_path(std::int64_t grant_id, Cut cut, Figure figure, std::string_view code, const Moment& moment);
// The page of what a figure is made of; "" where there is none.
std::string source_path(std::int64_t grant_id, const FigureSource& source);

}  // namespace kindling
