#pragma once

namespace kindling {

namespace http {
class Router;
}
class SupportPage;

// /support and what can be embedded of it, without sign-in. `page` outlives the router.
void add_support_routes(http::Router& router, const SupportPage& page);

}  // namespace kindling
