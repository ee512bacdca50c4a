// Signing in, throttling, own password and the administrator's acts, over a real database.
#include "identity/sign_in.hpp"

#include <gtest/gtest.h>
#include <soci/soci.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "http/request.hpp"
#include "identity/manage_users.hpp"
#include "identity/session_store.hpp"
#include "identity/throttle_store.hpp"
#include "storage/database.hpp"
#include "support/test_database.hpp"

namespace kindling {
namespace {

class Door : public ::testing::Test {
 protected:
  Database& database() { return test_database_.database(); }

  // Adds Eva and returns her one-time password.
  std::string add_eva(const std::string& roles = "coordinator") {
    return *add_user(database(), "eva@example.org", "Eva Lindt", roles);
  }
  SignInAnswer enter(const std::string& email, const std::string& password, std::string address = "192.0.2.1",
                     std::string old_session = {}) {
    return sign_in(
        database(), "test",
        {.email = email, .password = password, .address = std::move(address), .old_session = old_session});
  }
  std::optional<Actor> actor_of(const std::string& session) {
    return reading(database(), [&](Session& connection) { return find_session(connection, session); });
  }
  Result<std::string> change(const Actor& actor, std::string current, std::string chosen,
                             std::string repeated) {
    return change_password(database(), actor, "test",
                           {.current = std::move(current),
                            .chosen = std::move(chosen),
                            .repeated = std::move(repeated),
                            .address = "192.0.2.1",
                            .platform = "Sparks in the Dark"});
  }
  std::string refusal(const SignInAnswer& answer) { return answer.refusal ? answer.refusal->code : "in"; }
  void sql(const std::string& statement) { database().lease()->sql() << statement; }
  int sql_number(const std::string& query) {
    int number = -1;
    database().lease()->sql() << query, soci::into(number);
    return number;
  }

