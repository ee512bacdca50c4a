#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "donations/donation_page.hpp"
#include "donations/routes.hpp"
#include "donations/thanks_store.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

Response show(const Site& site, const Request& request) {
  auto rows = Value::array();
  for (const auto& message : reading(site.database, [](Session& session) { return list_messages(session); })) {
    const auto path = "/" + message.with + "-messages/" + std::to_string(message.id);
    rows.push(Value::object({{"action", path},
                             {"key", message.with + std::to_string(message.id)},
                             {"with_href", "/" + message.with + "s/" + std::to_string(message.id)},
                             {"with", (message.with == "pledge" ? "the pledge from " : "the gift of ") + to_display(message.on)},
                             {"body", message.body},
                             {"state", message.state},
                             {"state_badge", message.state == "shown" ? "good" : message.state == "waiting" ? "warn" : ""},
                             {"showable", message.state != "shown"},
                             {"hidable", message.state != "hidden"}}));
  }
  Value data;
  data.set("none", std::get<Value::Array>(rows.data()).empty());
  data.set("messages", std::move(rows));
  return page(site, request, {.title = "Messages of donors", .name = "donation_messages", .data = std::move(data)})
      .with("Cache-Control", "no-store");
}

// Field: state, shown or hidden.
Outcome moderate(Transaction& transaction, std::string_view with, std::int64_t id, const Input& input) {
  static constexpr std::string_view kStates[] = {"shown", "hidden"};
  Fields fields(input);
  const auto state = fields.finish(fields.one_of("state", kStates));
  if (!state) return state.error();
  if (!moderate_message(transaction, with, id, *state)) return not_found("message_not_found", "There is no such message.");
  record_audit(transaction, {.action = std::string(with) + ".message_moderated", .object_kind = std::string(with), .object_id = id,
                             .fields = {}, .reason = *state});
  return kOk;
}

Response decide(const Site& site, const Request& request, std::string_view with) {
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto done = moderate(transaction, with, request.path_id("id"), input);
        if (!done) return done.error();
        return std::string("/donation-messages?done=saved");
      },
      nullptr);
}

Response api_list(const Site& site, const Request& request) {
  Value::Array rows;
  for (const auto& message : reading(site.database, [](Session& session) { return list_messages(session); })) {
    rows.push_back(Value::object({{"with", message.with}, {"id", message.id}, {"on", to_string(message.on)},
                                  {"body", message.body}, {"state", message.state}}));
  }
  static const std::vector<Column> kColumns = {{.name = "with", .label = ""}, {.name = "id", .label = ""}, {.name = "on", .label = ""},
                                               {.name = "state", .label = ""}, {.name = "body", .label = ""}};
  return list_answer(request, kColumns, rows, "").with("Cache-Control", "no-store");
}

Response api_decide(const Site& site, const Request& request, std::string_view with) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto done = moderate(transaction, with, request.path_id("id"), input);
    if (!done) return done.error();
    return http::json(Value::object({{"with", with}, {"id", request.path_id("id")}, {"state", input.text("state")}}));
  });
}

}  // namespace

void add_message_routes(http::Router& router, const Site& site) {
  using http::Method;
  router.add({.method = Method::kGet, .pattern = "/donation-messages", .action = kReadDonors,
              .handler = [&](const Request& request) { return show(site, request); }});
  router.add({.method = Method::kPost, .pattern = "/donation-messages/{id}", .action = kWriteGifts,
              .handler = [&](const Request& request) { return decide(site, request, "donation"); }});
  router.add({.method = Method::kPost, .pattern = "/pledge-messages/{id}", .action = kWriteGifts,
              .handler = [&](const Request& request) { return decide(site, request, "pledge"); }});
  router.add_schema("DonorMessage", object_schema({"with", "id:integer", "on", "body", "state"}));
  router.add_schema("Moderation", object_schema({"state"}));
  router.add({.method = Method::kGet, .pattern = "/api/v1/donor-messages", .action = kReadDonors,
              .handler = [&](const Request& request) { return api_list(site, request); },
              .doc = {.summary = "What donors wrote with gifts and pledges; those that wait first", .tag = "donations",
                      .response_schema = "DonorMessage", .list = true}});
  for (const std::string_view with : {"donation", "pledge"}) {
    router.add({.method = Method::kPost, .pattern = "/api/v1/" + std::string(with) + "-messages/{id}", .action = kWriteGifts,
                .handler = [&site, with](const Request& request) { return api_decide(site, request, with); },
                .doc = {.summary = "Let the message of a " + std::string(with) + " pass, or hide it: state is shown or hidden",
                        .tag = "donations", .request_schema = "Moderation", .response_schema = "DonorMessage"}});
  }
}

}  // namespace kindling
