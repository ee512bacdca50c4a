// The figures of the platform's own budget of a year, by need, as dashboards read them: at an accounting date, as known at
// an instant. Pure. One function of the database tells what they are made of (platform_sources); sums and forecast are
// made of that here, so that a figure and its way down cannot differ.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "budgets/budget_figures.hpp"
#include "budgets/platform_budget.hpp"

namespace kindling {

// The code of the row for own costs that name no need.
inline constexpr std::string_view kWithoutNeed = "none";

// One thing that a figure is made of: a part of an approved cost or of what was taken back of it, an order, a draft.
struct PlatformSource {
  Figure figure = Figure::kSpent;              // kSpent, kCommitted, kDrafts
  std::string need;                            // "": none is named
  Date on;
  std::string document_kind;                   // "expenditure", "commitment"
  std::int64_t document_id = 0;
  std::optional<std::int64_t> grant_id;        // who bears it; nullopt: the platform
  std::optional<std::int64_t> entry_id;        // of what is posted
  std::string description;
  std::optional<std::int64_t> amount_minor;    // in the budget's currency, at the rate of the day; nullopt: no rate yet
};

// The version of a year that was in force, with all that happened in the year up to the moment.
struct PlatformYear {
  PlatformBudget budget;
  std::vector<PlatformMonth> months;           // need x source x month of the version
  std::vector<PlatformSource> sources;         // newest first
};

struct PlatformSourceSum {
  std::int64_t funding_source_id = 0;
  std::string name;
  std::int64_t planned_minor = 0, weighted_minor = 0;
};
struct PlatformFigures {
  std::vector<BudgetSum> needs;                // by name; costs of needs that nobody planned have rows too
  BudgetSum total;
  std::vector<PlatformSourceSum> sources;      // what is to pay for it, by name
  int without_rate = 0;                        // documents that no sum has, because their currency has no rate yet
};
// A forecast is, a need at a time, spent so far and the larger of what is committed and of the plan for the days after
// `day`, each month's spread evenly over its days.
PlatformFigures figures_of(const PlatformYear& year, Date day);

// One calendar month: planned, spent by accounting date, both to date, and what was committed at its end; only what is
// planned is told after `last`.
struct PlatformPoint {
  int month = 0;
  std::int64_t planned_minor = 0, planned_to_date_minor = 0;
  std::optional<std::int64_t> spent_minor, spent_to_date_minor;
  std::optional<std::int64_t> committed_minor;  // of another day than the year's: filled by list_platform_series
};
std::vector<PlatformPoint> series_of(const PlatformYear& year, Date last);

// The sources of a figure and need ("total": all), in their order.
std::vector<PlatformSource> sources_at(const PlatformYear& year, Figure figure, std::string_view code);
std::string_view platform_definition_of(Figure figure);

}  // namespace kindling
