// The gate in front of every route: who asks, whether the form is ours, and whether the role allows the
// action.
#pragma once

#include <cstdint>
#include <functional>

namespace kindling {

class Database;
namespace http {
class Router;
}

struct GateConfig {
  bool secure_cookies = false;  // behind TLS: the cookie is __Host-kindling and origins must be https
  // Grows with each write of this process; a token that was looked up before is then looked up again. Empty: always.
  std::function<std::uint64_t()> generation;
};

// Installs the router's gate. It reads the session cookie or "Authorization: Bearer kdl_...", fills
// request.actor and answers itself where the request ends:
//  - nobody signed in: 303 to /sign-in?next=... for a page, 401 for the API and for a write;
//  - a one-time password not yet changed: 303 to /password for a page, 403 for the rest;
//  - a write with a session but without its form token (field "form_token" or header X-Form-Token), or one
//  that another
//    site started (Sec-Fetch-Site, Origin): 403;
//  - role, scope: as authorize() says.
// A public route asks the database only where a page is wanted by somebody who sends a cookie, and is served
// without an actor while the database is away. `router` and `database` must outlive the server.
void install_gate(http::Router& router, Database& database, GateConfig config);

}  // namespace kindling
