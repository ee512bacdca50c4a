#include "identity/password.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "identity/common_passwords.hpp"

namespace kindling {
namespace {

constexpr PasswordOwner kEva{
    .email = "eva.lindt@example.org", .name = "Eva Lindt", .platform = "Sparks in the Dark"};

std::string rule_broken_by(std::string_view password) {
  const auto error = check_password(password, kEva);
  return error ? error->code : "good";
}

TEST(Password, TakesTwelveCharactersAndRefusesEleven) {
  EXPECT_EQ(rule_broken_by("mauve otter9"), "good");
  EXPECT_EQ(rule_broken_by("mauve otter"), "too_short");
}

TEST(Password, CountsCharactersAndNotBytes) {
  EXPECT_EQ(rule_broken_by("ötterblåüm9"), "too_short");  // 11 characters, 15 bytes
  EXPECT_EQ(rule_broken_by("ötterblåüm9q"), "good");
}

TEST(Password, TakesTwoHundredCharactersAndRefusesOneMore) {
  std::string text;
  while (text.size() < 200) text += "mauve otter 9 candle ";
  text.resize(200);
  text.replace(0, 5, "first");
  EXPECT_EQ(rule_broken_by(text), "good");
  EXPECT_EQ(rule_broken_by(text + "x"), "too_long");
}

TEST(Password, RefusesWhatCannotBeTyped) {
  EXPECT_EQ(rule_broken_by("mauve\totter 9 candle"), "control_character");
  EXPECT_EQ(rule_broken_by("mauve \xC3 otter candle"), "invalid_utf8");
}

TEST(Password, RefusesRepetitionsAndRowsOfKeys) {
  EXPECT_EQ(rule_broken_by("aaaaaaaaaaaaaaa"), "too_simple");
  EXPECT_EQ(rule_broken_by("abc7Xabc7Xabc7X"), "too_simple");
  EXPECT_EQ(rule_broken_by("123456789012"), "too_simple");
  EXPECT_EQ(rule_broken_by("Qwertyuiop12345"), "too_simple");
  EXPECT_EQ(rule_broken_by("lkjhgfdsa0987654"), "too_simple");
  EXPECT_EQ(rule_broken_by("azertyuiopqsdfghjklm"), "too_simple");
}

TEST(Password, RefusesTheCommonestInAnyDisguise) {
  EXPECT_EQ(rule_broken_by("password1234"), "too_common");
  EXPECT_EQ(rule_broken_by("P@ssw0rd2026!"), "too_common");
  EXPECT_EQ(rule_broken_by("Welcome-2026-!!"), "too_common");
  EXPECT_EQ(rule_broken_by("correct horse battery staple"), "too_common");
  EXPECT_EQ(rule_broken_by("iloveyouforever"), "too_common");
  EXPECT_EQ(rule_broken_by("AdminPassword99"), "too_common");
  EXPECT_EQ(rule_broken_by("Wachtwoord2025"), "too_common");
}

TEST(Password, RefusesTheOwnersNameAndThePlatform) {
  EXPECT_EQ(rule_broken_by("eva.lindt-otter-candle"), "too_personal");
  EXPECT_EQ(rule_broken_by("evalindt20261"), "too_personal");
  EXPECT_EQ(rule_broken_by("Sparks in the Dark 7"), "too_personal");
  EXPECT_EQ(rule_broken_by("sparksinthedark77"), "too_personal");
  EXPECT_EQ(rule_broken_by("Kindling-2026-2027"), "too_personal");
}

TEST(Password, TakesFourRandomWords) {
  EXPECT_EQ(rule_broken_by("mauve otter candle bridge"), "good");
  EXPECT_EQ(rule_broken_by("t7Kq-9fXw-2mZr"), "good");
}

TEST(Password, CommonListIsSortedAndWithoutDoubles) {
  const auto& list = common_passwords();
  EXPECT_GT(list.size(), 500u);
  EXPECT_TRUE(std::is_sorted(list.begin(), list.end()));
  EXPECT_EQ(std::adjacent_find(list.begin(), list.end()), list.end());
}

TEST(Password, HashIsArgon2idAndSaltedEachTime) {
  const auto first = hash_password("mauve otter candle bridge");
  const auto second = hash_password("mauve otter candle bridge");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_TRUE(first->starts_with("$argon2id$v=19$m=65536,t=2,p=1$")) << *first;
  EXPECT_NE(*first, *second);
}

TEST(Password, VerifiesOnlyTheRightOne) {
  const auto hash = hash_password("mauve otter candle bridge");
  ASSERT_TRUE(hash.ok());
  EXPECT_TRUE(*verify_password("mauve otter candle bridge", *hash));
  EXPECT_FALSE(*verify_password("mauve otter candle bridgE", *hash));
  EXPECT_FALSE(*verify_password("", *hash));
  EXPECT_FALSE(*verify_password("mauve otter candle bridge", std::nullopt));
}

TEST(Password, OneTimePasswordIsReadableAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const auto password = one_time_password();
    ASSERT_EQ(password.size(), 19u);
    EXPECT_EQ(password[4], '-');
    EXPECT_EQ(password[9], '-');
    EXPECT_EQ(password[14], '-');
    EXPECT_EQ(password.find_first_not_of("abcdefghjkmnpqrstuvwxyz23456789-"), std::string::npos) << password;
    EXPECT_EQ(rule_broken_by(password), "good") << password;
    EXPECT_TRUE(seen.insert(password).second);
  }
}

TEST(Password, SixAtOnceAllGetAnAnswer) {
  const auto hash = hash_password("mauve otter candle bridge");
  ASSERT_TRUE(hash.ok());
  std::vector<std::thread> crowd;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 6; ++i) {
    crowd.emplace_back([&] {
      const auto right = verify_password("mauve otter candle bridge", *hash);
      if (right.ok() ? *right : right.error().code == "sign_in_busy") ++answered;
    });
  }
  for (auto& one : crowd) one.join();
  EXPECT_EQ(answered, 6);
}

}  // namespace
}  // namespace kindling
