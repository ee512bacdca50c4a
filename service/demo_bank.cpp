#include "demo_bank.hpp"

#include <stdexcept>
#include <string>

#include "banking/bank_account_store.hpp"
#include "banking/import_statement.hpp"
#include "banking/record_bank_account.hpp"
#include "core/currency.hpp"
#include "core/input.hpp"
#include "donations/donor_vault.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

struct Movement {
  const char* amount;
  const char* direction;  // CRDT, DBIT
  const char* reference;
  const char* name;
  const char* text;
};
constexpr Movement kMovements[] = {
    {"350000.00", "CRDT", "2601150001", "EUROPEAN COMMISSION", "Prefinancing EC-2026-000123"},
    {"25.00", "CRDT", "2601150002", "Ida Example", "For the night watch, thank you"},
    {"118.40", "DBIT", "2601150003", "Lantern Hosting BV", "Invoice 2026-88"},
    {"2.50", "DBIT", "2601150004", "", "Account fee"}};

std::string balance(const char* type, Money amount, const std::string& day) {
  return std::string("<Bal><Tp><CdOrPrtry><Cd>") + type + "</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">" + to_string(amount) +
         "</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>" + day + "</Dt></Dt></Bal>";
}

std::string statement(const std::string& day, Money opening) {
  auto closing = opening;
  for (const auto& movement : kMovements) {
    const Money amount = *parse_money(movement.amount, opening.currency);
    closing = std::string(movement.direction) == "CRDT" ? closing + amount : closing - amount;
  }
  std::string xml =
      "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt><Id>" + day +
      "</Id><Acct><Id><IBAN>BE68539007547034</IBAN></Id><Ccy>EUR</Ccy></Acct>" + balance("OPBD", opening, day) +
      balance("CLBD", closing, day);
  for (const auto& movement : kMovements) {
    const bool came = std::string(movement.direction) == "CRDT";
    const std::string party = came ? "Dbtr" : "Cdtr";
    xml += std::string("<Ntry><Amt Ccy=\"EUR\">") + movement.amount + "</Amt><CdtDbtInd>" + movement.direction +
           "</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>" + day + "</Dt></BookgDt><AcctSvcrRef>" +
           movement.reference + "</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><" + party + "><Pty><Nm>" + movement.name +
           "</Nm></Pty></" + party + "></RltdPties><RmtInf><Ustrd>" + movement.text +
           "</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>";
  }
  return xml + "</Stmt></BkToCstmrStmt></Document>";
}

// The books were kept before the account was recorded here: its opening is what they say, and a gift that nobody entered.
Input account(const std::string& opening_on, Money opening) {
  Input input;
  input.set("name", "Main account");
  input.set("holder", "Sparks in the Dark vzw");
  input.set("iban", "BE68 5390 0754 7034");
  input.set("currency", "EUR");
  input.set("opening_on", opening_on);
  input.set("opening", to_string(opening));
  input.set("opening_is_booked", "on");
  input.set("is_public", "on");
  return input;
}

}  // namespace

void make_demo_bank(Database& database, const Config& config, const Actor& coordinator, Date today) {
  const auto vault = DonorVault::of_settings(config.donor.key, config.donor.key_file);
  const auto made = in_transaction(database, coordinator, "demo", {}, [&](Transaction& transaction) -> Outcome {
    const auto yesterday = today.plus_days(-1);
    const auto euro = Currency::of("EUR");
    const auto opening = Money{120'000, euro} + open_for_opening(transaction.session, euro, yesterday);
    const auto id = record_bank_account(transaction, account(to_string(yesterday), opening), today);
    if (!id) return id.error();
    const auto imported = import_statements(transaction, statement(to_string(today), opening), {Currency::of("EUR"), today, vault});
    if (!imported) return imported.error();
    return kOk;
  });
  if (!made) throw std::runtime_error("the example's bank is refused: " + made.error().message);
}

}  // namespace kindling