  TestDatabase test_database_;
};

TEST_F(Door, OpensForTheRightPasswordInAnyCaseOfTheAddress) {
  const auto password = add_eva();
  const auto answer = enter(" Eva@Example.ORG ", password);
  ASSERT_EQ(refusal(answer), "in");
  EXPECT_TRUE(answer.must_change_password);
  EXPECT_EQ(actor_of(answer.session_token)->name, "Eva Lindt");
}

TEST_F(Door, SaysTheSameForAWrongNameAWrongPasswordAndSomebodyInactive) {
  const auto password = add_eva();
  const auto wrong_password = enter("eva@example.org", "wrong");
  const auto wrong_name = enter("nobody@example.org", password);
  const auto no_address = enter("not an address", password);
  sql("UPDATE users SET active = false");
  const auto inactive = enter("eva@example.org", password);
  for (const auto* answer : {&wrong_password, &wrong_name, &no_address, &inactive}) {
    EXPECT_EQ(refusal(*answer), "wrong_credentials");
    EXPECT_EQ(answer->refusal->message, wrong_password.refusal->message);
    EXPECT_TRUE(answer->session_token.empty());
  }
}

TEST_F(Door, TakesAsLongForAWrongNameAsForAWrongPassword) {
  add_eva();
  const auto fastest = [&](const std::string& email) {
    auto best = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 3; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      enter(email, "wrong", "192.0.2." + std::to_string(i));
      best = std::min(best, std::chrono::steady_clock::now() - begin);
    }
    return std::chrono::duration<double>(best).count();
  };
  const auto wrong_password_s = fastest("eva@example.org");
  const auto wrong_name_s = fastest("nobody@example.org");
  // Without the hash of nobody the answer would come a hundred times faster.
  EXPECT_GT(wrong_name_s, wrong_password_s / 3);
  EXPECT_LT(wrong_name_s, wrong_password_s * 3);
}

TEST_F(Door, GivesANewSessionAtEachSignInAndEndsTheOldOne) {
  const auto password = add_eva();
  const auto first = enter("eva@example.org", password);
  const auto second = enter("eva@example.org", password, "192.0.2.1", first.session_token);
  EXPECT_NE(first.session_token, second.session_token);
  EXPECT_FALSE(actor_of(first.session_token));
  EXPECT_TRUE(actor_of(second.session_token));
}

TEST_F(Door, NeverTakesASessionThatTheBrowserBrought) {
  const auto password = add_eva();
  const std::string planted(43, 'A');
  const auto answer = enter("eva@example.org", password, "192.0.2.1", planted);
  EXPECT_NE(answer.session_token, planted);
  EXPECT_FALSE(actor_of(planted));
}

TEST_F(Door, SignOutEndsTheSession) {
  const auto answer = enter("eva@example.org", add_eva());
  ASSERT_TRUE(sign_out(database(), *actor_of(answer.session_token), "test", answer.session_token).ok());
  EXPECT_FALSE(actor_of(answer.session_token));
}

// --- Throttling ---

TEST_F(Door, MakesAnAccountWaitLongerAfterEachFailure) {
  const auto password = add_eva();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(refusal(enter("eva@example.org", "wrong")), "wrong_credentials");
  const auto sixth =
      enter("eva@example.org", password, "198.51.100.7");  // right, but too early, from anywhere
  EXPECT_EQ(refusal(sixth), "sign_in_throttled");
  EXPECT_EQ(sixth.retry_after_s, 2);
  sql("UPDATE sign_in_attempts SET blocked_until = now() - interval '1 second'");
  EXPECT_EQ(refusal(enter("eva@example.org", "wrong")), "wrong_credentials");
  EXPECT_EQ(enter("eva@example.org", password).retry_after_s, 4);
}

TEST_F(Door, MakesAnAccountWaitAtMostAMinute) {
  add_eva();
  enter("eva@example.org", "wrong");
  sql("UPDATE sign_in_attempts SET failures = 1000");
  enter("eva@example.org", "wrong", "192.0.2.2");
  EXPECT_EQ(enter("eva@example.org", "wrong", "192.0.2.3").retry_after_s, 60);
}

TEST_F(Door, ThrottlesNamesThatDoNotExistJustTheSame) {
  for (int i = 0; i < 5; ++i) enter("nobody@example.org", "wrong", "192.0.2." + std::to_string(i));
  EXPECT_EQ(refusal(enter("nobody@example.org", "wrong", "192.0.2.9")), "sign_in_throttled");
}

TEST_F(Door, ThrottlesAnAddressThatTriesManyNames) {
  const auto password = add_eva();
  enter("somebody@example.org", "wrong");
  sql("UPDATE sign_in_attempts SET failures = 18");
  EXPECT_EQ(refusal(enter("another@example.org", "wrong")), "wrong_credentials");
  EXPECT_EQ(refusal(enter("third@example.org", "wrong")), "wrong_credentials");
  EXPECT_EQ(refusal(enter("eva@example.org", password)), "sign_in_throttled");
  EXPECT_EQ(refusal(enter("eva@example.org", password, "198.51.100.7")), "in");
}

TEST_F(Door, ForgetsFailuresAfterTheRightPassword) {
  const auto password = add_eva();
  for (int i = 0; i < 4; ++i) enter("eva@example.org", "wrong");
  EXPECT_EQ(refusal(enter("eva@example.org", password)), "in");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(refusal(enter("eva@example.org", "wrong")), "wrong_credentials");
  EXPECT_EQ(refusal(enter("eva@example.org", password)), "in");
}

TEST_F(Door, ForgetsFailuresAfterAnHourOfRest) {
  add_eva();
  for (int i = 0; i < 4; ++i) enter("eva@example.org", "wrong");
  sql("UPDATE sign_in_attempts SET last_at = now() - interval '61 minutes'");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(refusal(enter("eva@example.org", "wrong")), "wrong_credentials");
  EXPECT_EQ(refusal(enter("eva@example.org", "wrong")), "wrong_credentials");
  EXPECT_EQ(refusal(enter("eva@example.org", "wrong")), "sign_in_throttled");
}

TEST_F(Door, CountsAttemptsThatComeAtOnce) {
  add_eva();
  std::vector<std::thread> crowd;
  for (int i = 0; i < 8; ++i) crowd.emplace_back([&] { enter("eva@example.org", "wrong"); });
  for (auto& one : crowd) one.join();
  EXPECT_EQ(sql_number("SELECT max(failures) FROM sign_in_attempts"), 8);  // the address
  EXPECT_EQ(sql_number("SELECT min(failures) FROM sign_in_attempts"), 5);  // the account, then it was closed
}

TEST_F(Door, KeepsNoNameNorAddressOfWhoTried) {
  enter("hunter2-typed-as-name", "wrong", "192.0.2.77");
  EXPECT_EQ(sql_number("SELECT count(*)::int FROM sign_in_attempts a WHERE a::text ~ 'hunter2|192'"), 0);
}

TEST(ClientAddress, BelievesOnlyAProxyOnThisMachine) {
  http::Request request;
  request.headers.push_back({"x-forwarded-for", "203.0.113.9, 198.51.100.7"});
  request.peer_address = "192.0.2.1";
  EXPECT_EQ(client_address(request), "192.0.2.1");
  request.peer_address = "127.0.0.1";
  EXPECT_EQ(client_address(request), "198.51.100.7");
}

// --- Own password ---

TEST_F(Door, OneTimePasswordIsExchangedForAnOwnOne) {
  const auto password = add_eva();
  const auto first = enter("eva@example.org", password);
  const auto elsewhere = enter("eva@example.org", password);
  const auto session = change(*actor_of(first.session_token), "", "mauve otter candle", "mauve otter candle");
  ASSERT_TRUE(session.ok());
  EXPECT_FALSE(actor_of(*session)->must_change_password);
  EXPECT_FALSE(actor_of(first.session_token));
  EXPECT_FALSE(actor_of(elsewhere.session_token));
  EXPECT_EQ(refusal(enter("eva@example.org", password)), "wrong_credentials");
  EXPECT_EQ(refusal(enter("eva@example.org", "mauve otter candle")), "in");
}

TEST_F(Door, OwnPasswordIsChangedOnlyWithThePresentOne) {
  const auto first = enter("eva@example.org", add_eva());
  const auto session =
      *change(*actor_of(first.session_token), "", "mauve otter candle", "mauve otter candle");
  const auto actor = *actor_of(session);
  const auto missing = change(actor, "", "green heron lantern", "green heron lantern");
  EXPECT_EQ(missing.error().fields[0], (FieldError{"current", "required", "Enter your present password."}));
  const auto wrong = change(actor, "mauve otter", "green heron lantern", "green heron lantern");
  EXPECT_EQ(wrong.error().fields[0].code, "wrong_password");
  EXPECT_TRUE(change(actor, "mauve otter candle", "green heron lantern", "green heron lantern").ok());
}

TEST_F(Door, NewPasswordMustBeGoodTypedTwiceAndNew) {
  const auto password = add_eva();
  const auto actor = *actor_of(enter("eva@example.org", password).session_token);
  EXPECT_EQ(change(actor, "", "short", "short").error().fields[0].code, "too_short");
  EXPECT_EQ(change(actor, "", "password1234", "password1234").error().fields[0].code, "too_common");
  EXPECT_EQ(change(actor, "", "eva-lindt-2026", "eva-lindt-2026").error().fields[0].code, "too_personal");
  const auto differs = change(actor, "", "mauve otter candle", "mauve otter candles");
  EXPECT_EQ(differs.error().fields[0].field, "repeated");
  EXPECT_EQ(change(actor, "", password, password).error().fields[0].code, "not_new");
}

// --- The administrator ---

class Administrator : public Door {
 protected:
  std::int64_t add(const std::string& email, Roles roles) {
    return add_user(database(), hand(), {.email = email, .name = "Ada", .roles = roles})->id;
  }
  Hand hand(bool dry_run = false) { return {.actor = nobody_, .request_id = "test", .dry_run = dry_run}; }
  const Actor nobody_;
};
constexpr Roles kAdministrator = static_cast<Roles>(Role::kAdministrator);
constexpr Roles kViewer = static_cast<Roles>(Role::kViewer);

TEST_F(Administrator, AddsAnAddressOnlyOnce) {
  add("ada@example.org", kViewer);
  const auto again =
      add_user(database(), hand(), {.email = "ada@example.org", .name = "Ada", .roles = kViewer});
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().fields[0].field, "email");
  EXPECT_EQ(again.error().fields[0].code, "email_taken");
}

