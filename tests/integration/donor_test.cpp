// Donors through the real app: who they are is apart from what they gave, is read only with an audit, and goes for good.
#include <algorithm>
#include <cctype>
#include <thread>

#include <gtest/gtest.h>
#include <soci/soci.h>

#include "storage/database.hpp"
#include "support/funding_app.hpp"

namespace kindling {
namespace {

class Donors : public ::testing::Test {
 protected:
  std::int64_t donor(const std::string& name, const std::string& more = "") {
    const auto made = app_.json("POST", "/api/v1/donors", R"({"name":")" + name + "\"" + more + "}");
    EXPECT_EQ(made.status, 201) << made.body;
    return std::stoll(text_at(made.json(), "id"));
  }
  std::int64_t gift(std::int64_t donor, const std::string& gross, const std::string& more = "", const std::string& day = "2026-03-01") {
    const auto made = app_.json("POST", "/api/v1/donations",
                                R"({"given_on":")" + day + R"(","method":"card","gross":")" + gross + "\"" +
                                    (donor == 0 ? std::string() : R"(,"donor_id":)" + std::to_string(donor)) + more + "}");
    EXPECT_EQ(made.status, 201) << made.body;
    return std::stoll(text_at(made.json(), "id"));
  }
  std::string path(std::int64_t id, const std::string& tail = "") { return "/api/v1/donors/" + std::to_string(id) + tail; }
  Answer erase(std::int64_t id, int version = 1) {
    return app_.json("POST", path(id, "/erase"), R"({"reason":"asked_by_the_donor"})", {{"If-Match", '"' + std::to_string(version) + '"'}});
  }
  // Every row of every table as text, which is what an index holds as well.
  std::string whole_database() {
    std::string all;
    auto lease = app_.database().lease();
    std::string table, rows;
    std::vector<std::string> tables;
    {
      soci::statement names = (lease->sql().prepare << "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
                                                       "AND has_table_privilege(oid, 'SELECT')", soci::into(table));
      names.execute();
      while (names.fetch()) tables.push_back(table);
    }
    for (const auto& name : tables) {
      lease->sql() << "SELECT COALESCE(string_agg(t::text, E'\\n'), '') FROM " + name + " t", soci::into(rows);
      all += rows;
    }
    return all;
  }
  FundingApp app_;
};

TEST_F(Donors, NothingThatEverybodyMayReadHoldsAName) {
  const auto id = donor("Zyxwina Quarkova", R"(,"email":"zyx@example.org")");
  const auto gave = gift(id, "25.00");
  for (const auto& shown : {app_.get("/api/v1/donors").body, app_.get(path(id)).body, app_.get("/api/v1/donations").body,
                            app_.get("/donations/" + std::to_string(gave)).body, app_.get("/donors").body, whole_database()}) {
    EXPECT_EQ(shown.find("Zyxwina"), std::string::npos);
    EXPECT_EQ(shown.find("zyx@example"), std::string::npos);
  }
  EXPECT_NE(app_.get(path(id, "/identity")).body.find("Zyxwina Quarkova"), std::string::npos);
}

TEST_F(Donors, EachReadingOfAnIdentityIsAudited) {
  const auto id = donor("Ada Lovelace");
  const auto readings = "SELECT count(*) FROM audit_events WHERE action = 'donor_identity.read' AND object_id = " + std::to_string(id);
  EXPECT_EQ(app_.number(readings), 0);
  app_.get(path(id));
  EXPECT_EQ(app_.number(readings), 0);
  app_.get(path(id, "/identity"));
  EXPECT_EQ(app_.number(readings), 1);
  app_.get("/donors/" + std::to_string(id));
  app_.form("/donors/find", {{"who", "lovelace ada"}});
  app_.get("/donors/" + std::to_string(id) + "/export.json");
  EXPECT_EQ(app_.number(readings), 4);
}

