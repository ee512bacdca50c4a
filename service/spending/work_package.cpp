#include "spending/work_package.hpp"

#include <algorithm>

#include "core/fields.hpp"

namespace kindling {
namespace {

// A whole one is 1 to 100 %; nothing of a package is not completed at all.
Percent read_completed(Fields& row) {
  const auto completed = row.optional_percent("completed").value_or(Percent{10'000});
  if (completed.basis_points == 0 && !row.failed("completed")) {
    row.fail("completed", "out_of_range", "Enter a percentage above 0, or choose that it is not completed.");
  }
  return completed;
}

const ReportingPeriod* read_period(Fields& row, const std::vector<ReportingPeriod>& periods) {
  const auto number = row.optional_integer("period", 1, INT32_MAX);
  if (!number) return nullptr;
  const auto period = std::ranges::find(periods, *number, [](const ReportingPeriod& one) { return std::int64_t{one.number}; });
  if (period == periods.end()) {
    row.fail("period", "unknown_period", "Choose one of the grant's reporting periods.");
    return nullptr;
  }
  return &*period;
}

void check(Fields& row, const WorkPackage& package, const ReportingPeriod* period, Percent completed, Date grant_ends_on) {
  if (package.reported) {
    row.fail("period", "reported_completion_stays", "This work package was reported with a closed period; its completion stays.");
    return;
  }
  if (period == nullptr) return;
  if (period->state == "closed") {
    row.fail("period", "period_is_closed", title_of(*period) + " is closed; choose a later one, or have it reopened.");
  }
  if (completed < Percent{10'000} && period->days.last != grant_ends_on) {
    row.fail("completed", "partial_completion_only_in_the_final_period",
             "Before the final period a work package is completed as a whole, 100, or not at all.");
  }
}

}  // namespace

Money WorkPackage::contribution() const { return period_number ? share_of(share, completed) : Money{0, share.currency}; }

Value work_packages_value(std::int64_t grant_id, const WorkPackages& work_packages) {
  auto packages = Value::array();
  for (const auto& package : work_packages.packages) {
    packages.push(Value::object({{"work_package", package.code},
                                 {"share", to_string(package.share)},
                                 {"period", package.period_number ? Value(*package.period_number) : Value()},
                                 {"completed", package.period_number ? Value(to_string(package.completed)) : Value()},
                                 {"contribution", to_string(package.contribution())},
                                 {"note", package.note},
                                 {"reported", package.reported}}));
  }
  return Value::object({{"grant_id", grant_id},
                        {"version", work_packages.version},
                        {"currency", work_packages.currency.code()},
                        {"packages", std::move(packages)}});
}

Result<std::vector<NewCompletion>> parse_completions(const Input& input, const WorkPackages& known,
                                                     const std::vector<ReportingPeriod>& periods, Date grant_ends_on) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  std::vector<NewCompletion> changes;
  for (auto& row : fields.rows("packages", 1'000)) {
    const auto code = row.optional_text("work_package", {.max = 40}).value_or("");
    const auto* period = read_period(row, periods);
    const auto completed = read_completed(row);
    const auto note = row.optional_text("note", {.max = 1'000}).value_or("");
    const auto package = std::ranges::find(known.packages, code, &WorkPackage::code);
    if (package == known.packages.end()) {
      row.fail("work_package", "unknown_work_package", "The budget in force has no work package \"" + code + "\".");
      continue;
    }
    const auto number = period == nullptr ? std::nullopt : std::optional<int>(period->number);
    const bool same = number == package->period_number && note == package->note &&
                      (!number || completed == package->completed);
    if (same || row.failed("period") || row.failed("completed")) continue;
    check(row, *package, period, completed, grant_ends_on);
    changes.push_back({.work_package = code,
                       .period_id = period == nullptr ? std::nullopt : std::optional(period->id),
                       .completed = period == nullptr ? Percent{10'000} : completed,
                       .note = note});
  }
  return fields.finish(std::move(changes));
}

}  // namespace kindling
