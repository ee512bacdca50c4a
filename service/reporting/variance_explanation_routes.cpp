#include "core/fields.hpp"
#include "funding/grant.hpp"
#include "funding/grant_page.hpp"
#include "funding/grant_store.hpp"
#include "funding/programme.hpp"
#include "http/router.hpp"
#include "identity/authorize.hpp"
#include "reporting/grant_programme.hpp"
#include "reporting/make_report.hpp"
#include "reporting/routes.hpp"
#include "reporting/variance_explanation.hpp"
#include "reporting/variance_explanation_store.hpp"
#include "reporting/write_explanations.hpp"
#include "reports/sealed_snapshot.hpp"
#include "spending/reporting_period_store.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

std::string path_of(std::int64_t grant_id) { return "/grants/" + std::to_string(grant_id) + "/explanations"; }

std::string query_of(const Period& period) {
  return "?from=" + to_string(period.first) + "&to=" + to_string(period.last);
}

struct Read {
  Grant grant;
  std::vector<ReportingPeriod> periods;
  StoredExplanations stored;
  FunderVarianceReport report;
};

// The period as asked for; else the latest reporting period that has begun, else the grant's own days.
Result<Period> period_of(const Input& input, const Grant& grant, const std::vector<ReportingPeriod>& periods, Date today) {
  if (input.text("from").empty() && input.text("to").empty()) {
    auto period = grant.period;
    for (const auto& one : periods) {
      if (one.days.first <= today) period = one.days;
    }
    return period;
  }
  Fields fields(input);
  return fields.finish(fields.period("from", "to"));
}

Result<Read> read_explanations(const Site& site, const Programmes& programmes, std::int64_t grant_id, const Input& asked) {
  auto lease = site.database.lease();
  seal_what_is_committed(*lease);
  const SealedSnapshot snapshot(*lease);
  auto grant = find_grant(*lease, grant_id);
  if (!grant) return grant.error();
  auto periods = list_reporting_periods(*lease, grant_id);
  const auto period = period_of(asked, *grant, periods, today(site.config.time_zone));
  if (!period) return period.error();
  const auto* programme = programmes.find(grant->programme_code);
  auto report = query_variance_lines(snapshot, {.grant_id = grant_id,
                                                .period = *period,
                                                .platform = site.config.platform_name,
                                                .explain_above = variance_threshold_of(programme)});
  if (!report) return report.error();
  auto stored = find_explanations(*lease, grant_id, *period);
  return Read{*std::move(grant), std::move(periods), std::move(stored), *std::move(report)};
}

Input asked_of(const Request& request) {
  Input asked;
  for (const auto* name : {"from", "to"}) {
    if (const auto value = request.query_param(name)) asked.set(name, std::string(*value));
  }
  return asked;
}

std::string what_of(const FunderVarianceReport::Line& line) {
  std::string text = line.number > 0 ? "Line " + std::to_string(line.number) : "Ended line";
  for (const auto* part : {&line.work_package, &line.category, &line.partner, &line.description}) {
    if (!part->empty()) text += " · " + *part;
  }
  return text;
}

Value form_of(const Read& read, const Input* refused, const std::vector<FieldError>& errors) {
  Input stored;
  int number = 0;
  for (const auto& line : read.report.lines) {
    if (!is_to_be_shown(read.report, line)) continue;
    stored.set("explanations." + std::to_string(number++) + ".explanation", line.explanation);
  }
  Form form(refused != nullptr ? *refused : stored, errors);
  number = 0;
  for (const auto& line : read.report.lines) {
    if (!is_to_be_shown(read.report, line)) continue;
    const auto row = "explanations." + std::to_string(number++) + ".";
    const auto variance = expected_minor(line, read.report.cover.period.last) - line.to_date_minor;
    form.section(number == 1 ? "Explanations" : "")
        .area(row + "explanation", what_of(line),
              {.help = "Variance " + to_display(Money{variance, read.grant.currency}) + ". Empty takes the explanation back."})
        .hidden(row + "budget_line_id", std::to_string(line.root_id));
  }
  const auto& period = read.report.cover.period;
  form.hidden("from", to_string(period.first)).hidden("to", to_string(period.last)).hidden("version", std::to_string(read.stored.version));
  return form.value(path_of(read.grant.id), "Save explanations", "");
}

Value lines_of(const Read& read) {
  const auto& cover = read.report.cover;
  const auto amount = [&](std::int64_t minor) { return to_display_amount(Money{minor, read.grant.currency}); };
  auto rows = Value::array();
  for (const auto& line : read.report.lines) {
    if (!is_to_be_shown(read.report, line)) continue;
    const auto expected = expected_minor(line, cover.period.last);
    const bool done = !line.explanation.empty();
    rows.push(Value::object({{"what", what_of(line)},
                             {"budget", amount(line.budget_minor)},
                             {"expected", amount(expected)},
                             {"actual", amount(line.to_date_minor)},
                             {"variance", amount(expected - line.to_date_minor)},
                             {"verdict", done ? "explained by " + line.explained_by : "to be explained"},
                             {"badge", done ? "good" : "warn"}}));
  }
  return rows;
}

struct Rooms {
  const Site& site;
  const Programmes& programmes;
};

