// The pages of the platform's own budgets; their grid is in platform_budget_grid.cpp, their JSON in
// platform_budget_api_routes.cpp.
#include "budgets/platform_budget_page.hpp"
#include "budgets/routes.hpp"
#include "core/fields.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr std::size_t kGridBytesMax = 512 * 1024;

const char* badge_of(std::string_view state) {
  return state == "approved" ? "good" : state == "submitted" ? "warn" : "";
}

std::string first_message(const Error& error) {
  return error.fields.empty() ? error.message : error.fields.front().message;
}

Response list_page(const Site& site, const Request& request, const Input& typed, const Error* refused = nullptr) {
  const auto budgets = reading(site.database, [](Session& session) { return list_platform_budgets(session); });
  auto rows = Value::array();
  for (const auto& budget : budgets) {
    rows.push(Value::object({{"href", platform_budget_path(budget.id)},
                             {"year", budget.year},
                             {"number", budget.number},
                             {"state", budget.state},
                             {"badge", badge_of(budget.state)},
                             {"needed", to_display(Money{budget.needed_minor, budget.currency})},
                             {"submitted_by", budget.submitted_by_name},
                             {"approved_by", budget.approved_by_name}}));
  }
  const auto errors = refused == nullptr      ? std::vector<FieldError>{}
                      : refused->fields.empty() ? std::vector<FieldError>{{"", refused->code, refused->message}}
                                                : refused->fields;
  Form form(typed, errors);
  form.section("Begin a year's budget", "It starts with the lines in force, or with those of the year before.")
      .number("year", "Year", {.required = true, .columns = 3});
  Value data;
  data.set("rows", std::move(rows));
  data.set("empty", budgets.empty());
  data.set("form", form.value("/platform-budgets", "Begin", ""));
  return page(site, request, {.title = "Platform budgets", .name = "platform_budgets", .data = std::move(data),
                              .status = refused == nullptr ? 200 : http::status_of(refused->kind)});
}

Response begin(const Site& site, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto id = draft_platform_budget(transaction, *input, Currency::of(site.config.currency));
        if (!id) return id.error();
        return http::see_other(platform_budget_path(*id) + "/edit");
      },
      [&](const Error& error) { return list_page(site, request, *input, &error); });
}

// ---- One version ----

Value sum_row(const PlatformNeed& sum, std::string label, Currency currency) {
  const auto text = [&](std::int64_t minor) { return to_display_amount(Money{minor, currency}); };
  return Value::object({{"label", std::move(label)},
                        {"needed", text(sum.needed_minor)},
                        {"planned", text(sum.planned_minor)},
                        {"weighted", text(sum.weighted_minor)},
                        {"open", text(sum.open_minor())},
                        {"over", sum.open_minor() > 0}});
}

Value line_rows(const PlatformBudgetRead& read) {
  const auto currency = read.budget->currency;
  auto rows = Value::array();
  for (const auto& line : read.lines) {
    auto sources = Value::array();
    for (const auto& source : line.sources) {
      sources.push(Value::object({{"name", source.name},
                                  {"source_amount", to_display_amount(Money{source.amount_minor, currency})},
                                  {"probability", to_string(source.probability)}}));
    }
    std::string when = kMonthNames[line.first_month - 1];
    if (line.last_month != line.first_month) when += " to " + std::string(kMonthNames[line.last_month - 1]);
    rows.push(Value::object({{"need", line.need},
                             {"description", line.description},
                             {"when", when},
                             {"amount", to_display_amount(Money{line.amount_minor, currency})},
                             {"sources", std::move(sources)}}));
  }
  return rows;
}

