// The figures of a reporting period, as a funder's statement asks for them: costs by category and partner, indirect
// costs, adjustments of earlier periods, and the contribution that is requested. Pure; reports are made of it.
//
// Costs are what the ledger posted on the grant's lines within the period, so that a closed period's statement never
// changes. A correction of a cost of an earlier period is no cost of this one but an adjustment, at the earlier period's
// rate, because it takes back a share of the amount that was reported (AGA 21.3).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/money.hpp"
#include "core/value.hpp"
#include "funding/programme.hpp"
#include "spending/expenditure_payment.hpp"
#include "spending/reporting_period.hpp"
#include "spending/requested_contribution.hpp"

namespace kindling {

// A sum of the ledger: of one category and partner, either this period's own costs or the correction of an earlier one.
struct DeclaredSum {
  std::string category_code;
  std::optional<std::int64_t> partner_id;
  std::string partner_name;                 // "" where the line has no partner
  int adjusts_number = 0;                   // 0: own costs; else the number of the period that it adjusts
  std::int64_t minor = 0;
};

struct StatementRates {
  Percent indirect, funding;
};

// What one partner declares of one period: direct costs by the grant's categories in their order, and what follows.
struct Declaration {
  std::vector<Money> by_category;
  Money direct, indirect, total, contribution;
};
struct Adjustment {
  int number = 0;  // of the adjusted period
  Declaration declaration;
};
struct PartnerStatement {
  std::optional<std::int64_t> partner_id;
  std::string name;
  Declaration costs;
  std::vector<Adjustment> adjustments;  // by period
  Money requested;                      // of the costs, or less where the partner asks so; and of all adjustments
};
struct ReportingStatement {
  std::vector<PartnerStatement> partners;  // by name; costs without a partner last
  PartnerStatement consolidated;           // the sum of the partners' statements, each rounded on its own
};

// Indirect costs are the rate times the base, the contribution is the funding rate times the total; each is rounded once
// for a partner and period, half away from zero.
// A partner that asks for less gets that for the period's own costs; adjustments stand as they are.
ReportingStatement make_statement(std::span<const DeclaredSum> lines, std::span<const Category> categories,
                                  const StatementRates& rates, Currency currency,
                                  std::span<const AskedContribution> asked = {});

// A rate that the period's costs are counted at.
struct PeriodRate {
  Currency currency;
  Period days;                // that it is the average of, or its one day
  std::string units_per_euro; // "25.105", with all decimals; "" while it is missing
  bool pinned = false;
  bool final = false;         // no later import can move it
};

// Schema "ReportingStatement".
Value reporting_statement_value(const ReportingPeriod& period, const ReportingStatement& statement,
                                std::span<const Category> categories, const std::vector<PeriodRate>& rates,
                                const std::vector<ExchangeDifference>& differences, Currency currency);

}  // namespace kindling
