#include "insight/steering_query.hpp"

#include <algorithm>

#include "budgets/budget_figures_query.hpp"
#include "funding/obligation_store.hpp"
#include "funding/pipeline.hpp"
#include "insight/ledger_months_query.hpp"
#include "insight/risk_store.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

constexpr long long kNotSealedYet = INT64_MAX;  // beyond every position, and within "everything"

void add_pipeline(Session& session, SteeringReport& report) {
  const auto pipeline = read_pipeline(session);
  for (const auto& grant : pipeline.grants) {
    report.pipeline.push_back({grant.title, grant.funder_name, std::string(to_string(grant.state)), grant.starts_on, grant.amount,
                               grant.probability, weighted(grant), cut_off(grant)});
  }
  for (const auto& total : pipeline.totals) {
    report.pipeline_sums.push_back({total.currency, total.amount, total.weighted, total.cut_off});
  }
}

}  // namespace

std::vector<GrantActual> query_grants(Session& session, const SteeringMoment& moment) {
  std::vector<GrantActual> grants;
  for (const auto& budget : list_budgets(session, {moment.as_of, moment.known_at})) {
    if (budget.state == "closed" || budget.state == "rejected" || budget.state == "withdrawn") continue;
    const auto total = totals_of(budget.lines, budget.terms).total;
    grants.push_back({.grant_id = budget.grant_id, .title = budget.title, .funder = budget.funder, .state = budget.state,
                      .period = budget.period, .currency = budget.terms.currency, .planned_minor = total.planned_minor,
                      .spent_minor = total.spent_minor, .committed_minor = total.committed_minor,
                      .drafts_minor = total.drafts_minor});
  }
  return grants;
}

std::vector<ExpectedMoney> query_expected(Session& session, const SteeringMoment& moment) {
  std::string grant, title, due_on, currency;
  long long open = 0, position = moment.position.value_or(INT64_MAX);
  soci::statement rows = (session.sql().prepare << R"(
    SELECT g.title,
           i.title,
           i.due_on::text,
           i.currency,
           i.amount_minor - COALESCE(r.received, 0)
    FROM instalments i
    JOIN grants g ON g.id = i.grant_id
    LEFT JOIN LATERAL (SELECT sum(x.amount_minor)::bigint AS received
                       FROM instalment_receipts x
                       LEFT JOIN seals s ON s.entry_id = x.entry_id
                       WHERE x.instalment_id = i.id
                         AND COALESCE(s.position, :late) <= :position
                         AND NOT EXISTS (SELECT 1
                                         FROM entries b
                                         LEFT JOIN seals z ON z.entry_id = b.id
                                         WHERE b.reverses_entry_id = x.entry_id
                                           AND COALESCE(z.position, :late) <= :position)) r ON true
    WHERE i.state IN ('planned', 'requested')
      AND i.amount_minor > COALESCE(r.received, 0)
    ORDER BY i.due_on, i.id
    LIMIT 1000)",
                          soci::into(grant), soci::into(title), soci::into(due_on), soci::into(currency), soci::into(open),
                          soci::use(kNotSealedYet, "late"), soci::use(position, "position"));
  rows.execute();
  std::vector<ExpectedMoney> expected;
  while (rows.fetch()) expected.push_back({grant, title, Date::of(due_on), {open, Currency::of(currency)}});
  return expected;
}

SteeringReport query_steering(Session& session, const SteeringMoment& moment) {
  SteeringReport report{.platform = {}, .currency = moment.currency, .as_of = moment.as_of, .ledger_hash = {}, .cash = {},
                        .gap = {}, .income = {}, .pipeline = {}, .pipeline_sums = {}, .grants = {}, .expected = {},
                        .donations = {}, .obligations = {}, .risks = {}};
  report.cash = query_cash(session, moment);
  report.gap = query_gap(session, moment, report.cash);
  report.income = query_income(session, moment, report.cash);
  add_pipeline(session, report);
  report.grants = query_grants(session, moment);
  report.expected = query_expected(session, moment);
  report.donations = query_donations(session, moment);
  for (const auto& due : list_obligations(session, 0, "due")) {
    report.obligations.push_back({due.grant_title, due.kind, due.title, due.owner_name, due.due_on});
  }
  for (const auto& risk : list_risks(session, "standing")) {
    report.risks.push_back({.title = risk.title, .mitigation = risk.mitigation, .owner = risk.owner_name, .state = risk.state,
                            .likelihood = risk.likelihood, .impact = risk.impact, .review_on = risk.review_on});
  }
  if (moment.position) add_independent_sums(session, moment, report);
  return report;
}

}  // namespace kindling
