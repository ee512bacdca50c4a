// The form of an expenditure: what is entered, and rows of allocations with one choice each.
#pragma once

#include <cstdint>

#include "core/input.hpp"
#include "core/result.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "web/site.hpp"

namespace kindling {

// id 0: a new one. `more`: five more empty rows. `error`: why nothing was stored.
struct ExpenditureForm {
  std::int64_t id = 0;
  const Input& typed;
  bool more = false;
  const Error* error = nullptr;
};
http::Response expenditure_form_page(const Site& site, const http::Request& request, const ExpenditureForm& form);

}  // namespace kindling
