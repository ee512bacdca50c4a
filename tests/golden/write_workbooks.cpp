// write_workbooks FOLDER: the sample workbooks, for test_golden.py to compare part by part.
// write_workbooks FOLDER SEED COUNT: funder reports of random figures, for a recalculation by another program.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "reports/sheet/chart.hpp"
#include "reports/sheet/frame.hpp"
#include "support/sample_reports.hpp"

namespace kindling {
namespace {

void write(const std::filesystem::path& folder, const std::string& name, const std::string& bytes) {
  std::ofstream(folder / (name + ".xlsx"), std::ios::binary) << bytes;
}

// Currencies of 0, 2 and 3 decimals, dates, quantities, texts that look like formulas, charts.
std::string frame_in(const std::string& language) {
  const auto words = sheet::Words::of(language);
  const auto eur = Currency::of("EUR");
  sheet::Frame frame({.platform = "Sparks & Dark", .report = words("Figures"), .subject = "Safe Harbour",
                      .period = Period{Date::of("2026-01-01"), Date::of("2026-12-31")}, .ledger_position = 7,
                      .ledger_hash = std::string(64, 'a'), .as_of_s = 1'780'000'000}, words);
  auto& table = frame.add_table({.name = words("Amount"), .columns = {{words("Date"), 12}, {"EUR", 14, true}, {"JPY", 14, true},
                                                                     {"KWD", 14, true}, {"d", 10, true}, {words("Description"), 30}}});
  const char* texts[] = {"=1+1", "+1", "-1", "@SUM(A1)", "\tTab", "plain"};
  for (int i = 0; i < 6; ++i) {
    table.row(std::to_string(i));
    table.date(0, Date::of("2026-01-31").plus_days(i));
    table.amount(1, {i * 1'234'56 - 100'00, eur});
    table.amount(2, {i * 1'000, Currency::of("JPY")});
    table.amount(3, {i * 1'001, Currency::of("KWD")});
    table.decimal(4, {i * 5, 1});
    table.text(5, texts[i]);
  }
  const auto labels = table.range(0), values = table.range(1), yen = table.range(2);
  table.total(words("Total"), {1, 2, 3, 4}, {0, eur});
  auto& sheet = frame.add_sheet("Charts", {.page_breaks = {24}});
  sheet.chart({3, 0}, {.kind = sheet::ChartKind::kColumn, .title = "EUR", .alt_text = "Columns of euros", .series = {{"EUR", labels, values}}});
  sheet.chart({24, 0}, {.kind = sheet::ChartKind::kDoughnut, .title = "JPY", .alt_text = "A ring of yen", .series = {{"JPY", labels, yen}}});
  frame.define(words("Amount"), words("Total"));
  return frame.finish().bytes;
}

int run(int argc, char** argv) {
  const std::filesystem::path folder = argv[1];
  if (argc == 4) {
    const auto seed = std::strtoull(argv[2], nullptr, 10);
    for (int i = 0; i < std::atoi(argv[3]); ++i) {
      write(folder, "random-" + std::to_string(i), write_funder_variance(random_variance_report(seed + static_cast<std::uint64_t>(i))).bytes);
    }
    return 0;
  }
  for (const auto* language : {"en", "cs", "nl"}) write(folder, std::string("frame-") + language, frame_in(language));
  const auto report = sample_variance_report();
  for (const auto* language : {"en", "cs", "nl"}) {
    write(folder, std::string("funder-variance-") + language, write_funder_variance(report, sheet::Words::of(language)).bytes);
  }
  write(folder, "funder-template-en", write_funder_template(report, sample_layout()).bytes);
  write(folder, "grant-audit-cs", write_grant_audit(sample_audit(), sheet::Words::of("cs")).bytes);
  return 0;
}

}  // namespace
}  // namespace kindling

int main(int argc, char** argv) { return argc == 2 || argc == 4 ? kindling::run(argc, argv) : 2; }
