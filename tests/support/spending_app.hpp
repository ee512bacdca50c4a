// The real app with an active grant, an approved budget, a supplier, and a second person who approves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/actor.hpp"
#include "support/funding_app.hpp"

namespace kindling {

struct SpendingGrant {
  std::int64_t id = 0;
  std::int64_t fund_id = 0;
  std::vector<std::int64_t> lines;  // roots, in the order of the budget
};

class SpendingApp : public FundingApp {
 public:
  SpendingApp();

  const Actor& ada() const { return ada_; }      // coordinator
  const Actor& bert() const { return bert_; }    // approver and coordinator
  std::int64_t supplier() const { return supplier_; }

  // An active grant of 1,000,000.00 from 2026 to 2028 with one line each: "a1", "30000.00". `rule`: stop or warn.
  SpendingGrant grant(const std::vector<std::pair<std::string, std::string>>& lines, const std::string& rule = "stop",
                      const std::string& currency = "EUR");

  // The JSON body of an invoice of the supplier, wholly claimed from a line; `more` adds members.
  std::string invoice(const std::string& number, const std::string& amount, std::int64_t line,
                      const std::string& more = "") const;
  // One of `allocations`: JSON objects.
  std::string invoice_of(const std::string& number, const std::string& amount, const std::string& allocations,
                         const std::string& more = "") const;
  // Drafts through the API; the id. Expects 201.
  std::int64_t draft(const std::string& body);
  // Drafts and submits.
  std::int64_t submitted(const std::string& body);
  // A verb as Ada through the API at the current version.
  Answer act(std::int64_t expenditure, const std::string& verb, const std::string& body = "{}");
  // The code of the error of a verb that Bert does, "" where it is done.
  std::string as_bert(std::int64_t expenditure, const std::string& verb, const std::string& reason = "");
  Error error_as_bert(std::int64_t expenditure, const std::string& verb, const std::string& reason = "");
  int version(std::int64_t expenditure);
  // Attaches bytes as evidence through the API.
  Answer attach(std::int64_t expenditure, const std::string& name, const std::string& bytes);

  // Sum of the postings of an account over all funds, in one currency.
  std::int64_t balance(const std::string& account, const std::string& currency = "EUR");

 private:
  Actor ada_, bert_;
  std::int64_t supplier_ = 0;
};

}  // namespace kindling
