#include <algorithm>

#include "reports/open_data/open_data.hpp"
#include "reports/sheet/workbook.hpp"

namespace kindling {
namespace {

// The titles of the standard, in the order in which `write_grant` fills them.
const std::vector<std::string> kTitles = {
    "Identifier", "Title", "Description", "Currency", "Amount Applied For", "Amount Awarded", "Amount Disbursed", "Award Date",
    "Planned Dates:Start Date", "Planned Dates:End Date", "Recipient Org:Identifier", "Recipient Org:Name",
    "Funding Org:Identifier", "Funding Org:Name", "Grant Programme:Code", "Grant Programme:Title", "Last Modified"};

void write_grant(sheet::Sheet& page, int row, const OpenGrant& grant) {
  int column = 0;
  const auto text = [&](const std::string& value) { page.text({row, column++}, value); };
  const auto amount = [&](const std::optional<Money>& value) {
    if (value) page.amount({row, column}, *value);
    ++column;
  };
  const auto date = [&](Date value) { page.date({row, column++}, value); };
  text(grant.id);
  text(grant.title);
  text(grant.description);
  text(std::string(grant.awarded.currency.code()));
  amount(grant.applied_for);
  amount(grant.awarded);
  amount(grant.disbursed);
  date(grant.awarded_on);
  date(grant.planned.first);
  date(grant.planned.last);
  text(grant.recipient.id);
  text(grant.recipient.name);
  text(grant.funder.id);
  text(grant.funder.name);
  text(grant.programme_code);
  text(grant.programme_title);
  text(grant.modified);
}

}  // namespace

std::string write_open_data_workbook(const OpenData& data) {
  std::int64_t modified_s = 0;
  for (const auto& grant : data.grants) modified_s = std::max(modified_s, grant.modified_s);
  const auto title = "Grants of " + data.publisher.name;
  sheet::Workbook workbook({.title = title, .subject = "360Giving Data Standard 1.4", .author = data.publisher.name,
                            .company = data.publisher.name, .comments = data.publisher.licence, .created_s = modified_s,
                            .header = title, .footer = data.publisher.licence});
  auto& page = workbook.add_sheet("grants", {.widths = {26, 36, 60, 9, 16, 16, 16, 12, 12, 12, 28, 28, 28, 28, 24, 28, 22},
                                             .frozen_rows = 1, .frozen_columns = 1, .repeated_row = 0});
  page.headings(0, kTitles);
  int row = 1;
  for (const auto& grant : data.grants) write_grant(page, row++, grant);
  auto& meta = workbook.add_sheet("Meta", {.widths = {24, 70}, .landscape = false});
  row = 0;
  for (const auto& [name, value] : {std::pair<const char*, std::string>{"Version", "1.4"}, {"Title", title},
                                    {"Publisher:Name", data.publisher.name}, {"Publisher:Identifier", data.publisher.identifier},
                                    {"Publisher:Website", data.publisher.website}, {"License", data.publisher.licence}}) {
    if (value.empty()) continue;
    meta.text({row, 0}, name, sheet::Style::kLabel);
    meta.text({row++, 1}, value);
  }
  return workbook.finish();
}

}  // namespace kindling
