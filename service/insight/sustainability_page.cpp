#include "insight/sustainability_page.hpp"

#include <algorithm>

#include "insight/risk.hpp"
#include "reports/steering/definitions.hpp"

namespace kindling {
namespace {

constexpr const char* kMonthNames[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// "Mar 2026"
std::string month_label(Date first) { return to_display(first).substr(to_display(first).find(' ') + 1); }

std::string month_label(int year, int month) {
  return std::string(kMonthNames[month - 1]) + " " + std::to_string(year);
}

// An amount as the page shows it, and as a chart reads it.
struct In {
  Currency currency;
  Value cell(std::int64_t minor) const {
    const Money amount{minor, currency};
    return Value::object({{"text", to_display_amount(amount)}, {"plain", to_string(amount)}, {"over", minor < 0}});
  }
  std::string operator()(std::int64_t minor) const { return to_display_amount({minor, currency}); }
};

// One of the figures on top: what it is called, its value, what to know about it, and whether it is a warning.
void add_key(Value& keys, const char* label, std::string value, std::string note, bool warning = false) {
  keys.push(Value::object({{"label", label}, {"value", std::move(value)}, {"note", std::move(note)}, {"warning", warning}}));
}

std::string or_dash(std::string text, const char* unit) { return text.empty() ? "–" : text + unit; }

Value keys_of(const SteeringReport& report) {
  const auto& cash = report.cash;
  auto keys = Value::array();
  const auto display = [&](std::int64_t minor) { return to_display(Money{minor, report.currency}); };
  const auto months = cash.months_of_cash();
  add_key(keys, "Months of cash", or_dash(to_decimal(months, 1), ""),
          is_low(months) ? "below 3: a warning" : "of free cash, at the pace of the last " + std::to_string(cash.months.size()) + " months",
          is_low(months));
  const auto burn = cash.burn();
  add_key(keys, "Runway", cash.runway().defined() ? to_decimal(cash.runway(), 1) + " months" : burn.months == 0 ? "–" : "not limited",
          burn.months == 0 ? "no whole month is over yet"
                           : "net burn " + display(round_div(burn.minor, 1, burn.months)) + " a month");
  add_key(keys, "Free cash", display(cash.unrestricted()),
          cash.prefinanced() > 0 ? display(cash.prefinanced()) + " prefinances restricted funds" : "unrestricted", cash.unrestricted() < 0);
  add_key(keys, "Restricted cash", display(cash.restricted()), or_dash(to_percent(cash.restricted_ratio()), " % of all cash"));
  const GapYear* gap = report.gap.empty() ? nullptr : &report.gap.front();
  add_key(keys, "First uncovered month",
          gap == nullptr ? "–" : gap->first_uncovered_month == 0 ? "none in " + std::to_string(gap->year)
                                                                  : month_label(gap->year, gap->first_uncovered_month),
          gap == nullptr ? "no approved budget of the year" : display(gap->needed() - gap->weighted()) + " gap of the year",
          gap != nullptr && gap->first_uncovered_month != 0);
  add_key(keys, "Dependency", or_dash(to_percent(report.income.dependency()), " %"),
          report.income.largest() == nullptr ? "no organisation gave in these months" : "from " + report.income.largest()->name);
  add_key(keys, "Concentration", report.income.total() > 0 ? to_decimal({report.income.concentration(), 10'000}, 2) : "–",
          "1 is one source alone");
  add_key(keys, "Donor retention", or_dash(to_percent(report.donations.retention.rate()), " %"),
          std::to_string(report.donations.retention.again) + " of " + std::to_string(report.donations.retention.last_year) +
              " donors gave again");
  return keys;
}

Value flow_rows(const SteeringReport& report) {
  const In in{report.currency};
  auto rows = Value::array();
  const auto add = [&](const MonthFlow& flow, bool running) {
    rows.push(Value::object({{"month", month_label(flow.first) + (running ? ", running" : "")},
                             {"income", in.cell(flow.income_minor)},
                             {"expenses", in.cell(flow.expense_minor)},
                             {"cash", in.cell(flow.cash_minor)}}));
  };
  for (const auto& month : report.cash.months) add(month, false);
  if (report.cash.running) add(*report.cash.running, true);
  return rows;
}

Value gap_years(const SteeringReport& report) {
  const In in{report.currency};
  auto years = Value::array();
  for (const auto& gap : report.gap) {
    auto names = Value::array(), months = Value::array(), cells = Value::array(), quarters = Value::array();
    for (const auto* name : kMonthNames) names.push(Value(name));
    std::int64_t to_date = 0;
    for (const auto& month : gap.months) {
      to_date += month.gap_minor();
      months.push(Value::object({{"month", kMonthNames[month.month - 1]},
                                 {"needed", in.cell(month.needed_minor)},
                                 {"secured", in.cell(month.secured_minor)},
                                 {"weighted", in.cell(month.weighted_minor)},
                                 {"gap", in.cell(month.gap_minor())},
                                 {"to_date", in.cell(to_date)},
                                 {"uncovered", month.month == gap.first_uncovered_month}}));
    }
    for (const auto& cell : gap.cells) {
      auto amounts = Value::array();
      std::int64_t total = 0;
      for (const auto minor : cell.minor) {
        amounts.push(minor == 0 ? Value("") : Value(in(minor)));
        total += minor;
      }
      cells.push(Value::object({{"need", cell.source.empty() ? cell.need : ""}, {"source", cell.source},
                                {"amounts", std::move(amounts)}, {"total", in(total)}}));
    }
    for (const auto& quarter : gap.quarters) {
      quarters.push(Value::object({{"quarter", "Q" + std::to_string(quarter.quarter) + " " + std::to_string(gap.year)},
                                   {"opening", in(quarter.opening_minor)},
                                   {"secured", in(quarter.secured_minor)},
                                   {"planned", in(quarter.planned_minor)},
                                   {"coverage", or_dash(to_percent(quarter.coverage()), " %")},
                                   {"low", quarter.opening_minor + quarter.secured_minor < quarter.planned_minor}}));
    }
    years.push(Value::object({{"year", gap.year}, {"names", std::move(names)}, {"months", std::move(months)},
                              {"cells", std::move(cells)}, {"quarters", std::move(quarters)}}));
  }
  return years;
}

Value income_rows(const SteeringReport& report) {
  const In in{report.currency};
  auto rows = Value::array();
  for (const auto& source : report.income.sources) {
    rows.push(Value::object({{"name", source.name},
                             {"kind", source.kind},
                             {"amount", in.cell(source.minor)},
                             {"share", or_dash(to_percent({source.minor, report.income.total()}), " %")}}));
  }
  return rows;
}

Value grant_rows(const SteeringReport& report) {
  auto rows = Value::array();
  for (const auto& grant : report.grants) {
    const In in{grant.currency};
    rows.push(Value::object({{"title", grant.title},
                             {"href", "/grants/" + std::to_string(grant.grant_id)},
                             {"currency", grant.currency.code()},
                             {"planned", in.cell(grant.planned_minor)},
                             {"spent", in.cell(grant.spent_minor)},
                             {"committed", in.cell(grant.committed_minor)},
                             {"available", in.cell(grant.available_minor())},
                             {"spent_percent", or_dash(to_percent({grant.spent_minor, grant.planned_minor}), " %")},
                             {"elapsed_percent", or_dash(to_percent(time_elapsed(grant.period, report.as_of)), " %")}}));
  }
  return rows;
}

Value pipeline_rows(const SteeringReport& report) {
  auto rows = Value::array();
  for (const auto& sum : report.pipeline_sums) {
    rows.push(Value::object({{"currency", sum.currency.code()},
                             {"amount", to_display_amount(sum.amount)},
                             {"weighted", to_display_amount(sum.weighted)},
                             {"cut_off", to_display_amount(sum.cut_off)}}));
  }
  return rows;
}

Value donation_data(const SteeringReport& report) {
  const In in{report.currency};
  const auto& donations = report.donations;
  auto months = Value::array();
  for (const auto& month : donations.months) {
    months.push(Value::object({{"month", month_label(month.first)},
                               {"gifts", month.gifts},
                               {"gross", in.cell(month.gross_minor)},
                               {"fees", in.cell(month.fees_minor)},
                               {"refunded", in.cell(month.refunded_minor)},
                               {"net", in.cell(month.net())}}));
  }
  return Value::object({{"months", std::move(months)},
                        {"pledges", donations.pledges},
                        {"pledged_a_year", in(donations.pledged_a_year_minor)},
                        {"met", in(donations.pledges_met_minor)},
                        {"lybunt", donations.retention.lybunt()},
                        {"lybunt_amount", in(donations.lybunt_minor)},
                        {"sybunt", donations.retention.some_year},
                        {"fresh", donations.retention.fresh},
                        {"this_year", donations.retention.this_year}});
}

// The next of what is due and expected, and the worst of what may happen; the rest is on pages of its own.
constexpr std::size_t kNext = 6;

Value obligation_rows(const SteeringReport& report, Date today) {
  auto rows = Value::array();
  for (std::size_t i = 0; i < std::min(kNext, report.obligations.size()); ++i) {
    const auto& due = report.obligations[i];
    rows.push(Value::object({{"title", due.title}, {"grant", due.grant}, {"due", to_display(due.due_on)}, {"late", due.due_on < today}}));
  }
  return rows;
}

Value expected_rows(const SteeringReport& report, Date today) {
  auto rows = Value::array();
  for (std::size_t i = 0; i < std::min(kNext, report.expected.size()); ++i) {
    const auto& money = report.expected[i];
    rows.push(Value::object({{"title", money.title}, {"grant", money.grant}, {"due", to_display(money.due_on)},
                             {"amount", to_display(money.open)}, {"late", money.due_on < today}}));
  }
  return rows;
}

Value risk_rows(const SteeringReport& report) {
  auto rows = Value::array();
  for (std::size_t i = 0; i < std::min(kNext, report.risks.size()); ++i) {
    const auto& risk = report.risks[i];
    const auto level = level_of(risk.score());
    rows.push(Value::object({{"title", risk.title}, {"mitigation", risk.mitigation}, {"score", risk.score()}, {"level", level},
                             {"badge", level == "high" ? "bad" : level == "medium" ? "warn" : "good"}}));
  }
  return rows;
}

std::string listed(const std::vector<Money>& amounts) {
  std::string list;
  for (const auto& amount : amounts) list += (list.empty() ? "" : ", ") + to_display(amount);
  return list;
}

}  // namespace

Value sustainability_data(const SteeringReport& report, Date today) {
  Value data;
  data.set("as_of", to_string(report.as_of));
  data.set("as_of_display", to_display(report.as_of));
  data.set("currency", report.currency.code());
  data.set("keys", keys_of(report));
  data.set("others", listed(report.cash.other_currencies));
  data.set("promised", listed(report.cash.promised));
  data.set("flows", flow_rows(report));
  data.set("years", gap_years(report));
  data.set("income", income_rows(report));
  data.set("income_total", to_display_amount({report.income.total(), report.currency}));
  data.set("grants", grant_rows(report));
  data.set("pipeline", pipeline_rows(report));
  data.set("donations", donation_data(report));
  data.set("obligations", obligation_rows(report, today));
  data.set("expected", expected_rows(report, today));
  data.set("risks", risk_rows(report));
  auto definitions = Value::array();
  for (const auto& definition : steering_definitions()) {
    definitions.push(Value::object({{"figure", definition.figure}, {"text", definition.text}}));
  }
  data.set("definitions", std::move(definitions));
  return data;
}

}  // namespace kindling
