// What a run makes: the position and instant that it is bound to, its file in parts, its named figures, its signature.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/sealed_snapshot.hpp"
#include "reports/sheet/figure.hpp"
#include "storage/spooled_file.hpp"

namespace kindling {

class Session;
struct ReportContext;
struct Transaction;

// Binds it to the head of the ledger and to this instant, once; what it is bound to. The statement is a transaction of its
// own. Whatever began before has committed when it returns, so that a snapshot taken then and one taken later see the same.
SealedPosition bind_report_run(Session& session, std::int64_t id);

// What it shows beside the database, once as well; nullopt before, and of a run of a release that did not keep it.
std::optional<ReportContext> find_report_context(Session& session, std::int64_t id);
void store_report_context(Session& session, std::int64_t id, const ReportContext& context);  // the first one stays

struct MadeReport {
  std::string identifier, file_name, sha256;  // hexadecimal
  std::string_view content_type;
  std::string public_key, signature;          // bytes
};
// The file in parts, its figures, and the run as a draft.
void store_made_report(Transaction& transaction, std::int64_t id, const MadeReport& made, const SpooledFile& file,
                       const std::vector<sheet::NamedFigure>& figures);
// The file part by part into a spool. Empty where nothing was made.
SpooledFile read_report_file(Session& session, std::int64_t id);
std::vector<sheet::NamedFigure> list_report_figures(Session& session, std::int64_t id);
// How many of them say exactly this.
std::int64_t count_report_figures(Session& session, std::int64_t id, const std::string& value);

// 64 bytes and the key that they are under; of a run that is made.
struct StoredSignature {
  std::string public_key, signature;
};
StoredSignature find_signature(Session& session, std::int64_t id);

}  // namespace kindling