TEST_F(Donors, AreFoundByWholeNameEmailOrReferenceInAnyWriting) {
  const auto id = donor("Žofie Dvořáková", R"(,"email":"zofie@example.org")");
  auto reference = text_at(app_.get("/api/v1/donors/" + std::to_string(id)).json(), "reference");
  EXPECT_EQ(reference.size(), 10u);
  std::ranges::transform(reference, reference.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const auto& who : {std::string("zofie dvorakova"), std::string("Dvořáková Žofie"), std::string("ZOFIE@example.org"), " " + reference}) {
    EXPECT_NE(app_.form("/donors/find", {{"who", who}}).body.find("Žofie Dvořáková"), std::string::npos) << who;
  }
  EXPECT_EQ(app_.form("/donors/find", {{"who", "Dvor"}}).body.find("Žofie Dvořáková"), std::string::npos);
}

TEST_F(Donors, AnErasureKeepsEveryAmountAndLeavesTheNameNowhere) {
  const auto id = donor("Zyxwina Quarkova", R"(,"email":"zyx@example.org","address_line":"Quarkstraat 1","contact_preference":"email","consent_on":"2026-01-01")");
  const auto gave = gift(id, "25.00", R"(,"message":"Greetings from Zyxwina")");
  EXPECT_EQ(app_.json("POST", "/api/v1/donation-receipts", R"({"donation_id":)" + std::to_string(gave) + "}").status, 201);
  app_.get("/donors/" + std::to_string(id));
  const auto erased = erase(id);
  EXPECT_EQ(erased.status, 200) << erased.body;
  const auto all = whole_database();
  for (const auto* trace : {"Zyxwina", "zyxwina", "zyx@example", "Quarkstraat"}) EXPECT_EQ(all.find(trace), std::string::npos) << trace;
  EXPECT_EQ(app_.number("SELECT count(*) FROM donor_identities"), 0);
  EXPECT_EQ(app_.number("SELECT gross_minor FROM donations"), 2'500);
  EXPECT_EQ(app_.number("SELECT number FROM donation_receipts"), 1);
  EXPECT_EQ(app_.get(path(id, "/identity")).status, 404);
  EXPECT_EQ(app_.get("/donation-receipts/1").body.find("Zyxwina"), std::string::npos);
  EXPECT_EQ(app_.form("/donors/find", {{"who", "Zyxwina Quarkova"}}).body.find("/donors/" + std::to_string(id)), std::string::npos);
}

TEST_F(Donors, AnErasedDonorNeverGetsAnIdentityAgain) {
  const auto id = std::to_string(donor("Ada"));
  erase(std::stoll(id));
  EXPECT_EQ(app_.json("PUT", path(std::stoll(id)), R"({"name":"Ada"})", {{"If-Match", "\"2\""}}).code(), "erased_donor_stays_erased");
  EXPECT_EQ(erase(std::stoll(id), 2).code(), "erased_donor_stays_erased");
  EXPECT_EQ(app_.broken_rule("INSERT INTO donor_identities (donor_id, wrapped_key, sealed, name_hash) VALUES (" + id +
                             ", 'k', 's', sha256('n'))"), "erased_donor_stays_erased");
  EXPECT_EQ(app_.broken_rule("UPDATE donors SET erased_at = NULL WHERE id = " + id), "erased_donor_stays_erased");
}

TEST_F(Donors, AMergeCountsTogetherAndIsUndoneExactly) {
  const auto first = donor("Ada Lovelace"), second = donor("Lovelace, Ada");
  gift(first, "10.00");
  gift(second, "5.00");
  const auto proposals = app_.get("/donors/duplicates");
  EXPECT_NE(proposals.body.find("the same name"), std::string::npos) << proposals.body;
  const auto before = app_.number("SELECT sum(donor_id * gross_minor)::bigint FROM donations");
  const auto merged = app_.json("POST", "/api/v1/donor-decisions", R"({"kept_id":)" + std::to_string(first) + R"(,"other_id":)" +
                                                                       std::to_string(second) + R"(,"decision":"same"})");
  EXPECT_EQ(merged.status, 201) << merged.body;
  EXPECT_EQ(text_at(app_.get(path(first)).json(), "given"), "15.00");
  EXPECT_EQ(app_.get("/donors/duplicates").body.find("the same name"), std::string::npos);
  EXPECT_EQ(app_.form("/donors/duplicates/1/undo", {{"form_key", "undo-1"}}).status, 303);
  EXPECT_EQ(text_at(app_.get(path(first)).json(), "given"), "10.00");
  EXPECT_EQ(app_.number("SELECT sum(donor_id * gross_minor)::bigint FROM donations"), before);
  EXPECT_NE(app_.get("/donors/duplicates").body.find("the same name"), std::string::npos);
}

TEST_F(Donors, ToldApartAreNotProposedAgainAndMergesHaveOneLevel) {
  const auto a = donor("Ada Lovelace"), b = donor("Ada Lovelace"), c = donor("Ada Lovelace");
  const auto decide = [&](std::int64_t kept, std::int64_t other, const char* decision) {
    return app_.json("POST", "/api/v1/donor-decisions", R"({"kept_id":)" + std::to_string(kept) + R"(,"other_id":)" +
                                                            std::to_string(other) + R"(,"decision":")" + decision + "\"}");
  };
  EXPECT_EQ(decide(a, b, "different").status, 201);
  EXPECT_EQ(decide(b, a, "same").code(), "donor_pair_is_decided_once");
  EXPECT_EQ(decide(a, c, "same").status, 201);
  EXPECT_EQ(decide(c, b, "same").code(), "merges_have_one_level");
}

