// The form of a transfer: every line in force with what is available, and a box for what it gains or gives.
#include <algorithm>

#include "budgets/budget_change_page.hpp"
#include "budgets/budget_store.hpp"
#include "budgets/record_budget_change.hpp"
#include "budgets/routes.hpp"
#include "funding/grant_page.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr std::size_t kFormBytesMax = 512 * 1024;

// A row's key is its line's root, so that what was typed finds its line again.
Value line_rows(const BudgetContext& context, const std::vector<BudgetLine>& lines, const Input& typed,
                const std::vector<FieldError>& errors) {
  const auto currency = context.grant.currency;
  auto rows = Value::array();
  for (const auto& line : lines) {
    const auto key = std::to_string(line.root_id());
    const auto name = "changes." + key + ".amount";
    const auto category = std::ranges::find(context.categories, line.category_code, &Category::code);
    std::string message;
    for (const auto& error : errors) {
      if (error.field == name) message = error.message;
    }
    rows.push(Value::object({{"key", key},
                             {"label", line_label(line, context)},
                             {"planned", to_display_amount({line.amount_minor, currency})},
                             {"used", to_display_amount({line.spent_minor + line.committed_minor, currency})},
                             {"available", to_display_amount({line.available_minor(), currency})},
                             {"locked", category != context.categories.end() && category->needs_amendment},
                             {"amount", typed.text(name)},
                             {"error", message}}));
  }
  return rows;
}

Response form_page(const Site& site, const Request& request, const Input& typed, const Error* refused = nullptr) {
  struct Read {
    Result<BudgetContext> context;
    std::vector<BudgetLine> lines = {};
  };
  const auto read = reading(site.database, [&](Session& session) {
    Read found{.context = find_budget_context(session, request.path_id("id"))};
    if (!found.context) return found;
    for (const auto& version : list_budget_versions(session, found.context->grant.id)) {
      if (version.state == "approved") found.lines = list_budget_lines(session, version.id);
    }
    return found;
  });
  if (!read.context) return error_page(site, read.context.error(), request);
  const auto& grant = read.context->grant;
  if (read.lines.empty()) {
    return error_page(site, conflict("change_needs_a_budget_in_force",
                                     "No budget is in force yet: enter one and have it approved first."), request);
  }
  const auto errors = refused == nullptr ? std::vector<FieldError>{} : errors_of(*refused);
  auto messages = Value::array();
  for (const auto& error : errors) {
    messages.push(Value::object({{"message", error.message}, {"href", error.field.empty() ? "" : "#f-" + error.field}}));
  }
  Value data;
  data.set("grant", grant_head(grant, "budget"));
  data.set("action", grant_path(grant) + "/transfers");
  data.set("cancel_href", modifications_path(grant.id));
  data.set("currency", grant.currency.code());
  data.set("threshold", to_string(grant.transfer_threshold));
  data.set("justification", typed.text("justification"));
  data.set("rows", line_rows(*read.context, read.lines, typed, errors));
  data.set("messages", std::move(messages));
  data.set("has_messages", refused != nullptr);
  return page(site, request, {.title = "Transfer between lines of " + grant.title,
                              .name = "transfer_new",
                              .data = std::move(data),
                              .status = refused == nullptr ? 200 : http::status_of(refused->kind),
                              .crumbs = grant_crumbs(grant, "Transfer between lines")});
}

Response request_it(const Site& site, const Request& request) {
  const auto grant_id = request.path_id("id");
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto number = request_transfer(transaction, grant_id, input);
        if (!number) return number.error();
        return modification_path(grant_id, *number) + "?done=submitted";
      },
      [&](const Input& input, const Error& error) { return form_page(site, request, input, &error); });
}

}  // namespace

void add_transfer_routes(http::Router& router, const Site& site) {
  router.add({.method = http::Method::kGet, .pattern = "/grants/{id}/transfers/new", .action = Action::kWriteFunding,
              .handler = [&](const Request& request) { return form_page(site, request, Input()); }});
  router.add({.method = http::Method::kPost, .pattern = "/grants/{id}/transfers", .action = Action::kWriteFunding,
              .handler = [&](const Request& request) { return request_it(site, request); }, .doc = {},
              .body_bytes_max = kFormBytesMax});
}

}  // namespace kindling
