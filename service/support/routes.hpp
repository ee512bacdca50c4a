#pragma once

namespace kindling {

namespace http {
class Router;
}
class DonorVault;
class SupportPage;

// /support and what can be embedded of it, without sign-in. `page` outlives the router.
void add_support_routes(http::Router& router, const SupportPage& page);
// The form on which visitors promise a regular gift, where it is switched on, and the page where people take them up.
void add_pledge_offer_routes(http::Router& router, const SupportPage& page, const DonorVault& vault);

}  // namespace kindling
