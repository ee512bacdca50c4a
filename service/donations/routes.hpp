// All pages and endpoints of the room.
#pragma once

#include "donations/record_donor.hpp"

namespace kindling {

namespace http {
class Router;
}
struct Site;
class DonorVault;

// `site` and `vault` outlive the router.
void add_donation_room_routes(http::Router& router, const Site& site, const DonorVault& vault, HeldElsewhere elsewhere);

// Of the files behind it.
void add_campaign_routes(http::Router& router, const Site& site);
void add_donation_list_routes(http::Router& router, const Site& site);
void add_donation_routes(http::Router& router, const Site& site);
void add_donation_batch_routes(http::Router& router, const Site& site);
void add_donor_routes(http::Router& router, const Site& site, const DonorVault& vault, HeldElsewhere elsewhere);
void add_donor_pair_routes(http::Router& router, const Site& site, const DonorVault& vault);
void add_pledge_routes(http::Router& router, const Site& site);
void add_donation_receipt_routes(http::Router& router, const Site& site, const DonorVault& vault);
void add_thanks_routes(http::Router& router, const Site& site, const DonorVault& vault);
void add_message_routes(http::Router& router, const Site& site);
void add_contribution_routes(http::Router& router, const Site& site);

}  // namespace kindling
