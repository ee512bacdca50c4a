#include "budgets/budget_change_store.hpp"
#include "budgets/budget_store.hpp"
#include "budgets/budget_value.hpp"
#include "budgets/record_budget.hpp"
#include "budgets/routes.hpp"
#include "core/fields.hpp"
#include "funding/grant_page.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"
#include "web/static_files.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr std::size_t kEmptyRows = 5;
constexpr std::size_t kGridBytesMax = 1024 * 1024;

std::string budget_path(std::int64_t grant_id) { return "/grants/" + std::to_string(grant_id) + "/budget"; }
std::string version_path(std::int64_t grant_id, int number) {
  return budget_path(grant_id) + "/versions/" + std::to_string(number);
}
int number_of(const Request& request) {
  const auto number = request.path_id("number");
  return number > 0 && number < INT32_MAX ? static_cast<int>(number) : 0;
}

struct VersionRead {
  Result<BudgetContext> context;
  Result<BudgetVersion> version = not_found("budget_version_not_found", "There is no such budget version.");
  std::vector<BudgetVersion> versions = {};
  std::vector<BudgetLine> lines = {};
  std::optional<int> amendment = {};  // that the version is drafted for
  bool change_is_open = false;
};

// number 0: the active version, or the newest where none is.
VersionRead read_version(const Site& site, std::int64_t grant_id, int number) {
  return reading(site.database, [&](Session& session) {
    VersionRead read{.context = find_budget_context(session, grant_id)};
    if (!read.context) return read;
    read.versions = list_budget_versions(session, grant_id);
    for (const auto& change : list_budget_changes(session, grant_id)) read.change_is_open |= change.is_open();
    const BudgetVersion* chosen = nullptr;
    for (const auto& version : read.versions) {
      if (number == 0 ? (chosen == nullptr || version.state == "approved") : version.number == number) chosen = &version;
    }
    if (chosen == nullptr) return read;
    read.version = *chosen;
    read.lines = list_budget_lines(session, chosen->id);
    read.amendment = find_change_of_version(session, chosen->id);
    read.context = find_version_context(session, grant_id, chosen->id);
    return read;
  });
}

const char* badge_of(std::string_view state) {
  return state == "approved" ? "good" : state == "submitted" ? "warn" : "";
}

Value version_rows(const std::vector<BudgetVersion>& versions) {
  auto rows = Value::array();
  for (const auto& version : versions) {
    rows.push(Value::object({{"number", version.number},
                             {"state", version.state},
                             {"badge", badge_of(version.state)},
                             {"href", version_path(version.grant_id, version.number)},
                             {"submitted_by", version.submitted_by_name},
                             {"approved_by", version.approved_by_name}}));
  }
  return rows;
}

Value line_rows(const VersionRead& read) {
  const auto currency = read.context->grant.currency;
  auto rows = Value::array();
  int number = 0;
  for (const auto& line : read.lines) {
    std::string partner;
    for (const auto& candidate : read.context->partners) {
      if (line.partner_id == candidate.id) partner = candidate.name;
    }
    rows.push(Value::object({{"number", ++number},
                             {"work_package", line.work_package},
                             {"category", line.category_code},
                             {"partner", partner},
                             {"starts_on", line.starts_on ? to_string(*line.starts_on) : ""},
                             {"ends_on", line.ends_on ? to_string(*line.ends_on) : ""},
                             {"description", line.description},
                             {"code_in_url", std::to_string(line.root_id())},
                             {"planned", to_display_amount({line.amount_minor, currency})},
                             {"spent", to_display_amount({line.spent_minor, currency})},
                             {"committed", to_display_amount({line.committed_minor, currency})},
                             {"drafts", to_display_amount({line.drafts_minor, currency})},
                             {"available", to_display_amount({line.available_minor(), currency})}}));
  }
  return rows;
}

