#include "reporting/record_report_share.hpp"

#include "audit/audit.hpp"
#include "core/hash.hpp"
#include "identity/manage_users.hpp"
#include "identity/password.hpp"
#include "identity/secret.hpp"
#include "identity/throttle_store.hpp"
#include "reporting/report_run_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

const Actor kNobody{};

Error no_such_link() {
  return not_found("share_not_found", "This link does not open anything: it is unknown, has ended, or was revoked. Ask for a new one.");
}

}  // namespace

Result<std::string> share_report(Database& database, const Hand& hand, std::int64_t run_id, const NewReportShare& share) {
  std::string password_hash;
  if (!share.password.empty()) {
    const auto hash = hash_password(share.password);
    if (!hash) return hash.error();
    password_hash = *hash;
  }
  return in_transaction(database, hand.actor, hand.request_id, {hand.dry_run}, [&](Transaction& transaction) -> Result<std::string> {
    const auto run = find_report_run(transaction.session, run_id);
    if (!run) return run.error();
    auto token = random_secret();
    const auto id = insert_report_share(transaction, run_id, share, sha256_hex(token), password_hash);
    record_audit(transaction, {.action = "report.shared", .object_kind = "report_run", .object_id = run_id, .fields = {},
                               .reason = "link " + std::to_string(id)});
    return token;
  });
}

Outcome end_report_share(Transaction& transaction, std::int64_t run_id, std::int64_t share_id) {
  if (!revoke_report_share(transaction, run_id, share_id)) {
    return not_found("share_not_found", "There is no such link, or it is revoked already.");
  }
  record_audit(transaction, {.action = "report.share_revoked", .object_kind = "report_run", .object_id = run_id, .fields = {},
                             .reason = "link " + std::to_string(share_id)});
  return kOk;
}

Result<SharedReport> find_shared_report(Session& session, std::string_view token) {
  const auto share = find_open_share(session, sha256_hex(token));
  if (!share) return no_such_link();
  auto run = find_report_run(session, share->run_id);
  if (!run) return no_such_link();
  return SharedReport{*share, *std::move(run)};
}

Outcome open_shared_report(Database& database, std::string_view request_id, const SharedReport& shared,
                           std::string_view password, const std::string& address) {
  const auto record = [&](std::string_view outcome, const Attempt* forgiven) {
    return in_transaction(database, kNobody, request_id, {}, [&](Transaction& transaction) -> Outcome {
      if (forgiven != nullptr) forgive_attempt(transaction, *forgiven);
      record_share_use(transaction, shared.share.share_id, outcome);
      return kOk;
    });
  };
  if (!shared.share.password_hash) return record("downloaded", nullptr);
  const Attempt attempt{.email = "report share " + std::to_string(shared.share.share_id), .address = address};
  const auto wait_s = in_transaction(database, kNobody, request_id, {}, [&](Transaction& transaction) -> Result<int> {
    return count_attempt(transaction, attempt);
  });
  if (!wait_s) return wait_s.error();
  if (*wait_s > 0) {
    return Error{ErrorKind::kTooManyRequests, "share_throttled",
                 "There were too many attempts. Please wait " + std::to_string(*wait_s) + " seconds, then try again.", {}};
  }
  const auto right = verify_password(password, shared.share.password_hash);
  if (!right) return right.error();
  if (*right) return record("downloaded", &attempt);
  if (auto logged = record("wrong_password", nullptr); !logged) return logged;
  return invalid_field("password", "wrong_password", "This is not the password of this link.");
}

}  // namespace kindling
