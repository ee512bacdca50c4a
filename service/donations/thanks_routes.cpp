#include <algorithm>

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "donations/donation_page.hpp"
#include "donations/donor_store.hpp"
#include "donations/donor_vault.hpp"
#include "donations/routes.hpp"
#include "donations/thanks_store.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr int kPageRows = 100;
constexpr int kMergeRows = 5'000;
constexpr std::size_t kMarkedMax = 1'000;
const char* const kMerge = "mail merge";

using Identities = std::map<std::int64_t, DonorIdentity>;

Result<Identities> identities_of(const Site& site, const DonorVault& vault, const Request& request,
                                 const std::vector<GiftToThank>& gifts, const char* purpose) {
  std::vector<std::int64_t> ids;
  for (const auto& gift : gifts) ids.push_back(gift.donor_id);
  return in_transaction(site.database, request.actor, request.request_id, {},
                        [&](Transaction& transaction) -> Result<Identities> {
                          return read_identities(transaction, vault, ids, purpose);
                        });
}

Response thanks_page(const Site& site, const DonorVault& vault, const Request& request) {
  const auto gifts = reading(site.database, [](Session& session) { return list_gifts_to_thank(session, kPageRows); });
  const auto identities = identities_of(site, vault, request, gifts, "listed for thanks");
  if (!identities) return error_page(site, identities.error(), request);
  auto rows = Value::array();
  int number = 0;
  for (const auto& gift : gifts) {
    const auto who = identities->find(gift.donor_id);
    rows.push(Value::object({{"row", number++},
                             {"donation_id", gift.donation_id},
                             {"donor_id", gift.donor_id},
                             {"name", who == identities->end() ? gift.donor_reference : who->second.name},
                             {"given_on", to_display(gift.given_on)},
                             {"amount", gift.description.empty() ? to_display(gift.gross) : gift.description},
                             {"campaign", gift.campaign_name},
                             {"contact", gift.contact_preference == "none" ? std::string("wants no contact") : gift.contact_preference}}));
  }
  Value data;
  data.set("nobody", gifts.empty());
  data.set("more", gifts.size() == kPageRows);
  data.set("rows", std::move(rows));
  return page(site, request, {.title = "To be thanked", .name = "thanks", .data = std::move(data)}).with("Cache-Control", "no-store");
}

// One row a gift, of donors who agreed to be written to.
Response mail_merge(const Site& site, const DonorVault& vault, const Request& request) {
  auto gifts = reading(site.database, [](Session& session) { return list_gifts_to_thank(session, kMergeRows); });
  std::erase_if(gifts, [](const GiftToThank& gift) { return gift.contact_preference == "none"; });
  const auto identities = identities_of(site, vault, request, gifts, kMerge);
  if (!identities) return error_page(site, identities.error(), request);
  Value::Array rows;
  for (const auto& gift : gifts) {
    const auto who = identities->find(gift.donor_id);
    if (who == identities->end()) continue;
    auto row = identity_value(who->second);
    row.set("contact", gift.contact_preference);
    row.set("donation_id", gift.donation_id);
    row.set("given_on", to_string(gift.given_on));
    row.set("currency", gift.gross.currency.code());
    row.set("amount", gift.description.empty() ? to_string(gift.gross) : std::string());
    row.set("in_kind", gift.description);
    row.set("campaign", gift.campaign_name);
    rows.push_back(std::move(row));
  }
  static const std::vector<Column> kColumns = {
      {.name = "name", .label = ""},        {.name = "contact", .label = ""},     {.name = "email", .label = ""},
      {.name = "phone", .label = ""},       {.name = "address_line", .label = ""}, {.name = "postal_code", .label = ""},
      {.name = "city", .label = ""},        {.name = "country", .label = ""},     {.name = "donation_id", .label = ""},
      {.name = "given_on", .label = ""},    {.name = "currency", .label = ""},    {.name = "amount", .label = ""},
      {.name = "in_kind", .label = ""},     {.name = "campaign", .label = ""}};
  auto as_csv = request;
  as_csv.headers.insert(as_csv.headers.begin(), {"accept", "text/csv"});
  return http::attachment(list_answer(as_csv, kColumns, rows, "").body, "text/csv; charset=utf-8", "thanks.csv")
      .with("Cache-Control", "no-store");
}

