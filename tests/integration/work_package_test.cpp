// The completion of work packages, and the lump-sum statement that follows from it.
#include <gtest/gtest.h>

#include "reports/eu_lump_sum/eu_lump_sum.hpp"
#include "support/statement_app.hpp"

namespace kindling {
namespace {

class WorkPackageCompletion : public ::testing::Test {
 protected:
  WorkPackageCompletion()
      : grant_(app_.grant_of({{"WP1", "lump", 1, "60000.00"}, {"WP1", "lump", 2, "40000.00"}, {"WP2", "lump", 1, "30000.01"},
                              {"WP3", "lump", 2, "20000.00"}},
                             {{"programme", "\"erasmus-plus-lump-sum\""}, {"ends_on", "\"2027-12-31\""}})),
        path_("/api/v1/grants/" + std::to_string(grant_.id) + "/work-packages") {
    app_.plan_periods(grant_, 12);
  }
  Answer complete(const std::string& packages, int version) {
    return app_.json("PUT", path_, "{\"packages\":[" + packages + "]}", {{"If-Match", '"' + std::to_string(version) + '"'}});
  }
  EuLumpSum query(const char* first, const char* last) {
    const auto report = app_.sealed([&](const SealedSnapshot& snapshot) {
      return query_eu_lump_sum(snapshot, {.grant_id = grant_.id, .period = {Date::of(first), Date::of(last)}, .platform = "Sparks"});
    });
    EXPECT_TRUE(report) << report.error().message;
    return *report;
  }

