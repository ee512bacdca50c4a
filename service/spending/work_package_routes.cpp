// The work packages of a grant and their completion: one page with a block for each, and the same as JSON.
#include "funding/grant_page.hpp"
#include "funding/grant_store.hpp"
#include "http/router.hpp"
#include "identity/authorize.hpp"
#include "spending/record_completion.hpp"
#include "spending/reporting_period_store.hpp"
#include "spending/routes.hpp"
#include "spending/work_package_store.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

std::string path_of(std::int64_t grant_id) { return "/grants/" + std::to_string(grant_id) + "/work-packages"; }

struct Read {
  Grant grant;
  WorkPackages work;
  std::vector<ReportingPeriod> periods;
};
Result<Read> read_all(const Site& site, std::int64_t grant_id) {
  return reading(site.database, [&](Session& session) -> Result<Read> {
    auto grant = find_grant(session, grant_id);
    if (!grant) return grant.error();
    auto work = list_work_packages(session, grant_id, grant->currency);
    return Read{*std::move(grant), std::move(work), list_reporting_periods(session, grant_id)};
  });
}

std::string row_of(std::size_t index) { return "packages." + std::to_string(index) + "."; }

Input stored(const WorkPackages& work) {
  Input input;
  for (std::size_t i = 0; i < work.packages.size(); ++i) {
    const auto& package = work.packages[i];
    input.set(row_of(i) + "work_package", package.code);
    input.set(row_of(i) + "period", package.period_number ? std::to_string(*package.period_number) : "");
    input.set(row_of(i) + "completed", to_string(package.completed));
    input.set(row_of(i) + "note", package.note);
  }
  return input;
}

std::vector<Choice> period_choices(const std::vector<ReportingPeriod>& periods) {
  std::vector<Choice> choices{{"", "Not completed"}};
  for (const auto& period : periods) {
    if (period.state == "closed") continue;
    choices.push_back({std::to_string(period.number),
                       title_of(period) + " (until " + to_display(period.days.last) + ")"});
  }
  return choices;
}

Value completion_form(const Read& read, const Input& typed, const std::vector<FieldError>& errors) {
  Form form(typed, errors);
  form.hidden("version", std::to_string(read.work.version));
  const auto choices = period_choices(read.periods);
  for (std::size_t i = 0; i < read.work.packages.size(); ++i) {
    const auto& package = read.work.packages[i];
    if (package.reported) continue;  // it stays as it was reported
    form.section(package.code.empty() ? "Without a work package" : package.code,
                 "Lump sum " + to_display(package.share) + ".");
    form.hidden(row_of(i) + "work_package", package.code)
        .choice(row_of(i) + "period", "Completed in", choices, {.columns = 5})
        .percent(row_of(i) + "completed", "Completed", {.help = "Below 100 only in the final period.", .columns = 3, .suffix = "%"})
        .text(row_of(i) + "note", "Note", {.columns = 4});
  }
  return form.value(path_of(read.grant.id), "Save completion", "");
}

Value rows_of(const WorkPackages& work) {
  auto rows = Value::array();
  for (const auto& package : work.packages) {
    rows.push(Value::object(
        {{"code", package.code.empty() ? "Without a work package" : package.code},
         {"share", to_display_amount(package.share)},
         {"state", !package.period_number ? "not completed" : package.reported ? "reported" : "completed"},
         {"badge", !package.period_number ? "" : package.reported ? "good" : "warn"},
         {"period", package.period_number ? "Period " + std::to_string(*package.period_number) : ""},
         {"completed", package.period_number ? to_string(package.completed) + " %" : ""},
         {"contribution", to_display_amount(package.contribution())},
         {"note", package.note},
         {"by", package.recorded_by_name}}));
  }
  return rows;
}

Response show(const Site& site, const Request& request, const Input* typed = nullptr, const Error* error = nullptr) {
  const auto read = read_all(site, request.path_id("id"));
  if (!read) return error_page(site, read.error(), request);
  Money share{0, read->grant.currency}, contribution = share;
  bool open = false;
  for (const auto& package : read->work.packages) {
    share = share + package.share;
    contribution = contribution + package.contribution();
    open = open || !package.reported;
  }
  Value data;
  data.set("grant", grant_head(read->grant, "work-packages"));
  data.set("currency", read->grant.currency.code());
  data.set("rows", rows_of(read->work));
  data.set("share", to_display_amount(share));
  data.set("contribution", to_display_amount(contribution));
  data.set("empty", read->work.packages.empty());
  data.set("no_periods", read->periods.empty());
  if (open && !read->periods.empty() && authorize(request.actor, Action::kRecordSpending)) {
    const auto fresh = stored(read->work);
    data.set("form", completion_form(*read, typed == nullptr ? fresh : *typed,
                                     error == nullptr ? std::vector<FieldError>{} : errors_of(*error)));
  }
  return page(site, request,
              {.title = "Work packages of " + read->grant.title, .name = "work_packages", .data = std::move(data),
               .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = grant_crumbs(read->grant, "Work packages")});
}

Response save(const Site& site, const Request& request) {
  return post_page(
      site, request, Versioned::kYes,
      [&](Transaction& transaction, const Input& input, int version) -> Result<std::string> {
        const CompletionAct on{request.path_id("id"), version};
        const auto changed = record_completions(transaction, on, input);
        if (!changed) return changed.error();
        return path_of(on.grant_id) + "?done=saved";
      },
      [&](const Input& input, const Error& error) { return show(site, request, &input, &error); });
}

Response answer(std::int64_t grant_id, const WorkPackages& work) {
  return http::json(work_packages_value(grant_id, work)).with("ETag", etag_of(work.version));
}

Response api_show(const Site& site, const Request& request) {
  const auto read = read_all(site, request.path_id("id"));
  return read ? answer(read->grant.id, read->work) : http::problem(read.error(), request);
}

Response api_save(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const CompletionAct on{request.path_id("id"), version};
    const auto changed = record_completions(transaction, on, input);
    if (!changed) return changed.error();
    const auto grant = find_grant(transaction.session, on.grant_id);
    if (!grant) return grant.error();
    return answer(on.grant_id, list_work_packages(transaction.session, on.grant_id, grant->currency));
  });
}

http::ApiDoc doc(const char* summary, const char* body) {
  return {.summary = summary, .tag = "work packages", .request_schema = body, .response_schema = "WorkPackages"};
}

}  // namespace

void add_work_package_routes(http::Router& router, const Site& site) {
  using http::Method;
  const std::string path = "/grants/{id}/work-packages";
  router.add_schema("WorkPackages", object_schema({"grant_id:integer", "version:integer", "currency", "packages:array"}));
  router.add({.method = Method::kGet, .pattern = path, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return show(site, request); }});
  router.add({.method = Method::kPost, .pattern = path, .action = Action::kRecordSpending,
              .handler = [&](const Request& request) { return save(site, request); }});
  router.add({.method = Method::kGet, .pattern = "/api/v1" + path, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return api_show(site, request); },
              .doc = doc("Work packages of a grant with their lump sums and completion", "")});
  router.add({.method = Method::kPut, .pattern = "/api/v1" + path, .action = Action::kRecordSpending,
              .handler = [&](const Request& request) { return api_save(site, request); },
              .doc = doc("Say which work packages are completed, in which period", "WorkPackages")});
}

}  // namespace kindling
