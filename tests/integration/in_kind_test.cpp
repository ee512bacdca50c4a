// What was given in kind has no invoice and often no file, and counts once all the same.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/input.hpp"
#include "funding/programme.hpp"
#include "spending/record_expenditure.hpp"
#include "storage/database.hpp"
#include "support/programmes.hpp"
#include "support/spending_app.hpp"

namespace kindling {
namespace {

using Codes = std::vector<std::string>;

class InKindGifts : public ::testing::Test {
 protected:
  // 20 hours of volunteers on 1 March, in the given words.
  Answer enter(const std::string& description, const std::string& more = "") {
    return app_.json("POST", "/api/v1/expenditures", body(description, more));
  }
  std::string body(const std::string& description, const std::string& more = "") const {
    const auto with = [&](const char* name, const char* value) {
      return more.find('"' + std::string(name) + "\":") == std::string::npos ? ",\"" + std::string(name) + "\":\"" + value + '"'
                                                                            : std::string();
    };
    return R"({"kind":"in_kind","valuation_basis":"20 h at 25.00","description":")" + description + '"' +
           with("in_kind_of", "time") + with("document_on", "2026-03-01") + with("currency", "EUR") + with("amount", "500.00") +
           (more.empty() ? "" : "," + more) + R"(,"allocations":[{"used_as":"own"}]})";
  }
  static std::string apart(std::int64_t from, const std::string& because = "another volunteer") {
    return R"("another_than":)" + std::to_string(from) + R"(,"another_because":")" + because + '"';
  }
  static std::int64_t id_of(const Answer& answer) { return std::stoll(text_at(answer.json(), "id")); }

  SpendingApp app_;
};

TEST_F(InKindGifts, TheSameGiftIsRefusedWithTheFirstOne) {
  const auto first = id_of(enter("Help line"));
  const auto again = enter("Volunteers on the help line");
  EXPECT_EQ(again.breaches(), Codes{"another_because:in_kind_counts_once"});
  EXPECT_NE(again.body.find("/expenditures/" + std::to_string(first)), std::string::npos) << again.body;
  // Anything that tells them apart makes it another one.
  for (const auto* other : {R"("amount":"500.01")", R"("document_on":"2026-03-02")", R"("in_kind_of":"services")",
                            R"("currency":"CZK")", R"("supplier_id":1)"}) {
    EXPECT_EQ(enter("Other", other).status, 201) << other;
  }
  EXPECT_EQ(app_.number("SELECT count(*) FROM expenditures"), 6);
}

TEST_F(InKindGifts, TwoPapersWithDifferentNumbersAreTwoGifts) {
  EXPECT_EQ(enter("Chairs", R"("document_number":"DN-1")").status, 201);
  EXPECT_EQ(enter("Chairs", R"("document_number":"DN-2")").status, 201);
  EXPECT_EQ(enter("Chairs", R"("document_number":"dn 2")").breaches(), Codes{"another_because:in_kind_counts_once"});
  EXPECT_EQ(enter("Chairs").breaches(), Codes{"another_because:in_kind_counts_once"});
}

TEST_F(InKindGifts, SaidToBeAnotherOneItIsRecordedWithWhoSaidSoAndWhy) {
  const auto first = id_of(enter("Help line"));
  EXPECT_EQ(enter("Again", R"("another_than":)" + std::to_string(first)).breaches(), Codes{"another_because:required"});
  EXPECT_EQ(enter("Again", R"("another_because":"Eva")").breaches(), Codes{"another_than:required"});
  EXPECT_EQ(enter("Again", apart(first + 77)).breaches(), Codes{"another_because:in_kind_counts_once"});
  const auto second = enter("Again", apart(first));
  ASSERT_EQ(second.status, 201) << second.body;
  const auto* gift = second.json().find("in_kind");
  ASSERT_NE(gift, nullptr);
  EXPECT_NE(second.body.find(R"("another_than":)" + std::to_string(first)), std::string::npos) << second.body;
  EXPECT_EQ(app_.number("SELECT count(*) FROM audit_events WHERE action = 'expenditure.said_to_be_another' AND actor_id = 1 "
                        "AND reason = 'not expenditure " + std::to_string(first) + ": another volunteer' AND object_id = " +
                        std::to_string(id_of(second))), 1);
  EXPECT_NE(app_.get("/expenditures/" + std::to_string(id_of(second))).body.find("another volunteer"), std::string::npos);
  // The third one has to be told from the newest.
  EXPECT_EQ(enter("Third", apart(first)).breaches(), Codes{"another_because:in_kind_counts_once"});
  EXPECT_EQ(enter("Third", apart(id_of(second))).status, 201);
}

