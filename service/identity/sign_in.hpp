// Signing in and out, and changing one's own password.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/actor.hpp"
#include "core/result.hpp"

namespace kindling {

class Database;

struct SignIn {
  std::string email;  // as typed
  std::string password;
  std::string address;      // client_address()
  std::string old_session;  // the token the browser sent along, ended by this; empty: none
};

struct SignInAnswer {
  std::string session_token;  // empty: refused
  bool must_change_password = false;
  std::optional<Error> refusal;  // "wrong_credentials", "sign_in_throttled", "sign_in_busy", ...
  int retry_after_s = 0;         // with "sign_in_throttled"
};

// The same answer in the same time for a name that does not exist, somebody inactive and a wrong password.
SignInAnswer sign_in(Database& database, std::string_view request_id, const SignIn& typed);

Outcome sign_out(Database& database, const Actor& actor, std::string_view request_id,
                 std::string_view session_token);

struct PasswordChange {
  std::string current;  // not asked for where the present one is a one-time password
  std::string chosen;
  std::string repeated;
  std::string address;   // client_address()
  std::string platform;  // its name makes no password
};

// Ends every session of the actor and returns the token of a new one. kInvalid at "current", "chosen" or
// "repeated".
Result<std::string> change_password(Database& database, const Actor& actor, std::string_view request_id,
                                    const PasswordChange& change);

}  // namespace kindling
