// The SQL of budget figures: budgets with their lines, months, and what a figure is made of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "budgets/budget_figures.hpp"

namespace kindling {

class Session;

// The budgets in force at a moment, by grant; of one grant, or of all (0). Four statements, however many there are.
std::vector<GrantBudget> list_budgets(Session& session, const Moment& moment, std::int64_t grant_id = 0);
// kNotFound "grant_not_found", "no_active_budget".
Result<GrantBudget> find_budget(Session& session, const Moment& moment, std::int64_t grant_id);

// A month a point, over the grant's period; spent and committed up to `last` (the day asked for, or today).
std::vector<SeriesPoint> list_series(Session& session, const GrantBudget& budget, const Moment& moment, Date last);

// One thing that a figure is made of.
struct FigureSource {
  std::string kind;           // "line", "entry", "commitment", "draft"
  std::int64_t id = 0;        // of the line's root, the entry, the commitment, the expenditure
  std::int64_t root_id = 0;   // of its line
  std::string date;           // booked, signed, of the document; "" of a line
  std::string description;
  std::string document_kind;  // of an entry: "expenditure", ...
  std::int64_t document_id = 0;
  std::int64_t amount_minor = 0;
};
struct FigureSources {
  std::vector<FigureSource> sources;
  std::string next_cursor;  // of entries, newest first; "" at the end
};
// Of planned, spent, committed and drafts; the others are made of these. All of them add up to the figure.
FigureSources list_sources(Session& session, Figure figure, const std::vector<BudgetLine>& lines, const Moment& moment,
                           std::string_view after, int limit);

}  // namespace kindling
