#include "reporting/report_run_page.hpp"

#include <algorithm>

#include "identity/authorize.hpp"
#include "reporting/due_report_query.hpp"
#include "reporting/made_report_store.hpp"
#include "reporting/report_catalogue.hpp"
#include "reporting/report_run_store.hpp"
#include "reporting/report_schedule.hpp"
#include "reports/sheet/words.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

using Type = ReportParameter::Type;

std::string path_of(std::int64_t id) { return "/report-runs/" + std::to_string(id); }
std::string minute_of(const std::string& instant) {
  return instant.empty() ? instant : instant.substr(0, 10) + " " + instant.substr(11, 5);
}

// Nobody is the schedule, or an operator at the command line.
std::string asked_by(const ReportRun& run) {
  if (!run.created_by.name.empty()) return run.created_by.name;
  return run.scheduled ? "the schedule" : "the command line";
}

std::string size_shown(std::int64_t bytes) {
  if (bytes < 1'024 * 1'024) return std::to_string((bytes + 1'023) / 1'024) + " KB";
  return std::to_string((bytes + 1'024 * 1'024 - 1) / (1'024 * 1'024)) + " MB";
}

std::string label_or(const ReportParameter& parameter, const char* fallback) {
  return parameter.label.empty() ? fallback : parameter.label;
}

std::vector<Choice> choices_of(const ReportParameter& parameter) {
  std::vector<Choice> choices;
  for (const auto& [value, label] : parameter.choices) choices.push_back({value, label});
  return choices;
}

std::vector<Choice> grant_choices(const Site& site) {
  std::vector<Choice> choices{{"", "Choose a grant"}};
  const auto grants = reading(site.database, [](Session& session) { return list_reported_grants(session); });
  for (const auto& [id, title] : grants) choices.push_back({std::to_string(id), title});
  return choices;
}

Value history_of(const std::vector<ReportRunChange>& changes) {
  auto list = Value::array();
  for (const auto& change : changes) {
    list.push(Value::object({{"at", change.at}, {"to", change.to_state},
                             {"who", change.actor_name.empty() ? "the service" : change.actor_name},
                             {"why", change.reason}}));
  }
  return list;
}

Value rates_of(const std::vector<ReportRunRate>& rates) {
  auto list = Value::array();
  for (const auto& rate : rates) {
    list.push(Value::object({{"code", rate.currency},
                             {"days", rate.starts_on == rate.ends_on ? rate.starts_on : rate.starts_on + " to " + rate.ends_on},
                             {"units", rate.shown}}));
  }
  return list;
}

Value comparable_of(const std::vector<ReportRun>& runs) {
  auto list = Value::array();
  for (const auto& run : runs) {
    list.push(Value::object({{"other_id", run.id},
                             {"label", "No. " + std::to_string(run.id) + ", " + minute_of(run.made_at) + ", " +
                                           std::string(label_of_run(run)) + ": " + subject_of_run(run)}}));
  }
  return list;
}

// What the funder report prints where an explanation is missing, in its own language.
std::int64_t count_unexplained(Session& session, const ReportRun& run) {
  if (run.kind != "funder-report" || (run.state != "draft" && run.state != "proposed")) return 0;
  const auto parameters = parameters_of(*find_report_kind(run.kind), run.parameters);
  return count_report_figures(session, run.id, sheet::Words::of(parameters.language)("Not explained yet."));
}

// Where they are explained, for the days of the report.
std::string explain_href(const ReportRun& run) {
  const auto* kind = find_report_kind(run.kind);
  if (kind == nullptr || !run.grant_id) return {};
  const auto parameters = parameters_of(*kind, run.parameters);
  if (!parameters.period) return {};
  return "/grants/" + std::to_string(*run.grant_id) + "/explanations?from=" + to_string(parameters.period->first) +
         "&to=" + to_string(parameters.period->last);
}

std::string unexplained_text(std::int64_t count) {
  if (count == 0) return {};
  return count == 1 ? "One variance is beyond the funder's threshold and not explained yet."
                    : std::to_string(count) + " variances are beyond the funder's threshold and not explained yet.";
}

}  // namespace

