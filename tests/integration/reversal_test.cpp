// Corrections of approved costs: linked, whole or in part, by two people, and never more than there is.
#include <gtest/gtest.h>

#include "support/spending_app.hpp"

namespace kindling {
namespace {

class Reversals : public ::testing::Test {
 protected:
  std::int64_t approved(const std::string& body) {
    const auto id = app_.submitted(body);
    EXPECT_EQ(app_.as_bert(id, "approve"), "");
    return id;
  }
  std::string reverse(std::int64_t id, const std::string& amount) {
    const auto answer = app_.act(id, "reverse", R"({"reason":"charged twice","amount":")" + amount + "\"}");
    if (answer.status == 200) return app_.as_bert(id, "approve-reversal");
    return answer.breaches().empty() ? answer.code() : answer.breaches().front();
  }

  SpendingApp app_;
};

TEST_F(Reversals, AWholeReversalNegatesTheEntryAndIsLinkedToIt) {
  const auto grant = app_.grant({{"c3", "1000.00"}});
  const auto id = approved(app_.invoice("R-1", "400.00", grant.lines[0]));
  ASSERT_EQ(reverse(id, ""), "");
  EXPECT_EQ(app_.balance("expense_direct"), 0);
  EXPECT_EQ(app_.number("SELECT count(*) FROM entries x JOIN expenditures e ON x.reverses_entry_id = e.entry_id"), 1);
  // The same invoice may be entered anew, as it should have been.
  EXPECT_EQ(app_.json("POST", "/api/v1/expenditures", app_.invoice("R-1", "300.00", grant.lines[0])).status, 201);
  EXPECT_EQ(app_.act(id, "reverse", R"({"reason":"again"})").code(), "reversal_needs_an_approved_cost");
}

TEST_F(Reversals, PartsAreSpreadOverTheAllocationsAndNeverExceedTheCost) {
  const auto one = app_.grant({{"c3", "1000.00"}}), two = app_.grant({{"c3", "1000.00"}});
  const auto claim = [](std::int64_t line, const char* amount) {
    return R"({"used_as":"claimed","budget_line_id":)" + std::to_string(line) + R"(,"amount":")" + amount + "\"}";
  };
  const auto id = approved(app_.invoice_of("R-1", "100.00", claim(one.lines[0], "66.67") + "," + claim(two.lines[0], "33.33")));
  ASSERT_EQ(reverse(id, "10.00"), "");
  EXPECT_EQ(app_.number("SELECT reversed_minor FROM expenditure_allocations WHERE position = 1"), 667);
  EXPECT_EQ(app_.number("SELECT reversed_minor FROM expenditure_allocations WHERE position = 2"), 333);
  EXPECT_EQ(app_.balance("expense_direct"), 9'000);
  EXPECT_EQ(reverse(id, "90.01"), "amount:reversals_never_exceed_the_cost");
  ASSERT_EQ(reverse(id, "90.00"), "");
  EXPECT_EQ(app_.balance("expense_direct"), 0);
  EXPECT_EQ(app_.balance("payables"), 0);
}

TEST_F(Reversals, WhatWasPaidIsOwedByTheSupplierAfterwards) {
  const auto grant = app_.grant({{"c3", "1000.00"}});
  const auto id = approved(app_.invoice("R-1", "400.00", grant.lines[0], R"(,"paid_on":"2026-03-20")"));
  EXPECT_EQ(app_.balance("bank"), -40'000);
  ASSERT_EQ(reverse(id, "100.00"), "");
  EXPECT_EQ(app_.balance("bank"), -40'000);  // no cash came back yet
  EXPECT_EQ(app_.balance("payables"), 10'000);
}

TEST_F(Reversals, WhoAsksForAReversalDoesNotApproveItAndOneWaitsAtATime) {
  const auto grant = app_.grant({{"c3", "1000.00"}});
  const auto id = approved(app_.invoice("R-1", "400.00", grant.lines[0]));
  ASSERT_EQ(app_.as_bert(id, "reverse", "charged twice"), "");
  EXPECT_EQ(app_.as_bert(id, "approve-reversal"), "own_request");
  EXPECT_EQ(app_.act(id, "reverse", R"({"reason":"charged twice","amount":"1.00"})").code(), "one_open_reversal");
  EXPECT_EQ(app_.broken_rule("UPDATE expenditure_reversals SET state = 'refused', decided_by = requested_by"),
            "reversal_approver_is_another");
  EXPECT_EQ(app_.broken_rule("UPDATE expenditure_reversals SET amount_minor = 1"), "reversal_is_decided_once");
  EXPECT_EQ(app_.broken_rule("UPDATE expenditure_reversals SET state = 'refused', decided_by = 1"), "");
  EXPECT_EQ(app_.broken_rule("UPDATE expenditure_reversals SET state = 'approved'"), "reversal_is_decided_once");
}

TEST_F(Reversals, NothingIsTakenBackBehindTheLedger) {
  const auto grant = app_.grant({{"c3", "1000.00"}});
  approved(app_.invoice("R-1", "400.00", grant.lines[0]));
  EXPECT_EQ(app_.broken_rule("UPDATE expenditures SET reversed_minor = 40000"), "expenditure_matches_entries");
  EXPECT_EQ(app_.broken_rule("UPDATE expenditure_allocations SET reversed_minor = 1"), "expenditure_matches_entries");
  EXPECT_EQ(app_.broken_rule("UPDATE expenditures SET reversed_minor = 40001"), "reversals_never_exceed_the_cost");
  EXPECT_EQ(app_.broken_rule("INSERT INTO expenditure_reversals (expenditure_id, amount_minor, booked_on, reason, "
                             "requested_by) SELECT id, 40001, '2026-05-01', 'x', 1 FROM expenditures"),
            "reversal_needs_an_approved_cost");
}

}  // namespace
}  // namespace kindling
