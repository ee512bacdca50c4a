// Every rule of spending that must hold stands in the database: each is broken here as the service's role would.
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "ledger/keeper.hpp"
#include "ledger/seal_store.hpp"
#include "spending/record_expenditure.hpp"
#include "storage/database.hpp"
#include "support/spending_app.hpp"

namespace kindling {
namespace {

class SpendingRules : public ::testing::Test {
 protected:
  static std::string text(std::int64_t id) { return std::to_string(id); }
  std::string switch_rule(const SpendingGrant& grant, const char* rule) {
    return app_.broken_rule(std::string("UPDATE grants SET overspend_rule = '") + rule + "' WHERE id = " + text(grant.id));
  }

  SpendingApp app_;
};

TEST_F(SpendingRules, AnExpenditureBeginsAsADraftAndMovesOnlyAlongItsEdges) {
  EXPECT_EQ(app_.broken_rule("INSERT INTO expenditures (kind, state, document_on, description, currency, amount_minor, "
                             "submitted_by) VALUES ('in_kind', 'submitted', '2026-01-01', 'x', 'EUR', 1, 1)"),
            "expenditure_begins_as_a_draft");
  const auto grant = app_.grant({{"c3", "1000.00"}});
  const auto id = app_.draft(app_.invoice("R-1", "10.00", grant.lines[0]));
  for (const auto* state : {"approved", "reported"}) {
    EXPECT_EQ(app_.broken_rule(std::string("UPDATE expenditures SET state = '") + state + "' WHERE id = " + text(id)),
              "expenditure_edge_allowed");
  }
  EXPECT_EQ(app_.broken_rule("UPDATE expenditures SET amount_minor = 1001"), "");
  EXPECT_EQ(app_.broken_rule("UPDATE expenditures SET state = 'submitted', submitted_by = 1"), "allocations_add_up");
}

TEST_F(SpendingRules, APartNeverLeavesThePurposeOfItsFund) {
  const auto one = app_.grant({{"c3", "1000.00"}}), two = app_.grant({{"c3", "1000.00"}});
  app_.draft(app_.invoice_of("R-1", "10.00", ""));
  const auto part = [&](const std::string& use, const std::string& grant, const std::string& line, std::int64_t fund) {
    return app_.broken_rule("INSERT INTO expenditure_allocations (expenditure_id, position, used_as, grant_id, "
                            "grant_currency, budget_line_id, fund_id, amount_minor, ineligible_reason) SELECT id, 1, '" + use +
                            "', " + grant + ", " + (grant == "NULL" ? "NULL" : "'EUR'") + ", " + line + ", " + text(fund) +
                            ", 1, " + (use == "ineligible" ? "'wine'" : "NULL") + " FROM expenditures");
  };
  const std::string kRule = "restricted_fund_keeps_its_purpose";
  EXPECT_EQ(part("claimed", text(one.id), text(two.lines[0]), one.fund_id), kRule);
  EXPECT_EQ(part("claimed", text(one.id), text(one.lines[0]), two.fund_id), kRule);
  EXPECT_EQ(part("claimed", text(one.id), text(one.lines[0]), 1), kRule);
  EXPECT_EQ(part("match", text(one.id), "NULL", two.fund_id), kRule);
  EXPECT_EQ(part("ineligible", text(one.id), "NULL", one.fund_id), kRule);
  EXPECT_EQ(part("own", "NULL", "NULL", one.fund_id), kRule);
  EXPECT_EQ(part("match", text(one.id), text(one.lines[0]), 1), "claim_names_a_line");
  EXPECT_EQ(part("own", text(one.id), "NULL", 1), "allocation_names_its_grant");
  EXPECT_EQ(part("claimed", text(one.id), text(one.lines[0]), one.fund_id), "");
}

TEST_F(SpendingRules, ApprovalNeedsWhatItsEntryPosts) {
  const auto grant = app_.grant({{"c3", "1000.00"}});
  const auto id = app_.submitted(app_.invoice("R-1", "10.00", grant.lines[0]));
  const auto approve_with = [&](std::int64_t minor, const char* document) {
    return app_.broken_rule(
        "WITH e AS (INSERT INTO entries (booked_on, kind, document_kind, document_id, posting_count, actor_id) VALUES "
        "('2026-03-10', 'expenditure_approved', '" + std::string(document) + "', " + text(id) + ", 2, 2) RETURNING id), p AS "
        "(INSERT INTO postings (entry_id, line_no, account_code, fund_id, budget_line_id, amount_minor, currency) "
        "SELECT id, 1, 'expense_direct', " + text(grant.fund_id) + ", " + text(grant.lines[0]) + ", " + text(minor) +
        ", 'EUR' FROM e UNION ALL SELECT id, 2, 'payables', " + text(grant.fund_id) + ", NULL, " + text(-minor) +
        ", 'EUR' FROM e) UPDATE expenditures SET state = 'approved', approved_by = 2, entry_id = e.id FROM e");
  };
  EXPECT_EQ(approve_with(999, "expenditure"), "expenditure_matches_entries");
  EXPECT_EQ(approve_with(1'001, "expenditure"), "expenditure_matches_entries");
  EXPECT_EQ(approve_with(1'000, "instalment"), "expenditure_matches_entries");
  EXPECT_EQ(approve_with(1'000, "expenditure"), "");
  // And nothing more under its name afterwards.
  EXPECT_EQ(app_.broken_rule(
                "WITH e AS (INSERT INTO entries (booked_on, kind, document_kind, document_id, posting_count, actor_id) "
                "VALUES ('2026-03-10', 'x', 'expenditure', " + text(id) + ", 2, 2) RETURNING id) INSERT INTO postings "
                "(entry_id, line_no, account_code, fund_id, budget_line_id, amount_minor, currency) SELECT id, 1, "
                "'expense_direct', " + text(grant.fund_id) + ", " + text(grant.lines[0]) + ", 5, 'EUR' FROM e UNION ALL "
                "SELECT id, 2, 'payables', " + text(grant.fund_id) + ", NULL, -5, 'EUR' FROM e"),
            "expenditure_matches_entries");
}

TEST_F(SpendingRules, AWarningPassesOnlyWithAnotherPersonsOverrideOfThisMuch) {
  const auto grant = app_.grant({{"c3", "1000.00"}}, "warn");
  const auto id = app_.submitted(app_.invoice("R-1", "1100.00", grant.lines[0]));
  EXPECT_EQ(app_.as_bert(id, "approve"), "override_is_missing");
  const auto insert = [&](int actor, int submission, int excess, const char* code) {
    return app_.broken_rule("INSERT INTO expenditure_overrides (expenditure_id, submission, code, grant_id, budget_line_id, "
                            "category_code, excess_minor, reason, actor_id) VALUES (" + text(id) + ", " +
                            std::to_string(submission) + ", '" + code + "', " + text(grant.id) + ", " +
                            text(grant.lines[0]) + ", 'c3', " + std::to_string(excess) + ", 'r', " + std::to_string(actor) + ")");
  };
  EXPECT_EQ(insert(1, 1, 10'000, "line_exceeded"), "override_is_by_another");
  EXPECT_EQ(insert(2, 2, 10'000, "line_exceeded"), "override_needs_a_submission");
  EXPECT_EQ(insert(2, 1, 10'001, "line_exceeded"), "override_needs_a_warning");
  EXPECT_EQ(insert(2, 1, 10'000, "outside_eligible_period"), "override_needs_a_warning");
  ASSERT_EQ(app_.as_bert(id, "override", "the price rose"), "");
  EXPECT_THROW(app_.broken_rule("DELETE FROM expenditure_overrides"), soci::soci_error);  // no right to
  // What was let pass is 100.00; another cost meanwhile makes it 150.00.
  const auto other = app_.submitted(app_.invoice("R-2", "50.00", grant.lines[0]));
  ASSERT_EQ(app_.as_bert(other, "approve"), "");
  EXPECT_EQ(app_.as_bert(id, "approve"), "override_is_missing");
  ASSERT_EQ(app_.as_bert(id, "override", "and rose again"), "");
  EXPECT_EQ(app_.as_bert(id, "approve"), "");
  EXPECT_EQ(app_.balance("expense_direct"), 115'000);
}

TEST_F(SpendingRules, AnOverrideIsOfOneSubmission) {
  const auto grant = app_.grant({{"c3", "1000.00"}}, "warn");
  const auto id = app_.submitted(app_.invoice("R-1", "1100.00", grant.lines[0]));
  ASSERT_EQ(app_.as_bert(id, "override", "the price rose"), "");
  ASSERT_EQ(app_.as_bert(id, "return", "the date is wrong"), "");
  ASSERT_EQ(app_.act(id, "submit").status, 200);
  EXPECT_EQ(app_.as_bert(id, "approve"), "override_is_missing");
}

TEST_F(SpendingRules, SwitchingTheRuleDoesNotLegaliseWhatWasRefusedBeforeAndIsAudited) {
  const auto grant = app_.grant({{"c3", "1000.00"}}, "stop");
  const auto id = app_.submitted(app_.invoice("R-1", "1100.00", grant.lines[0]));
  EXPECT_EQ(app_.as_bert(id, "approve"), "line_exceeded");
  const auto path = "/api/v1/grants/" + text(grant.id);
  auto body = app_.grant_body({{"requested_amount", "\"1000000\""}, {"awarded_amount", "\"1000000\""},
                               {"overspend_rule", "\"warn\""}, {"title", "\"Spark 1\""}, {"state", ""}, {"state_on", ""},
                               {"programme", ""}, {"probability", ""}});
  const auto switched = app_.json("PUT", path, body, {{"If-Match", app_.etag(grant.id)}});
  ASSERT_EQ(switched.status, 200) << switched.body;
  EXPECT_EQ(app_.number("SELECT count(*) FROM audit_events WHERE action = 'grant.changed' AND 'overspend_rule' = ANY (fields)"), 1);
  EXPECT_EQ(app_.as_bert(id, "approve"), "line_exceeded");
  EXPECT_EQ(app_.as_bert(id, "override", "the rule is another now"), "override_needs_a_warning");
  // What is submitted anew stands under the new rule, with somebody's name to it.
  ASSERT_EQ(app_.as_bert(id, "return", "submit it under the new rule"), "");
  ASSERT_EQ(app_.act(id, "submit").status, 200);
  EXPECT_EQ(app_.as_bert(id, "approve"), "override_is_missing");
  ASSERT_EQ(app_.as_bert(id, "override", "agreed with the funder"), "");
  EXPECT_EQ(app_.as_bert(id, "approve"), "");
}

TEST_F(SpendingRules, TheMaximumGrantCountsWithIndirectCosts) {
  // 25 % indirect on c3: 800,000.00 of costs are the whole grant of 1,000,000.00.
  const auto grant = app_.grant({{"c3", "800000.00"}}, "warn");
  const auto one = app_.submitted(app_.invoice("R-1", "800000.00", grant.lines[0]));
  ASSERT_EQ(app_.as_bert(one, "approve"), "");
  const auto two = app_.submitted(app_.invoice("R-2", "0.80", grant.lines[0]));
  const auto impact = app_.get("/api/v1/expenditures/" + text(two)).body;
  EXPECT_NE(impact.find("grant_exceeded"), std::string::npos) << impact;
  EXPECT_NE(impact.find("1,000,001.00 EUR with indirect costs"), std::string::npos) << impact;
}

TEST_F(SpendingRules, WhatLiesOutsideTheGrantIsRefusedWhenItIsSubmitted) {
  const auto grant = app_.grant({{"c3", "1000.00"}}, "warn");
  auto early = app_.invoice("R-1", "10.00", grant.lines[0]);
  early.replace(early.find("2026-03-10"), 10, "2025-12-31");
  EXPECT_EQ(app_.act(app_.draft(early), "submit").code(), "outside_eligible_period");
  auto first = app_.invoice("R-2", "10.00", grant.lines[0]);
  first.replace(first.find("2026-03-10"), 10, "2026-01-01");
  EXPECT_EQ(app_.act(app_.draft(first), "submit").status, 200);
}

TEST_F(SpendingRules, MatchIsOfAGrantThatTakesCostsAndWithinItsDays) {
  const auto grant = app_.grant({{"c3", "1000.00"}});
  const auto part = [&](const char* use, const char* number, const char* day, std::int64_t of, const char* more = "") {
    auto body = app_.invoice_of(number, "10.00", R"({"used_as":")" + std::string(use) + R"(","grant_id":)" + text(of) + more + "}");
    body.replace(body.find("2026-03-10"), 10, day);
    return app_.act(app_.draft(body), "submit").code();
  };
  EXPECT_EQ(part("match", "R-1", "2025-12-31", grant.id), "outside_eligible_period");
  EXPECT_EQ(part("match", "R-2", "2026-01-01", grant.id), "");
  EXPECT_EQ(part("ineligible", "R-3", "2025-12-31", grant.id, R"(,"ineligible_reason":"before the grant")"), "");
  EXPECT_EQ(part("match", "R-4", "2026-03-10", app_.record_grant()), "grant_takes_no_costs");
  // A draft may wait for the award; its approval may not.
  const auto waiting = app_.draft(app_.invoice_of("R-5", "10.00", R"({"used_as":"match","grant_id":)" + text(app_.record_grant()) + "}"));
  ASSERT_EQ(app_.broken_rule("UPDATE expenditures SET state = 'submitted', submitted_by = 1 WHERE id = " + text(waiting)), "");
  EXPECT_EQ(app_.broken_rule("UPDATE expenditures SET state = 'approved', approved_by = 2, entry_id = 1 WHERE id = " + text(waiting)),
            "grant_takes_no_costs");
}

TEST_F(SpendingRules, APersonWorks215DaysAYearForEuGrants) {
  const auto grant = app_.grant({{"a1", "800000.00"}});
  const auto staff = [&](const char* days, const char* from, const char* to, const char* number) {
    return R"({"kind":"staff","currency":"EUR","document_on":"2026-07-01","description":"Work","person":"Eva","works_from":")" +
           std::string(from) + R"(","works_to":")" + to + R"(","personnel_cost":"6000.00","days":")" + days +
           R"(","document_number":")" + number + R"(","allocations":[{"used_as":"claimed","budget_line_id":)" +
           text(grant.lines[0]) + "}]}";
  };
  // Half years at 107.5 are the whole year; a third paper at full time breaks the year whatever its month still holds.
  ASSERT_EQ(app_.as_bert(app_.submitted(staff("107.5", "2026-01-01", "2026-06-30", "P-1")), "approve"), "");
  ASSERT_EQ(app_.as_bert(app_.submitted(staff("107.5", "2026-07-01", "2026-12-31", "P-2")), "approve"), "");
  const auto over = app_.draft(staff("0.5", "2026-06-01", "2026-07-31", "P-3"));
  const auto refused = app_.act(over, "submit");
  EXPECT_EQ(refused.code(), "person_days_exceed_215");
  EXPECT_NE(refused.body.find("215.5 days in that year"), std::string::npos) << refused.body;
  EXPECT_EQ(app_.json("POST", "/api/v1/expenditures", staff("1", "2026-06-01", "2026-06-30", "p 1")).breaches(),
            std::vector<std::string>{"document_number:staff_document_counts_once"});
}

TEST_F(SpendingRules, InKindIsMatchAndNeverCash) {
  const auto grant = app_.grant({{"c3", "1000.00"}});
  const auto body = R"({"kind":"in_kind","in_kind_of":"time","valuation_basis":"20 h at 25.00","document_on":"2026-03-01",)"
                    R"("description":"Volunteers","currency":"EUR","amount":"500.00","allocations":[{"used_as":"match","grant_id":)" +
                    text(grant.id) + R"(,"category":"c3"}]})";
  const auto id = app_.submitted(body);
  ASSERT_EQ(app_.as_bert(id, "approve"), "");
  EXPECT_EQ(app_.balance("expense_in_kind"), 50'000);
  EXPECT_EQ(app_.balance("income_in_kind"), -50'000);
  EXPECT_EQ(app_.balance("bank"), 0);
  EXPECT_EQ(app_.act(id, "pay", R"({"paid_on":"2026-04-01"})").code(), "expenditure_is_payable");
  EXPECT_EQ(app_.broken_rule("UPDATE expenditures SET paid_on = '2026-04-01'"), "in_kind_is_never_paid");
}

TEST_F(SpendingRules, ForeignCurrencyBalancesInEachCurrency) {
  const auto grant = app_.grant({{"c3", "100000.00"}}, "stop", "CZK");
  const auto id = app_.draft(app_.invoice("R-1", "100.00", grant.lines[0]));
  EXPECT_EQ(app_.act(id, "submit").code(), "exchange_rate_is_missing");
  ASSERT_EQ(app_.broken_rule("INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source) "
                             "VALUES ('CZK', '2026-03-09', 25.005, false, 'ECB')"), "");
  ASSERT_EQ(app_.act(id, "submit").status, 200);
  ASSERT_EQ(app_.as_bert(id, "approve"), "");
  EXPECT_EQ(app_.balance("expense_direct", "CZK"), 250'050);
  EXPECT_EQ(app_.balance("currency_clearing", "CZK"), -250'050);
  EXPECT_EQ(app_.balance("currency_clearing", "EUR"), 10'000);
  EXPECT_EQ(app_.balance("payables", "EUR"), -10'000);
}

// Half of the costs fit; 200 here, 1,000 in the full run.
TEST_F(SpendingRules, ApprovalsAtOnceNeverExceedTogether) {
  const int count = std::getenv("KINDLING_FULL") != nullptr ? 1'000 : 200;
  const auto grant = app_.grant({{"c3", std::to_string(count / 2) + ".00"}});
  ASSERT_EQ(app_.broken_rule(
                "WITH e AS (INSERT INTO expenditures (kind, supplier_id, document_number, document_on, description, currency, "
                "amount_minor, created_by) SELECT 'invoice', " + text(app_.supplier()) + ", 'N' || n, '2026-03-10', 'Lamp', "
                "'EUR', 100, 1 FROM generate_series(1, " + std::to_string(count) + ") n RETURNING id) INSERT INTO "
                "expenditure_allocations (expenditure_id, position, used_as, grant_id, grant_currency, budget_line_id, fund_id, "
                "amount_minor, grant_minor) SELECT id, 1, 'claimed', " + text(grant.id) + ", 'EUR', " + text(grant.lines[0]) +
                ", " + text(grant.fund_id) + ", 100, 100 FROM e"), "");
  ASSERT_EQ(app_.broken_rule("UPDATE expenditures SET state = 'submitted', submitted_by = 1"), "");
  const auto first = app_.number("SELECT min(id) FROM expenditures");
  std::atomic<int> next{0}, approved{0}, refused{0}, other{0};
  std::vector<std::thread> people;
  for (int i = 0; i < 8; ++i) {
    people.emplace_back([&] {
      for (int n = next++; n < count; n = next++) {
        const auto done = in_transaction(app_.database(), app_.bert(), "test", {}, [&](Transaction& t) {
          return approve_expenditure(t, {first + n, 1, Date::of("2026-11-01")});
        });
        ++(done ? approved : done.error().code == "line_exceeded" ? refused : other);
      }
    });
  }
  for (auto& person : people) person.join();
  EXPECT_EQ(approved, count / 2);
  EXPECT_EQ(refused, count - count / 2);
  EXPECT_EQ(other, 0);
  EXPECT_EQ(app_.balance("expense_direct"), count / 2 * 100);
  EXPECT_EQ(app_.number("SELECT sum(amount_minor)::bigint FROM postings"), 0);
  const auto session = app_.database().lease();
  EXPECT_EQ(keep_ledger(*session).position, count / 2);
  EXPECT_TRUE(verify_ledger(*session).findings.empty());
}

}  // namespace
}  // namespace kindling