Result<ReportRunOnPage> read_report_run(Session& session, std::int64_t id) {
  auto run = find_report_run(session, id);
  if (!run) return run.error();
  auto comparable = run->made() ? list_comparable_runs(session, *run) : std::vector<ReportRun>();
  const auto unexplained = count_unexplained(session, *run);
  return ReportRunOnPage{*std::move(run), list_report_run_changes(session, id), list_report_run_rates(session, id),
                         std::move(comparable), unexplained};
}

Value report_run_page_data(const ReportRunOnPage& shown, const Actor& actor) {
  const auto& run = shown.run;
  const bool writes = actor.has(Role::kCoordinator), approves = actor.has(Role::kApprover);
  const bool own = actor.id == run.proposed_by.id || actor.id == run.created_by.id;
  const bool failed = run.state == "requested" && !run.working();
  return Value::object({
      {"id", run.id},
      {"path", path_of(run.id)},
      {"api_path", "/api/v1" + path_of(run.id)},
      {"version", run.version},
      {"kind_title", title_of_run(run)},
      {"subject", subject_of_run(run)},
      {"grant_href", run.grant_id ? "/grants/" + std::to_string(*run.grant_id) : ""},
      {"grant_title", run.grant_title},
      {"state_label", label_of_run(run)},
      {"badge", badge_of_run(run)},
      {"working", run.working()},
      {"step", run.job && !run.job->step.empty() ? run.job->step : "Waiting for a free slot"},
      {"percent", run.job ? run.job->percent() : 0},
      {"cancelling", run.job && run.job->cancel_requested},
      {"failed", failed},
      {"failure", failed && run.job && run.job->state == "failed" ? run.job->error_message : ""},
      {"may_retry", failed && authorize(actor, Action::kRequestReport).ok()},
      {"made", run.made()},
      {"made_at", minute_of(run.made_at)},
      {"size", size_shown(run.size_bytes)},
      {"file_name", run.file_name},
      {"sha256", run.sha256},
      {"identifier", run.identifier},
      {"bound", run.ledger_position.has_value()},
      {"position", run.ledger_position.value_or(0)},
      {"created_by", asked_by(run)},
      {"created_at", minute_of(run.created_at)},
      {"proposed_by", run.proposed_by.name},
      {"approved_by", run.approved_by.name},
      {"submitted_at", minute_of(run.submitted_at)},
      {"funder_sees", run.for_funder && run.submitted()},
      {"funder", run.funder_name},
      {"is_workbook", run.content_type == content_type_of(ReportFormat::kXlsx)},
      {"unexplained", unexplained_text(shown.unexplained)},
      {"explain_href", shown.unexplained > 0 ? explain_href(run) : ""},
      {"has_letter", run.for_funder && run.made()},
      {"may_propose", run.state == "draft" && writes},
      {"may_decide", run.state == "proposed" && approves && !own},
      {"own_request", run.state == "proposed" && approves && own},
      {"waits", run.state == "proposed" && !approves},
      {"may_answer", run.state == "submitted" && writes},
      {"may_follow", run.state == "returned" && !run.next_run_id && writes},
      {"may_share", run.submitted() && writes},
      {"previous_href", run.previous_run_id ? path_of(*run.previous_run_id) : ""},
      {"previous", run.previous_run_id ? Value(*run.previous_run_id) : Value()},
      {"next_href", run.next_run_id ? path_of(*run.next_run_id) : ""},
      {"next", run.next_run_id ? Value(*run.next_run_id) : Value()},
      {"history", history_of(shown.changes)},
      {"has_rates", !shown.rates.empty()},
      {"rates", rates_of(shown.rates)},
      {"may_compare", !shown.comparable.empty()},
      {"comparable", comparable_of(shown.comparable)},
  });
}

