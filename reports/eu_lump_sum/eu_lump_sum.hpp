// The EU lump-sum statement of a reporting period: the shares of work packages and partners, and what is asked for because
// a work package is completed. No cost is reported. This header is its read model and its arithmetic.
// Source: AGA 6.2 (lump sum grants): a package is completed in a period or not, in part only in the final period.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/money.hpp"
#include "core/result.hpp"
#include "reports/grant_cover.hpp"
#include "reports/sheet/figure.hpp"

namespace kindling {

class SealedSnapshot;

struct EuLumpSum {
  struct Partner {
    int number = 0;                  // as the grant lists them, from 1; 0: shares without a partner
    std::string name = {};
  };
  struct Package {
    std::string code = {};           // may be empty
    std::optional<int> period = {};  // number of the period in which it was completed, up to this one
    Percent completed = {};          // 0 where it is not completed
    std::string note = {};
    std::vector<std::int64_t> shares = {};  // by partner, in their order
  };
  // Made another way: the budget's total, and the completed part of it, each in one sum of the database.
  struct Independent {
    std::int64_t budget_minor = 0;
    std::int64_t completed_minor = 0;  // in this period
  };

  GrantCover grant;
  GrantPeriod period;
  int budget_version = 0;            // 0: there is none
  std::vector<Partner> partners = {};
  std::vector<Package> packages = {};  // in the order of the budget
  ReceivedFromFunder received = {};  // up to the period's end
  Independent independent = {};
};

// The lump sum of a partner for a package where it is completed: the share, rounded once where it is partial.
std::int64_t lump_sum_of(const EuLumpSum::Package& package, std::size_t partner);

// In minor units.
struct LumpSums {
  std::int64_t share = 0;            // of the budget
  std::int64_t earlier = 0;          // completed in earlier periods
  std::int64_t period = 0;           // completed in this one
  std::int64_t remaining() const { return share - earlier - period; }
};
LumpSums lump_sums(const EuLumpSum& report, const EuLumpSum::Package& package);
LumpSums lump_sums_of_partner(const EuLumpSum& report, std::size_t partner);

struct EuLumpSumRequest {
  std::int64_t grant_id = 0;
  Period period;                     // of one of the grant's reporting periods
  std::string platform = {};
};
// In a fixed number of statements. kNotFound where there is no such grant; kInvalid at "from" where the days are not those
// of a reporting period.
Result<EuLumpSum> query_eu_lump_sum(const SealedSnapshot& snapshot, const EuLumpSumRequest& request);

// The workbook (XLSX): the statement by work package, what is declared for each partner, the shares. `language`: en, cs, nl.
sheet::File write_eu_lump_sum(const EuLumpSum& report, const std::string& language = "en", const RunCover& run = {});

}  // namespace kindling
