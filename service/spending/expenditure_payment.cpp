#include "spending/expenditure_payment.hpp"

#include <algorithm>

#include "core/fields.hpp"

namespace kindling {
namespace {

void post(NewEntry& entry, const char* account, std::int64_t fund, Money amount) {
  if (amount.minor != 0) entry.postings.push_back({account, fund, std::nullopt, amount});
}

}  // namespace

std::optional<Money> read_paid_amount(Fields& fields, Currency document) {
  if (!fields.optional_text("paid_currency")) {
    if (fields.optional_text("paid_amount") && !fields.failed("paid_amount")) {
      fields.fail("paid_currency", "required", "Say in which currency it left the account, such as EUR.");
    }
    return std::nullopt;
  }
  const auto currency = fields.currency("paid_currency");
  const auto paid = fields.money("paid_amount", currency, {.min_minor = 1});
  if (currency == document && !fields.failed("paid_currency")) {
    fields.fail("paid_currency", "paid_in_the_same_currency",
                "Only where the account has another currency than the document; leave both empty otherwise.");
  }
  return paid;
}

NewEntry payment_entry(const Expenditure& cost, const Payment& payment, const Owed& owed) {
  NewEntry entry{.booked_on = payment.paid_on, .kind = "expenditure_paid", .document_kind = "expenditure",
                 .document_id = cost.id,
                 .description = cost.kind == "staff" ? "Staff cost" : cost.description, .postings = {}};
  std::vector<std::int64_t> weights;
  for (const auto& [fund, part] : owed) weights.push_back(part.owed_minor);
  const auto paid = payment.paid ? split(payment.paid->minor, weights) : weights;
  std::size_t at = 0;
  for (const auto& [fund, part] : owed) {
    const Money document{part.owed_minor, cost.amount.currency};
    post(entry, "payables", fund, document);
    if (!payment.paid) {
      post(entry, "bank", fund, -document);
      continue;
    }
    const Money left{paid[at++], payment.paid->currency}, booked{part.booked_minor, payment.paid->currency};
    post(entry, "currency_clearing", fund, -document);
    post(entry, "bank", fund, -left);
    post(entry, "currency_clearing", fund, booked);
    post(entry, "exchange_differences", fund, left - booked);
  }
  return entry;
}

std::vector<ExchangeDifference> exchange_differences_of(const Expenditure& cost, std::vector<ExchangeDifference> posted) {
  // What stands now beside what was booked, and what reversals gave back of it since, is what the closing had made.
  std::map<std::string, std::int64_t> closing;
  for (const auto& part : cost.allocations) {
    if (part.booked_minor) closing[std::string(part.grant_currency->code())] += part.rate_shift();
  }
  for (const auto& difference : posted) {
    if (difference.at == "reversal") closing[std::string(difference.gain.currency.code())] -= difference.gain.minor;
  }
  std::vector<ExchangeDifference> differences;
  for (const auto& [code, minor] : closing) {
    if (minor != 0) differences.push_back({"closing", Money{minor, Currency::of(code)}, std::nullopt});
  }
  std::erase_if(posted, [](const auto& difference) { return difference.gain.minor == 0; });
  std::ranges::move(posted, std::back_inserter(differences));
  return differences;
}

Value exchange_difference_value(const ExchangeDifference& difference) {
  const bool loss = difference.gain.minor < 0;
  return Value::object({{"at", difference.at},
                        {"result", loss ? "loss" : "gain"},
                        {"currency", difference.gain.currency.code()},
                        {"amount", to_string(loss ? -difference.gain : difference.gain)},
                        {"entry_id", difference.entry_id ? Value(*difference.entry_id) : Value()}});
}

}  // namespace kindling
