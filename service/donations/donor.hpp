// Donors: who gives, with their identity apart. Types and rules, without I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

// Who somebody is. Leaves memory only encrypted (DonorVault), and is read only with an audit.
struct DonorIdentity {
  std::string name;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  std::optional<std::string> address_line;
  std::optional<std::string> postal_code;
  std::optional<std::string> city;
  std::optional<std::string> country;  // ISO 3166, two capital letters
};

struct NewDonor {
  std::string kind;                // person, organisation
  bool anonymous = true;           // to everybody outside
  std::string contact_preference;  // none, email, post, phone
  std::optional<Date> consent_on;  // when they agreed to be contacted
  DonorIdentity identity;
};

// A donor without its identity.
struct Donor {
  std::int64_t id = 0;
  int version = 0;
  std::string reference;           // random; stands for the donor everywhere
  std::string kind;
  bool anonymous = true;
  std::string contact_preference;
  std::optional<Date> consent_on;
  std::optional<std::int64_t> merged_into_id;
  bool erased = false;
  bool known = false;              // an identity is stored
  // With those merged into it: what cleared less what was paid back, in the platform's currency, without in kind.
  std::int64_t gifts = 0;
  std::int64_t given_minor = 0;
  std::optional<Date> last_gift_on;
};

// Fields: kind, named (their name may be shown outside), contact_preference, consent_on, name, email, phone,
// address_line, postal_code, city, country; version is passed over.
Result<NewDonor> parse_donor(const Input& input, Date today);
Input typed_of(const Donor& donor, const DonorIdentity& identity);
Value donor_value(const Donor& donor, Currency platform);  // schema "Donor": nothing of a person
Value identity_value(const DonorIdentity& identity);       // schema "DonorIdentity"
std::optional<DonorIdentity> identity_of(const Value& value);

// What is hashed for finding: small letters without accents, the words in one order.
std::string normal_name(std::string_view name);

// How alike two identities are, 0 to 100, and why in a few words; below 70 nobody is asked.
struct Likeness {
  int score = 0;
  std::string reason;
};
inline constexpr int kLikenessAsked = 70;
Likeness likeness(const DonorIdentity& a, const DonorIdentity& b);

struct KnownDonor {
  std::int64_t id;
  DonorIdentity identity;
};
struct AlikePair {
  std::int64_t first_id;   // the smaller
  std::int64_t second_id;
  Likeness likeness;
};
// Pairs worth a look, the most alike first. Compares only those that share a word, an e-mail or a phone number.
std::vector<AlikePair> find_alike(const std::vector<KnownDonor>& donors);

}  // namespace kindling
