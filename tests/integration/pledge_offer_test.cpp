// A visitor promises a regular gift on the public page; a person takes it up or leaves it.
#include <gtest/gtest.h>

#include "support/funding_app.hpp"

namespace kindling {
namespace {

class PledgeOffers : public ::testing::Test {
 protected:
  static Pairs typed(const Pairs& changes = {}) {
    Pairs fields{{"name", "Zyxwina Quarkova"}, {"email", "zyx@example.org"}, {"amount", "15.00"},
                 {"cycle", "monthly"}, {"campaign", ""}, {"message", "Keep the lamp lit"}, {"agree", "on"}, {"website", ""}};
    for (const auto& [name, value] : changes) {
      for (auto& field : fields) {
        if (field.first == name) field.second = value;
      }
    }
    return fields;
  }
  Answer offer(const Pairs& changes = {}) { return app_.form("/support/pledge", typed(changes)); }
  std::int64_t offers(const std::string& state) {
    return app_.number("SELECT count(*) FROM pledge_offers WHERE state = '" + state + "'");
  }
  Answer verb(std::int64_t id, const std::string& name) {
    return app_.json("POST", "/api/v1/pledge-offers/" + std::to_string(id) + "/" + name, "{}");
  }
  FundingApp app_;
};

TEST_F(PledgeOffers, APromiseIsStoredSealedAndPromisesNothingYet) {
  const auto sent = offer();
  EXPECT_EQ(sent.status, 303) << sent.body;
  EXPECT_EQ(sent.header("location"), "/support/pledge/thanks");
  EXPECT_EQ(offers("waiting"), 1);
  EXPECT_EQ(app_.number("SELECT count(*) FROM pledges"), 0);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donors"), 0);
  EXPECT_EQ(app_.number("SELECT count(*) FROM pledge_offers WHERE position(convert_to('Zyxwina', 'UTF8') IN sealed) > 0"), 0);
  const auto shown = app_.get("/pledge-offers").body;
  EXPECT_NE(shown.find("Zyxwina Quarkova"), std::string::npos);
  EXPECT_NE(shown.find("Keep the lamp lit"), std::string::npos);
  EXPECT_EQ(app_.number("SELECT count(*) FROM audit_events WHERE action = 'pledge_offer.read'"), 1);
}

TEST_F(PledgeOffers, TakenUpItIsADonorAPledgeAndAMessageThatWaits) {
  offer();
  const auto taken = verb(1, "accept");
  EXPECT_EQ(taken.status, 200) << taken.body;
  EXPECT_EQ(app_.number("SELECT amount_minor FROM pledges WHERE cycle = 'monthly' AND state = 'active'"), 1'500);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donors WHERE contact_preference = 'email' AND consent_on IS NOT NULL"), 1);
  EXPECT_EQ(app_.number("SELECT count(*) FROM pledge_messages WHERE state = 'waiting'"), 1);
  EXPECT_EQ(app_.number("SELECT count(*) FROM pledge_offers WHERE sealed IS NULL AND state = 'accepted'"), 1);
  EXPECT_EQ(verb(1, "accept").code(), "pledge_offer_not_found");
  const auto messages = app_.get("/donation-messages").body;
  EXPECT_NE(messages.find("Keep the lamp lit"), std::string::npos);
  EXPECT_EQ(app_.form("/pledge-messages/1", {{"state", "shown"}}).status, 303);
  EXPECT_EQ(app_.number("SELECT count(*) FROM pledge_messages WHERE state = 'shown'"), 1);
}

TEST_F(PledgeOffers, TheSameEmailIsTheSameDonor) {
  offer();
  offer({{"name", "Z. Quarkova"}, {"email", "ZYX@example.org"}, {"amount", "20.00"}});
  verb(1, "accept");
  verb(2, "accept");
  EXPECT_EQ(app_.number("SELECT count(*) FROM donors"), 1);
  EXPECT_EQ(app_.number("SELECT count(*) FROM pledges"), 2);
}

TEST_F(PledgeOffers, LeftItLeavesNothingOfThePerson) {
  offer();
  EXPECT_EQ(verb(1, "decline").status, 200);
  EXPECT_EQ(offers("declined"), 1);
  EXPECT_EQ(app_.number("SELECT count(*) FROM pledge_offers WHERE sealed IS NOT NULL"), 0);
  EXPECT_EQ(app_.number("SELECT count(*) FROM donors"), 0);
  EXPECT_EQ(app_.broken_rule("UPDATE pledge_offers SET sealed = 'x'"), "decided_offer_keeps_no_person");
}

TEST_F(PledgeOffers, WrongFieldsAreToldAndKeptAsTyped) {
  const auto refused = offer({{"email", "nowhere"}, {"amount", "1.005"}, {"agree", ""}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_NE(refused.body.find("Enter an e-mail address such as ada@example.org."), std::string::npos);
  EXPECT_NE(refused.body.find("Please agree"), std::string::npos);
  EXPECT_NE(refused.body.find("value=\"Zyxwina Quarkova\""), std::string::npos);
  EXPECT_EQ(offer({{"campaign", "RF00NOWHERE"}}).status, 422);
  EXPECT_EQ(offers("waiting"), 0);
}

TEST_F(PledgeOffers, WhatAMachineFillsInIsThankedForAndThrownAway) {
  EXPECT_EQ(offer({{"website", "https://spam.example"}}).status, 303);
  EXPECT_EQ(offers("waiting"), 0);
}

TEST_F(PledgeOffers, AnAddressSendsFiveAndThenWaits) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(offer().status, 303) << i;
  const auto sixth = offer();
  EXPECT_EQ(sixth.status, 303) << "the sixth is taken, and closes the door behind it";
  const auto seventh = offer();
  EXPECT_EQ(seventh.status, 429);
  EXPECT_FALSE(seventh.header("retry-after").empty());
  EXPECT_NE(seventh.body.find("value=\"Zyxwina Quarkova\""), std::string::npos) << "nothing typed is lost";
  EXPECT_EQ(offers("waiting"), 6);
}

TEST_F(PledgeOffers, MoreThanPeopleCanReadAreNotTaken) {
  app_.broken_rule("INSERT INTO pledge_offers (sealed, currency, amount_minor, cycle) SELECT 'x', 'EUR', 1, 'monthly' FROM generate_series(1, 499)");
  EXPECT_EQ(offer().status, 303);
  const auto refused = offer();
  EXPECT_EQ(refused.status, 409);
  EXPECT_NE(refused.body.find("come back in some days"), std::string::npos);
}

TEST_F(PledgeOffers, AnErasureTakesTheMessageOfThePledge) {
  offer();
  verb(1, "accept");
  const auto path = std::string("/api/v1/donors/1");
  ASSERT_EQ(app_.json("POST", path + "/erase", R"({"reason":"asked_by_the_donor"})", {{"If-Match", app_.get(path).header("etag")}}).status, 200);
  EXPECT_EQ(app_.number("SELECT count(*) FROM pledge_messages"), 0);
}

}  // namespace
}  // namespace kindling
