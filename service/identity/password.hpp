// Passwords: which are good enough, and argon2id through libsodium.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace kindling {

inline constexpr std::size_t kPasswordMin = 12;   // characters
inline constexpr std::size_t kPasswordMax = 200;  // characters; argon2id takes any length, a page need not

// What a password must not be made of: it is the first that is tried.
struct PasswordOwner {
  std::string_view email = {};
  std::string_view name = {};
  std::string_view platform = {};
};

// nullopt: good. Otherwise the broken rule and what to do, with an empty field: too_short, too_long,
// invalid_utf8, control_character, too_simple (repeats, rows of the keyboard), too_common, too_personal.
std::optional<FieldError> check_password(std::string_view password, const PasswordOwner& owner);

// argon2id with libsodium's INTERACTIVE limits: about 130 ms and 64 MB. At most two are computed at once;
// others wait up to two seconds, then kUnavailable "sign_in_busy".
Result<std::string> hash_password(std::string_view password);

// Takes as long for no hash at all as for a wrong password, so that nobody learns by the clock which names
// exist.
Result<bool> verify_password(std::string_view password, const std::optional<std::string>& hash);

// A password for one sign-in, made to be read aloud: "k7mp-q2wx-9rth-c4vn", 79 bits.
std::string one_time_password();

}  // namespace kindling
