// The SF-425 of a real grant, on both bases, each total beside a sum over the ledger that was made another way.
#include <gtest/gtest.h>

#include "reports/sf425/sf425.hpp"
#include "support/statement_app.hpp"

namespace kindling {
namespace {

class FederalReport : public ::testing::Test {
 protected:
  FederalReport()
      : grant_(app_.grant_of({{"", "travel", 0, "50000.00"}, {"", "equipment", 0, "20000.00"}},
                             {{"programme", "\"us-federal\""}, {"currency", "\"USD\""}, {"funding_rate", "\"80\""},
                              {"match_required", "\"5000.00\""}})) {}
  std::string invoice(const char* number, const char* amount, std::size_t line) {
    auto body = app_.invoice(number, amount, grant_.lines[line]);
    return body.replace(body.find("EUR"), 3, "USD");
  }
  Sf425 query(const char* as_of, Sf425Basis basis = Sf425Basis::kAccrual) {
    const auto report = app_.sealed([&](const SealedSnapshot& snapshot) {
      return query_sf425(snapshot, {.grant_id = grant_.id, .as_of = Date::of(as_of), .basis = basis, .platform = "Sparks"});
    });
    EXPECT_TRUE(report) << report.error().message;
    return *report;
  }
  static Sf425Lines lines(const Sf425& report) { return sf425_lines(sf425_figures(report), report.basis, report.alternative); }

  StatementApp app_;
  SpendingGrant grant_;
};

TEST_F(FederalReport, TellsApprovedPaidAndOrderedCostsApart) {
  app_.receive(grant_, "5000.00", "2026-02-01");
  const auto travel = app_.approved(invoice("T-1", "1000.00", 0));
  app_.approved(invoice("T-2", "500.00", 0));
  app_.approved(invoice("E-1", "2000.00", 1));
  app_.pay(travel, "2026-04-15");
  const auto ordered = app_.json("POST", "/api/v1/grants/" + std::to_string(grant_.id) + "/commitments",
                                 R"({"budget_line_id":)" + std::to_string(grant_.lines[0]) + R"(,"supplier_id":)" +
                                     std::to_string(app_.supplier()) +
                                     R"(,"title":"Flights","signed_on":"2026-03-01","amount":"300.00"})");
  ASSERT_EQ(ordered.status, 201) << ordered.body;
  const auto accrual = lines(query("2026-06-30"));
  EXPECT_EQ(accrual.a, 500000);
  EXPECT_EQ(accrual.b, 92000);    // 80 % of 1,000.00 + 150.00
  EXPECT_EQ(accrual.c, 408000);
  EXPECT_EQ(accrual.d, 90000000);
  EXPECT_EQ(accrual.e, 298000);   // 80 % of 3,500.00 + 15 % of 1,500.00
  EXPECT_EQ(accrual.g, 325600);   // and 300.00 with 45.00
  EXPECT_EQ(accrual.indirect_base, 150000);
  EXPECT_EQ(accrual.i, 500000);
  const auto cash = query("2026-06-30", Sf425Basis::kCash);
  EXPECT_EQ(lines(cash).e, 92000);
  EXPECT_EQ(lines(cash).f, 233600);
  EXPECT_EQ(lines(cash).g, 325600);
  EXPECT_EQ(cash.ledger.spent_minor, 350000);
  EXPECT_EQ(cash.ledger.paid_minor, 100000);
  EXPECT_EQ(cash.paid_in_grant_currency_minor, 100000);
}

TEST_F(FederalReport, EndsOnItsDay) {
  const auto travel = app_.approved(invoice("T-1", "1000.00", 0));
  app_.pay(travel, "2026-04-15");
  EXPECT_EQ(lines(query("2026-03-09")).e, 0);
  EXPECT_EQ(lines(query("2026-03-10")).e, 92000);
  EXPECT_EQ(lines(query("2026-04-14", Sf425Basis::kCash)).e, 0);
  EXPECT_EQ(lines(query("2026-04-15", Sf425Basis::kCash)).e, 92000);
}

TEST_F(FederalReport, CountsAsPaidWhatTheSupplierOwesAfterAReversal) {
  const auto travel = app_.approved(invoice("T-1", "1000.00", 0));
  app_.pay(travel, "2026-04-15");
  app_.reverse(travel, "200.00", "2026-05-01");
  const auto cash = query("2026-06-30", Sf425Basis::kCash);
  EXPECT_EQ(sf425_figures(cash).paid.direct, 100000);
  EXPECT_EQ(cash.ledger.paid_minor, 100000);
  EXPECT_EQ(sf425_figures(cash).spent.direct, 80000);
  EXPECT_EQ(cash.ledger.spent_minor, 80000);
}

TEST_F(FederalReport, CountsTheRecipientsShare) {
  const auto match = R"({"used_as":"match","grant_id":)" + std::to_string(grant_.id) + "}";
  auto own = app_.invoice_of("M-1", "400.00", match);
  app_.approved(own.replace(own.find("EUR"), 3, "USD"));
  app_.approved(R"({"kind":"in_kind","in_kind_of":"time","supplier_id":)" + std::to_string(app_.supplier()) +
                R"(,"document_on":"2026-03-20","description":"Volunteers","currency":"USD","amount":"150.00",)"
                R"("valuation_basis":"6 hours at 25.00","allocations":[)" + match + "]}");
  app_.approved(invoice("T-1", "1000.00", 0));
  const auto accrual = lines(query("2026-06-30"));
  EXPECT_EQ(accrual.j, 23000 + 40000 + 15000);  // 20 % of 1,150.00, own costs, in kind
  EXPECT_EQ(accrual.k, 500000 - 78000);
  EXPECT_EQ(lines(query("2026-06-30", Sf425Basis::kCash)).j, 15000);
}

TEST_F(FederalReport, IsOfAnAwardedGrant) {
  const auto other = app_.record_grant();
  const auto refused = app_.sealed([&](const SealedSnapshot& snapshot) {
    return query_sf425(snapshot, {.grant_id = other, .as_of = Date::of("2026-06-30")});
  });
  EXPECT_EQ(refused.error().code, "grant_is_not_awarded");
}

}  // namespace
}  // namespace kindling
