#include "identity/known_tokens.hpp"

#include <gtest/gtest.h>

namespace kindling {
namespace {

using namespace std::chrono_literals;

Actor dashboard() {
  Actor actor;
  actor.id = 7;
  actor.by_token = true;
  return actor;
}

TEST(KnownTokens, AreFoundUntilTheirTimeEnds) {
  KnownTokens known;
  const auto now = KnownTokens::Clock::now();
  known.keep("hash", dashboard(), 3, now);
  ASSERT_TRUE(known.find("hash", 3, now + 4'999ms));
  EXPECT_EQ(known.find("hash", 3, now + 4'999ms)->id, 7);
  EXPECT_FALSE(known.find("hash", 3, now + 5s));
}

TEST(KnownTokens, AreUnknownAfterAnyWriteOfThisProcess) {
  KnownTokens known;
  const auto now = KnownTokens::Clock::now();
  known.keep("hash", dashboard(), 3, now);
  EXPECT_FALSE(known.find("hash", 4, now));
}

TEST(KnownTokens, DoNotAnswerForAnotherToken) {
  KnownTokens known;
  const auto now = KnownTokens::Clock::now();
  known.keep("hash", dashboard(), 3, now);
  EXPECT_FALSE(known.find("hasi", 3, now));
}

}  // namespace
}  // namespace kindling
