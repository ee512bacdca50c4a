// Statements go in through the real app, are matched, undone and reconciled.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "support/spending_app.hpp"

namespace kindling {
namespace {

constexpr const char* kIban = "BE68539007547034";

std::string file(const std::string& name) {
  std::ifstream stream(std::string(KINDLING_SOURCE_DIR "/tests/support/statements/") + name);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  return bytes.str();
}

std::string replaced(std::string text, const std::string& old, const std::string& now) {
  const auto at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return text.replace(at, old.size(), now);
}

class Banking : public ::testing::Test {
 protected:
  Answer record_account(const Pairs& changes = {}) {
    Pairs members{{"name", "Main account"}, {"holder", "Sparks in the Dark vzw"}, {"iban", kIban},
                  {"currency", "EUR"},      {"opening_on", "2026-01-31"},         {"opening", "1000.00"}};
    for (const auto& [name, value] : changes) {
      for (auto& member : members) {
        if (member.first == name) member.second = value;
      }
    }
    std::string body = "{";
    for (const auto& [name, value] : members) {
      body += (body.size() > 1 ? "," : "") + ("\"" + name + "\":\"" + value + "\"");
    }
    return app_.json("POST", "/api/v1/bank-accounts", body + "}");
  }

  Answer upload(const std::string& bytes) {
    return app_.json("POST", "/api/v1/bank-statements", bytes, {{"Content-Type", "application/xml"}});
  }

  std::int64_t line(const std::string& reference) {
    return app_.number("SELECT COALESCE((SELECT id FROM bank_lines WHERE bank_reference = '" + reference + "'), 0)");
  }
  std::string line_path(const std::string& reference) { return "/api/v1/bank-lines/" + std::to_string(line(reference)); }
  // A verb on a line at its current version.
  Answer act(const std::string& reference, const std::string& verb, const std::string& body) {
    const auto path = line_path(reference);
    return app_.json("POST", path + verb, body, {{"If-Match", app_.get(path).header("etag")}});
  }
  std::string state(const std::string& reference) { return text_at(app_.get(line_path(reference)).json(), "state"); }
  std::int64_t cash() {
    return app_.number("SELECT COALESCE(sum(amount_minor), 0)::bigint FROM balances WHERE account_code = 'bank'");
  }
  Value reconciliation() { return app_.get("/api/v1/bank-accounts/1/reconciliation").json(); }

  // An awarded grant with an instalment of this amount; the instalment's id.
  std::int64_t instalment(const std::string& amount) {
    const auto grant = app_.record_grant();
    const auto path = "/api/v1/grants/" + std::to_string(grant);
    app_.json("POST", path + "/state",
              R"({"to_state":"awarded","on_date":"2026-01-15","awarded_amount":"1000.00","reference":"AG-2026-77"})",
              {{"If-Match", app_.etag(grant)}});
    const auto planned = app_.json("POST", path + "/instalments", R"({"kind":"prefinancing","title":"Prefinancing",)"
                                   R"("due_on":"2026-02-01","amount":")" + amount + "\"}");
    EXPECT_EQ(planned.status, 201) << planned.body;
    return std::stoll(text_at(planned.json(), "id"));
  }

