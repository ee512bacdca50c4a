#include "banking/statement.hpp"

#include <map>
#include <tuple>

#include "core/hex.hpp"

namespace kindling {
namespace {

// The same words give the same reference, whichever file brings them.
std::string content_of(const BankStatementLine& line) {
  std::string content = to_string(line.value_on);
  for (const auto* part : {&line.counterparty_iban, &line.counterparty_name, &line.end_to_end_id,
                           &line.structured_reference, &line.text}) {
    content += '\n' + *part;
  }
  return content;
}

}  // namespace

Outcome check_sum(const Statement& statement) {
  const Money none{0, statement.opening.currency};
  auto credits = none, debits = none;
  for (const auto& line : statement.lines) {
    if (line.amount.minor > 0) {
      credits = credits + line.amount;
    } else {
      debits = debits - line.amount;
    }
  }
  const auto sum = statement.opening + credits - debits;
  if (sum == statement.closing) return kOk;
  return invalid_field("file", "statement_does_not_add_up",
                       "Statement " + statement.identification + " does not add up: opening " +
                           to_display(statement.opening) + " + credits " + to_display(credits) + " - debits " +
                           to_display(debits) + " = " + to_display(sum) + ", but it closes with " +
                           to_display(statement.closing) + ". Nothing was imported.");
}

void identify_lines(Statement& statement, const std::function<std::string(std::string_view)>& hash_of) {
  std::map<std::tuple<std::string, Date, std::int64_t>, int> times;
  for (auto& line : statement.lines) {
    if (line.bank_reference.empty()) line.bank_reference = "content:" + hex_of(hash_of(content_of(line)).substr(0, 12));
    const auto own = line.bank_reference;
    int& nth = times[{own, line.booked_on, line.amount.minor}];
    // A bank may have given the reference that the second one would get.
    while (++nth > 1 && times.contains({own + "~" + std::to_string(nth), line.booked_on, line.amount.minor})) {
    }
    if (nth == 1) continue;
    line.bank_reference = own + "~" + std::to_string(nth);
    times[{line.bank_reference, line.booked_on, line.amount.minor}] = 1;
  }
}

}  // namespace kindling
