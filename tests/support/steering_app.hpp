// The real app with a year of history of literal amounts: what the figures of sustainability are made of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/funding_app.hpp"

namespace kindling {

// As of 2026-03-31 there are, in EUR: opening cash 20,000.00; costs of 1,000.00 in each month from April 2025 on; other
// income of 600.00 in January 2026; a grant of the European Commission with 5,000.00 received in September and 6,500.00
// spent in October 2025; gifts of 2,400.00 in June 2025; gifts in kind that are no cash; and 70.00 USD in the bank.
class SteeringApp : public FundingApp {
 public:
  SteeringApp();

  std::int64_t grant_id() const { return grant_id_; }
  std::int64_t grant_fund() const { return grant_fund_; }
  // One balanced entry: `amount` goes to the account `to` and comes from `from`.
  void post(const std::string& day, const char* to, const char* from, std::int64_t minor, std::int64_t fund = 1,
            const char* currency = "EUR");
  std::int64_t donor(const std::string& name);
  void gift(std::int64_t donor, const std::string& day, const std::string& gross, const std::string& more = "");
  // An approved budget of 2026: hosting of 1,200.00 a year with 600.00 from a source of 50 %, an audit of 500.00 in
  // November with 500.00 that are certain.
  void approve_platform_budget();

 private:
  std::int64_t grant_id_ = 0, grant_fund_ = 0;
};

}  // namespace kindling
