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
