// Sustainability at a glance, for the steering community: what the platform has, may spend, has promised and will lack.
// This is the one read model of the page, the JSON endpoints and the workbook; service/insight fills it. Amounts are
// minor units of `currency`, the platform's own, unless they carry a currency; nothing is summed over two currencies.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/sheet/figure.hpp"
#include "reports/steering/sustainability.hpp"

namespace kindling {

// ---- Cash and flows ----

struct FundCash {
  std::string fund;
  bool restricted = false;
  std::int64_t cash_minor = 0;     // in the bank; below 0 where others prefinance it
  std::int64_t opening_minor = 0;  // the same at the beginning of the running quarter
};

struct CashFigures {
  std::vector<FundCash> funds;            // unrestricted first
  std::vector<Money> other_currencies;    // cash that no figure here counts
  std::vector<Money> promised;            // what open commitments reserve that no grant bears, by currency
  std::vector<MonthFlow> months;          // whole months, oldest first, 12 at most
  std::optional<MonthFlow> running;       // the month of as_of, where it is not whole

  std::int64_t total() const;             // in the bank
  std::int64_t restricted() const;        // in restricted funds, those below 0 left out
  std::int64_t prefinanced() const;       // what restricted funds lack, paid from unrestricted money
  std::int64_t unrestricted() const;      // in unrestricted funds less what they prefinance: what is free
  std::int64_t unrestricted_at_quarter() const;
  std::int64_t expenses() const;          // of the whole months
  std::int64_t income() const;
  Quotient months_of_cash() const;
  Burn burn() const { return net_burn(months); }
  Quotient runway() const;
  Quotient restricted_ratio() const;      // restricted funds / all funds
};

// ---- Funding gap ----

struct GapCell {
  std::string need;
  std::string source;  // "" is the need itself
  std::array<std::int64_t, 12> minor{};  // needed, or what the source brings x probability
};

struct GapYear {
  int year = 0;
  std::vector<GapCell> cells;            // by need: the need first, then its sources
  std::vector<GapMonth> months;          // January first; all needs together
  int first_uncovered_month = 0;         // weighted, cumulated; 0: none
  int first_unsecured_month = 0;         // by what is certain alone
  std::vector<QuarterCoverage> quarters;  // from the running one on

  std::int64_t needed() const;
  std::int64_t secured() const;
  std::int64_t weighted() const;
};

// ---- Income, pipeline, grants ----

struct IncomeSource {
  std::string name;
  std::string kind;   // grants, contributions, donations, other
  bool organisation = false;  // one giver, whose share is a dependency
  std::int64_t minor = 0;
};

struct IncomeMix {
  std::vector<IncomeSource> sources;     // of the whole months, the largest first
  std::int64_t total() const;
  std::int32_t concentration() const;    // ten-thousandths
  const IncomeSource* largest() const;   // organisation; nullptr: none
  Quotient dependency() const;           // largest organisation / total
};

struct PipelineItem {
  std::string title, funder, state;
  Date starts_on;
  std::optional<Money> amount;
  Percent probability;
  Money weighted, cut_off;
};
struct PipelineSum {
  Currency currency;
  Money amount, weighted, cut_off;
};

struct GrantActual {
  std::int64_t grant_id = 0;
  std::string title, funder, state;
  Period period;
  Currency currency;
  std::int64_t planned_minor = 0, spent_minor = 0, committed_minor = 0, drafts_minor = 0;  // indirect costs included
  std::int64_t available_minor() const { return planned_minor - spent_minor - committed_minor; }
};

struct ExpectedMoney {
  std::string grant, title;
  Date due_on;
  Money open;   // planned less received
};

// ---- Donations ----

struct DonationMonth {
  Date first;
  std::int64_t gifts = 0;          // cleared in the month
  std::int64_t gross_minor = 0;
  std::int64_t fees_minor = 0;
  std::int64_t refunded_minor = 0;  // of the gifts of this month, whenever
  std::int64_t net() const { return gross_minor - fees_minor - refunded_minor; }
};

struct CampaignRaised {
  std::string name;
  std::optional<std::int64_t> goal_minor;
  std::int64_t raised_minor = 0;   // refunds taken off, since its beginning
};

struct DonationFigures {
  std::vector<DonationMonth> months;  // the last 12 and the running one, oldest first
  Retention retention;
  std::int64_t lybunt_minor = 0;      // what they gave last year
  std::int64_t pledges = 0;           // active
  std::int64_t pledged_a_year_minor = 0;
  std::int64_t pledges_met_minor = 0;  // given on pledges in these months
  std::vector<CampaignRaised> campaigns;
  std::int64_t ledger_minor = 0;      // an independent sum: income from donations in these months, refunds taken off
};

// ---- Duties and dangers ----

struct DueObligation {
  std::string grant, kind, title, owner;
  Date due_on;
};

struct StandingRisk {
  std::string title, mitigation, owner, state;
  int likelihood = 0, impact = 0;
  Date review_on;
  int score() const { return likelihood * impact; }
};

struct SteeringReport {
  std::string platform;
  Currency currency;
  Date as_of;                      // flows are by month: the month of this day counts as far as it is booked
  std::int64_t ledger_position = 0;
  std::string ledger_hash;
  std::int64_t sealed_at_s = 0;

  CashFigures cash;
  std::vector<GapYear> gap;        // approved budgets of this year and the next
  IncomeMix income;
  std::vector<PipelineItem> pipeline;
  std::vector<PipelineSum> pipeline_sums;
  std::vector<GrantActual> grants;
  std::vector<ExpectedMoney> expected;  // instalments that are not received, by day
  DonationFigures donations;
  std::vector<DueObligation> obligations;
  std::vector<StandingRisk> risks;      // the highest score first
  // Sums over the ledger's postings alone, for the tie-out.
  std::int64_t independent_cash = 0, independent_income = 0, independent_expenses = 0;
};

// The workbook, in the reader's language ("en", "cs", "nl"). The same report gives the same bytes.
sheet::File write_steering(const SteeringReport& report, std::string_view language, std::string identifier);

}  // namespace kindling
