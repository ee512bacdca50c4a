#include "budgets/figures_request.hpp"

#include "http/uri.hpp"
#include "web/page.hpp"

namespace kindling {

Result<Moment> read_moment(const http::Request& request) {
  Moment moment;
  const auto as_of = request.query_param("as_of");
  if (as_of && !as_of->empty()) {
    moment.as_of = Date::parse(*as_of);
    if (!moment.as_of) return invalid_field("as_of", "not_a_date", "Enter a day such as 2026-03-31.");
  }
  const auto known_at = request.query_param("known_at");
  if (known_at && !known_at->empty()) {
    const auto instant = parse_instant(*known_at);
    if (!instant) {
      return invalid_field("known_at", "not_an_instant", "Enter an instant such as 2026-03-31T12:00:00Z.");
    }
    moment.known_at = *instant;
  }
  return moment;
}

Result<std::optional<Cut>> read_cut(const http::Request& request, std::optional<Cut> otherwise) {
  const auto by = request.query_param("by");
  if (!by || by->empty()) return otherwise;
  if (const auto cut = find_cut(*by)) return std::optional(*cut);
  return invalid_field("by", "not_one_of", "Choose one of: category, work_package, partner, period, line.");
}

Result<WhyQuery> read_why(const http::Request& request, Date today) {
  const auto moment = read_moment(request);
  if (!moment) return moment.error();
  const auto cut = read_cut(request, Cut::kCategory);
  if (!cut) return cut.error();
  const auto figure = find_figure(request.query_param("figure").value_or("spent"));
  if (!figure) {
    return invalid_field("figure", "not_one_of",
                         "Choose one of: planned, spent, committed, drafts, available, forecast.");
  }
  const auto list = parse_list_query(request, {"date"}, {});
  if (!list) return list.error();
  return WhyQuery{.grant_id = request.path_id("id"), .moment = *moment, .figure = *figure, .cut = **cut,
                  .code = std::string(request.query_param("code").value_or("total")), .after = list->after,
                  .limit = list->limit, .today = today};
}

std::string moment_in_url(const Moment& moment) {
  std::string text;
  if (moment.as_of) text += "&as_of=" + to_string(*moment.as_of);
  if (!moment.known_at.empty()) text += "&known_at=" + http::percent_encoded(moment.known_at);
  return text.empty() ? text : text.substr(1);
}

std::string why_path(std::int64_t grant_id, Cut cut, Figure figure, std::string_view code, const Moment& moment) {
  auto path = "/grants/" + std::to_string(grant_id) + "/budget/why?figure=" +
              std::string(kFigureNames[static_cast<std::size_t>(figure)]) +
              "&by=" + std::string(kCutNames[static_cast<std::size_t>(cut)]) + "&code=" + http::percent_encoded(code);
  const auto when = moment_in_url(moment);
  return when.empty() ? path : path + "&" + when;
}

std::string source_path(std::int64_t grant_id, const FigureSource& source) {
  const auto grant = "/grants/" + std::to_string(grant_id);
  if (source.kind == "entry") return "/ledger/entries/" + std::to_string(source.id);
  if (source.kind == "commitment") return grant + "/commitments#commitment-" + std::to_string(source.id);
  if (source.kind == "draft") return "/expenditures/" + std::to_string(source.id);
  return grant + "/budget";
}

}  // namespace kindling
