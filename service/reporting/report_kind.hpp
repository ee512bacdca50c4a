// A report of the catalogue: what it is called, what it asks for, who may have it, and how it is made.
//
// To add one: a folder reports/NAME (read model, query, writer), one file service/reporting/kinds/NAME_kind.cpp, which
// defines `ReportKind NAME_kind()`, and one line in report_catalogue.cpp. Page, JSON, command line, schedule, queue,
// storage, signature, comparison and sharing come with it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/actor.hpp"
#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"
#include "reports/sealed_snapshot.hpp"
#include "reports/sheet/figure.hpp"
#include "storage/spooled_file.hpp"

namespace kindling {

// ---- What a report asks for ----

struct ReportParameter {
  enum class Type {
    kGrant,     // field "grant": an id; offered as a list
    kPeriod,    // fields "from" and "to"; proposed: the grant's latest reporting period, else its eligibility, else the year
    kDate,      // field `name`; proposed: today
    kYear,      // field "year"; proposed: this one
    kLanguage,  // field "language": one of `choices` ("en", "English"); the first is proposed
    kChoice,    // field `name`: one of `choices`; the first is proposed
  };
  Type type;
  std::string name = {};
  std::string label = {};   // "" takes the type's own: "Grant", "Language"
  std::string help = {};
  std::vector<std::pair<std::string, std::string>> choices = {};  // value, label
};

// As a request gave them, checked. A report finds here what its parameters say, and nothing else.
struct ReportParameters {
  std::optional<std::int64_t> grant_id = {};
  std::optional<Period> period = {};
  std::optional<int> year = {};
  std::string language = "en";
  std::vector<std::pair<std::string, std::string>> named = {};  // kDate ("2026-06-30") and kChoice, by name

  std::string choice(std::string_view name) const;  // "" where absent
  Date date(std::string_view name) const;           // throws std::logic_error where the kind has no such kDate
  bool operator==(const ReportParameters&) const = default;
};

// ---- How it is made ----

enum class ReportFormat { kXlsx, kJson };

// A whole file: short ones are `bytes`, long ones are spooled while they are written, so that memory stays constant.
struct ReportFile {
  std::string name;                                   // "funder-report-12-2026-01-01-2026-12-31.xlsx"
  std::string bytes = {};
  std::optional<SpooledFile> spooled = {};            // instead of bytes
  std::vector<sheet::NamedFigure> figures = {};       // what two runs are compared by; none: they are not
};
// Of a workbook in memory, with its figures.
ReportFile report_file(std::string name, sheet::File workbook);
// Its content, moved into a spool where it is not there yet.
SpooledFile spooled(ReportFile& file);

// What is configured, as far as reports need it.
struct ReportSettings {
  std::string platform;    // its name
  std::string currency;    // ISO 4217
  std::string time_zone;
  std::string root;        // where config/ lies
};

// What a report shows beside the database. Texts, so that they are kept with its run as they were.
struct ReportContext {
  std::string platform;        // its name
  std::string currency;        // ISO 4217, the platform's own
  std::string letter = {};     // for the cover; "" where there is none
  std::string programme = {};  // the file that the grant was made from; "" where there is none
};

struct ReportTask {
  const SealedSnapshot& snapshot;       // read all of it in here, at snapshot.position() and snapshot.known_at()
  const ReportParameters& parameters;
  const ReportContext& context;         // nothing else is read from outside
  // "kr-" and 32 hexadecimal digits of kind, parameters and position. To be carried in the file (a custom document
  // property "Kindling report", a member of JSON; best also shown on the cover), so that a copy that somebody has
  // altered and saved is still recognised as this report.
  std::string identifier;
  // For long ones: what it is at ("Writing rows"), how far. Also ends an attempt that was cancelled, by throwing.
  std::function<void(std::string_view step, std::int64_t done, std::int64_t total)> progress;
};

struct ReportKind {
  std::string key;          // "funder-report": in addresses, never changed again
  std::string title;        // "Funder report"
  std::string explanation;  // what it holds and for whom, one or two sentences
  Action action = Action::kDownloadReport;  // who may have it
  ReportFormat format = ReportFormat::kXlsx;
  bool for_funder = false;  // goes to the grant's funder, who sees it once it is submitted; needs a kGrant
  std::string layout = {};  // of the grants that are due this one ("eu-actual-costs", as programmes say); needs a kPeriod,
                            // or takes its kDate as the period's last day
  std::vector<ReportParameter> parameters = {};
  // Of one that is due for a period: what is chosen other than the first choices. May be empty.
  std::function<void(const Period& period, ReportParameters& parameters)> suit = {};
  // The same snapshot, parameters and context give the same bytes: no clock, no random, no locale. kNotFound and
  // kConflict are told to who asked.
  std::function<Result<ReportFile>(const ReportTask&)> make;
};

const ReportParameter* find_parameter(const ReportKind& kind, ReportParameter::Type type);

// Fields: grant, from, to, year, language and the named ones; what the kind does not ask for is told as unknown where
// `input` is strict. language may be left out. Whether the grant exists is asked of the database later.
class Fields;
ReportParameters read_report_parameters(const ReportKind& kind, Fields& fields);
Result<ReportParameters> parse_report_parameters(const ReportKind& kind, const Input& input);

// "from=2026-01-01&grant=12&language=en&to=2026-12-31": one text for the same parameters, and back.
std::string canonical_text(const ReportParameters& parameters);
ReportParameters parameters_of(const ReportKind& kind, std::string_view canonical);

std::string_view content_type_of(ReportFormat format);

}  // namespace kindling
