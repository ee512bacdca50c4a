// All SQL of evidence files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "spending/evidence.hpp"

namespace kindling {

struct Transaction;
class Session;

std::vector<Evidence> list_evidence(Session& session, std::int64_t expenditure_id);  // without content
// kNotFound "evidence_not_found", also where it is another expenditure's.
Result<Evidence> find_evidence(Session& session, std::int64_t expenditure_id, std::int64_t id);
struct EvidenceFile {
  Evidence evidence;
  std::string content;
};
Result<EvidenceFile> find_evidence_file(Session& session, std::int64_t expenditure_id, std::int64_t id);
// The expenditure that these bytes are the evidence of already.
std::optional<std::int64_t> find_same_evidence(Session& session, const std::string& sha256);

std::int64_t insert_evidence(Transaction& transaction, std::int64_t expenditure_id, const NewEvidence& evidence);
bool delete_evidence(Transaction& transaction, std::int64_t expenditure_id, std::int64_t id);

}  // namespace kindling
