#include "core/check_digits.hpp"

namespace kindling {

int mod97(std::string_view text) {
  int rest = 0;
  for (const char c : text) {
    rest = c <= '9' ? rest * 10 + (c - '0') : rest * 100 + (c - 'A' + 10);
    rest %= 97;
  }
  return rest;
}

std::string check_digits(std::string_view head, std::string_view body) {
  const int digits = 98 - mod97(std::string(body) + std::string(head) + "00");
  return {static_cast<char>('0' + digits / 10), static_cast<char>('0' + digits % 10)};
}

bool check_digits_hold(std::string_view text) {
  if (text.size() < 5) return false;
  // Other digits that leave the same rest (00, 01, 99) are not what check_digits makes, and ISO 7064 excludes them.
  const auto digits = text.substr(2, 2);
  return digits >= "02" && digits <= "98" && mod97(std::string(text.substr(4)) + std::string(text.substr(0, 4))) == 1;
}

std::string compacted(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    kept += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return kept;
}

std::string in_groups_of_four(std::string_view text) {
  std::string grouped;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    if (i > 0) grouped += ' ';
    grouped += text.substr(i, 4);
  }
  return grouped;
}

}  // namespace kindling
