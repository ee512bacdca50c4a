// The public page's figures over a real store: what the year's budget plans with is secured, and no small group is shown.
#include <gtest/gtest.h>

#include "budgets/record_platform_budget.hpp"
#include "core/currency.hpp"
#include "core/date.hpp"
#include "identity/manage_users.hpp"
#include "support/funding_app.hpp"
#include "support/support_store.hpp"

namespace kindling {
namespace {

class Support : public ::testing::Test {
 protected:
  std::int64_t grant_source() {
    const auto id = app_.record_grant();
    const auto awarded = app_.json("POST", "/api/v1/grants/" + std::to_string(id) + "/state",
                                   R"({"to_state":"awarded","on_date":"2026-01-15","awarded_amount":"1000.00"})",
                                   {{"If-Match", app_.etag(id)}});
    EXPECT_EQ(awarded.status, 200) << awarded.body;
    return app_.number("SELECT funding_source_id FROM grants WHERE id = " + std::to_string(id));
  }
  std::int64_t source(const std::string& kind, const std::string& basis) {
    const auto made = app_.form("/sources", {{"kind", kind}, {"name", "Source " + basis}, {"currency", "EUR"},
                                             {"basis", basis}, {"organisation_id", "1"}, {"starts_on", "2026-01-01"}});
    EXPECT_EQ(made.status, 303) << made.body;
    return app_.number("SELECT max(id) FROM funding_sources");
  }
  std::int64_t campaign(bool restricted) {
    const auto reference = std::string(restricted ? "NIGHT" : "LIGHT");
    const auto made = app_.json("POST", "/api/v1/campaigns",
                                R"({"name":")" + reference + R"(","reference":")" + reference +
                                    R"(","starts_on":"2026-01-01","is_public":true)" +
                                    (restricted ? R"(,"restricted":true,"purpose":"night shifts"})" : "}"));
    EXPECT_EQ(made.status, 201) << made.body;
    return std::stoll(text_at(made.json(), "id"));
  }
  void approve_budget(const std::string& lines) {
    const auto begun = app_.json("POST", "/api/v1/platform-budgets", R"({"year":2026})");
    const auto path = "/api/v1/platform-budgets/" + text_at(begun.json(), "id");
    const auto saved = app_.json("PUT", path, R"({"lines":[)" + lines + "]}", {{"If-Match", "\"1\""}});
    ASSERT_EQ(saved.status, 200) << saved.body;
    ASSERT_EQ(app_.json("POST", path + "/submit", "", {{"If-Match", "\"2\""}}).status, 200);
    ASSERT_TRUE(add_user(app_.database(), "second@example.org", "Second Person", "approver"));
    Actor second;
    second.id = app_.number("SELECT max(id) FROM users");
    second.roles = Role::kApprover | Role::kCoordinator;
    ASSERT_TRUE(in_transaction(app_.database(), second, "test", {}, [&](Transaction& transaction) {
      return approve_platform_budget(transaction, {std::stoll(text_at(begun.json(), "id")), 3}, Input());
    }));
  }
  static std::string planned(std::int64_t source, const std::string& amount) {
    return R"({"funding_source_id":)" + std::to_string(source) + R"(,"amount":")" + amount + R"("})";
  }
  void receive(std::int64_t source, const std::string& amount) {
    const auto grant = app_.number("SELECT id FROM grants WHERE funding_source_id = " + std::to_string(source));
    const auto base = "/api/v1/grants/" + std::to_string(grant) + "/instalments";
    const auto made = app_.json("POST", base, R"({"kind":"prefinancing","title":"First","due_on":"2026-02-01","amount":")" + amount + "\"}");
    ASSERT_EQ(made.status, 201) << made.body;
    const auto received = app_.json("POST", base + "/" + text_at(made.json(), "id") + "/receive",
                                    R"({"received_on":"2026-02-01","amount":")" + amount + R"(","reference":"EC 1"})",
                                    {{"If-Match", "\"1\""}});
    ASSERT_EQ(received.status, 200) << received.body;
  }
  void give(const std::string& gross, const std::string& more = "") {
    const auto made = app_.json("POST", "/api/v1/donations",
                                R"({"given_on":"2026-03-01","method":"card","gross":")" + gross + "\"" + more + "}");
    ASSERT_EQ(made.status, 201) << made.body;
  }
  // Donors by number, as rows: who they are does not matter here.
  std::int64_t donor(int number) {
    app_.broken_rule("INSERT INTO donors (reference) VALUES ('D-" + std::to_string(number) + "')");
    return app_.number("SELECT max(id) FROM donors");
  }
  // "kind amount" of each source that the page shows.
  std::vector<std::string> secured(const char* day = "2026-03-31") {
    const auto figures = this->figures(day);
    std::vector<std::string> told;
    for (const auto& each : figures.secured) told.push_back(each.kind + " " + to_string(each.amount));
    return told;
  }
  SupportFigures figures(const char* day = "2026-03-31") {
    return *in_transaction(app_.database(), Actor(), "test", {}, [&](Transaction& transaction) -> Result<SupportFigures> {
      return load_support(transaction.session, Date::of(day), Currency::of("EUR"));
    });
  }
  using Told = std::vector<std::string>;
  FundingApp app_;
};

TEST_F(Support, AGrantSecuresWhatTheBudgetPlansWithAndNoMore) {
  const auto source = grant_source();
  approve_budget(R"({"need":"Hosting","amount":"600.00","sources":[)" + planned(source, "250.00") + "]}");
  receive(source, "900.00");
  EXPECT_EQ(secured(), Told{"grants 250.00"});
  EXPECT_EQ(to_string(figures().missing()), "350.00");
}

