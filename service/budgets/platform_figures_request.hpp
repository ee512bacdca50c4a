// What the pages and endpoints of the platform's figures share: the address of a figure, and why it is what it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "budgets/platform_figures.hpp"
#include "http/request.hpp"
#include "web/site.hpp"

namespace kindling {

struct PlatformWhyQuery {
  int year = 0;
  Moment moment;
  Figure figure = Figure::kSpent;
  std::string code = "total";  // of a need, or "total"
  int offset = 0, limit = 50;  // of its items
};
// kInvalid at the parameter: not_a_date, not_an_instant, not_one_of.
Result<PlatformWhyQuery> read_platform_why(const http::Request& request);

// What a figure is made of: other figures of the same need, or documents.
struct PlatformWhyPart {
  std::string label;
  std::optional<Figure> figure;  // to follow further
  std::int64_t amount_minor = 0;
};
struct PlatformWhy {
  PlatformYear year;
  BudgetSum sum;
  std::vector<PlatformWhyPart> parts;    // they add up to the figure; empty where items do
  std::vector<PlatformSource> items;     // of the page that was asked for
  std::string next_cursor;               // "" at the end
};
// kNotFound "no_active_budget", "no_such_code".
Result<PlatformWhy> explain_platform_figure(const Site& site, const PlatformWhyQuery& query);

// "/platform/2026/budget/why?figure=spent&code=Hosting".
std::string platform_why_path(int year, Figure figure, std::string_view code, const Moment& moment);
// The page of an item: the expenditure, or the commitment, the grant's or the platform's.
std::string platform_source_path(const PlatformSource& source);
int path_year(const http::Request& request);  // 0 where it is no year

}  // namespace kindling
