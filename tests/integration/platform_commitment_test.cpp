// Commitments that no grant bears, through the real app: they reserve a need of the platform's budget, are used up by own
// costs, and count in what the platform has promised.
#include <algorithm>
#include <thread>

#include <gtest/gtest.h>
#include <soci/soci.h>

#include "spending/record_commitment.hpp"
#include "storage/database.hpp"
#include "support/platform_app.hpp"

namespace kindling {
namespace {

const std::string kPath = "/api/v1/platform/commitments";

class PlatformCommitments : public ::testing::Test {
 protected:
  Answer commit(const std::string& need, const std::string& amount, const std::string& more = "") {
    const auto currency = more.find("currency") == std::string::npos ? std::string(R"(,"currency":"EUR")") : "";
    const auto signed_on = more.find("signed_on") == std::string::npos ? std::string(R"(,"signed_on":"2026-02-01")") : "";
    return app_.json("POST", kPath, R"({"need":")" + need + R"(","supplier_id":)" + std::to_string(app_.supplier()) +
                                        R"(,"title":"Servers","amount":")" + amount + "\"" + currency + signed_on + more + "}");
  }
  // Its id and state.
  std::pair<std::int64_t, std::string> committed(const std::string& need, const std::string& amount, const std::string& more = "") {
    const auto answer = commit(need, amount, more);
    EXPECT_EQ(answer.status, 201) << answer.body;
    return {std::stoll(text_at(answer.json(), "id")), text_at(answer.json(), "state")};
  }
  std::string member(std::int64_t id, const std::string& name) {
    return text_at(app_.get(kPath + "/" + std::to_string(id)).json(), name);
  }
  std::string cost(const std::string& number, const std::string& amount, std::int64_t order) {
    return app_.as_bert(app_.own(number, amount, "2026-03-01", "", R"(,"commitment_id":)" + std::to_string(order)), "approve");
  }
  std::string let_pass(const Actor& actor, std::int64_t id) {
    Input input;
    input.set("reason", "the old contract ends");
    const auto done = in_transaction(app_.database(), actor, "test", {}, [&](Transaction& transaction) {
      return override_commitment(transaction, {std::nullopt, id, 1}, input);
    });
    return done ? "" : done.error().code;
  }
  // "spent committed drafts available" of a need at the end of the year.
  std::string hosting() {
    const auto row = PlatformApp::row_of(app_.figures("?as_of=2026-12-31"), "Hosting");
    return row.substr(row.find(' ') + 1, row.rfind(' ') - row.find(' ') - 1);
  }

