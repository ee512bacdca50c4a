// Writes the steering workbook: sustainability at a glance with its charts, then a sheet for each figure's make-up.
#include <fmt/format.h>

#include "reports/steering/definitions.hpp"
#include "reports/steering/steering_sheets.hpp"

namespace kindling {
namespace {

using namespace steering;
using sheet::name_of;
using sheet::Style;

// What the first sheet shows, from the others.
struct Places {
  CashPlaces cash;
  FlowPlaces flows;
  std::vector<GapPlaces> gaps;
  IncomePlaces income;
  DonationPlaces donations;
};

sheet::Cover cover_of(const SteeringReport& report, const sheet::Words& words, std::string identifier) {
  return {.platform = report.platform,
          .report = words("Steering workbook"),
          .subject = words.format("Sustainability at a glance, {}", to_string(report.as_of)),
          .currency = report.currency,
          .ledger_position = report.ledger_position,
          .ledger_hash = report.ledger_hash,
          .as_of_s = report.sealed_at_s,
          .identifier = std::move(identifier)};
}

// The key figures, each a live formula over the sheet that it comes from.
class Glance {
 public:
  Glance(sheet::Frame& frame, sheet::Sheet& page, const SteeringReport& report)
      : frame_(frame), words_(frame.words()), page_(page), report_(report) {
    page_.headings(kHeading, {words_("Figure"), words_("Value"), "", words_("How it stands")}, 1, 1);
  }

  void write(const Places& places) {
    const auto& words = words_;
    const auto& cash = report_.cash;
    amount(words("Cash"), "=" + name_of(places.cash.total), cash.total(), words("in the bank, by the ledger"));
    amount(words("Free cash"), "=" + name_of(places.cash.free), cash.unrestricted(),
           words.format("less {} that prefinances restricted funds", to_display(money(cash.prefinanced()))));
    amount(words("Restricted cash"), "=" + name_of(places.cash.restricted), cash.restricted(),
           cash.restricted_ratio().defined() ? words.format("{} % of all cash", to_percent(cash.restricted_ratio())) : "");
    months_of_cash(places);
    burn_and_runway(places);
    if (!report_.gap.empty()) {
      const auto& gap = report_.gap.front();
      amount(words.format("Funding gap {}", gap.year), "=" + name_of(places.gaps.front().gap), gap.needed() - gap.weighted(),
             gap.first_uncovered_month == 0 ? words("every month is covered by what is likely")
                                            : words.format("first uncovered month: {}-{:02}", gap.year, gap.first_uncovered_month));
    }
    mix(places.income);
    ratio(words("Donor retention"), name_of(places.donations.again), name_of(places.donations.last_year),
          report_.donations.retention.rate(), words("of last year's donors gave again this year"));
  }

  int next_row() const { return row_; }

 private:
  static constexpr int kHeading = 2, kNote = 3;
  Money money(std::int64_t minor) const { return {minor, report_.currency}; }

