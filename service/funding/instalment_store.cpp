#include "funding/instalment_store.hpp"

#include <map>

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// Instalments of a grant, or one of them (id <> 0), then all their receipts in one statement.
std::vector<Instalment> read_instalments(soci::session& sql, long long grant_id, long long only_id, bool lock) {
  std::string text = R"(
    SELECT id, version, kind, title, due_on::text, currency, amount_minor, retained_minor, state, requested_on::text,
           COALESCE(closed_reason, '')
    FROM instalments
    WHERE grant_id = :grant_id
      AND (:only_id::bigint = 0 OR id = :only_id)
    ORDER BY due_on, id)";
  if (lock) text += " FOR UPDATE";
  long long id = 0, amount = 0, retained = 0;
  int version = 0;
  std::string kind, title, due_on, currency, state, reason;
  std::optional<std::string> requested_on;
  soci::statement rows = (sql.prepare << text, soci::into(id), soci::into(version), soci::into(kind),
                          soci::into(title), soci::into(due_on), soci::into(currency), soci::into(amount),
                          soci::into(retained), soci::into(state), soci::into(requested_on), soci::into(reason),
                          soci::use(grant_id, "grant_id"), soci::use(only_id, "only_id"));
  rows.execute();
  std::vector<Instalment> instalments;
  while (rows.fetch()) {
    const auto of = Currency::of(currency);
    instalments.push_back({.id = id, .version = version, .grant_id = grant_id, .kind = kind, .title = title,
                           .due_on = Date::of(due_on), .amount = {amount, of}, .retained = {retained, of},
                           .state = state,
                           .requested_on = requested_on ? Date::parse(*requested_on) : std::nullopt,
                           .closed_reason = reason, .receipts = {}});
  }
  return instalments;
}

void read_receipts(soci::session& sql, long long grant_id, long long only_id, std::vector<Instalment>& instalments) {
  std::map<std::int64_t, Instalment*> by_id;
  for (auto& instalment : instalments) by_id[instalment.id] = &instalment;
  long long id = 0, instalment_id = 0, amount = 0, entry_id = 0;
  int reversed = 0;
  std::string received_on, reference;
  soci::statement rows = (sql.prepare << R"(
    SELECT r.id, r.instalment_id, r.received_on::text, r.amount_minor, r.reference, r.entry_id, (x.id IS NOT NULL)::int
    FROM instalment_receipts r
    JOIN instalments i ON i.id = r.instalment_id
    LEFT JOIN entries x ON x.reverses_entry_id = r.entry_id
    WHERE i.grant_id = :grant_id
      AND (:only_id::bigint = 0 OR i.id = :only_id)
    ORDER BY r.id)",
                          soci::into(id), soci::into(instalment_id), soci::into(received_on), soci::into(amount),
                          soci::into(reference), soci::into(entry_id), soci::into(reversed),
                          soci::use(grant_id, "grant_id"), soci::use(only_id, "only_id"));
  rows.execute();
  while (rows.fetch()) {
    const auto found = by_id.find(instalment_id);
    if (found == by_id.end()) continue;
    found->second->receipts.push_back({.id = id, .received_on = Date::of(received_on),
                                       .amount = {amount, found->second->amount.currency}, .reference = reference,
                                       .entry_id = entry_id, .reversed = reversed != 0});
  }
}

Result<Instalment> read_one(soci::session& sql, std::int64_t grant_id, std::int64_t id, bool lock) {
  // Id 0 would read all; no row has it.
  auto found = id == 0 ? std::vector<Instalment>{} : read_instalments(sql, grant_id, id, lock);
  if (found.empty()) return not_found("instalment_not_found", "There is no such instalment of this grant.");
  read_receipts(sql, grant_id, id, found);
  return found.front();
}

// Receipts are posted by the thousand where a platform has many; prepared once a session.
struct InsertReceipt {
  long long instalment_id = 0, amount = 0, entry_id = 0, actor_id = 0;
  std::string received_on, reference;
  soci::statement statement;
  explicit InsertReceipt(soci::session& sql)
      : statement((sql.prepare << R"(
          INSERT INTO instalment_receipts (instalment_id, received_on, amount_minor, reference, entry_id, created_by)
          VALUES (:instalment_id, :received_on::date, :amount, :reference, :entry_id, NULLIF(:actor_id::bigint, 0)))",
                   soci::use(instalment_id, "instalment_id"), soci::use(received_on, "received_on"),
                   soci::use(amount, "amount"), soci::use(reference, "reference"), soci::use(entry_id, "entry_id"),
                   soci::use(actor_id, "actor_id"))) {}
};

}  // namespace

std::vector<Instalment> list_instalments(Session& session, std::int64_t grant_id) {
  auto instalments = read_instalments(session.sql(), grant_id, 0, false);
  read_receipts(session.sql(), grant_id, 0, instalments);
  return instalments;
}

Result<Instalment> find_instalment(Session& session, std::int64_t grant_id, std::int64_t id) {
  return read_one(session.sql(), grant_id, id, false);
}

Result<Instalment> lock_instalment(Transaction& transaction, std::int64_t grant_id, std::int64_t id) {
  return read_one(transaction.sql(), grant_id, id, true);
}

std::int64_t insert_instalment(Transaction& transaction, std::int64_t grant_id, const NewInstalment& instalment) {
  long long id = 0, of_grant = grant_id, actor = transaction.actor.id;
  long long amount = instalment.amount.minor, retained = instalment.retained.minor;
  const auto due_on = to_string(instalment.due_on);
  const std::string currency(instalment.amount.currency.code());
  transaction.sql() << R"(
    INSERT INTO instalments (grant_id, kind, title, due_on, currency, amount_minor, retained_minor, created_by)
    VALUES (:grant_id, :kind, :title, :due_on::date, :currency, :amount, :retained, NULLIF(:actor::bigint, 0))
    RETURNING id)",
      soci::use(of_grant, "grant_id"), soci::use(instalment.kind, "kind"), soci::use(instalment.title, "title"),
      soci::use(due_on, "due_on"), soci::use(currency, "currency"), soci::use(amount, "amount"),
      soci::use(retained, "retained"), soci::use(actor, "actor"), soci::into(id);
  return id;
}

void update_instalment_state(Transaction& transaction, const Instalment& instalment) {
  long long id = instalment.id;
  const auto requested = instalment.requested_on ? std::optional(to_string(*instalment.requested_on)) : std::nullopt;
  transaction.sql() << R"(
    UPDATE instalments
    SET state = :state,
        requested_on = :requested_on::date,
        closed_reason = NULLIF(:reason, ''),
        version = version + 1
    WHERE id = :id)",
      soci::use(instalment.state, "state"), soci::use(requested, "requested_on"),
      soci::use(instalment.closed_reason, "reason"), soci::use(id, "id");
}

void insert_receipt(Transaction& transaction, std::int64_t instalment_id, const NewReceipt& receipt,
                    std::int64_t entry_id) {
  auto& row = transaction.session.prepared<InsertReceipt>();
  row.instalment_id = instalment_id;
  row.received_on = to_string(receipt.received_on);
  row.amount = receipt.amount.minor;
  row.reference = receipt.reference;
  row.entry_id = entry_id;
  row.actor_id = transaction.actor.id;
  row.statement.execute(true);
}

}  // namespace kindling
