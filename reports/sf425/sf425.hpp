// The Federal Financial Report (SF-425) of a grant: cumulative from its beginning up to a day, on a cash or an accrual
// basis. This header is its read model and its arithmetic; the query fills it, the writer turns it into a workbook.
// Source: form SF-425, lines 10a to 10o and 11, and its instructions; 2 CFR 200.414(f) for the de minimis rate.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "reports/grant_cover.hpp"
#include "reports/sheet/figure.hpp"

namespace kindling {

class SealedSnapshot;

// Box 7. On a cash basis a cost counts once it is paid, on an accrual basis once it is approved.
enum class Sf425Basis { kCash, kAccrual };
// What program income does (2 CFR 200.307): it lowers the costs that are shared, or it adds to them.
enum class ProgramIncome { kDeduction, kAddition };

// Direct costs, and those of them that carry indirect costs.
struct Sf425Costs {
  std::int64_t direct = 0;
  std::int64_t base = 0;
};

// What the lines follow from, in minor units of the grant's currency, cumulative.
struct Sf425Figures {
  std::int64_t received = 0;         // from the agency
  std::int64_t authorized = 0;
  std::int64_t match_required = 0;
  Sf425Costs spent;                  // approved, paid or not
  Sf425Costs paid;                   // of them
  Sf425Costs committed;              // ordered, not delivered yet
  std::int64_t match_spent = 0;      // the recipient's own costs for the project, approved
  std::int64_t match_paid = 0;       // of them
  std::int64_t match_in_kind = 0;    // never paid; counts on both bases
  std::int64_t program_income = 0;
  Percent funding_rate = {};         // the federal share
  Percent indirect_rate = {};
};

struct Sf425Lines {
  std::int64_t a = 0, b = 0, c = 0;              // federal cash: receipts, disbursements, on hand
  std::int64_t d = 0, e = 0, f = 0, g = 0, h = 0;  // authorized, expenditures, unliquidated, total share, unobligated
  std::int64_t i = 0, j = 0, k = 0;              // recipient share: required, expended, remaining
  std::int64_t l = 0, m = 0, n = 0, o = 0;       // program income: earned, deducted, added, unexpended
  // Line 11: indirect costs in the expenditures of the basis.
  std::int64_t indirect_base = 0, indirect_charged = 0, indirect_federal = 0;

  bool operator==(const Sf425Lines&) const = default;
};

// Each share is rounded once, half away from zero. Indirect costs come with the direct ones, be they paid, approved or
// ordered. b is e on a cash basis; g is the same on both bases, because what is not expended on one is unliquidated.
// Program income is spent before federal money (2 CFR 200.305(b)(5)).
Sf425Lines sf425_lines(const Sf425Figures& figures, Sf425Basis basis, ProgramIncome alternative);

// "De minimis" up to 15 % for awards from 2024-10-01, up to 10 % before; above it a rate was negotiated.
std::string_view indirect_rate_type(Percent rate, Date award_begins);

struct Sf425 {
  struct Category {
    std::string code = {};
    std::string name = {};
    bool in_indirect_base = false;
    std::int64_t spent_minor = 0;
    std::int64_t paid_minor = 0;
    std::int64_t committed_minor = 0;
  };
  struct Recipient {
    std::string name = {};           // the coordinator, else the platform
    std::string address = {};
    std::string uei = {};            // unique entity identifier: an identifier of scheme "other"
    std::string ein = {};            // VAT or tax number
  };
  // Sums over the ledger alone, made without budget lines: what the tie-out holds the report against.
  struct Independent {
    std::int64_t spent_minor = 0;    // expense postings of the grant's fund
    std::int64_t paid_minor = 0;     // payments taken off what it owes, in the grant's currency
  };

  GrantCover grant;
  Date as_of;                        // the end of the reporting period
  Sf425Basis basis = Sf425Basis::kAccrual;
  ProgramIncome alternative = ProgramIncome::kDeduction;
  std::string type = {};             // box 6: "Quarterly", "Semi-annual", "Annual", "Final"
  Recipient recipient = {};
  std::vector<Category> categories = {};
  std::int64_t paid_in_grant_currency_minor = 0;  // of the paid costs, those whose document is in it
  std::int64_t match_spent_minor = 0, match_paid_minor = 0, match_in_kind_minor = 0;
  std::int64_t program_income_minor = 0;
  ReceivedFromFunder received = {};
  Independent ledger = {};
};

Sf425Figures sf425_figures(const Sf425& report);

struct Sf425Request {
  std::int64_t grant_id = 0;
  Date as_of;
  Sf425Basis basis = Sf425Basis::kAccrual;
  ProgramIncome alternative = ProgramIncome::kDeduction;
  std::string type = {};
  std::string platform = {};
};

// In a fixed number of statements. kNotFound where there is no such grant; kConflict where it is not awarded.
Result<Sf425> query_sf425(const SealedSnapshot& snapshot, const Sf425Request& request);

// The workbook (XLSX): the form's lines over the costs by category, and line 11. In English, as the form is.
sheet::File write_sf425(const Sf425& report, const RunCover& run = {});

}  // namespace kindling