TEST_F(Administrator, DryRunAddsNobody) {
  EXPECT_TRUE(
      add_user(database(), hand(true), {.email = "ada@example.org", .name = "Ada", .roles = kViewer}).ok());
  EXPECT_TRUE(list_users(database()).empty());
}

TEST_F(Administrator, ResetEndsTheSessionsAndTheOldPassword) {
  const auto old_password = add_eva();
  const auto session = enter("eva@example.org", old_password).session_token;
  const auto password = reset_password(database(), "EVA@example.org");
  ASSERT_TRUE(password.ok());
  EXPECT_FALSE(actor_of(session));
  EXPECT_EQ(refusal(enter("eva@example.org", old_password)), "wrong_credentials");
  EXPECT_TRUE(enter("eva@example.org", *password).must_change_password);
}

TEST_F(Administrator, DeactivationEndsTheSessionsAtOnce) {
  const auto session = enter("eva@example.org", add_eva()).session_token;
  const auto eva = list_users(database())[0];
  ASSERT_TRUE(set_user_active(database(), hand(), eva.id, eva.version, false).ok());
  EXPECT_FALSE(actor_of(session));
  ASSERT_TRUE(set_user_active(database(), hand(), eva.id, eva.version + 1, true).ok());
  EXPECT_FALSE(actor_of(session));
}

