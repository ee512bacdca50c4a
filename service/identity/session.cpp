#include "identity/session.hpp"

#include <algorithm>

#include "identity/secret.hpp"

namespace kindling {
namespace {

std::string cookie(bool secure, std::string_view token, std::string_view rest) {
  std::string text(session_cookie_name(secure));
  text.append("=").append(token).append("; Path=/; HttpOnly; SameSite=Lax");
  if (secure) text += "; Secure";
  return text.append(rest);
}

}  // namespace

std::string_view session_cookie_name(bool secure) {
  return secure ? "__Host-kindling" : "kindling";
}

std::string session_cookie(bool secure, std::string_view token) {
  return cookie(secure, token, "");
}

std::string expired_session_cookie(bool secure) {
  return cookie(secure, "", "; Max-Age=0");
}

std::string form_token_of(std::string_view session_token) {
  return keyed_hash(session_token, "kindling form token 1");
}

std::string own_path(std::string_view next) {
  const bool path = next.starts_with('/') && !next.starts_with("//") && next.size() <= 2000;
  // A browser reads '\' as '/', and drops tabs and line breaks before it looks.
  const bool plain = std::none_of(next.begin(), next.end(), [](unsigned char c) {
    return c <= 0x20 || c >= 0x7f || c == '\\' || c == '"' || c == '<' || c == '>';
  });
  const auto only = next.substr(0, next.find_first_of("?#"));
  const bool turns =
      only == "/sign-in" || only == "/sign-out" || only == "/password" || only.starts_with("/api/");
  return path && plain && !turns ? std::string(next) : "/";
}

}  // namespace kindling