Response show(const Site& site, const Request& request, int number, const Error* refused = nullptr) {
  const auto read = read_version(site, request.path_id("id"), number);
  if (!read.context) return error_page(site, read.context.error(), request);
  if (number != 0 && !read.version) return error_page(site, read.version.error(), request);
  const auto& grant = read.context->grant;
  Value data;
  data.set("grant", grant_head(grant, "budget"));
  data.set("versions", version_rows(read.versions));
  data.set("has_versions", !read.versions.empty());
  data.set("draft_action", budget_path(grant.id) + "/versions");
  bool open = read.change_is_open, in_force = false;
  for (const auto& version : read.versions) {
    open = open || version.state == "draft" || version.state == "submitted";
    in_force = in_force || version.state == "approved";
  }
  const bool agreed = in_force && grant.awarded.has_value();
  data.set("can_draft", !open && !agreed);
  data.set("can_change", !open && agreed);
  data.set("has_register", agreed || read.change_is_open);
  data.set("has_two", read.versions.size() > 1);
  data.set("grant_href", grant_path(grant));
  if (refused != nullptr) data.set("refusal", refused->fields.empty() ? refused->message : refused->fields[0].message);
  if (read.version) {
    const auto& version = *read.version;
    const auto path = version_path(grant.id, version.number);
    data.set("shown", Value::object({{"number", version.number},
                                     {"state", version.state},
                                     {"badge", badge_of(version.state)},
                                     {"row_version", version.version},
                                     {"reason", version.reason},
                                     {"submitted_by", version.submitted_by_name},
                                     {"approved_by", version.approved_by_name},
                                     {"path", path},
                                     {"is_draft", version.state == "draft"},
                                     {"is_submitted", version.state == "submitted"},
                                     {"amendment", read.amendment ? Value(*read.amendment) : Value("")},
                                     {"own", version.submitted_by == request.actor.id}}));
    if (version.state == "approved") {
      data.set("why", budget_path(grant.id) + "/why");
      data.set("figures", budget_path(grant.id) + "/figures");
    }
    data.set("totals", totals_display(totals_of(read.lines, *read.context), *read.context));
    data.set("lines", line_rows(read));
    data.set("line_count", read.lines.size());
  }
  return page(site, request,
              {.title = "Budget of " + grant.title,
               .name = "budget",
               .data = std::move(data),
               .status = refused == nullptr ? 200 : http::status_of(refused->kind),
               .crumbs = grant_crumbs(grant, "Budget")});
}

// ---- The grid ----

Value options_of(const std::vector<std::pair<std::string, std::string>>& choices, std::string_view chosen) {
  auto options = Value::array();
  bool found = chosen.empty();
  for (const auto& [value, label] : choices) {
    found = found || value == chosen;
    options.push(Value::object({{"value", value}, {"label", label}, {"selected", value == chosen}}));
  }
  // What was pasted and is no choice stays visible, so that it can be mended.
  if (!found) options.push(Value::object({{"value", chosen}, {"label", std::string(chosen) + " ?"}, {"selected", true}}));
  return options;
}

Value grid_row(const std::string& key, const Input& typed, const std::vector<FieldError>& errors,
               const BudgetContext& context) {
  const auto name = "lines." + key + ".";
  const auto text = [&](const char* field) { return typed.text(name + field); };
  std::vector<std::pair<std::string, std::string>> categories, partners;
  for (const auto& category : context.categories) categories.emplace_back(category.code, category.code + " " + category.name);
  for (const auto& partner : context.partners) partners.emplace_back(std::to_string(partner.id), partner.name);
  auto row = Value::object({{"key", key},
                            {"continues", text("continues")},
                            {"work_package", text("work_package")},
                            {"starts_on", text("starts_on")},
                            {"ends_on", text("ends_on")},
                            {"description", text("description")},
                            {"amount", text("amount")},
                            {"categories", options_of(categories, text("category"))},
                            {"partners", options_of(partners, text("partner"))}});
  auto messages = Value::array();
  for (const auto& error : errors) {
    if (!error.field.starts_with(name)) continue;
    const auto column = error.field.substr(name.size());
    row.set("bad_" + column, true);
    messages.push(Value::object({{"message", error.message}, {"column", column}}));
  }
  row.set("row_errors", std::move(messages));
  return row;
}

bool is_empty_row(const Input& typed, const std::string& key) {
  for (const auto& column : typed.keys_below("lines." + key)) {
    if (column == "continues") continue;  // a row that was emptied is taken out
    if (!trimmed(typed.text("lines." + key + "." + column)).empty()) return false;
  }
  return true;
}

