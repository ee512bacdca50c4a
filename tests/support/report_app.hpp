// Reports are asked for as a client does it, each followed to its end.
#pragma once

#include <string>

#include "reporting/report_signature.hpp"
#include "support/spending_app.hpp"

namespace kindling {

class ReportApp : public SpendingApp {
 public:
  ReportApp();  // with a grant on which 1,000.00 EUR were spent

  const SpendingGrant& grant() const { return grant_; }
  // An approved invoice on the grant's first line.
  void spend(const std::string& number, const std::string& amount);
  // The JSON body of the funder report of the grant for 2026.
  std::string funder_report() const;
  // Asks for it and waits for its end; its number.
  std::string made(const std::string& body);
  std::string made() { return made(funder_report()); }
  Value run(const std::string& id);
  std::string state(const std::string& id) { return text_at(run(id), "state"); }
  Value settled(const std::string& id);
  std::string file(const std::string& id);
  // A verb at the current version, as whoever is signed in.
  Answer step(const std::string& id, const std::string& verb, const std::string& body = "{}");
  // Proposed by Ada and approved by Bert.
  void submit(const std::string& id);

 private:
  SpendingGrant grant_;
};

inline const ReportSigner& test_signer() {
  static const ReportSigner signer(std::string(64, '7'));
  return signer;
}

}  // namespace kindling
