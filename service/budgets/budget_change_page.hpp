// What the pages of transfers, amendments and the register have in common.
#pragma once

#include <string>
#include <vector>

#include "budgets/budget_change.hpp"
#include "web/page.hpp"

namespace kindling {

std::string modifications_path(std::int64_t grant_id);                 // "/grants/7/modifications"
std::string modification_path(std::int64_t grant_id, int number);      // "/grants/7/modifications/2"
int change_number_of(const http::Request& request);                    // {number} of the path; 0 where it is none
const char* badge_of_change(std::string_view state);
// The page of one change; `refused` and what was typed where a step of it was refused.
http::Response modification_page(const Site& site, const http::Request& request, int number,
                                 const Error* refused = nullptr, const Input* typed = nullptr);

}  // namespace kindling
