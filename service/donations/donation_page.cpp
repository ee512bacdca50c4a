#include "donations/donation_page.hpp"

#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"

namespace kindling {
GiftRules gift_rules(const Site& site) { return {Currency::of(site.config.currency), today(site.config.time_zone)}; }

http::Response refused(const Site& site, const http::Request& request, const Error& error) {
  return request.is_api() ? http::problem(error, request) : error_page(site, error, request);
}

http::Response post_page(const Site& site, const http::Request& request, Versioned versioned, const PageWork& work,
                         const ShowAgain& show) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  int version = 0;
  if (versioned == Versioned::kYes) {
    const auto expected = expected_version(request, *input);
    if (!expected) return error_page(site, expected.error(), request);
    version = *expected;
  }
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<http::Response> {
        const auto location = work(transaction, *input, version);
        if (!location) return location.error();
        return http::see_other(*location);
      },
      [&](const Error& error) {
        return show == nullptr || error.kind == ErrorKind::kNotFound ? error_page(site, error, request) : show(*input, error);
      });
}

http::Response post_api(const Site& site, const http::Request& request, Versioned versioned, const ApiWork& work) {
  const auto input = http::read_input(request);
  if (!input) return http::problem(input.error(), request);
  int version = 0;
  if (versioned == Versioned::kYes) {
    const auto expected = expected_version(request, *input);
    if (!expected) return http::problem(expected.error(), request);
    version = *expected;
  }
  return act(site, request, [&](Transaction& transaction) { return work(transaction, *input, version); });
}

}  // namespace kindling
