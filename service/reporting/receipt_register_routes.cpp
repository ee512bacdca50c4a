#include <charconv>

#include "core/date.hpp"
#include "http/response.hpp"
#include "http/router.hpp"
#include "reporting/routes.hpp"
#include "reports/receipt_register/receipt_register.hpp"
#include "reports/sealed_snapshot.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

constexpr const char* kXlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

http::Response download(const Site& site, const http::Request& request) {
  int year = static_cast<int>(today(site.config.time_zone).ymd().year());
  if (const auto typed = request.query_param("year"); typed && !typed->empty()) {
    const auto [end, error] = std::from_chars(typed->data(), typed->data() + typed->size(), year);
    if (error != std::errc() || end != typed->data() + typed->size() || year < 1900 || year > 2199) {
      const auto wrong = invalid_field("year", "not_a_year", "Enter a year such as 2026.");
      return request.is_api() ? http::problem(wrong, request) : error_page(site, wrong, request);
    }
  }
  auto lease = site.database.lease();
  const SealedSnapshot snapshot(*lease);
  const auto report = query_receipt_register(
      snapshot, {.year = year, .platform = site.config.platform_name, .currency = Currency::of(site.config.currency)});
  return http::attachment(write_receipt_register(report).bytes, kXlsx, "receipts-" + std::to_string(year) + ".xlsx");
}

}  // namespace

void add_receipt_register_routes(http::Router& router, const Site& site) {
  router.add({.method = http::Method::kGet, .pattern = "/donation-receipts.xlsx", .action = Action::kDownloadReport,
              .handler = [&site](const http::Request& request) { return download(site, request); }});
}

}  // namespace kindling
