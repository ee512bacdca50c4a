// All SQL of links to reports, and of their use.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/report_share.hpp"

namespace kindling {

class Session;
struct Transaction;

// `password_hash` is "" for none. Refused by the database where the run is not submitted.
std::int64_t insert_report_share(Transaction& transaction, std::int64_t run_id, const NewReportShare& share,
                                 const std::string& token_hash, const std::string& password_hash);
// Newest first. Of a run.
std::vector<ReportShare> list_report_shares(Session& session, std::int64_t run_id);
// False where the run has no such link that is not revoked already.
bool revoke_report_share(Transaction& transaction, std::int64_t run_id, std::int64_t share_id);

// A link that opens today.
struct OpenShare {
  std::int64_t share_id = 0;
  std::int64_t run_id = 0;
  std::string expires_on;
  std::optional<std::string> password_hash;
};
std::optional<OpenShare> find_open_share(Session& session, const std::string& token_hash);
void record_share_use(Transaction& transaction, std::int64_t share_id, std::string_view outcome);

}  // namespace kindling
