// Gifts from a file: each once, in the right fund, of the right donor, and nobody's name left behind.
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <atomic>
#include <thread>

#include "support/import_app.hpp"

namespace kindling {
namespace {

using Texts = std::vector<std::string>;

class DonationImport : public ::testing::Test {
 protected:
  static std::string count(const Value& import) {  // total/new/known/repeated/bad
    std::string counts;
    for (const auto* name : {"rows_total", "rows_new", "rows_known", "rows_repeated", "rows_bad"}) {
      counts += (counts.empty() ? "" : "/") + text_at(import, name);
    }
    return counts;
  }
  static std::string id(const Value& import) { return text_at(import, "id"); }
  std::int64_t gifts() { return app_.number("SELECT count(*) FROM donations"); }
  std::int64_t campaign(const std::string& more = "") {
    const auto made = app_.json("POST", "/api/v1/campaigns",
                                R"({"name":"Night shifts","reference":"NIGHT","starts_on":"2026-01-01")" + more + "}");
    EXPECT_EQ(made.status, 201) << made.body;
    return std::stoll(text_at(made.json(), "id"));
  }
  std::int64_t donor(const std::string& name, const std::string& more = "") {
    const auto made = app_.json("POST", "/api/v1/donors", R"({"name":")" + name + "\"" + more + "}");
    EXPECT_EQ(made.status, 201) << made.body;
    return std::stoll(text_at(made.json(), "id"));
  }
  ImportApp app_;
};

TEST_F(DonationImport, RecordsEachRowAsAGiftWithItsEntryAndPart) {
  const auto bound = campaign(R"(,"restricted":true,"purpose":"night shifts")");
  const auto fund = app_.number("SELECT fund_id FROM campaigns WHERE id = " + std::to_string(bound));
  const auto checked = app_.checked("donations",
                                    "Date,Amount,Fee,Transaction id,Campaign,Message\n"
                                    "2026-03-01,25.00,0.35,P-1,,Thank you\n"
                                    "2026-03-02,10.00,,P-2,night,\n"
                                    "2026-03-03,7.50,,P-3,Night shifts,\n");
  EXPECT_EQ(count(checked), "3/3/0/0/0");
  EXPECT_EQ(gifts(), 0);
  const auto done = app_.run(id(checked));
  EXPECT_EQ(text_at(done, "state"), "done");
  EXPECT_EQ(text_at(done, "rows_loaded"), "3");
  EXPECT_EQ(app_.balance("bank"), 4'215);
  EXPECT_EQ(app_.balance("donation_fees"), 35);
  EXPECT_EQ(app_.balance("income_donations"), -4'250);
  EXPECT_EQ(app_.number("SELECT sum(gross_minor) FROM donation_parts WHERE fund_id = " + std::to_string(fund)), 1'750);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donation_messages WHERE state = 'waiting'"), 1);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donations WHERE method = 'online' AND state = 'cleared'"), 3);
}

TEST_F(DonationImport, CountsTheSameFileAndTheSamePaymentsOnce) {
  const std::string head = "Date,Amount,Transaction id\n", one = "2026-03-01,25.00,P-1\n", two = "2026-03-02,10.00,P-2\n";
  const auto first = app_.checked("donations", head + one + two + one);
  EXPECT_EQ(count(first), "3/2/0/1/0");
  app_.run(id(first));
  const auto again = app_.upload("donations", head + one + two + one, "renamed.csv");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(text_at(again.json(), "id"), id(first));
  EXPECT_EQ(count(app_.checked("donations", head + one + two + one)), "3/0/2/1/0");
  const auto other = app_.checked("donations", head + two + "2026-03-02,10.01,P-2\n");
  EXPECT_EQ(count(other), "2/1/1/0/0") << "another amount is another payment";
  app_.run(id(other));
  EXPECT_EQ(gifts(), 3);
}

TEST_F(DonationImport, EqualRowsWithoutAReferenceCountAsOftenAsTheyStandThere) {
  const std::string rows = "2026-03-01,10.00,cash\n2026-03-01,10.00,cash\n";
  const auto first = app_.checked("donations", "Date,Amount,Method\n" + rows);
  EXPECT_EQ(count(first), "2/2/0/0/0");
  app_.run(id(first));
  const auto longer = app_.checked("donations", "Date,Amount,Method\n" + rows + "2026-03-01,10.00,cash\n");
  EXPECT_EQ(count(longer), "3/1/2/0/0");
  app_.run(id(longer));
  EXPECT_EQ(gifts(), 3);
}

TEST_F(DonationImport, FindsDonorsByReferenceMailOrNameAndMakesTheOthersOnce) {
  const auto nora = donor("Nora Fictitious", R"(,"email":"nora@example.org")");
  const auto bram = donor("Bram Invented");
  const auto checked = app_.checked("donations",
                                    "Date,Amount,Transaction id,Name,Email\n"
                                    "2026-03-01,1.00,A,N. Fictitious,NORA@example.org\n"
                                    "2026-03-01,2.00,B,invented bram,\n"
                                    "2026-03-01,3.00,C,Ida Made-Up,ida@example.org\n"
                                    "2026-03-01,4.00,D,Ida Made-Up,ida@example.org\n"
                                    "2026-03-01,5.00,E,Made-Up Ida,\n"
                                    "2026-03-01,6.00,F,,\n");
  EXPECT_EQ(count(checked), "6/6/0/0/0") << text_at(checked, "rows_bad");
  app_.run(id(checked));
  const auto given = [&](std::int64_t of) {
    return app_.number("SELECT COALESCE(sum(gross_minor), 0) FROM donations WHERE donor_id = " + std::to_string(of));
  };
  EXPECT_EQ(given(nora), 100);
  EXPECT_EQ(given(bram), 200);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donors"), 3);
  EXPECT_EQ(given(app_.number("SELECT max(id) FROM donors")), 1'200);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donations WHERE donor_id IS NULL"), 1);
  const auto seen = app_.form("/donors/find", {{"who", "ida@example.org"}});
  EXPECT_NE(seen.body.find("Ida Made-Up"), std::string::npos) << seen.status;
}

TEST_F(DonationImport, SeveralDonorsOfOneNameAreAskedAbout) {
  donor("Nora Fictitious", R"(,"email":"a@example.org")");
  donor("Nora Fictitious", R"(,"email":"b@example.org")");
  const auto checked = app_.checked("donations", "Date,Amount,Name\n2026-03-01,1.00,Nora Fictitious\n");
  EXPECT_EQ(app_.errors(id(checked)), Texts{"2:donor_name:several_donors"});
}

TEST_F(DonationImport, TellsEachErrorByRowAndColumnAndStoresNothing) {
  campaign();
  const auto checked = app_.checked(
      "donations",
      "Date,Amount,Fee,Net,Currency,Method,Campaign,Donor reference,Email,Name,Fund\n"
      "2026-02-31,1.00,,,,,,,,,\n"
      "2026-03-01,0.00,,,,,,,,,\n"
      "2026-03-01,-3,,,,,,,,,\n"
      "2026-03-01,1.005,,,,,,,,,\n"
      "2026-03-01,1.00,1.00,,,,,,,,\n"
      "2026-03-01,10.00,0.50,9.51,,,,,,,\n"
      "2026-03-01,1.00,,,XXQ,,,,,,\n"
      "2026-03-01,1.00,,,,barter,,,,,\n"
      "2026-03-01,1.00,,,,,Nowhere,,,,\n"
      "2026-03-01,1.00,,,,,,D-NOBODY22,,,\n"
      "2026-03-01,1.00,,,,,,,not-an-address,Ida,\n"
      "2026-03-01,1.00,,,,,,,,,Nowhere\n"
      "2026-03-01,1.00,,,GBP,,,,,,\n");
  EXPECT_EQ(app_.errors(id(checked)),
            (Texts{"2:given_on:not_a_date", "3:gross:out_of_range", "4:gross:out_of_range", "5:gross:over_precise",
                   "6:fee:fee_is_less_than_the_gift", "7:net:net_is_gross_less_fee", "8:currency:unknown_currency",
                   "9:method:not_one_of", "10:campaign:campaign_not_found", "11:donor:donor_not_found",
                   "12:donor_email:not_an_email", "13:fund:fund_not_found", "14:rate:rate_is_missing"}));
  EXPECT_EQ(app_.verb(id(checked), "run", R"({"mode":"all_or_nothing"})").code(), "import_has_bad_rows");
  EXPECT_EQ(gifts(), 0);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donors"), 0);
}

TEST_F(DonationImport, FilesAsTheyComeAreReadOrToldByRowAndColumn) {
  // A byte order mark, mixed line ends, quotes within quotes, a formula.
  const auto checked = app_.checked("donations", "\xEF\xBB\xBF" "Date,Amount,Transaction id,Message\r\n"
                                                 "2026-03-01,1.00,A,\"He said \"\"hello\"\"\"\r2026-03-01,2.00,B,=1+1\n2026-03-01,3.00,C,");
  EXPECT_EQ(count(checked), "3/3/0/0/0");
  app_.run(id(checked));
  EXPECT_EQ(app_.number("SELECT count(*) FROM donation_messages WHERE body IN ('He said \"hello\"', '=1+1')"), 2);
  const auto latin = app_.checked("donations", "Date;Amount;Message\n2026-03-02;1,00;gr\xFC\xDF\n", {{"options.decimal", "comma"}});
  app_.run(id(latin));
  EXPECT_EQ(app_.number("SELECT count(*) FROM donation_messages WHERE body = 'gr\xC3\xBC\xC3\x9F'"), 1);
  // A field of 10 MB ends the reading where it stands; the row before it is still told.
  const auto long_one = app_.checked("donations", "Date,Amount,Message\n2026-03-03,1.00,x\n2026-03-04,1.00," + std::string(10'000'000, 'x') + "\n");
  EXPECT_EQ(app_.errors(id(long_one)), Texts{"3::csv_field_too_long"});
  EXPECT_EQ(app_.verb(id(long_one), "run", R"({"mode":"all_or_nothing"})").code(), "import_has_bad_rows");
  EXPECT_EQ(gifts(), 4);
}

TEST_F(DonationImport, GoodRowsGoInWithoutTheBadOnes) {
  const auto checked = app_.checked("donations", "Date,Amount,Transaction id\n2026-03-01,1.00,A\n2026-03-01,zero,B\n");
  EXPECT_EQ(count(checked), "2/1/0/0/1");
  app_.run(id(checked), "good_rows");
  EXPECT_EQ(gifts(), 1);
}

TEST_F(DonationImport, AForeignGiftHasItsRateAndANetMakesTheFee) {
  const auto checked = app_.checked("donations", "Date,Amount,Net,Currency,Rate\n2026-03-01,\"1000,00\",\"975,00\",CZK,\"25,00\"\n",
                                    {{"options.decimal", "comma"}});
  EXPECT_EQ(count(checked), "1/1/0/0/0");
  app_.run(id(checked));
  EXPECT_EQ(app_.balance("bank"), 3'900);
  EXPECT_EQ(app_.balance("donation_fees"), 100);
  EXPECT_EQ(app_.number("SELECT fee_minor FROM donations"), 2'500);
}

TEST_F(DonationImport, GiftsOfAnAccountInTheirOwnCurrencyArriveThere) {
  const std::string csv = "Date,Amount,Fee,Currency,Rate\n2026-03-01,1000.00,25.00,CZK,25\n2026-03-02,8.00,,EUR,\n";
  const auto checked = app_.checked("donations", csv, {{"options.account", "own"}});
  EXPECT_EQ(count(checked), "2/2/0/0/0");
  app_.run(id(checked));
  EXPECT_EQ(gifts(), 2);
  EXPECT_EQ(app_.balance("bank", "CZK"), 97'500);
  EXPECT_EQ(app_.balance("currency_clearing", "CZK"), -97'500);
  EXPECT_EQ(app_.balance("currency_clearing", "EUR"), 3'900);
  EXPECT_EQ(app_.balance("bank", "EUR"), 800);
  EXPECT_EQ(app_.balance("donation_fees", "EUR"), 100);
  EXPECT_EQ(app_.balance("income_donations", "EUR"), -4'800);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donations WHERE arrived_minor = 97500 AND arrived_currency = 'CZK'"), 1);
}

TEST_F(DonationImport, WhatIsStillToArriveIsNotPosted) {
  const auto checked = app_.checked("donations", "Date,Amount\n2026-03-01,5.00\n", {{"options.state", "pending"}});
  app_.run(id(checked));
  EXPECT_EQ(app_.number("SELECT count(*) FROM donations WHERE state = 'pending' AND entry_id IS NULL"), 1);
  EXPECT_EQ(app_.balance("bank"), 0);
}

TEST_F(DonationImport, AGiftOfAPledgeMeetsItsDay) {
  const auto nora = donor("Nora Fictitious");
  const auto pledge = app_.json("POST", "/api/v1/pledges", R"({"donor_id":)" + std::to_string(nora) +
                                R"(,"amount":"25.00","cycle":"monthly","anchor_day":"1","starts_on":"2026-02-01"})");
  ASSERT_EQ(pledge.status, 201) << pledge.body;
  const auto checked = app_.checked("donations", "Date,Amount,Name\n2026-02-01,25.00,Nora Fictitious\n2026-03-02,25.00,Nora Fictitious\n");
  app_.run(id(checked));
  EXPECT_EQ(app_.number("SELECT count(*) FROM donations WHERE pledge_due_on IN ('2026-02-01', '2026-03-01')"), 2);
}

TEST_F(DonationImport, TheFileIsKeptSealedAndNotBeyondItsImport) {
  const std::string csv = "Date,Amount,Name\n2026-03-01,1.00,Nora Fictitious\n";
  const auto checked = app_.checked("donations", csv);
  EXPECT_EQ(app_.number("SELECT count(*) FROM import_file_parts WHERE position(convert_to('Nora', 'UTF8') IN content) > 0"), 0);
  EXPECT_EQ(app_.number("SELECT count(*) FROM import_file_parts"), 1);
  app_.run(id(checked));
  EXPECT_EQ(app_.number("SELECT count(*) FROM import_file_parts"), 0);
  EXPECT_EQ(app_.verb(id(checked), "check").code(), "file_is_not_kept");
  EXPECT_EQ(count(app_.checked("donations", csv)), "1/0/1/0/0") << "sent again, it is checked again";
}

TEST_F(DonationImport, AnErasureTakesTheFilesThatWait) {
  const auto nora = donor("Nora Fictitious");
  const auto checked = app_.checked("donations", "Date,Amount,Name\n2026-03-01,1.00,Nora Fictitious\n");
  const auto path = "/api/v1/donors/" + std::to_string(nora);
  const auto erased = app_.json("POST", path + "/erase", R"({"reason":"asked_by_the_donor"})", {{"If-Match", app_.get(path).header("etag")}});
  EXPECT_EQ(erased.status, 200) << erased.body;
  EXPECT_EQ(app_.number("SELECT count(*) FROM import_file_parts"), 0);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donation_import_rows"), 0);
  const auto run = app_.run(id(checked));
  EXPECT_EQ(gifts(), 0) << "what the check had prepared is gone with it";
}

// Whoever comes second sees what the first one did; neither leaves a row that names who was erased.
class DonationImportAndErasure : public DonationImport {
 protected:
  DonationImportAndErasure() {
    // Another spelling than the donor's, so that the row carries a sealed name of its own; and a row with an error.
    csv_ = "Date,Amount,Name\n2026-03-01,1.00,Nora F. Fictitious\n2026-03-02,zero,\n";
    nora_ = "/api/v1/donors/" + std::to_string(donor("Nora Fictitious"));
    const auto sent = app_.upload("donations", csv_);
    EXPECT_EQ(sent.status, 201) << sent.body;
    import_ = text_at(sent.json(), "id");
  }
  // Sessions of this database that wait for a lock.
  std::int64_t waiting() {
    return app_.number("SELECT count(DISTINCT w.pid) FROM pg_locks w WHERE NOT w.granted AND EXISTS "
                       "(SELECT 1 FROM pg_locks h JOIN pg_database d ON d.oid = h.database "
                       "WHERE h.pid = w.pid AND h.granted AND d.datname = current_database())");
  }
  std::int64_t staged() { return app_.number("SELECT count(*) FROM donation_import_rows"); }
  std::int64_t erase() {
    return app_.json("POST", nora_ + "/erase", R"({"reason":"asked_by_the_donor"})", {{"If-Match", app_.get(nora_).header("etag")}}).status;
  }
  std::string csv_, nora_, import_;
};

TEST_F(DonationImportAndErasure, AnErasureWaitsForABatchThatIsBeingStagedAndTakesIt) {
  run_as_owner(app_.owner_url(), "CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS "
                                 "$$ BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NEW; END $$");
  run_as_owner(app_.owner_url(), "CREATE TRIGGER wait_here BEFORE INSERT ON import_errors FOR EACH ROW EXECUTE FUNCTION wait_here()");
  auto lease = app_.database().lease();
  lease->sql() << "BEGIN";
  lease->sql() << "SELECT pg_advisory_xact_lock(4711)";
  ASSERT_EQ(app_.verb(import_, "check").status, 202);
  while (waiting() < 1) std::this_thread::yield();
  std::atomic<bool> over = false;
  std::int64_t erased = 0;
  std::thread erasing([&] { erased = erase(), over = true; });
  while (!over && waiting() < 2) std::this_thread::yield();
  EXPECT_FALSE(over) << "it waits for the rows that nobody can see yet";
  lease->sql() << "COMMIT";
  erasing.join();
  EXPECT_EQ(erased, 200);
  app_.settled(import_);
  EXPECT_EQ(staged(), 0);
  EXPECT_EQ(app_.number("SELECT count(*) FROM import_file_parts"), 0);
}

TEST_F(DonationImportAndErasure, ACheckThatHadReadTheFileBeforeStagesNothingOfIt) {
  auto lease = app_.database().lease();
  lease->sql() << "BEGIN";
  lease->sql() << "LOCK TABLE import_totals IN SHARE MODE";  // what a check clears once it has read the file
  ASSERT_EQ(app_.verb(import_, "check").status, 202);
  while (waiting() < 1) std::this_thread::yield();
  EXPECT_EQ(erase(), 200);
  lease->sql() << "COMMIT";
  const auto shown = app_.settled(import_);
  EXPECT_EQ(text_at(*shown.find("job"), "error_code"), "file_is_not_kept");
  EXPECT_EQ(staged(), 0);
}

}  // namespace
}  // namespace kindling
