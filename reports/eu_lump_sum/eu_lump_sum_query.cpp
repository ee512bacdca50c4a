#include <algorithm>

#include <soci/soci.h>

#include "reports/eu_lump_sum/eu_lump_sum.hpp"
#include "reports/sealed_snapshot.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

struct Bounds {
  long long grant_id = 0;
  int number = 0;
  std::string last = {};
  std::string known_at = {};
};

void read_partners(soci::session& sql, const Bounds& bounds, EuLumpSum& report) {
  EuLumpSum::Partner partner;
  soci::statement rows = (sql.prepare << R"(
    SELECT p.position, o.name
    FROM grant_partners p
    JOIN organisations o ON o.id = p.organisation_id
    WHERE p.grant_id = :grant_id
    ORDER BY p.position, p.id)",
                          soci::into(partner.number), soci::into(partner.name), soci::use(bounds.grant_id, "grant_id"));
  rows.execute();
  while (rows.fetch()) report.partners.push_back(partner);
}

// One row a package and partner. What is completed in a later period is not completed yet.
void read_packages(soci::session& sql, const Bounds& bounds, EuLumpSum& report) {
  EuLumpSum::Package package;
  int version = 0, partner = 0, completed = 0;
  long long share = 0;
  std::optional<int> period;
  soci::statement rows = (sql.prepare << R"(
    SELECT v.number,
           l.work_package,
           COALESCE(r.position, 0),
           sum(l.amount_minor)::bigint,
           p.number,
           CASE WHEN p.number IS NULL THEN 0 ELSE c.completed_bp END,
           CASE WHEN p.number IS NULL THEN '' ELSE c.note END
    FROM budget_versions_at(:last::date, :known_at::timestamptz) b
    JOIN budget_versions v ON v.id = b.version_id
    JOIN budget_lines l ON l.budget_version_id = v.id
    LEFT JOIN grant_partners r ON r.id = l.partner_id
    LEFT JOIN completed_work_packages(:grant_id, :known_at::timestamptz) c ON c.work_package = l.work_package
    LEFT JOIN reporting_periods p ON p.id = c.reporting_period_id AND p.number <= :number
    WHERE b.grant_id = :grant_id
    GROUP BY v.number, l.work_package, r.position, p.number, c.completed_bp, c.note
    ORDER BY min(min(l.line_no)) OVER (PARTITION BY l.work_package), r.position)",
                          soci::into(version), soci::into(package.code), soci::into(partner), soci::into(share),
                          soci::into(period), soci::into(completed), soci::into(package.note),
                          soci::use(bounds.last, "last"), soci::use(bounds.known_at, "known_at"),
                          soci::use(bounds.grant_id, "grant_id"), soci::use(bounds.number, "number"));
  rows.execute();
  while (rows.fetch()) {
    report.budget_version = version;
    if (partner == 0 && (report.partners.empty() || report.partners.back().number != 0)) report.partners.emplace_back();
    if (report.packages.empty() || report.packages.back().code != package.code) {
      package.period = period;
      package.completed = {completed};
      report.packages.push_back(package);
    }
    auto& shares = report.packages.back().shares;
    shares.resize(report.partners.size(), 0);
    const auto at = std::ranges::find(report.partners, partner, &EuLumpSum::Partner::number);
    shares[static_cast<std::size_t>(at - report.partners.begin())] += share;
  }
  for (auto& one : report.packages) one.shares.resize(report.partners.size(), 0);
}

// By lines and not by packages; and each completed line rounded once, as a partner's lump sum is.
void read_independent(soci::session& sql, const Bounds& bounds, EuLumpSum& report) {
  long long budget = 0, completed = 0;
  sql << R"(
    SELECT COALESCE((SELECT sum(l.amount_minor)
                     FROM budget_versions_at(:last::date, :known_at::timestamptz) b
                     JOIN budget_lines l ON l.budget_version_id = b.version_id
                     WHERE b.grant_id = :grant_id), 0)::bigint,
           COALESCE((SELECT sum(x.minor)
                     FROM (SELECT round(sum(l.amount_minor) * max(c.completed_bp) / 10000.0) AS minor
                           FROM completed_work_packages(:grant_id, :known_at::timestamptz) c
                           JOIN reporting_periods p ON p.id = c.reporting_period_id AND p.number = :number
                           JOIN budget_versions_at(:last::date, :known_at::timestamptz) b ON b.grant_id = :grant_id
                           JOIN budget_lines l ON l.budget_version_id = b.version_id AND l.work_package = c.work_package
                           GROUP BY c.work_package, l.partner_id) x), 0)::bigint)",
      soci::into(budget), soci::into(completed), soci::use(bounds.last, "last"), soci::use(bounds.known_at, "known_at"),
      soci::use(bounds.grant_id, "grant_id"), soci::use(bounds.number, "number");
  report.independent = {budget, completed};
}

}  // namespace

Result<EuLumpSum> query_eu_lump_sum(const SealedSnapshot& snapshot, const EuLumpSumRequest& request) {
  const auto grant = read_grant_cover(snapshot, request.grant_id, request.platform);
  if (!grant) return grant.error();
  const auto period = read_grant_period(snapshot, *grant, request.period);
  if (!period) return period.error();
  EuLumpSum report{.grant = *grant, .period = *period,
                   .received = read_received(snapshot, *grant, request.period.last)};
  const Bounds bounds{.grant_id = grant->grant_id, .number = period->number, .last = to_string(request.period.last),
                      .known_at = snapshot.known_at()};
  auto& sql = snapshot.session().sql();
  read_partners(sql, bounds, report);
  read_packages(sql, bounds, report);
  read_independent(sql, bounds, report);
  return report;
}

}  // namespace kindling
