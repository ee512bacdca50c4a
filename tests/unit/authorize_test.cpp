#include "identity/authorize.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace kindling {
namespace {

Actor somebody(Roles roles) {
  Actor actor;
  actor.id = 7;
  actor.roles = roles;
  return actor;
}

std::string answer(const Actor& actor, Action action, const Object& object = {}) {
  const auto outcome = authorize(actor, action, object);
  return outcome.ok() ? "yes" : outcome.error().code;
}

// The policy again, by hand: one row an action; C coordinator, A approver, V viewer, U auditor, D administrator, F funder.
struct Row {
  Action action;
  const char* roles;
};
constexpr Row kExpected[] = {
    {Action::kOwnSession, "CAVUDF"}, {Action::kSignedIn, "CAVUDF"},       {Action::kReadFunding, "CAVUD"},
    {Action::kReadBudgets, "CAVUD"},
    {Action::kWriteFunding, "C"},  {Action::kApproveBudget, "A"},     {Action::kReadLedger, "CAVUD"},
    {Action::kReadEvidence, "CAU"},    {Action::kRecordSpending, "C"},   {Action::kApproveSpending, "A"},
    {Action::kOverrideBreach, "A"},    {Action::kPreparePeriod, "C"},    {Action::kClosePeriod, "A"},
    {Action::kEnterRate, "C"},         {Action::kImportFile, "C"},       {Action::kReadGifts, "CAVUD"},
    {Action::kReadDonors, "C"},        {Action::kRecordGifts, "C"},      {Action::kReadBank, "CAVUD"},
    {Action::kKeepBank, "C"},
    {Action::kReceiveMoney, "C"},  {Action::kDownloadReport, "CAVUD"},
    {Action::kRequestReport, "CAVUD"}, {Action::kApproveReport, "A"},    {Action::kReadAsFunder, "F"},
    {Action::kAdminister, "D"},
};
constexpr std::pair<char, Role> kLetters[] = {
    {'C', Role::kCoordinator}, {'A', Role::kApprover}, {'V', Role::kViewer}, {'U', Role::kAuditor}, {'D', Role::kAdministrator},
    {'F', Role::kFunder}};

TEST(Authorize, HoldsThePolicyForEachActionAndRole) {
  for (const auto& row : kExpected) {
    for (const auto& [letter, role] : kLetters) {
      const bool may = std::string_view(row.roles).find(letter) != std::string_view::npos;
      EXPECT_EQ(answer(somebody(static_cast<Roles>(role)), row.action), may ? "yes" : "role_missing")
          << letter << " action " << static_cast<int>(row.action);
    }
  }
}

TEST(Authorize, ExpectedTableNamesEveryAction) {
  EXPECT_EQ(std::size(kExpected), static_cast<std::size_t>(Action::kKeepBank));  // all but kPublic
}

TEST(Authorize, LetsNobodyInWithoutSignInExceptToPublicPages) {
  EXPECT_EQ(answer(Actor{}, Action::kPublic), "yes");
  for (const auto& row : kExpected) EXPECT_EQ(answer(Actor{}, row.action), "sign_in_required");
}

TEST(Authorize, GivesNothingToSomebodyWithoutRoles) {
  for (const auto& row : kExpected) EXPECT_EQ(answer(somebody(0), row.action), "role_missing");
}

TEST(Authorize, AddsUpSeveralRoles) {
  const auto both = somebody(Role::kCoordinator | Role::kApprover);
  EXPECT_EQ(answer(both, Action::kWriteFunding), "yes");
  EXPECT_EQ(answer(both, Action::kApproveBudget), "yes");
  EXPECT_EQ(answer(both, Action::kAdminister), "role_missing");
}

TEST(Authorize, WhoAsksDoesNotApprove) {
  const auto both = somebody(Role::kCoordinator | Role::kApprover);
  EXPECT_EQ(answer(both, Action::kApproveBudget, {.kind = "budget_version", .author_id = 7}), "own_request");
  EXPECT_EQ(answer(both, Action::kApproveBudget, {.kind = "budget_version", .author_id = 8}), "yes");
  EXPECT_EQ(answer(both, Action::kWriteFunding, {.kind = "budget_version", .author_id = 7}), "yes");
}

TEST(Authorize, WhoEnteredACostNeitherApprovesNorOverridesNorClosesWhatTheyBegan) {
  const auto both = somebody(Role::kCoordinator | Role::kApprover);
  for (const auto action : {Action::kApproveSpending, Action::kOverrideBreach, Action::kClosePeriod}) {
    EXPECT_EQ(answer(both, action, {.kind = "expenditure", .author_id = 7}), "own_request");
    EXPECT_EQ(answer(both, action, {.kind = "expenditure", .author_id = 8}), "yes");
  }
}

TEST(Authorize, ReadOnlyTokenReadsButDoesNotWrite) {
  auto token = somebody(Role::kCoordinator | Role::kApprover);
  token.by_token = true;
  token.read_only = true;
  EXPECT_EQ(answer(token, Action::kReadFunding), "yes");
  EXPECT_EQ(answer(token, Action::kReadLedger), "yes");
  EXPECT_EQ(answer(token, Action::kDownloadReport), "yes");
  EXPECT_EQ(answer(token, Action::kWriteFunding), "read_only_token");
  EXPECT_EQ(answer(token, Action::kApproveBudget), "read_only_token");
  EXPECT_EQ(answer(token, Action::kReceiveMoney), "read_only_token");
}

TEST(Authorize, TokenNeverAdministersNorChangesAPassword) {
  auto token = somebody(47);
  token.by_token = true;
  EXPECT_EQ(answer(token, Action::kWriteFunding), "yes");
  EXPECT_EQ(answer(token, Action::kAdminister), "not_by_token");
  EXPECT_EQ(answer(token, Action::kOwnSession), "not_by_token");
}

TEST(Authorize, OneTimePasswordReachesOnlyThePasswordPage) {
  auto fresh = somebody(47);
  fresh.must_change_password = true;
  EXPECT_EQ(answer(fresh, Action::kPublic), "yes");
  EXPECT_EQ(answer(fresh, Action::kOwnSession), "yes");
  for (const auto& row : kExpected) {
    if (row.action == Action::kOwnSession) continue;
    EXPECT_EQ(answer(fresh, row.action), "password_change_required");
  }
}

}  // namespace
}  // namespace kindling
