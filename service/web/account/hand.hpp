// What the administrator's writes share. Their answers may hold a secret that is shown once, so they do not
// go through act(), which keeps answers: sent twice, a new user is refused by the address, a reset gives
// another password.
#pragma once

#include "core/value.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "identity/manage_users.hpp"

namespace kindling {

inline Hand hand_of(const http::Request& request) {
  return {.actor = request.actor,
          .request_id = request.request_id,
          .dry_run = request.query_flag("dry_run") || http::form_field(request, "dry_run") == "true"};
}

// The answer to a dry run, as act() gives it.
inline http::Response rehearsed(int status) {
  return http::json(Value::object({{"dry_run", true}, {"would_answer", status}}));
}

}  // namespace kindling
