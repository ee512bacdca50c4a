#include "reports/sealed_snapshot.hpp"

#include <stdexcept>

#include <soci/soci.h>

#include "storage/database.hpp"

namespace kindling {
namespace {

void begin(soci::session& sql) { sql << "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"; }

void give_up(soci::session& sql) noexcept {
  try {
    sql << "ROLLBACK";
  } catch (...) {  // the connection is gone, and the transaction with it
  }
}

SealedPosition read_head(soci::session& sql) {
  SealedPosition at;
  long long position = 0;
  sql << R"(
    SELECT position,
           now()::text
    FROM ledger_head)",
      soci::into(position), soci::into(at.known_at);
  at.position = position;
  return at;
}

}  // namespace

SealedSnapshot::SealedSnapshot(Session& session) : session_(session) {
  begin(session.sql());
  try {
    at_ = read_head(session.sql());
    read_as_known();
    read_seal();
  } catch (...) {
    give_up(session.sql());
    throw;
  }
}

SealedSnapshot::SealedSnapshot(Session& session, const SealedPosition& at) : session_(session), at_(at) {
  begin(session.sql());
  try {
    read_as_known();
    read_seal();
  } catch (...) {
    give_up(session.sql());
    throw;
  }
}

SealedSnapshot::~SealedSnapshot() { give_up(session_.sql()); }

// From here on a query that names a document's table reads what it held at that instant: the views of the schema as_known
// stand before the tables. It ends with the transaction.
void SealedSnapshot::read_as_known() {
  std::string known_at, search_path;
  session_.sql() << R"(
    SELECT set_config('kindling.known_at', :known_at, true),
           set_config('search_path', 'as_known, public', true))",
      soci::into(known_at), soci::into(search_path), soci::use(at_.known_at, "known_at");
}

// An empty ledger has the hash of its beginning and no time.
void SealedSnapshot::read_seal() {
  long long position = at_.position, sealed_at = 0;
  session_.sql() << R"(
    SELECT encode(s.hash, 'hex'),
           extract(epoch FROM e.recorded_at)::bigint
    FROM seals s
    JOIN entries e ON e.id = s.entry_id
    WHERE s.position = :position
    UNION ALL
    SELECT encode(sha256('kindling-seal-v1'), 'hex'),
           946684800
    WHERE :position = 0)",
      soci::into(hash_), soci::into(sealed_at), soci::use(position, "position");
  if (!session_.sql().got_data()) throw std::runtime_error("this position of the ledger is not sealed");
  sealed_at_s_ = sealed_at;
}

}  // namespace kindling
