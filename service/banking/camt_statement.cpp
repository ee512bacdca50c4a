#include "banking/camt_statement.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "banking/camt.hpp"

namespace kindling {
namespace {

constexpr std::int64_t kAmountMax = 1'000'000'000'000'000;  // sums of 100,000 stay within int64

Error refused(const char* code, std::string message) { return invalid_field("file", code, std::move(message)); }

// What stands where there is no reference.
std::string given(const std::string& reference) {
  return reference == "NOTPROVIDED" || reference == "NONREF" ? std::string() : reference;
}

std::string compact(std::string text) {
  std::erase(text, ' ');
  return text.substr(0, 34);
}

// xs:decimal may carry more decimals than the currency has, as long as they are zeros.
std::string plain(std::string text, Currency currency) {
  const auto point = text.find('.');
  if (point == std::string::npos) return text;
  const auto least = point + 1 + static_cast<std::size_t>(currency.minor_digits());
  while (text.size() > least && text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

// The statement has one currency: its account's, or that of what comes first.
Result<Money> signed_amount(CamtStatement& statement, const CamtAmount& amount, const std::string& direction) {
  if (amount.text.empty()) return refused("missing", "an amount (Amt) is missing.");
  const auto currency = Currency::find(amount.currency);
  if (!currency) return refused("unknown_currency", "there is no currency \"" + amount.currency + "\".");
  if (statement.currency.empty()) statement.currency = amount.currency;
  if (statement.currency != amount.currency) {
    return refused("other_currency", "an amount is in " + amount.currency + ", but the account is in " +
                                         statement.currency.substr(0, 8) + ".");
  }
  const auto money = parse_money(plain(amount.text, *currency), *currency);
  const bool decimal = std::ranges::all_of(amount.text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  if (!money || !decimal || money->minor > kAmountMax) {
    return refused("not_an_amount", "\"" + amount.text.substr(0, 40) + "\" is no amount such as 1250.00.");
  }
  if (direction == "CRDT") return *money;
  if (direction == "DBIT") return -*money;
  return refused("unknown_direction", "CRDT or DBIT is expected (CdtDbtInd).");
}

// A date, or the date of an instant as the bank wrote it.
Result<Date> date_of(const std::string& text) {
  if (const auto date = Date::parse(std::string_view(text).substr(0, 10))) return *date;
  if (text.empty()) return refused("missing", "a date is missing (BookgDt, ValDt or the balance's Dt).");
  return refused("not_a_date", "\"" + text.substr(0, 40) + "\" is no date such as 2026-01-31.");
}

// What the bank took off before it booked, as a movement of the account; zero where it tells none in this currency.
Result<Money> charges_of(CamtStatement& statement, const CamtEntry& entry, Currency currency) {
  Money sum{0, currency};
  const auto add = [&](const std::vector<CamtCharge>& charges) -> Outcome {
    for (const auto& charge : charges) {
      if (charge.amount.currency != currency.code()) continue;
      const auto amount = signed_amount(statement, charge.amount, charge.direction.empty() ? "DBIT" : charge.direction);
      if (!amount) return amount.error();
      sum = sum + *amount;
    }
    return kOk;
  };
  if (const auto added = add(entry.charges); !added) return added.error();
  // Told for the entry, they are the sum of those of its transactions.
  if (sum.minor != 0) return sum;
  for (const auto& details : entry.details) {
    if (const auto added = add(details.charges); !added) return added.error();
  }
  return sum;
}

// The amounts of a batch: one a transaction, and behind them that of the charges where they were taken off. Empty where it
// is no batch, or is not told in the account's currency.
Result<std::vector<Money>> parts_of(CamtStatement& statement, const CamtEntry& entry, Money whole) {
  std::vector<Money> parts;
  if (entry.details.size() < 2) return parts;
  Money sum{0, whole.currency};
  for (const auto& details : entry.details) {
    const auto& amount = details.amount.text.empty() ? details.older_amount : details.amount;
    if (amount.text.empty() || amount.currency != whole.currency.code()) return std::vector<Money>{};
    const auto part = signed_amount(statement, amount, details.direction.empty() ? entry.direction : details.direction);
    if (!part) return part.error();
    parts.push_back(*part);
    sum = sum + *part;
  }
  if (sum == whole) return parts;
  const auto charges = charges_of(statement, entry, whole.currency);
  if (!charges) return charges.error();
  if (charges->minor != 0 && sum + *charges == whole) {
    parts.push_back(*charges);
    return parts;
  }
  return refused("batch_does_not_add_up", "the transactions of this entry add up to " + to_display(sum) + ", not to " +
                                              to_display(whole) + ". Nothing was imported.");
}

// Who stood on the other side: of money that came, and of a payment taken back, the debtor.
void describe(BankStatementLine& line, const CamtDetails& details) {
  const bool came = line.amount.minor > 0;
  const auto& likely = came != line.reversal ? details.debtor : details.creditor;
  const auto& other = came != line.reversal ? details.creditor : details.debtor;
  const auto& party = likely.name.empty() && likely.iban.empty() ? other : likely;
  line.counterparty_name = party.name;
  line.counterparty_iban = party.iban;
  line.end_to_end_id = given(details.end_to_end_id);
  line.structured_reference = given(details.structured_reference);
  line.text = details.text.empty() ? details.more_text : details.text;
}

Outcome keep(CamtStatement& statement, BankStatementLine line) {
  if (statement.lines.size() == kCamtLinesMax) return too_many_camt_lines();
  if (line.amount.minor == 0) return kOk;  // for information: it moves nothing, and the ledger has no zeros
  statement.lines.push_back(std::move(line));
  return kOk;
}

Outcome keep_whole(CamtStatement& statement, const CamtEntry& entry, BankStatementLine line) {
  if (!entry.details.empty()) describe(line, entry.details.front());
  if (line.text.empty()) line.text = entry.text;
  if (line.bank_reference.empty() && entry.details.size() == 1) line.bank_reference = given(entry.details.front().reference);
  return keep(statement, std::move(line));
}

Outcome keep_parts(CamtStatement& statement, const CamtEntry& entry, const BankStatementLine& line,
                   const std::vector<Money>& parts) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto part = line;
    part.amount = parts[i];
    const bool is_charge = i == entry.details.size();
    if (is_charge) {
      part.text = "Charges taken off by the bank";
    } else {
      describe(part, entry.details[i]);
      if (part.text.empty()) part.text = entry.text;
    }
    if (!line.bank_reference.empty()) {
      part.bank_reference = line.bank_reference + "#" + std::to_string(i + 1);
    } else if (!is_charge) {
      part.bank_reference = given(entry.details[i].reference);
    }
    if (const auto kept = keep(statement, std::move(part)); !kept) return kept;
  }
  return kOk;
}

// The first balance of the first type that stands there.
const CamtBalance* balance_of(const CamtStatement& statement, std::initializer_list<std::string_view> types, bool last = false) {
  for (const auto type : types) {
    const CamtBalance* found = nullptr;
    for (const auto& candidate : statement.balances) {
      if (candidate.type == type && (found == nullptr || last)) found = &candidate;
    }
    if (found != nullptr) return found;
  }
  return nullptr;
}

}  // namespace

Outcome add_camt_entry(CamtStatement& statement, const CamtEntry& entry) {
  if (entry.status.empty()) return refused("missing", "an entry (Ntry) has no status (Sts).");
  if (entry.status != "BOOK") return kOk;  // pending and for information: not yet on the account
  const auto amount = signed_amount(statement, entry.amount, entry.direction);
  if (!amount) return amount.error();
  const auto value_on = date_of(entry.value_on.empty() ? entry.booked_on : entry.value_on);
  if (!value_on) return value_on.error();
  const auto booked_on = date_of(entry.booked_on.empty() ? entry.value_on : entry.booked_on);
  if (!booked_on) return booked_on.error();
  const BankStatementLine line{.bank_reference = given(entry.bank_reference), .booked_on = *booked_on,
                               .value_on = *value_on, .amount = *amount,
                               .reversal = entry.reversal == "true" || entry.reversal == "1"};
  const auto parts = parts_of(statement, entry, *amount);
  if (!parts) return parts.error();
  return parts->empty() ? keep_whole(statement, entry, line) : keep_parts(statement, entry, line, *parts);
}

Result<Statement> finish_camt_statement(CamtStatement& statement) {
  // A page in the middle of a statement has interim balances (ITBD) instead.
  const auto* opening = balance_of(statement, {"OPBD", "PRCD", "ITBD"});
  const auto* closing = balance_of(statement, {"CLBD", "ITBD"}, true);
  if (opening == nullptr) return refused("missing", "the statement has no opening balance (OPBD).");
  if (closing == nullptr) return refused("missing", "the statement has no closing balance (CLBD).");
  if (statement.iban.empty()) return refused("missing", "the statement names no account by IBAN (Acct/Id/IBAN).");
  const auto first = signed_amount(statement, opening->amount, opening->direction);
  if (!first) return first.error();
  const auto last = signed_amount(statement, closing->amount, closing->direction);
  if (!last) return last.error();
  const auto starts_on = date_of(statement.from.empty() ? opening->date : statement.from);
  if (!starts_on) return starts_on.error();
  const auto ends_on = date_of(closing->date.empty() ? statement.to : closing->date);
  if (!ends_on) return ends_on.error();
  Statement finished{.identification = statement.identification, .iban = compact(statement.iban),
                     .starts_on = std::min(*starts_on, *ends_on), .ends_on = *ends_on,
                     .opening = *first, .closing = *last, .lines = std::move(statement.lines)};
  if (const auto sound = check_sum(finished); !sound) {
    return refused("statement_does_not_add_up", sound.error().fields.front().message);
  }
  return finished;
}

Error too_many_camt_lines() {
  return refused("too_many_lines", "a file may have " + std::to_string(kCamtLinesMax) + " lines; upload it in parts.");
}

}  // namespace kindling
