#include "banking/camt.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <fstream>
#include <sstream>

namespace kindling {
namespace {

std::string file(const std::string& name) {
  std::ifstream stream(std::string(KINDLING_SOURCE_DIR "/tests/support/statements/") + name);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  EXPECT_TRUE(stream.good()) << name;
  return bytes.str();
}

std::string replaced(std::string text, const std::string& old, const std::string& now) {
  const auto at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return text.replace(at, old.size(), now);
}

// Lines with the references under which they count once; the content itself stands for its hash.
std::vector<Statement> identified(std::vector<Statement> statements) {
  for (auto& statement : statements) identify_lines(statement, [](std::string_view content) { return std::string(content); });
  return statements;
}

// "code: message" of what is refused, "" where it is read.
std::string refusal(std::string_view bytes) {
  const auto read = read_camt(bytes);
  if (read) return {};
  const auto& field = read.error().fields.front();
  EXPECT_EQ(field.field, "file");
  return field.code + ": " + field.message;
}

TEST(Camt, ReadsVersion02WithBatchReversalAndStructuredReference) {
  const auto read = read_camt(file("camt_02.xml"));
  ASSERT_TRUE(read.ok()) << refusal(file("camt_02.xml"));
  ASSERT_EQ(read->size(), 1u);
  const auto& statement = read->front();
  EXPECT_EQ(statement.identification, "2026-021");
  EXPECT_EQ(statement.iban, "BE68539007547034");
  EXPECT_EQ(to_string(statement.opening), "1000.00");
  EXPECT_EQ(to_string(statement.closing), "1147.50");
  EXPECT_EQ(to_string(statement.starts_on), "2026-01-31");
  EXPECT_EQ(to_string(statement.ends_on), "2026-02-02");
  ASSERT_EQ(statement.lines.size(), 6u);  // one, a batch of three, a reversal, a fee; the pending one not

  const auto& gift = statement.lines[0];
  EXPECT_EQ(gift.bank_reference, "2602020001");
  EXPECT_EQ(to_string(gift.amount), "50.00");
  EXPECT_EQ(to_string(gift.booked_on), "2026-02-02");
  EXPECT_EQ(to_string(gift.value_on), "2026-02-01");
  EXPECT_EQ(gift.counterparty_name, "Žofie Nováková");
  EXPECT_EQ(gift.counterparty_iban, "CZ6508000000192000145399");
  EXPECT_EQ(gift.structured_reference, "RF18539007547034");
  EXPECT_EQ(gift.end_to_end_id, "");

  EXPECT_EQ(statement.lines[1].bank_reference, "2602020002#1");
  EXPECT_EQ(to_string(statement.lines[1].amount), "20.00");
  EXPECT_EQ(statement.lines[1].text, "For the helpline");
  EXPECT_EQ(statement.lines[3].bank_reference, "2602020002#3");
  EXPECT_EQ(to_string(statement.lines[3].amount), "60.00");

  const auto& bounced = statement.lines[4];
  EXPECT_TRUE(bounced.reversal);
  EXPECT_EQ(to_string(bounced.amount), "-20.00");
  EXPECT_EQ(bounced.counterparty_name, "Ben Bounce");
  EXPECT_EQ(to_string(bounced.booked_on), "2026-02-02");

  const auto& fee = statement.lines[5];
  EXPECT_EQ(to_string(fee.amount), "-2.50");
  EXPECT_EQ(fee.text, "Account fee January");
  EXPECT_TRUE(identified(*read)[0].lines[5].bank_reference.starts_with("content:")) << "the bank gave none";
}

TEST(Camt, ReadsVersion04WithAPrefixAndThePayeeOfADebit) {
  const auto read = read_camt(file("camt_04.xml"));
  ASSERT_TRUE(read.ok()) << refusal(file("camt_04.xml"));
  const auto& statement = read->front();
  EXPECT_EQ(to_string(statement.starts_on), "2026-02-03");
  ASSERT_EQ(statement.lines.size(), 1u);
  EXPECT_EQ(to_string(statement.lines[0].amount), "-40.00");
  EXPECT_EQ(statement.lines[0].counterparty_name, "Lantern Hosting BV");
  EXPECT_EQ(statement.lines[0].counterparty_iban, "NL91ABNA0417164300");
  EXPECT_EQ(statement.lines[0].end_to_end_id, "INV-88");
}

TEST(Camt, ReadsVersion08WithTwoStatementsAndABatchOfBothDirections) {
  const auto read = read_camt(file("camt_08.xml"));
  ASSERT_TRUE(read.ok()) << refusal(file("camt_08.xml"));
  ASSERT_EQ(read->size(), 2u);
  ASSERT_EQ(read->at(0).lines.size(), 2u);
  EXPECT_EQ(to_string(read->at(0).lines[0].amount), "40.00");
  EXPECT_EQ(read->at(0).lines[0].counterparty_name, "Harbour University");
  EXPECT_EQ(to_string(read->at(0).lines[1].amount), "-10.00");
  EXPECT_TRUE(read->at(1).lines.empty());
}

TEST(Camt, ReadsVersion03WithABatchFromWhichChargesWereTaken) {
  const auto read = read_camt(file("camt_03.xml"));
  ASSERT_TRUE(read.ok()) << refusal(file("camt_03.xml"));
  const auto& lines = read->front().lines;
  ASSERT_EQ(lines.size(), 4u);  // two cards, what they cost, and a transfer
  EXPECT_EQ(to_string(lines[0].amount), "25.00");
  EXPECT_EQ(lines[0].text, "Card 7731, night shifts");
  EXPECT_EQ(to_string(lines[1].amount), "35.00");
  EXPECT_EQ(to_string(lines[2].amount), "-0.90");
  EXPECT_EQ(lines[2].text, "Charges taken off by the bank");
  EXPECT_EQ(lines[2].bank_reference, "2602060001#3");
  EXPECT_EQ(lines[3].structured_reference, "RF18 5390 0754 7034");
}

TEST(Camt, RefusesABatchWhoseChargesDoNotExplainWhatIsMissing) {
  const auto told = refusal(replaced(file("camt_03.xml"), "<Rcrd><Amt Ccy=\"EUR\">0.90", "<Rcrd><Amt Ccy=\"EUR\">0.91"));
  EXPECT_TRUE(told.starts_with("batch_does_not_add_up: Line ")) << told;
  EXPECT_NE(told.find("add up to 60.00 EUR, not to 59.10 EUR"), std::string::npos) << told;
}

TEST(Camt, ReadsVersion05WithTwoDaysAndAPaymentThatIsToldInAnotherCurrency) {
  const auto read = read_camt(file("camt_05.xml"));
  ASSERT_TRUE(read.ok()) << refusal(file("camt_05.xml"));
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ(to_string(read->at(0).opening), "1211.60");  // PRCD, where there is no OPBD
  EXPECT_EQ(read->at(0).lines[0].text, "Second instalment, agreement AG-2026-77");
  EXPECT_EQ(read->at(0).lines[0].end_to_end_id, "AG-2026-77/2");
  EXPECT_EQ(to_string(read->at(1).lines[0].amount), "-37.45");
  EXPECT_EQ(read->at(1).lines[0].counterparty_name, "Beacon Servers Inc");
}

TEST(Camt, ReadsVersion06WithCollectedDebitsAndOneThatCameBack) {
  const auto read = read_camt(file("camt_06.xml"));
  ASSERT_TRUE(read.ok()) << refusal(file("camt_06.xml"));
  const auto& lines = read->front().lines;
  ASSERT_EQ(lines.size(), 5u);  // three collected, one of them back, its fee; the pending one not
  EXPECT_EQ(lines[1].counterparty_name, "Ben Bounce");
  EXPECT_FALSE(lines[1].reversal);
  EXPECT_TRUE(lines[3].reversal);
  EXPECT_EQ(to_string(lines[3].amount), "-10.00");
  EXPECT_EQ(lines[3].end_to_end_id, lines[1].end_to_end_id);
  EXPECT_EQ(lines[3].counterparty_name, "Ben Bounce");
  EXPECT_EQ(to_string(lines[3].value_on), "2026-02-12");
}

TEST(Camt, ReadsVersion07WithTimeZonesAndAStatusBelowCd) {
  const auto read = read_camt(file("camt_07.xml"));
  ASSERT_TRUE(read.ok()) << refusal(file("camt_07.xml"));
  const auto& lines = read->front().lines;
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(to_string(lines[0].booked_on), "2026-02-16");
  EXPECT_EQ(to_string(lines[0].value_on), "2026-02-17");
  EXPECT_EQ(lines[0].counterparty_name, "Harbour University");
  EXPECT_EQ(lines[0].structured_reference, "010806817183");
  EXPECT_EQ(to_string(lines[1].amount), "-2.00");
  EXPECT_EQ(lines[1].text, "Account keeping");
}

TEST(Camt, KeepsTheBeginningOfATextThatIsTooLongInWholeCharacters) {
  std::string name;
  for (int i = 0; i < 200'000; ++i) name += i == 0 ? "x" : "ž";  // two bytes each, so that the limit falls into one
  const auto read = read_camt(replaced(file("camt_02.xml"), "Žofie Nováková", name));
  ASSERT_TRUE(read.ok());
  const auto& kept = read->front().lines[0].counterparty_name;
  EXPECT_EQ(kept.size(), 1'999u);
  EXPECT_EQ(kept, name.substr(0, 1'999));
}

TEST(Camt, RefusesOtherVersionsAndOtherMessages) {
  EXPECT_EQ(refusal(replaced(file("camt_02.xml"), "camt.053.001.02", "camt.053.001.01")).substr(0, 15), "unknown_version");
  EXPECT_EQ(refusal(replaced(file("camt_02.xml"), "camt.053.001.02", "camt.053.001.09")).substr(0, 15), "unknown_version");
  EXPECT_TRUE(refusal(replaced(file("camt_02.xml"), "camt.053", "camt.052")).starts_with("not_camt053: Line 2"));
  EXPECT_TRUE(refusal("<html><body/></html>").starts_with("not_camt053: Line 1, column 1"));
}

TEST(Camt, RefusesASumThatIsOffByACentWithTheFigures) {
  const auto told = refusal(replaced(file("camt_02.xml"), "1147.50", "1147.51"));
  EXPECT_TRUE(told.starts_with("statement_does_not_add_up: Line ")) << told;
  EXPECT_NE(told.find("1,000.00 EUR + credits 170.00 EUR - debits 22.50 EUR = 1,147.50 EUR"), std::string::npos) << told;
  EXPECT_NE(told.find("closes with 1,147.51 EUR"), std::string::npos) << told;
}

TEST(Camt, RefusesABatchThatIsOffByACent) {
  const auto told = refusal(replaced(file("camt_02.xml"), "<Amt Ccy=\"EUR\">60.00", "<Amt Ccy=\"EUR\">60.01"));
  EXPECT_TRUE(told.starts_with("batch_does_not_add_up: Line ")) << told;
  EXPECT_NE(told.find("add up to 120.01 EUR, not to 120.00 EUR"), std::string::npos) << told;
}

TEST(Camt, RefusesOtherCurrenciesAndWrongValuesWithLineAndPath) {
  const auto base = file("camt_02.xml");
  EXPECT_NE(refusal(replaced(base, "<Amt Ccy=\"EUR\">50.00</Amt>", "<Amt Ccy=\"USD\">50.00</Amt>"))
                .find(", at /Document/BkToCstmrStmt/Stmt/Ntry: an amount is in USD, but the account is in EUR"),
            std::string::npos);
  EXPECT_TRUE(refusal(replaced(base, "Ccy=\"EUR\">50.00", "Ccy=\"EUX\">50.00")).starts_with("unknown_currency"));
  for (const auto* wrong : {"-50.00", "5O.00", "50.001", "", "1,050.00", "99999999999999999999"}) {
    const auto told = refusal(replaced(base, ">50.00</Amt>", std::string(">") + wrong + "</Amt>"));
    EXPECT_TRUE(told.starts_with("not_an_amount: Line ") || told.starts_with("missing: Line ")) << wrong << told;
  }
  EXPECT_EQ(refusal(replaced(base, ">50.00</Amt>", ">50.00000</Amt>")), "") << "zeros beyond the cent are exact";
  EXPECT_TRUE(refusal(replaced(base, "2026-02-01", "2026-02-30")).starts_with("not_a_date: Line "));
  EXPECT_TRUE(refusal(replaced(base, "<CdtDbtInd>CRDT", "<CdtDbtInd>CREDIT")).starts_with("unknown_direction"));
  EXPECT_TRUE(refusal(replaced(base, "<Sts>BOOK</Sts>", "")).starts_with("missing"));
  EXPECT_TRUE(refusal(replaced(base, "OPBD", "INFO")).starts_with("missing"));
  EXPECT_TRUE(refusal(replaced(base, "CLBD", "INFO")).starts_with("missing"));
  EXPECT_TRUE(refusal(replaced(base, "<IBAN>BE68539007547034</IBAN>", "<Othr><Id>1</Id></Othr>")).starts_with("missing"));
}

TEST(Camt, RefusesAFileThatIsCutAnywhere) {
  const auto whole = file("camt_02.xml");
  const auto end = whole.rfind("</Document>");
  for (std::size_t bytes = 0; bytes < end; bytes += 7) {
    const auto told = refusal(std::string_view(whole).substr(0, bytes));
    EXPECT_TRUE(told.starts_with("file_is_cut: Line ")) << bytes << ": " << told;
  }
}

TEST(Camt, RefusesEntityBombsAndOutsideEntities) {
  const std::string head = "<?xml version=\"1.0\"?>\n<!DOCTYPE Document [";
  const auto bomb = head + "<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>"
                           "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\">&c;</Document>";
  EXPECT_TRUE(refusal(bomb).starts_with("doctype_refused: Line 2")) << refusal(bomb);
  EXPECT_TRUE(refusal(head + "<!ENTITY a SYSTEM \"file:///etc/passwd\">]><Document>&a;</Document>")
                  .starts_with("doctype_refused"));
}

TEST(Camt, RefusesManyAttributesWithinASecond) {
  std::string bytes = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt ";
  for (int i = 0; i < 200'000; ++i) bytes += "a" + std::to_string(i) + "=\"1\" ";
  bytes += "/></Document>";
  const auto start = std::clock();  // of this process: a busy machine is not the parser's fault
  EXPECT_TRUE(refusal(bytes).starts_with("too_many_attributes: Line 1"));
  EXPECT_LT(std::clock() - start, CLOCKS_PER_SEC);
}

TEST(Camt, Takes64LevelsAndRefusesThe65th) {
  const auto nested = [](int levels) {
    std::string inner;
    for (int i = 2; i < levels; ++i) inner = "<x>" + inner + "</x>";
    return replaced(file("camt_02.xml"), "</GrpHdr>", "</GrpHdr>" + inner);
  };
  EXPECT_EQ(refusal(nested(64)), "");
  EXPECT_TRUE(refusal(nested(65)).starts_with("too_deep: Line "));
}

TEST(Camt, RefusesBytesThatAreNoXml) {
  EXPECT_TRUE(refusal("Date;Amount\n2026-01-01;5.00\n").starts_with("not_xml: Line 1"));
  EXPECT_TRUE(refusal(replaced(file("camt_02.xml"), "Ana Batch", "Ana \xFF")).starts_with("not_xml: Line "));
  EXPECT_TRUE(refusal(replaced(file("camt_02.xml"), "</Stmt>", "</Smtt>")).starts_with("not_xml: Line "));
}

TEST(Camt, TheSameMovementTwiceOnADayStaysTwoLinesWithStableReferences) {
  const auto base = file("camt_02.xml");
  const auto from = base.find("<Ntry>\n        <Amt Ccy=\"EUR\">2.5<");
  ASSERT_NE(from, std::string::npos);
  const auto to = base.find("</Ntry>", from) + 7;
  const auto fee = base.substr(from, to - from);
  const auto twice = replaced(replaced(base, fee, fee + fee), "1147.50", "1145.00");
  const auto read = read_camt(twice);
  ASSERT_TRUE(read.ok()) << refusal(twice);
  const auto lines = identified(*read)[0].lines;
  EXPECT_EQ(lines[6].bank_reference, lines[5].bank_reference + "~2");
  EXPECT_EQ(identified(*read_camt(base))[0].lines[5].bank_reference, lines[5].bank_reference);
}

}  // namespace
}  // namespace kindling
