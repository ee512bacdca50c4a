#include "reports/sf425/sf425.hpp"

#include <algorithm>

namespace kindling {
namespace {

std::int64_t share(std::int64_t minor, Percent rate) { return round_div(minor, rate.basis_points, 10'000); }

Sf425Costs operator+(Sf425Costs a, Sf425Costs b) { return {a.direct + b.direct, a.base + b.base}; }

}  // namespace

Sf425Lines sf425_lines(const Sf425Figures& figures, Sf425Basis basis, ProgramIncome alternative) {
  const auto charged = [&](Sf425Costs costs) { return costs.direct + share(costs.base, figures.indirect_rate); };
  const bool cash = basis == Sf425Basis::kCash;
  const auto outlays = cash ? figures.paid : figures.spent;
  const auto expended = charged(outlays);
  // Income that was earned and not needed yet stays on hand.
  const auto income_used = [&](std::int64_t of) { return std::clamp<std::int64_t>(figures.program_income, 0, std::max<std::int64_t>(of, 0)); };
  const auto federal = [&](std::int64_t of) { return share(of - income_used(of), figures.funding_rate); };

  Sf425Lines lines;
  lines.a = figures.received;
  lines.b = federal(charged(figures.paid));
  lines.c = lines.a - lines.b;
  lines.d = figures.authorized;
  lines.e = federal(expended);
  lines.g = federal(charged(figures.spent + figures.committed));
  lines.f = lines.g - lines.e;
  lines.h = lines.d - lines.g;
  lines.i = figures.match_required;
  lines.j = expended - income_used(expended) - lines.e + (cash ? figures.match_paid : figures.match_spent) +
            figures.match_in_kind;
  lines.k = lines.i - lines.j;
  lines.l = figures.program_income;
  (alternative == ProgramIncome::kDeduction ? lines.m : lines.n) = income_used(expended);
  lines.o = lines.l - lines.m - lines.n;
  lines.indirect_base = outlays.base;
  lines.indirect_charged = share(outlays.base, figures.indirect_rate);
  lines.indirect_federal = share(lines.indirect_charged, figures.funding_rate);
  return lines;
}

std::string_view indirect_rate_type(Percent rate, Date award_begins) {
  const Percent de_minimis{award_begins >= Date::of("2024-10-01") ? 1'500 : 1'000};
  if (rate.basis_points == 0) return "None";
  return rate <= de_minimis ? "De minimis" : "Negotiated";
}

Sf425Figures sf425_figures(const Sf425& report) {
  Sf425Figures figures{.received = report.received.documents_minor, .authorized = report.grant.maximum.minor,
                       .match_required = report.grant.match_required.minor, .spent = {}, .paid = {}, .committed = {},
                       .match_spent = report.match_spent_minor, .match_paid = report.match_paid_minor,
                       .match_in_kind = report.match_in_kind_minor, .program_income = report.program_income_minor,
                       .funding_rate = report.grant.funding_rate, .indirect_rate = report.grant.indirect_rate};
  for (const auto& category : report.categories) {
    const auto of = [&](std::int64_t minor) { return Sf425Costs{minor, category.in_indirect_base ? minor : 0}; };
    figures.spent = figures.spent + of(category.spent_minor);
    figures.paid = figures.paid + of(category.paid_minor);
    figures.committed = figures.committed + of(category.committed_minor);
  }
  return figures;
}

}  // namespace kindling
