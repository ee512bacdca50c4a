#include "banking/post_document.hpp"

#include <algorithm>

#include <soci/soci.h>

#include "banking/bank_account_store.hpp"
#include "core/input.hpp"
#include "donations/contribution_store.hpp"
#include "donations/donation_query.hpp"
#include "donations/donor_store.hpp"
#include "donations/pledge_store.hpp"
#include "donations/record_contribution.hpp"
#include "donations/record_donation.hpp"
#include "donations/record_pledge.hpp"
#include "funding/instalment_store.hpp"
#include "funding/record_instalment.hpp"
#include "ledger/ledger.hpp"
#include "spending/expenditure_store.hpp"
#include "spending/record_expenditure.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

Error wrong_direction(bool credit) {
  return invalid_field("target", "wrong_direction",
                       credit ? "Money came in with this line; choose what it was received for."
                              : "Money went out with this line; choose what it paid for.");
}

// Of a document's own use case: the form has only the field that names the document.
Error at_target(Error error) {
  for (auto& field : error.fields) field.field = "target";
  return error;
}

// An instalment by its number alone, as a line's match names it.
struct InstalmentKey {
  std::int64_t grant_id;
  int version;
};
Result<InstalmentKey> find_instalment_key(Transaction& transaction, std::int64_t instalment_id) {
  long long id = instalment_id, grant_id = 0;
  int version = 0;
  transaction.sql() << "SELECT grant_id, version FROM instalments WHERE id = :id FOR UPDATE", soci::into(grant_id),
      soci::into(version), soci::use(id, "id");
  if (!transaction.sql().got_data()) return not_found("instalment_not_found", "There is no such instalment.");
  return InstalmentKey{grant_id, version};
}

Result<std::int64_t> receive(Transaction& transaction, const DocumentFromLine& document) {
  const auto key = find_instalment_key(transaction, document.target.id);
  if (!key) return key.error();
  Input input;
  input.set("received_on", to_string(document.line.booked_on));
  input.set("amount", to_string(document.amount));
  input.set("reference", document.line.bank_reference);
  return receive_instalment(transaction, {key->grant_id, document.target.id, key->version, document.today}, input);
}

// The entry of a gift that is posted by now.
Result<std::int64_t> entry_of_donation(Transaction& transaction, std::int64_t donation_id) {
  const auto donation = find_donation(transaction.session, donation_id);
  if (!donation) return donation.error();
  if (!donation->entry_id) return conflict("donation_is_not_posted", "This gift is not posted to the ledger.");
  return *donation->entry_id;
}

// Whom a new gift is of, and what for.
struct GiftOf {
  std::optional<std::int64_t> donor_id = {};
  std::optional<std::int64_t> campaign_id = {};
};

Result<std::int64_t> record_new_gift(Transaction& transaction, const DocumentFromLine& document, const GiftOf& of) {
  const auto& line = document.line;
  // Several gifts of one line are told apart, for the same payment is not recorded twice.
  const auto part = line.matches.empty() ? std::string() : "/" + std::to_string(line.matches.size() + 1);
  const NewDonation gift{.kind = "cash", .state = "cleared", .method = "bank_transfer",
                         .reference = line.bank_reference + part, .given_on = line.booked_on,
                         .cleared_on = line.booked_on, .gross = document.amount,
                         .fee = {0, document.amount.currency}, .rate = document.details.rate,
                         .campaign_id = of.campaign_id, .donor_id = of.donor_id, .soft_credit_donor_id = {}, .parts = {},
                         .description = {}, .valuation_basis = {}, .message = {},
                         .arrived = document.amount.currency == document.platform ? std::nullopt
                                                                                  : std::optional(document.amount)};
  return record_gift(transaction, gift, {document.platform, document.today});
}

Result<std::int64_t> give_to_campaign(Transaction& transaction, const DocumentFromLine& document) {
  const auto id = document.target.id;
  const auto gift = record_new_gift(transaction, document,
                                    {.donor_id = document.details.donor_id,
                                     .campaign_id = id == 0 ? std::nullopt : std::optional(id)});
  if (!gift) return gift.error();
  return entry_of_donation(transaction, *gift);
}

