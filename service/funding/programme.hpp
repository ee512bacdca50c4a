// Programmes: a funder's rule set as data (config/programmes/*.toml). A grant copies what it needs when it is made, so
// a later change of a file does not move an agreement that was signed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/money.hpp"

namespace kindling {

// A cost category under the funder's own code; a grant may differ in what its indirect costs are based on.
struct Category {
  std::string code;                // "a1"
  std::string name;
  bool in_indirect_base = false;   // AGA 6.2.E: a rate AND a set of categories
  bool needs_amendment = false;    // AGA 5.5: money enters or leaves it by an amendment only
};

// Which exchange rate a grant's costs are counted at: of the day they are booked, or the average of its month or of its
// reporting period (AGA 21.3: books that are not in euro use the period's).
enum class ExchangePolicy { kBookingDate, kMonthAverage, kPeriodAverage };
std::string_view to_string(ExchangePolicy policy);  // "booking_date", "month_average", "period_average"
std::optional<ExchangePolicy> find_exchange_policy(std::string_view text);
const char* label_of(ExchangePolicy policy);        // "Average of the reporting period"

// A funder's own template: its headings, and which of the programme's categories each sums. Every category stands under
// exactly one heading.
struct TemplateHeading {
  std::string code;                     // "1.2"; may be empty
  std::string name;                     // "Salaries and social charges"
  std::vector<std::string> categories;  // codes
};
struct FunderTemplate {
  std::string title;                    // of the report
  std::string indirect;                 // the heading of indirect costs
  std::string budget, period, to_date, balance;  // the headings of its columns
  std::vector<TemplateHeading> headings;
};

struct Programme {
  std::string code;                // the file's name without ending
  std::string name;
  std::string funder_kind;         // "eu", "foundation", "national", "other"
  Percent funding_rate;
  Percent indirect_rate;
  Percent transfer_threshold;
  int report_due_days = 60;        // after a period's end (AGA 21.2)
  int report_months = 12;          // a reporting period's usual length
  ExchangePolicy exchange_policy = ExchangePolicy::kBookingDate;
  int retention_years = 5;         // after the balance payment (FR 133)
  Percent prefinancing_retention;  // kept from the prefinancing, of the maximum grant (mutual insurance, AGA 22.3)
  Percent interim_ceiling{10'000}; // payments before the balance, of the maximum grant (AGA 22.3.2)
  bool lump_sum = false;
  Percent variance_threshold{1'000};  // a variance above this share of its budget line asks for an explanation
  std::string layout;              // the report's
  std::optional<FunderTemplate> funder_template;  // always there for the layout "funder-template"
  std::vector<Category> categories;
};

// Of a file's text. Throws std::runtime_error with file, key and what is expected.
Programme parse_programme(std::string_view toml, const std::string& code);

class Programmes {
 public:
  // Reads every *.toml of the folder. Throws std::runtime_error with file, key and what is expected.
  static Programmes load(const std::string& folder);

  const Programme* find(std::string_view code) const;  // nullptr where there is none
  const std::vector<Programme>& all() const { return programmes_; }  // by name

 private:
  std::vector<Programme> programmes_;
};

}  // namespace kindling
