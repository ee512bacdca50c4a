#include <algorithm>
#include <array>
#include <stdexcept>

#include <xlsxwriter.h>

#include "reports/sheet/library.hpp"
#include "reports/sheet/workbook.hpp"

namespace kindling::sheet {
namespace {

constexpr std::size_t kTextMax = 32'767;  // Excel's limit for a cell, in UTF-16 units; bytes are never fewer

// XLSX has doubles only; the integer becomes one here, at the last step.
double as_double(std::int64_t scaled, int digits) {
  static constexpr std::array<double, kDigitsMax + 1> kPowers = {1,   1e1, 1e2, 1e3, 1e4, 1e5,
                                                                 1e6, 1e7, 1e8, 1e9, 1e10};
  return static_cast<double>(scaled) / kPowers.at(static_cast<std::size_t>(digits));
}

bool is_wrapped(Style style) {
  return style == Style::kWrapped || style == Style::kLabel || style == Style::kWarning || style == Style::kTextTotal;
}

// How many lines a text takes that breaks between words. Columns are measured in digits of 11 points; most letters of the
// text, which has 10, are narrower.
int wrapped_lines(std::string_view text, double characters) {
  constexpr double kWide = 0.82;
  int lines = 1;
  double used = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(" \n"), text.size());
    const bool breaks = end < text.size() && text[end] == '\n';
    double word = 0;
    for (const char c : text.substr(0, end)) word += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? kWide : 0;
    if (used > 0 && used + kWide + word > characters) {
      ++lines;
      used = 0;
    }
    used += word + (used > 0 ? kWide : 0);
    for (; used > characters && characters > 0; used -= characters) ++lines;  // a word longer than the line
    if (breaks) {
      ++lines;
      used = 0;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

lxw_row_t row_of(Cell cell) { return static_cast<lxw_row_t>(cell.row); }
lxw_col_t column_of(Cell cell) { return static_cast<lxw_col_t>(cell.column); }

lxw_datetime datetime_of(Date date) {
  const auto ymd = date.ymd();
  lxw_datetime value{};
  value.year = static_cast<int>(ymd.year());
  value.month = static_cast<int>(static_cast<unsigned>(ymd.month()));
  value.day = static_cast<int>(static_cast<unsigned>(ymd.day()));
  return value;
}

}  // namespace

void check(int error) {
  if (error == LXW_NO_ERROR) return;
  throw std::runtime_error(std::string("workbook: ") + lxw_strerror(static_cast<lxw_error>(error)));
}

std::string bounded(std::string_view text) {
  if (text.size() <= kTextMax) return std::string(text);
  auto end = kTextMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

void Sheet::grow(Cell cell, std::string_view text, Style style) {
  const auto column = static_cast<std::size_t>(cell.column);
  if (!is_wrapped(style) || column >= widths_.size()) return;
  const int lines = wrapped_lines(text, widths_[column] - 1);
  if (lines == 1 || (grown_row_ == cell.row && grown_lines_ >= lines)) return;
  grown_row_ = cell.row;
  grown_lines_ = lines;
  row_height(cell.row, 13.5 * lines + 2);
}

void Sheet::text(Cell cell, std::string_view text, Style style) {
  grow(cell, text, style);
  auto* format = formats_->of(style);
  if (text.empty()) {
    check(worksheet_write_blank(worksheet_, row_of(cell), column_of(cell), format));
    return;
  }
  check(worksheet_write_string(worksheet_, row_of(cell), column_of(cell), bounded(text).c_str(), format));
}

void Sheet::amount(Cell cell, Money amount, Style style) {
  decimal(cell, {amount.minor, amount.currency.minor_digits()}, style);
}

void Sheet::decimal(Cell cell, Decimal number, Style style) {
  check(worksheet_write_number(worksheet_, row_of(cell), column_of(cell), as_double(number.scaled, number.digits),
                               formats_->of(style, number.digits)));
}

void Sheet::count(Cell cell, std::int64_t number, Style style) { decimal(cell, {number, 0}, style); }

void Sheet::identifier(Cell cell, std::int64_t number) { decimal(cell, {number, 0}, Style::kIdentifier); }

void Sheet::percent(Cell cell, Percent percent, Style style) {
  check(worksheet_write_number(worksheet_, row_of(cell), column_of(cell), percent.basis_points / 10'000.0,
                               formats_->of(style)));
}

void Sheet::date(Cell cell, Date date) {
  auto value = datetime_of(date);
  check(worksheet_write_datetime(worksheet_, row_of(cell), column_of(cell), &value, formats_->of(Style::kDate)));
}

void Sheet::instant(Cell cell, std::int64_t seconds_since_1970) {
  constexpr std::int64_t kDay = 86'400;
  const auto days = seconds_since_1970 / kDay - (seconds_since_1970 % kDay < 0 ? 1 : 0);
  const auto seconds = seconds_since_1970 - days * kDay;
  auto value = datetime_of(Date(std::chrono::sys_days(std::chrono::days(days))));
  value.hour = static_cast<int>(seconds / 3600);
  value.min = static_cast<int>(seconds / 60 % 60);
  value.sec = static_cast<double>(seconds % 60);
  check(worksheet_write_datetime(worksheet_, row_of(cell), column_of(cell), &value, formats_->of(Style::kInstant)));
}

void Sheet::formula(Cell cell, std::string_view text, Money value, Style style) {
  formula(cell, text, Decimal{value.minor, value.currency.minor_digits()}, style);
}

void Sheet::formula(Cell cell, std::string_view formula, Decimal value, Style style) {
  check(worksheet_write_formula_num(worksheet_, row_of(cell), column_of(cell), std::string(formula).c_str(),
                                    formats_->of(style, value.digits), as_double(value.scaled, value.digits)));
}

void Sheet::ratio_formula(Cell cell, std::string_view formula, std::int64_t numerator, std::int64_t denominator,
                          Style style) {
  if (denominator == 0) {
    text_formula(cell, formula, "", style);
    return;
  }
  check(worksheet_write_formula_num(worksheet_, row_of(cell), column_of(cell), std::string(formula).c_str(),
                                    formats_->of(style),
                                    static_cast<double>(numerator) / static_cast<double>(denominator)));
}

void Sheet::text_formula(Cell cell, std::string_view formula, std::string_view value, Style style) {
  check(worksheet_write_formula_str(worksheet_, row_of(cell), column_of(cell), std::string(formula).c_str(),
                                    formats_->of(style), bounded(value).c_str()));
}

void Sheet::link(Cell cell, std::string_view sheet_name, std::string_view text) {
  url(cell, "internal:" + quoted(sheet_name) + "A1", text);
}

void Sheet::url(Cell cell, std::string_view url, std::string_view text) {
  constexpr int kLinksMax = 65'000;
  if (++links_ > kLinksMax) return this->text(cell, text);
  check(worksheet_write_url_opt(worksheet_, row_of(cell), column_of(cell), std::string(url).c_str(),
                                formats_->of(Style::kLink), bounded(text).c_str(), nullptr));
}

void Sheet::headings(int row, const std::vector<std::string>& titles, int first_number, int numbers) {
  row_height(row, 30);
  for (int column = 0; column < static_cast<int>(titles.size()); ++column) {
    const bool is_number = column >= first_number && column < first_number + numbers;
    text({row, column}, titles[static_cast<std::size_t>(column)], is_number ? Style::kHeadingRight : Style::kHeading);
  }
}

void Sheet::merged_text(Cell first, Cell last, std::string_view text, Style style) {
  check(worksheet_merge_range(worksheet_, row_of(first), column_of(first), row_of(last), column_of(last),
                              bounded(text).c_str(), formats_->of(style)));
}

void Sheet::row_height(int row, double points) {
  check(worksheet_set_row(worksheet_, static_cast<lxw_row_t>(row), points, nullptr));
}

}  // namespace kindling::sheet