  SpendingApp app_;
};

TEST_F(Banking, AnAccountPostsItsOpeningAndRefusesAWrongIban) {
  const auto wrong = record_account({{"iban", "BE69 5390 0754 7034"}});
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(wrong.breaches(), std::vector<std::string>{"iban:wrong_check_digits"});
  EXPECT_EQ(record_account({{"iban", "BE68 5390"}}).breaches(), std::vector<std::string>{"iban:wrong_length"});
  EXPECT_EQ(cash(), 0);
  const auto recorded = record_account();
  ASSERT_EQ(recorded.status, 201) << recorded.body;
  EXPECT_EQ(text_at(recorded.json(), "balance"), "1000.00");
  EXPECT_EQ(cash(), 100'000);
  EXPECT_EQ(record_account().breaches(), std::vector<std::string>{"iban:bank_account_iban_is_unique"});
  EXPECT_EQ(cash(), 100'000);
  EXPECT_EQ(text_at(reconciliation(), "unexplained"), "0.00");
}

TEST_F(Banking, AnOpeningCoversWhatTheBooksHadBefore) {
  const auto gift = [&](const char* day, const char* gross) {
    const auto made = app_.json("POST", "/api/v1/donations", R"({"given_on":")" + std::string(day) +
                                                                 R"(","method":"bank_transfer","gross":")" + gross + "\"}");
    EXPECT_EQ(made.status, 201) << made.body;
    return app_.number("SELECT max(id) FROM entries");
  };
  const auto before = gift("2026-01-15", "50.00");
  gift("2026-01-31", "5.00");
  const auto after = gift("2026-02-01", "50.00");
  EXPECT_NE(app_.get("/bank/new").body.find("on no statement: 105.00 EUR. Choose an evening"), std::string::npos);
  const auto recorded = app_.json("POST", "/api/v1/bank-accounts",
                                  R"({"name":"Main account","holder":"Sparks","iban":"BE68 5390 0754 7034","currency":"EUR",)"
                                  R"("opening_on":"2026-01-31","opening":"1000.00","opening_is_booked":true})");
  ASSERT_EQ(recorded.status, 201) << recorded.body;
  EXPECT_NE(recorded.body.find(R"("opening_is_booked":true)"), std::string::npos) << recorded.body;
  EXPECT_EQ(cash(), 105'000) << "945.00 were missing; the gift of February comes on top";
  auto told = reconciliation();
  EXPECT_EQ(text_at(told, "unexplained") + " " + text_at(told, "listed"), "0.00 -50.00");

  ASSERT_EQ(upload(file("camt_02.xml")).status, 200);
  EXPECT_EQ(text_at(reconciliation(), "unexplained"), "0.00");
  const auto covered = std::to_string(before);
  EXPECT_EQ(app_.get(line_path("2602020001") + "/proposals").body.find("entry:" + covered + "\""), std::string::npos);
  EXPECT_EQ(act("2602020001", "/match", R"({"target":"entry:)" + covered + "\"}").breaches(),
            std::vector<std::string>{"target:opening_is_on_no_statement"});
  EXPECT_EQ(act("2602020001", "/match", R"({"target":"entry:)" + std::to_string(after) + "\"}").status, 200);
  EXPECT_EQ(text_at(reconciliation(), "unexplained"), "0.00");

  // By itself the database holds the sum, and what may be covered.
  const auto cover = [&](std::int64_t entry, const std::string& minor) {
    return app_.broken_rule("INSERT INTO bank_opening_entries (entry_id, currency, bank_account_id, amount_minor) VALUES (" +
                            std::to_string(entry) + ", 'EUR', 1, " + minor + ")");
  };
  EXPECT_EQ(cover(before, "5000"), "entry_is_in_one_opening");
  EXPECT_EQ(cover(after, "5000"), "opening_covers_what_was_booked");
  const auto late = gift("2026-01-20", "7.00");
  EXPECT_EQ(cover(late, "700"), "bank_account_opening_is_posted");
  EXPECT_EQ(cover(late, "699"), "opening_covers_what_was_booked");
  EXPECT_EQ(app_.broken_rule("UPDATE bank_accounts SET opening_minor = 100001"), "bank_account_opening_is_posted");
  EXPECT_EQ(text_at(reconciliation(), "unexplained"), "0.00");
}

TEST_F(Banking, AnOpeningLeavesToAnotherAccountWhatMayComeOnItsStatements) {
  ASSERT_EQ(record_account().status, 201);  // opened on 31 January
  ASSERT_EQ(app_.json("POST", "/api/v1/donations", R"({"given_on":"2026-02-01","method":"bank_transfer","gross":"50.00"})").status, 201);
  const auto savings = app_.json("POST", "/api/v1/bank-accounts",
                                 R"({"name":"Savings","holder":"Sparks","iban":"NL91 ABNA 0417 1643 00","currency":"EUR",)"
                                 R"("opening_on":"2026-03-31","opening":"500.00","opening_is_booked":true})");
  ASSERT_EQ(savings.status, 201) << savings.body;
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_opening_entries"), 0);
  ASSERT_EQ(upload(file("camt_02.xml")).status, 200);
  EXPECT_EQ(text_at(reconciliation(), "unexplained"), "0.00");
  const auto gift = app_.number("SELECT entry_id FROM donations");
  EXPECT_EQ(act("2602020001", "/match", R"({"target":"entry:)" + std::to_string(gift) + "\"}").status, 200);
}

