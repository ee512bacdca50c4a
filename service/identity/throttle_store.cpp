#include "identity/throttle_store.hpp"

#include <soci/soci.h>

#include "core/hash.hpp"
#include "http/request.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

struct Limit {
  std::string subject_hash;
  int free_failures;
  int delay_max_s;
};

Limit account_limit(const Attempt& attempt) {
  return {sha256_hex("account " + attempt.email), 5, 60};
}
Limit address_limit(const Attempt& attempt) {
  return {sha256_hex("address " + attempt.address), 20, 900};
}

// By the clock and not by now(): who waited for the row must see the block that the one before has set.
// 0: counted. Otherwise the seconds to wait.
int count(Transaction& transaction, const Limit& limit) {
  int counted = 0;
  transaction.sql() << R"(
      INSERT INTO sign_in_attempts AS a (subject_hash, failures)
      VALUES (decode(:hash, 'hex'), 1)
      ON CONFLICT (subject_hash) DO UPDATE
         SET failures = CASE WHEN a.last_at < clock_timestamp() - interval '1 hour' THEN 1 ELSE a.failures + 1 END,
             last_at = clock_timestamp(),
             blocked_until = CASE
               WHEN a.last_at < clock_timestamp() - interval '1 hour' OR a.failures + 1 < :free THEN '-infinity'
               ELSE clock_timestamp() + make_interval(secs => least(power(2, least(a.failures + 2 - :free, 20)), :most))
             END
       WHERE a.blocked_until <= clock_timestamp()
      RETURNING 1)",
      soci::use(limit.subject_hash, "hash"), soci::use(limit.free_failures, "free"),
      soci::use(limit.delay_max_s, "most"), soci::into(counted);
  if (transaction.sql().got_data()) return 0;
  int wait_s = 1;
  transaction.sql() << R"(
      SELECT greatest(1, ceil(extract(epoch FROM blocked_until - clock_timestamp())))::int
        FROM sign_in_attempts
       WHERE subject_hash = decode(:hash, 'hex'))",
      soci::use(limit.subject_hash), soci::into(wait_s);
  return wait_s;
}

}  // namespace

std::string client_address(const http::Request& request) {
  const bool own_proxy = request.peer_address.starts_with("127.") || request.peer_address == "::1";
  const auto forwarded = request.header("x-forwarded-for");
  if (!own_proxy || !forwarded) return request.peer_address;
  // The last one is what the proxy itself saw; what stands before it, the client may have invented.
  auto last = forwarded->substr(forwarded->rfind(',') == forwarded->npos ? 0 : forwarded->rfind(',') + 1);
  while (last.starts_with(' ')) last.remove_prefix(1);
  return last.empty() ? request.peer_address : std::string(last);
}

int count_attempt(Transaction& transaction, const Attempt& attempt) {
  // In one order everywhere, address before account, so that two attempts never wait for each other.
  const int wait_s = count(transaction, address_limit(attempt));
  return wait_s != 0 ? wait_s : count(transaction, account_limit(attempt));
}

int count_public_form(Transaction& transaction, std::string_view form, const std::string& address) {
  return count(transaction, {sha256_hex("form " + std::string(form) + " " + address), 6, 3'600});
}

void forgive_attempt(Transaction& transaction, const Attempt& attempt) {
  const auto address = address_limit(attempt).subject_hash;
  const auto account = account_limit(attempt).subject_hash;
  transaction.sql() << R"(
      UPDATE sign_in_attempts
         SET failures = greatest(failures - 1, 0),
             blocked_until = now()
       WHERE subject_hash = decode(:hash, 'hex'))",
      soci::use(address);
  transaction.sql() << "DELETE FROM sign_in_attempts WHERE subject_hash = decode(:hash, 'hex')",
      soci::use(account);
  transaction.sql() << "DELETE FROM sign_in_attempts WHERE last_at < now() - interval '1 day'";
}

}  // namespace kindling
