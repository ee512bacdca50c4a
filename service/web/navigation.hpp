// Where one can go from every page: places in groups, as the actor's role sees them.
#pragma once

#include "core/value.hpp"
#include "http/request.hpp"

namespace kindling {

// [{label, current, single, href, places:[{label, href, current}]}] in the order of the day's work. A group with one
// visible place is a plain link (`single`), a group with none is left out. The place whose address is the longest
// beginning of the request's path is the current one.
Value navigation(const http::Request& request);

}  // namespace kindling
