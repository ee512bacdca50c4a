#include "donations/donation_page.hpp"
#include "donations/donation_receipt_store.hpp"
#include "donations/donor_store.hpp"
#include "donations/donor_vault.hpp"
#include "donations/issue_receipt.hpp"
#include "donations/routes.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr int kCsvRowsMax = 1'000'000;

std::string path_of(std::int64_t id) { return "/donation-receipts/" + std::to_string(id); }

// What a form of the list was given, where it was refused.
struct Refusal {
  const Input& typed;
  const Error& error;
};

Response list_page(const Site& site, const Request& request, const Refusal* refusal = nullptr) {
  const auto query = parse_list_query(request, {"id"}, {"year"});
  if (!query) return error_page(site, query.error(), request);
  const auto list = reading(site.database, [&](Session& session) { return list_receipts(session, *query); });
  if (!list) return error_page(site, list.error(), request);
  Value::Array rows;
  for (const auto& receipt : list->receipts) {
    auto row = receipt_value(receipt);
    row.set("href", path_of(receipt.id));
    row.set("issued_on_display", to_display(receipt.issued_on));
    row.set("amount_display", to_display(receipt.amount));
    row.set("covers", receipt.covers_year ? "gifts of " + std::to_string(*receipt.covers_year) : std::string("one gift"));
    rows.push_back(std::move(row));
  }
  static const std::vector<Column> kColumns = {
      {.name = "number", .label = "Number", .href = "href"}, {.name = "issued_on", .label = "Issued on"},
      {.name = "covers", .label = "For"},                    {.name = "amount", .label = "Amount", .number = true},
      {.name = "donor_reference", .label = "Donor"}};
  const auto errors = refusal == nullptr ? std::vector<FieldError>{} : errors_of(refusal->error);
  Input proposed;
  proposed.set("year", std::to_string(static_cast<int>(gift_rules(site).today.ymd().year())));
  Form single(refusal == nullptr ? proposed : refusal->typed, errors), annual(refusal == nullptr ? proposed : refusal->typed, errors);
  single.id_prefix("single-").section("For one gift").text("donation_id", "Donation's number", {.required = true, .columns = 6});
  annual.id_prefix("annual-")
      .section("For a year", "One receipt a donor, over all gifts that are on none yet.")
      .number("year", "Year", {.required = true, .columns = 6})
      .text("donor_id", "Donor's number", {.help = "Empty: all donors.", .columns = 6});
  Value data;
  data.set("year", query->filter("year"));
  data.set("single_form", single.value("/donation-receipts", "Issue receipt", ""));
  data.set("annual_form", annual.value("/donation-receipts/annual", "Issue receipts", ""));
  data.set("refused", refusal != nullptr);
  data.set("table", table(request, *query, kColumns, rows, list->next_cursor));
  return page(site, request,
              {.title = "Receipts", .name = "donation_receipts", .data = std::move(data),
               .status = refusal == nullptr ? 200 : http::status_of(refusal->error.kind)});
}

Response show_list(const Site& site, const DonorVault&, const Request& request) { return list_page(site, request); }

// Who the receipt is for, where the reader may know; the reading is audited.
Value addressee(const Site& site, const DonorVault& vault, const Request& request, std::int64_t donor_id) {
  if (!request.actor.has(Role::kCoordinator)) return Value::array();
  const auto identities = in_transaction(site.database, request.actor, request.request_id, {},
                                         [&](Transaction& transaction) -> Result<std::map<std::int64_t, DonorIdentity>> {
                                           return read_identities(transaction, vault, {donor_id}, "receipt shown");
                                         });
  auto lines = Value::array();
  if (!identities || identities->empty()) return lines;
  const auto& who = identities->begin()->second;
  std::string place = who.postal_code.value_or("");
  if (who.city) place += (place.empty() ? "" : " ") + *who.city;
  for (const auto& line : {who.name, who.address_line.value_or(""), place, who.country.value_or("")}) {
    if (!line.empty()) lines.push(Value::object({{"address", line}}));
  }
  return lines;
}

