#include "spending/evidence_store.hpp"

#include <soci/soci.h>

#include "core/hex.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {

std::vector<Evidence> list_evidence(Session& session, std::int64_t expenditure_id) {
  long long of = expenditure_id, id = 0, size = 0;
  Evidence row;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT f.id, f.name, f.media_type, encode(f.sha256, 'hex'), f.size_bytes::bigint, COALESCE(u.name, '')
    FROM evidence_files f
    LEFT JOIN users u ON u.id = f.created_by
    WHERE f.expenditure_id = :of
    ORDER BY f.id)",
                          soci::use(of, "of"), soci::into(id), soci::into(row.name), soci::into(row.media_type),
                          soci::into(row.sha256), soci::into(size), soci::into(row.added_by_name));
  rows.execute();
  std::vector<Evidence> files;
  while (rows.fetch()) {
    row.id = id;
    row.expenditure_id = expenditure_id;
    row.size_bytes = size;
    files.push_back(row);
  }
  return files;
}

Result<Evidence> find_evidence(Session& session, std::int64_t expenditure_id, std::int64_t id) {
  for (auto& file : list_evidence(session, expenditure_id)) {
    if (file.id == id) return std::move(file);
  }
  return not_found("evidence_not_found", "There is no such evidence of this expenditure.");
}

Result<EvidenceFile> find_evidence_file(Session& session, std::int64_t expenditure_id, std::int64_t evidence) {
  long long of = expenditure_id, id = evidence;
  EvidenceFile file;
  std::string hex;
  session.sql() << R"(
    SELECT name, media_type, encode(sha256, 'hex'), encode(content, 'hex')
    FROM evidence_files
    WHERE id = :id
      AND expenditure_id = :of)",
      soci::use(id, "id"), soci::use(of, "of"), soci::into(file.evidence.name), soci::into(file.evidence.media_type),
      soci::into(file.evidence.sha256), soci::into(hex);
  if (!session.sql().got_data()) return not_found("evidence_not_found", "There is no such evidence of this expenditure.");
  file.evidence.id = evidence;
  file.evidence.expenditure_id = expenditure_id;
  file.content = bytes_of(hex);
  file.evidence.size_bytes = static_cast<std::int64_t>(file.content.size());
  return file;
}

std::optional<std::int64_t> find_same_evidence(Session& session, const std::string& sha256) {
  long long id = 0;
  session.sql() << "SELECT expenditure_id FROM evidence_files WHERE sha256 = decode(:sha256, 'hex') AND counts",
      soci::use(sha256, "sha256"), soci::into(id);
  return session.sql().got_data() ? std::optional<std::int64_t>(id) : std::nullopt;
}

std::int64_t insert_evidence(Transaction& transaction, std::int64_t expenditure_id, const NewEvidence& evidence) {
  long long id = 0, of = expenditure_id, actor = transaction.actor.id;
  const auto hex = hex_of(evidence.bytes);
  transaction.sql() << R"(
    INSERT INTO evidence_files (expenditure_id, name, media_type, sha256, size_bytes, content, created_by)
    SELECT :of, :name, :media_type, sha256(b.content), octet_length(b.content), b.content, NULLIF(:actor::bigint, 0)
    FROM (SELECT decode(:hex, 'hex') AS content) b
    RETURNING id)",
      soci::use(of, "of"), soci::use(evidence.name, "name"), soci::use(evidence.media_type, "media_type"),
      soci::use(actor, "actor"), soci::use(hex, "hex"), soci::into(id);
  return id;
}

bool delete_evidence(Transaction& transaction, std::int64_t expenditure_id, std::int64_t evidence) {
  long long of = expenditure_id, id = evidence;
  soci::statement statement = (transaction.sql().prepare
                                   << "DELETE FROM evidence_files WHERE id = :id AND expenditure_id = :of",
                               soci::use(id, "id"), soci::use(of, "of"));
  statement.execute(true);
  return statement.get_affected_rows() == 1;
}

}  // namespace kindling
