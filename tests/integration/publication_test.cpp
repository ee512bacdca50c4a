// Open data: nothing is public until it is marked, and then exactly what the standard asks for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publishing/open_data_shelf.hpp"
#include "support/funding_app.hpp"

namespace kindling {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Publications : public ::testing::Test {
 protected:
  // A grant of 1,000.00 EUR that was asked for, awarded at 900.00 on 2026-01-15.
  std::int64_t awarded() {
    const auto id = app_.record_grant();
    const auto moved = app_.json("POST", "/api/v1/grants/" + std::to_string(id) + "/state",
                                 R"({"to_state":"awarded","on_date":"2026-01-15","awarded_amount":"900.00"})",
                                 {{"If-Match", app_.etag(id)}});
    EXPECT_EQ(moved.status, 200) << moved.body;
    return id;
  }
  static std::string path(std::int64_t grant) { return "/api/v1/grants/" + std::to_string(grant) + "/publication"; }
  Answer publish(std::int64_t grant, const std::string& text, int version = 1) {
    return app_.json("PUT", path(grant), R"({"description":")" + text + "\"}", {{"If-Match", '"' + std::to_string(version) + '"'}});
  }
  // As it would be published now.
  std::string package() {
    const OpenDataPublisher publisher{.prefix = "test", .name = "Sparks \"in\" the Dark", .identifier = "BE-BCE_KBO-0123456789",
                                      .website = "", .licence = "https://creativecommons.org/licenses/by/4.0/"};
    return write_open_data_json(query_open_data(*app_.database().lease(), publisher));
  }
  FundingApp app_;
};

TEST_F(Publications, NothingIsPublicUntilItIsMarked) {
  const auto grant = awarded();
  const auto before = app_.get(path(grant));
  EXPECT_EQ(before.header("etag"), "\"1\"");
  EXPECT_THAT(before.body, HasSubstr("\"published\":false"));
  EXPECT_THAT(package(), HasSubstr("\"grants\":[]"));
}

TEST_F(Publications, AMarkedGrantIsToldByTheStandard) {
  const auto grant = awarded();
  ASSERT_EQ(publish(grant, "Early help\\nfor children").status, 200);
  EXPECT_THAT(package(),
              HasSubstr(R"("grants":[{"id":"360G-test-1","title":"Spark","description":"Early help\u000afor children","currency":"EUR",)"
                        R"("amountAppliedFor":1000.00,"amountAwarded":900.00,"amountDisbursed":0.00,"awardDate":"2026-01-15",)"
                        R"("plannedDates":[{"startDate":"2026-01-01","endDate":"2028-12-31"}],)"
                        R"("recipientOrganization":[{"id":"BE-BCE_KBO-0123456789","name":"Sparks \"in\" the Dark"}],)"
                        R"("fundingOrganization":[{"id":"360G-test-ORG-1","name":"European Commission"}],)"
                        R"("grantProgramme":[{"code":"horizon-europe-actual","title":"horizon-europe-actual"}],"dateModified":)"));
}

TEST_F(Publications, OnlyAnAwardIsPublishedAndTheMarkSaysWhoAndWhen) {
  const auto applied = app_.record_grant();
  EXPECT_EQ(publish(applied, "Too early").code(), "only_an_award_is_published");
  const auto grant = awarded();
  EXPECT_THAT(publish(grant, "").breaches(), ElementsAre("description:required"));
  const auto marked = publish(grant, "Early help");
  EXPECT_EQ(text_at(marked.json(), "published_by"), "Ada");
  EXPECT_EQ(text_at(marked.json(), "published_at").size(), 20u);
  EXPECT_EQ(publish(grant, "Again").status, 412);
  EXPECT_EQ(publish(grant, "Again", 2).status, 200);
  EXPECT_EQ(app_.json("POST", path(grant) + "/withdraw", "", {{"If-Match", "\"3\""}}).status, 200);
  EXPECT_THAT(package(), HasSubstr("\"grants\":[]"));
  EXPECT_EQ(app_.number("SELECT count(*) FROM audit_events WHERE action LIKE 'grant.publi%'"), 3);
}

TEST_F(Publications, ThePageOfTheGrantKeepsWhatWasTyped) {
  const auto grant = app_.record_grant();
  const auto refused = app_.form("/grants/" + std::to_string(grant) + "/publication", {{"version", "1"}, {"description", "Too early"}});
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.body, HasSubstr("Too early"));
  EXPECT_THAT(refused.body, HasSubstr("Only a grant that is awarded can be open data."));
}

}  // namespace
}  // namespace kindling