Response show_one(const Site& site, const DonorVault& vault, const Request& request) {
  const auto receipt = reading(site.database, [&](Session& session) { return find_receipt(session, request.path_id("id")); });
  if (!receipt) return error_page(site, receipt.error(), request);
  auto lines = Value::array();
  bool taken_back = false;
  for (const auto& line : receipt->lines) {
    lines.push(Value::object({{"given_on", to_display(line.given_on)},
                              {"line_amount", line.description.empty() ? to_display(line.amount) : std::string()},
                              {"what", line.description.empty() ? "Gift of money" : "In kind: " + line.description},
                              {"gift_href", "/donations/" + std::to_string(line.donation_id)},
                              {"gone", line.taken_back}}));
    taken_back = taken_back || line.taken_back;
  }
  auto copies = Value::array();
  for (const auto& copy : receipt->copies) {
    copies.push(Value::object({{"copy_number", copy.number}, {"copy_on", to_display(copy.issued_on)}, {"copy_reason", copy.reason}}));
  }
  Value data = receipt_value(*receipt);
  data.set("issued_on_display", to_display(receipt->issued_on));
  data.set("amount_display", to_display(receipt->amount));
  data.set("annual", receipt->covers_year.has_value());
  data.set("receipt_lines", std::move(lines));
  data.set("taken_back", taken_back);
  data.set("copy_rows", std::move(copies));
  data.set("is_copy", !receipt->copies.empty());
  data.set("last_copy", receipt->copies.size());
  data.set("addressee", addressee(site, vault, request, receipt->donor_id));
  return page(site, request,
              {.title = "Receipt " + number_of(*receipt), .name = "donation_receipt", .data = std::move(data),
               .crumbs = {{"Receipts", "/donation-receipts"}, {number_of(*receipt), ""}}})
      .with("Cache-Control", "no-store");
}

Response issue_single(const Site& site, const DonorVault&, const Request& request) {
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto id = issue_single_receipt(transaction, input, gift_rules(site).today);
        if (!id) return id.error();
        return path_of(*id) + "?done=created";
      },
      [&](const Input& typed, const Error& error) {
        const Refusal refusal{typed, error};
        return list_page(site, request, &refusal);
      });
}

Response issue_annual(const Site& site, const DonorVault&, const Request& request) {
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto issued = issue_annual_receipts(transaction, input, gift_rules(site).today);
        if (!issued) return issued.error();
        return std::string("/donation-receipts?done=created");
      },
      [&](const Input& typed, const Error& error) {
        const Refusal refusal{typed, error};
        return list_page(site, request, &refusal);
      });
}

Response reissue(const Site& site, const DonorVault&, const Request& request) {
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto done = reissue_receipt(transaction, request.path_id("id"), input, gift_rules(site).today);
        if (!done) return done.error();
        return path_of(request.path_id("id")) + "?done=created";
      },
      nullptr);
}

// ---- API ----

Response answer_list(const Request& request, const DonationReceiptList& list) {
  Value::Array rows;
  for (const auto& receipt : list.receipts) rows.push_back(receipt_value(receipt));
  static const std::vector<Column> kColumns = {
      {.name = "number", .label = ""},      {.name = "kind", .label = ""},     {.name = "issued_on", .label = ""},
      {.name = "covers_year", .label = ""}, {.name = "currency", .label = ""}, {.name = "amount", .label = ""},
      {.name = "donor_reference", .label = ""}};
  return list_answer(request, kColumns, rows, list.next_cursor);
}

Response api_list(const Site& site, const DonorVault&, const Request& request) {
  const auto query = parse_list_query(request, {"id"}, {"year"});
  if (!query) return http::problem(query.error(), request);
  const auto list = reading(site.database, [&](Session& session) { return list_receipts(session, *query); });
  return list ? answer_list(request, *list) : http::problem(list.error(), request);
}

// All receipts, or those of a year, in one file.
Response download_csv(const Site& site, const DonorVault&, const Request& request) {
  auto query = parse_list_query(request, {"id"}, {"year"});
  if (!query) return error_page(site, query.error(), request);
  query->limit = kCsvRowsMax;
  const auto list = reading(site.database, [&](Session& session) { return list_receipts(session, *query); });
  if (!list) return error_page(site, list.error(), request);
  auto as_csv = request;
  as_csv.headers.insert(as_csv.headers.begin(), {"accept", "text/csv"});
  return http::attachment(answer_list(as_csv, *list).body, "text/csv; charset=utf-8", "receipts.csv");
}

