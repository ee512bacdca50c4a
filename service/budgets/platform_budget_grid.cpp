// The form in which a platform budget's lines are entered.
#include <algorithm>

#include "budgets/platform_budget_page.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

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

}  // namespace

std::string platform_budget_path(std::int64_t id) { return "/platform-budgets/" + std::to_string(id); }

std::vector<std::pair<std::string, std::string>> platform_budget_crumbs(std::string label) {
  return {{"Platform budgets", "/platform-budgets"}, {std::move(label), ""}};
}

PlatformBudgetRead read_platform_budget(const Site& site, std::int64_t id) {
  return reading(site.database, [&](Session& session) {
    PlatformBudgetRead read{.budget = find_platform_budget(session, id)};
    if (!read.budget) return read;
    read.lines = list_platform_lines(session, id);
    read.months = list_platform_months(session, id);
    read.sources = list_source_choices(session);
    return read;
  });
}

http::Response platform_grid_page(const Site& site, const http::Request& request, const PlatformBudgetRead& read, const Input& typed, int row_version,
                   const Error* refused, int empty_rows) {
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
  data.set("action", platform_budget_path(read.budget->id));
  data.set("row_version", row_version);
  data.set("rows", std::move(rows));
  data.set("has_sources", !read.sources.empty());
  if (refused != nullptr) data.set("refusal", refused->message);
  return page(site, request, {.title = "Edit platform budget " + std::to_string(read.budget->year),
                              .name = "platform_budget_edit",
                              .data = std::move(data),
                              .status = refused == nullptr ? 200 : http::status_of(refused->kind),
                              .crumbs = platform_budget_crumbs("Edit " + std::to_string(read.budget->year))});
}

}  // namespace kindling