Result<std::int64_t> give_of_donor(Transaction& transaction, const DocumentFromLine& document) {
  const auto donor = find_donor(transaction.session, document.target.id);
  if (!donor) return donor.error();
  const auto gift = record_new_gift(transaction, document, {.donor_id = donor->id});
  if (!gift) return gift.error();
  return entry_of_donation(transaction, *gift);
}

// A gift of the pledge's amount meets its oldest open day by itself; chosen for another amount, by this choice.
Result<std::int64_t> give_on_pledge(Transaction& transaction, const DocumentFromLine& document) {
  const auto pledge = find_pledge(transaction.session, document.target.id);
  if (!pledge) return pledge.error();
  const auto gift = record_new_gift(transaction, document, {.donor_id = pledge->donor_id, .campaign_id = pledge->campaign_id});
  if (!gift) return gift.error();
  const auto donation = find_donation(transaction.session, *gift);
  if (!donation) return donation.error();
  if (!donation->pledge_id) {
    Input input;
    input.set("donation_id", std::to_string(*gift));
    const auto met = match_by_hand(transaction, {pledge->id, pledge->version, document.today}, input);
    if (!met && met.error().kind != ErrorKind::kConflict) return met.error();  // nothing is open: the gift stays
  }
  return entry_of_donation(transaction, *gift);
}

Result<std::int64_t> receive_from_organisation(Transaction& transaction, const DocumentFromLine& document) {
  const auto contribution = find_contribution(transaction.session, document.target.id);
  if (!contribution) return contribution.error();
  if (contribution->in_kind) return invalid_field("target", "in_kind_is_never_cash", "This contribution is in kind; no money of it arrives.");
  if (contribution->received.currency != document.amount.currency) {
    return invalid_field("target", "other_currency", "This contribution is in " + std::string(contribution->received.currency.code()) +
                                                         "; record what arrived on its own page.");
  }
  Input input;
  input.set("received_on", to_string(document.line.booked_on));
  input.set("amount", to_string(document.amount));
  input.set("reference", document.line.bank_reference);
  return receive_contribution(transaction, document.target.id, input, document.today);
}

Result<std::int64_t> clear_pending_gift(Transaction& transaction, const DocumentFromLine& document) {
  const auto donation = lock_donation(transaction, document.target.id);
  if (!donation) return donation.error();
  Input input;
  input.set("cleared_on", to_string(document.line.booked_on));
  if (donation->gross.currency != document.amount.currency) input.set("arrived_amount", to_string(document.amount));
  if (document.amount.currency != document.platform) {
    input.set("arrived_currency", std::string(document.amount.currency.code()));
  }
  auto cleared = clear_donation(transaction, {donation->id, donation->version, document.today}, input);
  if (!cleared) return at_target(std::move(cleared.error()));
  return entry_of_donation(transaction, donation->id);
}

Result<std::int64_t> charge_back(Transaction& transaction, const DocumentFromLine& document) {
  const auto donation = lock_donation(transaction, document.target.id);
  if (!donation) return donation.error();
  Input input;
  if (donation->account_currency() != document.amount.currency) {
    return invalid_field("target", "other_currency",
                         "This gift came to an account in " + std::string(donation->account_currency().code()) +
                             ", so it is taken back from there; choose another gift.");
  }
  input.set("booked_on", to_string(document.line.booked_on));
  input.set("reason", "Taken back by the bank.");
  if (donation->gross.currency != document.amount.currency) input.set("left_amount", to_string(-document.amount));
  auto taken = charge_back_donation(transaction, {donation->id, donation->version, document.today}, input);
  if (!taken) return at_target(std::move(taken.error()));
  return taken;
}

Result<std::int64_t> pay(Transaction& transaction, const DocumentFromLine& document) {
  const auto cost = lock_expenditure(transaction, document.target.id);
  if (!cost) return cost.error();
  Input input;
  input.set("paid_on", to_string(document.line.booked_on));
  if (const auto left = -document.amount; cost->amount.currency != left.currency) {
    input.set("paid_amount", to_string(left));
    input.set("paid_currency", std::string(left.currency.code()));
  }
  auto paid = pay_expenditure(transaction, {cost->id, cost->version, document.today}, input);
  if (!paid) return at_target(std::move(paid.error()));
  const auto now = find_expenditure(transaction.session, cost->id);
  if (!now) return now.error();
  if (!now->payment_entry_id) return conflict("expenditure_is_not_paid", "Its payment is not posted to the ledger.");
  return *now->payment_entry_id;
}

