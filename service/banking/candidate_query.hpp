// What a line of the bank could be, as the database knows it.
#pragma once

#include <vector>

#include "banking/matching.hpp"

namespace kindling {

class DonorVault;
class Session;

// Open documents and unmatched entries that move money in the line's direction, and donors that it may be of: those that
// IBAN, name or a donor's number tell first, then the nearest amounts; at most 40 of a kind, one statement a kind. Costs in
// another currency are among them, at the rate of the line's day.
//
// kReferenced leaves out what has no creditor reference and so is never certain.
enum class CandidatesAsked { kAll, kReferenced };
std::vector<Candidate> list_candidates(Session& session, const DonorVault& vault, const BankLine& line,
                                       CandidatesAsked asked = CandidatesAsked::kAll);

}  // namespace kindling
