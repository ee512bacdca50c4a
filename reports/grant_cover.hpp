// What every statement to a grant's funder says of the grant, and the questions that all of them ask of the ledger.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/date.hpp"
#include "core/money.hpp"
#include "core/result.hpp"

namespace kindling {

class SealedSnapshot;

struct GrantCover {
  std::int64_t grant_id = 0;
  std::int64_t fund_id = 0;         // 0: not awarded yet
  std::string platform = {};
  std::string title = {};
  std::string reference = {};       // the agreement's number; may be empty
  std::string call = {};            // may be empty
  std::string programme = {};       // its code
  std::string funder = {};
  std::string coordinator = {};     // the coordinating partner; may be empty
  std::string state = {};
  std::string exchange_policy = {}; // booking_date, month_average, period_average
  Period eligibility;
  Money maximum;                    // what is awarded; 0 before
  Money match_required;
  Percent funding_rate = {};
  Percent indirect_rate = {};
  std::int64_t ledger_position = 0;
  std::string ledger_hash = {};     // hexadecimal
  std::int64_t sealed_at_s = 0;     // the workbook's pinned creation time
};

// What a run adds to the cover.
struct RunCover {
  std::string identifier = {};
  std::string letter = {};  // paragraphs apart by empty lines
};

// kNotFound where there is no such grant.
Result<GrantCover> read_grant_cover(const SealedSnapshot& snapshot, std::int64_t grant_id, std::string platform);

struct GrantPeriod {
  std::int64_t id = 0;
  int number = 0;
  Period days;
  std::string state = {};  // open, closing, closed
  bool last = false;       // of the grant: it ends with the grant's eligibility
};
// The reporting period that has exactly these days. kInvalid at "from" where there is none, naming those that there are.
Result<GrantPeriod> read_grant_period(const SealedSnapshot& snapshot, const GrantCover& grant, const Period& days);

// Money from the funder up to a day, told twice: by the instalments' receipts, and by the ledger alone.
struct ReceivedFromFunder {
  std::int64_t documents_minor = 0;
  std::int64_t ledger_minor = 0;
};
ReceivedFromFunder read_received(const SealedSnapshot& snapshot, const GrantCover& grant, Date last);

}  // namespace kindling
