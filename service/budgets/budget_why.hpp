// Why this number? What a figure of a budget means, and what it is made of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "budgets/budget_figures_query.hpp"

namespace kindling {

class Session;

struct WhyQuery {
  std::int64_t grant_id = 0;
  Moment moment;
  Figure figure = Figure::kSpent;
  Cut cut = Cut::kCategory;
  std::string code = "total";  // of the cut, or "direct", "indirect", "total"
  std::string after;           // cursor of the sources
  int limit = 50;
  Date today;                  // what a forecast without as_of counts from
};

// A figure that this one is made of: another figure of the same code, or the same figure of another code.
struct WhyPart {
  std::string label;
  Figure figure;
  std::string code;               // "" where there is nothing further to follow
  std::int64_t amount_minor = 0;  // with its sign in this figure
};

struct Why {
  WhyQuery query;
  GrantBudget budget;
  BudgetSum sum;                // what the code names
  std::string definition;
  std::vector<WhyPart> parts;   // they add up to the figure; empty where sources do
  FigureSources found;
};

// kNotFound "grant_not_found", "no_active_budget", "no_such_code".
Result<Why> explain_figure(Session& session, const WhyQuery& query);

}  // namespace kindling
