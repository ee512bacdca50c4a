// The generic funder report: budget against actual of one grant for one period. This header is its read model; the
// query fills it, the writer turns it into a workbook.
//
// Signs: costs and budgets are positive. Remaining and available are negative where a line is over-spent. Variance is
// what was expected to be spent by the period's end less what was: negative means faster than time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "reports/sheet/figure.hpp"
#include "reports/sheet/words.hpp"

namespace kindling {

class SealedSnapshot;

struct FunderVarianceReport {
  struct Cover {
    std::string platform;
    std::string identifier;          // of the report's run; may be empty
    std::string letter;              // the cover letter's text; may be empty
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
    Percent explain_above;           // a variance above this share of its line's budget asks for an explanation
    Money awarded;
    Money match_required;
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
  };
  // A line of the budget in force, or one of an earlier version on which costs stand: it has no budget any more.
  struct Line {
    std::int64_t root_id = 0;
    int number = 0;                  // 0: in force no more
    std::string work_package;
    std::string category;            // code
    std::string partner;
    std::string description;
    Period days;                     // its own, or the grant's
    std::int64_t budget_minor = 0;
    std::int64_t period_minor = 0;   // actual in the period
    std::int64_t to_date_minor = 0;  // actual up to the period's end
    std::int64_t committed_minor = 0;  // reserved by open commitments at the period's end
    std::string explanation;         // the coordinator's, of this line and period
    std::string explained_by;
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
  // A transfer or an amendment in force.
  struct Modification {
    int number = 0;
    std::string kind;                // transfer, amendment
    Date approved_on;
    std::string justification;
    std::string funder_reference;    // of an amendment
    int version = 0;                 // of the budget that it made
    std::int64_t moved_minor = 0;    // between lines, of a transfer
    std::int64_t award_change_minor = 0;
    std::string asked_by;
    std::string approved_by;
  };
  // A posting on a line in the period.
  struct Cost {
    std::int64_t position = 0;       // in the sealed ledger
    std::int64_t entry_id = 0;
    int line_no = 0;                 // of the posting in its entry
    Date booked_on;
    std::int64_t expenditure_id = 0; // 0: of something else, such as pinned exchange rates
    std::string document;            // the supplier's number
    std::string supplier;
    std::string description;
    int budget_line = 0;             // its number; 0: in force no more
    std::string category;
    std::int64_t amount_minor = 0;
    Money document_amount;           // of the whole document, in its own currency
    std::optional<Date> corrects_on; // the accounting date of the cost that this one takes back
    int corrects_period = 0;         // the reporting period of that date, where it is an earlier one
  };
  struct Evidence {
    std::int64_t expenditure_id = 0;
    std::string name;
    std::int64_t size_bytes = 0;
    std::string sha256;              // hexadecimal
  };
  // What other sources pay of this grant's action; never claimed from it.
  struct Match {
    std::int64_t expenditure_id = 0;
    Date booked_on;
    std::string kind;                // invoice, staff, in_kind
    std::string source;              // supplier or giver
    std::string description;
    std::string category;
    std::int64_t amount_minor = 0;   // what stands of it
  };
  // Sums over the ledger alone, made without the budget or the documents: what the tie-out holds the report against.
  struct Independent {
    std::int64_t spent_period_minor = 0;
    std::int64_t spent_to_date_minor = 0;
    std::int64_t received_to_date_minor = 0;
    std::int64_t corrected_minor = 0;  // in the period, of costs before it
  };

  Cover cover;
  std::vector<Category> categories;
  std::vector<Line> lines;
  std::vector<Instalment> instalments;
  std::vector<Modification> modifications;
  std::vector<Cost> costs;
  std::vector<Evidence> evidence;
  std::vector<Match> matches;
  Independent ledger;
};

// What a line was expected to have cost by the period's end: its budget by the days that have passed of its own, rounded
// half away from zero. And whether its variance is beyond the funder's threshold.
std::int64_t expected_minor(const FunderVarianceReport::Line& line, Date last);
bool asks_for_explanation(const FunderVarianceReport::Line& line, Date last, Percent explain_above);

struct FunderVarianceRequest {
  std::int64_t grant_id = 0;
  Period period;
  std::string platform;
  Percent explain_above{1'000};
  std::string identifier = {};
  std::string letter = {};
};

// In a fixed number of statements. kNotFound where there is no such grant.
Result<FunderVarianceReport> query_funder_variance(const SealedSnapshot& snapshot, const FunderVarianceRequest& request);

// The same without its registers and the ledger's sums: what a page of variances shows.
Result<FunderVarianceReport> query_variance_lines(const SealedSnapshot& snapshot, const FunderVarianceRequest& request);

// The workbook (XLSX). The same report gives the same bytes.
sheet::File write_funder_variance(const FunderVarianceReport& report, const sheet::Words& words = {});

}  // namespace kindling
