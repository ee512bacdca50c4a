#include "donations/routes.hpp"

namespace kindling {

void add_donation_room_routes(http::Router& router, const Site& site, const DonorVault& vault, HeldElsewhere elsewhere) {
  add_campaign_routes(router, site);
  add_donation_list_routes(router, site);
  add_donation_routes(router, site);
  add_donation_batch_routes(router, site);
  add_donor_routes(router, site, vault, std::move(elsewhere));
  add_donor_pair_routes(router, site, vault);
  add_pledge_routes(router, site);
  add_donation_receipt_routes(router, site, vault);
  add_thanks_routes(router, site, vault);
  add_message_routes(router, site);
  add_contribution_routes(router, site);
}

}  // namespace kindling
