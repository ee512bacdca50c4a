#include "budgets/figures_answer.hpp"

#include "http/negotiate.hpp"

namespace kindling {
namespace {

constexpr std::string_view kCsv = "text/csv; charset=utf-8; header=present";

std::string etag_of_bytes(const std::string& body) { return '"' + std::to_string(std::hash<std::string>{}(body)) + '"'; }

}  // namespace

bool wants_csv(const http::Request& request) {
  return http::preferred_type(request, {"application/json", "text/csv"}) == "text/csv";
}

std::string csv_of(const http::Request& request, const std::vector<Column>& columns, const Value::Array& rows) {
  return list_answer(request, columns, rows, "").body;
}

std::vector<Column> with_figure_columns(std::vector<Column> columns) {
  for (const auto name : kFigureNames) columns.push_back({.name = std::string(name), .label = ""});
  return columns;
}

// Serves what `make` answers from memory while nothing moved, and 304 where the client has it already. The day is part
// of the key, because a forecast counts from today.
http::Response answer_from(const Site& site, BudgetCache& cache, const http::Request& request, std::int64_t grant_id,
                           const MakeFigures& make) {
  const bool csv = wants_csv(request);
  const auto day = today(site.config.time_zone);
  const auto key = request.target + (csv ? " csv " : " json ") + to_string(day);
  const auto answer = cache.get(grant_id, key, [&]() -> Result<CachedAnswer> {
    Result<std::string> body = make(csv, day);
    if (!body) return body.error();
    auto etag = etag_of_bytes(*body);
    return CachedAnswer{*std::move(body), std::string(csv ? kCsv : "application/json"), std::move(etag)};
  });
  if (!answer) return http::problem(answer.error(), request);
  if (http::etag_matches(request, (*answer)->etag)) return http::not_modified((*answer)->etag);
  http::Response response;
  response.body = (*answer)->body;
  return response.with("Content-Type", (*answer)->content_type)
      .with("ETag", (*answer)->etag)
      .with("Cache-Control", "private, no-cache")
      .with("Vary", "Accept");
}

http::Response tagged(const http::Request& request, http::Response response) {
  auto etag = etag_of_bytes(response.body);
  if (http::etag_matches(request, etag)) return http::not_modified(std::move(etag));
  return response.with("ETag", std::move(etag)).with("Cache-Control", "private, no-cache").with("Vary", "Accept");
}

void set_moment(Value& value, const Moment& moment) {
  value.set("as_of", moment.as_of ? Value(to_string(*moment.as_of)) : Value());
  value.set("known_at", moment.known_at.empty() ? Value() : Value(moment.known_at));
}

}  // namespace kindling