TEST_F(Banking, AFileGoesInWholeAndTwiceChangesNothing) {
  ASSERT_EQ(record_account().status, 201);
  const auto first = upload(file("camt_02.xml"));
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_NE(first.body.find("\"new_lines\":6"), std::string::npos) << first.body;
  const auto again = upload(file("camt_02.xml"));
  EXPECT_NE(again.body.find("\"known\":true"), std::string::npos) << again.body;
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_lines"), 6);
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_statements"), 1);
  // 02, 04 and 08 follow each other: nothing is missing between them.
  EXPECT_EQ(upload(file("camt_04.xml")).status, 200);
  EXPECT_EQ(upload(file("camt_08.xml")).status, 200);
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_statement_steps WHERE difference_minor <> 0"), 0);
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_statements"), 4);
  const auto account = app_.get("/api/v1/bank-accounts/1").json();
  EXPECT_EQ(text_at(account, "balance"), "1137.50");
  EXPECT_EQ(text_at(account, "closed_on"), "2026-02-05");
}

// As banks write them: batches, charges taken off, returned debits, two statements in a file, other currencies told.
TEST_F(Banking, AFileOfEachVersionGoesInMatchesAndReconciles) {
  const auto campaign = app_.json("POST", "/api/v1/campaigns",
                                  R"({"name":"Night light","reference":"539007547034","starts_on":"2026-01-01"})");
  ASSERT_EQ(campaign.status, 201) << campaign.body;
  ASSERT_EQ(record_account().status, 201);
  const std::pair<const char*, const char*> files[] = {{"02", "1147.50"}, {"04", "1107.50"}, {"08", "1137.50"}, {"03", "1211.60"},
                                                       {"05", "1294.15"}, {"06", "1311.15"}, {"07", "1809.15"}};
  for (const auto& [version, closing] : files) {
    SCOPED_TRACE(version);
    const auto uploaded = upload(file("camt_" + std::string(version) + ".xml"));
    ASSERT_EQ(uploaded.status, 200) << uploaded.body;
    while (const auto id = app_.number("SELECT COALESCE(min(id), 0) FROM bank_lines WHERE state = 'new'")) {
      const auto path = "/api/v1/bank-lines/" + std::to_string(id);
      const bool came = app_.number("SELECT amount_minor FROM bank_lines WHERE id = " + std::to_string(id)) > 0;
      const auto matched = app_.json("POST", path + "/match", came ? R"({"target":"campaign:0"})" : R"({"target":"fee"})",
                                     {{"If-Match", app_.get(path).header("etag")}});
      ASSERT_EQ(matched.status, 200) << matched.body;
    }
    const auto told = reconciliation();
    EXPECT_EQ(text_at(told, "bank"), closing);
    EXPECT_EQ(text_at(told, "ledger"), closing);
    EXPECT_EQ(text_at(told, "difference_count"), "0");
  }
  // The two with a structured reference found their campaign by themselves; nothing is missing between the statements.
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_matches WHERE how = 'automatic'"), 2);
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_statement_steps WHERE difference_minor <> 0"), 0);
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_lines"), 6 + 1 + 2 + 4 + 2 + 5 + 2);
}

TEST_F(Banking, WhatIsWrongIsToldAndNothingIsHalfImported) {
  const auto unknown = upload(file("camt_02.xml"));
  EXPECT_EQ(unknown.breaches(), std::vector<std::string>{"file:account_not_recorded"});
  ASSERT_EQ(record_account().status, 201);
  const auto whole = file("camt_08.xml");
  // The second of two statements is wrong: the first is not taken either.
  auto second = whole;
  second.replace(second.rfind("1137.50"), 7, "1137.51");
  EXPECT_EQ(upload(second).breaches(), std::vector<std::string>{"file:statement_does_not_add_up"});
  EXPECT_EQ(upload(whole.substr(0, whole.size() / 2)).breaches(), std::vector<std::string>{"file:file_is_cut"});
  EXPECT_EQ(upload("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>").breaches(),
            std::vector<std::string>{"file:doctype_refused"});
  EXPECT_EQ(upload("").breaches(), std::vector<std::string>{"file:required"});
  EXPECT_EQ(upload(replaced(whole, "BE68539007547034", "BE69539007547034")).breaches(), std::vector<std::string>{"file:wrong_check_digits"});
  auto dollars = file("camt_04.xml");
  for (std::size_t at = 0; (at = dollars.find("\"EUR\"", at)) != std::string::npos;) dollars.replace(at, 5, "\"USD\"");
  EXPECT_EQ(upload(dollars).breaches(), std::vector<std::string>{"file:other_currency"});
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_statements"), 0);
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_lines"), 0);
}

