// Donations and who gave again, what is due, and what may happen.
#include <fmt/format.h>

#include "reports/steering/steering_sheets.hpp"

namespace kindling::steering {
namespace {

using sheet::word;

[[maybe_unused]] constexpr const char* kWords[] = {word("report"), word("deliverable"), word("audit"), word("other"), word("open"),
                                                   word("accepted"), word("high"), word("medium"), word("low")};

Money money(const SteeringReport& report, std::int64_t minor) { return {minor, report.currency}; }

// Counts of people, and the share of them that gave again.
DonationPlaces write_retention(sheet::Frame& frame, const SteeringReport& report, sheet::Table& above) {
  const auto& words = frame.words();
  const auto& donors = report.donations.retention;
  auto& table = frame.add_table_on(above.sheet(), above.cell(0).row + 2, {{words("Donors"), 44}, {words("People"), 16, true}});
  DonationPlaces places;
  const auto count = [&](std::string label, std::int64_t number) {
    table.row(label);
    table.text(0, label);
    table.count(1, number);
    return table.ref(1);
  };
  places.last_year = count(words("Gave last year"), donors.last_year);
  places.again = count(words("of them gave this year too"), donors.again);
  table.row(words("gave last year, not this one (LYBUNT)"));
  table.text(0, words("gave last year, not this one (LYBUNT)"));
  table.formula(1, fmt::format("={}-{}", sheet::name_of(places.last_year.cell), sheet::name_of(places.again.cell)), {},
                sheet::Decimal{donors.lybunt(), 0});
  count(words("gave in some year, not this one (SYBUNT)"), donors.some_year);
  count(words("Gave this year"), donors.this_year);
  count(words("of them for the first time"), donors.fresh);
  count(words("Active pledges"), report.donations.pledges);
  auto& amounts = frame.add_table_on(above.sheet(), table.cell(0).row + 2, {{words("Pledges"), 44}, {words("Amount"), 16, true}});
  const auto amount = [&](std::string label, std::int64_t minor) {
    amounts.row(label);
    amounts.text(0, label);
    amounts.amount(1, money(report, minor));
  };
  amount(words("Pledged a year"), report.donations.pledged_a_year_minor);
  amount(words("Given on pledges in these months"), report.donations.pledges_met_minor);
  amount(words("Given last year by those who did not give this year"), report.donations.lybunt_minor);
  auto& campaigns = frame.add_table_on(above.sheet(), amounts.cell(0).row + 2,
                                       {{words("Campaign"), 44}, {words("Goal"), 16, true}, {words("Raised"), 16, true}, {words("% of goal"), 16, true}});
  for (const auto& campaign : report.donations.campaigns) {
    campaigns.row(campaign.name);
    campaigns.text(0, campaign.name);
    if (campaign.goal_minor) campaigns.amount(1, money(report, *campaign.goal_minor));
    campaigns.amount(2, money(report, campaign.raised_minor));
    if (campaign.goal_minor) campaigns.ratio(3, 2, 1, campaign.raised_minor, *campaign.goal_minor);
  }
  return places;
}

}  // namespace

DonationPlaces write_donations(sheet::Frame& frame, const SteeringReport& report) {
  const auto& words = frame.words();
  auto& table = frame.add_table({.name = words("Donations"),
                                 .note = words("Money that arrived, by accounting date; the last month counts as far as it is booked. No names, no gifts in kind."),
                                 .columns = {{words("Month"), 44}, {words("Gifts"), 16, true}, {words("Gross"), 16, true},
                                             {words("Given back"), 16, true}, {words("Donated"), 16, true}, {words("Fees"), 16, true},
                                             {words("Net"), 16, true}}});
  std::int64_t donated = 0;
  for (const auto& month : report.donations.months) {
    table.row(to_string(month.first));
    table.text(0, to_string(month.first).substr(0, 7));
    table.count(1, month.gifts);
    table.amount(2, money(report, month.gross_minor));
    table.amount(3, money(report, month.refunded_minor));
    table.formula(4, "={0}-{1}", {2, 3}, money(report, month.gross_minor - month.refunded_minor));
    table.amount(5, money(report, month.fees_minor));
    table.formula(6, "={0}-{1}", {4, 5}, money(report, month.net()));
    donated += month.gross_minor - month.refunded_minor;
  }
  sheet::Chart chart{.kind = sheet::ChartKind::kColumn, .title = words("Donations, net"),
                     .alt_text = words("Donations less fees and what was given back, month by month; the sheet Donations has the figures."),
                     .series = {{words("Net"), table.range(0), table.range(6)}},
                     .value_axis = std::string(report.currency.code())};
  table.total(words("All"), {1, 2, 3, 4, 5, 6}, money(report, 0));
  frame.tie_out(words("Donated in these months"), table.ref(4), money(report, donated),
                words("Postings on the account of income from donations"), money(report, report.donations.ledger_minor));
  auto places = write_retention(frame, report, table);
  places.chart = std::move(chart);
  return places;
}

void write_obligations(sheet::Frame& frame, const SteeringReport& report) {
  const auto& words = frame.words();
  auto& table = frame.add_table({.name = words("Obligations due"), .note = words("What is open or was returned, by day."),
                                 .columns = {{words("Due on"), 14}, {words("Grant"), 44}, {words("Kind"), 14}, {words("Obligation"), 44},
                                             {words("Owner"), 24}, {words("State"), 11}}});
  for (const auto& due : report.obligations) {
    table.row(due.grant + ", " + due.title);
    table.date(0, due.due_on);
    table.text(1, due.grant);
    table.text(2, words(due.kind));
    table.text(3, due.title, sheet::Style::kWrapped);
    table.text(4, due.owner.empty() ? words("nobody yet") : due.owner);
    table.text_formula(5, "=IF({0}<AsOf,\"" + words("late") + "\",\"\")", {0}, due.due_on < report.as_of ? words("late") : "");
  }
  if (report.obligations.empty()) table.sheet().text({3, 0}, words("Nothing is due."), sheet::Style::kRemark);
}

void write_risks(sheet::Frame& frame, const SteeringReport& report) {
  const auto& words = frame.words();
  auto& table = frame.add_table({.name = words("Risks"), .note = words("Likelihood and impact from 1 to 5; 15 and more is high, 8 and more medium."),
                                 .columns = {{words("Risk"), 40}, {words("Likelihood"), 11, true}, {words("Impact"), 11, true},
                                             {words("Score"), 9, true}, {words("Level"), 11}, {words("What we do about it"), 56},
                                             {words("Owner"), 22}, {words("Look again on"), 14}, {words("State"), 11}}});
  for (const auto& risk : report.risks) {
    table.row(risk.title);
    table.text(0, risk.title, sheet::Style::kWrapped);
    table.count(1, risk.likelihood);
    table.count(2, risk.impact);
    table.formula(3, "={0}*{1}", {1, 2}, sheet::Decimal{risk.score(), 0});
    table.text_formula(4, fmt::format("=IF({{0}}>=15,\"{}\",IF({{0}}>=8,\"{}\",\"{}\"))", words("high"), words("medium"), words("low")), {3},
                       risk.score() >= 15 ? words("high") : risk.score() >= 8 ? words("medium") : words("low"));
    table.text(5, risk.mitigation, sheet::Style::kWrapped);
    table.text(6, risk.owner.empty() ? words("nobody yet") : risk.owner);
    table.date(7, risk.review_on);
    table.text(8, words(risk.state));
  }
  if (report.risks.empty()) table.sheet().text({3, 0}, words("No risk is recorded."), sheet::Style::kRemark);
}

}  // namespace kindling::steering
