#include "reporting/verify_report.hpp"

#include <algorithm>

#include "reporting/report_run_store.hpp"
#include "reporting/zip_archive.hpp"

namespace kindling {
namespace {

constexpr std::string_view kMark = "kr-";
constexpr std::size_t kIdentifierBytes = 3 + 32;
constexpr std::size_t kIdentifiersMax = 8;
constexpr std::int64_t kInflatedBytesMax = 32 * 1024 * 1024;
constexpr std::size_t kChunk = 256 * 1024;

// Finds identifiers in a stream of parts, across their borders too.
class IdentifierScan {
 public:
  void feed(std::string_view part) {
    carry_ += part;
    for (std::size_t at = carry_.find(kMark); at != carry_.npos && at + kIdentifierBytes <= carry_.size();
         at = carry_.find(kMark, at + 1)) {
      const auto candidate = std::string_view(carry_).substr(at, kIdentifierBytes);
      const bool hex = candidate.find_first_not_of("0123456789abcdef", kMark.size()) == candidate.npos;
      if (hex && found_.size() < kIdentifiersMax && std::ranges::find(found_, candidate) == found_.end()) found_.emplace_back(candidate);
    }
    if (carry_.size() >= kIdentifierBytes) carry_.erase(0, carry_.size() - (kIdentifierBytes - 1));
  }
  void end_of_part() { carry_.clear(); }
  std::vector<std::string> found() && { return std::move(found_); }

 private:
  std::string carry_;
  std::vector<std::string> found_;
};

}  // namespace

std::string_view to_string(Verdict verdict) {
  return verdict == Verdict::kGenuine ? "genuine" : verdict == Verdict::kAltered ? "altered" : "unknown";
}

VerifiedReport verify_report_hash(Session& session, std::string_view sha256) {
  auto run = find_run_by_hash(session, sha256);
  if (!run) return {};
  return {Verdict::kGenuine, std::move(run)};
}

VerifiedReport verify_report_file(Session& session, const ByteSource& file) {
  auto verified = verify_report_hash(session, sha256_of(file, file.bytes()));
  if (verified.verdict == Verdict::kGenuine) return verified;
  for (const auto& identifier : identifiers_in(file)) {
    if (auto run = find_run_by_identifier(session, identifier)) return {Verdict::kAltered, std::move(run)};
  }
  return {};
}

std::vector<std::string> identifiers_in(const ByteSource& file) {
  IdentifierScan scan;
  for (std::int64_t at = 0; at < file.bytes();) {
    const auto part = file.read(at, kChunk);
    if (part.empty()) break;
    scan.feed(part);
    at += static_cast<std::int64_t>(part.size());
  }
  scan.end_of_part();
  auto left = kInflatedBytesMax;
  for (const auto& entry : list_zip_entries(file)) {
    if (left <= 0) break;
    read_zip_entry(file, entry, left, [&](std::string_view part) {
      scan.feed(part);
      left -= static_cast<std::int64_t>(part.size());
      return true;
    });
    scan.end_of_part();
  }
  return std::move(scan).found();
}

}  // namespace kindling
