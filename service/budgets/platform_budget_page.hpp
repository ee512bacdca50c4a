// What the pages and endpoints of the platform's own budgets share.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "budgets/platform_budget_store.hpp"
#include "budgets/record_platform_budget.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "web/site.hpp"

namespace kindling {

inline constexpr const char* kMonthNames[] = {"January", "February", "March",     "April",   "May",      "June",
                                       "July",    "August",   "September", "October", "November", "December"};

std::string platform_budget_path(std::int64_t id);  // "/platform-budgets/7"
std::vector<std::pair<std::string, std::string>> platform_budget_crumbs(std::string label);

// One version with everything that its page and its grid show; only `budget` where there is none.
struct PlatformBudgetRead {
  Result<PlatformBudget> budget;
  std::vector<PlatformLine> lines = {};
  std::vector<PlatformMonth> months = {};
  std::vector<SourceChoice> sources = {};
};
PlatformBudgetRead read_platform_budget(const Site& site, std::int64_t id);

using PlatformStep = Outcome (*)(Transaction&, const PlatformBudgetAct&, const Input&);

// The form of all lines, with what was typed and why it was refused.
inline constexpr int kPlatformEmptyRows = 3;
http::Response platform_grid_page(const Site& site, const http::Request& request, const PlatformBudgetRead& read,
                                  const Input& typed, int row_version, const Error* refused = nullptr,
                                  int empty_rows = kPlatformEmptyRows);

}  // namespace kindling