Response api_one(const Site& site, const DonorVault&, const Request& request) {
  const auto receipt = reading(site.database, [&](Session& session) { return find_receipt(session, request.path_id("id")); });
  return receipt ? http::json(receipt_value(*receipt)) : http::problem(receipt.error(), request);
}

Response api_issue(const Site& site, const DonorVault&, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto id = issue_single_receipt(transaction, input, gift_rules(site).today);
    if (!id) return id.error();
    const auto receipt = find_receipt(transaction.session, *id);
    if (!receipt) return receipt.error();
    return http::json(receipt_value(*receipt), 201).with("Location", "/api/v1" + path_of(*id));
  });
}

Response api_issue_annual(const Site& site, const DonorVault&, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto issued = issue_annual_receipts(transaction, input, gift_rules(site).today);
    if (!issued) return issued.error();
    return http::json(Value::object({{"issued", *issued}}), 201);
  });
}

Response api_reissue(const Site& site, const DonorVault&, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto id = request.path_id("id");
    const auto done = reissue_receipt(transaction, id, input, gift_rules(site).today);
    if (!done) return done.error();
    const auto receipt = find_receipt(transaction.session, id);
    if (!receipt) return receipt.error();
    return http::json(receipt_value(*receipt));
  });
}

}  // namespace

void add_donation_receipt_routes(http::Router& router, const Site& site, const DonorVault& vault) {
  using http::Method;
  router.add_schema("DonationReceipt", object_schema({"id:integer", "number", "kind", "donor_id:integer", "donor_reference",
                                                      "issued_on", "covers_year:integer?", "currency", "amount",
                                                      "copies:integer", "lines:array"}));
  router.add_schema("ReceiptRequest", object_schema({"donation_id:integer", "year:integer", "donor_id:integer?", "reason", "issued:integer"}));
  using Handle = Response (*)(const Site&, const DonorVault&, const Request&);
  const auto add = [&](Method method, const char* pattern, Action action, Handle handle, const char* summary = "",
                       const char* schema = "DonationReceipt", bool list = false, int status = 200) {
    router.add({.method = method, .pattern = pattern, .action = action,
                .handler = [&site, &vault, handle](const Request& request) { return handle(site, vault, request); },
                .doc = {.summary = summary, .tag = "receipts",
                        .request_schema = method == Method::kGet ? "" : "ReceiptRequest", .response_schema = schema,
                        .list = list, .query = list ? std::vector<std::string>{"year"} : std::vector<std::string>{},
                        .success_status = status}});
  };
  add(Method::kGet, "/donation-receipts", kReadGifts, show_list);
  add(Method::kGet, "/donation-receipts.csv", kReadGifts, download_csv);
  add(Method::kPost, "/donation-receipts", kWriteGifts, issue_single);
  add(Method::kPost, "/donation-receipts/annual", kWriteGifts, issue_annual);
  add(Method::kGet, "/donation-receipts/{id}", kReadGifts, show_one);
  add(Method::kPost, "/donation-receipts/{id}/reissue", kWriteGifts, reissue);
  add(Method::kGet, "/api/v1/donation-receipts", kReadGifts, api_list, "Receipts, newest first", "DonationReceipt", true);
  add(Method::kPost, "/api/v1/donation-receipts", kWriteGifts, api_issue, "Issue the receipt of one donation",
      "DonationReceipt", false, 201);
  add(Method::kPost, "/api/v1/donation-receipts/annual", kWriteGifts, api_issue_annual,
      "Issue the annual receipts of one donor or all", "ReceiptRequest", false, 201);
  add(Method::kGet, "/api/v1/donation-receipts/{id}", kReadGifts, api_one, "One receipt with its lines");
  add(Method::kPost, "/api/v1/donation-receipts/{id}/reissue", kWriteGifts, api_reissue, "Issue a receipt again, as a marked copy");
}

}  // namespace kindling
