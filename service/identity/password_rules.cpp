#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <utility>

#include "core/fields.hpp"
#include "identity/common_passwords.hpp"
#include "identity/password.hpp"

namespace kindling {
namespace {

FieldError broken(std::string code, std::string message) {
  return {"", std::move(code), std::move(message)};
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// "P@ssw0rd" reads as "password": the substitutions that everybody knows, attackers too.
std::string plain_letters(std::string_view lowered) {
  constexpr std::array<std::pair<char, char>, 9> kLooks{{{'0', 'o'},
                                                         {'1', 'i'},
                                                         {'3', 'e'},
                                                         {'4', 'a'},
                                                         {'5', 's'},
                                                         {'7', 't'},
                                                         {'@', 'a'},
                                                         {'$', 's'},
                                                         {'!', 'i'}}};
  std::string out(lowered);
  for (char& c : out) {
    for (const auto& [look, letter] : kLooks) {
      if (c == look) c = letter;
    }
  }
  return out;
}

// Without the digits and signs that are put before and behind to satisfy a rule: "2024welcome!!" ->
// "welcome".
std::string_view core_of(std::string_view text) {
  const auto letter = [](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || (c & 0x80) != 0;
  };
  while (!text.empty() && !letter(text.front())) text.remove_prefix(1);
  while (!text.empty() && !letter(text.back())) text.remove_suffix(1);
  return text;
}

// "abcabcabcabc", "111111111111".
bool repeats(std::string_view text) {
  for (std::size_t unit = 1; unit <= text.size() / 2; ++unit) {
    bool same = true;
    for (std::size_t i = unit; same && i < text.size(); ++i) same = text[i] == text[i - unit];
    if (same) return true;
  }
  return false;
}

// Made of pieces of at least four that run along a row of the keyboard, the alphabet or the digits, either
// way.
bool walks(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kRows{"abcdefghijklmnopqrstuvwxyz",
                                                          "01234567890123456789",
                                                          "qwertyuiop",
                                                          "asdfghjkl",
                                                          "zxcvbnm",
                                                          "qwertzuiop",
                                                          "yxcvbnm",
                                                          "azertyuiop",
                                                          "qsdfghjklm",
                                                          "wxcvbn",
                                                          "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
                                                          "!@#$%^&*()"};
  static const std::string backwards = [] {
    std::string all;
    for (const auto row : kRows) all += std::string(row.rbegin(), row.rend()) + ' ';
    return all;
  }();
  static const std::string forwards = [] {
    std::string all;
    for (const auto row : kRows) all += std::string(row) + ' ';
    return all;
  }();
  while (!text.empty()) {
    std::size_t run = 0;
    for (std::size_t length = std::min<std::size_t>(text.size(), 28); length >= 4 && run == 0; --length) {
      const auto piece = text.substr(0, length);
      if (piece.find(' ') == piece.npos &&
          (forwards.find(piece) != std::string::npos || backwards.find(piece) != std::string::npos)) {
        run = length;
      }
    }
    if (run == 0) return text.size() < 4 && text.find_first_not_of("0123456789!?.-_*#") == text.npos;
    text.remove_prefix(run);
  }
  return true;
}

// Nothing but at most `words_max` such words in a row, with digits and signs between: "admin-password-2024".
bool only_words(std::string_view text, const std::vector<std::string>& words, int words_max) {
  constexpr int kUnreached = 1'000'000;
  std::vector<int> fewest(text.size() + 1, kUnreached);  // how many words lead to this position
  fewest[0] = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (fewest[i] == kUnreached) continue;
    const bool letter = std::isalpha(static_cast<unsigned char>(text[i])) != 0 || (text[i] & 0x80) != 0;
    if (!letter) fewest[i + 1] = std::min(fewest[i + 1], fewest[i]);
    for (const auto& word : words) {
      if (text.substr(i).starts_with(word)) {
        fewest[i + word.size()] = std::min(fewest[i + word.size()], fewest[i] + 1);
      }
    }
  }
  return fewest.back() <= words_max;
}

// Without spaces and signs: "correct-horse battery" -> "correcthorsebattery".
std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || (c & 0x80) != 0) out += c;
  }
  return out;
}

bool is_common(std::string_view lowered) {
  const auto& list = common_passwords();
  const auto core = std::string(core_of(lowered));
  const auto joined = squeezed(lowered);
  for (const auto& form : {std::string(lowered), core, joined, plain_letters(lowered), plain_letters(core)}) {
    if (std::binary_search(list.begin(), list.end(), form)) return true;
    if (only_words(form, common_words(), 3)) return true;
  }
  return false;
}

// The words of a name or an address that are long enough to matter: "eva.lindt@example.org" -> eva.lindt,
// lindt, ...
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : lower(text) + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || (c & 0x80) != 0) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

bool is_personal(std::string_view lowered, const PasswordOwner& owner) {
  const auto email = lower(owner.email);
  const auto local = email.substr(0, email.find('@'));
  if (local.size() >= 4 && lowered.find(local) != lowered.npos) return true;
  const auto platform_words = words_of(owner.platform);
  std::string platform;
  for (const auto& word : platform_words) platform += word;
  if (platform.size() >= 4 && squeezed(lowered).find(platform) != std::string::npos) return true;
  // Nothing but names, "kindling" and common words.
  auto words = words_of(owner.name);
  for (auto& word : words_of(owner.email)) words.push_back(std::move(word));
  words.insert(words.end(), platform_words.begin(), platform_words.end());
  words.emplace_back("kindling");
  words.insert(words.end(), common_words().begin(), common_words().end());
  std::erase_if(words, [](const std::string& word) { return word.size() < 3; });
  return only_words(lowered, words, 4) || only_words(plain_letters(lowered), words, 4);
}

}  // namespace

std::optional<FieldError> check_password(std::string_view password, const PasswordOwner& owner) {
  if (!is_valid_utf8(password))
    return broken("invalid_utf8", "This text cannot be read. Please type it again.");
  const auto length = code_points(password);
  if (length < kPasswordMin) {
    return broken("too_short", "Use at least 12 characters. Four or five random words make a good password.");
  }
  if (length > kPasswordMax) return broken("too_long", "Use at most 200 characters.");
  if (std::any_of(password.begin(), password.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
    return broken("control_character", "Use letters, digits, signs and spaces only.");
  }
  const auto lowered = lower(password);
  if (std::set<char>(lowered.begin(), lowered.end()).size() < 5 || repeats(lowered) || walks(lowered)) {
    return broken("too_simple",
                  "This is a repetition or a row of keys. Four or five random words are safer.");
  }
  if (is_common(lowered)) {
    return broken("too_common", "Many people use this password, so it is tried first. Choose another one.");
  }
  if (is_personal(lowered, owner)) {
    return broken("too_personal", "Leave out your name, your e-mail address and the platform's name.");
  }
  return std::nullopt;
}

}  // namespace kindling
