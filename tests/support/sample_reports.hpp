// Read models of workbooks as tests write them: a fixed one with everything that a report can say, and random ones.
#pragma once

#include <random>

#include "reports/funder_template/funder_template.hpp"
#include "reports/funder_variance/funder_variance.hpp"
#include "reports/grant_audit/grant_audit.hpp"

namespace kindling {

// Nothing spent yet, in a currency.
inline FunderVarianceReport empty_variance_report(Currency currency) {
  const Period year{Date::of("2026-01-01"), Date::of("2026-12-31")};
  return {.cover = {.platform = "Sparks & Dark", .identifier = "kr-0123456789abcdef0123456789abcdef", .letter = {},
                    .grant_title = "Safe Harbour", .reference = "101234567", .programme = "horizon-europe-actual",
                    .funder = "European Commission", .coordinator = "Spark Foundation", .state = "active",
                    .eligibility = {year.first, Date::of("2027-12-31")}, .period = year, .funding_rate = {10'000},
                    .indirect_rate = {2'500}, .explain_above = {1'000}, .awarded = {100'000'000, currency},
                    .match_required = {0, currency}, .budget_version = 2, .approved_on = Date::of("2026-02-01"),
                    .ledger_position = 42, .ledger_hash = std::string(64, 'a'), .sealed_at_s = 1'780'000'000},
          .categories = {}, .lines = {}, .instalments = {}, .modifications = {}, .costs = {}, .evidence = {},
          .matches = {}, .ledger = {}};
}

inline FunderVarianceReport sample_variance_report() {
  auto report = empty_variance_report(Currency::of("EUR"));
  const auto eur = Currency::of("EUR");
  report.cover.letter = "Dear reader,\n\nthis is the report of the first year.";
  report.cover.match_required = {2'000'00, eur};
  report.categories = {{"a1", "Personnel", true}, {"b", "Subcontracting", false}, {"c1", "Travel", true}};
  const Period own{Date::of("2026-07-01"), Date::of("2026-12-31")};
  report.lines = {
      {.root_id = 11, .number = 1, .work_package = "WP1", .category = "a1", .partner = "Spark Foundation",
       .description = "=HYPERLINK(\"http://evil.example\")", .days = report.cover.eligibility, .budget_minor = 9'600'00,
       .period_minor = 4'000'00, .to_date_minor = 5'000'01, .committed_minor = 100'00, .explanation = {}, .explained_by = {}},
      {.root_id = 12, .number = 2, .work_package = "WP1", .category = "b", .partner = "Harbour University",
       .description = "+Interviews", .days = own, .budget_minor = 1'500'00, .period_minor = 200'00,
       .to_date_minor = 200'00, .committed_minor = 0, .explanation = "The interviews begin in spring.", .explained_by = "Carla"},
      {.root_id = 13, .number = 3, .work_package = "WP2", .category = "c1", .partner = {}, .description = "@Travel",
       .days = report.cover.eligibility, .budget_minor = 0, .period_minor = 33'33, .to_date_minor = 33'33,
       .committed_minor = 0, .explanation = {}, .explained_by = {}},
      {.root_id = 7, .number = 0, .work_package = "WP9", .category = "c1", .partner = {}, .description = "Of an earlier budget",
       .days = report.cover.eligibility, .budget_minor = 0, .period_minor = -10'00, .to_date_minor = 90'00,
       .committed_minor = 0, .explanation = {}, .explained_by = {}}};
  report.instalments = {{"Prefinancing", "prefinancing", "received", Date::of("2026-02-01"), 350'000'00, 350'000'00, Date::of("2026-02-03")},
                        {"Interim", "interim", "planned", Date::of("2027-02-01"), 300'000'00, 0, std::nullopt},
                        {"Given up", "other", "cancelled", std::nullopt, 1'00, 0, std::nullopt}};
  report.modifications = {{.number = 1, .kind = "transfer", .approved_on = Date::of("2026-05-02"), .justification = "More interviews",
                           .funder_reference = {}, .version = 2, .moved_minor = 500'00, .award_change_minor = 0,
                           .asked_by = "Carla", .approved_by = "Arno"}};
  const auto cost = [&](std::int64_t position, std::int64_t expenditure, const char* document, int line, const char* category,
                        std::int64_t minor, Money of_document) {
    FunderVarianceReport::Cost made{.position = position, .entry_id = position, .line_no = 1, .booked_on = Date::of("2026-03-31"),
                                    .expenditure_id = expenditure, .document = document, .supplier = "Lamps and Wires",
                                    .description = "-Lamps", .budget_line = line, .category = category, .amount_minor = minor,
                                    .document_amount = of_document, .corrects_on = std::nullopt};
    return made;
  };
  report.costs = {cost(4, 1, "LW-1", 1, "a1", 4'000'00, {4'000'00, eur}), cost(5, 2, "LW-2", 2, "b", 200'00, {5'055'00, Currency::of("CZK")}),
                  cost(6, 3, "LW-3", 3, "c1", 33'33, {33'33, eur}), cost(9, 4, "LW-0", 0, "c1", -10'00, {100'00, eur})};
  report.costs.back().corrects_on = Date::of("2025-12-01");
  report.costs.back().corrects_period = 1;
  report.evidence = {{1, "invoice.pdf", 12'345, std::string(64, 'b')}, {1, "contract.pdf", 1, std::string(64, 'c')},
                     {3, "ticket.png", 99, std::string(64, 'd')}};
  report.matches = {{.expenditure_id = 8, .booked_on = Date::of("2026-04-01"), .kind = "in_kind", .source = "Beacon Helpline",
                     .description = "Volunteers", .category = "a1", .amount_minor = 1'500'00}};
  // The last of them is off by a cent, so that the tie-out shows what a difference looks like.
  report.ledger = {4'223'33, 5'323'34, 350'000'00, -10'01};
  return report;
}

inline TemplateLayout sample_layout() {
  return {.title = "Annual account", .indirect = "Overheads", .budget = "Granted", .period = "Spent in the year",
          .to_date = "Spent since the start", .balance = "Balance",
          .headings = {{"A", "People", {"a1"}}, {"B", "All else", {"b", "c1"}}}};
}

// Budgets, costs and dates that nobody chose, in a currency of 0, 2 or 3 decimals; it ties out.
inline FunderVarianceReport random_variance_report(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::int64_t limit) { return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit)); };
  const char* currencies[] = {"EUR", "JPY", "KWD", "CZK"};
  auto report = empty_variance_report(Currency::of(currencies[below(4)]));
  report.cover.indirect_rate = {static_cast<std::int32_t>(below(4'001))};
  report.cover.funding_rate = {static_cast<std::int32_t>(below(10'000) + 1)};
  report.cover.explain_above = {static_cast<std::int32_t>(below(3'000))};
  const auto start = Date::of("2025-01-01").plus_days(static_cast<int>(below(500)));
  report.cover.eligibility = {start, start.plus_days(static_cast<int>(below(1'200)))};
  report.cover.period = {start, start.plus_days(static_cast<int>(below(1'200)))};
  for (int i = 0; i < 5; ++i) report.categories.push_back({std::string(1, static_cast<char>('a' + i)), "Category", below(2) == 0});
  for (int i = 1; i <= 40; ++i) {
    const auto first = start.plus_days(static_cast<int>(below(300)));
    FunderVarianceReport::Line line{.root_id = i, .number = i, .work_package = "WP", .category = std::string(1, static_cast<char>('a' + below(5))),
                                    .partner = {}, .description = {}, .days = {first, first.plus_days(static_cast<int>(below(700)))},
                                    .explanation = {}, .explained_by = {}};
    line.budget_minor = below(5) == 0 ? 0 : below(100'000'000);
    line.period_minor = below(10'000'000) - 1'000'000;
    line.to_date_minor = line.period_minor + below(1'000'000);
    line.committed_minor = below(1'000'000);
    report.ledger.spent_period_minor += line.period_minor;
    report.ledger.spent_to_date_minor += line.to_date_minor;
    report.costs.push_back({.position = i, .entry_id = i, .line_no = 1, .booked_on = start, .expenditure_id = i, .document = {},
                            .supplier = {}, .description = {}, .budget_line = i, .category = line.category,
                            .amount_minor = line.period_minor, .document_amount = {line.period_minor, report.cover.awarded.currency},
                            .corrects_on = std::nullopt});
    report.lines.push_back(std::move(line));
  }
  return report;
}

inline GrantAudit sample_audit() {
  const auto eur = Currency::of("EUR");
  const auto variance = sample_variance_report();
  GrantAudit audit{.cover = {.platform = "Sparks & Dark", .identifier = variance.cover.identifier, .grant_title = "Safe Harbour",
                             .reference = "101234567", .funder = "European Commission", .state = "active",
                             .eligibility = variance.cover.eligibility, .awarded = {100'000'000, eur},
                             .retention_until = Date::of("2033-12-31"), .ledger_position = 3, .ledger_hash = std::string(64, 'a'),
                             .sealed_at_s = 1'780'000'000},
                   .lines = {{11, 1, "WP1 · a1", 9'600'00}}, .postings = {}, .costs = {}, .receipts = {}, .approvals = {},
                   .evidence = {}, .ledger = {4'000'00, 350'000'00, 2}};
  const auto posting = [&](std::int64_t position, const char* account, const char* kind, std::int64_t root, std::int64_t minor) {
    audit.postings.push_back({.position = position, .seal = std::string(64, '1'), .entry_id = position,
                              .line_no = static_cast<int>(audit.postings.size() % 2) + 1, .booked_on = Date::of("2026-03-31"),
                              .recorded_at_s = 1'780'000'000, .kind = "expenditure_approved", .document = "expenditure 1",
                              .description = "=Lamps", .account = account, .account_kind = kind, .root_id = root,
                              .amount = {minor, eur}, .reverses_entry_id = 0, .actor = "Arno"});
  };
  posting(2, "expense_direct", "expense", 11, 4'000'00);
  posting(2, "payables", "liability", 0, -4'000'00);
  posting(3, "bank", "asset", 0, 350'000'00);
  posting(3, "income_grants", "income", 0, -350'000'00);
  audit.costs = {{.expenditure_id = 1, .kind = "invoice", .supplier = "Lamps and Wires", .document = "LW-1",
                  .document_on = Date::of("2026-03-31"), .description = "Lamps", .state = "approved", .amount = {4'000'00, eur},
                  .used_as = "claimed", .root_id = 11, .grant_minor = 4'000'00, .entry_id = 2, .payment_entry_id = 0, .files = 1}};
  audit.receipts = {{"Prefinancing", Date::of("2026-02-03"), "EC-1", 350'000'00, 3, false}};
  audit.approvals = {{"expenditure", "expenditure 1", "Carla", 1'779'000'000, "Arno", 1'780'000'000, ""}};
  audit.evidence = {{1, "invoice.pdf", "application/pdf", 12'345, std::string(64, 'b'), "Carla", 1'779'000'000}};
  return audit;
}

}  // namespace kindling