const std::vector<Column>& report_run_columns() {
  static const std::vector<Column> kColumns = {{.name = "title", .label = "Report", .href = "href"},
                                               {.name = "subject", .label = "Of"},
                                               {.name = "state", .label = "State"},
                                               {.name = "ledger_position", .label = "Ledger position", .number = true},
                                               {.name = "created_at", .label = "Asked for"},
                                               {.name = "created_by", .label = "By"}};
  return kColumns;
}

Value report_run_row(const ReportRun& run) {
  auto row = report_run_value(run);
  row.set("href", path_of(run.id));
  row.set("subject", subject_of_run(run));
  row.set("state_display", label_of_run(run));
  row.set("state_badge", badge_of_run(run));
  row.set("created_at_display", minute_of(run.created_at));
  row.set("created_by_display", asked_by(run));
  return row;
}

Value report_kinds_for(const Actor& actor, std::int64_t grant_id, std::string_view layout) {
  std::vector<const ReportKind*> kinds;
  for (const auto& kind : report_catalogue()) {
    const bool of_grant = find_parameter(kind, ReportParameter::Type::kGrant) != nullptr;
    if (authorize(actor, kind.action) && (grant_id == 0 || of_grant)) kinds.push_back(&kind);
  }
  const auto* own = layout.empty() ? nullptr : &report_kind_of_layout(layout);
  std::ranges::stable_partition(kinds, [&](const ReportKind* kind) { return kind == own; });
  auto list = Value::array();
  for (const auto* kind : kinds) {
    list.push(Value::object({{"key", kind->key}, {"kind_title", kind->title}, {"explanation", kind->explanation},
                             {"own", kind == own},
                             {"grant_query", grant_id == 0 ? "" : "?grant=" + std::to_string(grant_id)}}));
  }
  return list;
}

Value report_form(const Site& site, const ReportKind& kind, const Input& typed, const std::vector<FieldError>& errors) {
  Form form(typed, errors);
  form.section(kind.parameters.empty() ? "This report asks for nothing" : "What is it about?");
  for (const auto& parameter : kind.parameters) {
    switch (parameter.type) {
      case Type::kGrant:
        form.choice("grant", label_or(parameter, "Grant"), grant_choices(site), {.help = parameter.help, .required = true});
        break;
      case Type::kPeriod:
        form.date("from", "From", {.help = parameter.help, .required = true, .columns = 6})
            .date("to", "To", {.required = true, .columns = 6});
        break;
      case Type::kYear:
        form.number("year", label_or(parameter, "Year"), {.help = parameter.help, .required = true, .columns = 6});
        break;
      case Type::kDate:
        form.date(parameter.name, label_or(parameter, "Day"), {.help = parameter.help, .required = true, .columns = 6});
        break;
      case Type::kLanguage:
        form.choice("language", label_or(parameter, "Language of the headings"), choices_of(parameter),
                    {.help = parameter.help, .columns = 6});
        break;
      case Type::kChoice:
        form.choice(parameter.name, parameter.label, choices_of(parameter), {.help = parameter.help, .columns = 6});
        break;
    }
  }
  return form.value("/reports/" + kind.key, "Have it made", "/reports");
}

Input proposed_report(Session& session, const ReportKind& kind, std::int64_t grant_id, Date today) {
  Input typed;
  if (grant_id != 0) typed.set("grant", std::to_string(grant_id));
  const auto year = std::to_string(static_cast<int>(today.ymd().year()));
  auto period = grant_id == 0 ? std::nullopt : proposed_report_period(session, grant_id, today);
  if (!period) period = Period{Date::of(year + "-01-01"), Date::of(year + "-12-31")};
  typed.set("from", to_string(period->first));
  typed.set("to", to_string(period->last));
  typed.set("year", year);
  for (const auto& parameter : kind.parameters) {
    if (parameter.type == Type::kDate) typed.set(parameter.name, to_string(today));
    const bool chosen = parameter.type == Type::kChoice || parameter.type == Type::kLanguage;
    if (chosen) typed.set(parameter.name.empty() ? "language" : parameter.name, parameter.choices.front().first);
  }
  return typed;
}

}  // namespace kindling
