#include "reporting/report_share.hpp"

#include "core/fields.hpp"
#include "identity/password.hpp"
#include "web/openapi.hpp"

namespace kindling {

Result<NewReportShare> parse_report_share(const Input& input, std::string_view platform) {
  Fields fields(input);
  NewReportShare share;
  share.purpose = fields.text("purpose", {.max = 200});
  share.days = static_cast<int>(fields.integer("days", 1, kShareDaysMax));
  share.password = fields.optional_text("password", {.max = kPasswordMax}).value_or("");
  if (!share.password.empty()) {
    if (const auto broken = check_password(share.password, {.platform = platform})) {
      fields.fail("password", broken->code, broken->message);
    }
  }
  return fields.finish(std::move(share));
}

Value report_share_value(const ReportShare& share) {
  return Value::object({{"id", share.id},
                        {"report_run_id", share.run_id},
                        {"purpose", share.purpose},
                        {"state", share.state},
                        {"has_password", share.has_password},
                        {"created_by", share.created_by_name},
                        {"created_on", share.created_on},
                        {"expires_on", share.expires_on},
                        {"downloads", share.downloads},
                        {"wrong_passwords", share.refused},
                        {"last_download_at", share.last_at.empty() ? Value() : Value(share.last_at)}});
}

Value report_share_schema() {
  return object_schema({"id:integer", "report_run_id:integer", "downloads:integer", "wrong_passwords:integer", "purpose",
                        "state", "created_by", "created_on", "expires_on", "has_password:boolean", "last_download_at:string?",
                        "link"});
}

}  // namespace kindling
