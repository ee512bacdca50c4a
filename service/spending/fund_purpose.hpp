// What a restricted fund that is no grant's (a campaign's) may pay for: needs, in the words of the platform's budget.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

struct Transaction;
class Session;

struct FundPurposes {
  std::int64_t fund_id = 0;
  std::string name;
  std::vector<std::string> needs;  // by name; none: it pays for nothing yet
};

// The restricted funds that are no grant's, by name. One statement.
std::vector<FundPurposes> list_fund_purposes(Session& session);
// kNotFound "fund_not_found".
Result<FundPurposes> find_fund_purposes(Session& session, std::int64_t fund_id);

// Field: need. kConflict "fund_takes_no_purposes" (a grant's fund, or one without restriction), "fund_purpose_stands_once".
Outcome add_fund_purpose(Transaction& transaction, std::int64_t fund_id, const Input& input);
// Field: need. kConflict "used_purpose_stays" once money was spent for it, kNotFound "no_such_purpose".
Outcome remove_fund_purpose(Transaction& transaction, std::int64_t fund_id, const Input& input);

Value fund_purposes_value(const FundPurposes& fund);  // schema "FundPurposes"

}  // namespace kindling
