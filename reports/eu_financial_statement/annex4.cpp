#include "reports/eu_financial_statement/annex4.hpp"

#include <algorithm>

namespace kindling {
namespace {

// Which currency does not matter to a share: the unit is the minor one.
std::int64_t share(std::int64_t minor, Percent rate) { return round_div(minor, rate.basis_points, 10'000); }

}  // namespace

std::vector<Annex4Line> annex4_lines(std::span<const Annex4Line> of_the_grant) {
  std::vector<Annex4Line> lines;
  for (const auto& title : kAnnex4Titles) {
    const auto own = std::ranges::find(of_the_grant, title.letter, &Annex4Line::letter);
    lines.push_back(own == of_the_grant.end() ? Annex4Line{std::string(title.letter), std::string(title.name), false} : *own);
  }
  for (const auto& own : of_the_grant) {
    if (std::ranges::find(lines, own.letter, &Annex4Line::letter) != lines.end()) continue;
    lines.insert(std::ranges::upper_bound(lines, own.letter, {}, &Annex4Line::letter), own);
  }
  return lines;
}

Annex4Figures annex4_figures(std::span<const Annex4Line> lines, std::vector<std::int64_t> direct, const Annex4Rates& rates,
                             std::optional<std::int64_t> asked) {
  Annex4Figures figures{.direct = std::move(direct)};
  std::int64_t base = 0;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    figures.direct_total += figures.direct[at];
    if (lines[at].in_indirect_base) base += figures.direct[at];
  }
  figures.indirect = share(base, rates.indirect);
  figures.total = figures.direct_total + figures.indirect;
  figures.maximum = share(figures.total, rates.funding);
  figures.requested = asked ? std::min(*asked, figures.maximum) : figures.maximum;
  return figures;
}

Annex4Figures annex4_sum(std::span<const Annex4Figures> statements, std::size_t lines) {
  Annex4Figures sum{.direct = std::vector<std::int64_t>(lines, 0)};
  for (const auto& one : statements) {
    for (std::size_t at = 0; at < lines; ++at) sum.direct[at] += one.direct[at];
    sum.direct_total += one.direct_total;
    sum.indirect += one.indirect;
    sum.total += one.total;
    sum.maximum += one.maximum;
    sum.requested += one.requested;
  }
  return sum;
}

}  // namespace kindling
