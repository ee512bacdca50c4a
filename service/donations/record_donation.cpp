#include "donations/record_donation.hpp"

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "donations/donation_query.hpp"
#include "donations/donation_store.hpp"
#include "donations/record_pledge.hpp"
#include "ledger/ledger.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

void audit(Transaction& transaction, const char* action, std::int64_t id, std::string reason = {}) {
  record_audit(transaction, {.action = action, .object_kind = "donation", .object_id = id, .fields = {},
                             .reason = std::move(reason)});
}

struct Accounts {
  const char* arrives;
  const char* income;
};
Accounts accounts_of(std::string_view kind) {
  if (kind == "in_kind") return {"expense_in_kind", "income_in_kind"};
  return {"bank", "income_donations"};
}

// The parts in the platform's currency: in proportion, no cent lost.
std::vector<GiftPart> base_parts(const NewDonation& gift, const GiftContext& context) {
  if (gift.parts.empty()) {
    return {{.fund_id = context.campaign_fund_id.value_or(context.general_fund_id), .gross = *context.base_gross}};
  }
  std::vector<std::int64_t> weights;
  for (const auto& part : gift.parts) weights.push_back(part.gross.minor);
  const auto shares = split(context.base_gross->minor, weights);
  auto parts = gift.parts;
  for (std::size_t i = 0; i < parts.size(); ++i) parts[i].gross = {shares[i], context.base_gross->currency};
  return parts;
}

// What a gift posts, in the platform's currency but for what arrived.
struct Clearing {
  std::int64_t donation_id;
  std::string_view kind;
  Date booked_on;
  const std::vector<GiftPart>& parts;
  Money fee;
  std::optional<Money> arrived;
};

void post(std::vector<NewPosting>& postings, const char* account, std::int64_t fund, Money amount) {
  if (amount.minor != 0) postings.push_back({account, fund, std::nullopt, amount});
}

// `worth` of a fund moves as `moved` on an account that is told apart: through the clearing account where its currency is
// another one, else with an exchange difference.
void post_exchanged(std::vector<NewPosting>& postings, std::int64_t fund, Money worth, Money moved) {
  post(postings, "bank", fund, moved);
  if (moved.currency == worth.currency) return post(postings, "exchange_differences", fund, worth - moved);
  post(postings, "currency_clearing", fund, -moved);
  post(postings, "currency_clearing", fund, worth);
}

// Fund by fund: net to where it arrives, the fee to fees, gross from income.
std::vector<NewPosting> clearing_postings(const Clearing& gift) {
  const auto accounts = accounts_of(gift.kind);
  std::vector<std::int64_t> weights;
  for (const auto& part : gift.parts) weights.push_back(part.gross.minor);
  const auto fees = split(gift.fee.minor, weights);
  const auto arrived = gift.arrived ? split(gift.arrived->minor, weights) : std::vector<std::int64_t>();
  std::vector<NewPosting> postings;
  for (std::size_t i = 0; i < gift.parts.size(); ++i) {
    const auto fund = gift.parts[i].fund_id;
    const auto gross = gift.parts[i].gross;
    const Money fee{fees[i], gross.currency};
    if (gift.arrived) {
      post_exchanged(postings, fund, gross - fee, {arrived[i], gift.arrived->currency});
    } else {
      post(postings, accounts.arrives, fund, gross - fee);
    }
    post(postings, "donation_fees", fund, fee);
    post(postings, accounts.income, fund, -gross);
  }
  return postings;
}

Result<std::int64_t> post_clearing(Transaction& transaction, const Clearing& gift) {
  return append_entry(transaction, {.booked_on = gift.booked_on,
                                    .kind = gift.kind == "in_kind" ? "donation_in_kind" : "donation_cleared",
                                    .document_kind = "donation",
                                    .document_id = gift.donation_id,
                                    .description = "Donation " + std::to_string(gift.donation_id),
                                    .postings = clearing_postings(gift)});
}

Result<Donation> lock_expected(Transaction& transaction, const DonationAct& act) {
  auto donation = lock_donation(transaction, act.donation_id);
  if (donation && donation->version != act.expected) return stale();
  return donation;
}

Outcome must_be(const Donation& donation, std::string_view state, const char* code, const char* verb) {
  if (donation.state == state) return kOk;
  auto now = donation.state == "charged_back" ? std::string("charged back") : donation.state;
  return conflict(code, "Only a gift that is " + std::string(state) + " can be " + verb + "; this one is " + now + ".");
}

