// The door and the list of who has a key: sign-in, own password, users, API tokens.
#pragma once

namespace kindling {

struct Site;
namespace http {
class Router;
}

void add_account_routes(http::Router& router, const Site& site);

// Of the three files behind it.
void add_sign_in_routes(http::Router& router, const Site& site);
void add_user_routes(http::Router& router, const Site& site);
void add_token_routes(http::Router& router, const Site& site);

}  // namespace kindling
