// How every endpoint of figures answers: JSON or CSV, from memory while nothing moved, with an ETag and 304.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "budgets/budget_cache.hpp"
#include "budgets/budget_figures.hpp"
#include "core/value.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "web/page.hpp"

namespace kindling {

bool wants_csv(const http::Request& request);
// The rows as CSV, whatever was asked for the JSON answer.
std::string csv_of(const http::Request& request, const std::vector<Column>& columns, const Value::Array& rows);
std::vector<Column> with_figure_columns(std::vector<Column> columns);
void set_moment(Value& value, const Moment& moment);  // as_of, known_at
// With an ETag of its bytes; 304 where the client has them already.
http::Response tagged(const http::Request& request, http::Response response);

// Of a grant, or over all of them and the platform (0). `make` writes the body: as CSV or as JSON, on the day that a
// forecast counts from.
using MakeFigures = std::function<Result<std::string>(bool csv, Date day)>;
http::Response answer_from(const Site& site, BudgetCache& cache, const http::Request& request, std::int64_t grant_id,
                           const MakeFigures& make);

}  // namespace kindling
