// Who acts, in which roles, and what can be done: the words of authorize(), without its rules.
#pragma once

#include <cstdint>
#include <string>

namespace kindling {

// kFunder stands alone: somebody of a funder organisation, who sees its own grants and nothing else.
enum class Role : std::uint8_t { kCoordinator = 1, kApprover = 2, kViewer = 4, kAdministrator = 8, kFunder = 16, kAuditor = 32 };

// A set of Role, as bits.
using Roles = std::uint8_t;
constexpr Roles operator|(Role a, Role b) { return static_cast<Roles>(static_cast<Roles>(a) | static_cast<Roles>(b)); }
constexpr bool has_role(Roles roles, Role role) { return (roles & static_cast<Roles>(role)) != 0; }

// What a route does. Every route names one; identity/authorize.hpp says which roles may.
enum class Action : std::uint8_t {
  kPublic,          // without sign-in: health, sign-in page, static files
  kOwnSession,      // own password, sign out: all that a one-time password reaches
  kSignedIn,        // anybody signed in: home, own profile
  kReadFunding,     // organisations, sources, grants, instalments, obligations, budgets, reports
  kReadBudgets,     // the figures of budgets: all that a dashboard's token reads
  kWriteFunding,    // the same, entering and changing
  kApproveBudget,   // a budget version of somebody else
  kReadLedger,      // entries, postings, balances, seal
  kReceiveMoney,    // post a receipt to the ledger
  kDownloadReport,  // a workbook
  kRequestReport,   // have one made and kept
  kApproveReport,   // submit to a funder what somebody else proposed
  kReadAsFunder,    // one's own organisation's grants and what was submitted for them
  kAdminister,      // users, roles, tokens, settings
  kReadEvidence,    // the files behind costs: invoices, payslips
  kRecordSpending,  // costs and commitments, their evidence, payments, imports
  kApproveSpending, // a cost or a reversal of somebody else
  kOverrideBreach,  // let a cost or a commitment of somebody else pass a limit that only warns
  kPreparePeriod,   // reporting periods: their days, begin a closing, ask for a reopening
  kClosePeriod,     // close or reopen what somebody else asked for
  kEnterRate,       // exchange rates by hand and the ECB's file
  kImportFile,      // any file of rows; its kind says in addition who may
  kReadGifts,       // donations, pledges, campaigns, receipts; without who gave
  kReadDonors,      // who gave; each reading is audited, so a token that only reads does not reach it
  kRecordGifts,     // the same, entering and changing
  kReadBank,        // bank accounts and reconciliation
  kKeepBank,        // accounts, statements, and the matching of lines
};

// Who asks. id 0: nobody is signed in.
struct Actor {
  std::int64_t id = 0;
  std::string name;   // for the page frame only; never logged
  Roles roles = 0;
  std::int64_t organisation_id = 0;  // of a funder; 0 for everybody else
  bool by_token = false;       // an API token instead of a browser session: no form token is asked
  bool read_only = false;      // a token without the write scope
  bool budgets_only = false;   // a token of the scope "dashboard"
  bool must_change_password = false;
  std::string form_token;      // proves that a form came from our page in this session

  bool signed_in() const { return id != 0; }
  bool has(Role role) const { return has_role(roles, role); }
};

}  // namespace kindling
