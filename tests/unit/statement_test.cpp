#include "banking/statement.hpp"

#include <gtest/gtest.h>

namespace kindling {
namespace {

std::vector<std::string> identified(std::vector<std::string> references) {
  const auto day = Date::of("2026-02-02");
  const Money one{1'00, Currency::of("EUR")};
  Statement statement{.identification = {}, .iban = {}, .starts_on = day, .ends_on = day, .opening = one, .closing = one, .lines = {}};
  for (auto& reference : references) {
    statement.lines.push_back({.bank_reference = std::move(reference), .booked_on = day, .value_on = day, .amount = one});
  }
  identify_lines(statement, [](std::string_view) { return std::string("abcdefghijklmnop"); });
  std::vector<std::string> made;
  for (const auto& line : statement.lines) made.push_back(line.bank_reference);
  return made;
}

using References = std::vector<std::string>;

TEST(IdentifyLines, NumbersTheSecondLineWithTheSameReference) {
  EXPECT_EQ(identified({"X", "X", "X", "Y"}), (References{"X", "X~2", "X~3", "Y"}));
}

TEST(IdentifyLines, PassesOverANumberThatTheBankItselfGave) {
  EXPECT_EQ(identified({"X~2", "X", "X"}), (References{"X~2", "X", "X~3"}));
}

TEST(IdentifyLines, MakesAReferenceWhereTheBankGaveNone) {
  EXPECT_EQ(identified({"", ""}), (References{"content:6162636465666768696a6b6c", "content:6162636465666768696a6b6c~2"}));
}

}  // namespace
}  // namespace kindling
