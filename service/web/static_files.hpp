// Style sheets, scripts and pictures, served from memory: they work while the database is away.
#pragma once

#include <string>

#include "core/value.hpp"

namespace kindling {

namespace http {
class Router;
}

// Loads our own files of `folder` and Bootstrap from the package libjs-bootstrap5; throws
// std::runtime_error with the file's name where one is missing. Once, before the first page is made.
void load_static_files(const std::string& folder);

// Name -> address with the content's hash in it ("theme" -> "/static/3f2a.../theme.css"): cached for ever.
Value static_addresses();

void add_static_routes(http::Router& router);

}  // namespace kindling