  PlatformApp app_;
};

TEST_F(PlatformCommitments, ReserveANeedUpToTheLastCentAndWhatIsMoreWaitsForSomebodyElse) {
  EXPECT_EQ(committed("hosting", "700.00").second, "open");
  EXPECT_EQ(hosting(), "0.00 700.00 0.00 500.00");
  const auto more = committed("Hosting", "500.01");
  EXPECT_EQ(more.second, "proposed");
  EXPECT_EQ(hosting(), "0.00 700.00 0.00 500.00");
  EXPECT_EQ(committed("Hosting", "500.00").second, "open");
  EXPECT_EQ(let_pass(app_.ada(), more.first), "role_missing");
  EXPECT_EQ(app_.broken_rule("UPDATE commitments SET state = 'open' WHERE state = 'proposed'"), "commitment_exceeds_the_need");
  EXPECT_EQ(app_.broken_rule("UPDATE commitments SET state = 'open', overridden_by = created_by, override_reason = 'x' "
                             "WHERE state = 'proposed'"),
            "commitment_override_is_by_another");
  EXPECT_EQ(let_pass(app_.bert(), more.first), "");
  EXPECT_EQ(member(more.first, "state"), "open");
  EXPECT_EQ(hosting(), "0.00 1700.01 0.00 -500.01");
  EXPECT_EQ(member(more.first, "grant_id"), "");
  EXPECT_EQ(member(more.first, "need"), "Hosting");
}

TEST_F(PlatformCommitments, CostsThatArePaidWithoutThemLeaveLess) {
  ASSERT_EQ(app_.as_bert(app_.own("H-1", "1000.00", "2026-01-10", "Hosting"), "approve"), "");
  EXPECT_EQ(committed("Hosting", "200.01").second, "proposed");
  EXPECT_EQ(committed("Hosting", "200.00").second, "open");
}

TEST_F(PlatformCommitments, WhatNoBudgetPlansIsProposed) {
  EXPECT_EQ(committed("Yachts", "0.01").second, "proposed");
  EXPECT_EQ(committed("Hosting", "0.01", R"(,"signed_on":"2025-12-31")").second, "proposed");
}

TEST_F(PlatformCommitments, InAnotherCurrencyCountAtTheRateOfTheDay) {
  EXPECT_EQ(committed("Hosting", "30000.01", R"(,"currency":"CZK")").second, "open") << "a quarter of a cent more is the same cent";
  EXPECT_EQ(hosting(), "0.00 1200.00 0.00 0.00");
  EXPECT_EQ(committed("Moderation", "22500.13", R"(,"currency":"CZK")").second, "proposed");
  EXPECT_EQ(committed("Moderation", "1", R"(,"currency":"JPY")").second, "proposed") << "there is no rate";
  EXPECT_EQ(commit("Hosting", "1.00", R"(,"currency":"XXX")").breaches(), std::vector<std::string>{"currency:unknown_currency"});
}

TEST_F(PlatformCommitments, AreConsumedInPartsAndOpenAgainByAReversal) {
  const auto order = committed("Hosting", "800.00").first;
  EXPECT_EQ(cost("H-1", "300.00", order), "");
  EXPECT_EQ(hosting(), "300.00 500.00 0.00 400.00");
  EXPECT_EQ(cost("H-2", "500.00", order), "");
  EXPECT_EQ(member(order, "state") + " " + member(order, "consumed"), "consumed 800.00");
  const auto second = app_.number("SELECT max(id) FROM expenditures");
  ASSERT_EQ(app_.act(second, "reverse", R"({"amount":"120.00","booked_on":"2026-04-01","reason":"credit note"})").status, 200);
  ASSERT_EQ(app_.as_bert(second, "approve-reversal"), "");
  EXPECT_EQ(member(order, "state") + " " + member(order, "reserved"), "open 120.00");
  EXPECT_EQ(hosting(), "680.00 120.00 0.00 400.00");
  EXPECT_EQ(app_.number("SELECT sum(amount_minor) FROM postings"), 0);
}

TEST_F(PlatformCommitments, AReleaseFreesTheRestAndIsKnownFromThenOn) {
  const auto order = committed("Hosting", "800.00").first;
  ASSERT_EQ(cost("H-1", "300.00", order), "");
  std::string before;
  app_.database().lease()->sql() << "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
      soci::into(before);
  const auto released = app_.json("POST", kPath + "/" + std::to_string(order) + "/release", R"({"reason":"cheaper"})",
                                  {{"If-Match", "\"1\""}});
  ASSERT_EQ(released.status, 200) << released.body;
  EXPECT_EQ(hosting(), "300.00 0.00 0.00 900.00");
  EXPECT_EQ(PlatformApp::row_of(app_.figures("?as_of=2026-12-31&known_at=" + before), "Hosting").substr(0, 21), "1200.00 300.00 500.00");
}

TEST_F(PlatformCommitments, AnOwnCostConsumesThemForTheirNeedInTheirCurrencyAlone) {
  const auto order = std::to_string(committed("Hosting", "800.00").first);
  const auto refused = [&](const std::string& currency, const std::string& part) {
    return app_.json("POST", "/api/v1/expenditures",
                     R"({"kind":"invoice","document_number":"X","document_on":"2026-03-01","description":"x","currency":")" +
                         currency + R"(","amount":"10.00","supplier_id":)" + std::to_string(app_.supplier()) +
                         R"(,"allocations":[{"commitment_id":)" + order + part + "}]}").breaches();
  };
  const auto grant = app_.grant({{"c3", "1000.00"}});
  const auto of = [](const char* rule) { return std::vector<std::string>{"allocations.0." + std::string(rule)}; };
  EXPECT_EQ(refused("CZK", R"(,"used_as":"own")"), of("commitment_id:not_one_of"));
  EXPECT_EQ(refused("EUR", R"(,"used_as":"own","need":"Moderation")"), of("need:not_one_of"));
  EXPECT_EQ(refused("EUR", R"(,"used_as":"claimed")"), of("commitment_id:not_one_of"));
  EXPECT_EQ(refused("EUR", R"(,"used_as":"match","grant_id":)" + std::to_string(grant.id)), of("commitment_id:not_one_of"));
  EXPECT_EQ(app_.json("POST", "/api/v1/expenditures",
                      R"({"kind":"in_kind","in_kind_of":"services","valuation_basis":"x","document_on":"2026-03-01","description":"x",)"
                      R"("currency":"EUR","amount":"10.00","allocations":[{"used_as":"own","commitment_id":)" + order + "}]}").breaches(),
            of("commitment_id:in_kind_is_never_cash"));
  const auto of_the_grant = app_.json("POST", "/api/v1/grants/" + std::to_string(grant.id) + "/commitments",
                                      R"({"budget_line_id":)" + std::to_string(grant.lines[0]) + R"(,"supplier_id":)" +
                                          std::to_string(app_.supplier()) + R"(,"title":"x","signed_on":"2026-02-01","amount":"10.00"})");
  ASSERT_EQ(of_the_grant.status, 201) << of_the_grant.body;
  EXPECT_EQ(app_.get(kPath + "/" + text_at(of_the_grant.json(), "id")).code(), "commitment_not_found");
  EXPECT_EQ(app_.get("/api/v1/grants/" + std::to_string(grant.id) + "/commitments/" + order).code(), "commitment_not_found");
  EXPECT_EQ(app_.get("/api/v1/grants/x/commitments/" + order).code(), "commitment_not_found");

  const auto draft = std::to_string(app_.draft(
      R"({"kind":"invoice","document_number":"Y","document_on":"2026-03-01","description":"x","currency":"CZK","amount":"10.00",)"
      R"("supplier_id":)" + std::to_string(app_.supplier()) + "}"));
  const auto insert = [&](const std::string& used_as, const std::string& need, const std::string& commitment) {
    return app_.broken_rule("INSERT INTO expenditure_allocations (expenditure_id, position, used_as, fund_id, amount_minor, need, "
                            "commitment_id) VALUES (" + draft + ", 1, '" + used_as + "', 1, 1, '" + need + "', " + commitment + ")");
  };
  EXPECT_EQ(insert("own", "Hosting", order), "commitment_is_consumed_as_signed") << "in another currency";
  EXPECT_EQ(app_.broken_rule("UPDATE expenditures SET currency = 'EUR' WHERE id = " + draft), "");
  EXPECT_EQ(insert("own", "Moderation", order), "commitment_is_consumed_as_signed");
  EXPECT_EQ(insert("own", "Hosting", text_at(of_the_grant.json(), "id")), "commitment_is_consumed_as_signed");
  EXPECT_EQ(insert("own", "hosting", order), "");
  EXPECT_EQ(app_.broken_rule("UPDATE expenditures SET currency = 'CZK' WHERE id = " + draft), "");
  EXPECT_EQ(app_.broken_rule("UPDATE expenditures SET state = 'submitted', submitted_by = 1, amount_minor = 1 WHERE id = " + draft),
            "commitment_is_consumed_as_signed");
}