// Fields: donations.N, the numbers of gifts.
Result<std::int64_t> say_thanks(Transaction& transaction, const Input& input, Date today) {
  Fields fields(input);
  auto keys = input.keys_below("donations");
  if (keys.size() > kMarkedMax) fields.fail("donations", "too_many", "Choose at most 1,000 gifts at once.");
  keys.resize(std::min(keys.size(), kMarkedMax));
  std::vector<std::int64_t> ids;
  for (const auto& key : keys) ids.push_back(fields.id("donations." + key));
  if (ids.empty() && fields.ok()) fields.fail("donations", "required", "Choose at least one gift.");
  if (const auto read = fields.finish(kOk); !read) return read.error();
  const auto marked = mark_thanked(transaction, ids, today);
  for (const auto id : ids) {
    record_audit(transaction, {.action = "donation.thanked", .object_kind = "donation", .object_id = id, .fields = {}, .reason = {}});
  }
  return marked;
}

Response mark(const Site& site, const DonorVault&, const Request& request) {
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto marked = say_thanks(transaction, input, gift_rules(site).today);
        if (!marked) return marked.error();
        return std::string("/thanks?done=saved");
      },
      nullptr);
}

// Whom to thank, without who they are: that is in the mail merge, which is audited.
Response api_list(const Site& site, const DonorVault&, const Request& request) {
  Value::Array rows;
  for (const auto& gift : reading(site.database, [](Session& session) { return list_gifts_to_thank(session, kMergeRows); })) {
    rows.push_back(Value::object({{"donation_id", gift.donation_id},
                                  {"donor_id", gift.donor_id},
                                  {"donor_reference", gift.donor_reference},
                                  {"contact_preference", gift.contact_preference},
                                  {"given_on", to_string(gift.given_on)},
                                  {"currency", gift.gross.currency.code()},
                                  {"amount", gift.description.empty() ? to_string(gift.gross) : std::string()},
                                  {"in_kind", gift.description},
                                  {"campaign", gift.campaign_name}}));
  }
  static const std::vector<Column> kColumns = {
      {.name = "donation_id", .label = ""}, {.name = "donor_id", .label = ""}, {.name = "donor_reference", .label = ""},
      {.name = "contact_preference", .label = ""}, {.name = "given_on", .label = ""}, {.name = "currency", .label = ""},
      {.name = "amount", .label = ""},      {.name = "in_kind", .label = ""},  {.name = "campaign", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

Response api_mark(const Site& site, const DonorVault&, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto marked = say_thanks(transaction, input, gift_rules(site).today);
    if (!marked) return marked.error();
    return http::json(Value::object({{"thanked", *marked}}));
  });
}

}  // namespace

void add_thanks_routes(http::Router& router, const Site& site, const DonorVault& vault) {
  using http::Method;
  router.add_schema("GiftToThank", object_schema({"donation_id:integer", "donor_id:integer", "donor_reference", "contact_preference",
                                                  "given_on", "currency", "amount", "in_kind", "campaign"}));
  router.add_schema("Thanks", object_schema({"donations:array", "thanked:integer"}));
  using Handle = Response (*)(const Site&, const DonorVault&, const Request&);
  const auto add = [&](Method method, const char* pattern, Action action, Handle handle, http::ApiDoc doc = {}) {
    router.add({.method = method, .pattern = pattern, .action = action,
                .handler = [&site, &vault, handle](const Request& request) { return handle(site, vault, request); },
                .doc = std::move(doc)});
  };
  add(Method::kGet, "/thanks", kReadDonors, thanks_page);
  add(Method::kGet, "/thanks.csv", kReadDonors, mail_merge);
  add(Method::kPost, "/thanks", kWriteGifts, mark);
  add(Method::kGet, "/api/v1/thanks", kReadDonors, api_list,
      {.summary = "Gifts that wait for thanks, the oldest first, without who gave them", .tag = "donations",
       .response_schema = "GiftToThank", .list = true});
  add(Method::kPost, "/api/v1/thanks", kWriteGifts, api_mark,
      {.summary = "Say that donors were thanked for these donations", .tag = "donations", .request_schema = "Thanks",
       .response_schema = "Thanks"});
}

}  // namespace kindling