// A gift that should never have been recorded goes back whole, fund by fund.
Outcome give_back(Transaction& transaction, const BankMatch& match, Date today, const std::string& reason) {
  const auto donation = lock_donation(transaction, match.document_id);
  if (!donation) return donation.error();
  if (donation->left().minor == 0) return kOk;  // on its own page
  const auto back = unrecord_donation(transaction, donation->id, today, reason);
  if (!back) return back.error();
  return kOk;
}

// What has no document of its own: the line is the document.
Result<std::int64_t> post_plain(Transaction& transaction, const DocumentFromLine& document, const char* kind,
                                const char* account, const char* usual_description, std::int64_t fund) {
  const auto& description = document.details.description;
  return append_entry(transaction, {.booked_on = document.line.booked_on,
                                    .kind = kind,
                                    .document_kind = "bank_line",
                                    .document_id = document.line.id,
                                    .description = description.empty() ? usual_description : description,
                                    .postings = {{document.line.ledger_account, fund, std::nullopt, document.amount},
                                                 {account, fund, std::nullopt, -document.amount}}});
}

Outcome reverse_instalment_receipt(Transaction& transaction, const BankMatch& match, Date today,
                                   const std::string& reason) {
  const auto key = find_instalment_key(transaction, match.document_id);
  if (!key) return key.error();
  const auto instalment = find_instalment(transaction.session, key->grant_id, match.document_id);
  if (!instalment) return instalment.error();
  const auto receipt = std::ranges::find(instalment->receipts, match.entry_id, &Receipt::entry_id);
  if (receipt == instalment->receipts.end()) return not_found("receipt_not_found", "There is no such receipt.");
  if (receipt->reversed) return kOk;  // on the grant's own page
  Input input;
  input.set("reason", reason);
  return reverse_receipt(transaction, {key->grant_id, match.document_id, key->version, today}, receipt->id, input);
}

}  // namespace

Result<std::int64_t> post_document(Transaction& transaction, const DocumentFromLine& document) {
  const bool credit = document.amount.minor > 0;
  const auto& kind = document.target.kind;
  // What left one account and reached another is the same money; exchanged, it is cleared between the currencies.
  if (kind == "transfer") {
    return post_plain(transaction, document, "bank_transfer", "currency_clearing", "Between own accounts", document.target.id);
  }
  const bool takes_debit = kind == "fee" || kind == "expenditure" || kind == "chargeback";
  if (credit == takes_debit) return wrong_direction(credit);
  if (kind == "instalment") return receive(transaction, document);
  if (kind == "contribution") return receive_from_organisation(transaction, document);
  if (kind == "campaign") return give_to_campaign(transaction, document);
  if (kind == "donor") return give_of_donor(transaction, document);
  if (kind == "pledge") return give_on_pledge(transaction, document);
  if (kind == "donation") return clear_pending_gift(transaction, document);
  if (kind == "chargeback") return charge_back(transaction, document);
  if (kind == "expenditure") return pay(transaction, document);
  const auto general = general_fund_id(transaction.session);
  if (kind == "income") return post_plain(transaction, document, "bank_income", "income_other", "Other income", general);
  return post_plain(transaction, document, "bank_fee", "bank_fees", "Bank fee", general);
}

Outcome reverse_document(Transaction& transaction, const BankMatch& match, Date today, const std::string& reason) {
  if (match.document_kind == "instalment") return reverse_instalment_receipt(transaction, match, today, reason);
  if (match.entry_kind == "donation_cleared") return give_back(transaction, match, today, reason);
  const auto reversal = reverse_entry(transaction, match.entry_id, today, reason);
  if (!reversal) return reversal.error();
  return kOk;
}

}  // namespace kindling
