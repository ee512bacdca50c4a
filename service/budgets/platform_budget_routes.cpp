#include <algorithm>

#include "budgets/platform_budget_store.hpp"
#include "budgets/record_platform_budget.hpp"
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
constexpr int kEmptyRows = 3;
constexpr const char* kMonthNames[] = {"January", "February", "March",     "April",   "May",      "June",
                                       "July",    "August",   "September", "October", "November", "December"};

std::string budget_path(std::int64_t id) { return "/platform-budgets/" + std::to_string(id); }

const char* badge_of(std::string_view state) {
  return state == "approved" ? "good" : state == "submitted" ? "warn" : "";
}

std::vector<std::pair<std::string, std::string>> crumbs(std::string label) {
  return {{"Platform budgets", "/platform-budgets"}, {std::move(label), ""}};
}

std::string first_message(const Error& error) {
  return error.fields.empty() ? error.message : error.fields.front().message;
}

Response list_page(const Site& site, const Request& request, const Input& typed, const Error* refused = nullptr) {
  const auto budgets = reading(site.database, [](Session& session) { return list_platform_budgets(session); });
  auto rows = Value::array();
  for (const auto& budget : budgets) {
    rows.push(Value::object({{"href", budget_path(budget.id)},
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
        return http::see_other(budget_path(*id) + "/edit");
      },
      [&](const Error& error) { return list_page(site, request, *input, &error); });
}

// ---- One version ----

struct Read {
  Result<PlatformBudget> budget;
  std::vector<PlatformLine> lines = {};
  std::vector<PlatformMonth> months = {};
  std::vector<SourceChoice> sources = {};
};

Read read_budget(const Site& site, std::int64_t id) {
  return reading(site.database, [&](Session& session) {
    Read read{.budget = find_platform_budget(session, id)};
    if (!read.budget) return read;
    read.lines = list_platform_lines(session, id);
    read.months = list_platform_months(session, id);
    read.sources = list_source_choices(session);
    return read;
  });
}

Value sum_row(const PlatformNeed& sum, std::string label, Currency currency) {
  const auto text = [&](std::int64_t minor) { return to_display_amount(Money{minor, currency}); };
  return Value::object({{"label", std::move(label)},
                        {"needed", text(sum.needed_minor)},
                        {"planned", text(sum.planned_minor)},
                        {"weighted", text(sum.weighted_minor)},
                        {"open", text(sum.open_minor())},
                        {"over", sum.open_minor() > 0}});
}

Value line_rows(const Read& read) {
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
  const auto read = read_budget(site, request.path_id("budget"));
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
  data.set("path", budget_path(budget.id));
  data.set("row_version", budget.version);
  data.set("submitted_by", budget.submitted_by_name);
  data.set("approved_by", budget.approved_by_name);
  data.set("reason", budget.reason);
  data.set("is_draft", budget.state == "draft");
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
                              .crumbs = crumbs(std::to_string(budget.year) + ", version " + std::to_string(budget.number))});
}

// ---- The grid ----

Value options(const std::vector<Choice>& choices, std::string_view chosen) {
  auto made = Value::array();
  for (const auto& choice : choices) {
    made.push(Value::object({{"value", choice.value}, {"label", choice.label}, {"selected", choice.value == chosen}}));
  }
  return made;
}

struct Grid {
  const Input& typed;
  const std::vector<FieldError>& errors;
  std::vector<Choice> sources, months;
};