// Fund by fund, and out of the account that the gift had come to.
std::vector<NewPosting> refund_postings(const Donation& donation, const NewRefund& refund, std::int64_t base_minor) {
  const auto accounts = accounts_of(donation.kind);
  const auto currency = donation.base_gross.currency;
  const auto shares = refund_shares(donation, base_minor);
  const bool told_apart = donation.arrived || refund.left_account;
  const auto leaves = told_apart ? account_shares(donation, refund) : std::vector<std::int64_t>();
  const auto fees = refund.with_fee ? refund_shares(donation, donation.base_fee.minor) : std::vector<std::int64_t>(shares.size());
  std::vector<NewPosting> postings;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const auto fund = donation.parts[i].fund_id;
    const Money share{shares[i], currency}, fee{fees[i], currency};
    post(postings, accounts.income, fund, share);
    post(postings, "donation_fees", fund, -fee);
    if (told_apart) {
      post_exchanged(postings, fund, fee - share, {-leaves[i], donation.account_currency()});
    } else {
      post(postings, accounts.arrives, fund, fee - share);
    }
  }
  return postings;
}

Result<std::int64_t> take_back(Transaction& transaction, const Donation& donation, const char* kind,
                               const NewRefund& refund) {
  const auto base = base_refund(donation, refund.amount.minor);
  if (base == 0) {
    return invalid_field("amount", "out_of_range", "This is less than the smallest amount of the platform's currency.");
  }
  const auto entry = append_entry(transaction, {.booked_on = refund.booked_on,
                                                .kind = std::string("donation_") + kind,
                                                .document_kind = "donation",
                                                .document_id = donation.id,
                                                .description = "Donation " + std::to_string(donation.id),
                                                .postings = refund_postings(donation, refund, base)});
  if (!entry) return entry.error();
  insert_refund(transaction, donation.id, kind, refund, base, *entry);
  audit(transaction, kind == std::string_view("refund") ? "donation.refunded" : "donation.charged_back", donation.id,
        refund.reason);
  return *entry;
}

}  // namespace

Result<std::int64_t> record_donation(Transaction& transaction, const Input& input, const GiftRules& rules) {
  const auto gift = parse_donation(input, rules.platform, rules.today);
  if (!gift) return gift.error();
  return record_gift(transaction, *gift, rules);
}

Result<std::int64_t> record_gift(Transaction& transaction, const NewDonation& gift, const GiftRules& rules) {
  const auto context = take_gift_number(transaction, gift, rules.platform);
  if (gift.campaign_id && !context.campaign_fund_id) {
    return invalid_field("campaign_id", "campaign_not_found", "There is no such campaign; choose one of the list.");
  }
  if (!context.base_gross || context.base_gross->minor == 0) {
    return invalid_field("rate", "rate_is_missing", "No rate is published for that day; enter how many " +
                                                        std::string(gift.gross.currency.code()) + " make one " +
                                                        std::string(rules.platform.code()) + ".");
  }
  GiftRow row{.gift = gift, .context = context, .base_parts = base_parts(gift, context), .entry_id = {}, .pledge_id = {},
              .pledge_due_on = {}};
  if (gift.donor_id && gift.kind == "cash") {
    if (const auto met = match_pledge(transaction.session, gift)) {
      row.pledge_id = met->pledge_id;
      row.pledge_due_on = met->due_on;
    }
  }
  if (gift.state == "cleared") {
    const auto entry =
        post_clearing(transaction, {.donation_id = context.id, .kind = gift.kind, .booked_on = gift.cleared_on,
                                    .parts = row.base_parts, .fee = *context.base_fee, .arrived = gift.arrived});
    if (!entry) return entry.error();
    row.entry_id = *entry;
  }
  insert_donation(transaction, row);
  if (gift.soft_credit_donor_id) insert_soft_credit(transaction, context.id, *gift.soft_credit_donor_id);
  if (gift.message) insert_message(transaction, context.id, *gift.message);
  audit(transaction, "donation.recorded", context.id);
  return context.id;
}

