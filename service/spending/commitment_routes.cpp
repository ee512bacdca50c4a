// The forms and JSON of commitments: the same routes below a grant, and below /platform for those that no grant bears.
#include <algorithm>

#include "funding/grant_store.hpp"
#include "http/router.hpp"
#include "spending/commitment_page.hpp"
#include "spending/commitment_store.hpp"
#include "spending/record_commitment.hpp"
#include "spending/routes.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

// Of which place the route is; "/grants/x" is a grant that does not exist.
GrantOrPlatform grant_of(const Request& request) {
  const bool below_a_grant =
      std::ranges::any_of(request.path_params, [](const auto& part) { return part.first == "id"; });
  return below_a_grant ? GrantOrPlatform(request.path_id("id")) : std::nullopt;
}

Result<std::int64_t> record_below(Transaction& transaction, GrantOrPlatform grant, const Input& input, Date today) {
  return grant ? record_commitment(transaction, *grant, input, today) : record_platform_commitment(transaction, input, today);
}

Response record(const Site& site, const Request& request) {
  const auto grant = grant_of(request);
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto id = record_below(transaction, grant, input, today(site.config.time_zone));
        if (!id) return id.error();
        const auto commitment = find_commitment(transaction.session, grant, *id);
        if (!commitment) return commitment.error();
        return commitments_path(grant) + (commitment->state == "open" ? "?done=created" : "?done=proposed");
      },
      [&](const Input& input, const Error& error) {
        const RefusedCommitment refused{"record", input, error};
        return commitments_page(site, request, grant, &refused);
      });
}

// The verbs on one commitment; pages and API run the same.
using Verb = Outcome (*)(Transaction&, const CommitmentAct&, const Input&);

Response verb_on_page(const Site& site, const Request& request, Verb verb, const char* name, const char* done) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto version = expected_version(request, *input);
  if (!version) return error_page(site, version.error(), request);
  const CommitmentAct on{grant_of(request), request.path_id("commitment"), *version};
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto outcome = verb(transaction, on, *input);
        if (!outcome) return outcome.error();
        return http::see_other(commitments_path(on.grant_id) + "?done=" + done);
      },
      [&](const Error& error) {
        if (error.kind == ErrorKind::kNotFound || error.kind == ErrorKind::kForbidden) return error_page(site, error, request);
        const RefusedCommitment refused{name, *input, error};
        return commitments_page(site, request, on.grant_id, &refused);
      });
}

Response answer(const Commitment& commitment, int status = 200) {
  auto response = http::json(commitment_value(commitment), status);
  response.with("ETag", etag_of(commitment.version));
  return response;
}

Response verb_in_api(const Site& site, const Request& request, Verb verb) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const CommitmentAct on{grant_of(request), request.path_id("commitment"), version};
    const auto outcome = verb(transaction, on, input);
    if (!outcome) return outcome.error();
    const auto commitment = find_commitment(transaction.session, on.grant_id, on.commitment_id);
    if (!commitment) return commitment.error();
    return answer(*commitment);
  });
}

