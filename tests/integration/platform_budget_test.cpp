// The platform's own budget through the real app: needs, planned sources, and the matrix from which a gap is computed.
#include <gtest/gtest.h>

#include "budgets/platform_budget.hpp"
#include "budgets/record_platform_budget.hpp"
#include "identity/manage_users.hpp"
#include "identity/user_store.hpp"
#include "support/funding_app.hpp"

namespace kindling {
namespace {

class PlatformBudgets : public ::testing::Test {
 protected:
  PlatformBudgets() {
    const auto source = app_.form("/sources", {{"kind", "other"}, {"name", "Spring appeal"}, {"currency", "EUR"},
                                               {"basis", "cash"}, {"starts_on", "2026-01-01"}, {"probability", "50"}});
    EXPECT_EQ(source.status, 303) << source.body;
    source_ = std::to_string(app_.number("SELECT max(id) FROM funding_sources"));
  }
  std::string begun() {
    const auto answer = app_.json("POST", "/api/v1/platform-budgets", R"({"year":2026})");
    EXPECT_EQ(answer.status, 201) << answer.body;
    return "/api/v1/platform-budgets/" + text_at(answer.json(), "id");
  }
  Answer write(const std::string& path, const std::string& lines, int version) {
    return app_.json("PUT", path, R"({"lines":[)" + lines + "]}", {{"If-Match", '"' + std::to_string(version) + '"'}});
  }
  Outcome approve(std::int64_t actor_id, int version) {
    Actor actor;
    actor.id = actor_id;
    actor.roles = Role::kApprover | Role::kCoordinator;
    return in_transaction(app_.database(), actor, "test", {}, [&](Transaction& transaction) {
      return approve_platform_budget(transaction, {1, version}, Input());
    });
  }

  FundingApp app_;
  std::string source_;
};

TEST_F(PlatformBudgets, NeedsAreSpreadOverTheirMonthsAndWeightedByProbability) {
  const auto path = begun();
  const auto saved = write(path, R"({"need":"Hosting","amount":"100.00","first_month":1,"last_month":3,"sources":[)"
                                 R"({"funding_source_id":)" + source_ + R"(,"amount":"60.00"}]},)"
                                 R"({"need":"Audit","amount":"500.00","first_month":11,"last_month":11})", 1);
  ASSERT_EQ(saved.status, 200) << saved.body;
  std::vector<std::string> cells;
  const auto months = app_.get(path + "/months").json();
  for (const auto& cell : std::get<Value::Array>(months.find("items")->data())) {
    if (text_at(cell, "needed") == "0.00" && text_at(cell, "planned") == "0.00") continue;
    cells.push_back(text_at(cell, "need") + " " + text_at(cell, "source") + " " + text_at(cell, "month") + " " +
                    text_at(cell, "needed") + " " + text_at(cell, "planned") + " " + text_at(cell, "weighted"));
  }
  // The odd cent lies in the first month; the probability is the source's own.
  EXPECT_EQ(cells, (std::vector<std::string>{"Audit  11 500.00 0.00 0.00", "Hosting  1 33.34 0.00 0.00",
                                             "Hosting  2 33.33 0.00 0.00", "Hosting  3 33.33 0.00 0.00",
                                             "Hosting Spring appeal 1 0.00 20.00 10.00", "Hosting Spring appeal 2 0.00 20.00 10.00",
                                             "Hosting Spring appeal 3 0.00 20.00 10.00"}));
  EXPECT_NE(app_.get("/platform-budgets/1").body.find("570.00 EUR"), std::string::npos) << "600.00 needed, 30.00 likely";
  EXPECT_EQ(app_.get(path + "/months", {{"Accept", "text/csv"}}).status, 200);
  EXPECT_EQ(app_.get("/platform-budgets/1/edit").status, 200);
  EXPECT_EQ(app_.get("/platform-budgets").status, 200);
}

TEST_F(PlatformBudgets, AVersionNeedsTwoPeopleAndTheNextOneBeginsWithItsLines) {
  const auto path = begun();
  EXPECT_EQ(app_.json("POST", path + "/submit", "", {{"If-Match", "\"1\""}}).breaches(),
            std::vector<std::string>{":budget_is_empty"});
  ASSERT_EQ(write(path, R"({"need":"Hosting","amount":"1200.00"})", 1).status, 200);
  ASSERT_EQ(app_.json("POST", path + "/submit", "", {{"If-Match", "\"2\""}}).status, 200);
  EXPECT_TRUE(add_user(app_.database(), "second@example.org", "Second Person", "approver"));
  EXPECT_EQ(approve(1, 3).error().code, "own_request");
  EXPECT_EQ(app_.broken_rule("UPDATE platform_budgets SET state = 'approved', approved_by = 1"),
            "platform_budget_approver_is_another");
  ASSERT_TRUE(approve(2, 3));
  EXPECT_EQ(app_.broken_rule("DELETE FROM platform_budget_lines"), "lines_change_only_in_a_draft");
  const auto next = app_.json("POST", "/api/v1/platform-budgets", R"({"year":2027})");
  ASSERT_EQ(next.status, 201) << next.body;
  EXPECT_EQ(text_at(next.json(), "needed"), "1200.00");
  EXPECT_EQ(app_.json("POST", "/api/v1/platform-budgets", R"({"year":2027})").code(), "one_open_platform_budget");
}

TEST_F(PlatformBudgets, BadLinesAreToldByRowAndField) {
  const auto path = begun();
  const auto refused = write(path, R"({"need":"","amount":"1.005"},{"need":"A","amount":"0"},)"
                                   R"({"need":"B","amount":"1","first_month":5,"last_month":4},{"need":"C","amount":"1","last_month":13},)"
                                   R"({"need":"D","amount":"1","sources":[{"funding_source_id":999,"amount":"-1","probability":"101"}]})", 1);
  EXPECT_EQ(refused.breaches(),
            (std::vector<std::string>{"lines.0.need:required", "lines.0.amount:over_precise", "lines.1.amount:out_of_range",
                                      "lines.2.last_month:end_before_start", "lines.3.last_month:out_of_range",
                                      "lines.4.sources.0.funding_source_id:not_one_of", "lines.4.sources.0.amount:out_of_range",
                                      "lines.4.sources.0.probability:out_of_range"}));
  EXPECT_EQ(app_.number("SELECT count(*) FROM platform_budget_lines"), 0);
}

}  // namespace
}  // namespace kindling
