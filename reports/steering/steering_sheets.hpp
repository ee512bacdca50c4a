// The sheets of the steering workbook, one function each. They say where the figures stand that the first sheet shows
// and the charts are drawn from.
#pragma once

#include <optional>
#include <vector>

#include "reports/sheet/chart.hpp"
#include "reports/sheet/frame.hpp"
#include "reports/steering/steering.hpp"

namespace kindling::steering {

struct CashPlaces {
  sheet::Ref total, free, restricted;
};
CashPlaces write_cash(sheet::Frame& frame, const SteeringReport& report);

struct FlowPlaces {
  sheet::Ref income, expenses;            // sums of the whole months
  sheet::Range last_income, last_expenses;  // of the months that the burn looks at
  int months = 0;                         // whole ones
  std::optional<sheet::Chart> chart;      // without a month there is nothing to draw
};
FlowPlaces write_flows(sheet::Frame& frame, const SteeringReport& report);

struct GapPlaces {
  sheet::Ref gap;
  sheet::Chart chart;
};
// Of one year: by month, and need x source x month.
GapPlaces write_gap(sheet::Frame& frame, const SteeringReport& report, const GapYear& year);

struct IncomePlaces {
  sheet::Ref total;
  sheet::Range amounts;                // of each source
  std::optional<sheet::Ref> largest;   // what the largest organisation gave
  std::optional<sheet::Chart> chart;
};
IncomePlaces write_income(sheet::Frame& frame, const SteeringReport& report);

void write_pipeline(sheet::Frame& frame, const SteeringReport& report);
void write_grants(sheet::Frame& frame, const SteeringReport& report);
void write_expected(sheet::Frame& frame, const SteeringReport& report);

struct DonationPlaces {
  sheet::Ref again, last_year;
  sheet::Chart chart;
};
DonationPlaces write_donations(sheet::Frame& frame, const SteeringReport& report);

void write_obligations(sheet::Frame& frame, const SteeringReport& report);
void write_risks(sheet::Frame& frame, const SteeringReport& report);

}  // namespace kindling::steering