Response api_list(const Site& site, const Request& request) {
  const auto of = grant_of(request);
  const auto read = reading(site.database, [&](Session& session) -> Result<std::vector<Commitment>> {
    if (of) {
      const auto grant = find_grant(session, *of);
      if (!grant) return grant.error();
    }
    return list_commitments(session, of);
  });
  if (!read) return http::problem(read.error(), request);
  Value::Array rows;
  for (const auto& commitment : *read) rows.push_back(commitment_value(commitment));
  static const std::vector<Column> kColumns = {
      {.name = "id", .label = ""},        {.name = "budget_line_id", .label = ""}, {.name = "need", .label = ""},
      {.name = "supplier_name", .label = ""},
      {.name = "title", .label = ""},     {.name = "reference", .label = ""},      {.name = "signed_on", .label = ""},
      {.name = "currency", .label = ""},  {.name = "amount", .label = ""},         {.name = "consumed", .label = ""},
      {.name = "reserved", .label = ""},  {.name = "state", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

Response api_one(const Site& site, const Request& request) {
  const auto commitment = reading(site.database, [&](Session& session) {
    return find_commitment(session, grant_of(request), request.path_id("commitment"));
  });
  return commitment ? answer(*commitment) : http::problem(commitment.error(), request);
}

Response api_record(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto grant = grant_of(request);
    const auto id = record_below(transaction, grant, input, today(site.config.time_zone));
    if (!id) return id.error();
    const auto commitment = find_commitment(transaction.session, grant, *id);
    if (!commitment) return commitment.error();
    return answer(*commitment, 201).with("Location", "/api/v1" + commitments_path(grant) + "/" + std::to_string(*id));
  });
}

http::ApiDoc doc(const char* summary, const char* body, int status = 200) {
  return {.summary = summary, .tag = "commitments", .request_schema = body, .response_schema = "Commitment",
          .success_status = status};
}

// Of one place that has commitments: pages and JSON, and the verbs on one.
void add_routes_below(http::Router& router, const Site& site, const std::string& place, const char* list_summary,
                      const char* record_summary) {
  using http::Method;
  const std::string list = place + "/commitments", one = list + "/{commitment}";
  router.add({.method = Method::kGet, .pattern = list, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return commitments_page(site, request, grant_of(request)); }});
  router.add({.method = Method::kPost, .pattern = list, .action = Action::kRecordSpending,
              .handler = [&](const Request& request) { return record(site, request); }});
  auto about = doc(list_summary, "");
  about.list = true;
  router.add({.method = Method::kGet, .pattern = "/api/v1" + list, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return api_list(site, request); }, .doc = about});
  router.add({.method = Method::kPost, .pattern = "/api/v1" + list, .action = Action::kRecordSpending,
              .handler = [&](const Request& request) { return api_record(site, request); },
              .doc = doc(record_summary, "Commitment", 201)});
  router.add({.method = Method::kGet, .pattern = "/api/v1" + one, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return api_one(site, request); },
              .doc = doc("One commitment with what is consumed of it", "")});
  struct Row {
    const char* name;
    Verb verb;
    const char* done;
    Action action;
    const char* summary;
  };
  for (const auto& row : {Row{"release", release_commitment, "released", Action::kRecordSpending,
                              "Release the rest of a commitment, with a reason"},
                          Row{"override", override_commitment, "approved", Action::kOverrideBreach,
                              "Let a commitment pass that exceeds its line or need; by another person, with a reason"}}) {
    const auto tail = one + "/" + row.name;
    router.add({.method = Method::kPost, .pattern = tail, .action = row.action,
                .handler = [&, row](const Request& request) {
                  return verb_on_page(site, request, row.verb, row.name, row.done);
                }});
    router.add({.method = Method::kPost, .pattern = "/api/v1" + tail, .action = row.action,
                .handler = [&, row](const Request& request) { return verb_in_api(site, request, row.verb); },
                .doc = doc(row.summary, "Commitment")});
  }
}

}  // namespace

void add_commitment_routes(http::Router& router, const Site& site) {
  router.add_schema("Commitment", object_schema({"id:integer", "version:integer", "grant_id:integer?",
                                                 "budget_line_id:integer?", "supplier_id:integer", "supplier_name", "title",
                                                 "reference", "signed_on", "currency", "amount", "consumed", "reserved",
                                                 "need:string?", "state", "closed_reason:string?", "override_reason:string?"}));
  add_routes_below(router, site, "/grants/{id}", "Commitments of a grant, newest first",
                   "Commit a contract or an order to a budget line");
  add_routes_below(router, site, "/platform", "Commitments that no grant bears, newest first",
                   "Commit a contract or an order that no grant bears to a need of the platform's budget");
}

}  // namespace kindling
