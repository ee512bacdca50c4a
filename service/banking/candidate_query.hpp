// What a line of the bank could be, as the database knows it.
#pragma once

#include <vector>

#include "banking/matching.hpp"

namespace kindling {

class DonorVault;
class Session;

// Open documents and unmatched entries that move money in the line's direction and currency, the nearest amounts
// first, at most 40 of a kind; one statement a kind.
std::vector<Candidate> list_candidates(Session& session, const DonorVault& vault, const BankLine& line);

}  // namespace kindling
