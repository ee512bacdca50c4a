#include "importing/import_page.hpp"

#include <algorithm>

#include "core/csv.hpp"
#include "importing/import_work.hpp"

namespace kindling {
namespace {

std::string heading_of(const ImportKind& kind, const Import& import, std::string_view column_name) {
  const auto text = import.settings.text("columns." + std::string(column_name));
  if (kind.column(column_name) == nullptr || text.empty()) return {};
  const auto position = std::stoul(std::string(text));
  return position < import.headings.size() ? import.headings[position] : std::string();
}

std::string label_of(const ImportKind& kind, std::string_view column_name) {
  const auto* column = kind.column(column_name);
  return column == nullptr ? std::string() : column->label;
}

std::vector<Choice> heading_choices(const Import& import, bool required) {
  std::vector<Choice> choices{{"", required ? "Choose a heading" : "Not in this file"}};
  for (std::size_t i = 0; i < import.headings.size(); ++i) {
    const auto& name = import.headings[i];
    choices.push_back({std::to_string(i), name.empty() ? "Column " + std::to_string(i + 1) : name});
  }
  return choices;
}

Value mapping_form(const ImportKind& kind, const Import& import, const Input& typed, const std::vector<FieldError>& errors) {
  const auto path = "/imports/" + std::to_string(import.id);
  Form form(typed, errors);
  form.hidden("version", std::to_string(import.version));
  form.section("Which heading holds what", "Proposed by their names; a file with the same headings will need no look here.");
  for (const auto& column : kind.columns) {
    form.choice("columns." + column.name, column.label, heading_choices(import, column.required),
                {.help = column.help, .required = column.required, .columns = 4});
  }
  form.section("How the file is written")
      .choice("options.decimal", "Amounts", {{"point", "1250.00 or 1,250.00"}, {"comma", "1250,00 or 1.250,00"}},
              {.required = true, .columns = 4})
      .choice("options.dates", "Dates",
              {{"iso", "2026-12-31"}, {"dmy", "31.12.2026 or 31/12/2026"}, {"mdy", "12/31/2026"}},
              {.required = true, .columns = 4});
  if (!kind.options.empty()) form.section("What is to become of it");
  for (const auto& option : kind.options) {
    std::vector<Choice> choices;
    for (const auto& [value, label] : option.choices) choices.push_back({value, label});
    form.choice("options." + option.name, option.label, choices, {.help = option.help, .required = true, .columns = 4});
  }
  return form.value(path + "/check", "Check the file", "/imports");
}

Value totals_value(const Import& import) {
  static constexpr std::pair<std::string_view, std::string_view> kLabels[] = {
      {"new", "New"}, {"known", "Already there"}, {"repeated", "Twice in this file"}, {"bad", "With errors"}};
  auto rows = Value::array();
  for (const auto& total : import.totals) {
    const auto label = std::ranges::find(kLabels, total.state, &std::pair<std::string_view, std::string_view>::first);
    rows.push(Value::object({{"of_state", label == std::end(kLabels) ? total.state : std::string(label->second)},
                             {"of_rows", total.rows},
                             {"of_amount", total.amount},
                             {"of_currency", total.currency}}));
  }
  return rows;
}

}  // namespace

Result<ImportOnPage> read_import(Session& session, std::int64_t id) {
  // The job first: where it has ended, what it did is seen.
  auto job = find_job(session, kImportJob, id);
  auto import = find_import(session, id);
  if (!import) return import.error();
  return ImportOnPage{.import = *std::move(import), .job = std::move(job),
                      .errors = list_import_errors(session, id, 0, 0, kErrorsShown)};
}

std::string_view label_of_import(const Import& import) {
  return import.state == "uploaded"   ? "To be checked"
         : import.state == "checking" ? "Being checked"
         : import.state == "checked"  ? (import.rows_new > 0   ? "Ready to import"
                                         : import.rows_bad > 0 ? "To be mended"
                                                               : "Nothing new")
         : import.state == "running"  ? "Being imported"
                                      : "Imported";
}

std::string_view badge_of_import(const Import& import) { return import.state == "done" ? "good" : "warn"; }

Value import_page_data(const ImportKind& kind, const ImportOnPage& shown, const Input& typed,
                       const std::vector<FieldError>& errors) {
  const auto& import = shown.import;
  const bool working = shown.job && shown.job->open();
  const bool checked = !working && (import.state == "checked" || import.state == "running");
  auto error_rows = Value::array();
  for (const auto& error : shown.errors) {
    error_rows.push(Value::object({{"row_number", error.row_number},
                                   {"at_column", label_of(kind, error.column_name)},
                                   {"at_heading", heading_of(kind, import, error.column_name)},
                                   {"error_message", error.message}}));
  }
  Value data;
  data.set("path", "/imports/" + std::to_string(import.id));
  data.set("api_path", "/api/v1/imports/" + std::to_string(import.id));
  data.set("kind_title", kind.title);
  data.set("file_name", import.file_name);
  data.set("state_label", working || import.state != "checking" ? std::string(label_of_import(import)) : "To be checked");
  data.set("badge", badge_of_import(import));
  data.set("version", import.version);
  data.set("from_windows_1252", import.from_windows_1252);
  data.set("working", working);
  data.set("cancelling", working && shown.job->cancel_requested);
  data.set("step", working ? (shown.job->step.empty() ? "Waiting for its turn" : shown.job->step) : "");
  data.set("percent", working ? shown.job->percent() : 0);
  data.set("failed", !working && shown.job && shown.job->state == "failed" ? shown.job->error_message : "");
  data.set("was_cancelled", !working && shown.job && shown.job->state == "cancelled");
  data.set("counted", !working && (checked || import.state == "done"));
  data.set("rows_total", import.rows_total);
  data.set("rows_new", import.rows_new);
  data.set("rows_known", import.rows_known);
  data.set("rows_repeated", import.rows_repeated);
  data.set("rows_bad", import.rows_bad);
  data.set("rows_loaded", import.rows_loaded);
  data.set("totals", totals_value(import));
  data.set("has_totals", !import.totals.empty());
  data.set("error_rows", std::move(error_rows));
  data.set("has_errors", !working && import.errors > 0 && import.state != "checking");
  data.set("error_count", import.errors);
  data.set("more_errors", import.errors > kErrorsShown);
  data.set("runnable", checked && import.rows_new > 0);
  data.set("nothing_new", checked && import.rows_new == 0 && import.rows_bad == 0);
  data.set("nothing_good", checked && import.rows_new == 0 && import.rows_bad > 0);
  data.set("all_good", import.rows_bad == 0);
  data.set("done", !working && import.state == "done");
  data.set("done_href", kind.done_href);
  data.set("to_map", !working && (import.state == "uploaded" || import.state == "checking"));
  data.set("mapping_open", !errors.empty());
  data.set("mapping", working ? Value() : mapping_form(kind, import, typed.fields().empty() ? import.settings : typed, errors));
  return data;
}

std::string errors_csv_head() {
  std::string csv;
  append_csv_row(csv, std::vector<std::string>{"row", "column", "heading", "code", "message"});
  return csv;
}

void append_error_csv(std::string& csv, const ImportKind& kind, const Import& import, const ImportErrorLine& error) {
  append_csv_row(csv, std::vector<std::string>{std::to_string(error.row_number), error.column_name,
                                               heading_of(kind, import, error.column_name), error.code, error.message});
}

}  // namespace kindling