  void label(const std::string& text, const std::string& note, Style style = Style::kRemark) {
    page_.text({row_, 0}, text, Style::kLabel);
    page_.text({row_, kNote}, note, style);
  }
  void named(const std::string& label, std::string value, std::string unit) {
    frame_.figure({page_.name(), label, words_("Value"), std::move(value), std::move(unit)});
    ++row_;
  }
  void amount(const std::string& text, const std::string& formula, std::int64_t minor, const std::string& note) {
    label(text, note);
    page_.formula({row_, 1}, formula, money(minor));
    named(text, to_string(money(minor)), std::string(report_.currency.code()));
  }
  void ratio(const std::string& text, const std::string& part, const std::string& whole, Quotient value, const std::string& note) {
    label(text, note);
    page_.ratio_formula({row_, 1}, fmt::format("=IF({0}=0,\"\",{1}/{0})", whole, part), value.numerator, value.denominator);
    named(text, to_percent(value), "%");
  }
  // A quotient with one decimal, or a text where it is undefined.
  void months(const std::string& text, const std::string& defined, const std::string& otherwise, const std::string& formula,
              Quotient value, const std::string& note, Style style) {
    label(text, note, style);
    const auto whole = fmt::format("=IF({},ROUND({},1),\"{}\")", defined, formula, otherwise);
    if (value.defined()) {
      page_.formula({row_, 1}, whole, sheet::Decimal{round_div(value.numerator, 10, value.denominator), 1});
    } else {
      page_.text_formula({row_, 1}, whole, otherwise);
    }
    named(text, value.defined() ? to_decimal(value, 1) : otherwise, words_("months"));
  }
  void months_of_cash(const Places& places) {
    const auto& words = words_;
    const auto value = report_.cash.months_of_cash();
    months(words("Months of cash"), name_of(places.flows.expenses) + ">0", "",
           fmt::format("{}*{}/{}", name_of(places.cash.free), places.flows.months, name_of(places.flows.expenses)), value,
           is_low(value) ? words("below 3: a warning") : words("at the pace of the whole months; below 3 would be a warning"),
           is_low(value) ? Style::kWarning : Style::kRemark);
  }
  void burn_and_runway(const Places& places) {
    const auto& words = words_;
    const auto burn = report_.cash.burn();
    const auto spread = fmt::format("(SUM({})-SUM({}))", name_of(places.flows.last_expenses), name_of(places.flows.last_income));
    if (burn.months > 0) {
      amount(words("Net burn a month"), fmt::format("=ROUND({}/{},{})", spread, burn.months, report_.currency.minor_digits()),
             round_div(burn.minor, 1, burn.months), words.format("over the last {} whole months", burn.months));
    }
    months(words("Runway, months"), spread + ">0", words("not limited"),
           fmt::format("{}*{}/{}", name_of(places.cash.total), burn.months, spread), report_.cash.runway(),
           words("cash / net burn"), Style::kRemark);
  }
  void mix(const IncomePlaces& places) {
    const auto& words = words_;
    const auto* largest = report_.income.largest();
    if (largest != nullptr) {
      ratio(words("Dependency"), name_of(*places.largest), name_of(places.total), report_.income.dependency(),
            words.format("of the income from {}", largest->name));
    }
    label(words("Concentration"), words("1 is one source alone, 1/N are N equal ones"));
    const auto amounts = name_of(places.amounts);
    page_.formula({row_, 1}, fmt::format("=IF(SUMIF({0},\">0\")=0,0,ROUND(SUMPRODUCT(({0}>0)*{0}^2)/SUMIF({0},\">0\")^2,4))", amounts),
                  sheet::Decimal{report_.income.concentration(), 4});
    named(words("Concentration"), to_decimal({report_.income.concentration(), 10'000}, 4), {});
  }

  sheet::Frame& frame_;
  const sheet::Words& words_;
  sheet::Sheet& page_;
  const SteeringReport& report_;
  int row_ = kHeading + 1;
};

constexpr int kChartRows = 13;  // of a chart's height, so that all of them are on the first page
constexpr int kChartWidth = 470, kChartHeight = 250;

// Two charts in a row below the figures, in the order of what a steering member asks first. The gap of a later year is
// drawn on its own sheet.
void place_charts(sheet::Sheet& page, int row, const Places& places) {
  std::vector<sheet::Chart> charts;
  if (places.flows.chart) charts.push_back(*places.flows.chart);
  if (!places.gaps.empty()) charts.push_back(places.gaps.front().chart);
  if (places.income.chart) charts.push_back(*places.income.chart);
  charts.push_back(places.donations.chart);
  for (std::size_t i = 0; i < charts.size(); ++i) {
    charts[i].width_px = kChartWidth;
    charts[i].height_px = kChartHeight;
    page.chart({row + static_cast<int>(i / 2) * kChartRows, i % 2 == 0 ? 0 : 3}, charts[i]);
  }
}

}  // namespace

sheet::File write_steering(const SteeringReport& report, std::string_view language, std::string identifier) {
  const auto words = sheet::Words::of(language);
  sheet::Frame frame(cover_of(report, words, std::move(identifier)), words);
  frame.fact(words("As of"), report.as_of, "AsOf");
  frame.fact(words("Whole months"), sheet::Decimal{static_cast<std::int64_t>(report.cash.months.size()), 0});
  auto& page = frame.add_sheet(words("At a glance"), {.widths = {42, 24, 3, 72}});
  Places places{.cash = write_cash(frame, report), .flows = write_flows(frame, report), .gaps = {}, .income = {}, .donations = {}};
  for (const auto& year : report.gap) places.gaps.push_back(write_gap(frame, report, year));
  places.income = write_income(frame, report);
  write_pipeline(frame, report);
  write_grants(frame, report);
  write_expected(frame, report);
  places.donations = write_donations(frame, report);
  write_obligations(frame, report);
  write_risks(frame, report);
  Glance glance(frame, page, report);
  glance.write(places);
  place_charts(page, glance.next_row() + 1, places);
  for (const auto& definition : steering_definitions()) frame.define(words(definition.figure), words(definition.text));
  return frame.finish();
}

}  // namespace kindling