TEST_F(Administrator, LastOneCannotLeaveNorStepDown) {
  const auto ada = add("ada@example.org", kAdministrator);
  EXPECT_EQ(set_user_active(database(), hand(), ada, 1, false).error().code, "last_administrator");
  EXPECT_EQ(change_user(database(), hand(), ada, 1, {.name = "Ada", .roles = kViewer}).error().code,
            "last_administrator");
  add("bea@example.org", kAdministrator);
  EXPECT_TRUE(change_user(database(), hand(), ada, 1, {.name = "Ada", .roles = kViewer}).ok());
}

TEST_F(Administrator, OfTwoWhoStepDownAtOnceOneStays) {
  const auto ada = add("ada@example.org", kAdministrator);
  const auto bea = add("bea@example.org", kAdministrator);
  std::vector<std::thread> both;
  for (const auto id : {ada, bea}) {
    both.emplace_back([&, id] {
      const auto done = change_user(database(), hand(), id, 1, {.name = "Ada", .roles = kViewer});
      EXPECT_TRUE(done.ok() || done.error().code == "last_administrator");
    });
  }
  for (auto& one : both) one.join();
  EXPECT_EQ(sql_number("SELECT count(*)::int FROM users WHERE roles = 8"), 1);
}

TEST_F(Administrator, SecondChangeOfTheSameVersionIsStale) {
  const auto ada = add("ada@example.org", kViewer);
  EXPECT_TRUE(change_user(database(), hand(), ada, 1, {.name = "Ada B", .roles = kViewer}).ok());
  EXPECT_EQ(change_user(database(), hand(), ada, 1, {.name = "Ada C", .roles = kViewer}).error().code,
            "stale_version");
}

TEST_F(Administrator, TokenLastsFromOneDayToAYear) {
  const auto ada = add("ada@example.org", kViewer);
  const auto with_days = [&](int days) {
    const auto token = add_token(database(), hand(), {.user_id = ada, .name = "dashboard", .days = days});
    return token.ok() ? std::string("made") : token.error().fields.at(0).field;
  };
  EXPECT_EQ(with_days(0), "days");
  EXPECT_EQ(with_days(1), "made");
  EXPECT_EQ(with_days(366), "made");
  EXPECT_EQ(with_days(367), "days");
}

TEST_F(Administrator, CommandLineSaysWhatIsWrong) {
  EXPECT_EQ(add_user(database(), "eva", "Eva", "coordinator").error().fields[0].field, "email");
  EXPECT_EQ(add_user(database(), "eva@example.org", "Eva", "owner").error().fields[0].field, "roles");
  EXPECT_EQ(reset_password(database(), "nobody@example.org").error().code, "user_not_found");
  EXPECT_EQ(make_token(database(), "nobody@example.org", "read", 90).error().code, "user_not_found");
}

}  // namespace
}  // namespace kindling
