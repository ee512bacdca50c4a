// The one choke point: may this actor do this action to this object?
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/actor.hpp"
#include "core/result.hpp"

namespace kindling {

// What is acted on, as far as the decision needs it.
struct Object {
  std::string_view kind = {};                  // "budget_version"; empty: the route as a whole
  std::optional<std::int64_t> author_id = {};  // who asked; who asks does not approve
};

// Ok, or kSignInRequired, or kForbidden ("role_missing", "own_request", "read_only_token").
Outcome authorize(const Actor& actor, Action action, const Object& object = {});

}  // namespace kindling