TEST_F(PlatformCommitments, TheDatabaseAloneHoldsTheirRules) {
  const auto insert = [&](const std::string& need, const std::string& minor, const char* state = "open", const std::string& line = "NULL") {
    return app_.broken_rule("INSERT INTO commitments (budget_line_id, need, supplier_id, title, signed_on, currency, amount_minor, "
                            "state, created_by) VALUES (" + line + ", " + need + ", " + std::to_string(app_.supplier()) +
                            ", 'x', '2026-02-01', 'EUR', " + minor + ", '" + state + "', 1)");
  };
  const auto grant = app_.grant({{"c3", "1000.00"}});
  EXPECT_EQ(insert("NULL", "1", "proposed"), "commitment_reserves_a_line_or_a_need");
  EXPECT_EQ(insert("'Hosting'", "1", "proposed", std::to_string(grant.lines[0])), "commitment_reserves_a_line_or_a_need");
  EXPECT_EQ(insert("'Hosting'", "120001"), "commitment_exceeds_the_need");
  EXPECT_EQ(insert("'Hosting'", "120000"), "");
  EXPECT_EQ(app_.broken_rule("UPDATE commitments SET need = 'Moderation'"), "commitment_stays_as_signed");
  EXPECT_EQ(app_.broken_rule("UPDATE commitments SET signed_on = '2026-02-02'"), "commitment_stays_as_signed");
  EXPECT_EQ(app_.broken_rule("UPDATE commitments SET state = 'proposed'"), "commitment_edge_allowed");
}

