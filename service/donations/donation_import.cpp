#include "donations/donation_import.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/csv.hpp"
#include "core/fields.hpp"
#include "core/hex.hpp"
#include "donations/donation.hpp"
#include "donations/donation_import_store.hpp"
#include "donations/donation_page.hpp"
#include "donations/donor_vault.hpp"
#include "donations/record_donor.hpp"
#include "storage/copy.hpp"

namespace kindling {
namespace {

constexpr char kUnit = '\x1F';  // between the parts of a key
constexpr std::string_view kFileBound = "donation import";

// What the columns of a donor are called in the rules of a donor.
constexpr std::pair<const char*, const char*> kDonorColumns[] = {
    {"donor_name", "name"}, {"donor_email", "email"}, {"donor_address", "address_line"},
    {"donor_postal_code", "postal_code"}, {"donor_city", "city"}, {"donor_country", "country"}};

// Where the form's names of fields stand in the file.
std::string column_of(std::string_view field) {
  if (field.starts_with("parts")) return "fund";
  return std::string(field);
}

// Who gave a row: nobody known, somebody recorded, or somebody that the import makes.
struct RowDonor {
  std::optional<std::int64_t> id;
  std::int64_t key = 0;                  // of one to be made; 0: none
  std::optional<NewDonor> made;          // where this row is the first that names them
  std::string reference;                 // of `made`
};

class GiftReader final : public ImportReader {
 public:
  GiftReader(GiftTargets targets, ImportScope scope, const DonorVault& vault, Currency platform)
      : targets_(std::move(targets)), scope_(std::move(scope)), vault_(vault), platform_(platform) {}

  std::vector<FieldError> read(const Input& row, std::int64_t row_number, CopyIn& staging) override;
  void settle(Transaction& transaction) override { settle_gift_rows(transaction, scope_.import_id, platform_); }

 private:
  Input as_form(const Input& row, std::vector<FieldError>& errors) const;
  void add_fund(const Input& row, Input& form, std::vector<FieldError>& errors) const;
  void add_fee(const Input& row, Input& form, std::vector<FieldError>& errors) const;
  RowDonor find_donor(const Input& row, std::vector<FieldError>& errors);
  RowDonor find_named(const Input& row, std::vector<FieldError>& errors);
  RowDonor to_be_made(const NewDonor& donor, const std::string& email, const std::string& name);
  bool seen_before(const NewDonation& gift);
  std::int64_t fund_of(const NewDonation& gift) const;
  void stage(const NewDonation* gift, const RowDonor& donor, std::int64_t row_number, bool good, CopyIn& staging);