// Sums of what is typed, as far as it can be read.
Value typed_totals(const Input& typed, const BudgetContext& context) {
  std::vector<BudgetLine> lines;
  for (const auto& key : typed.keys_below("lines")) {
    const auto name = "lines." + key + ".";
    const auto amount = parse_money(trimmed(typed.text(name + "amount")), context.grant.currency);
    if (!amount || amount->minor < 0) continue;
    BudgetLine line;
    line.work_package = typed.text(name + "work_package");
    line.category_code = typed.text(name + "category");
    for (const auto& partner : context.partners) {
      if (typed.text(name + "partner") == std::to_string(partner.id)) line.partner_id = partner.id;
    }
    line.amount_minor = amount->minor;
    lines.push_back(std::move(line));
  }
  return totals_display(totals_of(lines, context), context);
}

struct Grid {
  const Input& typed;
  const Error* error = nullptr;
  std::size_t empty_rows = kEmptyRows;
  int row_version = 0;
};

Response grid_page(const Site& site, const Request& request, const BudgetContext& context, int number, const Grid& grid) {
  static const std::vector<FieldError> kNone;
  const auto& errors = grid.error == nullptr ? kNone : grid.error->fields;
  auto rows = Value::array();
  std::size_t next = 0;
  for (const auto& key : grid.typed.keys_below("lines")) {
    if (is_empty_row(grid.typed, key)) continue;
    rows.push(grid_row(key, grid.typed, errors, context));
    next = std::max(next, static_cast<std::size_t>(std::strtoul(key.c_str(), nullptr, 10)) + 1);
  }
  for (std::size_t i = 0; i < grid.empty_rows; ++i) rows.push(grid_row(std::to_string(next++), Input(), kNone, context));
  std::string base;
  for (const auto& category : context.categories) {
    if (category.in_indirect_base) base += (base.empty() ? "" : " ") + category.code;
  }
  auto messages = Value::array();
  for (const auto& error : errors) {
    messages.push(Value::object({{"message", error.message}, {"href", "#row-" + error.field.substr(0, error.field.rfind('.'))}}));
  }
  Value data;
  data.set("grant", grant_head(context.grant, "budget"));
  data.set("number", number);
  data.set("action", version_path(context.grant.id, number));
  data.set("row_version", grid.row_version);
  data.set("rows", std::move(rows));
  data.set("totals", typed_totals(grid.typed, context));
  data.set("messages", std::move(messages));
  data.set("has_messages", grid.error != nullptr);
  data.set("message", grid.error == nullptr ? std::string() : grid.error->message);
  data.set("digits", context.grant.currency.minor_digits());
  data.set("rate_bp", context.grant.indirect_rate.basis_points);
  data.set("funding_bp", context.grant.funding_rate.basis_points);
  data.set("maximum_minor", std::to_string(context.grant.maximum().minor));
  data.set("base", base);
  data.set("assets", static_addresses());
  data.set("period_first", to_string(context.grant.period.first));
  data.set("period_last", to_string(context.grant.period.last));
  return page(site, request,
              {.title = "Edit budget, version " + std::to_string(number),
               .name = "budget_edit",
               .data = std::move(data),
               .status = grid.error == nullptr ? 200 : http::status_of(grid.error->kind),
               .crumbs = grant_crumbs(context.grant, "Edit budget")});
}

Response edit(const Site& site, const Request& request) {
  const auto read = read_version(site, request.path_id("id"), number_of(request));
  if (!read.context) return error_page(site, read.context.error(), request);
  if (!read.version) return error_page(site, read.version.error(), request);
  if (read.version->state != "draft") {
    return error_page(site, conflict("lines_change_only_in_a_draft", "Only a draft can be edited."), request);
  }
  const auto typed = typed_of(read.lines, read.context->grant.currency);
  return grid_page(site, request, *read.context, read.version->number,
                   {.typed = typed, .error = nullptr, .empty_rows = kEmptyRows, .row_version = read.version->version});
}

