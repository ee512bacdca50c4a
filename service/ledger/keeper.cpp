#include "ledger/keeper.hpp"

#include <soci/soci.h>

#include "ledger/seal.hpp"
#include "ledger/seal_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

constexpr const char* kKeeperLock = "4920302";

// One transaction that is rolled back where anything fails, so that seal, roll-up and horizon move together.
class KeeperTransaction {
 public:
  explicit KeeperTransaction(soci::session& sql) : sql_(sql) {
    sql_ << "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ";
  }
  ~KeeperTransaction() {
    try {
      if (!committed_) sql_ << "ROLLBACK";
    } catch (...) {  // the connection is gone, and the transaction with it
    }
  }
  void commit() {
    sql_ << "COMMIT";
    committed_ = true;
  }

 private:
  soci::session& sql_;
  bool committed_ = false;
};

// The new horizon: the snapshot's xmin, or earlier where more than `batch` entries wait. Whole transactions only.
std::string find_horizon(soci::session& sql, std::int64_t batch) {
  std::string horizon;
  long long skip = batch;
  sql << R"(
    SELECT LEAST(pg_snapshot_xmin(pg_current_snapshot()),
                 COALESCE((SELECT e.xid
                           FROM entries e
                           WHERE e.xid >= h.horizon
                           ORDER BY e.xid
                           OFFSET :skip LIMIT 1),
                          pg_snapshot_xmin(pg_current_snapshot())))::text
    FROM ledger_head h)",
      soci::into(horizon), soci::use(skip, "skip");
  return horizon;
}

void roll_up(soci::session& sql, const std::string& horizon) {
  sql << R"(
    INSERT INTO balance_months (account_code, fund_id, budget_line_id, currency, month, amount_minor, posting_count)
    SELECT p.account_code,
           p.fund_id,
           COALESCE(p.budget_line_id, 0),
           p.currency,
           date_trunc('month', e.booked_on)::date,
           sum(p.amount_minor)::bigint,
           count(*)
    FROM entries e
    JOIN postings p ON p.entry_id = e.id
    WHERE e.xid >= (SELECT horizon FROM ledger_head)
      AND e.xid < :horizon::xid8
    GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (fund_id, account_code, budget_line_id, currency, month) DO UPDATE
    SET amount_minor = balance_months.amount_minor + excluded.amount_minor,
        posting_count = balance_months.posting_count + excluded.posting_count)",
      soci::use(horizon, "horizon");
}

}  // namespace

KeeperReport keep_ledger(Session& session, std::int64_t batch) {
  auto& sql = session.sql();
  KeeperReport report;
  // The lock is taken before the snapshot, so that a keeper that waited for another sees what that one did.
  int locked = 0;
  sql << std::string("SELECT pg_try_advisory_lock(") + kKeeperLock + ")::int", soci::into(locked);
  if (locked == 0) return report;
  report.had_the_lock = true;
  struct Unlock {
    soci::session& sql;
    ~Unlock() {
      try {
        sql << std::string("SELECT pg_advisory_unlock(") + kKeeperLock + ")";
      } catch (...) {  // the connection is gone, and the lock with it
      }
    }
  } unlock{sql};

  KeeperTransaction transaction(sql);
  const auto horizon = find_horizon(sql, batch);
  auto head = read_head(sql);
  report.position = head.position;
  const auto before = head.position;
  std::vector<Seal> seals;
  for_each_entry_below(sql, horizon, [&](SealedEntry entry) {
    entry.position = ++head.position;
    head.hash = seal_of(head.hash, entry);
    seals.push_back({entry.position, entry.id, head.hash});
  });
  if (!seals.empty()) {
    insert_seals(session, seals);
    roll_up(sql, horizon);
  }
  move_head(sql, head, horizon);
  transaction.commit();
  report.sealed = head.position - before;
  report.position = head.position;
  if (report.sealed > 0) sql << "SELECT pg_notify('kindling_ledger', '" + std::to_string(head.position) + "')";
  return report;
}

}  // namespace kindling
