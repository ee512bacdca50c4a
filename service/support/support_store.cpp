#include "support/support_store.hpp"

#include <soci/soci.h>

#include "core/creditor_reference.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// Made once: of two instances at the same moment the second finds the first one's. Nothing is kept of a year without an
// approved budget, so that its figures appear on the day it is approved.
void make_day(soci::session& sql, const std::string& day, const std::string& currency) {
  sql << "SELECT make_support_day(:day::date, :currency)", soci::use(day, "day"), soci::use(currency, "currency");
}

void read_day(soci::session& sql, const std::string& day, Currency currency, SupportFigures& figures) {
  std::string kind;
  long long needed = 0;
  std::optional<long long> amount;
  std::optional<std::string> kind_or_none;
  soci::statement rows = (sql.prepare << R"(
    SELECT d.needed_minor, s.kind, s.amount_minor
    FROM support_days d
    LEFT JOIN support_day_sources s ON s.day = d.day
    WHERE d.day = :day::date
    ORDER BY array_position(ARRAY['grants', 'contributions', 'donations', 'other'], s.kind))",
                          soci::into(needed), soci::into(kind_or_none), soci::into(amount), soci::use(day, "day"));
  rows.execute();
  while (rows.fetch()) {
    figures.needed = Money{needed, currency};
    if (kind_or_none) figures.secured.push_back({*kind_or_none, {*amount, currency}});
  }
}

void read_campaigns(soci::session& sql, const std::string& day, SupportFigures& figures) {
  std::string name, text, reference, currency;
  std::optional<long long> goal, raised;
  soci::statement rows = (sql.prepare << R"(
    SELECT c.name, c.public_text, c.reference, c.currency, c.goal_minor, r.raised_minor
    FROM campaigns c
    LEFT JOIN support_day_campaigns r ON r.campaign_id = c.id AND r.day = :day::date
    WHERE c.is_public
      AND c.starts_on <= :day::date
      AND (c.ends_on IS NULL OR c.ends_on >= :day::date)
    ORDER BY c.starts_on DESC, c.id DESC
    LIMIT 50)",
                          soci::into(name), soci::into(text), soci::into(reference), soci::into(currency),
                          soci::into(goal), soci::into(raised), soci::use(day, "day"));
  rows.execute();
  while (rows.fetch()) {
    const auto of = Currency::of(currency);
    const auto money = [&](const std::optional<long long>& minor) {
      return minor ? std::optional(Money{*minor, of}) : std::nullopt;
    };
    figures.campaigns.push_back({.name = name, .text = text, .reference = make_creditor_reference(reference),
                                 .goal = money(goal), .raised = money(raised)});
  }
}

void read_account(soci::session& sql, SupportFigures& figures) {
  std::string holder, iban, currency;
  std::optional<std::string> bic;
  sql << "SELECT holder, iban, bic, currency FROM bank_accounts WHERE is_public", soci::into(holder), soci::into(iban),
      soci::into(bic), soci::into(currency);
  if (sql.got_data()) figures.account = PublicAccount{holder, iban, bic, Currency::of(currency)};
}

}  // namespace

SupportFigures load_support(Session& session, Date today, Currency platform) {
  auto& sql = session.sql();
  SupportFigures figures{.day = today, .needed = {}, .secured = {}, .campaigns = {}, .account = {}};
  const auto day = to_string(today);
  make_day(sql, day, std::string(platform.code()));
  read_day(sql, day, platform, figures);
  read_campaigns(sql, day, figures);
  read_account(sql, figures);
  return figures;
}

}  // namespace kindling