  StatementApp app_;
  SpendingGrant grant_;
  std::string path_;
};

TEST_F(WorkPackageCompletion, DeclaresTheSharesOfCompletedPackagesByPartner) {
  ASSERT_EQ(complete(R"({"work_package":"WP1","period":1})", 1).status, 200);
  const auto report = query("2026-01-01", "2026-12-31");
  ASSERT_EQ(report.packages.size(), 3U);
  EXPECT_EQ(report.packages[0].shares, (std::vector<std::int64_t>{6000000, 4000000, 0}));
  EXPECT_EQ(lump_sums(report, report.packages[0]).period, 10000000);
  EXPECT_EQ(lump_sums(report, report.packages[1]).remaining(), 3000001);
  EXPECT_EQ(lump_sums_of_partner(report, 1).period, 4000000);
  EXPECT_EQ(report.independent.budget_minor, 15000001);
  EXPECT_EQ(report.independent.completed_minor, 10000000);
}

TEST_F(WorkPackageCompletion, TellsEarlierPeriodsApartAndTakesAPartInTheFinalPeriodOnly) {
  ASSERT_EQ(complete(R"({"work_package":"WP1","period":1})", 1).status, 200);
  EXPECT_EQ(complete(R"({"work_package":"WP2","period":1,"completed":"99.99"})", 2).breaches(),
            std::vector<std::string>{"packages.0.completed:partial_completion_only_in_the_final_period"});
  ASSERT_EQ(complete(R"({"work_package":"WP2","period":2,"completed":"50"})", 2).status, 200);
  const auto report = query("2027-01-01", "2027-12-31");
  EXPECT_EQ(lump_sums(report, report.packages[0]).earlier, 10000000);
  EXPECT_EQ(lump_sums(report, report.packages[1]).period, 1500001);  // half of 30,000.01, half a cent up
  EXPECT_EQ(report.independent.completed_minor, 1500001);
  // In the first period's statement the second one's package is not completed.
  EXPECT_EQ(lump_sums(query("2026-01-01", "2026-12-31"), report.packages[1]).share, 3000001);
  EXPECT_FALSE(query("2026-01-01", "2026-12-31").packages[1].period);
}

TEST_F(WorkPackageCompletion, IsTakenBackUntilItsPeriodIsClosedAndNotAfterwards) {
  ASSERT_EQ(complete(R"({"work_package":"WP1","period":1},{"work_package":"WP2","period":1})", 1).status, 200);
  ASSERT_EQ(complete(R"({"work_package":"WP2","note":"The handbook is missing"})", 3).status, 200);
  EXPECT_EQ(query("2026-01-01", "2026-12-31").independent.completed_minor, 10000000);
  app_.close_period(grant_, 1);
  EXPECT_EQ(complete(R"({"work_package":"WP1"})", 4).breaches(),
            std::vector<std::string>{"packages.0.period:reported_completion_stays"});
  EXPECT_EQ(complete(R"({"work_package":"WP3","period":1})", 4).breaches(),
            std::vector<std::string>{"packages.0.period:period_is_closed"});
}

TEST_F(WorkPackageCompletion, IsRefusedWithAMessageAtItsFieldAndForAStaleVersion) {
  EXPECT_EQ(complete(R"({"work_package":"WP9","period":1})", 1).breaches(),
            std::vector<std::string>{"packages.0.work_package:unknown_work_package"});
  EXPECT_EQ(complete(R"({"work_package":"WP1","period":3})", 1).breaches(),
            std::vector<std::string>{"packages.0.period:unknown_period"});
  EXPECT_EQ(complete(R"({"work_package":"WP1","period":2,"completed":"0"})", 1).breaches(),
            std::vector<std::string>{"packages.0.completed:out_of_range"});
  ASSERT_EQ(complete(R"({"work_package":"WP1","period":1})", 1).status, 200);
  EXPECT_EQ(complete(R"({"work_package":"WP2","period":1})", 1).status, 412);
  EXPECT_EQ(app_.json("PUT", path_, "{\"packages\":[]}").status, 428);
}

TEST_F(WorkPackageCompletion, HoldsInTheDatabaseWhateverTheServiceDoes) {
  const auto insert = [&](const std::string& package, const std::string& period, const std::string& share) {
    return app_.broken_rule("INSERT INTO work_package_completions (grant_id, work_package, reporting_period_id, completed_bp, "
                            "recorded_by) VALUES (" + std::to_string(grant_.id) + ", '" + package +
                            "', (SELECT id FROM reporting_periods WHERE grant_id = " + std::to_string(grant_.id) +
                            " AND number = " + period + "), " + share + ", 1)");
  };
  EXPECT_EQ(insert("WP1", "1", "9999"), "partial_completion_only_in_the_final_period");
  EXPECT_EQ(insert("WP1", "2", "9999"), "");
  EXPECT_EQ(insert("WP1", "2", "10001"), "completion_is_a_share");
  EXPECT_EQ(insert("WP1", "2", "0"), "completion_is_a_share");
  EXPECT_EQ(insert("WP9", "1", "10000"), "completion_is_of_a_work_package");
  const auto other = app_.grant_of({{"WP1", "lump", 1, "1.00"}}, {{"programme", "\"erasmus-plus-lump-sum\""}});
  app_.plan_periods(other, 36);
  EXPECT_EQ(app_.broken_rule("INSERT INTO work_package_completions (grant_id, work_package, reporting_period_id, completed_bp, "
                             "recorded_by) SELECT " + std::to_string(grant_.id) +
                             ", 'WP2', id, 10000, 1 FROM reporting_periods WHERE grant_id = " + std::to_string(other.id)),
            "completion_is_in_a_period_of_the_grant");
  EXPECT_EQ(insert("WP2", "1", "10000"), "");
  app_.close_period(grant_, 1);
  EXPECT_EQ(insert("WP2", "2", "10000"), "reported_completion_stays");
  EXPECT_EQ(insert("WP3", "1", "10000"), "reported_completion_stays");
}

TEST_F(WorkPackageCompletion, HasAPageThatKeepsWhatWasTyped) {
  const auto page = "/grants/" + std::to_string(grant_.id) + "/work-packages";
  EXPECT_NE(app_.get(page).body.find("Not completed"), std::string::npos);
  const auto refused = app_.form(page, {{"version", "1"}, {"packages.0.work_package", "WP1"}, {"packages.0.period", "1"},
                                        {"packages.0.completed", "50"}, {"packages.0.note", "nearly"}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_NE(refused.body.find("as a whole, 100, or not at all"), std::string::npos);
  EXPECT_NE(refused.body.find("nearly"), std::string::npos);
  const auto saved = app_.form(page, {{"version", "1"}, {"packages.0.work_package", "WP1"}, {"packages.0.period", "1"},
                                      {"packages.0.completed", "100"}});
  EXPECT_EQ(saved.status, 303) << saved.body;
  EXPECT_NE(app_.get(page).body.find("100,000.00"), std::string::npos);
}

}  // namespace
}  // namespace kindling
