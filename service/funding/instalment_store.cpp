#include "funding/instalment_store.hpp"

#include <map>

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// The instalments that a WHERE clause names, with :grant_id and :id bound; prepared once a session.
struct InstalmentRows {
  long long of_grant = 0, only = 0;  // what to read
  long long id = 0, grant_id = 0, amount = 0, retained = 0;
  int version = 0;
  std::string kind, title, due_on, currency, state, reason;
  std::optional<std::string> requested_on;
  soci::statement statement;

  InstalmentRows(soci::session& sql, const char* where)
      : statement((sql.prepare << std::string(R"(
          SELECT id, version, grant_id, kind, title, due_on::text, currency, amount_minor, retained_minor, state,
                 requested_on::text, COALESCE(closed_reason, '')
          FROM instalments )") + where,
                   soci::into(id), soci::into(version), soci::into(grant_id), soci::into(kind), soci::into(title),
                   soci::into(due_on), soci::into(currency), soci::into(amount), soci::into(retained),
                   soci::into(state), soci::into(requested_on), soci::into(reason), soci::use(of_grant, "grant_id"),
                   soci::use(only, "id"))) {}

  std::vector<Instalment> read() {
    std::vector<Instalment> instalments;
    statement.execute();
    while (statement.fetch()) {
      const auto of = Currency::of(currency);
      instalments.push_back({.id = id, .version = version, .grant_id = grant_id, .kind = kind, .title = title,
                             .due_on = Date::of(due_on), .amount = {amount, of}, .retained = {retained, of},
                             .state = state,
                             .requested_on = requested_on ? Date::parse(*requested_on) : std::nullopt,
                             .closed_reason = reason, .receipts = {}});
    }
    return instalments;
  }
};
struct InstalmentsOfGrant : InstalmentRows {
  explicit InstalmentsOfGrant(soci::session& sql)
      : InstalmentRows(sql, "WHERE grant_id = :grant_id AND :id::bigint = 0 ORDER BY due_on, id") {}
};
struct OneInstalment : InstalmentRows {
  explicit OneInstalment(soci::session& sql) : InstalmentRows(sql, "WHERE grant_id = :grant_id AND id = :id") {}
};
struct LockedInstalment : InstalmentRows {
  explicit LockedInstalment(soci::session& sql)
      : InstalmentRows(sql, "WHERE grant_id = :grant_id AND id = :id FOR UPDATE") {}
};

// The receipts of the instalments whose ids are given as an array literal, oldest first.
struct ReceiptRows {
  std::string of_instalments;
  long long id = 0, instalment_id = 0, amount = 0, entry_id = 0;
  int reversed = 0;
  std::string received_on, reference;
  soci::statement statement;

  explicit ReceiptRows(soci::session& sql)
      : statement((sql.prepare << R"(
          SELECT r.id, r.instalment_id, r.received_on::text, r.amount_minor, r.reference, r.entry_id,
                 (x.id IS NOT NULL)::int
          FROM instalment_receipts r
          LEFT JOIN entries x ON x.reverses_entry_id = r.entry_id
          WHERE r.instalment_id = ANY (:of_instalments::bigint[])
          ORDER BY r.id)",
                   soci::into(id), soci::into(instalment_id), soci::into(received_on), soci::into(amount),
                   soci::into(reference), soci::into(entry_id), soci::into(reversed),
                   soci::use(of_instalments, "of_instalments"))) {}
};

void read_receipts(Session& session, std::vector<Instalment>& instalments) {
  auto& rows = session.prepared<ReceiptRows>();
  std::map<std::int64_t, Instalment*> by_id;
  rows.of_instalments = "{";
  for (auto& instalment : instalments) {
    rows.of_instalments += (by_id.empty() ? "" : ",") + std::to_string(instalment.id);
    by_id[instalment.id] = &instalment;
  }
  rows.of_instalments += "}";
  rows.statement.execute();
  while (rows.statement.fetch()) {
    auto& of = *by_id.at(rows.instalment_id);
    of.receipts.push_back({.id = rows.id, .received_on = Date::of(rows.received_on),
                           .amount = {rows.amount, of.amount.currency}, .reference = rows.reference,
                           .entry_id = rows.entry_id, .reversed = rows.reversed != 0});
  }
}

template <typename Rows>
std::vector<Instalment> read_instalments(Session& session, std::int64_t grant_id, std::int64_t id) {
  auto& rows = session.prepared<Rows>();
  rows.of_grant = grant_id;
  rows.only = id;
  auto instalments = rows.read();
  if (!instalments.empty()) read_receipts(session, instalments);
  return instalments;
}

template <typename Rows>
Result<Instalment> read_one(Session& session, std::int64_t grant_id, std::int64_t id) {
  auto found = read_instalments<Rows>(session, grant_id, id);
  if (found.empty()) return not_found("instalment_not_found", "There is no such instalment of this grant.");
  return std::move(found.front());
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

struct UpdateState {
  long long id = 0;
  std::string state, requested_on, reason;
  soci::statement statement;
  explicit UpdateState(soci::session& sql)
      : statement((sql.prepare << R"(
          UPDATE instalments
          SET state = :state,
              requested_on = NULLIF(:requested_on, '')::date,
              closed_reason = NULLIF(:reason, ''),
              version = version + 1
          WHERE id = :id)",
                   soci::use(state, "state"), soci::use(requested_on, "requested_on"), soci::use(reason, "reason"),
                   soci::use(id, "id"))) {}
};

}  // namespace

std::vector<Instalment> list_instalments(Session& session, std::int64_t grant_id) {
  return read_instalments<InstalmentsOfGrant>(session, grant_id, 0);
}

Result<Instalment> find_instalment(Session& session, std::int64_t grant_id, std::int64_t id) {
  return read_one<OneInstalment>(session, grant_id, id);
}

Result<Instalment> lock_instalment(Transaction& transaction, std::int64_t grant_id, std::int64_t id) {
  return read_one<LockedInstalment>(transaction.session, grant_id, id);
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
  auto& row = transaction.session.prepared<UpdateState>();
  row.id = instalment.id;
  row.state = instalment.state;
  row.requested_on = instalment.requested_on ? to_string(*instalment.requested_on) : "";
  row.reason = instalment.closed_reason;
  row.statement.execute(true);
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
