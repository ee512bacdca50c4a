// A link to one submitted report: 256 random bits in its address, an end, perhaps a password.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

class Input;

inline constexpr int kShareDaysMax = 366;

struct NewReportShare {
  std::string purpose;   // for whom: "Ministry, desk of the audit"; only shown here
  int days = 30;
  std::string password;  // "": none
};
// Fields: purpose, days (1 to 366), password (the rules of all passwords).
Result<NewReportShare> parse_report_share(const Input& input, std::string_view platform);

struct ReportShare {
  std::int64_t id = 0;
  std::int64_t run_id = 0;
  std::string purpose;
  std::string state;          // active, expired, revoked
  bool has_password = false;
  std::string created_by_name, created_on, expires_on;  // "2026-02-28"
  std::int64_t downloads = 0, refused = 0;              // right, and wrong passwords
  std::string last_at;        // of a download, "2026-02-28 09:30"; "" where there was none
};

Value report_share_value(const ReportShare& share);  // schema "ReportShare"
Value report_share_schema();

}  // namespace kindling
