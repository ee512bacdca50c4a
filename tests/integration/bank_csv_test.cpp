// CSV statements and the other side of bank lines, through the real app.
#include <gtest/gtest.h>

#include "support/funding_app.hpp"

namespace kindling {
namespace {

constexpr const char* kHead = "Date,Amount,Balance,Name,Counterparty IBAN,Message\n";

class BankCsv : public ::testing::Test {
 protected:
  BankCsv() {
    const auto made = app_.json("POST", "/api/v1/bank-accounts",
                                R"({"name":"Main","holder":"Sparks","iban":"BE68539007547034","currency":"EUR",)"
                                R"("opening_on":"2026-01-31","opening":"1000.00"})");
    EXPECT_EQ(made.status, 201) << made.body;
  }
  Answer upload(const std::string& csv) {
    return app_.json("POST", "/api/v1/bank-statements?account_id=1", csv, {{"Content-Type", "text/csv"}});
  }
  Answer map(const std::string& columns) {
    return app_.json("PUT", "/api/v1/bank-accounts/1/csv-mapping",
                     R"({"columns":)" + columns + R"(,"options":{"decimal":"point","dates":"iso"}})");
  }
  void map_all() {
    ASSERT_EQ(map(R"({"booked_on":"Date","amount":"Amount","balance":"Balance","name":"Name","iban":"Counterparty IBAN","message":"Message"})").status, 200);
  }
  std::string told(const Answer& answer) {  // "lines/new"
    const auto statements = answer.json();
    const auto& first = std::get<Value::Array>(statements.find("statements")->data()).at(0);
    return text_at(first, "lines") + "/" + text_at(first, "new_lines");
  }
  std::int64_t lines() { return app_.number("SELECT count(*) FROM bank_lines"); }
  std::int64_t donor(const std::string& name) {
    return std::stoll(text_at(app_.json("POST", "/api/v1/donors", R"({"name":")" + name + "\"}").json(), "id"));
  }
  // Matches a line by number as a new gift of a donor.
  void give(std::int64_t line, std::int64_t donor) {
    const auto path = "/api/v1/bank-lines/" + std::to_string(line);
    const auto matched = app_.json("POST", path + "/match", R"({"target":"campaign:0","donor_id":)" + std::to_string(donor) + "}",
                                   {{"If-Match", app_.get(path).header("etag")}});
    ASSERT_EQ(matched.status, 200) << matched.body;
  }
  std::string name_of(std::int64_t line) { return text_at(app_.get("/api/v1/bank-lines/" + std::to_string(line)).json(), "name"); }
  FundingApp app_;
};

TEST_F(BankCsv, AMappingIsSaidOnceAndThenFilesGoInAndTwiceChangesNothing) {
  const std::string csv = std::string(kHead) + "2026-02-02,25.00,1025.00,Ida Example,DE89370400440532013000,Thanks\n"
                                               "2026-02-03,-5.00,1020.00,,,Fee\n";
  EXPECT_EQ(upload(csv).breaches(), std::vector<std::string>{"columns:csv_mapping_is_missing"});
  EXPECT_EQ(lines(), 0);
  map_all();
  EXPECT_EQ(told(upload(csv)), "2/2");
  EXPECT_EQ(told(upload(csv)), "2/0");
  EXPECT_EQ(lines(), 2);
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_statements"), 1);
  EXPECT_EQ(text_at(app_.get("/api/v1/bank-accounts/1").json(), "balance"), "1020.00");
  const auto other = upload("Day,Amount\n2026-02-04,1.00\n");
  EXPECT_EQ(other.breaches(), std::vector<std::string>{"columns:csv_mapping_is_missing"}) << "a file with other headings is asked about";
}

TEST_F(BankCsv, OverlapsAndGapsAreTold) {
  map_all();
  upload(std::string(kHead) + "2026-02-02,25.00,1025.00,Ida,,a\n2026-02-03,-5.00,1020.00,,,b\n");
  EXPECT_EQ(told(upload(std::string(kHead) + "2026-02-03,-5.00,1020.00,,,b\n2026-02-04,1.00,1021.00,,,c\n")), "2/1");
  upload(std::string(kHead) + "2026-02-09,1.00,1051.00,,,d\n");
  const auto page = app_.get("/bank/1").body;
  EXPECT_NE(page.find("It overlaps with the statement before it"), std::string::npos) << page;
  EXPECT_NE(page.find("Lines worth 29.00 EUR are missing"), std::string::npos);
}

TEST_F(BankCsv, WhatDoesNotAddUpChangesNothing) {
  map_all();
  EXPECT_EQ(upload(std::string(kHead) + "2026-02-02,25.00,1025.00,,,\n2026-02-03,-5.00,1020.01,,,\n").breaches(),
            std::vector<std::string>{"file:balance_does_not_follow"});
  EXPECT_EQ(upload(std::string(kHead) + "2026-02-02,25.00,1025.00,Ida,,\n2026-02-03,1.00,1026.00,\"Ida\n").breaches(), std::vector<std::string>{"file:csv_quote_not_closed"});
  EXPECT_EQ(lines(), 0);
}

TEST_F(BankCsv, AFileWithoutBalancesFollowsFromWhatIsThere) {
  ASSERT_EQ(map(R"({"booked_on":"Date","amount":"Amount"})").status, 200);
  const std::string february = "Date,Amount\n2026-02-02,25.00\n2026-02-02,25.00\n", march = "Date,Amount\n2026-03-02,-5.00\n";
  EXPECT_EQ(told(upload(february)), "2/2") << "two equal movements of a day are two";
  EXPECT_EQ(told(upload(march)), "1/1");
  EXPECT_EQ(told(upload(february)), "2/0");
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_statements"), 2);
  EXPECT_EQ(text_at(app_.get("/api/v1/bank-accounts/1").json(), "balance"), "1045.00");
  EXPECT_NE(app_.get("/bank/1").body.find("The file had no balances"), std::string::npos);
}

TEST_F(BankCsv, AnotherFileOfTheSameDaysLosesNoLineThoughItComesToTheSame) {
  ASSERT_EQ(map(R"({"booked_on":"Date","amount":"Amount","name":"Name"})").status, 200);
  const std::string head = "Date,Amount,Name\n";
  EXPECT_EQ(told(upload(head + "2026-02-02,25.00,Ida\n")), "1/1");
  EXPECT_EQ(told(upload(head + "2026-02-02,25.00,Ben\n")), "1/1") << "the same day and amount, of somebody else";
  EXPECT_EQ(text_at(app_.get("/api/v1/bank-accounts/1").json(), "balance"), "1050.00");
  EXPECT_EQ(told(upload(head + "2026-02-02,5.00,Eve\n2026-02-02,-5.00,Fee\n")), "2/2") << "together they move nothing";
  EXPECT_EQ(text_at(app_.get("/api/v1/bank-accounts/1").json(), "balance"), "1050.00");
  EXPECT_EQ(told(upload(head + "2026-02-02,25.00,Ida\n")), "1/0");
  EXPECT_EQ(told(upload(head + "2026-02-02,25.00,Ben\n")), "1/0");
  EXPECT_EQ(told(upload(head + "2026-02-02,5.00,Eve\n2026-02-02,-5.00,Fee\n")), "2/0");
  EXPECT_EQ(lines(), 4);
  EXPECT_EQ(text_at(app_.get("/api/v1/bank-accounts/1/reconciliation").json(), "unexplained"), "0.00");
}

TEST_F(BankCsv, AFileThatIsNoStatementIsToldWhatIsWrongWithIt) {
  map_all();
  EXPECT_EQ(upload("%PDF-1.4\n1 0 obj\n").breaches(), std::vector<std::string>{"file:csv_is_a_pdf"});
  EXPECT_EQ(upload(std::string(kHead) + "2026-02-02,25.00,1025.00,\"Ida,,\n").breaches(), std::vector<std::string>{"file:csv_quote_not_closed"});
  EXPECT_EQ(upload(std::string(kHead) + "2026-02-02,25.00,1025.00,Ida,," + std::string(10'000'000, 'b') + "\n").breaches(),
            std::vector<std::string>{"file:csv_field_too_long"});
  EXPECT_EQ(upload(kHead).breaches(), std::vector<std::string>{"file:import_has_no_rows"});
  const auto later = upload(std::string(kHead) + "2126-02-02,25.00,1025.00,Ida,,a\n");
  EXPECT_EQ(later.breaches(), std::vector<std::string>{"file:in_the_future"});
  EXPECT_NE(later.body.find("The line of 25.00 EUR is booked on 2 Feb 2126, and today is "), std::string::npos) << later.body;
  EXPECT_EQ(lines(), 0);
  EXPECT_EQ(app_.get("/api/v1/bank-accounts/1/lines?state=zzz").breaches(), std::vector<std::string>{"state:not_one_of"});
}

TEST_F(BankCsv, LinesAboveTheHeadingsArePassedOverAndTheirRowCanBeSaid) {
  map_all();
  const std::string above = "Example Bank\nAccount;BE68539007547034\n\n";
  const std::string rows = std::string(kHead) + "2026-02-02,25.00,1025.00,Ida,,a\n";
  EXPECT_EQ(told(upload(above + rows)), "1/1");
  EXPECT_EQ(told(upload(rows)), "1/0") << "the same line, with nothing above it";
  EXPECT_EQ(app_.json("POST", "/api/v1/bank-statements?account_id=1&headings_row=0", rows, {{"Content-Type", "text/csv"}}).breaches(),
            std::vector<std::string>{"headings_row:out_of_range"});
  EXPECT_EQ(app_.json("POST", "/api/v1/bank-statements?account_id=1&headings_row=61", rows, {{"Content-Type", "text/csv"}}).breaches(),
            std::vector<std::string>{"headings_row:out_of_range"});
  EXPECT_EQ(app_.json("POST", "/api/v1/bank-statements?account_id=1&headings_row=9", rows, {{"Content-Type", "text/csv"}}).breaches(),
            std::vector<std::string>{"headings_row:headings_row_not_there"});
}

TEST_F(BankCsv, FilesAsTheyComeAreReadOrRefusedByRowAndColumn) {
  map_all();
  // A byte order mark, three kinds of line ends, quotes within quotes, a formula, and Latin-1.
  EXPECT_EQ(told(upload("\xEF\xBB\xBF" + std::string(kHead) + "2026-02-02,25.00,1025.00,\"Ida \"\"Spark\"\" Example\",,=1+1\r\n"
                        "2026-02-03,1.00,1026.00,Bram,,b\r2026-02-04,1.00,1027.00,,,c")), "3/3");
  EXPECT_EQ(name_of(1), "Ida \"Spark\" Example");
  EXPECT_EQ(text_at(app_.get("/api/v1/bank-lines/1").json(), "message"), "=1+1");
  EXPECT_EQ(told(upload(std::string(kHead) + "2026-02-05,1.00,1028.00,Zo\xEB Example,,d\n")), "1/1");
  EXPECT_EQ(name_of(4), "Zo\xC3\xAB Example");
  const auto before = lines();
  const auto refused = upload(std::string(kHead) + "2026-02-06,1.00,1029.00,Ida,,e\n2026-02-07,1.00,1030.00," + std::string(10'000'000, 'x') + ",,f\n");
  EXPECT_EQ(refused.breaches(), std::vector<std::string>{"file:csv_field_too_long"});
  EXPECT_NE(refused.body.find("Row 3, column 4"), std::string::npos) << refused.body.substr(0, 500);
  EXPECT_EQ(lines(), before) << "nothing half imported";
}

TEST_F(BankCsv, ARegularGiftIsProposedByNameAndThenByIban) {
  map_all();
  const auto ida = donor("Ida Example");
  ASSERT_EQ(app_.json("POST", "/api/v1/pledges", R"({"donor_id":)" + std::to_string(ida) +
                                                     R"(,"amount":"25.00","cycle":"monthly","starts_on":"2026-01-02"})").status, 201);
  upload(std::string(kHead) + "2026-02-02,25.00,1025.00,Example Ida,DE89370400440532013000,gift\n"
                              "2026-03-02,25.00,1050.00,I. Example,DE89370400440532013000,gift\n"
                              "2026-03-09,40.00,1090.00,I. Example,DE89370400440532013000,gift\n"
                              "2026-04-02,12.00,1102.00,I. Example,DE89370400440532013000,gift\n");
  const auto proposals = [&](int line) { return app_.get("/api/v1/bank-lines/" + std::to_string(line) + "/proposals").body; };
  const auto match = [&](int line, const std::string& target) {
    const auto path = "/api/v1/bank-lines/" + std::to_string(line);
    return app_.json("POST", path + "/match", "{\"target\":\"" + target + "\"}", {{"If-Match", app_.get(path).header("etag")}}).status;
  };
  EXPECT_NE(proposals(1).find("\"target\":\"pledge:1\""), std::string::npos) << proposals(1);
  EXPECT_NE(proposals(1).find("The donor bears this name."), std::string::npos) << proposals(1);
  ASSERT_EQ(match(1, "pledge:1"), 200);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donations WHERE pledge_id = 1 AND pledge_due_on = '2026-01-02' AND donor_id = " + std::to_string(ida)), 1);
  EXPECT_NE(proposals(2).find("This IBAN stood for the same party before."), std::string::npos) << proposals(2);
  EXPECT_EQ(proposals(2).find("bears this name"), std::string::npos);
  EXPECT_NE(proposals(3).find("\"target\":\"donor:" + std::to_string(ida) + "\""), std::string::npos) << proposals(3);
  ASSERT_EQ(match(3, "donor:" + std::to_string(ida)), 200);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donations WHERE pledge_id IS NULL AND donor_id = " + std::to_string(ida)), 1);
  ASSERT_EQ(match(2, "pledge:1"), 200);
  // Chosen for another amount, the gift meets the pledge all the same.
  ASSERT_EQ(match(4, "pledge:1"), 200);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donations WHERE pledge_id = 1"), 3);
}

TEST_F(BankCsv, AGiftByHandMayNameItsDonorOnThePage) {
  map_all();
  upload(std::string(kHead) + "2026-02-02,25.00,1025.00,Ida,,a\n");
  const auto ida = donor("Ida Example");
  const auto matched = app_.form("/bank/lines/1/match", {{"version", "1"}, {"target", "campaign:0"}, {"amount", "25.00"},
                                                         {"donor_id", std::to_string(ida)}, {"description", ""}});
  EXPECT_EQ(matched.status, 303) << matched.body;
  EXPECT_EQ(app_.number("SELECT count(*) FROM donations WHERE donor_id = " + std::to_string(ida)), 1);
}

TEST_F(BankCsv, WhatIsChosenByHandIsAListOrANumber) {
  map_all();
  upload(std::string(kHead) + "2026-02-02,25.00,1025.00,Ida,,a\n");
  const auto refused = app_.form("/bank/lines/1/match", {{"version", "1"}, {"target", ""}, {"number", ""}, {"amount", "25.00"}});
  EXPECT_EQ(refused.status, 422);
  const auto wrong = app_.form("/bank/lines/1/match", {{"version", "1"}, {"target", ""}, {"number", "pledge:9"}, {"amount", "25.00"}});
  EXPECT_EQ(wrong.status, 422);
  EXPECT_NE(wrong.body.find("There is no such pledge."), std::string::npos) << wrong.body;
  EXPECT_NE(wrong.body.find("value=\"pledge:9\""), std::string::npos) << "what was typed is kept";
  const auto ida = donor("Ida Example");
  EXPECT_EQ(app_.form("/bank/lines/1/match", {{"version", "1"}, {"target", ""}, {"number", "donor:" + std::to_string(ida)}, {"amount", "25.00"}}).status, 303);
}

TEST_F(BankCsv, ThePageAsksForTheMappingAndGoesOn) {
  const auto page = app_.form("/bank/1/csv-mapping", {{"columns.booked_on", "Date"}, {"columns.amount", ""},
                                                      {"options.decimal", "point"}, {"options.dates", "iso"}});
  EXPECT_EQ(page.status, 422);
  EXPECT_NE(page.body.find("Choose the heading of the amount, or those of credit and debit."), std::string::npos);
  const auto saved = app_.form("/bank/1/csv-mapping", {{"columns.booked_on", "Date"}, {"columns.amount", "Amount"},
                                                       {"options.decimal", "point"}, {"options.dates", "iso"}});
  EXPECT_EQ(saved.status, 303);
  EXPECT_EQ(saved.header("location"), "/bank/statements/new?account=1&done=mapped");
  EXPECT_NE(app_.get("/bank/1/csv-mapping").body.find("Amount"), std::string::npos);
}

TEST_F(BankCsv, WhoPaidIsSealedInTheDatabaseAndReadAgain) {
  map_all();
  upload(std::string(kHead) + "2026-02-02,25.00,1025.00,Zyxwina Quarkova,DE89370400440532013000,From Zyxwina\n");
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_line_parties WHERE position(convert_to('Zyxwina', 'UTF8') IN sealed) > 0"), 0);
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_lines WHERE bank_reference LIKE '%Zyx%'"), 0);
  EXPECT_EQ(name_of(1), "Zyxwina Quarkova");
  EXPECT_NE(app_.get("/bank/1?q=zyxwina").body.find("Zyxwina Quarkova"), std::string::npos) << "a search still finds it";
  EXPECT_EQ(app_.get("/bank/1?q=nobody").body.find("Zyxwina Quarkova"), std::string::npos);
}

TEST_F(BankCsv, APartyMovedToAnotherLineDoesNotOpen) {
  map_all();
  upload(std::string(kHead) + "2026-02-02,25.00,1025.00,Ida Example,,a\n2026-02-03,5.00,1030.00,Bram Invented,,b\n");
  app_.broken_rule("DELETE FROM bank_line_parties WHERE bank_line_id = 2");
  app_.broken_rule("INSERT INTO bank_line_parties (bank_line_id, sealed) SELECT 2, sealed FROM bank_line_parties WHERE bank_line_id = 1");
  EXPECT_EQ(name_of(1), "Ida Example");
  EXPECT_EQ(name_of(2), "");
}

TEST_F(BankCsv, AnErasureForgetsWhoPaidOnTheLinesOfTheDonorAndOnNoOther) {
  map_all();
  upload(std::string(kHead) + "2026-02-02,25.00,1025.00,Ida Example,DE89370400440532013000,gift\n"
                              "2026-02-03,5.00,1030.00,Bram Invented,NL91ABNA0417164300,gift\n"
                              "2026-02-04,7.00,1037.00,Ida Example,DE89370400440532013000,not yet matched\n"
                              "2026-02-05,9.00,1046.00,Ida Example,,no IBAN\n");
  const auto ida = donor("Ida Example"), bram = donor("Bram Invented");
  give(1, ida);
  give(2, bram);
  const auto path = "/api/v1/donors/" + std::to_string(ida);
  ASSERT_EQ(app_.json("POST", path + "/erase", R"({"reason":"asked_by_the_donor"})", {{"If-Match", app_.get(path).header("etag")}}).status, 200);
  EXPECT_EQ(name_of(1), "");
  EXPECT_EQ(name_of(2), "Bram Invented");
  EXPECT_EQ(name_of(3), "") << "the same IBAN, not known to be something else";
  EXPECT_EQ(name_of(4), "Ida Example") << "nothing tells that it is the same person";
  EXPECT_EQ(app_.number("SELECT sum(amount_minor) FROM bank_lines"), 4'600);
}

TEST_F(BankCsv, AnExportOfADonorHoldsWhatTheBankToldOfTheirPayments) {
  map_all();
  upload(std::string(kHead) + "2026-02-02,25.00,1025.00,I. Example,DE89370400440532013000,For the light\n"
                              "2026-02-03,5.00,1030.00,Bram Invented,NL91ABNA0417164300,Mine\n");
  const auto ida = donor("Ida Example");
  give(1, ida);
  const auto held = app_.get("/api/v1/donors/" + std::to_string(ida) + "/export").body;
  EXPECT_NE(held.find(R"("bank_lines":[{"booked_on":"2026-02-02","currency":"EUR","amount":"25.00","name":"I. Example",)"
                      R"("iban":"DE89370400440532013000","message":"For the light"}])"), std::string::npos) << held;
  const auto csv = app_.get("/donors/" + std::to_string(ida) + "/export.csv").body;
  EXPECT_NE(csv.find("bank_lines.1.iban,DE89370400440532013000"), std::string::npos) << csv;
  EXPECT_EQ(csv.find("Bram"), std::string::npos);
}

TEST_F(BankCsv, AnErasureReachesTheLinesOfWhoWasMergedAndOfMoneyTakenBack) {
  map_all();
  upload(std::string(kHead) + "2026-02-02,25.00,1025.00,Ida Example,DE89370400440532013000,gift\n"
                              "2026-02-09,-25.00,1000.00,Ida Example,NL91ABNA0417164300,taken back\n");
  const auto ida = donor("Ida Example"), twin = donor("Example, Ida");
  give(1, twin);
  const auto line = std::string("/api/v1/bank-lines/2");
  ASSERT_EQ(app_.json("POST", line + "/match", R"({"target":"chargeback:)" + std::to_string(app_.number("SELECT max(id) FROM donations")) + "\"}",
                      {{"If-Match", app_.get(line).header("etag")}}).status, 200);
  ASSERT_EQ(app_.json("POST", "/api/v1/donor-decisions", R"({"kept_id":)" + std::to_string(ida) + R"(,"other_id":)" +
                                                             std::to_string(twin) + R"(,"decision":"same"})").status, 201);
  const auto path = "/api/v1/donors/" + std::to_string(ida);
  ASSERT_EQ(app_.json("POST", path + "/erase", R"({"reason":"asked_by_the_donor"})", {{"If-Match", app_.get(path).header("etag")}}).status, 200);
  EXPECT_EQ(name_of(1), "");
  EXPECT_EQ(name_of(2), "");
}

}  // namespace
}  // namespace kindling
