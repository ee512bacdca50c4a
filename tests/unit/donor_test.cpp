// Who a donor is: encrypted for one donor alone, found by keyed hashes, compared without being shown.
#include "donations/donor.hpp"
#include "donations/donor_vault.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

namespace kindling {
namespace {

const DonorIdentity kAda{.name = "Ada Lovelace", .email = "ada@example.org", .phone = "+32 470 12 34 56",
                         .address_line = {}, .postal_code = "1000", .city = "Brussels", .country = "BE"};

class Vault : public ::testing::Test {
 protected:
  Vault() { EXPECT_GE(sodium_init(), 0); }
  DonorVault vault_{std::string(64, 'a')};
};

TEST_F(Vault, WhatIsSealedOpensForTheSameDonorOnly) {
  const auto sealed = vault_.seal(kAda, "D-ONE");
  EXPECT_EQ(sealed.sealed.find("Lovelace"), std::string::npos);
  const auto opened = vault_.open(sealed, "D-ONE");
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(opened->name, "Ada Lovelace");
  EXPECT_EQ(opened->address_line, std::nullopt);
  EXPECT_FALSE(vault_.open(sealed, "D-TWO").has_value());
}

TEST_F(Vault, NothingOpensUnderAnotherMasterKeyOrWithAnotherDonorsKey) {
  const auto sealed = vault_.seal(kAda, "D-ONE");
  EXPECT_FALSE(DonorVault(std::string(64, 'b')).open(sealed, "D-ONE").has_value());
  auto swapped = sealed;
  swapped.wrapped_key = vault_.seal(kAda, "D-ONE").wrapped_key;
  EXPECT_FALSE(vault_.open(swapped, "D-ONE").has_value());
}

TEST_F(Vault, EveryChangedByteIsSeen) {
  const auto sealed = vault_.seal(kAda, "D-ONE");
  for (std::size_t i = 0; i < sealed.sealed.size(); ++i) {
    auto altered = sealed;
    altered.sealed[i] = static_cast<char>(altered.sealed[i] ^ 1);
    EXPECT_FALSE(vault_.open(altered, "D-ONE").has_value()) << i;
  }
}

TEST_F(Vault, SealsTheSameIdentityDifferentlyEachTimeAndFindsItTheSame) {
  const auto first = vault_.seal(kAda, "D-ONE"), second = vault_.seal(kAda, "D-ONE");
  EXPECT_NE(first.sealed, second.sealed);
  EXPECT_EQ(first.name_hash, second.name_hash);
  EXPECT_EQ(first.name_hash, vault_.name_hash(" lovelace,  ADA "));
  EXPECT_EQ(first.email_hash, vault_.email_hash("Ada@Example.org "));
  EXPECT_NE(first.name_hash, DonorVault(std::string(64, 'b')).name_hash("Ada Lovelace"));
}

TEST_F(Vault, RefusesAKeyThatIsNone) {
  EXPECT_FALSE(DonorVault("").is_open());
  EXPECT_THROW(DonorVault("abc"), std::runtime_error);
  EXPECT_THROW(DonorVault(std::string(64, 'x')), std::runtime_error);
}

TEST(Donor, NamesAreComparedWithoutAccentsCaseAndOrder) {
  EXPECT_EQ(normal_name("Žofie Dvořáková"), "dvorakova zofie");
  EXPECT_EQ(normal_name("DVORAKOVA, Zofie"), "dvorakova zofie");
  EXPECT_EQ(normal_name("Jürgen Groß"), "gros jurgen");
}

TEST(Donor, AlikeIsToldWithItsReason) {
  auto twin = kAda;
  EXPECT_EQ(likeness(kAda, twin).reason, "the same e-mail");
  EXPECT_EQ(likeness(kAda, twin).score, 100);
  twin.email = "other@example.org";
  EXPECT_EQ(likeness(kAda, twin).reason, "the same name, the same phone number, the same postal code");
  twin = {.name = "Ada Lovelance", .email = {}, .phone = {}, .address_line = {}, .postal_code = "1000", .city = {}, .country = {}};
  EXPECT_EQ(likeness(kAda, twin).reason, "a similar name, the same postal code");
  EXPECT_GE(likeness(kAda, twin).score, kLikenessAsked);
  twin.name = "Grace Hopper";
  EXPECT_LT(likeness(kAda, twin).score, kLikenessAsked);
}

TEST(Donor, OnlyPairsThatShareSomethingAreProposed) {
  const auto named = [](std::int64_t id, const char* name) {
    return KnownDonor{id, {.name = name, .email = {}, .phone = {}, .address_line = {}, .postal_code = {}, .city = {}, .country = {}}};
  };
  const auto pairs = find_alike({named(3, "Ada Lovelace"), named(1, "Lovelace Ada"), named(2, "Grace Hopper")});
  ASSERT_EQ(pairs.size(), 1u);
  EXPECT_EQ(pairs[0].first_id, 1);
  EXPECT_EQ(pairs[0].second_id, 3);
}

TEST(Donor, ContactNeedsConsentAndAWayToReach) {
  Input input;
  input.set("name", "Ada");
  input.set("contact_preference", "email");
  const auto refused = parse_donor(input, Date::of("2026-03-01"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().fields[0].field + ":" + refused.error().fields[0].code, "email:required");
  EXPECT_EQ(refused.error().fields[1].field + ":" + refused.error().fields[1].code, "consent_on:contact_needs_consent");
  input.set("email", "ada@example.org");
  input.set("consent_on", "2026-03-01");
  EXPECT_TRUE(parse_donor(input, Date::of("2026-03-01")).ok());
  input.set("consent_on", "2026-03-02");
  EXPECT_EQ(parse_donor(input, Date::of("2026-03-01")).error().fields[0].code, "in_the_future");
}

}  // namespace
}  // namespace kindling
