// Funds and what they may pay for: one page, and its JSON.
#include "http/router.hpp"
#include "ledger/ledger_query.hpp"
#include "spending/allocation_store.hpp"
#include "spending/fund_purpose.hpp"
#include "spending/routes.hpp"
#include "storage/database.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;
using Verb = Outcome (*)(Transaction&, std::int64_t, const Input&);

// The form that was refused: its fund, what was typed, and why.
struct Refused {
  std::int64_t fund_id;
  const Input& typed;
  const Error& error;
};

Response funds_page(const Site& site, const Request& request, const Refused* refused = nullptr) {
  struct Read {
    Value::Array cash;
    std::vector<FundPurposes> funds;
    std::vector<std::string> needs;
  };
  const auto read = reading(site.database, [](Session& session) {
    return Read{list_funds(session), list_fund_purposes(session), list_needs(session)};
  });
  auto funds = Value::array(), needs = Value::array();
  for (const auto& fund : read.funds) {
    auto purposes = Value::array();
    for (const auto& need : fund.needs) purposes.push(Value::object({{"purpose", need}}));
    auto row = Value::object({{"fund_id", fund.fund_id}, {"fund_name", fund.name}, {"purposes", std::move(purposes)},
                              {"no_purpose", fund.needs.empty()}});
    if (refused != nullptr && refused->fund_id == fund.fund_id) {
      row.set("typed", refused->typed.text("need"));
      row.set("problem", refused->error.fields.empty() ? refused->error.message : refused->error.fields.front().message);
    }
    funds.push(std::move(row));
  }
  for (const auto& need : read.needs) needs.push(Value::object({{"known_need", need}}));
  Value data;
  data.set("cash", read.cash);
  data.set("restricted", std::move(funds));
  data.set("empty", read.funds.empty());
  data.set("needs", std::move(needs));
  return page(site, request, {.title = "Funds", .name = "funds", .data = std::move(data),
                              .status = refused == nullptr ? 200 : http::status_of(refused->error.kind)});
}

Response on_page(const Site& site, const Request& request, Verb verb) {
  const auto fund_id = request.path_id("id");
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        if (const auto outcome = verb(transaction, fund_id, input); !outcome) return outcome.error();
        return std::string("/funds?done=saved");
      },
      [&](const Input& input, const Error& error) {
        const Refused refused{fund_id, input, error};
        return funds_page(site, request, &refused);
      });
}

Response in_api(const Site& site, const Request& request, Verb verb) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto fund_id = request.path_id("id");
    if (const auto outcome = verb(transaction, fund_id, input); !outcome) return outcome.error();
    const auto fund = find_fund_purposes(transaction.session, fund_id);
    if (!fund) return fund.error();
    return http::json(fund_purposes_value(*fund));
  });
}

Response read_in_api(const Site& site, const Request& request) {
  const auto fund = reading(site.database,
                            [&](Session& session) { return find_fund_purposes(session, request.path_id("id")); });
  return fund ? http::json(fund_purposes_value(*fund)) : http::problem(fund.error(), request);
}

}  // namespace

void add_fund_routes(http::Router& router, const Site& site) {
  using http::Method;
  const std::string purposes = "/funds/{id}/purposes";
  router.add_schema("FundPurposes", object_schema({"fund_id:integer", "name", "needs:array"}));
  router.add_schema("FundPurpose", object_schema({"need"}));
  router.add({.method = Method::kGet, .pattern = "/funds", .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return funds_page(site, request); }});
  http::ApiDoc doc{.summary = "The needs that a restricted fund may pay for", .tag = "funds",
                   .response_schema = "FundPurposes"};
  router.add({.method = Method::kGet, .pattern = "/api/v1" + purposes, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return read_in_api(site, request); }, .doc = doc});
  struct Step {
    const char* tail;
    Verb verb;
    const char* summary;
  };
  for (const auto& step : {Step{"", add_fund_purpose, "Add a need that it may pay for"},
                           Step{"/remove", remove_fund_purpose, "Remove a need that nothing was paid for"}}) {
    router.add({.method = Method::kPost, .pattern = purposes + step.tail, .action = Action::kRecordSpending,
                .handler = [&site, verb = step.verb](const Request& request) { return on_page(site, request, verb); }});
    doc.summary = step.summary;
    doc.request_schema = "FundPurpose";
    router.add({.method = Method::kPost, .pattern = "/api/v1" + purposes + step.tail, .action = Action::kRecordSpending,
                .handler = [&site, verb = step.verb](const Request& request) { return in_api(site, request, verb); },
                .doc = doc});
  }
}

}  // namespace kindling
