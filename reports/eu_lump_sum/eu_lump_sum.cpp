#include "reports/eu_lump_sum/eu_lump_sum.hpp"

namespace kindling {
namespace {

void add(LumpSums& sums, const EuLumpSum& report, const EuLumpSum::Package& package, std::size_t partner) {
  sums.share += package.shares[partner];
  if (package.period) (*package.period < report.period.number ? sums.earlier : sums.period) += lump_sum_of(package, partner);
}

}  // namespace

std::int64_t lump_sum_of(const EuLumpSum::Package& package, std::size_t partner) {
  return package.period ? round_div(package.shares[partner], package.completed.basis_points, 10'000) : 0;
}

LumpSums lump_sums(const EuLumpSum& report, const EuLumpSum::Package& package) {
  LumpSums sums;
  for (std::size_t partner = 0; partner < package.shares.size(); ++partner) add(sums, report, package, partner);
  return sums;
}

LumpSums lump_sums_of_partner(const EuLumpSum& report, std::size_t partner) {
  LumpSums sums;
  for (const auto& package : report.packages) add(sums, report, package, partner);
  return sums;
}

}  // namespace kindling
