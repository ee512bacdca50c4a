// Expenditures through the real app: what is entered, submitted and approved reaches the ledger as the rules say.
#include <gtest/gtest.h>

#include "support/spending_app.hpp"

namespace kindling {
namespace {

class Expenditures : public ::testing::Test {
 protected:
  static std::string claim(std::int64_t line, const std::string& how) {
    return R"({"used_as":"claimed","budget_line_id":)" + std::to_string(line) + (how.empty() ? "" : "," + how) + "}";
  }
  std::string impact_of(const Answer& answer) {
    std::string codes;
    const auto value = answer.json();
    const auto* of = &value;
    if (const auto* dry = value.find("answer")) of = dry;
    const auto* impact = of->find("impact");
    if (impact == nullptr || impact->is_null()) return "none";
    for (const auto& breach : std::get<Value::Array>(impact->find("breaches")->data())) {
      codes += (codes.empty() ? "" : " ") + text_at(breach, "code");
    }
    return codes;
  }

  SpendingApp app_;
};

TEST_F(Expenditures, AnApprovedInvoiceIsDirectCostOfItsLineAndOwedUntilItIsPaid) {
  const auto grant = app_.grant({{"c3", "1000.00"}});
  const auto id = app_.submitted(app_.invoice("R-1", "400.00", grant.lines[0]));
  EXPECT_EQ(app_.balance("expense_direct"), 0);
  ASSERT_EQ(app_.as_bert(id, "approve"), "");
  EXPECT_EQ(app_.balance("expense_direct"), 40'000);
  EXPECT_EQ(app_.balance("payables"), -40'000);
  EXPECT_EQ(app_.number("SELECT count(*) FROM postings WHERE account_code = 'expense_direct' AND fund_id = " +
                        std::to_string(grant.fund_id) + " AND budget_line_id = " + std::to_string(grant.lines[0])), 1);
  const auto paid = app_.act(id, "pay", R"({"paid_on":"2026-04-01"})");
  ASSERT_EQ(paid.status, 200) << paid.body;
  EXPECT_EQ(app_.balance("payables"), 0);
  EXPECT_EQ(app_.balance("bank"), -40'000);
  EXPECT_EQ(app_.act(id, "pay", R"({"paid_on":"2026-04-01"})").code(), "expenditure_is_payable");
}

TEST_F(Expenditures, WhoEnteredOrSubmittedACostDoesNotApproveIt) {
  const auto grant = app_.grant({{"c3", "1000.00"}});
  const auto id = app_.submitted(app_.invoice("R-1", "400.00", grant.lines[0]));
  EXPECT_EQ(app_.broken_rule("UPDATE expenditures SET created_by = 2 WHERE id = " + std::to_string(id)),
            "expenditure_changes_only_in_a_draft");
  EXPECT_EQ(app_.act(id, "approve").status, 403);
  ASSERT_EQ(app_.as_bert(id, "return", "wrong line"), "");
  EXPECT_EQ(text_at(app_.get("/api/v1/expenditures/" + std::to_string(id)).json(), "returned_reason"), "wrong line");
}

TEST_F(Expenditures, AThirdOfACentIsNotLost) {
  const auto one = app_.grant({{"c3", "1000.00"}}), two = app_.grant({{"c3", "1000.00"}});
  const auto id = app_.submitted(app_.invoice_of(
      "R-1", "100.00", claim(one.lines[0], R"("share":"33.33")") + "," + claim(two.lines[0], R"("share":"33.33")") +
                           R"(,{"used_as":"own"})"));
  ASSERT_EQ(app_.as_bert(id, "approve"), "");
  EXPECT_EQ(app_.number("SELECT amount_minor FROM expenditure_allocations WHERE position = 1"), 3'333);
  EXPECT_EQ(app_.number("SELECT amount_minor FROM expenditure_allocations WHERE position = 3"), 3'334);
  EXPECT_EQ(app_.balance("expense_direct"), 10'000);
  EXPECT_EQ(app_.number("SELECT sum(amount_minor)::bigint FROM postings"), 0);
}

TEST_F(Expenditures, ADryRunTellsWhatItDoesToItsLineBeforeAnythingHappens) {
  const auto grant = app_.grant({{"c3", "1000.00"}}, "warn");
  const auto dry = app_.json("POST", "/api/v1/expenditures?dry_run=true", app_.invoice("R-1", "1200.01", grant.lines[0]));
  ASSERT_EQ(dry.status, 200) << dry.body;
  EXPECT_EQ(impact_of(dry), "category_exceeded line_exceeded");
  EXPECT_NE(dry.body.find("200.01 EUR too much"), std::string::npos) << dry.body;
  EXPECT_EQ(app_.number("SELECT count(*) FROM expenditures"), 0);
  const auto inside = app_.json("POST", "/api/v1/expenditures?dry_run=true", app_.invoice("R-1", "1000.00", grant.lines[0]));
  EXPECT_EQ(impact_of(inside), "");
}

TEST_F(Expenditures, AGrantThatStopsRefusesOneCentTooMuch) {
  const auto grant = app_.grant({{"c3", "1000.00"}});
  const auto id = app_.submitted(app_.invoice("R-1", "1000.01", grant.lines[0]));
  const auto refused = app_.error_as_bert(id, "approve");
  EXPECT_EQ(refused.code, "line_exceeded");
  EXPECT_NE(refused.message.find("takes 1,000.01 EUR from WP1, c3 of Spark 1, where 1,000.00 EUR is available: 0.01 EUR"),
            std::string::npos) << refused.message;
  EXPECT_EQ(app_.balance("expense_direct"), 0);
}

TEST_F(Expenditures, AnInvoiceCountsOnceHoweverItsNumberIsWritten) {
  const auto one = app_.grant({{"c3", "1000.00"}}), two = app_.grant({{"c3", "1000.00"}});
  const auto id = app_.draft(app_.invoice("2026/R-1", "10.00", one.lines[0]));
  const auto again = app_.json("POST", "/api/v1/expenditures", app_.invoice("2026 r1", "10.00", two.lines[0]));
  EXPECT_EQ(again.breaches(), std::vector<std::string>{"document_number:invoice_counts_once"});
  EXPECT_NE(again.body.find("/expenditures/" + std::to_string(id)), std::string::npos);
  EXPECT_EQ(app_.broken_rule("INSERT INTO expenditures (kind, supplier_id, document_number, document_on, description, "
                             "currency, amount_minor) SELECT kind, supplier_id, '2026.R.1', document_on, 'x', currency, 5 "
                             "FROM expenditures"),
            "invoice_counts_once");
  ASSERT_EQ(app_.act(id, "withdraw", R"({"reason":"twice"})").status, 200);
  EXPECT_EQ(app_.json("POST", "/api/v1/expenditures", app_.invoice("2026 r1", "10.00", two.lines[0])).status, 201);
}

TEST_F(Expenditures, WhatIsApprovedNeverChanges) {
  const auto grant = app_.grant({{"c3", "1000.00"}});
  const auto id = app_.submitted(app_.invoice("R-1", "400.00", grant.lines[0]));
  ASSERT_EQ(app_.as_bert(id, "approve"), "");
  for (const auto* change : {"amount_minor = 1", "description = 'other'", "document_on = '2026-05-01'", "entry_id = NULL",
                             "valuation_basis = 'x'", "reversed_minor = 1"}) {
    const auto broken = app_.broken_rule(std::string("UPDATE expenditures SET ") + change);
    EXPECT_EQ(broken, std::string(change) == "reversed_minor = 1" ? "expenditure_matches_entries"
                                                                  : "expenditure_changes_only_in_a_draft") << change;
  }
  EXPECT_EQ(app_.broken_rule("DELETE FROM expenditure_allocations"), "allocations_change_only_in_a_draft");
  EXPECT_EQ(app_.broken_rule("UPDATE expenditure_allocations SET grant_minor = 1"), "allocations_change_only_in_a_draft");
  EXPECT_EQ(app_.broken_rule("INSERT INTO expenditure_allocations (expenditure_id, position, used_as, fund_id, "
                             "amount_minor) SELECT id, 9, 'own', 1, 1 FROM expenditures"),
            "allocations_change_only_in_a_draft");
  EXPECT_EQ(app_.broken_rule("UPDATE expenditures SET state = 'draft'"), "expenditure_edge_allowed");
  EXPECT_EQ(app_.number("SELECT amount_minor FROM expenditures"), 40'000);
}

TEST_F(Expenditures, ADashboardDoesNotReadWhoseStaffCostADraftIs) {
  const auto grant = app_.grant({{"a1", "30000.00"}});
  app_.draft(R"({"kind":"staff","currency":"EUR","document_on":"2026-07-01","description":"Salary of Eva","person":"Eva",)"
             R"("works_from":"2026-06-01","works_to":"2026-06-30","personnel_cost":"6000.00","days":"1","allocations":)"
             R"([{"used_as":"claimed","budget_line_id":)" + std::to_string(grant.lines[0]) + "}]}");
  const auto why = app_.get("/api/v1/grants/" + std::to_string(grant.id) + "/budget/why?figure=drafts&code=direct");
  EXPECT_NE(why.body.find(R"("description":"Staff cost")"), std::string::npos) << why.body;
  EXPECT_EQ(why.body.find("Eva"), std::string::npos);
}

TEST_F(Expenditures, AmountsPartsAndFieldsAreRefusedWithWhatToDo) {
  const auto grant = app_.grant({{"c3", "1000.00"}});
  const auto refused = [&](const std::string& body) {
    const auto answer = app_.json("POST", "/api/v1/expenditures", body);
    EXPECT_EQ(answer.status, 422) << answer.body;
    return answer.breaches();
  };
  using Codes = std::vector<std::string>;
  EXPECT_EQ(refused(app_.invoice("R", "1.005", grant.lines[0])), Codes{"amount:over_precise"});
  EXPECT_EQ(refused(app_.invoice("R", "-1", grant.lines[0])), Codes{"amount:out_of_range"});
  EXPECT_EQ(refused(app_.invoice("", "1", grant.lines[0])), Codes{"document_number:required"});
  EXPECT_EQ(refused(app_.invoice("R", "1", 999'999)), Codes{"allocations.0.budget_line_id:not_one_of"});
  EXPECT_EQ(refused(app_.invoice("R", "1", grant.lines[0], R"(,"colour":"red")")), Codes{"colour:unknown_field"});
  EXPECT_EQ(refused(app_.invoice_of("R", "10.00", claim(grant.lines[0], R"("amount":"10.01")"))),
            Codes{"allocations:exceeds_the_cost"});
  EXPECT_EQ(refused(app_.invoice_of("R", "10.00", claim(grant.lines[0], R"("amount":"1.00")") + "," +
                                                      claim(grant.lines[0], R"("share":"50")"))),
            Codes{"allocations:mixed_split"});
  EXPECT_EQ(refused(app_.invoice_of("R", "10.00", R"({"used_as":"ineligible","grant_id":)" + std::to_string(grant.id) + "}")),
            Codes{"allocations.0.ineligible_reason:required"});
  EXPECT_EQ(refused(app_.invoice_of("R", "10.00", R"({"used_as":"own","fund_id":)" + std::to_string(grant.fund_id) + "}")),
            Codes{"allocations.0.fund_id:not_one_of"});
  EXPECT_EQ(refused(app_.invoice_of("R", "10.00", R"({"used_as":"own","target":"own:1"})")),
            Codes{"allocations.0.target:unknown_field"});
  EXPECT_EQ(app_.number("SELECT count(*) FROM expenditures"), 0);
}

TEST_F(Expenditures, AVerbThatReadsNothingTellsWhatItDoesNotKnow) {
  const auto grant = app_.grant({{"c3", "1000.00"}});
  const auto id = app_.draft(app_.invoice("R-1", "10.00", grant.lines[0]));
  EXPECT_EQ(app_.act(id, "submit", R"({"comment":"please"})").breaches(), std::vector<std::string>{"comment:unknown_field"});
  EXPECT_EQ(app_.act(id, "submit").status, 200);
}

TEST_F(Expenditures, CategoryAndPartnerOfAPartAreOfItsOwnGrant) {
  const auto one = app_.grant({{"c3", "1000.00"}}), two = app_.grant({{"c3", "1000.00"}});
  const auto partner_of = [&](const SpendingGrant& grant) {
    const auto set = app_.json("PUT", "/api/v1/grants/" + std::to_string(grant.id) + "/partners",
                               R"({"partners":[{"organisation_id":2,"role":"coordinator","share":"300000.00"}]})",
                               {{"If-Match", app_.etag(grant.id)}});
    EXPECT_EQ(set.status, 200) << set.body;
    return std::to_string(app_.number("SELECT min(id) FROM grant_partners WHERE grant_id = " + std::to_string(grant.id)));
  };
  const auto of_one = partner_of(one), of_two = partner_of(two);
  const auto match = [&](const std::string& more) {
    return app_.json("POST", "/api/v1/expenditures",
                     app_.invoice_of("R-1", "10.00", R"({"used_as":"match","grant_id":)" + std::to_string(one.id) + "," + more + "}"));
  };
  using Codes = std::vector<std::string>;
  EXPECT_EQ(match(R"("category":"z9")").breaches(), Codes{"allocations.0.category:not_one_of"});
  EXPECT_EQ(match(R"("partner_id":)" + of_two).breaches(), Codes{"allocations.0.partner_id:not_one_of"});
  EXPECT_EQ(match(R"("partner_id":999999)").breaches(), Codes{"allocations.0.partner_id:not_one_of"});
  EXPECT_EQ(match(R"("category":"c3","partner_id":)" + of_one).status, 201);
}

}  // namespace
}  // namespace kindling