TEST_F(Banking, GapsAndOverlapsBetweenStatementsAreTold) {
  ASSERT_EQ(record_account().status, 201);
  ASSERT_EQ(upload(file("camt_02.xml")).status, 200);
  ASSERT_EQ(upload(file("camt_08.xml")).status, 200);  // 04 is missing between them
  EXPECT_EQ(app_.number("SELECT difference_minor FROM bank_statement_steps ORDER BY bank_statement_id LIMIT 1 OFFSET 1"),
            -4'000);
  EXPECT_NE(app_.get("/bank/1").body.find("Lines worth -40.00 EUR are missing since 2 Feb 2026."), std::string::npos);
  EXPECT_EQ(text_at(reconciliation(), "unexplained"), "0.00");
  ASSERT_EQ(upload(file("camt_04.xml")).status, 200);
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_statement_steps WHERE difference_minor <> 0"), 0);
  // The same lines in a statement of another name: they count once.
  ASSERT_EQ(upload(replaced(file("camt_04.xml"), "2026-022", "2026-022-bis")).status, 200);
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_lines WHERE bank_reference = '2602030001'"), 1);
  EXPECT_EQ(app_.number("SELECT max(known_count) FROM bank_statement_steps"), 1);
  EXPECT_EQ(text_at(reconciliation(), "unexplained"), "0.00");
}

TEST_F(Banking, AnInstalmentIsReceivedFromALineAndUndoneByALinkedReversal) {
  ASSERT_EQ(record_account().status, 201);
  ASSERT_EQ(upload(file("camt_02.xml")).status, 200);
  const auto id = instalment("50.00");
  const auto proposals = app_.get(line_path("2602020001") + "/proposals");
  EXPECT_NE(proposals.body.find("\"target\":\"instalment:" + std::to_string(id) + "\""), std::string::npos)
      << proposals.body;
  EXPECT_NE(proposals.body.find("The amount is the same."), std::string::npos) << proposals.body;
  const auto before = cash();
  const auto matched = act("2602020001", "/match", R"({"target":"instalment:)" + std::to_string(id) + "\"}");
  ASSERT_EQ(matched.status, 200) << matched.body;
  EXPECT_EQ(text_at(matched.json(), "state"), "matched");
  EXPECT_EQ(cash(), before + 5'000);
  EXPECT_EQ(app_.number("SELECT count(*) FROM instalment_receipts WHERE reference = '2602020001'"), 1);

  const auto match = app_.number("SELECT id FROM bank_matches");
  const auto path = "/matches/" + std::to_string(match) + "/undo";
  EXPECT_EQ(act("2602020001", path, R"({"reason":""})").breaches(), std::vector<std::string>{"reason:required"});
  ASSERT_EQ(act("2602020001", path, R"({"reason":"Of another grant."})").status, 200);
  EXPECT_EQ(state("2602020001"), "new");
  EXPECT_EQ(cash(), before);
  EXPECT_EQ(app_.number("SELECT count(*) FROM entries e JOIN entries o ON o.id = e.reverses_entry_id "
                        "WHERE o.document_kind = 'instalment'"), 1);
  EXPECT_EQ(act("2602020001", path, R"({"reason":"Again."})").status, 409);
  EXPECT_EQ(text_at(reconciliation(), "unexplained"), "0.00");
}

TEST_F(Banking, OneLineToSeveralAndSeveralLinesToOne) {
  ASSERT_EQ(record_account().status, 201);
  ASSERT_EQ(upload(file("camt_02.xml")).status, 200);
  const auto id = std::to_string(instalment("100.00"));
  // The lines of 40.00 and 60.00 to one instalment.
  ASSERT_EQ(act("2602020002#2", "/match", R"({"target":"instalment:)" + id + "\"}").status, 200);
  ASSERT_EQ(act("2602020002#3", "/match", R"({"target":"instalment:)" + id + "\"}").status, 200);
  EXPECT_EQ(app_.number("SELECT count(*) FROM instalments WHERE state = 'received'"), 1);
  // The line of 50.00 to two documents.
  ASSERT_EQ(act("2602020001", "/match", R"({"target":"income","amount":"20.00","description":"Interest"})").status, 200);
  EXPECT_EQ(state("2602020001"), "new");
  EXPECT_EQ(act("2602020001", "/match", R"({"target":"income","amount":"30.01"})").breaches(),
            std::vector<std::string>{"amount:out_of_range"});
  ASSERT_EQ(act("2602020001", "/match", R"({"target":"income"})").status, 200);
  EXPECT_EQ(state("2602020001"), "matched");
  EXPECT_EQ(act("2602020001", "/match", R"({"target":"income"})").code(), "bank_line_is_not_new");
}

