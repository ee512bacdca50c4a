// The SQL of requests that act once.
#pragma once

#include <cstdint>
#include <string>

namespace kindling {

struct Transaction;
class Database;

struct Claim {
  std::int64_t actor_id;
  std::string route;      // "POST /grants"
  std::string key;
  std::string body_hash;  // hexadecimal SHA-256
};

struct StoredAnswer {
  int status = 0;
  std::string location;
  std::string etag;
  std::string content_type;
  std::string body;
};

struct FirstAnswer {
  std::string body_hash;
  StoredAnswer answer;
};

// True for the first one; a twin waits here until the first one has ended.
bool claim_key(Transaction& transaction, const Claim& claim);
FirstAnswer find_answer(Transaction& transaction, const Claim& claim);
void keep_answer(Transaction& transaction, const Claim& claim, const StoredAnswer& answer);
// Keys older than seven days; for the keeper's thread.
void forget_old_keys(Database& database);

}  // namespace kindling
