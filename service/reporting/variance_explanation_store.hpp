#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/date.hpp"

namespace kindling {

class Session;
struct Transaction;
struct NewExplanation;

struct StoredExplanations {
  int version = 1;                               // of all of the period: grows with each explanation
  std::map<std::int64_t, std::string> by_line;   // the present ones, by root
  bool settled = false;                          // a report that prints them was submitted
};
StoredExplanations find_explanations(Session& session, std::int64_t grant_id, const Period& period);
// Refused by explanation_line_is_of_the_grant and explanation_is_settled.
void insert_explanation(Transaction& transaction, std::int64_t grant_id, const Period& period,
                        const NewExplanation& explanation);

}  // namespace kindling
