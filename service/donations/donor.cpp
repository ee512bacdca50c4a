#include "donations/donor.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/fields.hpp"
#include "identity/user.hpp"

namespace kindling {
namespace {

// U+00C0 to U+017F without accents; '?' stands for what is no letter or has no single base letter.
constexpr std::string_view kBaseLetters =
    "aaaaaaaceeeeiiiidnooooo?ouuuuytsaaaaaaaceeeeiiiidnooooo?ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

// Small letters without accents; what is not Latin stays as it is.
std::string folded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      out += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : static_cast<char>(byte);
    } else if (byte >= 0xC3 && byte <= 0xC5 && i + 1 < text.size()) {
      const std::size_t code = ((byte & 0x1Fu) << 6) | (static_cast<unsigned char>(text[++i]) & 0x3Fu);
      const auto letter = kBaseLetters[code - 0xC0];
      if (letter != '?') out += letter;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : folded(text) + " ") {
    const bool part = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
    if (part) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  std::ranges::sort(words);
  return words;
}

std::set<std::string> trigrams(const std::string& text) {
  std::set<std::string> found;
  const auto padded = "  " + text + " ";
  for (std::size_t i = 0; i + 3 <= padded.size(); ++i) found.insert(padded.substr(i, 3));
  return found;
}

// Shared trigrams over all, in percent (Dice).
int name_likeness(const std::string& a, const std::string& b) {
  const auto left = trigrams(a), right = trigrams(b);
  const auto shared = std::ranges::count_if(left, [&](const auto& gram) { return right.contains(gram); });
  return static_cast<int>(200 * static_cast<std::size_t>(shared) / (left.size() + right.size()));
}

std::string digits_of(const std::optional<std::string>& text) {
  std::string digits;
  for (const char c : text.value_or("")) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits.size() < 6 ? std::string() : digits.substr(digits.size() - std::min<std::size_t>(digits.size(), 9));
}

bool is_country(const std::string& text) {
  return text.size() == 2 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

Result<NewDonor> parse_donor(const Input& input, Date today) {
  static constexpr std::string_view kKinds[] = {"person", "organisation"};
  static constexpr std::string_view kPreferences[] = {"none", "email", "post", "phone"};
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  NewDonor donor{.kind = fields.optional_one_of("kind", kKinds).value_or("person"),
                 .anonymous = !fields.flag("named"),
                 .contact_preference = fields.optional_one_of("contact_preference", kPreferences).value_or("none"),
                 .consent_on = fields.optional_date("consent_on"),
                 .identity = {.name = fields.text("name"),
                              .email = fields.optional_text("email", {.max = 254}),
                              .phone = fields.optional_text("phone", {.max = 40}),
                              .address_line = fields.optional_text("address_line"),
                              .postal_code = fields.optional_text("postal_code", {.max = 20}),
                              .city = fields.optional_text("city", {.max = 100}),
                              .country = fields.optional_text("country", {.max = 2})}};
  const auto& identity = donor.identity;
  if (identity.email && normal_email(*identity.email).empty()) {
    fields.fail("email", "not_an_email", "Enter an e-mail address such as ada@example.org.");
  }
  if (identity.country && !is_country(*identity.country)) {
    fields.fail("country", "not_a_country", "Enter the two letters of the country such as BE.");
  }
  if (donor.consent_on && *donor.consent_on > today) {
    fields.fail("consent_on", "in_the_future", "Enter the day on which they agreed, not a later one.");
  }
  const auto needs = [&](const char* preference, const char* field, const std::optional<std::string>& value) {
    if (donor.contact_preference == preference && !value) fields.fail(field, "required", "Without it they cannot be reached that way.");
  };
  needs("email", "email", identity.email);
  needs("post", "address_line", identity.address_line);
  needs("phone", "phone", identity.phone);
  if (donor.contact_preference != "none" && !donor.consent_on && !fields.failed("consent_on")) {
    fields.fail("consent_on", "contact_needs_consent", "Enter the day on which the donor agreed to be contacted.");
  }
  return fields.finish(std::move(donor));
}

Input typed_of(const Donor& donor, const DonorIdentity& identity) {
  Input typed;
  typed.set("version", std::to_string(donor.version));
  typed.set("kind", donor.kind);
  typed.set("named", donor.anonymous ? "" : "on");
  typed.set("contact_preference", donor.contact_preference);
  typed.set("consent_on", donor.consent_on ? to_string(*donor.consent_on) : "");
  typed.set("name", identity.name);
  typed.set("email", identity.email.value_or(""));
  typed.set("phone", identity.phone.value_or(""));
  typed.set("address_line", identity.address_line.value_or(""));
  typed.set("postal_code", identity.postal_code.value_or(""));
  typed.set("city", identity.city.value_or(""));
  typed.set("country", identity.country.value_or(""));
  return typed;
}

Value donor_value(const Donor& donor, Currency platform) {
  return Value::object({{"id", donor.id},
                        {"version", donor.version},
                        {"reference", donor.reference},
                        {"kind", donor.kind},
                        {"anonymous", donor.anonymous},
                        {"contact_preference", donor.contact_preference},
                        {"consent_on", donor.consent_on ? Value(to_string(*donor.consent_on)) : Value()},
                        {"merged_into_id", donor.merged_into_id ? Value(*donor.merged_into_id) : Value()},
                        {"erased", donor.erased},
                        {"gifts", donor.gifts},
                        {"currency", platform.code()},
                        {"given", to_string(Money{donor.given_minor, platform})},
                        {"last_gift_on", donor.last_gift_on ? Value(to_string(*donor.last_gift_on)) : Value()}});
}

Value identity_value(const DonorIdentity& identity) {
  const auto or_null = [](const std::optional<std::string>& text) { return text ? Value(*text) : Value(); };
  return Value::object({{"name", identity.name},
                        {"email", or_null(identity.email)},
                        {"phone", or_null(identity.phone)},
                        {"address_line", or_null(identity.address_line)},
                        {"postal_code", or_null(identity.postal_code)},
                        {"city", or_null(identity.city)},
                        {"country", or_null(identity.country)}});
}

std::optional<DonorIdentity> identity_of(const Value& value) {
  const auto text = [&](const char* name) -> std::optional<std::string> {
    const auto* member = value.find(name);
    const auto* found = member == nullptr ? nullptr : std::get_if<std::string>(&member->data());
    return found == nullptr ? std::nullopt : std::optional(*found);
  };
  const auto name = text("name");
  if (!name) return std::nullopt;
  return DonorIdentity{.name = *name, .email = text("email"), .phone = text("phone"), .address_line = text("address_line"),
                       .postal_code = text("postal_code"), .city = text("city"), .country = text("country")};
}

std::string normal_name(std::string_view name) {
  std::string joined;
  for (const auto& word : words_of(name)) joined += (joined.empty() ? "" : " ") + word;
  return joined;
}

Likeness likeness(const DonorIdentity& a, const DonorIdentity& b) {
  if (a.email && b.email && normal_email(*a.email) == normal_email(*b.email)) return {100, "the same e-mail"};
  const auto left = normal_name(a.name), right = normal_name(b.name);
  const bool same_phone = !digits_of(a.phone).empty() && digits_of(a.phone) == digits_of(b.phone);
  const bool same_place = a.postal_code && b.postal_code && folded(*a.postal_code) == folded(*b.postal_code);
  const int names = left == right ? 90 : name_likeness(left, right) * 85 / 100;
  std::string reason = left == right ? "the same name" : names >= 50 ? "a similar name" : "";
  const auto add = [&](bool holds, const char* why) {
    if (holds) reason += (reason.empty() ? "" : ", ") + std::string(why);
    return holds;
  };
  int score = names;
  if (add(same_phone, "the same phone number")) score += 25;
  if (add(same_place, "the same postal code")) score += 10;
  return {std::min(score, 99), reason};
}

std::vector<AlikePair> find_alike(const std::vector<KnownDonor>& donors) {
  // A very common word would compare everybody with everybody.
  static constexpr std::size_t kSharedByMax = 200;
  std::map<std::string, std::vector<std::size_t>> sharing;
  for (std::size_t i = 0; i < donors.size(); ++i) {
    const auto& identity = donors[i].identity;
    std::set<std::string> keys;
    for (const auto& word : words_of(identity.name)) keys.insert("w" + word.substr(0, 4));
    if (identity.email) keys.insert("e" + normal_email(*identity.email));
    if (const auto digits = digits_of(identity.phone); !digits.empty()) keys.insert("p" + digits);
    for (const auto& key : keys) sharing[key].push_back(i);
  }
  std::set<std::pair<std::size_t, std::size_t>> seen;
  std::vector<AlikePair> pairs;
  for (const auto& [key, members] : sharing) {
    if (members.size() > kSharedByMax && key.front() == 'w') continue;
    for (std::size_t i = 0; i < members.size(); ++i) {
      for (std::size_t k = i + 1; k < members.size(); ++k) {
        if (!seen.emplace(members[i], members[k]).second) continue;
        const auto alike = likeness(donors[members[i]].identity, donors[members[k]].identity);
        if (alike.score < kLikenessAsked) continue;
        const auto [first, second] = std::minmax(donors[members[i]].id, donors[members[k]].id);
        pairs.push_back({first, second, alike});
      }
    }
  }
  std::ranges::stable_sort(pairs, std::ranges::greater{}, [](const AlikePair& pair) { return pair.likeness.score; });
  return pairs;
}

}  // namespace kindling
