#include "identity/sign_in.hpp"

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "identity/password.hpp"
#include "identity/session_store.hpp"
#include "identity/throttle_store.hpp"
#include "identity/user_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

constexpr std::size_t kPasswordBytesMax = kPasswordMax * 4;

SignInAnswer refused(Error error) {
  SignInAnswer answer;
  answer.refusal = std::move(error);
  return answer;
}

Error wrong_credentials() {
  return {ErrorKind::kInvalid,
          "wrong_credentials",
          "The e-mail address or the password is not right. Check both and try again.",
          {}};
}

Error throttled(int wait_s) {
  const auto when = wait_s == 1   ? std::string("1 second")
                    : wait_s < 90 ? std::to_string(wait_s) + " seconds"
                                  : std::to_string((wait_s + 59) / 60) + " minutes";
  return {ErrorKind::kTooManyRequests,
          "sign_in_throttled",
          "There were too many attempts. Please wait " + when + ", then try again.",
          {}};
}

// 0, or the seconds to wait; committed whatever comes after.
Result<int> knock(Database& database, std::string_view request_id, const Attempt& attempt) {
  return in_transaction(database, Actor{}, request_id, {}, [&](Transaction& transaction) -> Result<int> {
    return count_attempt(transaction, attempt);
  });
}

// The hash that was verified may be replaced, or its owner be gone, by the time the session begins.
bool still_holds(const std::optional<Credentials>& now, const Credentials& verified) {
  return now && now->password_hash == verified.password_hash;
}

}  // namespace

SignInAnswer sign_in(Database& database, std::string_view request_id, const SignIn& typed) {
  const auto email = normal_email(typed.email);
  const Attempt attempt{.email = email.empty() ? typed.email : email, .address = typed.address};
  const auto wait_s = knock(database, request_id, attempt);
  if (!wait_s.ok()) return refused(wait_s.error());
  if (*wait_s > 0) {
    auto answer = refused(throttled(*wait_s));
    answer.retry_after_s = *wait_s;
    return answer;
  }
  const auto found = reading(database, [&](Session& session) { return find_credentials(session, email); });
  const bool readable = typed.password.size() <= kPasswordBytesMax;
  const auto right = verify_password(readable ? std::string_view(typed.password) : std::string_view{},
                                     found && readable ? std::optional(found->password_hash) : std::nullopt);
  if (!right.ok()) return refused(right.error());
  if (!*right) return refused(wrong_credentials());

  Actor actor;
  actor.id = found->user_id;
  const auto token =
      in_transaction(database, actor, request_id, {}, [&](Transaction& transaction) -> Result<std::string> {
        if (!still_holds(lock_credentials(transaction, actor.id), *found)) return wrong_credentials();
        forgive_attempt(transaction, attempt);
        if (!typed.old_session.empty()) end_session(transaction, typed.old_session);
        forget_dead_sessions(transaction);
        record_audit(transaction, {"user.signed_in", "user", actor.id, {}, ""});
        return begin_session(transaction, actor.id);
      });
  if (!token.ok()) return refused(token.error());
  SignInAnswer answer;
  answer.session_token = *token;
  answer.must_change_password = found->must_change_password;
  return answer;
}

Outcome sign_out(Database& database, const Actor& actor, std::string_view request_id,
                 std::string_view session_token) {
  return in_transaction(database, actor, request_id, {}, [&](Transaction& transaction) -> Outcome {
    end_session(transaction, session_token);
    return kOk;
  });
}

Result<std::string> change_password(Database& database, const Actor& actor, std::string_view request_id,
                                    const PasswordChange& change) {
  const auto user = reading(database, [&](Session& session) { return find_user(session, actor.id); });
  if (!user.ok()) return user.error();
  const auto before =
      reading(database, [&](Session& session) { return find_credentials(session, user->email); });
  if (!before) return not_found("user_not_found", "There is no such user.");
  const PasswordOwner owner{.email = user->email, .name = user->name, .platform = change.platform};

  std::vector<FieldError> errors;
  if (!before->must_change_password && change.current.empty()) {
    errors.push_back({"current", "required", "Enter your present password."});
  }
  if (auto broken = check_password(change.chosen, owner)) {
    broken->field = "chosen";
    errors.push_back(*std::move(broken));
  } else if (change.chosen != change.repeated) {
    errors.push_back({"repeated", "not_the_same", "The two are not the same. Type the new password again."});
  }
  if (!errors.empty()) return invalid(std::move(errors));

  const Attempt attempt{.email = user->email, .address = change.address};
  if (!before->must_change_password) {
    const auto wait_s = knock(database, request_id, attempt);
    if (!wait_s.ok()) return wait_s.error();
    if (*wait_s > 0) return throttled(*wait_s);
    const auto right = verify_password(change.current, before->password_hash);
    if (!right.ok()) return right.error();
    if (!*right) return invalid_field("current", "wrong_password", "This is not your present password.");
  }
  const auto same = verify_password(change.chosen, before->password_hash);
  if (!same.ok()) return same.error();
  if (*same) return invalid_field("chosen", "not_new", "This is the password you have. Choose another one.");
  const auto hash = hash_password(change.chosen);
  if (!hash.ok()) return hash.error();
  return in_transaction(
      database, actor, request_id, {}, [&](Transaction& transaction) -> Result<std::string> {
        if (!still_holds(lock_credentials(transaction, actor.id), *before)) return stale();
        if (!before->must_change_password) forgive_attempt(transaction, attempt);
        set_password(transaction, actor.id, *hash, false);
        end_sessions_of(transaction, actor.id);
        record_audit(transaction, {"user.password_changed", "user", actor.id, {"password"}, ""});
        return begin_session(transaction, actor.id);
      });
}

}  // namespace kindling
