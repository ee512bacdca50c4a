// Explanations of variances stand as they were reported: once a report that prints them is submitted, nobody writes on.
#include <gtest/gtest.h>

#include "support/report_app.hpp"

namespace kindling {
namespace {

class VarianceExplanations : public ::testing::Test {
 protected:
  VarianceExplanations() : path_("/api/v1/grants/" + std::to_string(app_.grant().id) + "/explanations") {}

  Answer explain(const std::string& text, const std::string& first = "2026-01-01", const std::string& last = "2026-12-31") {
    const auto known = app_.get(path_ + "?from=" + first + "&to=" + last).header("etag");
    return app_.json("POST", path_, R"({"from":")" + first + R"(","to":")" + last + R"(","explanations":[{"budget_line_id":)" +
                                        std::to_string(app_.grant().lines.front()) + R"(,"explanation":")" + text + R"("}]})",
                     {{"If-Match", known}});
  }
  std::string written_straight_into_the_database() {
    return app_.broken_rule("INSERT INTO variance_explanations (grant_id, budget_line_id, starts_on, ends_on, explanation, written_by) VALUES (" +
                            std::to_string(app_.grant().id) + ", " + std::to_string(app_.grant().lines.front()) +
                            ", '2026-01-01', '2026-12-31', 'Behind your back', 1)");
  }

  ReportApp app_;
  std::string path_;
};

TEST_F(VarianceExplanations, AreSettledOnceAReportThatPrintsThemIsSubmitted) {
  ASSERT_EQ(explain("Begins in spring").status, 200);
  const auto run = app_.made();
  ASSERT_EQ(explain("Begins in summer").status, 200);  // a draft settles nothing
  app_.submit(run);
  const auto refused = explain("Begins in autumn");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.code(), "explanation_is_settled");
  EXPECT_EQ(written_straight_into_the_database(), "explanation_is_settled");
  EXPECT_EQ(app_.get("/grants/" + std::to_string(app_.grant().id) + "/explanations?from=2026-01-01&to=2026-12-31").body.find("<textarea"),
            std::string::npos);
  EXPECT_EQ(app_.number("SELECT count(*) FROM variance_explanations WHERE explanation = 'Begins in autumn'"), 0);
}

TEST_F(VarianceExplanations, AreAskedForOnThePageOfADraftThatLacksThem) {
  const auto page = [&](const std::string& run) { return app_.get("/report-runs/" + run).body; };
  const auto asked = page(app_.made());
  EXPECT_NE(asked.find("One variance is beyond the funder"), std::string::npos);
  EXPECT_NE(asked.find("/explanations?from=2026-01-01&amp;to=2026-12-31"), std::string::npos);
  ASSERT_EQ(explain("Begins in spring").status, 200);
  EXPECT_EQ(page(app_.made()).find("beyond the funder"), std::string::npos);
}

TEST_F(VarianceExplanations, OfAnotherPeriodStayOpen) {
  app_.submit(app_.made());
  EXPECT_EQ(explain("The first half", "2026-01-01", "2026-06-30").status, 200);
}

TEST_F(VarianceExplanations, AreOpenAgainWhereTheReportWasReturnedAndSettledWhereItIsAccepted) {
  const auto run = app_.made();
  app_.submit(run);
  ASSERT_EQ(app_.step(run, "return", R"({"reason":"Explain travel."})").status, 200);
  EXPECT_EQ(explain("Travel was dearer").status, 200);
  const auto next = app_.made();
  app_.submit(next);
  ASSERT_EQ(app_.step(next, "accept").status, 200);
  EXPECT_EQ(explain("Once more").code(), "explanation_is_settled");
}

TEST_F(VarianceExplanations, AreNotSettledByAReportThatDoesNotPrintThem) {
  const auto audit = app_.made(R"({"report":"grant-audit","grant":)" + std::to_string(app_.grant().id) + "}");
  app_.submit(audit);
  EXPECT_EQ(explain("Still open").status, 200);
}

}  // namespace
}  // namespace kindling