TEST_F(Support, AGrantSecuresNoMoreThanCameOrIsDueThisYear) {
  const auto source = grant_source();
  approve_budget(R"({"need":"Hosting","amount":"600.00","sources":[)" + planned(source, "500.00") + "]}");
  receive(source, "100.00");
  const auto grant = app_.number("SELECT id FROM grants WHERE funding_source_id = " + std::to_string(source));
  for (const auto* due : {"2026-12-31", "2027-01-01"}) {
    ASSERT_EQ(app_.json("POST", "/api/v1/grants/" + std::to_string(grant) + "/instalments",
                        R"({"kind":"interim","title":"Next","due_on":")" + std::string(due) + R"(","amount":"200.00"})").status, 201);
  }
  EXPECT_EQ(secured(), Told{"grants 300.00"}) << "what is due next year is not of this one";
}

TEST_F(Support, AGrantThatNoLinePlansWithSecuresNothing) {
  const auto source = grant_source();
  approve_budget(R"({"need":"Hosting","amount":"600.00"})");
  receive(source, "900.00");
  EXPECT_EQ(secured(), Told{});
}

TEST_F(Support, SourcesThatPlanMoreThanALineNeedsShareTheLine) {
  const auto source = grant_source();
  approve_budget(R"({"need":"Hosting","amount":"100.00","sources":[)" + planned(source, "400.00") +
                 R"(]},{"need":"Audit","amount":"900.00"})");
  receive(source, "900.00");
  EXPECT_EQ(secured(), Told{"grants 100.00"});
}

TEST_F(Support, FreeMoneyCountsAsItCameLessFeesAndNeverBeyondTheNeed) {
  const auto contribution = source("contribution", "cash");
  approve_budget(R"({"need":"Hosting","amount":"600.00"})");
  const auto receive = [&](const std::string& amount) {
    const auto received = app_.json("POST", "/api/v1/contributions/" + std::to_string(contribution) + "/receive",
                                    R"({"received_on":"2026-02-01","amount":")" + amount + R"(","reference":")" + amount + "\"}");
    ASSERT_EQ(received.status, 200) << received.body;
  };
  receive("400.00");
  for (int i = 1; i <= 10; ++i) give("30.00", R"(,"fee":"1.00","donor_id":)" + std::to_string(donor(i)));
  EXPECT_EQ(secured(), (Told{"contributions 400.00", "donations 200.00"})) << "of 290.00 only 200.00 are needed";
  EXPECT_EQ(figures().secured_percent(), 100);
}

TEST_F(Support, GiftsOfACampaignWithAPurposeCountAsFarAsTheyArePlanned) {
  const auto bound = campaign(true);
  const auto source = app_.number("SELECT funding_source_id FROM campaigns WHERE id = " + std::to_string(bound));
  approve_budget(R"({"need":"Night shifts","amount":"100.00","sources":[)" + planned(source, "60.00") +
                 R"(]},{"need":"Audit","amount":"900.00"})");
  for (int i = 1; i <= 10; ++i) {
    give("10.00", R"(,"campaign_id":)" + std::to_string(bound) + R"(,"donor_id":)" + std::to_string(donor(i)));
  }
  EXPECT_EQ(secured(), Told{"donations 60.00"});
}

TEST_F(Support, NineDonorsAreNoGroupAndTenAre) {
  const auto open = campaign(false);
  approve_budget(R"({"need":"Hosting","amount":"6000.00"})");
  const auto gift = [&](int number) {
    give("20.00", R"(,"campaign_id":)" + std::to_string(open) + R"(,"donor_id":)" + std::to_string(donor(number)));
  };
  for (int i = 1; i <= 9; ++i) gift(i);
  give("500.00", R"(,"campaign_id":)" + std::to_string(open));  // nobody known: no member of a group
  const auto nine = figures("2026-03-30");
  EXPECT_TRUE(nine.secured.empty());
  EXPECT_FALSE(nine.campaigns.at(0).raised);
  gift(10);
  const auto seen = figures();
  EXPECT_EQ(secured(), Told{"donations 700.00"});
  EXPECT_EQ(to_string(*seen.campaigns.at(0).raised), "700.00");
  EXPECT_EQ(app_.broken_rule("INSERT INTO support_day_sources VALUES ('2026-03-31', 'other', 1, 9)"), "no_group_below_ten_donors");
}

TEST_F(Support, WhoIsMergedOrGotEverythingBackIsNoFurtherMember) {
  approve_budget(R"({"need":"Hosting","amount":"6000.00"})");
  std::vector<std::int64_t> donors;
  for (int i = 1; i <= 11; ++i) {
    donors.push_back(donor(i));
    give("20.00", R"(,"donor_id":)" + std::to_string(donors.back()));
  }
  app_.broken_rule("UPDATE donors SET merged_into_id = " + std::to_string(donors[0]) + " WHERE id = " + std::to_string(donors[1]));
  const auto gift = app_.number("SELECT max(id) FROM donations");
  EXPECT_EQ(secured("2026-03-30"), Told{"donations 220.00"}) << "ten of them are different people";
  ASSERT_EQ(app_.json("POST", "/api/v1/donations/" + std::to_string(gift) + "/refund",
                      R"({"amount":"20.00","booked_on":"2026-03-05","reason":"asked back"})", {{"If-Match", "\"1\""}}).status, 200);
  EXPECT_EQ(secured(), Told{});
}

TEST_F(Support, TheDaysFiguresStayWhateverComesLater) {
  const auto source = grant_source();
  approve_budget(R"({"need":"Hosting","amount":"600.00","sources":[)" + planned(source, "250.00") + "]}");
  receive(source, "100.00");
  EXPECT_EQ(secured(), Told{"grants 100.00"});
  receive(source, "50.00");
  EXPECT_EQ(secured(), Told{"grants 100.00"});
}

}  // namespace
}  // namespace kindling
