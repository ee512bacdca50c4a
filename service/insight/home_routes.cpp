#include "http/router.hpp"
#include "insight/home_query.hpp"
#include "insight/routes.hpp"
#include "insight/steering_query.hpp"
#include "ledger/ledger_query.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {

void add_insight_routes(http::Router& router, const Site& site) {
  add_risk_routes(router, site);
  add_sustainability_routes(router, site);
  router.add({.method = http::Method::kGet,
              .pattern = "/",
              .action = Action::kSignedIn,
              .handler = [&site](const http::Request& request) {
                if (request.actor.has(Role::kFunder)) return http::see_other("/my-grants");
                const SteeringMoment now{.currency = Currency::of(site.config.currency),
                                         .as_of = today(site.config.time_zone),
                                         .position = {},
                                         .known_at = {}};
                auto data = reading(site.database, [&](Session& session) {
                  auto home = query_home(session, now);
                  home.set("funds", list_funds(session));
                  return home;
                });
                return page(site, request, {.title = "Home", .name = "home", .data = std::move(data)});
              }});
}

}  // namespace kindling
