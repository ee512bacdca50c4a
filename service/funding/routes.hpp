// All pages and endpoints of the room.
#pragma once

namespace kindling {

namespace http {
class Router;
}
struct Site;
class Programmes;

// `site` and `programmes` outlive the router.
void add_funding_routes(http::Router& router, const Site& site, const Programmes& programmes);

// Of the files behind it.
void add_organisation_routes(http::Router& router, const Site& site);
void add_programme_routes(http::Router& router, const Site& site, const Programmes& programmes);
void add_source_routes(http::Router& router, const Site& site);
void add_grant_routes(http::Router& router, const Site& site, const Programmes& programmes);
void add_grant_api_routes(http::Router& router, const Site& site, const Programmes& programmes);
void add_partner_routes(http::Router& router, const Site& site);
void add_pipeline_routes(http::Router& router, const Site& site);
void add_instalment_routes(http::Router& router, const Site& site, const Programmes& programmes);
void add_obligation_routes(http::Router& router, const Site& site);

}  // namespace kindling
