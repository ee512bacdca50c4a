// The audit workbook of a grant: every figure with its entries, documents, approvals and evidence, up to a position of
// the sealed ledger. This header is its read model. The ledger's side and the documents' side are read apart, so that
// the tie-out compares them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "reports/sheet/figure.hpp"
#include "reports/sheet/words.hpp"

namespace kindling {

class SealedSnapshot;

struct GrantAudit {
  struct Cover {
    std::string platform;
    std::string identifier;      // of the report's run; may be empty
    std::string grant_title;
    std::string reference;
    std::string funder;
    std::string state;
    Period eligibility;
    Money awarded;
    std::optional<Date> retention_until;
    std::int64_t ledger_position = 0;
    std::string ledger_hash;
    std::int64_t sealed_at_s = 0;
  };
  struct Line {
    std::int64_t root_id = 0;
    int number = 0;              // 0: in force no more
    std::string what;            // "WP1 · a1 · Harbour University"
    std::int64_t budget_minor = 0;
  };
  // A posting of the grant's fund or on its lines.
  struct Posting {
    std::int64_t position = 0;
    std::string seal;            // hexadecimal, of its entry
    std::int64_t entry_id = 0;
    int line_no = 0;
    Date booked_on;
    std::int64_t recorded_at_s = 0;
    std::string kind;
    std::string document;        // "expenditure 12"
    std::string description;
    std::string account;
    std::string account_kind;    // asset, liability, income, expense, equity
    std::int64_t root_id = 0;    // of its budget line; 0: none
    Money amount;
    std::int64_t reverses_entry_id = 0;  // 0: none
    std::string actor;
  };
  struct Cost {
    std::int64_t expenditure_id = 0;
    std::string kind;            // invoice, staff, in_kind
    std::string supplier;
    std::string document;        // the supplier's number
    Date document_on;
    std::string description;
    std::string state;
    Money amount;                // of the document
    std::string used_as;         // claimed, match, ineligible
    std::int64_t root_id = 0;    // of a claim
    std::int64_t grant_minor = 0;  // what stands of it in the grant's currency
    std::int64_t entry_id = 0;
    std::int64_t payment_entry_id = 0;  // 0: not paid yet
    int files = 0;
  };
  struct Receipt {
    std::string instalment;
    Date received_on;
    std::string reference;       // the bank's
    std::int64_t amount_minor = 0;
    std::int64_t entry_id = 0;
    bool reversed = false;
  };
  // Who asked, and who else decided.
  struct Approval {
    std::string what;            // budget_version, transfer, amendment, expenditure, reversal, override, period_closing ...
    std::string name;            // "version 2", "expenditure 12"
    std::string asked_by;
    std::int64_t asked_at_s = 0; // 0: unknown
    std::string decided_by;
    std::int64_t decided_at_s = 0;
    std::string reason;
  };
  struct Evidence {
    std::int64_t expenditure_id = 0;
    std::string name;
    std::string media_type;
    std::int64_t size_bytes = 0;
    std::string sha256;
    std::string attached_by;
    std::int64_t attached_at_s = 0;
  };
  // Sums made apart from what is listed.
  struct Independent {
    std::int64_t fund_costs_minor = 0;    // expenses of the grant's fund, exchange differences apart
    std::int64_t fund_income_minor = 0;   // grant income of the fund
    std::int64_t sealed_entries = 0;      // that touch the fund or the lines
  };

  Cover cover;
  std::vector<Line> lines;
  std::vector<Posting> postings;   // by position
  std::vector<Cost> costs;         // one row an allocation to this grant
  std::vector<Receipt> receipts;
  std::vector<Approval> approvals; // by time of the decision
  std::vector<Evidence> evidence;
  Independent ledger;
};

struct GrantAuditRequest {
  std::int64_t grant_id = 0;
  std::string platform;
  std::string identifier = {};
};

// In a fixed number of statements. kNotFound where there is no such grant.
Result<GrantAudit> query_grant_audit(const SealedSnapshot& snapshot, const GrantAuditRequest& request);

sheet::File write_grant_audit(const GrantAudit& audit, const sheet::Words& words = {});

}  // namespace kindling
