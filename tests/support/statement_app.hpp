// The app with grants that have partners, work packages and reporting periods, for the reports that are made of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/sealed_snapshot.hpp"
#include "support/spending_app.hpp"

namespace kindling {

struct StatementLine {
  const char* work_package;
  const char* category;
  int partner;          // 1 to 3 of FundingApp; 0: the grant has no partners
  const char* amount;
};

class StatementApp : public SpendingApp {
 public:
  // An active grant with a budget in force. `changes` as in FundingApp::grant_body; with partners each has a third of the
  // requested amount of 900,000.00, the first one coordinates.
  SpendingGrant grant_of(const std::vector<StatementLine>& lines, const Pairs& changes = {});
  void plan_periods(const SpendingGrant& grant, int months);
  void close_period(const SpendingGrant& grant, int number);  // begun by Ada, closed by Bert

  std::int64_t approved(const std::string& body);  // drafted and submitted by Ada, approved by Bert
  void reverse(std::int64_t expenditure, const std::string& amount, const std::string& booked_on = "");
  void pay(std::int64_t expenditure, const std::string& day);
  void receive(const SpendingGrant& grant, const std::string& amount, const std::string& day);
  std::string staff(const std::string& number, const std::string& amount, const std::string& days, std::int64_t line,
                    const std::string& document_on = "2026-03-31");

  // Everything that is committed is sealed first.
  template <typename F>
  auto sealed(F&& work) {
    auto lease = database().lease();
    seal(*lease);
    const SealedSnapshot snapshot(*lease);
    return work(snapshot);
  }

 private:
  static void seal(Session& session);
  int receipts_ = 0;
};

}  // namespace kindling
