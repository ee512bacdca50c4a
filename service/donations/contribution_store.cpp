#include "donations/contribution_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

std::vector<Contribution> read_contributions(soci::session& sql, long long only_id) {
  long long id = 0, received = 0, fund = 0;
  int in_kind = 0;
  std::optional<long long> planned;
  std::string name, organisation, currency;
  soci::statement rows = (sql.prepare << R"(
    SELECT s.id, s.name, COALESCE(o.name, ''), (s.basis = 'in_kind')::int, s.currency, s.planned_minor,
           COALESCE(r.received, 0), COALESCE(s.fund_id, (SELECT f.id FROM funds f WHERE f.code = 'general'))
    FROM funding_sources s
    LEFT JOIN organisations o ON o.id = s.organisation_id
    LEFT JOIN LATERAL (SELECT sum(c.amount_minor)::bigint AS received
                       FROM contribution_receipts c
                       WHERE c.funding_source_id = s.id
                         AND NOT EXISTS (SELECT 1 FROM entries x WHERE x.reverses_entry_id = c.entry_id)) r ON true
    WHERE s.kind IN ('contribution', 'other')
      AND (:only_id::bigint = 0 OR s.id = :only_id)
    ORDER BY s.starts_on DESC, s.id DESC)",
                          soci::into(id), soci::into(name), soci::into(organisation), soci::into(in_kind),
                          soci::into(currency), soci::into(planned), soci::into(received), soci::into(fund),
                          soci::use(only_id, "only_id"));
  rows.execute();
  std::vector<Contribution> contributions;
  while (rows.fetch()) {
    const auto of = Currency::of(currency);
    contributions.push_back({.source_id = id, .name = name, .organisation_name = organisation, .in_kind = in_kind != 0,
                             .planned = planned ? std::optional(Money{*planned, of}) : std::nullopt,
                             .received = {received, of}, .fund_id = fund, .receipts = {}});
  }
  return contributions;
}

}  // namespace

std::vector<Contribution> list_contributions(Session& session) { return read_contributions(session.sql(), 0); }

Result<Contribution> find_contribution(Session& session, std::int64_t source_id) {
  auto found = source_id == 0 ? std::vector<Contribution>{} : read_contributions(session.sql(), source_id);
  if (found.empty()) return not_found("contribution_not_found", "There is no such contribution.");
  auto& contribution = found.front();
  long long of = source_id, id = 0, amount = 0, entry = 0;
  int reversed = 0;
  std::string received_on, reference, description, basis;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT c.id, c.received_on::text, c.amount_minor, c.reference, COALESCE(c.description, ''),
           COALESCE(c.valuation_basis, ''), c.entry_id, (x.id IS NOT NULL)::int
    FROM contribution_receipts c
    LEFT JOIN entries x ON x.reverses_entry_id = c.entry_id
    WHERE c.funding_source_id = :of
    ORDER BY c.id)",
                          soci::into(id), soci::into(received_on), soci::into(amount), soci::into(reference),
                          soci::into(description), soci::into(basis), soci::into(entry), soci::into(reversed),
                          soci::use(of, "of"));
  rows.execute();
  while (rows.fetch()) {
    contribution.receipts.push_back({id, Date::of(received_on), {amount, contribution.received.currency}, reference,
                                     description, basis, entry, reversed != 0});
  }
  return std::move(contribution);
}

void insert_contribution_receipt(Transaction& transaction, std::int64_t source_id, const NewContributionReceipt& receipt,
                                 std::int64_t entry_id) {
  long long source = source_id, amount = receipt.amount.minor, entry = entry_id, actor = transaction.actor.id;
  const auto received_on = to_string(receipt.received_on);
  transaction.sql() << R"(
    INSERT INTO contribution_receipts (funding_source_id, received_on, amount_minor, reference, description,
                                       valuation_basis, entry_id, created_by)
    VALUES (:source, :received_on::date, :amount, :reference, :description, :basis, :entry, NULLIF(:actor::bigint, 0)))",
      soci::use(source, "source"), soci::use(received_on, "received_on"), soci::use(amount, "amount"),
      soci::use(receipt.reference, "reference"), soci::use(receipt.description, "description"),
      soci::use(receipt.valuation_basis, "basis"), soci::use(entry, "entry"), soci::use(actor, "actor");
}

}  // namespace kindling