TEST_F(Donors, SoftCreditIsAttributionAndNoMoney) {
  const auto giver = donor("Ada"), friend_of = donor("Grace");
  gift(giver, "10.00", R"(,"soft_credit_donor_id":)" + std::to_string(friend_of));
  EXPECT_EQ(text_at(app_.get(path(friend_of)).json(), "given"), "0.00");
  EXPECT_NE(app_.get(path(friend_of, "/export")).body.find(R"("soft_credits":[)"), std::string::npos);
  EXPECT_EQ(app_.number("SELECT sum(amount_minor)::bigint FROM postings WHERE account_code = 'income_donations'"), -1'000);
}

TEST_F(Donors, AnExportHoldsAllThatIsHeld) {
  const auto id = donor("Ada Lovelace", R"(,"city":"Brussels")");
  gift(id, "10.00", R"(,"message":"Keep going")");
  const auto json = app_.get("/donors/" + std::to_string(id) + "/export.json");
  EXPECT_EQ(json.header("cache-control"), "no-store");
  for (const auto* held : {"Ada Lovelace", "Brussels", "Keep going", R"("gross_minor":1000)", "donor.recorded", "donor_identity.read"}) {
    EXPECT_NE(json.body.find(held), std::string::npos) << held;
  }
  const auto csv = app_.get("/donors/" + std::to_string(id) + "/export.csv");
  EXPECT_NE(csv.body.find("identity.name,Ada Lovelace"), std::string::npos) << csv.body;
  EXPECT_NE(csv.body.find("donations.1.message,Keep going"), std::string::npos);
}

TEST_F(Donors, GiftsMeetThePledgeOfTheirDonor) {
  const auto id = donor("Ada");
  const auto made = app_.json("POST", "/api/v1/pledges", R"({"donor_id":)" + std::to_string(id) +
                                                             R"(,"amount":"10.00","cycle":"monthly","anchor_day":"last","starts_on":"2026-01-01"})");
  EXPECT_EQ(made.status, 201) << made.body;
  gift(id, "10.00", "", "2026-02-02");
  gift(id, "11.00", "", "2026-02-03");
  gift(id, "10.00", "", "2026-02-27");
  EXPECT_EQ(app_.number("SELECT count(*) FROM donations WHERE pledge_due_on = '2026-01-31' AND gross_minor = 1000"), 1);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donations WHERE pledge_due_on = '2026-02-28'"), 1);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donations WHERE pledge_id IS NULL"), 1);
  EXPECT_EQ(app_.number("SELECT sum(amount_minor)::bigint FROM postings WHERE account_code = 'bank'"), 3'100);
}

