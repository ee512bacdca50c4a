#include "donations/donation_batch.hpp"

#include <algorithm>
#include <exception>

#include "core/fields.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

constexpr std::string_view kOfTheRow[] = {"gross", "fee", "reference", "donor_id", "given_on"};

// The gift of one row as if it had been typed alone: what stands on top holds for every row that says nothing else.
Input gift_input(const Input& input, const std::string& row) {
  Input gift;
  for (const auto* name : {"given_on", "method", "campaign_id"}) gift.set(name, std::string(input.text(name)));
  for (const auto name : kOfTheRow) {
    const auto text = trimmed(input.text(row + std::string(name)));
    if (!text.empty()) gift.set(name, std::string(text));
  }
  return gift;
}

Error at_row(Error error, const std::string& row) {
  for (auto& field : error.fields) field.field = row + field.field;
  return error;
}

Result<std::int64_t> record_row(Transaction& transaction, const BatchGift& each, const GiftRules& rules) {
  try {
    auto id = record_gift(transaction, each.gift, rules);
    if (!id) return at_row(std::move(id.error()), each.row);
    return id;
  } catch (...) {
    const auto exception = std::current_exception();
    auto refused = error_of(exception);
    if (!refused || is_connection_loss(exception)) throw;
    return at_row(*std::move(refused), each.row);
  }
}

bool is_of_the_row(std::string_view field) {
  return std::ranges::find(kOfTheRow, field) != std::end(kOfTheRow);
}

}  // namespace

Result<std::vector<BatchGift>> parse_batch(const Input& input, const GiftRules& rules) {
  Fields fields(input);
  fields.date("given_on");
  fields.text("method", {.max = 20});
  fields.optional_id("campaign_id");
  const auto control = fields.money("control_total", rules.platform, {.min_minor = 1});
  std::vector<BatchGift> gifts;
  Money sum{0, rules.platform};
  for (auto& row : fields.rows("rows", kBatchRowsMax)) {
    for (const auto name : kOfTheRow) row.optional_text(name);
    if (row.empty()) continue;
    const auto gift = parse_donation(gift_input(input, row.path("")), rules.platform, rules.today);
    if (!gift) {
      for (const auto& error : gift.error().fields) {
        if (is_of_the_row(error.field)) {
          row.fail(error.field, error.code, error.message);
        } else if (!fields.failed(error.field)) {
          fields.fail(error.field, error.code, error.message);
        }
      }
      continue;
    }
    sum = sum + gift->gross;
    gifts.push_back({row.path(""), *gift});
  }
  if (gifts.empty() && fields.ok()) fields.fail("rows", "required", "Enter at least one gift.");
  if (fields.ok() && sum != control) {
    const auto off = sum.minor > control.minor ? sum - control : control - sum;
    fields.fail("control_total", "batch_adds_up",
                "The rows come to " + to_display(sum) + ", " + to_display(off) + (sum.minor > control.minor ? " more" : " less") +
                    " than the control total. Nothing was stored.");
  }
  return fields.finish(std::move(gifts));
}

Result<std::vector<std::int64_t>> record_batch(Transaction& transaction, const Input& input, const GiftRules& rules) {
  const auto gifts = parse_batch(input, rules);
  if (!gifts) return gifts.error();
  std::vector<std::int64_t> ids;
  for (const auto& gift : *gifts) {
    const auto id = record_row(transaction, gift, rules);
    if (!id) return id.error();
    ids.push_back(*id);
  }
  return ids;
}

}  // namespace kindling
