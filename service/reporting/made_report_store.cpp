#include "reporting/made_report_store.hpp"

#include <chrono>
#include <thread>

#include <soci/soci.h>

#include "core/hex.hpp"
#include "reporting/report_kind.hpp"
#include "storage/copy.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

constexpr std::size_t kPartBytes = 512 * 1024;
constexpr long long kFiguresMax = 20'000;  // of one run; long registers name none anyway

// What began before this instant has ended after it, so that a snapshot taken then holds all of it. A long import is not
// waited for: what it brings counts for the reports after it.
void let_earlier_writes_end(soci::session& sql) {
  using namespace std::chrono_literals;
  std::string begun;
  sql << "SELECT pg_snapshot_xmax(pg_current_snapshot())::text", soci::into(begun);
  for (int attempt = 0; attempt < 100; ++attempt) {
    int ended = 0;
    sql << "SELECT (pg_snapshot_xmin(pg_current_snapshot()) >= :begun::xid8)::int", soci::into(ended), soci::use(begun, "begun");
    if (ended != 0) return;
    std::this_thread::sleep_for(20ms);
  }
}

}  // namespace

SealedPosition bind_report_run(Session& session, std::int64_t id) {
  long long run = id, position = 0;
  SealedPosition at;
  session.sql() << R"(
    UPDATE report_runs
    SET ledger_position = (SELECT position FROM ledger_head),
        known_at = clock_timestamp()
    WHERE id = :id
      AND ledger_position IS NULL)",
      soci::use(run, "id");
  session.sql() << R"(
    SELECT ledger_position,
           known_at::text
    FROM report_runs
    WHERE id = :id)",
      soci::use(run, "id"), soci::into(position), soci::into(at.known_at);
  at.position = position;
  let_earlier_writes_end(session.sql());
  return at;
}

std::optional<ReportContext> find_report_context(Session& session, std::int64_t id) {
  long long run = id;
  ReportContext context;
  session.sql() << R"(
    SELECT platform,
           currency,
           letter,
           programme
    FROM report_run_contexts
    WHERE run_id = :id)",
      soci::use(run, "id"), soci::into(context.platform), soci::into(context.currency), soci::into(context.letter),
      soci::into(context.programme);
  return session.sql().got_data() ? std::optional(context) : std::nullopt;
}

void store_report_context(Session& session, std::int64_t id, const ReportContext& context) {
  long long run = id;
  session.sql() << R"(
    INSERT INTO report_run_contexts (run_id, platform, currency, letter, programme)
    VALUES (:id, :platform, :currency, :letter, :programme)
    ON CONFLICT (run_id) DO NOTHING)",
      soci::use(run, "id"), soci::use(context.platform, "platform"), soci::use(context.currency, "currency"),
      soci::use(context.letter, "letter"), soci::use(context.programme, "programme");
}

void store_made_report(Transaction& transaction, std::int64_t id, const MadeReport& made, const SpooledFile& file,
                       const std::vector<sheet::NamedFigure>& figures) {
  long long run = id;
  const auto size = static_cast<long long>(file.bytes());
  {
    CopyIn copy(transaction.session, "report_run_parts (run_id, position, content)");
    for (long long at = 0, position = 0; at < size; at += static_cast<long long>(kPartBytes), ++position) {
      copy.field(run).field(position).field(bytea_of(file.read(at, kPartBytes)));
      copy.end_row();
    }
    copy.finish();
  }
  {
    CopyIn copy(transaction.session, "report_run_figures (run_id, position, sheet, row_label, column_label, value, unit)");
    long long position = 0;
    for (const auto& figure : figures) {
      if (position >= kFiguresMax) break;
      copy.field(run).field(position++).field(figure.sheet).field(figure.row).field(figure.column).field(figure.value).field(figure.unit);
      copy.end_row();
    }
    copy.finish();
  }
  const std::string type(made.content_type);
  const auto key = hex_of(made.public_key), signature = hex_of(made.signature);
  transaction.sql() << R"(
    UPDATE report_runs
    SET state = 'draft',
        version = version + 1,
        identifier = :identifier,
        file_name = :file_name,
        content_type = :type,
        size_bytes = :size,
        sha256 = decode(:sha256, 'hex'),
        public_key = decode(:key, 'hex'),
        signature = decode(:signature, 'hex'),
        made_at = now()
    WHERE id = :id)",
      soci::use(made.identifier, "identifier"), soci::use(made.file_name, "file_name"), soci::use(type, "type"),
      soci::use(size, "size"), soci::use(made.sha256, "sha256"), soci::use(key, "key"),
      soci::use(signature, "signature"), soci::use(run, "id");
}

SpooledFile read_report_file(Session& session, std::int64_t id) {
  SpooledFile file;
  long long run = id;
  std::string part;
  for (int position = 0;; ++position) {
    part.clear();
    session.sql() << R"(
      SELECT encode(content, 'hex')
      FROM report_run_parts
      WHERE run_id = :id
        AND position = :position)",
        soci::use(run, "id"), soci::use(position, "position"), soci::into(part);
    if (part.empty()) return file;
    file.append(bytes_of(part));
  }
}

std::vector<sheet::NamedFigure> list_report_figures(Session& session, std::int64_t id) {
  long long run = id;
  sheet::NamedFigure figure;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT sheet,
           row_label,
           column_label,
           value,
           unit
    FROM report_run_figures
    WHERE run_id = :id
    ORDER BY position)",
                          soci::into(figure.sheet), soci::into(figure.row), soci::into(figure.column),
                          soci::into(figure.value), soci::into(figure.unit), soci::use(run, "id"));
  rows.execute();
  std::vector<sheet::NamedFigure> figures;
  while (rows.fetch()) figures.push_back(figure);
  return figures;
}

std::int64_t count_report_figures(Session& session, std::int64_t id, const std::string& value) {
  long long run = id, count = 0;
  session.sql() << "SELECT count(*) FROM report_run_figures WHERE run_id = :id AND value = :value", soci::use(run, "id"),
      soci::use(value, "value"), soci::into(count);
  return count;
}

StoredSignature find_signature(Session& session, std::int64_t id) {
  long long run = id;
  std::string key, signature;
  session.sql() << R"(
    SELECT encode(public_key, 'hex'),
           encode(signature, 'hex')
    FROM report_runs
    WHERE id = :id
      AND made_at IS NOT NULL)",
      soci::use(run, "id"), soci::into(key), soci::into(signature);
  return {bytes_of(key), bytes_of(signature)};
}

}  // namespace kindling
