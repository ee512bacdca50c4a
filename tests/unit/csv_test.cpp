#include <gtest/gtest.h>

#include "core/csv.hpp"

namespace kindling {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(std::string_view text, char separator = ',', CsvLimits limits = {}) {
  CsvReader reader(text, separator, limits);
  Rows rows;
  std::vector<std::string_view> fields;
  while (true) {
    const auto more = reader.next(fields);
    if (!more) {
      rows.push_back({more.error().code, more.error().message});
      return rows;
    }
    if (!*more) return rows;
    rows.emplace_back(fields.begin(), fields.end());
  }
}

std::string code_of(std::string bytes) {
  const auto file = open_csv(std::move(bytes));
  return file ? "" : file.error().code;
}

TEST(Csv, ReadsQuotesSeparatorsAndLineEndsInsideQuotes) {
  EXPECT_EQ(rows_of("a,\"b,c\",\"d\"\"e\"\"\",\"f\r\ng\"\nh,,\"\",\n"),
            (Rows{{"a", "b,c", "d\"e\"", "f\r\ng"}, {"h", "", "", ""}}));
}

TEST(Csv, ReadsMixedLineEndsAndALastLineWithoutOne) {
  EXPECT_EQ(rows_of("a,b\r\nc,d\ne,f\rg,h"), (Rows{{"a", "b"}, {"c", "d"}, {"e", "f"}, {"g", "h"}}));
}

TEST(Csv, KeepsAQuotationMarkWithinAnUnquotedField) {
  EXPECT_EQ(rows_of("5\" pipe,x\n"), (Rows{{"5\" pipe", "x"}}));
}

TEST(Csv, KeepsFormulasAsText) {
  EXPECT_EQ(rows_of("=1+1,@SUM(A1),-3\n"), (Rows{{"=1+1", "@SUM(A1)", "-3"}}));
}

TEST(Csv, CountsBlankLinesButReadsNone) {
  CsvReader reader("a\n\n\r\nb\n", ',');
  std::vector<std::string_view> fields;
  ASSERT_TRUE(*reader.next(fields));
  EXPECT_EQ(reader.row(), 1u);
  ASSERT_TRUE(*reader.next(fields));
  EXPECT_EQ(fields[0], "b");
  EXPECT_EQ(reader.row(), 4u);
  EXPECT_FALSE(*reader.next(fields));
}

TEST(Csv, TellsRowAndColumnOfAQuoteThatNeverCloses) {
  EXPECT_EQ(rows_of("a,b\nc,\"d\n"),
            (Rows{{"a", "b"},
                  {"csv_quote_not_closed",
                   "Row 2, column 2: a quotation mark opens here and never closes. Close it, or double it inside a text."}}));
}

TEST(Csv, RefusesTextBehindAClosingQuote) {
  EXPECT_EQ(rows_of("\"a\"b,c\n")[0][0], "csv_text_after_quote");
  EXPECT_EQ(rows_of("\"a\" ,c\n")[0][0], "csv_text_after_quote");
}

TEST(Csv, TakesAFieldOfTheLimitAndRefusesOneByteMore) {
  const CsvLimits limits{.field_bytes_max = 8};
  EXPECT_EQ(rows_of("12345678,x", ',', limits), (Rows{{"12345678", "x"}}));
  EXPECT_EQ(rows_of("123456789,x", ',', limits)[0][0], "csv_field_too_long");
  EXPECT_EQ(rows_of("\"1234\"\"678\",x", ',', limits), (Rows{{"1234\"678", "x"}}));
  EXPECT_EQ(rows_of("\"1234\"\"6789\",x", ',', limits)[0][0], "csv_field_too_long");
  EXPECT_EQ(rows_of("a,\"" + std::string(10'000'000, 'x') + "\"")[0][0], "csv_field_too_long");
}

TEST(Csv, TakesAsManyColumnsAsTheLimitAndNotOneMore) {
  EXPECT_EQ(rows_of("1,2,3\n", ',', {.columns_max = 3}).at(0).size(), 3u);
  EXPECT_EQ(rows_of("1,2,3,\n", ',', {.columns_max = 3})[0][0], "csv_too_many_columns");
}

TEST(Csv, FindsTheSeparator) {
  EXPECT_EQ(detect_csv_separator("date;amount;text\n2026-01-01;1,50;a, b, c, d\n2026-01-02;2,00;e\n"), ';');
  EXPECT_EQ(detect_csv_separator("date\tamount\n1\t2\n"), '\t');
  EXPECT_EQ(detect_csv_separator("date|amount\n1|2\n"), '|');
  EXPECT_EQ(detect_csv_separator("\"a;b;c\",d\n\"1;2\",3\n"), ',');
  EXPECT_EQ(detect_csv_separator("amount\n1\n"), ',');
}

TEST(Csv, DropsTheByteOrderMark) { EXPECT_EQ(open_csv("\xEF\xBB\xBF" "a,b\n")->text, "a,b\n"); }

TEST(Csv, ReadsWindows1252AndTellsIt) {
  const auto file = open_csv("n\xE1klad,\x80 5\n");
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->text, "náklad,€ 5\n");
  EXPECT_TRUE(file->from_windows_1252);
  EXPECT_FALSE(open_csv("náklad,€ 5\n")->from_windows_1252);
}

TEST(Csv, RefusesWhatIsNoCsv) {
  EXPECT_EQ(code_of(""), "csv_is_empty");
  EXPECT_EQ(code_of("\xEF\xBB\xBF \r\n"), "csv_is_empty");
  EXPECT_EQ(code_of("PK\x03\x04..."), "csv_is_a_workbook");
  EXPECT_EQ(code_of("%PDF-1.7\n"), "csv_is_a_pdf");
  EXPECT_EQ(code_of(std::string("\xFF\xFE" "a\0b\0", 6)), "csv_is_utf16");
  EXPECT_EQ(code_of(std::string("a,b\nc\0,d\n", 9)), "csv_holds_nul");
  EXPECT_EQ(code_of("a,\x81\n"), "csv_encoding_unknown");
}

TEST(Csv, FindsAHeadingByItsLettersAndDigits) {
  const std::vector<std::string_view> fields{" Invoice No. ", "", "Částka"};
  const auto header = CsvHeader::of(fields);
  ASSERT_TRUE(header.ok());
  EXPECT_EQ(header->find("invoice_no"), 0u);
  EXPECT_EQ(header->find("Částka"), 2u);
  EXPECT_EQ(header->find("amount"), std::nullopt);
  EXPECT_EQ(header->find(""), std::nullopt);
  EXPECT_EQ(header->names()[0], "Invoice No.");
}

TEST(Csv, RefusesARepeatedHeading) {
  const std::vector<std::string_view> fields{"Amount", "amount "};
  EXPECT_EQ(CsvHeader::of(fields).error().code, "csv_heading_repeated");
}

TEST(Csv, WritesWhatASpreadsheetDoesNotRun) {
  std::string csv;
  const std::vector<std::string> fields{"a", "b,c", "d\"e", "=1+1", "-3", "-3+1", ""};
  append_csv_row(csv, fields);
  EXPECT_EQ(csv, "a,\"b,c\",\"d\"\"e\",\"'=1+1\",-3,\"'-3+1\",\r\n");
}

}  // namespace
}  // namespace kindling
