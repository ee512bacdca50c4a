#include "banking/statement_csv.hpp"

#include <gtest/gtest.h>

namespace kindling {
namespace {

BankAccount account() {
  const Money opening{100'000, Currency::of("EUR")};
  return {{.name = "Main", .holder = "Sparks", .iban = "BE68539007547034", .bic = {}, .opening_on = Date::of("2026-01-31"),
           .opening = opening},
          1, 1, "bank", {}, opening, 0};
}

// Opened, mapped as it proposes, read.
Result<Statement> read(const std::string& csv, const Input& changes = {}) {
  auto opened = open_csv_statement(csv);
  if (!opened) return opened.error();
  auto mapping = opened->proposed;
  for (const auto& field : changes.fields()) mapping.set(field.path, field.text);
  const auto parsed = parse_csv_mapping(mapping);
  if (!parsed) return parsed.error();
  const auto headings = mapped_headings(*opened, *parsed);
  if (!headings) return invalid_field("file", "headings_not_found", "");
  return read_csv_statement(*opened, *headings, *parsed, account());
}
std::string refusal(const Result<Statement>& read) {
  return read ? std::string() : read.error().fields.front().code + ": " + read.error().fields.front().message;
}

TEST(StatementCsv, ReadsWhatABankWritesNewestFirstWithCommas) {
  const auto statement = read("Datum;Valuta;Bedrag;Saldo;Naam;Tegenrekening;Mededeling\r\n"
                              "03.02.2026;03.02.2026;-118,40;1.031,60;Lantern Hosting;NL91 ABNA 0417 1643 00;Invoice 88\r\n"
                              "02.02.2026;02.02.2026;150,00;1.150,00;Ida Example;;Thank you\r\n");
  ASSERT_TRUE(statement.ok()) << refusal(statement);
  EXPECT_EQ(to_string(statement->opening), "1000.00");
  EXPECT_EQ(to_string(statement->closing), "1031.60");
  EXPECT_FALSE(statement->balances_computed);
  EXPECT_EQ(statement->identification, "CSV 2026-02-02 to 2026-02-03");
  ASSERT_EQ(statement->lines.size(), 2u);
  EXPECT_EQ(to_string(statement->lines[0].amount), "150.00");
  EXPECT_EQ(statement->lines[1].counterparty_iban, "NL91ABNA0417164300");
  EXPECT_EQ(statement->lines[1].text, "Invoice 88");
}

TEST(StatementCsv, OneDayIsOrderedByItsBalances) {
  const auto statement = read("Date,Amount,Balance\n2026-02-02,5.00,1015.00\n2026-02-02,10.00,1010.00\n");
  ASSERT_TRUE(statement.ok()) << refusal(statement);
  EXPECT_EQ(to_string(statement->opening), "1000.00");
  EXPECT_EQ(to_string(statement->closing), "1015.00");
}

TEST(StatementCsv, CreditAndDebitMayStandApart) {
  const auto statement = read("Date,Money in,Money out\n2026-02-02,10.00,\n2026-02-03,,4.00\n2026-02-04,,-1.00\n");
  ASSERT_TRUE(statement.ok()) << refusal(statement);
  EXPECT_TRUE(statement->balances_computed);
  EXPECT_EQ(to_string(statement->lines[1].amount), "-4.00");
  EXPECT_EQ(to_string(statement->lines[2].amount), "-1.00");
}

TEST(StatementCsv, ABalanceThatDoesNotFollowIsToldWithItsRow) {
  EXPECT_EQ(refusal(read("Date,Amount,Balance\n2026-02-02,10.00,1010.00\n2026-02-03,5.00,1015.01\n")),
            "balance_does_not_follow: Row 3 does not add up: 1,010.00 EUR before it and 5.00 EUR make 1,015.00 EUR, but it says "
            "1,015.01 EUR. Nothing was imported.");
}

TEST(StatementCsv, EachErrorNamesItsRowAndHeading) {
  const auto broken = read("Date,Amount,Currency,Account\n"
                           "2026-02-31,1.00,EUR,\n2026-02-01,x,EUR,\n2026-02-01,0.00,EUR,\n2026-02-01,1.005,EUR,\n"
                           "2026-02-01,1.00,CZK,\n2026-02-01,1.00,EUR,DE89370400440532013000\n2026-02-01,,EUR,\n,1.00,EUR,\n");
  ASSERT_FALSE(broken.ok());
  std::vector<std::string> told;
  for (const auto& error : broken.error().fields) told.push_back(error.code + " " + error.message.substr(0, error.message.find(':')));
  EXPECT_EQ(told, (std::vector<std::string>{"not_a_date Row 2, \"Date\"", "not_an_amount Row 3, \"Amount\"",
                                            "amount_is_zero Row 4, \"Amount\"", "over_precise Row 5, \"Amount\"",
                                            "other_currency Row 6, \"Currency\"", "other_account Row 7, \"Account\"",
                                            "required Row 8, \"Amount\"", "required Row 9, \"Date\""}));
}

TEST(StatementCsv, AMappingNeedsADayAndAnAmountAndEachHeadingOnce) {
  EXPECT_EQ(refusal(read("Amount,Text\n1.00,x\n")), "required: Choose the heading that holds this.");
  EXPECT_EQ(refusal(read("Date,Money in\n2026-02-01,1.00\n")), "required: Choose the heading of the amount, or those of credit and debit.");
  Input twice;
  twice.set("columns.message", "Date");
  EXPECT_EQ(refusal(read("Date,Amount\n2026-02-01,1.00\n", twice)),
            "chosen_twice: This heading is chosen for another column already; choose another one.");
}

TEST(StatementCsv, AMappingFitsFilesThatHaveItsHeadings) {
  const auto opened = open_csv_statement("Date,Amount\n2026-02-01,1.00\n");
  ASSERT_TRUE(opened.ok());
  const auto mapping = parse_csv_mapping(opened->proposed);
  ASSERT_TRUE(mapping.ok());
  const auto fits = [&](const std::string& csv) { return mapped_headings(*open_csv_statement(csv), *mapping).has_value(); };
  EXPECT_TRUE(fits("Amount,Further,Date\n1.00,x,2026-02-01\n"));
  EXPECT_FALSE(fits("Date,Value\n2026-02-01,1.00\n"));
  EXPECT_FALSE(mapped_headings(*opened, Input()).has_value());
}

// As banks write them: the account and the period above, in rows of any width.
constexpr const char* kWithLinesAbove =
    "Example Bank NV\r\n"
    "Rekening;BE68 5390 0754 7034;Sparks in the Dark vzw\r\n"
    "Periode;01.02.2026;28.02.2026\r\n"
    "Saldo begin, EUR;1.000,00\r\n"
    "\r\n"
    "Datum;Valuta;Bedrag;Saldo;Naam;Mededeling;\r\n"
    "02.02.2026;02.02.2026;150,00;1.150,00;Ida Example;Thank you;\r\n"
    "03.02.2026;03.02.2026;-118,40;1.031,60;Lantern Hosting;Invoice 88;\r\n";

TEST(StatementCsv, LinesAboveTheHeadingsArePassedOver) {
  const auto opened = open_csv_statement(kWithLinesAbove);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->headings.row, 6u);
  EXPECT_EQ(opened->headings.separator, ';');
  EXPECT_EQ(opened->proposed.text("columns.amount"), "Bedrag");
  EXPECT_EQ(opened->proposed.text("options.decimal"), "comma");
  const auto statement = read(kWithLinesAbove);
  ASSERT_TRUE(statement.ok()) << refusal(statement);
  ASSERT_EQ(statement->lines.size(), 2u);
  EXPECT_EQ(to_string(statement->opening), "1000.00");
  EXPECT_EQ(to_string(statement->closing), "1031.60");
}

TEST(StatementCsv, ErrorsBelowLinesAboveNameTheRowOfTheFile) {
  std::string broken = kWithLinesAbove;
  broken.replace(broken.find("-118,40"), 7, "-118,4x");
  EXPECT_EQ(refusal(read(broken)).substr(0, 32), "not_an_amount: Row 8, \"Bedrag\": ");
}

TEST(StatementCsv, AMappingFindsItsHeadingsHoweverManyLinesStandAbove) {
  const auto opened = open_csv_statement(kWithLinesAbove);
  const auto mapping = parse_csv_mapping(opened->proposed);
  ASSERT_TRUE(mapping.ok());
  const std::string text = kWithLinesAbove;
  const auto shorter = open_csv_statement(text.substr(text.find("Datum")));
  ASSERT_TRUE(shorter.ok());
  EXPECT_EQ(mapped_headings(*shorter, *mapping)->row, 1u);
  std::string longer;
  for (int i = 0; i < 54; ++i) longer += "Note;" + std::to_string(i) + "\n";
  EXPECT_EQ(mapped_headings(*open_csv_statement(longer + text), *mapping)->row, 60u);
  EXPECT_FALSE(mapped_headings(*open_csv_statement("One more\n" + longer + text), *mapping).has_value()) << "the 61st row";
}

TEST(StatementCsv, HeadingsInNoKnownLanguageAreFoundByTheirWidthOrSaidByTheirRow) {
  const std::string csv = "Konto 123\nData,Kwota,Nadawca\n2026-02-01,5.00,Ida\n";
  const auto guessed = open_csv_statement(csv);
  ASSERT_TRUE(guessed.ok());
  EXPECT_EQ(guessed->headings.row, 2u);
  const auto said = open_csv_statement("A title, of two\nand another, one, more, than, all\nData,Kwota\n2026-02-01,5.00\n", 3);
  ASSERT_TRUE(said.ok());
  EXPECT_EQ(said->headings.names, (std::vector<std::string>{"Data", "Kwota"}));
  const auto beyond = open_csv_statement(csv, 9);
  ASSERT_FALSE(beyond.ok());
  EXPECT_EQ(beyond.error().fields.front().field, "headings_row");
}

TEST(StatementCsv, XmlIsNoCsv) {
  EXPECT_FALSE(looks_like_csv("\xEF\xBB\xBF  <?xml version=\"1.0\"?>"));
  EXPECT_TRUE(looks_like_csv("Date;Amount\n"));
  EXPECT_FALSE(looks_like_csv(""));
}

}  // namespace
}  // namespace kindling
