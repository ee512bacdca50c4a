#include "funding/routes.hpp"

namespace kindling {

void add_funding_routes(http::Router& router, const Site& site, const Programmes& programmes) {
  add_organisation_routes(router, site);
  add_programme_routes(router, site, programmes);
  add_source_routes(router, site);
  add_grant_routes(router, site, programmes);
  add_grant_api_routes(router, site, programmes);
  add_partner_routes(router, site);
  add_pipeline_routes(router, site);
  add_instalment_routes(router, site, programmes);
  add_obligation_routes(router, site);
}

}  // namespace kindling