TEST_F(InKindGifts, WhatWasSaidHoldsWhileTheGiftStaysTheSame) {
  const auto first = id_of(enter("Help line"));
  const auto second = id_of(enter("Again", apart(first)));
  id_of(enter("Third", apart(second)));
  const auto path = "/api/v1/expenditures/" + std::to_string(second);
  const auto put = [&](const std::string& text) {
    return app_.json("PUT", path, text, {{"If-Match", '"' + std::to_string(app_.version(second)) + '"'}});
  };
  const auto described = put(body("Better words"));
  ASSERT_EQ(described.status, 200) << described.body;
  EXPECT_EQ(app_.number("SELECT another_than_id FROM expenditures WHERE id = " + std::to_string(second)), first);
  EXPECT_EQ(put(body("Less", R"("amount":"499.00")")).status, 200);
  EXPECT_EQ(app_.number("SELECT count(*) FROM expenditures WHERE id = " + std::to_string(second) + " AND another_than_id IS NULL"), 1)
      << "of a gift that has no twin nothing is said";
  EXPECT_EQ(put(body("The same again")).breaches(), Codes{"another_because:in_kind_counts_once"});
}

TEST_F(InKindGifts, WithdrawnItMayBeEnteredAgain) {
  const auto first = id_of(enter("Help line"));
  ASSERT_EQ(app_.act(first, "withdraw", R"({"reason":"wrong grant"})").status, 200);
  EXPECT_EQ(enter("Help line").status, 201);
  EXPECT_EQ(enter("Help line").status, 422);
}

TEST_F(InKindGifts, TheDatabaseHoldsItToo) {
  const auto first = id_of(enter("Help line"));
  const auto insert = [&](const std::string& than, const std::string& because, const char* kind = "in_kind") {
    return app_.broken_rule("INSERT INTO expenditures (kind, in_kind_of, valuation_basis, document_on, description, currency, "
                            "amount_minor, another_than_id, another_because) VALUES ('" + std::string(kind) +
                            "', 'time', 'x', '2026-03-01', 'x', 'EUR', 50000, " + than + ", " + because + ")");
  };
  EXPECT_EQ(insert("NULL", "NULL"), "in_kind_counts_once");
  EXPECT_EQ(insert(std::to_string(first), "NULL"), "another_gift_has_a_reason");
  EXPECT_EQ(insert("NULL", "'Eva'"), "another_gift_has_a_reason");
  EXPECT_EQ(insert(std::to_string(first), "'Eva'"), "");
  EXPECT_EQ(app_.broken_rule("UPDATE expenditures SET another_than_id = NULL, another_because = NULL WHERE id <> " +
                             std::to_string(first)), "in_kind_counts_once");
  EXPECT_EQ(app_.broken_rule("UPDATE expenditures SET description = 'other' WHERE id = " + std::to_string(first)), "");
}

// Eight people save at once; one of them is first, whether all are unaware or all say that theirs is another than the same.
TEST_F(InKindGifts, OfManyAtOnceOneIsRecorded) {
  const auto& programmes = test_programmes();
  for (int round = 0; round < 2; ++round) {
    Input input;
    for (const auto& [name, value] : {std::pair{"kind", "in_kind"}, {"in_kind_of", "time"}, {"valuation_basis", "20 h at 25.00"},
                                      {"document_on", "2026-03-01"}, {"currency", "EUR"}, {"amount", "500.00"},
                                      {"description", "Help line"}}) {
      input.set(name, value);
    }
    if (round == 1) {
      input.set("another_than", std::to_string(app_.number("SELECT max(id) FROM expenditures")));
      input.set("another_because", "another volunteer");
    }
    std::atomic<int> recorded{0}, refused{0};
    std::vector<std::thread> people;
    for (int i = 0; i < 8; ++i) {
      people.emplace_back([&] {
        const auto done = in_transaction(app_.database(), app_.ada(), "test", {}, [&](Transaction& t) {
          return draft_expenditure(t, programmes, input, Date::of("2026-11-01"));
        });
        if (done) {
          ++recorded;
        } else if (done.error().fields.at(0).code == "in_kind_counts_once") {
          ++refused;
        }
      });
    }
    for (auto& person : people) person.join();
    EXPECT_EQ(recorded, 1) << round;
    EXPECT_EQ(refused, 7) << round;
  }
}

}  // namespace
}  // namespace kindling
