// The generic funder report: budget against actual of one grant for one period. This header is its read model; the
// query fills it, the writer turns it into a workbook.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "core/result.hpp"

namespace kindling {

class SealedSnapshot;

struct FunderVarianceReport {
  struct Cover {
    std::string platform;
    std::string grant_title;
    std::string reference;           // the agreement's number; may be empty
    std::string programme;
    std::string funder;
    std::string coordinator;         // the coordinating partner; may be empty
    std::string state;
    Period eligibility;
    Period period;                   // reported here
    Percent funding_rate;
    Percent indirect_rate;
    Money awarded;
    int budget_version = 0;          // 0: there is no approved budget
    std::optional<Date> approved_on;
    std::int64_t ledger_position = 0;
    std::string ledger_hash;         // hexadecimal
    std::int64_t sealed_at_s = 0;    // when the head of the ledger was recorded: the workbook's pinned creation time
  };
  struct Category {
    std::string code;
    std::string name;
    bool in_indirect_base = false;
    std::int64_t budget_minor = 0;
    std::int64_t period_minor = 0;   // actual in the period
    std::int64_t to_date_minor = 0;  // actual up to the period's end
    std::int64_t committed_minor = 0;  // reserved by open commitments at the period's end
  };
  struct Line {
    int number = 0;
    std::string work_package;
    std::string category;            // code
    std::string partner;
    std::string description;
    std::optional<Date> starts_on;
    std::optional<Date> ends_on;
    std::int64_t budget_minor = 0;
    std::int64_t period_minor = 0;
    std::int64_t to_date_minor = 0;
    std::int64_t committed_minor = 0;
  };
  struct Instalment {
    std::string title;
    std::string kind;
    std::string state;
    std::optional<Date> due_on;
    std::int64_t planned_minor = 0;
    std::int64_t received_minor = 0;  // up to the period's end
    std::optional<Date> last_received_on;
  };
  // Sums over the ledger alone, made without the budget or the documents: what the tie-out holds the report against.
  struct Independent {
    std::int64_t spent_period_minor = 0;
    std::int64_t spent_to_date_minor = 0;
    std::int64_t received_to_date_minor = 0;
  };

  Cover cover;
  std::vector<Category> categories;
  std::vector<Line> lines;
  std::vector<Instalment> instalments;
  Independent ledger;
};

struct FunderVarianceRequest {
  std::int64_t grant_id = 0;
  Period period;
  std::string platform;
};

// In a fixed number of statements. kNotFound where there is no such grant.
Result<FunderVarianceReport> query_funder_variance(const SealedSnapshot& snapshot, const FunderVarianceRequest& request);

// The workbook's bytes (XLSX). The same report gives the same bytes.
std::string write_funder_variance(const FunderVarianceReport& report);

}  // namespace kindling
