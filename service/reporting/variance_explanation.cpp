#include "reporting/variance_explanation.hpp"

#include <set>

#include "core/fields.hpp"

namespace kindling {

Result<NewExplanations> parse_explanations(const Input& input) {
  constexpr std::size_t kLinesMax = 2'000;
  Fields fields(input);
  NewExplanations read{.period = fields.period("from", "to"), .explanations = {}};
  fields.optional_integer("version", 0, INT64_MAX);
  std::set<std::int64_t> seen;
  for (auto& row : fields.rows("explanations", kLinesMax)) {
    NewExplanation one{row.id("budget_line_id"), row.optional_text("explanation", {.max = 2'000, .multiline = true}).value_or(""),
                       row.path("explanation")};
    if (!seen.insert(one.budget_line_id).second) {
      row.fail("budget_line_id", "stands_twice", "Explain each line once.");
    }
    read.explanations.push_back(std::move(one));
  }
  return fields.finish(std::move(read));
}

bool is_to_be_shown(const FunderVarianceReport& report, const FunderVarianceReport::Line& line) {
  return !line.explanation.empty() || asks_for_explanation(line, report.cover.period.last, report.cover.explain_above);
}

Value explanations_value(const FunderVarianceReport& report, std::int64_t grant_id) {
  const auto& cover = report.cover;
  const auto amount = [&](std::int64_t minor) { return to_string(Money{minor, cover.awarded.currency}); };
  auto lines = Value::array();
  for (const auto& line : report.lines) {
    if (!is_to_be_shown(report, line)) continue;
    const auto expected = expected_minor(line, cover.period.last);
    lines.push(Value::object({{"budget_line_id", line.root_id},
                              {"line", line.number},
                              {"work_package", line.work_package},
                              {"category", line.category},
                              {"partner", line.partner},
                              {"description", line.description},
                              {"budget", amount(line.budget_minor)},
                              {"expected_to_date", amount(expected)},
                              {"actual_to_date", amount(line.to_date_minor)},
                              {"variance", amount(expected - line.to_date_minor)},
                              {"required", asks_for_explanation(line, cover.period.last, cover.explain_above)},
                              {"explanation", line.explanation},
                              {"explained_by", line.explained_by}}));
  }
  return Value::object({{"grant_id", grant_id},
                        {"from", to_string(cover.period.first)},
                        {"to", to_string(cover.period.last)},
                        {"currency", cover.awarded.currency.code()},
                        {"threshold", to_string(cover.explain_above)},
                        {"lines", std::move(lines)}});
}

}  // namespace kindling
