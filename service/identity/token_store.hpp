// API tokens: "kdl_" and 256 random bits, shown once, stored as SHA-256, with a scope and an end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/actor.hpp"
#include "core/result.hpp"

namespace kindling {

class Session;
struct Transaction;

inline constexpr int kTokenDaysMax = 366;

struct NewToken {
  std::int64_t user_id = 0;
  std::string name;    // what it is for: "dashboard"
  std::string scope = "read";  // "write" also writes, "dashboard" reads budgets alone
  int days = 90;       // 1 to kTokenDaysMax
};

struct Token {
  std::int64_t id = 0;
  std::string name;
  std::string user_name;
  std::string scope;       // "read", "write" or "dashboard"
  std::string created_on;  // "2026-02-28"
  std::string expires_on;
  std::string last_used_on;  // "" where it was never used
  std::string state;         // "active", "expired", "revoked"
};

// Returns the token itself; nobody can read it again.
std::string insert_token(Transaction& transaction, const NewToken& token);
// The actor of a token that is alive: the user's roles, by_token, read_only and budgets_only by its scope.
std::optional<Actor> find_token(Session& session, std::string_view token);
std::vector<Token> list_tokens(Session& session);
// kNotFound where there is none, or it is revoked already.
Outcome revoke_token(Transaction& transaction, std::int64_t id);

}  // namespace kindling
