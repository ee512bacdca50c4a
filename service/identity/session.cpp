#include "identity/session.hpp"

#include <algorithm>
#include <cctype>

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

std::string_view session_cookie_name(bool secure) { return secure ? "__Host-kindling" : "kindling"; }

std::string session_cookie(bool secure, std::string_view token) { return cookie(secure, token, ""); }

std::string expired_session_cookie(bool secure) { return cookie(secure, "", "; Max-Age=0"); }

std::string form_token_of(std::string_view session_token) { return keyed_hash(session_token, "kindling form token 1"); }

std::string encoded_path(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const unsigned char c : text) {
    if (std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '~' || c == '/') {
      out += static_cast<char>(c);
    } else {
      out += '%';
      out += kHex[c >> 4];
      out += kHex[c & 15];
    }
  }
  return out;
}

std::string own_path(std::string_view next) {
  const bool path = next.starts_with('/') && !next.starts_with("//") && next.size() <= 2000;
  // A browser reads '\' as '/', and drops tabs and line breaks before it looks.
  const bool plain = std::none_of(next.begin(), next.end(), [](unsigned char c) {
    return c <= 0x20 || c >= 0x7f || c == '\\' || c == '"' || c == '<' || c == '>';
  });
  const auto only = next.substr(0, next.find_first_of("?#"));
  const bool turns = only == "/sign-in" || only == "/sign-out" || only == "/password" || only.starts_with("/api/");
  return path && plain && !turns ? std::string(next) : "/";
}

}  // namespace kindling
