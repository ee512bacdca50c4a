// What a line of the bank could be, and why: proposals for a person to decide. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "banking/bank_line.hpp"
#include "core/result.hpp"

namespace kindling {

// What a line is matched with, "instalment:3" as typed. Of `entry` the money stands in the ledger already; the others
// post it: instalment (is received), donation (a pending one clears), campaign (a new gift; 0: to no campaign), pledge and
// donor (a new gift of that donor), contribution (is received), expenditure (is paid), chargeback (a gift is taken back),
// transfer (between own accounts, exchanged or not: money of that fund), fee and income (without a document; no number).
struct MatchTarget {
  std::string kind;
  std::int64_t id = 0;
  bool operator==(const MatchTarget&) const = default;
};
// Error at the field "target": not_a_target.
Result<MatchTarget> parse_target(std::string_view text);
std::string to_string(const MatchTarget& target);

struct Candidate {
  MatchTarget target;
  std::string title;                    // "Prefinancing of Safe Harbour"
  std::string name;                     // of the other side, where it is known
  Money open;                           // what is missing of it, with the line's sign; 0: any amount
  std::optional<Money> own = {};        // the same in the document's own currency; `open` is then an estimate
  Date on;
  std::vector<std::string> references;  // numbers of its own that a payer would write
  std::string structured_reference;     // its creditor reference (ISO 11649)
  bool iban_known = false;              // this IBAN stood on the other side of the same party before
  bool name_known = false;              // the donor bears the line's name
};

struct Proposal {
  Candidate candidate;
  int score = 0;                        // 30 to 100
  std::vector<std::string> reasons;     // sentences
  bool certain = false;                 // exact structured reference, and the amount: may be matched without asking
};

// The best first, at most 8, none below 30. creditor reference 60, end-to-end id 50, own reference in the message 40,
// amount 30 (of another currency: 25 within 3 %, 10 within 10 %), IBAN 25 (30 where any amount fits), name 20, date 10
// (within 5 days) or 5 (within 31).
std::vector<Proposal> propose(const BankLine& line, const std::vector<Candidate>& candidates);

// The reference of a line whose check digits hold, "" where there is none.
std::string valid_reference(const BankLine& line);

}  // namespace kindling
