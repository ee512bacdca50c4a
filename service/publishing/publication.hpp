// The mark that makes a grant open data: a text meant for the public, who set it, and when. Without it nothing is public.
#pragma once

#include <cstdint>
#include <string>

#include "core/input.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

struct Transaction;
class Session;

struct Publication {
  std::int64_t grant_id = 0;
  bool published = false;
  int version = 1;            // 1 while it is not published
  std::string description;
  std::string published_by;   // name of the user
  std::string published_at;   // "2026-03-01T12:00:00Z"; "" while it is not published
};

// Of a grant that exists; not published where there is no mark.
Publication find_publication(Session& session, std::int64_t grant_id);
Value publication_value(const Publication& publication);  // schema "Publication"

// Sets the mark or changes its text. Fields: description; version is passed over. kStale where the version is no longer
// `expected`; only_an_award_is_published refuses a grant that nobody has granted.
Outcome publish_grant(Transaction& transaction, std::int64_t grant_id, int expected, const Input& input);
// Takes the mark back; the audit keeps both.
Outcome withdraw_publication(Transaction& transaction, std::int64_t grant_id, int expected);

}  // namespace kindling
