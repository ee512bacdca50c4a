// What a camt.053 file says, as texts, and the statement that they make: amounts and days, batches split, balances that
// add up. Knows neither XML nor versions: camt.cpp reads the elements into these, and says where an error stands.
#pragma once

#include <string>
#include <vector>

#include "banking/statement.hpp"
#include "core/result.hpp"

namespace kindling {

struct CamtAmount {
  std::string text;
  std::string currency;
};

struct CamtBalance {  // Bal
  std::string type;
  CamtAmount amount;
  std::string direction;
  std::string date;
};

struct CamtParty {
  std::string name;
  std::string iban;
};

struct CamtCharge {  // a record of Chrgs
  CamtAmount amount;
  std::string direction;  // "": to be paid
};

struct CamtDetails {  // TxDtls
  CamtAmount amount;        // TxDtls/Amt, or AmtDtls/TxAmt/Amt in version 02
  CamtAmount older_amount;
  std::string direction;
  std::string reference, end_to_end_id, structured_reference, text, more_text;
  CamtParty debtor, creditor;
  std::vector<CamtCharge> charges;
};

struct CamtEntry {  // Ntry
  CamtAmount amount;
  std::string direction, status, reversal, booked_on, value_on, bank_reference, text;
  std::vector<CamtDetails> details;
  std::vector<CamtCharge> charges;
};

struct CamtStatement {  // Stmt, as far as it was read
  std::string identification, iban, currency, from, to;
  std::vector<CamtBalance> balances;
  std::vector<BankStatementLine> lines;
};

// Errors of both at "file", with the codes of read_camt and without a place.
//
// The lines of an entry, if it is booked (BOOK). CdtDbtInd is the direction as it happened, also of a reversal. A batch
// (several TxDtls) is split where each has an amount in the account's currency; it must then add up, with the charges that
// the bank took off before it booked the rest as a line of their own. Otherwise it stays one line.
Outcome add_camt_entry(CamtStatement& statement, const CamtEntry& entry);
// At its end: balances, days, and the sum. Takes the lines.
Result<Statement> finish_camt_statement(CamtStatement& statement);

Error too_many_camt_lines();

}  // namespace kindling
