#include "support/payment_code.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "support/qr_code.hpp"

namespace kindling {
namespace {

const auto kEuro = Currency::of("EUR");

PaymentRequest request(std::optional<Money> amount) {
  return {.holder = "Sparks in the Dark vzw", .iban = "BE68539007547034", .bic = std::nullopt, .amount = amount,
          .reference = "RF18539007547034"};
}

std::string code_of(const PaymentRequest& asked) {
  const auto made = payment_code(asked);
  return made ? "" : made.error().fields.front().code;
}

TEST(PaymentCode, IsTheStandardsLinesInOrder) {
  EXPECT_EQ(*payment_code(request(Money{2'500, kEuro})),
            "BCD\n002\n1\nSCT\n\nSparks in the Dark vzw\nBE68539007547034\nEUR25.00\n\nRF18539007547034");
  auto with_bic = request(std::nullopt);
  with_bic.bic = "KREDBEBB";
  EXPECT_EQ(*payment_code(with_bic),
            "BCD\n002\n1\nSCT\nKREDBEBB\nSparks in the Dark vzw\nBE68539007547034\n\n\nRF18539007547034");
  with_bic.reference = "";
  EXPECT_EQ(*payment_code(with_bic), "BCD\n002\n1\nSCT\nKREDBEBB\nSparks in the Dark vzw\nBE68539007547034");
}

TEST(PaymentCode, TakesAmountsWithinTheStandardOnly) {
  EXPECT_EQ(code_of(request(Money{1, kEuro})), "");
  EXPECT_EQ(code_of(request(Money{99'999'999'999, kEuro})), "");
  EXPECT_EQ(code_of(request(Money{0, kEuro})), "out_of_range");
  EXPECT_EQ(code_of(request(Money{100'000'000'000, kEuro})), "out_of_range");
  EXPECT_EQ(code_of(request(Money{100, Currency::of("CZK")})), "not_euro");
}

TEST(PaymentCode, HoldsTheLongestHolderAndRefusesALongerOne) {
  auto longest = request(Money{99'999'999'999, kEuro});
  longest.holder = "";
  for (int i = 0; i < 70; ++i) longest.holder += "\u00e9";  // two bytes each
  longest.iban = "MT84MALT011000012345MTLCAST001S";
  longest.bic = "MMEBMTMTXXX";
  longest.reference = "RF18539007547034539007539";
  const auto made = payment_code(longest);
  ASSERT_TRUE(made.ok());
  EXPECT_LE(made->size(), 331u);
  EXPECT_NO_THROW(qr_svg(*made, "code"));
  longest.holder += "e";
  EXPECT_EQ(code_of(longest), "payload_too_long");
}

TEST(QrCode, IsAnSvgThatFitsVersion13) {
  const auto svg = qr_svg(std::string(331, 'a'), "a \"code\"");
  EXPECT_TRUE(svg.starts_with("<svg ")) << svg.substr(0, 80);
  EXPECT_NE(svg.find("aria-label=\"a &quot;code&quot;\""), std::string::npos);
  EXPECT_NE(svg.find("viewBox=\"0 0 77 77\""), std::string::npos) << "69 modules and four on each side";
  EXPECT_THROW(qr_svg(std::string(400, 'a'), ""), std::invalid_argument);
  EXPECT_THROW(qr_svg("", ""), std::invalid_argument);
}

}  // namespace
}  // namespace kindling
