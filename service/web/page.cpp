#include "web/page.hpp"

#include <algorithm>
#include <array>

#include <sodium.h>

#include "http/html.hpp"
#include "web/navigation.hpp"
#include "web/static_files.hpp"

namespace kindling {
namespace {

// What a redirect after a successful act says; the code is ours, so no text comes from the address.
struct Notice {
  std::string_view code;
  const char* text;
};
constexpr Notice kNotices[] = {
    {"created", "Recorded."},
    {"saved", "Your changes are saved."},
    {"changed", "The new state is recorded."},
    {"submitted", "Submitted. Somebody else can approve it now."},
    {"approved", "Approved."},
    {"returned", "Returned to its author."},
    {"received", "The receipt is posted to the ledger."},
    {"reversed", "Reversed in the ledger."},
    {"cancelled", "Cancelled."},
    {"in-force", "Approved. The new budget is in force."},
    {"declined", "Declined. Who asked for it can see why."},
    {"withdrawn", "Withdrawn."},
    {"released", "Released. What was reserved is available again."},
    {"proposed", "Recorded, but it exceeds the line: somebody else has to let it pass."},
    {"imported", "The statement is imported; what was certain is matched already."},
    {"known", "This statement was imported before; nothing changed."},
    {"mapped", "How this account's CSV files are written is saved. Upload the file now; the next ones go in by themselves."},
    {"overridden", "The override is recorded."},
    {"attached", "The file is attached."},
    {"removed", "Removed."},
    {"paid", "The payment is posted to the ledger."},
    {"erased", "Erased for good. Every amount stayed."},
    {"refunded", "The refund is posted to the ledger."},
    {"charged-back", "The chargeback is posted to the ledger."},
    {"withdrawn", "Withdrawn."},
    {"closed", "The period is closed; its exchange rates are pinned."},
    {"asked", "Somebody else can decide on it now."},
    {"uploaded", "The file is stored. Look at its columns, then have it checked."},
    {"same-file", "This very file was uploaded before; this is its import."},
    {"password", "Your new password is set."},
    {"signed-out", "You are signed out."},
};

std::string notice_of(const http::Request& request) {
  const auto code = request.query_param("done").value_or("");
  if (code.empty()) return {};
  const auto found = std::ranges::find(kNotices, code, &Notice::code);
  return found == std::end(kNotices) ? "Done." : found->text;
}

std::string new_form_key() {
  std::array<unsigned char, 16> random;
  randombytes_buf(random.data(), random.size());
  std::string hex(random.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), random.data(), random.size());
  hex.pop_back();
  return hex;
}

Value crumbs_value(const std::vector<std::pair<std::string, std::string>>& crumbs) {
  auto list = Value::array();
  for (std::size_t i = 0; i < crumbs.size(); ++i) {
    const bool last = i + 1 == crumbs.size();
    list.push(Value::object({{"label", crumbs[i].first}, {"href", last ? "" : crumbs[i].second}, {"last", last}}));
  }
  return list;
}

// What every template may use, the page's own data first.
Value with_common(const Site& site, const http::Request& request, Value data) {
  if (data.is_null()) data = Value(Value::Object{});
  data.set("platform_name", site.config.platform_name);
  data.set("form_token", request.actor.form_token);
  data.set("form_key", new_form_key());
  data.set("can_write", request.actor.has(Role::kCoordinator));
  data.set("can_approve", request.actor.has(Role::kApprover));
  return data;
}

}  // namespace

http::Response page(const Site& site, const http::Request& request, Page page) {
  auto content = site.templates.render(page.name, with_common(site, request, std::move(page.data)));
  Value frame;
  frame.set("title", page.title);
  frame.set("logo_text", site.config.logo_text);
  frame.set("content", std::move(content));
  frame.set("signed_in", request.actor.signed_in());
  frame.set("user_name", request.actor.name);
  frame.set("navigation", request.actor.signed_in() ? navigation(request) : Value());
  frame.set("crumbs", crumbs_value(page.crumbs));
  frame.set("has_crumbs", page.crumbs.size() > 1);
  frame.set("notice", notice_of(request));
  frame.set("assets", static_addresses());
  return http::html(site.templates.render("frame", with_common(site, request, std::move(frame))), page.status);
}

http::Response error_page(const Site& site, const Error& error, const http::Request& request) {
  const int status = http::status_of(error.kind);
  Value data;
  data.set("message", error.message);
  auto fields = Value::array();
  for (const auto& field : error.fields) {
    fields.push(Value::object({{"field", field.field}, {"message", field.message}}));
  }
  data.set("fields", std::move(fields));
  data.set("request_id", request.request_id);
  data.set("sign_in", error.kind == ErrorKind::kSignInRequired);
  data.set("stale", error.kind == ErrorKind::kStale);
  data.set("path", request.path);
  const char* title = status == 404   ? "Not found"
                      : status == 403 ? "Not allowed"
                      : status == 412 ? "Changed meanwhile"
                      : status == 503 ? "Not available at the moment"
                                      : "This did not work";
  data.set("title", title);
  auto response = page(site, request, {.title = title, .name = "error", .data = std::move(data), .status = status});
  if (status == 503) response.with("Retry-After", "2");
  if (status == 429) response.with("Retry-After", "30");
  return response;
}

}  // namespace kindling
