#include "core/creditor_reference.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace kindling {
namespace {

std::string code_of(std::string_view text) {
  const auto reference = parse_creditor_reference(text);
  return reference.ok() ? "" : reference.error().fields.front().code;
}

TEST(CreditorReference, MakesAndChecksTheExampleOfTheStandard) {
  EXPECT_EQ(make_creditor_reference("539007547034"), "RF18539007547034");
  EXPECT_EQ(*parse_creditor_reference("rf18 5390 0754 7034"), "RF18539007547034");
  EXPECT_EQ(code_of("RF17539007547034"), "wrong_check_digits");
}

TEST(CreditorReference, WhatItMakesHoldsForEveryLength) {
  std::string body;
  for (const char c : std::string_view("C1A9Z0K2D5E8F3G6H4J7X")) {
    body += c;
    EXPECT_EQ(*parse_creditor_reference(make_creditor_reference(body)), make_creditor_reference(body));
  }
  EXPECT_EQ(body.size(), 21u);
  EXPECT_THROW(make_creditor_reference(body + "1"), std::invalid_argument);
  EXPECT_THROW(make_creditor_reference(""), std::invalid_argument);
  EXPECT_THROW(make_creditor_reference("a1"), std::invalid_argument);
}

TEST(CreditorReference, RefusesWhatIsNone) {
  for (const auto* text : {"", "RF", "RF18", "RX18539007547034", "RFAB539007547034", "RF18-539007547034",
                           "RF181234567890123456789012"}) {
    EXPECT_EQ(code_of(text), "not_a_creditor_reference") << text;
  }
}

}  // namespace
}  // namespace kindling
