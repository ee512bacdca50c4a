// The real app with a budget of the platform for 2026 in force: Hosting 1,200.00 EUR over the year, half of it likely from an
// appeal, Moderation 900.00 EUR from January to March. A euro is 25 CZK on every day of the year.
#pragma once

#include <cstdint>
#include <string>

#include "support/spending_app.hpp"

namespace kindling {

class PlatformApp : public SpendingApp {
 public:
  PlatformApp();

  // Saves, submits and approves the lines (JSON objects) of a budget that was begun.
  void approve_lines(const std::string& lines, std::int64_t budget);
  // An own cost of 2026 in euro, submitted; `more` adds members to its allocation.
  std::int64_t own(const std::string& number, const std::string& amount, const std::string& day, const std::string& need,
                   const std::string& more = "");
  Value figures(const std::string& query = "");  // of 2026
  // "planned spent committed drafts available forecast" of a row of them; "" where there is none.
  static std::string row_of(const Value& figures, const std::string& code);
};

}  // namespace kindling