Outcome clear_donation(Transaction& transaction, const DonationAct& act, const Input& input) {
  auto donation = lock_expected(transaction, act);
  if (!donation) return donation.error();
  if (const auto state = must_be(*donation, "pending", "donation_is_not_pending", "cleared"); !state) return state;
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto cleared_on = fields.date("cleared_on");
  const auto fee = fields.optional_money("fee", donation->gross.currency);
  const auto arrived = read_arrival(fields, {donation->gross - fee.value_or(donation->fee), donation->base_gross.currency});
  if (cleared_on > act.today && !fields.failed("cleared_on")) {
    fields.fail("cleared_on", "in_the_future", "Enter the day on which it arrived, not a later one.");
  }
  if (fee && fee->minor >= donation->gross.minor) {
    fields.fail("fee", "fee_is_less_than_the_gift", "Enter a fee below the gift, " + to_display(donation->gross) + ".");
  }
  if (const auto read = fields.finish(kOk); !read) return read;
  if (fee) {
    donation->fee = *fee;
    donation->base_fee.minor = donation->rate.empty() ? fee->minor
                                                      : in_platform_currency(transaction.session, *fee,
                                                                             donation->base_fee.currency, donation->rate);
  }
  if (arrived && donation->kind == "in_kind") {
    return invalid_field("arrived_amount", "only_money_that_cleared_has_an_arrival", "A gift in kind reaches no account; leave it empty.");
  }
  donation->arrived = arrived;
  const auto entry =
      post_clearing(transaction, {.donation_id = donation->id, .kind = donation->kind, .booked_on = cleared_on,
                                  .parts = donation->parts, .fee = donation->base_fee, .arrived = arrived});
  if (!entry) return entry.error();
  donation->cleared_on = cleared_on;
  donation->entry_id = *entry;
  update_donation_cleared(transaction, *donation);
  audit(transaction, "donation.cleared", donation->id);
  return kOk;
}

Outcome fail_donation(Transaction& transaction, const DonationAct& act, const Input& input) {
  const auto donation = lock_expected(transaction, act);
  if (!donation) return donation.error();
  if (const auto state = must_be(*donation, "pending", "donation_is_not_pending", "given up"); !state) return state;
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto reason = fields.finish(fields.text("reason", {.max = 1'000, .multiline = true}));
  if (!reason) return reason.error();
  update_donation_failed(transaction, donation->id);
  audit(transaction, "donation.failed", donation->id, *reason);
  return kOk;
}

Result<std::int64_t> refund_donation(Transaction& transaction, const DonationAct& act, const Input& input) {
  const auto donation = lock_expected(transaction, act);
  if (!donation) return donation.error();
  if (const auto state = must_be(*donation, "cleared", "only_what_cleared_is_refunded", "refunded"); !state) return state.error();
  const auto refund = parse_refund(input, *donation, act.today);
  if (!refund) return refund.error();
  return take_back(transaction, *donation, "refund", *refund);
}

Result<std::int64_t> unrecord_donation(Transaction& transaction, std::int64_t donation_id, Date booked_on, const std::string& reason) {
  const auto donation = lock_donation(transaction, donation_id);
  if (!donation) return donation.error();
  if (const auto state = must_be(*donation, "cleared", "only_what_cleared_is_refunded", "refunded"); !state) return state.error();
  // What was given back of it stands on the bank by itself: taken back now, the rest would cancel neither.
  const bool whole = donation->refunded.minor == 0;
  if (!whole && donation->left().minor > 0) {
    return conflict("refunded_gift_keeps_its_match", "Part of this gift was refunded, so its match stays. Refund the rest instead.");
  }
  return take_back(transaction, *donation, "refund",
                   {.amount = donation->left(), .booked_on = booked_on, .reason = reason,
                    .left_account = whole ? donation->arrived : std::nullopt, .with_fee = whole});
}

Result<std::int64_t> charge_back_donation(Transaction& transaction, const DonationAct& act, const Input& input) {
  const auto donation = lock_expected(transaction, act);
  if (!donation) return donation.error();
  if (donation->refunded.minor > 0) {
    return conflict("refunded_gift_is_not_charged_back",
                    "This gift was refunded, so its bank cannot take it back as well. Object to the chargeback.");
  }
  if (const auto state = must_be(*donation, "cleared", "only_what_cleared_is_refunded", "charged back"); !state) return state.error();
  if (donation->kind == "in_kind") return conflict("chargeback_takes_the_whole_payment", "A gift in kind is not charged back.");
  auto typed = input;
  typed.set("amount", to_string(donation->gross));
  const auto refund = parse_refund(typed, *donation, act.today);
  if (!refund) return refund.error();
  return take_back(transaction, *donation, "chargeback", *refund);
}

}  // namespace kindling