Value grid_row(const Grid& grid, const std::string& key) {
  const auto name = "lines." + key + ".";
  const auto text = [&](const std::string& field) { return grid.typed.text(name + field); };
  const auto or_default = [&](const char* field, const char* missing) {
    const auto typed = text(field);
    return std::string(typed.empty() ? missing : typed);
  };
  // Each source that was typed, and an empty slot for one more.
  auto keys = grid.typed.keys_below(name + "sources");
  std::erase_if(keys, [&](const std::string& at) {
    return text("sources." + at + ".funding_source_id").empty() && text("sources." + at + ".amount").empty();
  });
  std::size_t next = 0;
  while (std::ranges::find(keys, std::to_string(next)) != keys.end()) ++next;
  keys.push_back(std::to_string(next));
  auto slots = Value::array(), messages = Value::array();
  for (const auto& at : keys) {
    const auto field = "sources." + at + ".";
    slots.push(Value::object({{"slot", name + field},
                              {"slot_choices", options(grid.sources, text(field + "funding_source_id"))},
                              {"slot_amount", text(field + "amount")},
                              {"slot_probability", text(field + "probability")}}));
  }
  for (const auto& error : grid.errors) {
    if (error.field.starts_with(name)) messages.push(Value::object({{"message", error.message}}));
  }
  return Value::object({{"key", key},
                        {"need", text("need")},
                        {"description", text("description")},
                        {"first_months", options(grid.months, or_default("first_month", "1"))},
                        {"last_months", options(grid.months, or_default("last_month", "12"))},
                        {"amount", text("amount")},
                        {"slots", std::move(slots)},
                        {"row_errors", std::move(messages)}});
}

Response grid_page(const Site& site, const Request& request, const Read& read, const Input& typed, int row_version,
                   const Error* refused = nullptr, int empty_rows = kEmptyRows) {
  static const std::vector<FieldError> kNone;
  Grid grid{.typed = typed, .errors = refused == nullptr ? kNone : refused->fields, .sources = {{"", "Source"}}, .months = {}};
  for (const auto& source : read.sources) grid.sources.push_back({std::to_string(source.id), source.name});
  for (int month = 1; month <= kMonths; ++month) grid.months.push_back({std::to_string(month), kMonthNames[month - 1]});
  auto rows = Value::array();
  std::size_t next = 0;
  for (const auto& key : typed.keys_below("lines")) {
    const auto name = "lines." + key + ".";
    if (typed.text(name + "need").empty() && typed.text(name + "amount").empty() && typed.text(name + "description").empty()) continue;
    rows.push(grid_row(grid, key));
    next = std::max(next, static_cast<std::size_t>(std::strtoul(key.c_str(), nullptr, 10)) + 1);
  }
  for (int i = 0; i < empty_rows; ++i) rows.push(grid_row(grid, std::to_string(next++)));
  Value data;
  data.set("year", read.budget->year);
  data.set("currency", read.budget->currency.code());
  data.set("action", budget_path(read.budget->id));
  data.set("row_version", row_version);
  data.set("rows", std::move(rows));
  data.set("has_sources", !read.sources.empty());
  if (refused != nullptr) data.set("refusal", refused->message);
  return page(site, request, {.title = "Edit platform budget " + std::to_string(read.budget->year),
                              .name = "platform_budget_edit",
                              .data = std::move(data),
                              .status = refused == nullptr ? 200 : http::status_of(refused->kind),
                              .crumbs = crumbs("Edit " + std::to_string(read.budget->year))});
}

Response edit(const Site& site, const Request& request) {
  const auto read = read_budget(site, request.path_id("budget"));
  if (!read.budget) return error_page(site, read.budget.error(), request);
  if (read.budget->state != "draft") {
    return error_page(site, conflict("lines_change_only_in_a_draft", "Only a draft can be edited."), request);
  }
  return grid_page(site, request, read, typed_of(read.lines, read.budget->currency), read.budget->version);
}

Response save(const Site& site, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto version = expected_version(request, *input);
  if (!version) return error_page(site, version.error(), request);
  const auto id = request.path_id("budget");
  const auto again = [&](const Error* refused, int empty_rows) {
    const auto read = read_budget(site, id);
    if (!read.budget) return error_page(site, read.budget.error(), request);
    return grid_page(site, request, read, *input, *version, refused, empty_rows);
  };
  if (input->text("button") == "more") return again(nullptr, 10);
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto saved = save_platform_budget(transaction, {id, *version}, *input);
        if (!saved) return saved.error();
        return http::see_other(budget_path(id) + "?done=saved");
      },
      [&](const Error& error) { return again(&error, kEmptyRows); });
}

