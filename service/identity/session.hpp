// A browser's session: its cookie, its form token, its limits. Pure; the rows are session_store's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kindling {

inline constexpr int kSessionIdleMinutes = 30;     // without a request
inline constexpr int kSessionLengthMinutes = 480;  // at most, whatever happens

// "__Host-kindling" behind TLS (the browser then refuses it from any other host, path or plain HTTP), else
// "kindling".
std::string_view session_cookie_name(bool secure);
// The values of Set-Cookie.
std::string session_cookie(bool secure, std::string_view token);
std::string expired_session_cookie(bool secure);

// Proves that a form came from our page in this session: only who holds the session's token can compute it.
std::string form_token_of(std::string_view session_token);

// Where a sign-in may lead: a path of our own ("/grants/7?tab=1"). Whatever could lead elsewhere becomes "/".
std::string own_path(std::string_view next);

}  // namespace kindling