TEST_F(Banking, AReceiptThatIsInTheLedgerAlreadyIsLinkedAndNotPostedTwice) {
  ASSERT_EQ(record_account().status, 201);
  const auto id = instalment("50.00");
  ASSERT_EQ(app_.json("POST", "/api/v1/grants/1/instalments/" + std::to_string(id) + "/receive",
                      R"({"received_on":"2026-02-01","amount":"50.00","reference":"2602020001"})",
                      {{"If-Match", "\"1\""}}).status, 200);
  ASSERT_EQ(upload(file("camt_02.xml")).status, 200);
  const auto before = cash();
  const auto entry = app_.number("SELECT id FROM entries WHERE kind = 'instalment_received'");
  const auto proposals = app_.get(line_path("2602020001") + "/proposals");
  EXPECT_NE(proposals.body.find("\"target\":\"entry:" + std::to_string(entry) + "\""), std::string::npos)
      << proposals.body;
  const auto target = R"({"target":"entry:)" + std::to_string(entry) + "\"}";
  ASSERT_EQ(act("2602020001", "/match", target).status, 200);
  EXPECT_EQ(cash(), before);
  // The entry is used up; another line cannot be the same money.
  EXPECT_EQ(act("2602020002#1", "/match", target).breaches(), std::vector<std::string>{"target:bank_match_fits_entry"});
  const auto undone = act("2602020001", "/matches/1/undo", R"({"reason":"Wrong line."})");
  ASSERT_EQ(undone.status, 200) << undone.body;
  EXPECT_EQ(cash(), before) << "what was not posted from the line stays";
}

TEST_F(Banking, FeesAndIgnoredLinesAndTheBankAgreesWithTheLedger) {
  ASSERT_EQ(record_account().status, 201);
  ASSERT_EQ(upload(file("camt_02.xml")).status, 200);
  const auto fee = app_.number("SELECT id FROM bank_lines WHERE amount_minor = -250");
  const auto fee_path = "/api/v1/bank-lines/" + std::to_string(fee);
  EXPECT_EQ(app_.json("POST", fee_path + "/match", R"({"target":"income"})", {{"If-Match", "\"1\""}}).breaches(),
            std::vector<std::string>{"target:wrong_direction"});
  ASSERT_EQ(app_.json("POST", fee_path + "/match", R"({"target":"fee"})", {{"If-Match", "\"1\""}}).status, 200);
  EXPECT_EQ(app_.number("SELECT sum(amount_minor)::bigint FROM balances WHERE account_code = 'bank_fees'"), 250);
  for (const auto* reference : {"2602020001", "2602020002#1", "2602020002#2", "2602020002#3"}) {
    ASSERT_EQ(act(reference, "/match", R"({"target":"income"})").status, 200);
  }
  EXPECT_EQ(act("2602020003", "/ignore", R"({"reason":""})").breaches(), std::vector<std::string>{"reason:required"});
  auto told = reconciliation();
  EXPECT_EQ(text_at(told, "bank"), "1147.50");
  EXPECT_EQ(text_at(told, "ledger"), "1167.50");
  EXPECT_EQ(text_at(told, "listed"), "-20.00");
  EXPECT_EQ(text_at(told, "unexplained"), "0.00");
  ASSERT_EQ(act("2602020003", "/ignore", R"({"reason":"Taken back by the bank, booked by hand."})").status, 200);
  EXPECT_EQ(act("2602020003", "/match", R"({"target":"fee"})").code(), "bank_line_is_not_new");
  told = reconciliation();
  EXPECT_EQ(text_at(told, "difference_count"), "1");
  EXPECT_NE(app_.get("/bank/1/reconciliation").body.find("agrees but for 1 difference"), std::string::npos);
  EXPECT_EQ(text_at(told, "unexplained"), "0.00");
  ASSERT_EQ(act("2602020003", "/reopen", "{}").status, 200);
  EXPECT_EQ(state("2602020003"), "new");
  EXPECT_EQ(app_.get("/bank").status, 200);
  EXPECT_EQ(app_.get("/bank/1").status, 200);
  EXPECT_EQ(app_.get("/bank/1/reconciliation").status, 200);
  EXPECT_EQ(app_.get("/bank/lines/" + std::to_string(fee)).status, 200);
}