using Step = Outcome (*)(Transaction&, const PlatformBudgetAct&, const Input&);

Response take(const Site& site, const Request& request, Step step, const char* done) {
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
        return http::see_other(budget_path(on.budget_id) + "?done=" + done);
      },
      [&](const Error& error) {
        return error.kind == ErrorKind::kForbidden ? error_page(site, error, request) : show(site, request, &error);
      });
}

// ---- JSON ----

Result<Response> answer(Session& session, std::int64_t id, int status = 200) {
  const auto budget = find_platform_budget(session, id);
  if (!budget) return budget.error();
  auto value = platform_budget_value(*budget);
  auto lines = Value::array();
  for (const auto& line : list_platform_lines(session, id)) lines.push(platform_line_value(line, budget->currency));
  value.set("lines", std::move(lines));
  auto response = http::json(value, status);
  response.with("ETag", etag_of(budget->version));
  if (status == 201) response.with("Location", "/api/v1" + budget_path(id));
  return response;
}

Response api_list(const Site& site, const Request& request) {
  Value::Array rows;
  for (const auto& budget : reading(site.database, [](Session& session) { return list_platform_budgets(session); })) {
    rows.push_back(platform_budget_value(budget));
  }
  static const std::vector<Column> kColumns = {{.name = "id", .label = ""},     {.name = "year", .label = ""},
                                               {.name = "number", .label = ""}, {.name = "state", .label = ""},
                                               {.name = "currency", .label = ""}, {.name = "needed", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

Response api_one(const Site& site, const Request& request) {
  auto response = reading(site.database, [&](Session& session) { return answer(session, request.path_id("budget")); });
  return response ? *std::move(response) : http::problem(response.error(), request);
}

Response api_begin(const Site& site, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return http::problem(input.error(), request);
  return act(site, request, [&](Transaction& transaction) -> Result<Response> {
    const auto id = draft_platform_budget(transaction, *input, Currency::of(site.config.currency));
    if (!id) return id.error();
    return answer(transaction.session, *id, 201);
  });
}

Response api_take(const Site& site, const Request& request, Step step) {
  const auto input = request.body.empty() ? Result<Input>(Input(true)) : http::read_input(request);
  if (!input) return http::problem(input.error(), request);
  const auto version = expected_version(request, *input);
  if (!version) return http::problem(version.error(), request);
  const PlatformBudgetAct on{request.path_id("budget"), *version};
  return act(site, request, [&](Transaction& transaction) -> Result<Response> {
    const auto outcome = step(transaction, on, *input);
    if (!outcome) return outcome.error();
    return answer(transaction.session, on.budget_id);
  });
}

// Need x source x month, from which a funding gap is computed.
Response api_months(const Site& site, const Request& request) {
  const auto read = read_budget(site, request.path_id("budget"));
  if (!read.budget) return http::problem(read.budget.error(), request);
  const auto text = [&](std::int64_t minor) { return to_string(Money{minor, read.budget->currency}); };
  Value::Array rows;
  for (const auto& cell : read.months) {
    rows.push_back(Value::object({{"need", cell.need},
                                  {"funding_source_id", cell.funding_source_id == 0 ? Value() : Value(cell.funding_source_id)},
                                  {"source", cell.source_name},
                                  {"year", read.budget->year},
                                  {"month", cell.month},
                                  {"currency", read.budget->currency.code()},
                                  {"needed", text(cell.needed_minor)},
                                  {"planned", text(cell.planned_minor)},
                                  {"weighted", text(cell.weighted_minor)}}));
  }
  std::vector<Column> columns;
  for (const auto* name : {"need", "funding_source_id", "source", "year", "month", "currency", "needed", "planned", "weighted"}) {
    columns.push_back({.name = name, .label = ""});
  }
  return list_answer(request, columns, rows, "");
}

Value schema(std::initializer_list<std::pair<const char*, const char*>> properties) {
  Value fields;
  for (std::pair<std::string_view, std::string_view> property : properties) {
    auto& [name, type] = property;
    const bool nullable = type.ends_with('?');
    if (nullable) type.remove_suffix(1);
    fields.set(std::string(name), Value::object({{"type", nullable ? Value(Value::Array{type, "null"}) : Value(type)}}));
  }
  return Value::object({{"type", "object"}, {"properties", std::move(fields)}});
}

http::ApiDoc doc(const char* summary, const char* body, const char* answers, int status = 200) {
  http::ApiDoc made;
  made.summary = summary;
  made.tag = "platform-budgets";
  made.request_schema = body;
  made.response_schema = answers;
  made.success_status = status;
  return made;
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

void add_api(http::Router& router, const Site& site) {
  using http::Method;
  router.add_schema("PlatformBudget", schema({{"id", "integer"}, {"version", "integer"}, {"year", "integer"},
                                              {"number", "integer"}, {"currency", "string"}, {"state", "string"},
                                              {"needed", "string"}, {"reason", "string"}, {"lines", "array"}}));
  router.add_schema("PlatformMonth", schema({{"need", "string"}, {"source", "string"}, {"year", "integer"},
                                             {"month", "integer"}, {"currency", "string"}, {"needed", "string"},
                                             {"planned", "string"}, {"weighted", "string"},
                                             {"funding_source_id", "integer?"}}));
  const auto add = [&](Method method, std::string pattern, Action action, http::Handler handler, http::ApiDoc about) {
    router.add({.method = method, .pattern = std::move(pattern), .action = action, .handler = std::move(handler),
                .doc = std::move(about), .body_bytes_max = kGridBytesMax});
  };
  const std::string all = "/api/v1/platform-budgets", one = all + "/{budget}";
  auto list = doc("The platform's own budgets, the latest year first", "", "PlatformBudget");
  list.list = true;
  add(Method::kGet, all, Action::kReadFunding, [&](const Request& request) { return api_list(site, request); }, list);
  add(Method::kPost, all, Action::kWriteFunding, [&](const Request& request) { return api_begin(site, request); },
      doc("Begin the budget of a year", "PlatformBudget", "PlatformBudget", 201));
  add(Method::kGet, one, Action::kReadFunding, [&](const Request& request) { return api_one(site, request); },
      doc("One version with its needs and planned sources", "", "PlatformBudget"));
  auto months = doc("Need x source x month: needed, planned, weighted by probability", "", "PlatformMonth");
  months.list = true;
  add(Method::kGet, one + "/months", Action::kReadFunding, [&](const Request& request) { return api_months(site, request); },
      months);
  add(Method::kPut, one, Action::kWriteFunding,
      [&](const Request& request) { return api_take(site, request, save_platform_budget); },
      doc("Replace all lines of a draft", "PlatformBudget", "PlatformBudget"));
  add(Method::kPost, one + "/submit", Action::kWriteFunding,
      [&](const Request& request) { return api_take(site, request, submit_platform_budget); },
      doc("Submit a draft", "", "PlatformBudget"));
  add(Method::kPost, one + "/approve", Action::kApproveBudget,
      [&](const Request& request) { return api_take(site, request, approve_platform_budget); },
      doc("Approve what somebody else submitted", "", "PlatformBudget"));
  add(Method::kPost, one + "/return", Action::kApproveBudget,
      [&](const Request& request) { return api_take(site, request, return_platform_budget); },
      doc("Return a version to its author, with a reason", "", "PlatformBudget"));
}

}  // namespace

void add_platform_budget_routes(http::Router& router, const Site& site) {
  add_pages(router, site);
  add_api(router, site);
}

}  // namespace kindling