TEST_F(PlatformCommitments, ANeedWithSomethingThatHasNoRateHasNothingForSure) {
  EXPECT_EQ(committed("Hosting", "0.01").second, "open");
  const auto cost = app_.submitted(R"({"kind":"invoice","document_number":"U-1","document_on":"2026-03-01","description":"x",)"
                                   R"("currency":"USD","amount":"10.00","supplier_id":)" + std::to_string(app_.supplier()) +
                                   R"(,"allocations":[{"used_as":"own","need":"Hosting"}]})");
  ASSERT_EQ(app_.as_bert(cost, "approve"), "");
  EXPECT_EQ(committed("Hosting", "0.01").second, "proposed");
}

TEST_F(PlatformCommitments, TwoCostsAtOnceUseUpOneOrder) {
  const auto order = committed("Hosting", "1000.00").first;
  const auto half = [&](const char* number) {
    return app_.own(number, "500.00", "2026-03-01", "", R"(,"commitment_id":)" + std::to_string(order));
  };
  const auto one = half("H-1"), two = half("H-2");
  std::string codes[2];
  std::thread other([&] { codes[0] = app_.as_bert(one, "approve"); });
  codes[1] = app_.as_bert(two, "approve");
  other.join();
  EXPECT_EQ(codes[0] + codes[1], "");
  EXPECT_EQ(member(order, "state") + " " + member(order, "consumed"), "consumed 1000.00");
}

TEST_F(PlatformCommitments, TwoAtOnceNeverReserveMoreThanTheNeedHas) {
  std::string states[2];
  std::thread other([&] { states[0] = text_at(commit("Hosting", "700.00").json(), "state"); });
  states[1] = text_at(commit("Hosting", "700.00").json(), "state");
  other.join();
  std::ranges::sort(states);
  EXPECT_EQ(states[0] + " " + states[1], "open proposed");
}

TEST_F(PlatformCommitments, CountInWhatThePlatformHasPromised) {
  const auto order = committed("Hosting", "800.00", R"(,"signed_on":"2026-02-10")").first;
  committed("Moderation", "2500.00", R"(,"currency":"CZK")");
  ASSERT_EQ(cost("H-1", "300.00", order), "");
  const auto home = app_.get("/").body;
  EXPECT_NE(home.find("<dd>500.00 EUR</dd>"), std::string::npos) << home;
  EXPECT_NE(home.find("<dd>2,500.00 CZK</dd>"), std::string::npos) << home;
  const auto cash = app_.get("/api/v1/insight/sustainability").json();
  const auto& promised = std::get<Value::Array>(cash.find("promised")->data());
  ASSERT_EQ(promised.size(), 2U);
  EXPECT_EQ(text_at(promised[0], "currency") + " " + text_at(promised[0], "reserved"), "CZK 2500.00");
  EXPECT_EQ(text_at(promised[1], "currency") + " " + text_at(promised[1], "reserved"), "EUR 500.00");
  const auto why = app_.get("/api/v1/platform/2026/budget/why?figure=committed&code=Hosting").json();
  const auto& items = std::get<Value::Array>(why.find("items")->data());
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(text_at(items[0], "page"), "/platform/commitments#commitment-" + std::to_string(order));
}

TEST_F(PlatformCommitments, ARefusedFormKeepsWhatWasTypedAndStoresNothing) {
  const auto refused = app_.form("/platform/commitments", {{"need", "Hosting"}, {"title", "Two servers"}, {"amount", "12,5,0"},
                                                           {"currency", "EUR"}, {"signed_on", "2199-01-01"}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_NE(refused.body.find("Two servers"), std::string::npos);
  EXPECT_NE(refused.body.find("Enter the day on which it was signed, not a later one."), std::string::npos) << refused.body;
  EXPECT_EQ(app_.number("SELECT count(*) FROM commitments"), 0);
  EXPECT_NE(app_.get("/platform/commitments").body.find("Hosting (1,200.00 EUR available)"), std::string::npos);
}

}  // namespace
}  // namespace kindling