  GiftTargets targets_;
  ImportScope scope_;
  const DonorVault& vault_;
  Currency platform_;
  std::unordered_set<std::string> payments_;
  std::unordered_map<std::string, std::int64_t> made_by_hash_;  // keyed hash -> key
  std::int64_t made_ = 0;
};

// A fund is named where the gift's campaign does not decide it.
void GiftReader::add_fund(const Input& row, Input& form, std::vector<FieldError>& errors) const {
  const auto text = row.text("fund");
  if (text.empty()) return;
  const auto fund = targets_.funds.find(csv_heading_key(text));
  if (fund == targets_.funds.end()) {
    errors.push_back({"fund", "fund_not_found", "No fund has this name or code."});
    return;
  }
  const auto campaign = targets_.campaigns.find(csv_heading_key(row.text("campaign")));
  const bool fits = campaign == targets_.campaigns.end() ? fund->second.takes_any_gift : campaign->second.fund_id == fund->second.id;
  if (!fits) {
    errors.push_back({"fund", "gift_keeps_its_purpose", "A gift goes into the fund of its campaign, and into no fund that is bound to something else."});
    return;
  }
  form.add("parts.0.fund_id", std::to_string(fund->second.id));
  form.add("parts.0.amount", std::string(row.text("gross")));
}

// The fee is what lies between gross and net, where the file has the two.
void GiftReader::add_fee(const Input& row, Input& form, std::vector<FieldError>& errors) const {
  const auto net_text = trimmed(row.text("net"));
  if (!row.text("fee").empty()) form.add("fee", std::string(row.text("fee")));
  if (net_text.empty()) return;
  const auto code = row.text("currency");
  const auto currency = code.empty() ? std::optional(platform_) : Currency::find(code);
  if (!currency) return;  // told at the currency
  const auto net = parse_money(net_text, *currency);
  if (!net) {
    errors.push_back({"net", net.error().fields.empty() ? net.error().code : net.error().fields.front().code,
                      "Enter what arrived, such as 24.65."});
    return;
  }
  const auto gross = parse_money(row.text("gross"), *currency);
  const auto fee = parse_money(row.text("fee").empty() ? "0" : row.text("fee"), *currency);
  if (!gross || !fee) return;
  if (row.text("fee").empty() && gross->minor >= net->minor) {
    form.add("fee", to_string(*gross - *net));
  } else if (*gross - *fee != *net) {
    errors.push_back({"net", "net_is_gross_less_fee", "Gross less fee comes to " + to_display(*gross - *fee) + ", not to this."});
  }
}

// The row as the form would have sent it.
Input GiftReader::as_form(const Input& row, std::vector<FieldError>& errors) const {
  Input form;
  for (const auto* name : {"given_on", "cleared_on", "gross", "currency", "rate", "reference", "message"}) {
    if (const auto* field = row.find(name)) form.add(name, field->text);
  }
  form.add("method", std::string(row.text("method").empty() ? scope_.options.text("method") : row.text("method")));
  form.add("state", std::string(scope_.options.text("state")));
  if (const auto text = row.text("campaign"); !text.empty()) {
    const auto campaign = targets_.campaigns.find(csv_heading_key(text));
    if (campaign == targets_.campaigns.end()) {
      errors.push_back({"campaign", "campaign_not_found", "No campaign has this reference or name."});
    } else {
      form.add("campaign_id", std::to_string(campaign->second.id));
    }
  }
  add_fund(row, form, errors);
  add_fee(row, form, errors);
  return form;
}

RowDonor GiftReader::find_donor(const Input& row, std::vector<FieldError>& errors) {
  if (const auto text = row.text("donor"); !text.empty()) {
    const auto found = targets_.donors.find(std::string(text));
    if (found != targets_.donors.end()) return {.id = found->second, .made = {}, .reference = {}};
    errors.push_back({"donor", "donor_not_found", "No donor has this reference; it looks like D-7KX2QMPA."});
    return {};
  }
  const bool named = std::ranges::any_of(kDonorColumns, [&](const auto& column) { return !row.text(column.first).empty(); });
  return named ? find_named(row, errors) : RowDonor{};
}

RowDonor GiftReader::find_named(const Input& row, std::vector<FieldError>& errors) {
  if (!vault_.is_open()) {
    errors.push_back({"donor_name", "donor_key_missing", "Without the donors' key nothing of a person can be stored. Leave these headings out, or ask the administrator for the key."});
    return {};
  }
  Input typed;
  for (const auto& [column, name] : kDonorColumns) typed.add(name, std::string(row.text(column)));
  const auto donor = parse_donor(typed, scope_.today);
  if (!donor) {
    for (const auto& error : donor.error().fields) {
      const auto column = std::ranges::find_if(kDonorColumns, [&](const auto& each) { return error.field == each.second; });
      errors.push_back({column == std::end(kDonorColumns) ? "donor_name" : column->first, error.code, error.message});
    }
    return {};
  }
  const auto email = donor->identity.email ? vault_.email_hash(*donor->identity.email) : std::string();
  const auto name = vault_.name_hash(donor->identity.name);
  if (!email.empty()) {
    if (const auto found = targets_.donors_by_email.find(email); found != targets_.donors_by_email.end()) {
      return {.id = found->second, .made = {}, .reference = {}};
    }
    return to_be_made(*donor, email, name);
  }
  const auto found = targets_.donors_by_name.find(name);
  if (found == targets_.donors_by_name.end()) return to_be_made(*donor, email, name);
  if (found->second == 0) {
    errors.push_back({"donor_name", "several_donors", "Several donors have this name. Give the e-mail, or the donor's reference."});
    return {};
  }
  return {.id = found->second, .made = {}, .reference = {}};
}

RowDonor GiftReader::to_be_made(const NewDonor& donor, const std::string& email, const std::string& name) {
  const auto [at, is_new] = made_by_hash_.try_emplace(email.empty() ? name : email, made_ + 1);
  if (!is_new) return {.id = {}, .key = at->second, .made = {}, .reference = {}};
  ++made_;
  made_by_hash_.try_emplace(name, made_);  // a later row that has the name alone
  std::string reference;
  do reference = random_donor_reference();
  while (!targets_.donors.try_emplace(reference, 0).second);
  return {.id = {}, .key = made_, .made = donor, .reference = std::move(reference)};
}

bool GiftReader::seen_before(const NewDonation& gift) {
  if (gift.reference.empty()) return false;
  return !payments_.insert(gift.reference + kUnit + gift.method + kUnit + to_string(gift.given_on) + kUnit +
                           to_string(gift.gross) + kUnit + std::string(gift.gross.currency.code())).second;
}

std::int64_t GiftReader::fund_of(const NewDonation& gift) const {
  if (!gift.parts.empty()) return gift.parts.front().fund_id;
  if (!gift.campaign_id) return targets_.general_fund_id;
  return std::ranges::find_if(targets_.campaigns, [&](const auto& each) { return each.second.id == *gift.campaign_id; })->second.fund_id;
}

void GiftReader::stage(const NewDonation* gift, const RowDonor& donor, std::int64_t row_number, bool good, CopyIn& staging) {
  const auto text_or_null = [&](std::string_view text) { text.empty() ? (void)staging.null() : (void)staging.field(text); };
  const auto id_or_null = [&](std::optional<std::int64_t> id) { id ? (void)staging.field(*id) : (void)staging.null(); };
  const bool repeated = good && gift != nullptr && seen_before(*gift);
  staging.field(scope_.import_id).field(row_number).field(!good ? "bad" : repeated ? "repeated" : "new");
  if (gift == nullptr) {
    for (int i = 0; i < 11; ++i) staging.null();
  } else {
    staging.field(gift->gross.currency.code()).field(gift->gross.minor).field(gift->fee.minor);
    text_or_null(gift->rate.value_or(""));
    staging.field(to_string(gift->given_on)).field(to_string(gift->cleared_on)).field(gift->method).field(gift->reference);
    text_or_null(gift->message.value_or(""));
    id_or_null(gift->campaign_id);
    id_or_null(good ? std::optional(fund_of(*gift)) : std::nullopt);
  }
  id_or_null(donor.id);
  id_or_null(donor.key == 0 ? std::nullopt : std::optional(donor.key));
  if (donor.made) {
    const auto sealed = vault_.seal(donor.made->identity, donor.reference);
    staging.field(donor.reference).field(bytea_of(sealed.wrapped_key)).field(bytea_of(sealed.sealed)).field(bytea_of(sealed.name_hash));
    sealed.email_hash.empty() ? (void)staging.null() : (void)staging.field(bytea_of(sealed.email_hash));
  } else {
    for (int i = 0; i < 5; ++i) staging.null();
  }
  staging.end_row();
}

std::vector<FieldError> GiftReader::read(const Input& row, std::int64_t row_number, CopyIn& staging) {
  std::vector<FieldError> errors;
  const auto gift = parse_donation(as_form(row, errors), platform_, scope_.today);
  if (!gift) {
    for (const auto& error : gift.error().fields) {
      auto column = column_of(error.field);
      // The parts' amount is the gross, whose own error is told.
      if (column == "fund" || std::ranges::find(errors, column, &FieldError::field) != errors.end()) continue;
      errors.push_back({std::move(column), error.code, error.message});
    }
  }
  const auto donor = find_donor(row, errors);
  if (gift && gift->method == "in_kind") {
    errors.push_back({"method", "in_kind_is_entered", "A gift in kind needs a valuation; enter it by its form."});
  }
  stage(gift ? &*gift : nullptr, donor, row_number, errors.empty(), staging);
  return errors;
}

std::vector<ImportColumn> gift_columns(Currency platform) {
  using Type = ImportColumn::Type;
  const std::string own(platform.code());
  return {
      {.name = "given_on", .label = "Given on", .type = Type::kDate, .required = true, .known_as = {"date", "day", "booked on", "created", "datum"}},
      {.name = "cleared_on", .label = "Arrived on", .type = Type::kDate, .known_as = {"cleared", "paid out", "payout date", "available on"}, .help = "Where it is empty, the day on which it was given."},
      {.name = "gross", .label = "Amount given", .type = Type::kAmount, .required = true, .known_as = {"amount", "gross amount", "donation", "castka", "bedrag"}},
      {.name = "fee", .label = "Fee", .type = Type::kAmount, .known_as = {"fees", "transaction fee"}},
      {.name = "net", .label = "Amount that arrived", .type = Type::kAmount, .known_as = {"net amount", "payout"}, .help = "Gross less fee; the fee, where the file has none."},
      {.name = "currency", .label = "Currency", .known_as = {"ccy", "mena", "munt"}, .help = "Where it is empty, " + own + "."},
      {.name = "rate", .label = "Rate", .type = Type::kAmount, .known_as = {"exchange rate"}, .help = "How many make one " + own + "; else the published rate of the day."},
      {.name = "method", .label = "Method", .known_as = {"type", "payment method"}, .help = "bank_transfer, direct_debit, card, online, cash or cheque."},
      {.name = "reference", .label = "Payment reference", .known_as = {"transaction", "transaction id", "payment id", "id"}, .help = "The same payment counts once by it."},
      {.name = "campaign", .label = "Campaign", .known_as = {"appeal", "project"}, .help = "Its reference or name."},
      {.name = "fund", .label = "Fund", .known_as = {"designation"}, .help = "Its code or name, where the campaign does not decide it."},
      {.name = "message", .label = "Message", .known_as = {"note", "comment", "remark"}, .help = "Waits for moderation."},
      {.name = "donor", .label = "Donor's reference", .known_as = {"donor reference", "donor id"}, .help = "Such as D-7KX2QMPA."},
      {.name = "donor_name", .label = "Donor's name", .known_as = {"name", "donor", "full name", "jmeno", "naam"}, .help = "Found where it is known, else recorded; encrypted."},
      {.name = "donor_email", .label = "Donor's e-mail", .known_as = {"email", "e-mail", "mail"}},
      {.name = "donor_address", .label = "Street and number", .known_as = {"address", "street", "adresse"}},
      {.name = "donor_postal_code", .label = "Postal code", .known_as = {"postcode", "zip", "zip code", "psc"}},
      {.name = "donor_city", .label = "City", .known_as = {"city", "town", "mesto", "stad"}},
      {.name = "donor_country", .label = "Country", .known_as = {"country", "country code"}, .help = "Two letters, such as BE."}};
}

}  // namespace

ImportKind donation_import_kind(const DonorVault& vault, Currency platform) {
  ImportKind kind;
  kind.name = "donations";
  kind.title = "Donations";
  kind.explanation = "An export of a payment provider or a list of your own: each row is a gift. Names are encrypted, and the file is not kept.";
  kind.action = kWriteGifts;
  kind.done_href = "/donations";
  kind.columns = gift_columns(platform);
  kind.options = {{.name = "method", .label = "Method where a row names none",
                   .choices = {{"online", "Online payment"}, {"card", "Card"}, {"bank_transfer", "Bank transfer"},
                               {"direct_debit", "Direct debit"}, {"cash", "Cash"}, {"cheque", "Cheque"}}},
                  {.name = "state", .label = "Record them as", .choices = {{"cleared", "Arrived"}, {"pending", "Still to arrive"}}},
                  {.name = "account", .label = "Gifts in other currencies arrived on an account in",
                   .choices = {{"platform", std::string(platform.code())}, {"own", "their own currency"}}}};
  kind.staging_table = "donation_import_rows";
  kind.staging_target =
      "donation_import_rows (import_id, row_number, state, currency, amount_minor, fee_minor, rate, given_on, cleared_on, "
      "method, reference, message, campaign_id, fund_id, donor_id, donor_key, donor_reference, donor_wrapped_key, "
      "donor_sealed, donor_name_hash, donor_email_hash)";
  kind.open = [&vault, platform](Session& session, const ImportScope& scope) -> std::unique_ptr<ImportReader> {
    return std::make_unique<GiftReader>(find_gift_targets(session), scope, vault, platform);
  };
  kind.load = [platform](Transaction& transaction, const ImportLoad& load) { return load_gift_rows(transaction, load, platform); };
  kind.seal_file = [&vault](std::string_view bytes) -> Result<std::string> {
    if (const auto open = must_be_open(vault); !open) return open.error();
    return vault.seal_text(bytes, kFileBound);
  };
  kind.open_file = [&vault](std::string_view sealed) {
    auto bytes = vault.open_text(sealed, kFileBound);
    if (!bytes) throw std::runtime_error("a stored file does not open");  // altered, or under another key
    return *std::move(bytes);
  };
  return kind;
}

}  // namespace kindling
