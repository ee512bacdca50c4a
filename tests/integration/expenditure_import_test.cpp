#include <gtest/gtest.h>

#include "support/import_app.hpp"

namespace kindling {
namespace {

using Texts = std::vector<std::string>;

class ExpenditureImport : public ::testing::Test {
 protected:
  ExpenditureImport() : grant_(app_.grant({{"c3", "1000.00"}, {"a1", "500.00"}})) {}

  // Columns: Supplier, Number, Date, Amount, Line.
  std::string file(const std::string& rows) const { return "Supplier,Invoice no,Date,Amount,Budget line\n" + rows; }
  std::string line(int number) const { return std::to_string(grant_.lines[static_cast<std::size_t>(number)]); }
  std::string supplier() { return "Spark Supplies"; }
  // One row of the supplier on the first line.
  std::string row(const std::string& number, const std::string& amount, int of_line = 0) {
    return supplier() + "," + number + ",2026-03-10," + amount + "," + line(of_line) + "\n";
  }
  std::int64_t costs() { return app_.number("SELECT count(*) FROM expenditures"); }
  static std::string count(const Value& import) {  // total/new/known/repeated/bad
    std::string counts;
    for (const auto* name : {"rows_total", "rows_new", "rows_known", "rows_repeated", "rows_bad"}) {
      counts += (counts.empty() ? "" : "/") + text_at(import, name);
    }
    return counts;
  }
  static std::string id(const Value& import) { return text_at(import, "id"); }

