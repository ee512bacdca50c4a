#include <fmt/format.h>

#include "reports/sheet/frame.hpp"

namespace kindling::sheet {
namespace {

// Rows that a wrapped text takes in a merged range, whose height no program finds by itself.
int lines_of(std::string_view text, int characters_a_line) {
  int lines = 1, used = 0;
  for (const char c : text) {
    if (c == '\n' || ++used > characters_a_line) {
      ++lines;
      used = 0;
    }
  }
  return lines;
}

constexpr double kLineHeight = 14;
constexpr int kCharactersALine = 110;  // of both columns of the cover

}  // namespace

void Frame::write_cover() {
  title(*cover_sheet_, cover_.report, cover_.platform);
  int row = write_facts(3);
  row = write_letter(row + 1);
  row = write_contents(row);
  write_signature(row + 1);
}

int Frame::write_facts(int row) {
  auto& sheet = *cover_sheet_;
  const auto put = [&](const std::string& label, const Fact& value) {
    sheet.text({row, 0}, label, Style::kLabel);
    const Cell cell{row, 1};
    NamedFigure figure{sheet.name(), label, words_("Value"), {}, {}};
    if (const auto* text = std::get_if<std::string>(&value)) {
      figure.value = *text;
      sheet.text(cell, text->empty() ? words_("not given") : *text, Style::kWrapped);
    } else if (const auto* money = std::get_if<Money>(&value)) {
      figure.value = to_string(*money);
      figure.unit = money->currency.code();
      sheet.amount(cell, *money, Style::kNumberLeft);
    } else if (const auto* percent = std::get_if<Percent>(&value)) {
      figure.value = to_string(*percent);
      figure.unit = "%";
      sheet.percent(cell, *percent, Style::kPercentLeft);
    } else if (const auto* date = std::get_if<Date>(&value)) {
      figure.value = to_string(*date);
      sheet.date(cell, *date);
    } else {
      const auto number = std::get<Decimal>(value);
      figure.value = std::to_string(number.scaled);
      sheet.decimal(cell, number, Style::kNumberLeft);
    }
    ++row;
    return figure;
  };
  if (!cover_.subject.empty()) put(words_("Subject"), cover_.subject);
  if (cover_.period) {
    workbook_.define_name("PeriodStart", {sheet.name(), {row, 1}});
    workbook_.define_name("PeriodEnd", {sheet.name(), {row + 1, 1}});
    put(words_("Reported period from"), cover_.period->first);
    put(words_("Reported period to"), cover_.period->last);
  }
  if (cover_.currency) put(words_("Currency"), std::string(cover_.currency->code()));
  for (const auto& fact : facts_) {
    if (!fact.defined_name.empty()) workbook_.define_name(fact.defined_name, {sheet.name(), {row, 1}});
    figures_.push_back(put(fact.label, fact.value));
  }
  sheet.text({row, 0}, words_("Ledger position"), Style::kLabel);
  sheet.decimal({row++, 1}, {cover_.ledger_position, 0}, Style::kNumberLeft);
  sheet.text({row, 0}, words_("Seal of the ledger (SHA-256)"), Style::kLabel);
  sheet.text({row++, 1}, cover_.ledger_hash, Style::kCode);
  sheet.text({row, 0}, words_("Figures as of"), Style::kLabel);
  sheet.instant({row++, 1}, cover_.as_of_s);
  if (!cover_.identifier.empty()) {
    sheet.text({row, 0}, words_("Report number"), Style::kLabel);
    sheet.text({row++, 1}, cover_.identifier, Style::kCode);
  }
  sheet.text({row, 0}, words_("Tie-out"), Style::kLabel);
  const auto holds = words_("every total equals its independent sum");
  const auto differs = words_("there are differences: see the tie-out sheet");
  if (tie_outs_.empty()) {
    sheet.text({row++, 1}, words_("This report has no total to compare."));
    return row;
  }
  const auto differences = name_of(Range{tie_out_sheet_->name(), {3, 4}, {2 + static_cast<int>(tie_outs_.size()), 4}});
  sheet.text_formula({row++, 1},
                     fmt::format("=IF(COUNTIF({},\"<>0\")=0,{},{})", differences, literal(holds), literal(differs)),
                     ties_out() ? holds : differs, ties_out() ? Style::kText : Style::kWarning);
  return row;
}

int Frame::write_letter(int row) {
  if (cover_.letter.empty()) return row;
  std::string_view rest = cover_.letter;
  while (!rest.empty()) {
    const auto end = rest.find("\n\n");
    const auto paragraph = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
    if (paragraph.empty()) continue;
    cover_sheet_->row_height(row, kLineHeight * lines_of(paragraph, kCharactersALine) + 4);
    cover_sheet_->merged_text({row, 0}, {row, 1}, paragraph, Style::kWrapped);
    ++row;
  }
  return row + 1;
}

int Frame::write_contents(int row) {
  cover_sheet_->text({row++, 0}, words_("Contents"), Style::kSection);
  for (const auto& name : contents_) cover_sheet_->link({row++, 0}, name, name);
  return row;
}

void Frame::write_signature(int row) {
  auto& sheet = *cover_sheet_;
  sheet.text({row++, 0}, words_("Signature"), Style::kSection);
  if (!cover_.certification.empty()) {
    sheet.row_height(row, kLineHeight * lines_of(cover_.certification, kCharactersALine) + 4);
    sheet.merged_text({row, 0}, {row, 1}, cover_.certification, Style::kWrapped);
    ++row;
  }
  for (const auto* name : {word("Name and function"), word("Place and date"), word("Signature")}) {
    sheet.row_height(row, 28);
    sheet.text({row, 0}, words_(name), Style::kLabel);
    sheet.text({row++, 1}, "", Style::kSignature);
  }
}

}  // namespace kindling::sheet
