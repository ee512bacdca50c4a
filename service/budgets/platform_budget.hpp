// The platform's own budget of a year: needs, when they fall due, and what is to pay for them. Types and rules, no I/O.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

inline constexpr std::size_t kPlatformLinesMax = 500;
inline constexpr std::size_t kPlatformSourcesMax = 20;  // of a line
inline constexpr int kMonths = 12;

// Needs are the same whatever their case.
bool same_need(std::string_view a, std::string_view b);

struct PlannedSource {
  std::int64_t funding_source_id = 0;
  std::string name;               // of the funding source
  std::int64_t amount_minor = 0;  // in the budget's currency
  Percent probability;
};

struct PlatformLine {
  std::string need;               // the category that gaps are told by: "Hosting"
  std::string description;
  int first_month = 1;            // spread evenly over the months from the first to the last
  int last_month = kMonths;
  std::int64_t amount_minor = 0;
  std::vector<PlannedSource> sources = {};
};

struct PlatformBudget {
  std::int64_t id = 0;
  int version = 0;
  int year = 0;
  int number = 0;                 // of the year's versions
  Currency currency;
  std::string state = {};              // draft, submitted, approved, superseded
  std::optional<std::int64_t> created_by = {};
  std::optional<std::int64_t> submitted_by = {};
  std::string submitted_by_name = {};
  std::string approved_by_name = {};
  std::string reason = {};             // why it was returned
  std::int64_t needed_minor = 0;  // the sum of its lines
};

// A funding source as one chooses it.
struct SourceChoice {
  std::int64_t id = 0;
  std::string name;
  Percent probability;
};

// Fields: lines.N.{need, description, first_month, last_month, amount, sources.M.{funding_source_id, amount,
// probability}}. The months are the whole year, a probability the source's own, where they are left empty; a row in
// which nothing was typed is skipped.
Result<std::vector<PlatformLine>> parse_platform_lines(const Input& input, Currency currency,
                                                       const std::vector<SourceChoice>& sources);
Input typed_of(const std::vector<PlatformLine>& lines, Currency currency);

// What falls on a month (1 to 12), of a need as a whole or of one source that is to pay for it.
struct PlatformMonth {
  std::string need;
  std::int64_t funding_source_id = 0;  // 0: the need itself
  std::string source_name;
  int month = 0;
  std::int64_t needed_minor = 0;
  std::int64_t planned_minor = 0;      // by the source
  std::int64_t weighted_minor = 0;     // planned x probability
};

// Needed against what sources are likely to bring, of each need and each month.
struct PlatformNeed {
  std::string need;
  std::int64_t needed_minor = 0, planned_minor = 0, weighted_minor = 0;
  std::int64_t open_minor() const { return needed_minor - weighted_minor; }
};
struct PlatformSums {
  std::vector<PlatformNeed> needs;            // by name
  std::array<PlatformNeed, kMonths> months;   // January first
  PlatformNeed total;
  int first_uncovered_month = 0;              // in which what is needed so far exceeds what is likely; 0: none
};
PlatformSums sums_of(const std::vector<PlatformMonth>& months);

Value platform_budget_value(const PlatformBudget& budget);  // schema "PlatformBudget"
Value platform_line_value(const PlatformLine& line, Currency currency);

}  // namespace kindling
