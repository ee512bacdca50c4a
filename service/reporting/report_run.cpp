#include "reporting/report_run.hpp"

#include "core/fields.hpp"
#include "identity/authorize.hpp"
#include "reporting/report_catalogue.hpp"
#include "web/openapi.hpp"

namespace kindling {
namespace {

constexpr std::size_t kReasonMax = 1'000;

Value or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }
Value or_null(const std::optional<std::int64_t>& id) { return id ? Value(*id) : Value(); }
Value or_null(const ReportPerson& person) { return or_null(person.name); }

}  // namespace

std::string_view label_of_run(const ReportRun& run) {
  if (run.state == "draft") return "Draft";
  if (run.state == "proposed") return "Waits for approval";
  if (run.state == "submitted") return "Submitted";
  if (run.state == "accepted") return "Accepted";
  if (run.state == "returned") return "Returned";
  if (run.working()) return run.job->state == "queued" ? "Queued" : "Being made";
  return run.job && run.job->state == "cancelled" ? "Cancelled" : "Failed";
}

std::string_view badge_of_run(const ReportRun& run) {
  if (run.state == "proposed") return "warn";
  if (run.state == "submitted" || run.state == "accepted") return "good";
  if (run.state == "returned") return "bad";
  return run.made() || run.working() ? "plain" : "bad";
}

std::string title_of_run(const ReportRun& run) {
  const auto* kind = find_report_kind(run.kind);
  return kind == nullptr ? run.kind : kind->title;
}

std::string subject_of_run(const ReportRun& run) {
  std::string subject = run.grant_title;
  const auto add = [&](const std::string& text) { subject += (subject.empty() ? "" : ", ") + text; };
  const auto* kind = find_report_kind(run.kind);
  if (kind == nullptr) return subject;
  const auto parameters = parameters_of(*kind, run.parameters);
  if (parameters.period) add(to_display(parameters.period->first) + " to " + to_display(parameters.period->last));
  if (parameters.year) add(std::to_string(*parameters.year));
  for (const auto& parameter : kind->parameters) {
    if (parameter.type == ReportParameter::Type::kDate) add(to_display(parameters.date(parameter.name)));
    const bool chosen = parameter.type == ReportParameter::Type::kChoice || parameter.type == ReportParameter::Type::kLanguage;
    const auto value = parameter.type == ReportParameter::Type::kLanguage ? parameters.language : parameters.choice(parameter.name);
    for (const auto& [choice, label] : parameter.choices) {
      if (chosen && choice == value) add(label);
    }
  }
  return subject;
}

Result<ReportRequest> parse_report_request(const Input& input, const Actor& actor) {
  Fields fields(input);
  const auto key = fields.text("report", {.max = 60});
  const auto* kind = find_report_kind(key);
  if (kind == nullptr) {
    if (!fields.failed("report")) fields.fail("report", "not_one_of", "Choose a report of the catalogue, such as funder-report.");
    return invalid(fields.errors());
  }
  if (auto may = authorize(actor, kind->action); !may) return may.error();
  auto parameters = read_report_parameters(*kind, fields);
  return fields.finish(ReportRequest{kind, std::move(parameters)});
}

Result<std::string> parse_change_reason(const Input& input, bool required) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  return fields.finish(fields.text("reason", {.max = kReasonMax, .required = required, .multiline = true}));
}

Value report_run_value(const ReportRun& run) {
  return Value::object({{"id", run.id},
                        {"version", run.version},
                        {"report", run.kind},
                        {"title", title_of_run(run)},
                        {"parameters", run.parameters},
                        {"grant_id", or_null(run.grant_id)},
                        {"state", run.state},
                        {"ledger_position", or_null(run.ledger_position)},
                        {"identifier", or_null(run.identifier)},
                        {"file_name", or_null(run.file_name)},
                        {"size_bytes", run.made() ? Value(run.size_bytes) : Value()},
                        {"sha256", or_null(run.sha256)},
                        {"made_at", or_null(run.made_at)},
                        {"created_by", or_null(run.created_by)},
                        {"created_at", run.created_at},
                        {"scheduled", run.scheduled},
                        {"proposed_by", or_null(run.proposed_by)},
                        {"approved_by", or_null(run.approved_by)},
                        {"submitted_at", or_null(run.submitted_at)},
                        {"previous_run_id", or_null(run.previous_run_id)},
                        {"next_run_id", or_null(run.next_run_id)},
                        {"obligation_id", or_null(run.obligation_id)},
                        {"job", run.job ? job_value(*run.job) : Value()}});
}

Value report_run_schema() {
  return object_schema({"id:integer", "version:integer", "report", "title", "parameters", "state", "created_at",
                        "scheduled:boolean", "grant_id:integer?", "ledger_position:integer?", "size_bytes:integer?",
                        "previous_run_id:integer?", "next_run_id:integer?", "obligation_id:integer?", "identifier:string?",
                        "file_name:string?", "sha256:string?", "made_at:string?", "created_by:string?", "proposed_by:string?",
                        "approved_by:string?", "submitted_at:string?", "job:object?", "history:array", "rates:array"});
}

}  // namespace kindling
