// The lines of an EU financial statement, actual costs, and what follows from them. Pure. Sources: "How to complete your
// financial statement" (the letters of Annex 4), AGA 6.2.E (indirect costs), AGA 5.3 (funding rate).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/money.hpp"

namespace kindling {

// One line of direct costs. A grant's category has the letter as its code.
struct Annex4Line {
  std::string letter;              // "a1", in lower case
  std::string name;                // as the grant calls it, else the form's own words
  bool in_indirect_base = false;   // of this grant: the base differs between programmes
};

// What the form has, in its order; A.5 (volunteers) stands only where the programme allows them.
struct Annex4Title {
  std::string_view letter;
  std::string_view name;
};
inline constexpr std::array kAnnex4Titles{
    Annex4Title{"a1", "A.1-A.3 Personnel, actual costs"},
    Annex4Title{"a2", "A.1-A.3 Personnel, unit costs (usual practice)"},
    Annex4Title{"a3", "A.4 SME owners and natural persons, unit costs"},
    Annex4Title{"b", "B Subcontracting"},
    Annex4Title{"c1", "C.1 Travel and subsistence"},
    Annex4Title{"c2", "C.2 Equipment"},
    Annex4Title{"c3", "C.3 Other goods, works and services"},
    Annex4Title{"d1", "D.1 Financial support to third parties"},
    Annex4Title{"d2", "D.2 Internally invoiced goods and services"},
    Annex4Title{"d3", "D.3 Transnational access, unit costs"},
    Annex4Title{"d4", "D.4 Virtual access, unit costs"},
    Annex4Title{"d6", "D.6 Euratom mobility, unit costs"},
};

// The form's lines with the grant's own names and base. What the grant has and the form has not (a5, or a code of its
// own) follows the line before which its code sorts, so that nothing that was spent is without a line.
std::vector<Annex4Line> annex4_lines(std::span<const Annex4Line> of_the_grant);

struct Annex4Rates {
  Percent indirect, funding;
};

// One statement: of a partner's period, or the adjustment of an earlier one. In minor units of the grant's currency.
struct Annex4Figures {
  std::vector<std::int64_t> direct = {};  // by line
  std::int64_t direct_total = 0;
  std::int64_t indirect = 0;         // e: rate x base, rounded once, half away from zero
  std::int64_t total = 0;            // f
  std::int64_t maximum = 0;          // g: funding rate x f, rounded once
  std::int64_t requested = 0;        // h: g, or what is asked for where that is less

  bool operator==(const Annex4Figures&) const = default;
};
// Completes what follows from `direct`, which has one figure a line. `asked`: a lower contribution than the maximum.
Annex4Figures annex4_figures(std::span<const Annex4Line> lines, std::vector<std::int64_t> direct, const Annex4Rates& rates,
                             std::optional<std::int64_t> asked = {});

// The sum of statements that were rounded each on its own, as a funder adds them.
Annex4Figures annex4_sum(std::span<const Annex4Figures> statements, std::size_t lines);

}  // namespace kindling
