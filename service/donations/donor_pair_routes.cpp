#include "donations/donation_page.hpp"
#include "donations/donor_vault.hpp"
#include "donations/record_donor.hpp"
#include "donations/routes.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

Value side_of(const DonorSeen& seen) {
  const auto& identity = *seen.identity;
  std::string place = identity.postal_code.value_or("");
  if (identity.city) place += (place.empty() ? "" : " ") + *identity.city;
  return Value::object({{"donor_id", seen.donor.id},
                        {"donor_reference", seen.donor.reference},
                        {"name", identity.name},
                        {"email", identity.email.value_or("")},
                        {"phone", identity.phone.value_or("")},
                        {"place", place},
                        {"gifts", seen.donor.gifts}});
}

Response show_duplicates(const Site& site, const DonorVault& vault, const Request& request) {
  const auto found = in_transaction(site.database, request.actor, request.request_id, {}, [&](Transaction& transaction) {
    return find_duplicates(transaction, {vault, gift_rules(site).today});
  });
  if (!found) return error_page(site, found.error(), request);
  auto pairs = Value::array();
  for (const auto& pair : *found) {
    auto row = Value::object({{"score", pair.likeness.score}, {"reason", pair.likeness.reason}});
    row.set("first", side_of(pair.first));
    row.set("second", side_of(pair.second));
    row.set("first_id", pair.first.donor.id);
    row.set("second_id", pair.second.donor.id);
    pairs.push(std::move(row));
  }
  Value data;
  data.set("none", found->empty());
  data.set("pairs", std::move(pairs));
  return page(site, request,
              {.title = "Possible duplicates", .name = "donor_duplicates", .data = std::move(data),
               .crumbs = {{"Donors", "/donors"}, {"Possible duplicates", ""}}})
      .with("Cache-Control", "no-store");
}

Response decide(const Site& site, const Request& request) {
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto kept = decide_about_pair(transaction, input);
        if (!kept) return kept.error();
        return std::string("/donors/duplicates?done=saved");
      },
      nullptr);
}

Response undo(const Site& site, const Request& request) {
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input&, int) -> Result<std::string> {
        const auto kept = undo_pair(transaction, request.path_id("decision"));
        if (!kept) return kept.error();
        return "/donors/" + std::to_string(*kept) + "?done=saved";
      },
      nullptr);
}

Response api_decide(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto kept = decide_about_pair(transaction, input);
    if (!kept) return kept.error();
    return http::json(Value::object({{"kept_id", *kept}}), 201);
  });
}

// Who they are is asked for one by one, and each reading audited; a list of names would be kept by whoever reads it.
Response api_duplicates(const Site& site, const DonorVault& vault, const Request& request) {
  const auto found = in_transaction(site.database, request.actor, request.request_id, {}, [&](Transaction& transaction) {
    return find_duplicates(transaction, {vault, gift_rules(site).today});
  });
  if (!found) return http::problem(found.error(), request);
  Value::Array rows;
  for (const auto& pair : *found) {
    rows.push_back(Value::object({{"first_id", pair.first.donor.id},
                                  {"first_reference", pair.first.donor.reference},
                                  {"second_id", pair.second.donor.id},
                                  {"second_reference", pair.second.donor.reference},
                                  {"score", pair.likeness.score},
                                  {"reason", pair.likeness.reason}}));
  }
  static const std::vector<Column> kColumns = {
      {.name = "first_id", .label = ""},  {.name = "first_reference", .label = ""}, {.name = "second_id", .label = ""},
      {.name = "second_reference", .label = ""}, {.name = "score", .label = ""},    {.name = "reason", .label = ""}};
  return list_answer(request, kColumns, rows, "").with("Cache-Control", "no-store");
}

Response api_undo(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input&, int) -> Result<Response> {
    const auto kept = undo_pair(transaction, request.path_id("decision"));
    if (!kept) return kept.error();
    return http::json(Value::object({{"kept_id", *kept}}));
  });
}

}  // namespace

void add_donor_pair_routes(http::Router& router, const Site& site, const DonorVault& vault) {
  using http::Method;
  router.add_schema("DonorPairDecision", object_schema({"kept_id:integer", "other_id:integer", "decision"}));
  router.add_schema("DonorDuplicate", object_schema({"first_id:integer", "first_reference", "second_id:integer", "second_reference",
                                                     "score:integer", "reason"}));
  router.add({.method = Method::kGet, .pattern = "/donors/duplicates", .action = kReadDonors,
              .handler = [&](const Request& request) { return show_duplicates(site, vault, request); }});
  router.add({.method = Method::kPost, .pattern = "/donors/duplicates", .action = kWriteGifts,
              .handler = [&](const Request& request) { return decide(site, request); }});
  router.add({.method = Method::kPost, .pattern = "/donors/duplicates/{decision}/undo", .action = kWriteGifts,
              .handler = [&](const Request& request) { return undo(site, request); }});
  router.add({.method = Method::kPost, .pattern = "/api/v1/donor-decisions", .action = kWriteGifts,
              .handler = [&](const Request& request) { return api_decide(site, request); },
              .doc = {.summary = "Decide whether two donors are the same", .tag = "donors", .request_schema = "DonorPairDecision",
                      .response_schema = "DonorPairDecision", .success_status = 201}});
  router.add({.method = Method::kPost, .pattern = "/api/v1/donor-decisions/{decision}/undo", .action = kWriteGifts,
              .handler = [&](const Request& request) { return api_undo(site, request); },
              .doc = {.summary = "Undo a decision about two donors, exactly", .tag = "donors",
                      .response_schema = "DonorPairDecision"}});
  router.add({.method = Method::kGet, .pattern = "/api/v1/donor-duplicates", .action = kReadDonors,
              .handler = [&](const Request& request) { return api_duplicates(site, vault, request); },
              .doc = {.summary = "Donors that may be the same, the most alike first; the look is audited", .tag = "donors",
                      .response_schema = "DonorDuplicate", .list = true}});
}

}  // namespace kindling