// The grid's buttons: save, or the same page again with sums, or with more rows.
Response save(const Site& site, const Request& request) {
  auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto version = expected_version(request, *input);
  if (!version) return error_page(site, version.error(), request);
  const BudgetAct on{request.path_id("id"), number_of(request), *version};
  const auto again = [&](const Error* error, std::size_t empty_rows) {
    const auto context =
        reading(site.database, [&](Session& session) -> Result<BudgetContext> {
          const auto version = find_budget_version(session, on.grant_id, on.number);
          if (!version) return version.error();
          return find_version_context(session, on.grant_id, version->id);
        });
    if (!context) return error_page(site, context.error(), request);
    const auto typed = with_pasted_lines(*input, *context);
    return grid_page(site, request, *context, on.number,
                     {.typed = typed, .error = error, .empty_rows = empty_rows, .row_version = *version});
  };
  if (input->text("button") == "recalculate") return again(nullptr, kEmptyRows);
  if (input->text("button") == "more") return again(nullptr, 10 + kEmptyRows);
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto saved = save_budget(transaction, on, *input);
        if (!saved) return saved.error();
        return http::see_other(version_path(on.grant_id, on.number) + "?done=saved");
      },
      [&](const Error& error) {
        return error.kind == ErrorKind::kNotFound ? error_page(site, error, request) : again(&error, kEmptyRows);
      });
}

Response draft(const Site& site, const Request& request) {
  const auto grant_id = request.path_id("id");
  return act(site, request, [&](Transaction& transaction) -> Result<Response> {
    const auto number = draft_budget(transaction, grant_id);
    if (!number) return number.error();
    return http::see_other(version_path(grant_id, *number) + "/edit");
  });
}

using Decision = Outcome (*)(Transaction&, const BudgetAct&, const Input&);

Response decide(const Site& site, const Request& request, Decision decision, const char* done) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto version = expected_version(request, *input);
  if (!version) return error_page(site, version.error(), request);
  const BudgetAct on{request.path_id("id"), number_of(request), *version};
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto outcome = decision(transaction, on, *input);
        if (!outcome) return outcome.error();
        return http::see_other(version_path(on.grant_id, on.number) + "?done=" + done);
      },
      [&](const Error& error) {
        if (error.kind == ErrorKind::kNotFound || error.kind == ErrorKind::kForbidden) return error_page(site, error, request);
        return show(site, request, on.number, &error);
      });
}

}  // namespace

void add_budget_page_routes(http::Router& router, const Site& site) {
  using http::Method;
  const auto add = [&](Method method, std::string pattern, Action action, http::Handler handler,
                       std::size_t bytes_max = 64 * 1024) {
    router.add({.method = method, .pattern = std::move(pattern), .action = action, .handler = std::move(handler),
                .doc = {}, .body_bytes_max = bytes_max});
  };
  const std::string budget = "/grants/{id}/budget", versions = budget + "/versions", one = versions + "/{number}";
  add(Method::kGet, budget, Action::kReadFunding, [&](const Request& request) { return show(site, request, 0); });
  add(Method::kPost, versions, Action::kWriteFunding, [&](const Request& request) { return draft(site, request); });
  add(Method::kGet, one, Action::kReadFunding, [&](const Request& request) {
    const int number = number_of(request);
    if (number == 0) {
      return error_page(site, not_found("budget_version_not_found", "There is no such budget version."), request);
    }
    return show(site, request, number);
  });
  add(Method::kGet, one + "/edit", Action::kWriteFunding, [&](const Request& request) { return edit(site, request); });
  add(Method::kPost, one, Action::kWriteFunding, [&](const Request& request) { return save(site, request); },
      kGridBytesMax);
  add(Method::kPost, one + "/submit", Action::kWriteFunding, [&](const Request& request) {
    return decide(site, request,
                  [](Transaction& transaction, const BudgetAct& on, const Input&) { return submit_budget(transaction, on); },
                  "submitted");
  });
  add(Method::kPost, one + "/approve", Action::kApproveBudget, [&](const Request& request) {
    return decide(site, request,
                  [](Transaction& transaction, const BudgetAct& on, const Input&) { return approve_budget(transaction, on); },
                  "approved");
  });
  add(Method::kPost, one + "/withdraw", Action::kWriteFunding, [&](const Request& request) {
    return decide(site, request,
                  [](Transaction& transaction, const BudgetAct& on, const Input&) { return withdraw_budget(transaction, on); },
                  "withdrawn");
  });
  add(Method::kPost, one + "/return", Action::kApproveBudget,
      [&](const Request& request) { return decide(site, request, return_budget, "returned"); });
}

}  // namespace kindling
