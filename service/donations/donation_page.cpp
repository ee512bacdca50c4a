#include "donations/donation_page.hpp"

#include "web/page.hpp"

namespace kindling {

GiftRules gift_rules(const Site& site) { return {Currency::of(site.config.currency), today(site.config.time_zone)}; }

http::Response refused(const Site& site, const http::Request& request, const Error& error) {
  return request.is_api() ? http::problem(error, request) : error_page(site, error, request);
}

}  // namespace kindling
