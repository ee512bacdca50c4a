#include "reports/sheet/frame.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kindling::sheet {
namespace {

constexpr int kHeadingRow = 2;  // below title and note
constexpr int kTieOutFirstRow = kHeadingRow + 1;

WorkbookOptions options_of(const Cover& cover, const Words& words, FrameOptions options) {
  return {.title = cover.subject.empty() ? cover.report : cover.report + ": " + cover.subject,
          .subject = cover.report,
          .author = cover.platform,
          .company = cover.platform,
          .comments = words.format("Ledger position {}, head {}", cover.ledger_position, cover.ledger_hash),
          .identifier = cover.identifier,
          .created_s = cover.as_of_s,
          .header = cover.subject.empty() ? cover.report : cover.subject + " · " + cover.report,
          .footer = words.format("{} · ledger position {}", cover.platform, cover.ledger_position),
          .page_of = words("Page {} of {}"),
          .constant_memory = options.constant_memory,
          .path = std::move(options.path)};
}

}  // namespace

Frame::Frame(Cover cover, Words words, FrameOptions options)
    : cover_(std::move(cover)),
      words_(words),
      workbook_(options_of(cover_, words_, std::move(options))),
      cover_sheet_(&workbook_.add_sheet(words_("Cover"), {.widths = {30, 64}, .landscape = false})),
      tie_out_sheet_(&workbook_.add_sheet(words_("Tie-out"), {.widths = {40, 52, 18, 18, 16, 9},
                                                              .frozen_rows = kTieOutFirstRow,
                                                              .repeated_row = kHeadingRow})) {
  contents_.push_back(tie_out_sheet_->name());
}

std::string Frame::context() const {
  std::string text = cover_.subject;
  const auto append = [&](const std::string& part) { text += (text.empty() ? "" : " · ") + part; };
  if (cover_.period) append(words_.format("{} to {}", to_string(cover_.period->first), to_string(cover_.period->last)));
  if (cover_.currency) append(words_.format("all amounts in {}", cover_.currency->code()));
  return text;
}

void Frame::title(Sheet& sheet, std::string_view title, std::string_view note) {
  sheet.row_height(0, 26);
  sheet.text({0, 0}, title, Style::kTitle);
  if (!note.empty()) sheet.text({1, 0}, note, Style::kNote);
}

Sheet& Frame::add_sheet(std::string_view name, SheetOptions options, std::string_view note) {
  auto& sheet = workbook_.add_sheet(name, options);
  contents_.push_back(sheet.name());
  title(sheet, name, note.empty() ? context() : std::string(note));
  return sheet;
}

Table& Frame::add_table(TableOptions options) {
  SheetOptions page{.widths = {}, .frozen_rows = kHeadingRow + 1, .frozen_columns = options.frozen_columns,
                    .repeated_row = kHeadingRow, .landscape = options.landscape};
  for (const auto& column : options.columns) page.widths.push_back(width_of(column));
  auto& sheet = add_sheet(options.name, page, options.note);
  auto& table = tables_.emplace_back(sheet, kHeadingRow, std::move(options.columns),
                                     options.named_figures ? &figures_ : nullptr);
  table.go_on([this, page, name = options.name, note = options.note, part = 1]() mutable -> Sheet& {
    return add_sheet(name + " " + std::to_string(++part), page, note);
  }, options.rows_max);
  return table;
}

Table& Frame::add_table_on(Sheet& sheet, int heading_row, std::vector<Column> columns) {
  return tables_.emplace_back(sheet, heading_row, std::move(columns), &figures_);
}

void Frame::fact(std::string label, Fact value, std::string defined_name) {
  facts_.push_back({std::move(label), std::move(value), std::move(defined_name)});
}

void Frame::tie_out(std::string what, Ref reported, Money value, std::string source, Money independent) {
  const int digits = value.currency.minor_digits();
  tie_outs_.push_back({std::move(what), std::move(reported), {value.minor, digits}, std::move(source),
                       {(independent - value + value).minor, digits},  // refuses another currency
                       std::string(value.currency.code())});
}

void Frame::tie_out(std::string what, Ref reported, Decimal value, std::string source, Decimal independent) {
  tie_outs_.push_back({std::move(what), std::move(reported), value, std::move(source), independent, {}});
}

bool Frame::ties_out() const {
  return std::ranges::all_of(tie_outs_, [](const TieOutRow& row) { return row.difference() == 0; });
}

void Frame::define(std::string figure, std::string definition) {
  const auto known = std::ranges::find(definitions_, figure, &std::pair<std::string, std::string>::first);
  if (known == definitions_.end()) definitions_.emplace_back(std::move(figure), std::move(definition));
}

File Frame::finish() {
  write_definitions();
  write_tie_out();
  write_cover();
  auto bytes = workbook_.finish();
  return {std::move(bytes), std::move(figures_)};
}

void Frame::write_tie_out() {
  auto& sheet = *tie_out_sheet_;
  const auto wrong = std::ranges::count_if(tie_outs_, [](const TieOutRow& row) { return row.difference() != 0; });
  std::ranges::stable_partition(tie_outs_, [](const TieOutRow& row) { return row.difference() != 0; });
  title(sheet, words_("Tie-out"),
        wrong == 0 ? words_("Every total equals an independent sum over the ledger.")
                   : words_.format("Totals that differ: {}. They stand in the first rows.", wrong));
  sheet.headings(kHeadingRow, {words_("Total of this report"), words_("How the independent sum is made"),
                               words_("Reported"), words_("Independent sum"), words_("Difference"), words_("Unit")}, 2, 3);
  int row = kTieOutFirstRow;
  for (const auto& tie : tie_outs_) {
    sheet.text({row, 0}, tie.what, tie.difference() == 0 ? Style::kWrapped : Style::kWarning);
    sheet.text({row, 1}, tie.source, Style::kWrapped);
    sheet.formula({row, 2}, "=" + name_of(tie.reported), tie.value);
    sheet.decimal({row, 3}, tie.independent);
    sheet.formula({row, 4}, fmt::format("=ROUND({}-{},{})", name_of(Cell{row, 2}), name_of(Cell{row, 3}), tie.value.digits),
                  Decimal{tie.difference(), tie.value.digits}, Style::kCheck);
    sheet.text({row, 5}, tie.unit, Style::kRemark);
    ++row;
  }
  if (tie_outs_.empty()) sheet.text({row, 0}, words_("This report has no total to compare."), Style::kNote);
}

void Frame::write_definitions() {
  if (definitions_.empty()) return;
  auto& sheet = workbook_.add_sheet(words_("Definitions"), {.widths = {28, 100}, .frozen_rows = kHeadingRow + 1,
                                                            .repeated_row = kHeadingRow});
  contents_.push_back(sheet.name());
  title(sheet, words_("Definitions"), words_("What each figure means, and how its sign is to be read."));
  sheet.headings(kHeadingRow, {words_("Figure"), words_("Definition")});
  int row = kHeadingRow + 1;
  for (const auto& [figure, definition] : definitions_) {
    sheet.text({row, 0}, figure, Style::kLabel);
    sheet.text({row++, 1}, definition, Style::kWrapped);
  }
}

}  // namespace kindling::sheet
