// The rows of sessions: found on every request, so prepared once a connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/actor.hpp"

namespace kindling {

class Session;
struct Transaction;

// Begins a session and returns its token, which is stored nowhere: only its SHA-256.
std::string begin_session(Transaction& transaction, std::int64_t user_id);

// The actor of a session that is alive, with its form token; nullopt for an unknown, idle or too old one and
// for a user who is no longer active. Notes at most once a minute that it was seen.
std::optional<Actor> find_session(Session& session, std::string_view token);

void end_session(Transaction& transaction, std::string_view token);
// All of a user's, except the one with `kept_token` where given.
void end_sessions_of(Transaction& transaction, std::int64_t user_id, std::string_view kept_token = {});
// Removes what nobody can use any more.
void forget_dead_sessions(Transaction& transaction);

}  // namespace kindling
