#include <gtest/gtest.h>

#include "ledger/seal.hpp"

namespace kindling {
namespace {

SealedEntry sample() {
  return {.position = 1, .id = 42, .booked_on = "2026-02-05", .recorded_at_us = 1'770'000'000'123'456,
          .kind = "instalment_received", .document_kind = "instalment", .document_id = 7,
          .description = "Prefinancing", .reverses_entry_id = std::nullopt, .actor_id = 3,
          .postings = {{1, "bank", 2, std::nullopt, 35'000'000, "EUR"},
                       {2, "income_grants", 2, std::nullopt, -35'000'000, "EUR"}}};
}

// Golden: computed once with another program (Python, hashlib); a changed encoding is a new version, never another value here.
TEST(Seal, BeginsWithTheHashOfItsVersion) {
  EXPECT_EQ(to_hex(first_seal()), "e66bc5a2370b19acfb894f97e7b8dbef3c670b73db89a4963f0d0a99693f0766");
}

TEST(Seal, KeepsItsGoldenVector) {
  EXPECT_EQ(to_hex(seal_of(first_seal(), sample())), "7268dcba6ff20ea0a92030670b96df9225419ea5c607daf46fcbc0a2a70281fc");
}

TEST(Seal, ChangesWithEveryField) {
  const auto sealed = seal_of(first_seal(), sample());
  const auto differs = [&](auto change) {
    auto entry = sample();
    change(entry);
    return seal_of(first_seal(), entry) != sealed;
  };
  EXPECT_TRUE(differs([](SealedEntry& e) { e.position = 2; }));
  EXPECT_TRUE(differs([](SealedEntry& e) { e.id = 43; }));
  EXPECT_TRUE(differs([](SealedEntry& e) { e.booked_on = "2026-02-06"; }));
  EXPECT_TRUE(differs([](SealedEntry& e) { e.recorded_at_us += 1; }));
  EXPECT_TRUE(differs([](SealedEntry& e) { e.kind += "x"; }));
  EXPECT_TRUE(differs([](SealedEntry& e) { e.document_id = 8; }));
  EXPECT_TRUE(differs([](SealedEntry& e) { e.description.clear(); }));
  EXPECT_TRUE(differs([](SealedEntry& e) { e.reverses_entry_id = 0; }));
  EXPECT_TRUE(differs([](SealedEntry& e) { e.actor_id = 4; }));
  EXPECT_TRUE(differs([](SealedEntry& e) { e.postings[0].amount_minor += 1; }));
  EXPECT_TRUE(differs([](SealedEntry& e) { e.postings[1].fund_id = 1; }));
  EXPECT_TRUE(differs([](SealedEntry& e) { e.postings[1].budget_line_id = 1; }));
  EXPECT_TRUE(differs([](SealedEntry& e) { e.postings[1].currency = "CZK"; }));
}

// Text cannot move from one field into the next: each carries its length.
TEST(Seal, TellsFieldsApart) {
  auto a = sample(), b = sample();
  a.kind = "ab";
  a.document_kind = "c";
  b.kind = "a";
  b.document_kind = "bc";
  EXPECT_NE(canonical_encoding(a), canonical_encoding(b));
}

}  // namespace
}  // namespace kindling