TEST_F(Banking, AGiftFindsItsCampaignByItsReferenceAlone) {
  const auto campaign = app_.json("POST", "/api/v1/campaigns",
                                  R"({"name":"Night light","reference":"539007547034",)"
                                  R"("starts_on":"2026-01-01"})");
  ASSERT_EQ(campaign.status, 201) << campaign.body;
  ASSERT_EQ(record_account().status, 201);
  const auto uploaded = upload(file("camt_02.xml"));  // its first line names RF18539007547034
  EXPECT_NE(uploaded.body.find("\"matched_lines\":1"), std::string::npos) << uploaded.body;
  EXPECT_EQ(state("2602020001"), "matched");
  EXPECT_EQ(app_.number("SELECT gross_minor FROM donations WHERE campaign_id = " + text_at(campaign.json(), "id")), 5'000);
  EXPECT_EQ(cash(), 105'000);
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_matches WHERE how = 'automatic'"), 1);
  // A gift that belongs elsewhere goes back whole, and the line is free again.
  ASSERT_EQ(act("2602020001", "/matches/1/undo", R"({"reason":"Of another campaign."})").status, 200);
  EXPECT_EQ(cash(), 100'000);
  EXPECT_EQ(state("2602020001"), "new");
  ASSERT_EQ(act("2602020001", "/match", R"({"target":"campaign:0"})").status, 200);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donations WHERE campaign_id IS NULL"), 1);
  EXPECT_EQ(text_at(reconciliation(), "unexplained"), "0.00");
}

TEST_F(Banking, AnApprovedCostIsPaidFromALine) {
  const auto grant = app_.grant({{"c3", "30000.00"}});
  const auto cost = app_.submitted(app_.invoice("INV-88", "40.00", grant.lines.front()));
  ASSERT_EQ(app_.as_bert(cost, "approve"), "");
  ASSERT_EQ(record_account().status, 201);
  ASSERT_EQ(upload(file("camt_04.xml")).status, 200);
  const auto target = "expenditure:" + std::to_string(cost);
  const auto proposals = app_.get(line_path("2602030001") + "/proposals");
  EXPECT_NE(proposals.body.find("\"target\":\"" + target + "\""), std::string::npos) << proposals.body;
  EXPECT_NE(proposals.body.find("The end-to-end id is its reference INV-88."), std::string::npos) << proposals.body;
  const auto before = cash();
  ASSERT_EQ(act("2602030001", "/match", "{\"target\":\"" + target + "\"}").status, 200);
  EXPECT_EQ(cash(), before - 4'000);
  EXPECT_EQ(state("2602030001"), "matched");
  EXPECT_EQ(app_.number("SELECT count(*) FROM expenditures WHERE paid_on = '2026-02-03'"), 1);
  // Undone, the payment stays with the cost: it is in the ledger, and not on the bank.
  const auto path = "/matches/" + std::to_string(app_.number("SELECT max(id) FROM bank_matches")) + "/undo";
  ASSERT_EQ(act("2602030001", path, R"({"reason":"Of another cost."})").status, 200);
  EXPECT_EQ(cash(), before - 4'000);
  EXPECT_EQ(text_at(reconciliation(), "unexplained"), "0.00");
}

TEST_F(Banking, ACostInAnotherCurrencyIsPaidFromALineAndTheExchangeShows) {
  ASSERT_EQ(app_.broken_rule("INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source) "
                             "VALUES ('USD', '2026-02-10', 1.07, false, 'ECB')"), "");
  const auto cost = app_.submitted(R"({"kind":"invoice","document_number":"INV-US-4","document_on":"2026-02-10",)"
                                   R"("description":"Servers","currency":"USD","amount":"40.00","supplier_id":)" +
                                   std::to_string(app_.supplier()) + R"(,"allocations":[{"used_as":"own"}]})");
  ASSERT_EQ(app_.as_bert(cost, "approve"), "");
  ASSERT_EQ(record_account().status, 201);
  ASSERT_EQ(upload(file("camt_05.xml")).status, 200);
  const auto target = "expenditure:" + std::to_string(cost);
  const auto proposals = app_.get(line_path("2602110001") + "/proposals");
  EXPECT_NE(proposals.body.find("\"target\":\"" + target + "\""), std::string::npos) << proposals.body;
  EXPECT_NE(proposals.body.find("40.00 USD are about 37.38 EUR at the rate of the day."), std::string::npos) << proposals.body;
  EXPECT_NE(proposals.body.find("\"own_currency\":\"USD\""), std::string::npos) << proposals.body;
  EXPECT_NE(app_.get("/bank/lines/" + std::to_string(line("2602110001"))).body.find("open 40.00 USD"), std::string::npos);
  const auto before = cash();
  const auto matched = act("2602110001", "/match", "{\"target\":\"" + target + "\"}");
  ASSERT_EQ(matched.status, 200) << matched.body;
  EXPECT_EQ(text_at(matched.json(), "state"), "matched");
  EXPECT_EQ(cash(), before - 3'745);
  EXPECT_EQ(app_.balance("exchange_differences"), 7);  // 37.45 left the account, 37.38 were booked
  EXPECT_EQ(app_.balance("payables", "USD"), 0);
  EXPECT_EQ(text_at(reconciliation(), "unexplained"), "0.00");
}

TEST_F(Banking, ACostWhoseRateIsNotKnownIsNotProposedAndToldWhenChosen) {
  const auto cost = app_.submitted(R"({"kind":"invoice","document_number":"INV-US-4","document_on":"2026-02-10",)"
                                   R"("description":"Servers","currency":"USD","amount":"40.00","supplier_id":)" +
                                   std::to_string(app_.supplier()) + R"(,"allocations":[{"used_as":"own"}]})");
  ASSERT_EQ(app_.as_bert(cost, "approve"), "");
  ASSERT_EQ(record_account().status, 201);
  ASSERT_EQ(upload(file("camt_05.xml")).status, 200);
  EXPECT_EQ(app_.get(line_path("2602110001") + "/proposals").body.find("expenditure:"), std::string::npos);
  EXPECT_EQ(act("2602110001", "/match", "{\"target\":\"expenditure:" + std::to_string(cost) + "\"}").breaches(),
            std::vector<std::string>{"target:exchange_rate_is_missing"});
  EXPECT_EQ(state("2602110001"), "new");
}

TEST_F(Banking, AnOrganisationsContributionIsReceivedFromALineAndUndone) {
  const auto source = app_.json("POST", "/api/v1/sources",
                                R"({"kind":"contribution","name":"Own budget","organisation_id":2,"currency":"EUR",)"
                                R"("planned_amount":"500.00","starts_on":"2026-01-01","basis":"cash"})");
  ASSERT_EQ(source.status, 201) << source.body;
  const auto id = text_at(source.json(), "id");
  ASSERT_EQ(record_account().status, 201);
  ASSERT_EQ(upload(file("camt_07.xml")).status, 200);
  const auto proposals = app_.get(line_path("2602160001") + "/proposals");
  EXPECT_NE(proposals.body.find("\"target\":\"contribution:" + id + "\""), std::string::npos) << proposals.body;
  ASSERT_EQ(act("2602160001", "/match", R"({"target":"contribution:)" + id + "\"}").status, 200);
  const auto path = "/api/v1/contributions/" + id;
  EXPECT_EQ(text_at(app_.get(path).json(), "received"), "500.00");
  const auto undo = "/matches/" + std::to_string(app_.number("SELECT max(id) FROM bank_matches")) + "/undo";
  ASSERT_EQ(act("2602160001", undo, R"({"reason":"Of another source."})").status, 200);
  EXPECT_EQ(text_at(app_.get(path).json(), "received"), "0.00");
  EXPECT_EQ(state("2602160001"), "new");
}

TEST_F(Banking, AGiftThatIsAwaitedIsProposedAlsoWhereNobodyKnowsItsDonor) {
  ASSERT_EQ(app_.json("POST", "/api/v1/donations", R"({"given_on":"2026-02-01","state":"pending","method":"bank_transfer",)"
                                                   R"("gross":"50.00","reference":"G-1"})").status, 201);
  ASSERT_EQ(record_account().status, 201);
  ASSERT_EQ(upload(file("camt_02.xml")).status, 200);
  const auto proposals = app_.get(line_path("2602020001") + "/proposals");
  EXPECT_NE(proposals.body.find("\"target\":\"donation:1\""), std::string::npos) << proposals.status << proposals.body;
}

TEST_F(Banking, ALineOpensTheFormOfACostThatNobodyEnteredYet) {
  ASSERT_EQ(record_account().status, 201);
  ASSERT_EQ(upload(file("camt_04.xml")).status, 200);
  const auto page = app_.get("/bank/lines/1").body;
  const std::string address = "/expenditures/new?amount=40.00&amp;currency=EUR&amp;document_on=2026-02-03&amp;paid_on=2026-02-03";
  EXPECT_NE(page.find(address), std::string::npos) << page;
  const auto form = app_.get("/expenditures/new?amount=40.00&currency=EUR&document_on=2026-02-03&paid_on=2026-02-03").body;
  EXPECT_NE(form.find("value=\"40.00\""), std::string::npos);
  EXPECT_NE(form.find("value=\"2026-02-03\""), std::string::npos);
}

TEST_F(Banking, AStaleFormIsToldAndADryRunStoresNothing) {
  ASSERT_EQ(record_account().status, 201);
  ASSERT_EQ(upload(file("camt_02.xml")).status, 200);
  const auto path = line_path("2602020001");
  EXPECT_EQ(app_.json("POST", path + "/match", R"({"target":"income"})").status, 428);
  EXPECT_EQ(app_.json("POST", path + "/match", R"({"target":"income"})", {{"If-Match", "\"9\""}}).status, 412);
  const auto dry = app_.json("POST", path + "/match?dry_run=true", R"({"target":"income"})", {{"If-Match", "\"1\""}});
  EXPECT_EQ(text_at(dry.json(), "would_answer"), "200");
  EXPECT_EQ(app_.number("SELECT count(*) FROM bank_matches"), 0);
  EXPECT_EQ(act("2602020001", "/match", R"({"target":"gift:1"})").breaches(),
            std::vector<std::string>{"target:not_a_target"});
  EXPECT_EQ(act("2602020001", "/match", R"({"target":"entry:999"})").breaches(),
            std::vector<std::string>{"target:bank_match_fits_entry"});
  const std::pair<const char*, const char*> absent[] = {
      {"campaign:999", "campaign_not_found"}, {"donor:999", "donor_not_found"},           {"pledge:999", "pledge_not_found"},
      {"donation:999", "donation_not_found"}, {"instalment:999", "instalment_not_found"}, {"contribution:999", "contribution_not_found"}};
  for (const auto& [target, code] : absent) {
    EXPECT_EQ(act("2602020001", "/match", R"({"target":")" + std::string(target) + "\"}").breaches(),
              std::vector<std::string>{std::string("target:") + code});
  }
  // What stood on the account before its first statement is no line's money.
  const auto opening = app_.number("SELECT opening_entry_id FROM bank_accounts");
  EXPECT_EQ(act("2602020001", "/match", R"({"target":"entry:)" + std::to_string(opening) + "\"}").breaches(),
            std::vector<std::string>{"target:opening_is_on_no_statement"});
}

TEST_F(Banking, TheDatabaseHoldsTheRulesByItself) {
  ASSERT_EQ(record_account().status, 201);
  ASSERT_EQ(upload(file("camt_02.xml")).status, 200);
  ASSERT_EQ(act("2602020001", "/match", R"({"target":"income"})").status, 200);
  EXPECT_EQ(app_.broken_rule("UPDATE bank_lines SET state = 'matched' WHERE bank_reference = '2602020003'"),
            "bank_line_state_fits_matches");
  EXPECT_EQ(app_.broken_rule("UPDATE bank_lines SET state = 'new' WHERE bank_reference = '2602020001'"),
            "bank_line_state_fits_matches");
  const std::string insert = "INSERT INTO bank_matches (bank_line_id, entry_id, amount_minor, how, posted, reason, "
                             "undoes_match_id, created_by) SELECT ";
  EXPECT_EQ(app_.broken_rule(insert + "bank_line_id, entry_id, 1, 'by_hand', false, 'x', NULL, 1 FROM bank_matches"),
            "bank_match_fits_line");
  EXPECT_EQ(app_.broken_rule(insert + "bank_line_id, entry_id, -4999, 'by_hand', false, 'x', id, 1 FROM bank_matches"),
            "bank_match_undoing_negates");
  EXPECT_EQ(app_.broken_rule("INSERT INTO bank_lines (bank_account_id, bank_statement_id, bank_reference, booked_on, "
                             "value_on, amount_minor, reversal, end_to_end_id, structured_reference) SELECT "
                             "bank_account_id, bank_statement_id, bank_reference, booked_on, value_on, amount_minor, "
                             "reversal, '', '' FROM bank_lines LIMIT 1"),
            "bank_line_counts_once");
  EXPECT_EQ(app_.number("SELECT has_table_privilege('kindling_service', 'bank_matches', 'UPDATE, DELETE, TRUNCATE')::int"),
            0);
  EXPECT_EQ(app_.number("SELECT has_column_privilege('kindling_service', 'bank_lines', 'amount_minor', 'UPDATE')::int"), 0);
}

}  // namespace
}  // namespace kindling
