// The document that a line of the bank becomes: received, paid, given. Each posts through its own use case.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "banking/bank_line.hpp"
#include "banking/matching.hpp"
#include "core/currency.hpp"
#include "core/date.hpp"
#include "core/result.hpp"

namespace kindling {

struct Transaction;

// What a form adds to what the line tells.
struct DocumentDetails {
  std::optional<std::int64_t> donor_id;  // of a gift; nobody where absent
  std::string description;               // of a fee or other income
  std::optional<std::string> rate = {};  // of a gift in another currency than the platform's; the published one where absent
};

struct DocumentFromLine {
  const BankLine& line;
  const MatchTarget& target;  // not "entry"
  Money amount;               // with the line's sign, at most what is left of it
  const DocumentDetails& details;
  Date today;
  Currency platform;
};

// The id of the entry, which moves `amount` on the line's account on the day it was booked. Error at "target":
// wrong_direction; else what the document's own use case refuses.
Result<std::int64_t> post_document(Transaction& transaction, const DocumentFromLine& document);

// Takes back what a match had posted: a receipt, a fee and other income are reversed by a linked entry, a gift is
// refunded whole.
Outcome reverse_document(Transaction& transaction, const BankMatch& match, Date today, const std::string& reason);

}  // namespace kindling
