#include "spending/reversal_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {

std::vector<Reversal> list_reversals(Session& session, const Expenditure& cost) {
  long long of = cost.id, id = 0, amount = 0, requested_by = 0;
  std::string state, booked_on, reason, requested_name, decided_name;
  std::optional<long long> entry_id;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT r.id, r.state, r.amount_minor, r.booked_on::text, r.reason, r.requested_by, u.name, COALESCE(d.name, ''),
           r.entry_id
    FROM expenditure_reversals r
    JOIN users u ON u.id = r.requested_by
    LEFT JOIN users d ON d.id = r.decided_by
    WHERE r.expenditure_id = :of
    ORDER BY r.id)",
                          soci::use(of, "of"), soci::into(id), soci::into(state), soci::into(amount),
                          soci::into(booked_on), soci::into(reason), soci::into(requested_by),
                          soci::into(requested_name), soci::into(decided_name), soci::into(entry_id));
  rows.execute();
  std::vector<Reversal> reversals;
  while (rows.fetch()) {
    reversals.push_back({.id = id, .state = state, .amount = {amount, cost.amount.currency},
                         .booked_on = Date::of(booked_on), .reason = reason, .requested_by = requested_by,
                         .requested_by_name = requested_name, .decided_by_name = decided_name,
                         .entry_id = entry_id ? std::optional<std::int64_t>(*entry_id) : std::nullopt});
  }
  return reversals;
}

void insert_reversal(Transaction& transaction, std::int64_t expenditure_id, const NewReversal& reversal) {
  long long of = expenditure_id, amount = reversal.amount.minor, actor = transaction.actor.id;
  const auto booked_on = to_string(reversal.booked_on);
  transaction.sql() << R"(
    INSERT INTO expenditure_reversals (expenditure_id, amount_minor, booked_on, reason, requested_by)
    VALUES (:of, :amount, :booked_on::date, :reason, :actor))",
      soci::use(of, "of"), soci::use(amount, "amount"), soci::use(booked_on, "booked_on"),
      soci::use(reversal.reason, "reason"), soci::use(actor, "actor");
}

void decide_reversal(Transaction& transaction, std::int64_t reversal, std::optional<std::int64_t> entry) {
  long long id = reversal, actor = transaction.actor.id;
  const auto entry_id = entry ? std::optional<long long>(*entry) : std::nullopt;
  transaction.sql() << R"(
    UPDATE expenditure_reversals
    SET state = CASE WHEN :entry_id::bigint IS NULL THEN 'refused' ELSE 'approved' END,
        entry_id = :entry_id,
        decided_by = :actor,
        decided_at = now(),
        version = version + 1
    WHERE id = :id)",
      soci::use(entry_id, "entry_id"), soci::use(actor, "actor"), soci::use(id, "id");
}

void take_back(Transaction& transaction, std::int64_t expenditure_id, const std::vector<TakenBack>& taken) {
  std::string ids = "{", minors = "{", grants = "{";
  for (const auto& part : taken) {
    const char* comma = ids.size() > 1 ? "," : "";
    ids += comma + std::to_string(part.allocation_id);
    minors += comma + std::to_string(part.minor);
    grants += comma + std::to_string(part.grant_minor);
  }
  ids += "}", minors += "}", grants += "}";
  long long id = expenditure_id;
  transaction.sql() << R"(
    UPDATE expenditure_allocations a
    SET reversed_minor = a.reversed_minor + t.minor,
        grant_reversed_minor = a.grant_reversed_minor + t.grant_minor
    FROM unnest(:ids::bigint[], :minors::bigint[], :grants::bigint[]) AS t (id, minor, grant_minor)
    WHERE a.id = t.id
      AND a.expenditure_id = :id)",
      soci::use(ids, "ids"), soci::use(minors, "minors"), soci::use(grants, "grants"), soci::use(id, "id");
  transaction.sql() << R"(
    UPDATE expenditures
    SET reversed_minor = (SELECT sum(reversed_minor) FROM expenditure_allocations WHERE expenditure_id = :id),
        version = version + 1
    WHERE id = :id)",
      soci::use(id, "id");
}

void touch_expenditure(Transaction& transaction, std::int64_t expenditure_id) {
  long long id = expenditure_id;
  transaction.sql() << "UPDATE expenditures SET version = version + 1 WHERE id = :id", soci::use(id, "id");
}

}  // namespace kindling