  ImportApp app_;
  SpendingGrant grant_;
};

TEST_F(ExpenditureImport, RecordsDraftsWithTheirAllocationsOnce) {
  const auto checked = app_.checked("expenditures", file(row("R-1", "10.00") + row("R-2", "20.50", 1)), {{"options.suppliers", "create"}});
  EXPECT_EQ(text_at(checked, "state"), "checked");
  EXPECT_EQ(count(checked), "2/2/0/0/0");
  EXPECT_EQ(costs(), 0);
  const auto done = app_.run(id(checked));
  EXPECT_EQ(text_at(done, "state"), "done");
  EXPECT_EQ(text_at(done, "rows_loaded"), "2");
  EXPECT_EQ(app_.number("SELECT sum(amount_minor) FROM expenditures WHERE state = 'draft' AND kind = 'invoice'"), 3'050);
  EXPECT_EQ(app_.number("SELECT sum(grant_minor) FROM expenditure_allocations WHERE used_as = 'claimed' AND budget_line_id = " + line(1)), 2'050);
  EXPECT_EQ(app_.number("SELECT count(*) FROM organisations WHERE name = 'Spark Supplies' AND is_supplier"), 1);
}

TEST_F(ExpenditureImport, CountsTheSameFileAndTheSameRowsOnce) {
  const auto csv = file(row("R-1", "10.00") + row("R-2", "20.00"));
  const auto first = app_.checked("expenditures", csv, {{"options.suppliers", "create"}});
  app_.run(id(first));
  const auto again = app_.upload("expenditures", csv, "renamed.csv");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(text_at(again.json(), "id"), id(first));
  const auto other = app_.checked("expenditures", file(row("R-2", "20.00") + row("R-3", "5.00")));
  EXPECT_EQ(count(other), "2/1/1/0/0");
  app_.run(id(other));
  EXPECT_EQ(costs(), 3);
  // The same file checked anew finds everything there.
  EXPECT_EQ(count(app_.checked("expenditures", csv)), "2/0/2/0/0");
  EXPECT_EQ(app_.verb(id(first), "run", R"({"mode":"good_rows"})").code(), "import_has_nothing_new");
}

TEST_F(ExpenditureImport, CountsARowThatStandsTwiceOnceAndTellsIt) {
  const auto checked = app_.checked("expenditures", file(row("R-1", "10.00") + row("R-1", "10.00")), {{"options.suppliers", "create"}});
  EXPECT_EQ(count(checked), "2/1/0/1/0");
  app_.run(id(checked));
  EXPECT_EQ(app_.number("SELECT sum(amount_minor) FROM expenditures"), 1'000);
}

TEST_F(ExpenditureImport, MakesOneExpenditureOfTheRowsOfADocument) {
  const auto checked = app_.checked("expenditures", file(row("R-1", "10.00") + row("R-2", "1.00") + row("R-1", "5.00", 1)),
                                    {{"options.suppliers", "create"}, {"options.state", "submitted"}});
  app_.run(id(checked));
  EXPECT_EQ(costs(), 2);
  EXPECT_EQ(app_.number("SELECT amount_minor FROM expenditures WHERE document_number = 'R-1' AND state = 'submitted'"), 1'500);
  EXPECT_EQ(app_.number("SELECT count(*) FROM expenditure_allocations"), 3);
}

TEST_F(ExpenditureImport, RefusesAMappingThatIsNone) {
  const auto checked = app_.checked("expenditures", file(row("R-1", "10.00")), {{"options.suppliers", "create"}});
  EXPECT_EQ(app_.verb(id(checked), "check", R"({"columns":"x"})").breaches(), Texts{"columns:unknown_field"});
  EXPECT_EQ(app_.verb(id(checked), "check", R"({"options":5})").breaches(), Texts{"options:unknown_field"});
  EXPECT_EQ(app_.verb(id(checked), "check", R"({"columns":{"amount":true}})").breaches(), Texts{"columns.amount:not_a_number"});
  EXPECT_EQ(app_.verb(id(checked), "check", R"({"columns":{}})").status, 202);
}

// A wrong grant is one mistake, although no line can be found in it; a day is asked for as the file writes its days.
TEST_F(ExpenditureImport, TellsAMistakeOnceAndInTheWordsOfTheFile) {
  const auto checked = app_.checked("expenditures",
                                    "Supplier;Number;Date;Amount;Currency;Grant;Category\nNobody;R-1;03.04.2026;1,00;EUR;No such;c3\n"
                                    "Nobody;R-2;31.02.2026;1,00;EUR;;\n",
                                    {{"options.suppliers", "create"}, {"options.dates", "dmy"}, {"options.decimal", "comma"}});
  EXPECT_EQ(app_.errors(id(checked)), (Texts{"2:grant:grant_not_found", "3:document_on:not_a_date"}));
  EXPECT_NE(app_.get("/imports/" + id(checked) + "/errors.csv").body.find("such as 28.02.2026."), std::string::npos);
  const auto page = app_.get("/imports/" + id(checked)).body;
  EXPECT_NE(page.find("To be mended"), std::string::npos);
  EXPECT_NE(page.find("No row of this file can be imported as it is."), std::string::npos);
  EXPECT_EQ(page.find("No row of this file is new"), std::string::npos);
}

TEST_F(ExpenditureImport, TellsEachErrorByRowAndColumn) {
  const auto checked = app_.checked(
      "expenditures",
      file(row("R-1", "10.00") + row("", "10.00") + row("R-3", "1.005") + row("R-4", "-3") +
           "Nobody,R-5,2026-03-10,1.00," + line(0) + "\n" + "Nobody,R-6,2026-02-31,1.00,999999\n" +
           "Nobody,R-7,2025-12-31,1.00," + line(0) + "\n" + "Nobody,R-8,2026-01-01,=1+1," + line(0) + "\n"),
      {{"options.suppliers", "create"}});
  EXPECT_EQ(app_.errors(id(checked)),
            (Texts{"3:document_number:required", "4:amount:over_precise", "5:amount:out_of_range",
                   "7:budget_line:line_not_found", "7:document_on:not_a_date", "8:document_on:outside_eligible_period",
                   "9:amount:not_an_amount"}));
  EXPECT_EQ(count(checked), "8/2/0/0/6");
  EXPECT_EQ(app_.verb(id(checked), "run", R"({"mode":"all_or_nothing"})").code(), "import_has_bad_rows");
  EXPECT_EQ(costs(), 0);
  app_.run(id(checked), "good_rows");
  EXPECT_EQ(costs(), 2);
  const auto csv = app_.get("/imports/" + id(checked) + "/errors.csv");
  EXPECT_TRUE(csv.body.starts_with("row,column,heading,code,message\r\n3,document_number,Invoice no,required,")) << csv.body;
}

TEST_F(ExpenditureImport, RefusesADocumentThatIsRecordedWithAnotherAmount) {
  app_.run(id(app_.checked("expenditures", file(row("R-1", "10.00")), {{"options.suppliers", "create"}})));
  const auto other = app_.checked("expenditures", file(row("r 1", "10.01") + row("R-2", "1.00")));
  EXPECT_EQ(app_.errors(id(other)), (Texts{"2:amount:exists_with_different_amount"}));
  EXPECT_EQ(count(other), "2/1/0/0/1");
}

TEST_F(ExpenditureImport, TakesADocumentWholeOrNotAtAll) {
  const auto checked = app_.checked("expenditures", file(row("R-1", "10.00") + row("R-1", "x", 1)), {{"options.suppliers", "create"}});
  EXPECT_EQ(app_.errors(id(checked)), (Texts{"2::document_has_errors", "3:amount:not_an_amount"}));
  EXPECT_EQ(count(checked), "2/0/0/0/2");
}

TEST_F(ExpenditureImport, TellsAtTheCheckThatAPeriodIsClosed) {
  const auto grant = std::to_string(grant_.id);
  ASSERT_EQ(app_.broken_rule("INSERT INTO reporting_periods (grant_id, number, starts_on, ends_on) VALUES (" + grant +
                             ", 1, '2026-01-01', '2026-03-09')"), "");
  ASSERT_EQ(app_.broken_rule("UPDATE reporting_periods SET state = 'closing', closing_by = 1"), "");
  ASSERT_EQ(app_.broken_rule("UPDATE reporting_periods SET state = 'closed', closed_by = 2"), "");
  const auto early = supplier() + ",R-2,2026-03-09,5.00," + line(0) + "\n";
  const auto checked = app_.checked("expenditures", file(row("R-1", "10.00") + early), {{"options.suppliers", "create"}});
  EXPECT_EQ(app_.errors(id(checked)), (Texts{"3:document_on:expenditure_period_is_closed"}));
  EXPECT_EQ(count(checked), "2/1/0/0/1");
  app_.run(id(checked), "good_rows");
  EXPECT_EQ(costs(), 1);
}

TEST_F(ExpenditureImport, KeepsCategoryAndPartnerOfPartsThatHaveNoLine) {
  const auto heads = "Supplier,Number,Date,Amount,Grant,Used as,Reason,Category,Partner\n";
  const auto rows = std::string("S,1,2026-03-10,10.00,Spark 1,match,,C3,\n") +
                    "S,2,2026-03-10,20.00,Spark 1,ineligible,Alcohol,a1,\n" +
                    "S,3,2026-03-10,30.00,Spark 1,match,,zz,Nobody\n";
  const auto checked = app_.checked("expenditures", heads + rows, {{"options.suppliers", "create"}});
  EXPECT_EQ(app_.errors(id(checked)), (Texts{"4:category:category_not_found", "4:partner:partner_not_found"}));
  app_.run(id(checked), "good_rows");
  EXPECT_EQ(app_.number("SELECT sum(amount_minor) FROM expenditure_allocations WHERE used_as = 'match' AND category_code = 'c3'"), 1'000);
  EXPECT_EQ(app_.number("SELECT sum(amount_minor) FROM expenditure_allocations WHERE used_as = 'ineligible' AND category_code = 'a1'"), 2'000);
}

TEST_F(ExpenditureImport, FindsALineByItsCategoryAndAGrantByItsTitle) {
  const auto title = "Spark 1";
  const auto checked = app_.checked("expenditures",
                                    std::string("Supplier;VAT;Number;Datum;Castka;Grant;Category\n") + "Dodavatel;CZ1;7;1.3.2026;1.250,50;" +
                                        title + ";c3\n",
                                    {{"options.suppliers", "create"}});
  EXPECT_EQ(app_.errors(id(checked)), Texts{});
  app_.run(id(checked));
  EXPECT_EQ(app_.number("SELECT amount_minor FROM expenditure_allocations WHERE budget_line_id = " + line(0)), 125'050);
}

TEST_F(ExpenditureImport, ReadsMixedLineEndsByteOrderMarkQuotesAndLatin1) {
  const auto csv = "\xEF\xBB\xBFSupplier,Invoice no,Date,Amount,Budget line\r\n\"Svobodov\xC3\xA1, \"\"s.r.o.\"\"\",R-1,2026-03-10,1.00," +
                   line(0) + "\nB,R-2,2026-03-10,2.00," + line(0) + "\rC,R-3,2026-03-10,3.00," + line(0);
  app_.run(id(app_.checked("expenditures", csv, {{"options.suppliers", "create"}})));
  EXPECT_EQ(costs(), 3);
  EXPECT_EQ(app_.number("SELECT count(*) FROM organisations WHERE name = 'Svobodová, \"s.r.o.\"'"), 1);
  const auto latin = app_.checked("expenditures", file("Svobodov\xE1,R-9,2026-03-10,1.00," + line(0) + "\n"), {{"options.suppliers", "create"}});
  EXPECT_EQ(text_at(latin, "encoding"), "windows-1252");
  app_.run(id(latin));
  EXPECT_EQ(app_.number("SELECT count(*) FROM organisations WHERE name = 'Svobodová'"), 1);
}

TEST_F(ExpenditureImport, RefusesWhatIsNoCsvAndAFieldOfTenMegabytes) {
  EXPECT_EQ(app_.upload("expenditures", "PK\x03\x04").breaches(), (Texts{"file:csv_is_a_workbook"}));
  EXPECT_EQ(app_.upload("expenditures", "").breaches(), (Texts{"file:required"}));
  EXPECT_EQ(app_.upload("expenditures", "a,b\n").breaches(), (Texts{"file:import_has_no_rows"}));
  EXPECT_EQ(app_.upload("wishes", "a,b\n1,2\n").breaches(), (Texts{"kind:not_one_of"}));
  const auto big = app_.checked("expenditures", file(row("R-1", "1.00") + "\"" + std::string(10'000'000, 'x') + "\",1,1,1,1\n"),
                                {{"options.suppliers", "create"}});
  EXPECT_EQ(app_.errors(id(big)), (Texts{"3::csv_field_too_long"}));
  EXPECT_EQ(count(big), "2/1/0/0/1");
}

TEST_F(ExpenditureImport, TakesOverTheColumnsOfTheLastFileWithTheseHeadings) {
  const auto heads = "A,B,C,D,E\n";
  const auto first = app_.checked("expenditures", heads + row("R-1", "1.00"),
                                  {{"columns.supplier", "0"}, {"columns.document_number", "1"}, {"columns.document_on", "2"},
                                   {"columns.amount", "3"}, {"columns.budget_line", "4"}, {"options.suppliers", "create"}});
  EXPECT_EQ(count(first), "1/1/0/0/0");
  EXPECT_EQ(count(app_.checked("expenditures", heads + row("R-2", "1.00"))), "1/1/0/0/0");
}

TEST_F(ExpenditureImport, NamesTheColumnThatIsNotMapped) {
  const auto sent = app_.upload("expenditures", "A,B\n1,2\n");
  const auto asked = app_.verb(text_at(sent.json(), "id"), "check");
  EXPECT_EQ(asked.status, 422);
  EXPECT_EQ(asked.breaches(), (Texts{"columns.document_number:required", "columns.document_on:required", "columns.amount:required"}));
}

}  // namespace
}  // namespace kindling