Response show(const Rooms& rooms, const Request& request, const Input& asked, const Input* refused = nullptr,
              const Error* error = nullptr) {
  const auto& site = rooms.site;
  auto read = read_explanations(site, rooms.programmes, request.path_id("id"), asked);
  const auto wrong = read ? std::vector<FieldError>{} : errors_of(read.error());
  if (!read && read.error().kind == ErrorKind::kInvalid) read = read_explanations(site, rooms.programmes, request.path_id("id"), {});
  if (!read) return error_page(site, read.error(), request);
  const auto path = path_of(read->grant.id);
  const auto& period = read->report.cover.period;
  const auto errors = error == nullptr ? std::vector<FieldError>{} : errors_of(*error);
  auto lines = lines_of(*read);
  const bool any = !std::get<Value::Array>(lines.data()).empty();
  Value data;
  data.set("grant", grant_head(read->grant, "reports"));
  data.set("path", path);
  data.set("from", to_string(period.first));
  data.set("to", to_string(period.last));
  data.set("threshold", to_string(read->report.cover.explain_above));
  data.set("currency", read->grant.currency.code());
  auto periods = Value::array();
  for (const auto& one : read->periods) {
    periods.push(Value::object({{"href", path + query_of(one.days)}, {"label", "period " + std::to_string(one.number)}}));
  }
  data.set("has_periods", !read->periods.empty());
  data.set("periods", std::move(periods));
  data.set("empty", !any);
  data.set("settled", read->stored.settled);
  data.set("has_lines", any);
  data.set("lines", std::move(lines));
  if (error != nullptr && error->fields.empty()) data.set("refusal", error->message);
  if (!wrong.empty()) data.set("refusal", wrong.front().message);
  if (any && !read->stored.settled && authorize(request.actor, Action::kWriteFunding)) data.set("form", form_of(*read, refused, errors));
  return page(site, request,
              {.title = "Variances of " + read->grant.title,
               .name = "variance_explanations",
               .data = std::move(data),
               .status = !wrong.empty() ? 422 : error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = {{"Grants", "/grants"}, {read->grant.title, grant_path(read->grant)},
                          {"Reports", grant_path(read->grant) + "/reports"}, {"Variances", path}}});
}

Result<Response> answer(const Rooms& rooms, const Request& request, const Input& asked) {
  const auto read = read_explanations(rooms.site, rooms.programmes, request.path_id("id"), asked);
  if (!read) return read.error();
  return http::json(explanations_value(read->report, read->grant.id)).with("ETag", etag_of(read->stored.version));
}

Response api_show(const Rooms& rooms, const Request& request) {
  auto answered = answer(rooms, request, asked_of(request));
  return answered ? *std::move(answered) : http::problem(answered.error(), request);
}

Response write(const Rooms& rooms, const Request& request) {
  const auto grant_id = request.path_id("id");
  return post_page(
      rooms.site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto expected = expected_version(request, input);
        if (!expected) return expected.error();
        const auto written = write_explanations(transaction, grant_id, *expected, input);
        if (!written) return written.error();
        return path_of(grant_id) + "?from=" + std::string(input.text("from")) + "&to=" +
                               std::string(input.text("to")) + "&done=changed";
      },
      [&](const Input& input, const Error& error) {
        Input asked;
        asked.set("from", std::string(input.text("from")));
        asked.set("to", std::string(input.text("to")));
        return show(rooms, request, asked, &input, &error);
      });
}

// Answers what stands there now, in the words of the act itself: the read model sees it once it is committed.
Response api_write(const Rooms& rooms, const Request& request) {
  return post_api(rooms.site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto grant_id = request.path_id("id");
    const auto expected = expected_version(request, input);
    if (!expected) return expected.error();
    const auto written = write_explanations(transaction, grant_id, *expected, input);
    if (!written) return written.error();
    const auto period = parse_explanations(input)->period;
    const auto stored = find_explanations(transaction.session, grant_id, period);
    auto lines = Value::array();
    for (const auto& [line, text] : stored.by_line) {
      lines.push(Value::object({{"budget_line_id", line}, {"explanation", text}}));
    }
    return http::json(Value::object({{"grant_id", grant_id},
                                     {"from", to_string(period.first)},
                                     {"to", to_string(period.last)},
                                     {"explanations", std::move(lines)}}))
        .with("ETag", etag_of(stored.version));
  });
}

void add_schemas(http::Router& router) {
  router.add_schema("WrittenExplanations", object_schema({"grant_id:integer", "from", "to", "explanations:array"}));
  router.add_schema("VarianceExplanations",
                    object_schema({"grant_id:integer", "from", "to", "currency", "threshold", "lines:array"}));
}

}  // namespace

void add_variance_explanation_routes(http::Router& router, const Site& site, const Programmes& programmes) {
  using http::Method;
  const std::string pattern = "/grants/{id}/explanations";
  constexpr std::size_t kBodyMax = 1024 * 1024;
  const Rooms rooms{site, programmes};
  add_schemas(router);
  router.add({.method = Method::kGet, .pattern = pattern, .action = Action::kReadFunding,
              .handler = [rooms](const Request& request) { return show(rooms, request, asked_of(request)); }});
  router.add({.method = Method::kPost, .pattern = pattern, .action = Action::kWriteFunding,
              .handler = [rooms](const Request& request) { return write(rooms, request); }, .body_bytes_max = kBodyMax});
  router.add({.method = Method::kGet, .pattern = "/api/v1" + pattern, .action = Action::kReadFunding,
              .handler = [rooms](const Request& request) { return api_show(rooms, request); },
              .doc = {.summary = "The variances of a grant for a period that ask for an explanation or have one",
                      .tag = "reports", .response_schema = "VarianceExplanations", .query = {"from", "to"}}});
  router.add({.method = Method::kPost, .pattern = "/api/v1" + pattern, .action = Action::kWriteFunding,
              .handler = [rooms](const Request& request) { return api_write(rooms, request); },
              .doc = {.summary = "Explain variances of a period, line by line; an empty text takes an explanation back",
                      .tag = "reports", .request_schema = "WrittenExplanations", .response_schema = "WrittenExplanations"},
              .body_bytes_max = kBodyMax});
}

}  // namespace kindling
