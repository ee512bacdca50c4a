#include "donations/donation.hpp"

#include <algorithm>

#include "core/fields.hpp"

namespace kindling {
namespace {

constexpr std::string_view kKinds[] = {"cash", "in_kind"};
constexpr std::string_view kStates[] = {"cleared", "pending"};
constexpr std::string_view kMethods[] = {"bank_transfer", "direct_debit", "card", "online", "cash", "cheque", "in_kind"};
constexpr std::size_t kPartsMax = 20;

// "25.1", at most 8 decimals and 11 digits before them.
bool is_rate(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  const auto rest = point == std::string_view::npos ? std::string_view("0") : text.substr(point + 1);
  const auto digits = [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
  };
  return digits(whole) && digits(rest) && whole.size() <= 11 && rest.size() <= 8 &&
         text.find_first_of("123456789") != std::string_view::npos;
}

void check_in_kind(Fields& fields, const NewDonation& gift) {
  if (gift.kind == "in_kind") {
    if (!gift.description) fields.fail("description", "required", "Say what was given, such as \"two laptops\".");
    if (!gift.valuation_basis) fields.fail("valuation_basis", "required", "Say why it is worth that, such as \"shop price\".");
    if (gift.fee.minor != 0) fields.fail("fee", "in_kind_has_no_fee", "A gift in kind has no fee; leave it empty.");
  }
}

void read_parts(Fields& fields, NewDonation& gift) {
  Money sum{0, gift.gross.currency};
  for (auto& row : fields.rows("parts", kPartsMax)) {
    if (row.empty()) continue;
    GiftPart part{.fund_id = row.id("fund_id"), .gross = row.money("amount", gift.gross.currency, {.min_minor = 1})};
    const bool twice = std::ranges::find(gift.parts, part.fund_id, &GiftPart::fund_id) != gift.parts.end();
    if (twice && !row.failed("fund_id")) row.fail("fund_id", "fund_stands_once_in_a_gift", "This fund stands twice.");
    sum = sum + part.gross;
    gift.parts.push_back(std::move(part));
  }
  if (!gift.parts.empty() && sum != gift.gross && fields.ok()) {
    fields.fail("parts", "gift_parts_add_up",
                "The parts come to " + to_display(sum) + ", the gift is " + to_display(gift.gross) + ".");
  }
}

}  // namespace

Result<NewDonation> parse_donation(const Input& input, Currency platform, Date today) {
  Fields fields(input);
  const auto currency = input.text("currency").empty() ? platform : fields.currency("currency");
  if (input.find("currency") != nullptr) fields.optional_text("currency");
  const auto kind = fields.optional_one_of("kind", kKinds).value_or("cash");
  const auto given_on = fields.date("given_on");
  NewDonation gift{.kind = kind,
                   .state = fields.optional_one_of("state", kStates).value_or("cleared"),
                   .method = kind == "in_kind" ? fields.optional_one_of("method", kMethods).value_or("in_kind")
                                               : fields.one_of("method", kMethods),
                   .reference = fields.optional_text("reference", {.max = 140}).value_or(""),
                   .given_on = given_on,
                   .cleared_on = fields.optional_date("cleared_on").value_or(given_on),
                   .gross = fields.money("gross", currency, {.min_minor = 1}),
                   .fee = fields.optional_money("fee", currency).value_or(Money{0, currency}),
                   .rate = read_rate(fields, currency, platform),
                   .campaign_id = fields.optional_id("campaign_id"),
                   .donor_id = fields.optional_id("donor_id"),
                   .soft_credit_donor_id = fields.optional_id("soft_credit_donor_id"),
                   .parts = {},
                   .description = fields.optional_text("description", {.max = 500}),
                   .valuation_basis = fields.optional_text("valuation_basis", {.max = 500}),
                   .message = fields.optional_text("message", {.max = 1'000, .multiline = true})};
  if ((gift.kind == "in_kind") != (gift.method == "in_kind") && !fields.failed("method")) {
    fields.fail("method", "in_kind_gift_is_never_cash", "A gift in kind, and only that, arrives in kind.");
  }
  if (gift.given_on > today && !fields.failed("given_on")) {
    fields.fail("given_on", "in_the_future", "Enter the day on which it was given, not a later one.");
  }
  if (gift.cleared_on > today && !fields.failed("cleared_on")) {
    fields.fail("cleared_on", "in_the_future", "Enter the day on which it arrived, not a later one.");
  }
  if (gift.fee.minor >= gift.gross.minor && !fields.failed("fee") && !fields.failed("gross")) {
    fields.fail("fee", "fee_is_less_than_the_gift", "Enter a fee below the gift, " + to_display(gift.gross) + ".");
  }
  if (gift.soft_credit_donor_id && gift.soft_credit_donor_id == gift.donor_id) {
    fields.fail("soft_credit_donor_id", "soft_credit_is_of_another", "Choose somebody else than the donor.");
  }
  check_in_kind(fields, gift);
  read_parts(fields, gift);
  gift.arrived = read_arrival(fields, {gift.gross - gift.fee, platform});
  if (gift.arrived && (gift.kind == "in_kind" || gift.state == "pending")) {
    fields.fail("arrived_amount", "only_money_that_cleared_has_an_arrival",
                "Only money that arrived reached an account; leave it empty.");
  }
  return fields.finish(std::move(gift));
}

std::optional<std::string> read_rate(Fields& fields, Currency given, Currency platform) {
  auto rate = fields.optional_text("rate", {.max = 20});
  if (!rate) return rate;
  if (given == platform) {
    fields.fail("rate", "foreign_gift_has_a_rate", "A gift in " + std::string(platform.code()) + " has no rate; leave it empty.");
  } else if (!is_rate(*rate)) {
    fields.fail("rate", "not_a_rate", "Enter how many " + std::string(given.code()) + " make one " +
                                          std::string(platform.code()) + ", such as 25.125.");
  }
  return rate;
}

std::optional<Money> read_arrival(Fields& fields, const ArrivalFacts& facts) {
  const bool says_currency = fields.optional_text("arrived_currency").has_value();
  const auto currency = says_currency ? fields.currency("arrived_currency") : facts.platform;
  const auto amount = fields.optional_money("arrived_amount", currency, {.min_minor = 1});
  if (fields.failed("arrived_currency") || fields.failed("arrived_amount")) return std::nullopt;
  if (currency == facts.net.currency) {
    if (amount && *amount != facts.net && fields.ok()) {
      fields.fail("arrived_amount", "arrival_in_the_gifts_currency_is_its_net",
                  "The gift less its fee is " + to_display(facts.net) + "; enter the fee so that it comes to what arrived.");
    }
    return currency == facts.platform ? std::nullopt : std::optional(facts.net);
  }
  if (!amount && currency != facts.platform) {
    fields.fail("arrived_amount", "required", "Enter how many " + std::string(currency.code()) + " reached the account.");
  }
  return amount;
}

Result<NewRefund> parse_refund(const Input& input, const Donation& donation, Date today) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  NewRefund refund{.amount = fields.money("amount", donation.gross.currency, {.min_minor = 1}),
                   .booked_on = fields.date("booked_on"),
                   .reason = fields.text("reason", {.max = 1'000, .multiline = true}),
                   .left_account = fields.optional_money("left_amount", donation.account_currency(), {.min_minor = 1})};
  if (refund.left_account && refund.left_account->currency == refund.amount.currency) {
    if (*refund.left_account != refund.amount && !fields.failed("left_amount")) {
      fields.fail("left_amount", "refund_leaves_as_it_is", "It leaves an account of the gift's own currency; leave this empty.");
    }
    refund.left_account.reset();
  }
  if (refund.amount.minor > donation.left().minor && !fields.failed("amount")) {
    fields.fail("amount", "refunds_never_exceed_the_gift",
                "Of this gift " + to_display(donation.left()) + " is left; enter at most that.");
  }
  if (refund.booked_on > today && !fields.failed("booked_on")) {
    fields.fail("booked_on", "in_the_future", "Enter the day on which it was paid back, not a later one.");
  }
  if (donation.cleared_on && refund.booked_on < *donation.cleared_on && !fields.failed("booked_on")) {
    fields.fail("booked_on", "refund_follows_the_gift",
                "The gift arrived on " + to_display(*donation.cleared_on) + "; enter the day on which it was paid back, not an earlier one.");
  }
  return fields.finish(std::move(refund));
}

std::vector<std::int64_t> refund_shares(const Donation& donation, std::int64_t base_amount_minor) {
  std::vector<std::int64_t> weights;
  for (const auto& part : donation.parts) weights.push_back(part.gross.minor);
  const auto before = split(donation.base_refunded.minor, weights);
  auto shares = split(donation.base_refunded.minor + base_amount_minor, weights);
  for (std::size_t i = 0; i < shares.size(); ++i) shares[i] -= before[i];
  return shares;
}

std::int64_t base_refund(const Donation& donation, std::int64_t amount_minor) {
  const auto refunded_after = donation.refunded.minor + amount_minor;
  return round_div(donation.base_gross.minor, refunded_after, donation.gross.minor) - donation.base_refunded.minor;
}

std::vector<std::int64_t> account_shares(const Donation& donation, const NewRefund& refund) {
  std::vector<std::int64_t> weights;
  for (const auto& part : donation.parts) weights.push_back(part.gross.minor);
  if (refund.left_account) return split(refund.left_account->minor, weights);
  const auto arrived = donation.arrived->minor, net = donation.net().minor, before = donation.refunded.minor;
  const auto shares_before = split(round_div(arrived, before, net), weights);
  auto shares = split(round_div(arrived, before + refund.amount.minor, net), weights);
  for (std::size_t i = 0; i < shares.size(); ++i) shares[i] -= shares_before[i];
  return shares;
}

Value donation_value(const Donation& donation) {
  const auto id_or_null = [](const std::optional<std::int64_t>& id) { return id ? Value(*id) : Value(); };
  auto parts = Value::array();
  for (const auto& part : donation.parts) {
    parts.push(Value::object({{"fund_id", part.fund_id}, {"fund", part.fund_name}, {"amount", to_string(part.gross)}}));
  }
  auto refunds = Value::array();
  for (const auto& refund : donation.refunds) {
    refunds.push(Value::object({{"id", refund.id},
                                {"kind", refund.kind},
                                {"amount", to_string(refund.amount)},
                                {"booked_on", to_string(refund.booked_on)},
                                {"entry_id", refund.entry_id}}));
  }
  return Value::object({{"id", donation.id},
                        {"version", donation.version},
                        {"kind", donation.kind},
                        {"state", donation.state},
                        {"given_on", to_string(donation.given_on)},
                        {"cleared_on", donation.cleared_on ? Value(to_string(*donation.cleared_on)) : Value()},
                        {"method", donation.method},
                        {"reference", donation.reference},
                        {"donor_id", id_or_null(donation.donor_id)},
                        {"donor_reference", donation.donor_reference},
                        {"campaign_id", id_or_null(donation.campaign_id)},
                        {"pledge_id", id_or_null(donation.pledge_id)},
                        {"currency", donation.gross.currency.code()},
                        {"gross", to_string(donation.gross)},
                        {"fee", to_string(donation.fee)},
                        {"net", to_string(donation.net())},
                        {"refunded", to_string(donation.refunded)},
                        {"rate", donation.rate.empty() ? Value() : Value(donation.rate)},
                        {"base_currency", donation.base_gross.currency.code()},
                        {"base_gross", to_string(donation.base_gross)},
                        {"base_fee", to_string(donation.base_fee)},
                        {"base_refunded", to_string(donation.base_refunded)},
                        {"arrived_currency", donation.arrived ? Value(donation.arrived->currency.code()) : Value()},
                        {"arrived_amount", donation.arrived ? Value(to_string(*donation.arrived)) : Value()},
                        {"description", donation.description},
                        {"entry_id", id_or_null(donation.entry_id)},
                        {"receipt_id", id_or_null(donation.receipt_id)},
                        {"thanked_on", donation.thanked_on ? Value(to_string(*donation.thanked_on)) : Value()},
                        {"parts", std::move(parts)},
                        {"refunds", std::move(refunds)}});
}

}  // namespace kindling
