// The page of one expenditure: what it does to its lines, who bears it, its evidence, and what can be done next.
#pragma once

#include <cstdint>

#include "core/result.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "web/site.hpp"

namespace kindling {

// `refused`: why an act on this page was not done; nothing was stored. `typed`: what its form had, shown again.
http::Response expenditure_page(const Site& site, const http::Request& request, std::int64_t id,
                                const Error* refused = nullptr, const Input* typed = nullptr);

}  // namespace kindling
