#include "core/iban.hpp"

#include <gtest/gtest.h>

#include "core/check_digits.hpp"

namespace kindling {
namespace {

std::string code_of(std::string_view text) {
  const auto iban = parse_iban(text);
  return iban.ok() ? "" : iban.error().fields.front().code;
}

TEST(Iban, TakesTheExamplesOfManyCountries) {
  for (const auto* iban : {"BE68539007547034", "DE89370400440532013000", "FR1420041010050500013M02606",
                           "GB29NWBK60161331926819", "NL91ABNA0417164300", "NO9386011117947", "MT84MALT011000012345MTLCAST001S",
                           "CZ6508000000192000145399", "PT50000201231234567890154", "SK3112000000198742637541"}) {
    const auto parsed = parse_iban(iban);
    ASSERT_TRUE(parsed.ok()) << iban;
    EXPECT_EQ(*parsed, iban);
  }
}

TEST(Iban, ForgivesSpacesAndSmallLetters) {
  EXPECT_EQ(*parse_iban(" be68 5390 0754 7034\n"), "BE68539007547034");
  EXPECT_EQ(in_groups_of_four("BE68539007547034"), "BE68 5390 0754 7034");
}

TEST(Iban, RefusesAWrongCheckDigitALengthAndASwap) {
  EXPECT_EQ(code_of("BE69539007547034"), "wrong_check_digits");
  EXPECT_EQ(code_of("BE68539007547043"), "wrong_check_digits");  // two digits swapped
  EXPECT_EQ(code_of("BE6853900754703"), "wrong_length");
  EXPECT_EQ(code_of("BE685390075470345"), "wrong_length");
  EXPECT_EQ(code_of("DE8937040044053201300"), "wrong_length");
}

TEST(Iban, RefusesWhatIsNone) {
  EXPECT_EQ(code_of(""), "not_an_iban");
  EXPECT_EQ(code_of("BE"), "not_an_iban");
  EXPECT_EQ(code_of("1234567890123456"), "not_an_iban");
  EXPECT_EQ(code_of("BE68-5390-0754-7034"), "not_an_iban");
  EXPECT_EQ(code_of("BE68539007547\xC3\xA9"), "not_an_iban");
  EXPECT_EQ(code_of(std::string("AE07") + std::string(31, '1')), "not_an_iban");  // 35 characters
}

TEST(Iban, TakesACountryOutsideSepaByItsCheckDigits) {
  EXPECT_EQ(code_of("AE070331234567890123456"), "");
  EXPECT_EQ(code_of("AE080331234567890123456"), "wrong_check_digits");
}

}  // namespace
}  // namespace kindling
