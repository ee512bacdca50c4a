// A funder's own form: the figures of the funder report under the funder's headings. Which category stands under which
// heading is data of the programme.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "reports/funder_variance/funder_variance.hpp"

namespace kindling {

struct TemplateLayout {
  struct Heading {
    std::string code;                     // may be empty
    std::string name;
    std::vector<std::string> categories;  // codes
  };
  std::string title;                      // of the report
  std::string indirect;                   // the heading of indirect costs
  std::string budget, period, to_date, balance;  // of the columns
  std::vector<Heading> headings;
};

// kConflict "category_has_no_heading" where the grant has a category that the layout does not know: nothing is reported
// under "unmapped".
Outcome check_layout(const TemplateLayout& layout, const FunderVarianceReport& report);

// Of a report that the layout fits.
sheet::File write_funder_template(const FunderVarianceReport& report, const TemplateLayout& layout,
                                  const sheet::Words& words = {});

}  // namespace kindling
