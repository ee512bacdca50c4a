#include "identity/authorize.hpp"

#include <array>

namespace kindling {
namespace {

constexpr Roles kNone = 0;
constexpr Roles kCoordinator = static_cast<Roles>(Role::kCoordinator);
constexpr Roles kApprover = static_cast<Roles>(Role::kApprover);
constexpr Roles kAuditor = static_cast<Roles>(Role::kAuditor);
constexpr Roles kEverybody = (Role::kCoordinator | Role::kApprover) | (Role::kViewer | Role::kAdministrator) | kAuditor;
constexpr Roles kAdministrator = static_cast<Roles>(Role::kAdministrator);
constexpr Roles kFunder = static_cast<Roles>(Role::kFunder);

// What an action needs besides the role.
struct Rule {
  Action action;
  Roles roles;             // one of them is enough
  bool writes = false;     // not with a read-only token
  bool approves = false;   // not what one asked for oneself
  bool in_person = false;  // not with a token at all: a token that leaks must not make others
};

// The policy. Each Action stands here once, in its own order; the static_assert below and
// tests/unit/authorize_test.cpp hold it.
constexpr std::array kPolicy{
    Rule{.action = Action::kPublic, .roles = kNone},
    Rule{.action = Action::kOwnSession, .roles = kEverybody | kFunder, .writes = true, .in_person = true},
    Rule{.action = Action::kSignedIn, .roles = kEverybody | kFunder},
    Rule{.action = Action::kReadFunding, .roles = kEverybody},
    Rule{.action = Action::kReadBudgets, .roles = kEverybody},
    Rule{.action = Action::kWriteFunding, .roles = kCoordinator, .writes = true},
    Rule{.action = Action::kApproveBudget, .roles = kApprover, .writes = true, .approves = true},
    Rule{.action = Action::kReadLedger, .roles = kEverybody},
    Rule{.action = Action::kReceiveMoney, .roles = kCoordinator, .writes = true},
    Rule{.action = Action::kDownloadReport, .roles = kEverybody},
    Rule{.action = Action::kRequestReport, .roles = kEverybody, .writes = true},
    Rule{.action = Action::kApproveReport, .roles = kApprover, .writes = true, .approves = true},
    Rule{.action = Action::kReadAsFunder, .roles = kFunder},
    Rule{.action = Action::kAdminister, .roles = kAdministrator, .writes = true, .in_person = true},
    Rule{.action = Action::kReadEvidence, .roles = kCoordinator | kApprover | kAuditor},
    Rule{.action = Action::kRecordSpending, .roles = kCoordinator, .writes = true},
    Rule{.action = Action::kApproveSpending, .roles = kApprover, .writes = true, .approves = true},
    Rule{.action = Action::kOverrideBreach, .roles = kApprover, .writes = true, .approves = true},
    Rule{.action = Action::kPreparePeriod, .roles = kCoordinator, .writes = true},
    Rule{.action = Action::kClosePeriod, .roles = kApprover, .writes = true, .approves = true},
    Rule{.action = Action::kEnterRate, .roles = kCoordinator, .writes = true},
    Rule{.action = Action::kImportFile, .roles = kCoordinator, .writes = true},
    Rule{.action = Action::kReadGifts, .roles = kEverybody},
    Rule{.action = Action::kReadDonors, .roles = kCoordinator, .writes = true},
    Rule{.action = Action::kRecordGifts, .roles = kCoordinator, .writes = true},
    Rule{.action = Action::kReadBank, .roles = kEverybody},
    Rule{.action = Action::kKeepBank, .roles = kCoordinator, .writes = true},
};

constexpr bool each_action_once() {
  for (std::size_t i = 0; i < kPolicy.size(); ++i) {
    if (static_cast<std::size_t>(kPolicy[i].action) != i) return false;
  }
  return kPolicy.size() == static_cast<std::size_t>(Action::kKeepBank) + 1;
}
static_assert(each_action_once(), "the policy misses an Action, or has another order than core/actor.hpp");

Error sign_in_required() {
  return {ErrorKind::kSignInRequired, "sign_in_required", "Please sign in first.", {}};
}

}  // namespace

Outcome authorize(const Actor& actor, Action action, const Object& object) {
  const auto& rule = kPolicy.at(static_cast<std::size_t>(action));
  if (rule.action == Action::kPublic) return kOk;
  if (!actor.signed_in()) return sign_in_required();
  if (actor.must_change_password && rule.action != Action::kOwnSession) {
    return forbidden("password_change_required", "Please choose a password of your own first.");
  }
  if ((actor.roles & rule.roles) == 0) {
    return forbidden("role_missing", "Your role does not include this. Ask an administrator if you need it.");
  }
  if (actor.budgets_only && rule.action != Action::kReadBudgets) {
    return forbidden("dashboard_token", "This token reads budgets and nothing else. Ask for one that reads all.");
  }
  if (actor.by_token && rule.in_person) {
    return forbidden("not_by_token", "This cannot be done with an API token. Sign in with a browser.");
  }
  if (actor.read_only && rule.writes) {
    return forbidden("read_only_token", "This token may only read. Use a token with the scope \"write\".");
  }
  if (rule.approves && object.author_id == actor.id) {
    return forbidden("own_request", "You asked for this yourself, so another person has to approve it.");
  }
  return kOk;
}

}  // namespace kindling