Response show(const Site& site, const Request& request, const Error* refused = nullptr) {
  const auto read = read_platform_budget(site, request.path_id("budget"));
  if (!read.budget) return error_page(site, read.budget.error(), request);
  const auto& budget = *read.budget;
  const auto sums = sums_of(read.months);
  auto needs = Value::array(), months = Value::array();
  for (const auto& need : sums.needs) needs.push(sum_row(need, need.need, budget.currency));
  for (int month = 0; month < kMonths; ++month) {
    months.push(sum_row(sums.months[static_cast<std::size_t>(month)], kMonthNames[month], budget.currency));
  }
  Value data;
  data.set("year", budget.year);
  data.set("number", budget.number);
  data.set("state", budget.state);
  data.set("badge", badge_of(budget.state));
  data.set("currency", budget.currency.code());
  data.set("path", platform_budget_path(budget.id));
  data.set("row_version", budget.version);
  data.set("submitted_by", budget.submitted_by_name);
  data.set("approved_by", budget.approved_by_name);
  data.set("reason", budget.reason);
  data.set("is_draft", budget.state == "draft");
  data.set("in_force", budget.state == "approved" || budget.state == "superseded");
  data.set("is_submitted", budget.state == "submitted");
  data.set("own", budget.created_by == request.actor.id || budget.submitted_by == request.actor.id);
  data.set("lines", line_rows(read));
  data.set("empty", read.lines.empty());
  data.set("needs", std::move(needs));
  data.set("months", std::move(months));
  data.set("total", sum_row(sums.total, "Total", budget.currency));
  data.set("first_uncovered", sums.first_uncovered_month == 0 ? "" : kMonthNames[sums.first_uncovered_month - 1]);
  if (refused != nullptr) data.set("refusal", first_message(*refused));
  return page(site, request, {.title = "Platform budget " + std::to_string(budget.year),
                              .name = "platform_budget",
                              .data = std::move(data),
                              .status = refused == nullptr ? 200 : http::status_of(refused->kind),
                              .crumbs = platform_budget_crumbs(std::to_string(budget.year) + ", version " + std::to_string(budget.number))});
}

Response edit(const Site& site, const Request& request) {
  const auto read = read_platform_budget(site, request.path_id("budget"));
  if (!read.budget) return error_page(site, read.budget.error(), request);
  if (read.budget->state != "draft") {
    return error_page(site, conflict("lines_change_only_in_a_draft", "Only a draft can be edited."), request);
  }
  return platform_grid_page(site, request, read, typed_of(read.lines, read.budget->currency), read.budget->version);
}

Response save(const Site& site, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto version = expected_version(request, *input);
  if (!version) return error_page(site, version.error(), request);
  const auto id = request.path_id("budget");
  const auto again = [&](const Error* refused, int empty_rows) {
    const auto read = read_platform_budget(site, id);
    if (!read.budget) return error_page(site, read.budget.error(), request);
    return platform_grid_page(site, request, read, *input, *version, refused, empty_rows);
  };
  if (input->text("button") == "more") return again(nullptr, 10);
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto saved = save_platform_budget(transaction, {id, *version}, *input);
        if (!saved) return saved.error();
        return http::see_other(platform_budget_path(id) + "?done=saved");
      },
      [&](const Error& error) { return again(&error, kPlatformEmptyRows); });
}

Response take(const Site& site, const Request& request, PlatformStep step, const char* done) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto version = expected_version(request, *input);
  if (!version) return error_page(site, version.error(), request);
  const PlatformBudgetAct on{request.path_id("budget"), *version};
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto outcome = step(transaction, on, *input);
        if (!outcome) return outcome.error();
        return http::see_other(platform_budget_path(on.budget_id) + "?done=" + done);
      },
      [&](const Error& error) {
        return error.kind == ErrorKind::kForbidden ? error_page(site, error, request) : show(site, request, &error);
      });
}

void add_pages(http::Router& router, const Site& site) {
  using http::Method;
  const auto add = [&](Method method, std::string pattern, Action action, http::Handler handler) {
    router.add({.method = method, .pattern = std::move(pattern), .action = action, .handler = std::move(handler),
                .doc = {}, .body_bytes_max = kGridBytesMax});
  };
  const std::string all = "/platform-budgets", one = all + "/{budget}";
  add(Method::kGet, all, Action::kReadFunding, [&](const Request& request) {
    Input next;
    next.set("year", std::to_string(static_cast<int>(today(site.config.time_zone).ymd().year())));
    return list_page(site, request, next);
  });
  add(Method::kPost, all, Action::kWriteFunding, [&](const Request& request) { return begin(site, request); });
  add(Method::kGet, one, Action::kReadFunding, [&](const Request& request) { return show(site, request); });
  add(Method::kGet, one + "/edit", Action::kWriteFunding, [&](const Request& request) { return edit(site, request); });
  add(Method::kPost, one, Action::kWriteFunding, [&](const Request& request) { return save(site, request); });
  add(Method::kPost, one + "/submit", Action::kWriteFunding,
      [&](const Request& request) { return take(site, request, submit_platform_budget, "submitted"); });
  add(Method::kPost, one + "/approve", Action::kApproveBudget,
      [&](const Request& request) { return take(site, request, approve_platform_budget, "approved"); });
  add(Method::kPost, one + "/return", Action::kApproveBudget,
      [&](const Request& request) { return take(site, request, return_platform_budget, "returned"); });
}

}  // namespace

void add_platform_budget_routes(http::Router& router, const Site& site) {
  add_pages(router, site);
  add_platform_budget_api_routes(router, site);
  add_platform_figures_page_routes(router, site);
}

}  // namespace kindling