TEST_F(Donors, APausedPledgeExpectsNothingAndAnEndedOneStays) {
  const auto id = donor("Ada");
  const auto made = app_.json("POST", "/api/v1/pledges", R"({"donor_id":)" + std::to_string(id) +
                                                             R"(,"amount":"10.00","cycle":"yearly","starts_on":"2026-01-01"})");
  const auto verb = [&](const char* name, const char* body, int version) {
    return app_.json("POST", std::string("/api/v1/pledges/1/") + name, body, {{"If-Match", '"' + std::to_string(version) + '"'}});
  };
  EXPECT_EQ(text_at(verb("pause", "{}", 1).json(), "standing"), "paused");
  EXPECT_EQ(verb("pause", "{}", 2).code(), "pledge_is_not_active");
  EXPECT_EQ(text_at(verb("resume", "{}", 2).json(), "state"), "active");
  EXPECT_EQ(text_at(verb("end", R"({"reason":"moved away"})", 3).json(), "state"), "ended");
  EXPECT_EQ(verb("end", R"({"reason":"again"})", 4).code(), "pledge_is_ended");
  EXPECT_EQ(verb("end", R"({"reason":"again"})", 1).status, 412);
}

TEST_F(Donors, APledgesPageKeepsWhatWasTypedWhenItIsRefused) {
  const auto id = donor("Ada");
  ASSERT_EQ(app_.json("POST", "/api/v1/pledges", R"({"donor_id":)" + std::to_string(id) +
                                                     R"(,"amount":"10.00","cycle":"yearly","starts_on":"2026-01-01"})").status, 201);
  const auto refused = app_.form("/pledges/1/match", {{"donation_id", "77"}, {"version", "1"}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_NE(refused.body.find("There is no such donation."), std::string::npos) << refused.body;
  EXPECT_NE(refused.body.find("name=\"donation_id\" value=\"77\""), std::string::npos);
  const auto ended = app_.form("/pledges/1/end", {{"ends_on", "2026-03-01"}, {"reason", ""}, {"version", "1"}});
  EXPECT_EQ(ended.status, 422);
  EXPECT_NE(ended.body.find("value=\"2026-03-01\""), std::string::npos);
  EXPECT_EQ(app_.form("/pledges/1/pause", {{"version", "1"}}).status, 303);
  const auto again = app_.form("/pledges/1/pause", {{"version", "2"}});
  EXPECT_EQ(again.status, 409);
  EXPECT_NE(again.body.find("role=\"alert\""), std::string::npos);
}

TEST_F(Donors, MessagesWaitForAPersonAndThanksAreMarkedOnce) {
  const auto id = donor("Ada", R"(,"email":"ada@example.org","contact_preference":"email","consent_on":"2026-01-01")");
  const auto gave = std::to_string(gift(id, "10.00", R"(,"message":"<b>Hi</b>")"));
  EXPECT_NE(app_.get("/donation-messages").body.find("&lt;b&gt;Hi&lt;/b&gt;"), std::string::npos);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donation_messages WHERE state = 'shown'"), 0);
  EXPECT_EQ(app_.form("/donation-messages/" + gave, {{"state", "shown"}}).status, 303);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donation_messages WHERE state = 'shown'"), 1);
  EXPECT_NE(app_.get("/thanks.csv").body.find("Ada,email,ada@example.org"), std::string::npos);
  EXPECT_EQ(text_at(app_.json("POST", "/api/v1/thanks", R"({"donations":[)" + gave + "]}").json(), "thanked"), "1");
  EXPECT_EQ(text_at(app_.json("POST", "/api/v1/thanks", R"({"donations":[)" + gave + "]}").json(), "thanked"), "0");
  EXPECT_EQ(app_.get("/thanks.csv").body.find("ada@example.org"), std::string::npos);
}

// ---- Receipts ----

TEST_F(Donors, AGiftIsReceiptedOnceAndReceiptsNeverChange) {
  const auto id = donor("Ada");
  const auto gave = std::to_string(gift(id, "10.00"));
  const auto made = app_.json("POST", "/api/v1/donation-receipts", R"({"donation_id":)" + gave + "}");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(text_at(made.json(), "amount"), "10.00");
  EXPECT_EQ(app_.json("POST", "/api/v1/donation-receipts", R"({"donation_id":)" + gave + "}").breaches(),
            std::vector<std::string>{"donation_id:donation_is_receipted_once"});
  EXPECT_ANY_THROW(app_.broken_rule("UPDATE donation_receipts SET amount_minor = 1"));
  EXPECT_ANY_THROW(app_.broken_rule("DELETE FROM donation_receipt_lines"));
  EXPECT_ANY_THROW(app_.broken_rule("UPDATE receipt_years SET last_number = 7"));
  const auto copy = app_.json("POST", "/api/v1/donation-receipts/1/reissue", R"({"reason":"lost in the post"})");
  EXPECT_EQ(text_at(copy.json(), "copies"), "1");
  EXPECT_NE(app_.get("/donation-receipts/1").body.find("Copy 1"), std::string::npos);
  const auto nobody = std::to_string(gift(0, "10.00"));
  EXPECT_EQ(app_.json("POST", "/api/v1/donation-receipts", R"({"donation_id":)" + nobody + "}").breaches(),
            std::vector<std::string>{"donation_id:receipt_needs_a_donor"});
}

TEST_F(Donors, TheListOfReceiptsIsAFileToo) {
  const auto one = gift(donor("Ida Example"), "12.50");
  ASSERT_EQ(app_.json("POST", "/api/v1/donation-receipts", R"({"donation_id":)" + std::to_string(one) + "}").status, 201);
  const auto file = app_.get("/donation-receipts.csv");
  EXPECT_EQ(file.status, 200);
  EXPECT_NE(file.body.find("-000001,single,"), std::string::npos) << file.body;
  EXPECT_EQ(file.body.find("Ida"), std::string::npos);
  EXPECT_EQ(app_.get("/donation-receipts.csv?year=1999").body.find("-000001"), std::string::npos);
  EXPECT_EQ(app_.get("/donation-receipts.xlsx").status, 200);
}

TEST_F(Donors, TheApiProposesMergesAndUndoesThemListsThanksAndMessages) {
  const auto ida = donor("Ida Example", R"(,"email":"ida@example.org")"), twin = donor("Example, Ida");
  const auto proposed = app_.get("/api/v1/donor-duplicates");
  EXPECT_NE(proposed.body.find("\"first_id\":" + std::to_string(ida)), std::string::npos) << proposed.body;
  EXPECT_EQ(proposed.body.find("Ida"), std::string::npos) << "who they are is asked for one by one";
  ASSERT_EQ(app_.json("POST", "/api/v1/donor-decisions", R"({"kept_id":)" + std::to_string(ida) + R"(,"other_id":)" +
                                                             std::to_string(twin) + R"(,"decision":"same"})").status, 201);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donors WHERE merged_into_id IS NOT NULL"), 1);
  ASSERT_EQ(app_.json("POST", "/api/v1/donor-decisions/1/undo", "{}").status, 200);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donors WHERE merged_into_id IS NOT NULL"), 0);
  const auto one = std::to_string(gift(ida, "5.00", R"(,"message":"Keep the light on")"));
  EXPECT_NE(app_.get("/api/v1/thanks").body.find("\"donation_id\":" + one), std::string::npos);
  EXPECT_NE(app_.get("/api/v1/donor-messages").body.find("Keep the light on"), std::string::npos);
  EXPECT_EQ(app_.json("POST", "/api/v1/donation-messages/" + one, R"({"state":"loud"})").breaches(), std::vector<std::string>{"state:not_one_of"});
  ASSERT_EQ(app_.json("POST", "/api/v1/donation-messages/" + one, R"({"state":"hidden"})").status, 200);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donation_messages WHERE state = 'hidden'"), 1);
}

TEST_F(Donors, AnAnnualReceiptTakesTheGiftsOfTheYearThatAreOnNone) {
  const auto id = donor("Ada"), other = donor("Grace");
  const auto first = std::to_string(gift(id, "10.00"));
  gift(id, "20.00");
  gift(id, "7.00", "", "2025-12-31");
  gift(other, "1.00");
  app_.json("POST", "/api/v1/donation-receipts", R"({"donation_id":)" + first + "}");
  EXPECT_EQ(text_at(app_.json("POST", "/api/v1/donation-receipts/annual", R"({"year":2026})").json(), "issued"), "2");
  EXPECT_EQ(app_.number("SELECT amount_minor FROM donation_receipts WHERE kind = 'annual' AND donor_id = " + std::to_string(id)), 2'000);
  EXPECT_EQ(app_.json("POST", "/api/v1/donation-receipts/annual", R"({"year":2026})").breaches(),
            std::vector<std::string>{"year:nothing_to_receipt"});
}

TEST_F(Donors, ReceiptNumbersHaveNoGapUnderSixteenThreadsAndRefusals) {
  const auto id = donor("Ada");
  constexpr int kThreads = 16, kEach = 5;
  std::vector<std::int64_t> gifts;
  for (int i = 0; i < kThreads * kEach; ++i) gifts.push_back(gift(id, "1.00"));
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        // Each gift is asked for by two threads; one of them is refused, after it took a number or before.
        for (const auto which : {t * kEach + i, ((t + 1) % kThreads) * kEach + i}) {
          app_.json("POST", "/api/v1/donation-receipts", R"({"donation_id":)" + std::to_string(gifts[static_cast<std::size_t>(which)]) + "}");
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(app_.number("SELECT count(*) FROM donation_receipts"), kThreads * kEach);
  EXPECT_EQ(app_.number("SELECT max(number) FROM donation_receipts"), kThreads * kEach);
  EXPECT_EQ(app_.number("SELECT count(DISTINCT number) FROM donation_receipts"), kThreads * kEach);
}

TEST_F(Donors, ARolledBackReceiptGivesItsNumberBack) {
  const auto id = std::to_string(donor("Ada"));
  // Without lines it breaks receipt_adds_up at commit, after its number was taken.
  EXPECT_EQ(app_.broken_rule("INSERT INTO donation_receipts (kind, donor_id, issued_on, currency, amount_minor, issued_by) VALUES "
                             "('single', " + id + ", '2026-03-01', 'EUR', 100, 1)"), "receipt_adds_up");
  const auto gave = std::to_string(gift(std::stoll(id), "1.00"));
  app_.json("POST", "/api/v1/donation-receipts", R"({"donation_id":)" + gave + "}");
  EXPECT_EQ(app_.number("SELECT number FROM donation_receipts"), 1);
}

// ---- Batches and contributions ----

TEST_F(Donors, ABatchThatIsOffByACentIsRefusedWhole) {
  const auto batch = [&](const char* total) {
    return app_.json("POST", "/api/v1/donation-batches",
                     R"({"given_on":"2026-03-01","method":"cash","control_total":")" + std::string(total) +
                         R"(","rows":[{"gross":"10.00"},{"gross":"20.50","reference":"box 2"}]})");
  };
  EXPECT_EQ(batch("30.49").breaches(), std::vector<std::string>{"control_total:batch_adds_up"});
  EXPECT_EQ(batch("30.51").breaches(), std::vector<std::string>{"control_total:batch_adds_up"});
  EXPECT_EQ(app_.number("SELECT count(*) FROM donations"), 0);
  EXPECT_EQ(batch("30.50").status, 201);
  EXPECT_EQ(app_.number("SELECT sum(gross_minor)::bigint FROM donations"), 3'050);
}

TEST_F(Donors, ABatchNamesTheRowAndFieldThatIsWrong) {
  const auto refused = app_.json("POST", "/api/v1/donation-batches",
                                 R"({"given_on":"2026-03-01","method":"cash","control_total":"10.00","rows":[{"gross":"10.00"},{"gross":"1.005"},{"reference":"x"}]})");
  EXPECT_EQ(refused.breaches(), (std::vector<std::string>{"rows.1.gross:over_precise", "rows.2.gross:required"}));
  const auto twice = app_.json("POST", "/api/v1/donation-batches",
                               R"({"given_on":"2026-03-01","method":"cash","control_total":"20.00","rows":[{"gross":"10.00","reference":"A"},{"gross":"10.00","reference":"A"}]})");
  EXPECT_EQ(twice.breaches(), std::vector<std::string>{"rows.1.reference:donation_counts_once"});
  const auto nobody = app_.json("POST", "/api/v1/donation-batches",
                                R"({"given_on":"2026-03-01","method":"cash","control_total":"10.00","rows":[{"gross":"10.00","donor_id":99}]})");
  EXPECT_EQ(nobody.breaches().size(), 1u) << nobody.body;
  EXPECT_TRUE(nobody.breaches().at(0).starts_with("rows.0.donor_id:")) << nobody.body;
  EXPECT_EQ(app_.number("SELECT count(*) FROM donations"), 0);
}

TEST_F(Donors, ContributionsArePlannedAgainstReceivedInCashAndInKindApart) {
  const auto source = [&](const char* basis) {
    const auto made = app_.json("POST", "/api/v1/sources",
                                R"({"kind":"contribution","name":"Own budget","organisation_id":2,"currency":"EUR","planned_amount":"500.00","starts_on":"2026-01-01","basis":")" +
                                    std::string(basis) + "\"}");
    EXPECT_EQ(made.status, 201) << made.body;
    return "/api/v1/contributions/" + text_at(made.json(), "id");
  };
  const auto cash = source("cash"), in_kind = source("in_kind");
  const auto received = app_.json("POST", cash + "/receive", R"({"received_on":"2026-03-01","amount":"200.00","reference":"B1"})");
  EXPECT_EQ(received.status, 200) << received.body;
  EXPECT_EQ(text_at(received.json(), "outstanding"), "300.00");
  EXPECT_EQ(app_.json("POST", in_kind + "/receive", R"({"received_on":"2026-03-01","amount":"200.00","reference":"A1"})").breaches(),
            (std::vector<std::string>{"description:required", "valuation_basis:required"}));
  EXPECT_EQ(app_.json("POST", in_kind + "/receive",
                      R"({"received_on":"2026-03-01","amount":"80.00","reference":"A1","description":"office","valuation_basis":"rent next door"})").status, 200);
  EXPECT_EQ(app_.number("SELECT sum(amount_minor)::bigint FROM balances WHERE account_code = 'bank'"), 20'000);
  EXPECT_EQ(app_.json("POST", cash + "/receive", R"({"received_on":"2026-03-01","amount":"200.00","reference":"B1"})").breaches(),
            std::vector<std::string>{"reference:contribution_counts_once"});
  EXPECT_EQ(app_.json("POST", cash + "/receipts/1/reverse", R"({"reason":""})").breaches(), std::vector<std::string>{"reason:required"});
  EXPECT_EQ(app_.form(cash.substr(7) + "/receipts/1/reverse", {{"reason", "wrong source"}}).status, 303);
  EXPECT_EQ(text_at(app_.get(cash).json(), "received"), "0.00");
}

}  // namespace
}  // namespace kindling
