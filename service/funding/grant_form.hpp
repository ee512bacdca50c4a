// The forms of a grant as pages: new, changed, moved along its life cycle.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/input.hpp"
#include "core/result.hpp"
#include "funding/grant.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace kindling {

struct Site;

// Step one of a new grant: the programmes to choose from.
http::Response choose_programme_page(const Site& site, const http::Request& request,
                                     const Programmes& programmes);

// What a form shows: what was typed, and what was wrong with it.
struct Typed {
  Input input;
  const Error* error = nullptr;  // nullptr: nothing yet
};

http::Response new_grant_page(const Site& site, const http::Request& request, const Programmes& programmes,
                              const Typed& typed);
http::Response edit_grant_page(const Site& site, const http::Request& request, const Programmes& programmes,
                               const Grant& grant, const std::vector<Category>& categories,
                               const Typed& typed);
// The form of one move; `edge` is one of the grant's.
http::Response grant_state_page(const Site& site, const http::Request& request, const Grant& grant,
                                const GrantEdge& edge, const Typed& typed);

// The errors as a form shows them: an error without fields stands in the summary.
std::vector<FieldError> form_errors(const Error* error);
// The id of a field in the page, to which the summary of errors links: as Form gives it.
std::string field_id(std::string_view path);
int status_of_form(const Error* error);

}  // namespace kindling
