#include "reports/sheet/table.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace kindling::sheet {
namespace {

std::string text_of(Decimal number) {
  if (number.digits == 0) return std::to_string(number.scaled);
  const bool negative = number.scaled < 0;
  auto digits = std::to_string(negative ? -number.scaled : number.scaled);
  const auto places = static_cast<std::size_t>(number.digits);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  digits.insert(digits.size() - places, ".");
  return (negative ? "-" : "") + digits;
}

constexpr double kPadding = 2;  // of a heading, with what keeps it off its neighbour

// In characters of a column's width; headings are bold.
double wide(std::string_view word) {
  double width = 0;
  for (const char c : word) width += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1.1 : 0;
  return width;
}

int lines_of(std::string_view text, double characters) {
  int lines = 1;
  double used = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const double word = wide(text.substr(0, end));
    if (used > 0 && used + 1 + word > characters) {
      ++lines;
      used = 0;
    }
    used += word + (used > 0 ? 1 : 0);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

double width_of(const Column& column) {
  double width = column.width;
  std::string_view rest = column.heading;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(' '), rest.size());
    width = std::max(width, wide(rest.substr(0, end)) + kPadding);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return width;
}

Money Sum::money() const {
  if (mixed || !currency) throw std::logic_error("table: the sum is of no currency");
  return {scaled, *currency};
}

Table::Table(Sheet& sheet, int heading_row, std::vector<Column> columns, std::vector<NamedFigure>* figures)
    : sheet_(&sheet), heading_row_(heading_row), columns_(std::move(columns)), figures_(figures),
      sums_(columns_.size()), row_(heading_row) {
  headings();
}

// As high as the longest heading needs, which breaks between words.
void Table::headings() {
  int lines = 2;
  for (const auto& column : columns_) lines = std::max(lines, lines_of(column.heading, width_of(column) - kPadding));
  sheet_->row_height(heading_row_, 13.5 * lines + 3);
  for (int column = 0; const auto& one : columns_) {
    sheet_->text({heading_row_, column++}, one.heading, one.number ? Style::kHeadingRight : Style::kHeading);
  }
}

void Table::row(std::string_view label) {
  if (row_ + 2 >= rows_max_ && next_) {  // its last row stays free for a total
    full_.push_back(sheet_);
    sheet_ = &next_();
    row_ = heading_row_;
    rows_here_ = 0;
    headings();
  }
  ++row_;
  ++rows_;
  ++rows_here_;
  in_total_ = false;
  if (figures_ != nullptr) label_ = label;
}

void Table::total_row(std::string_view label) {
  ++row_;
  in_total_ = true;
  if (figures_ != nullptr) label_ = label;
  for (int column = 0; column < static_cast<int>(columns_.size()); ++column) sheet_->text(cell(column), "", Style::kTextTotal);
}

void Table::total(std::string_view label, std::initializer_list<int> columns, Money empty, int label_column) {
  total_row(label);
  const auto is_summed = [&](int column) { return std::find(columns.begin(), columns.end(), column) != columns.end(); };
  for (int column = 0; column < static_cast<int>(columns_.size()); ++column) {
    if (column == label_column && !is_summed(column)) sheet_->text(cell(column), label, Style::kTextTotal);
    if (!is_summed(column)) continue;
    const auto& sum = sums_[static_cast<std::size_t>(column)];
    if (sum.mixed) throw std::logic_error("table: a sum over mixed units: " + columns_[static_cast<std::size_t>(column)].heading);
    const auto formula_text = sum_formula(column);
    if (rows_ == 0) {
      formula(column, formula_text, {}, empty);
    } else if (sum.currency) {
      formula(column, formula_text, {}, sum.money());
    } else {
      formula(column, formula_text, {}, sum.decimal());
    }
  }
}

void Table::record(int column, std::string value, std::string unit) {
  if (figures_ == nullptr || label_.empty()) return;
  figures_->push_back({sheet_->name(), label_, columns_[static_cast<std::size_t>(column)].heading, std::move(value),
                       std::move(unit)});
}

void Table::add(int column, std::int64_t scaled, int digits, std::optional<Currency> currency) {
  if (in_total_) return;
  auto& sum = sums_[static_cast<std::size_t>(column)];
  const bool first = sum.scaled == 0 && !sum.currency && sum.digits == 0;
  if (!first && (sum.currency != currency || sum.digits != digits)) {
    sum.mixed = true;
    return;
  }
  if (__builtin_add_overflow(sum.scaled, scaled, &sum.scaled)) throw std::overflow_error("table: a sum beyond int64");
  sum.digits = digits;
  sum.currency = currency;
}

std::string Table::fill(std::string_view pattern, std::initializer_list<int> columns) const {
  if (columns.size() == 0) return std::string(pattern);
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '{' && i + 2 < pattern.size() && pattern[i + 2] == '}') {
      out += name_of(cell(columns.begin()[pattern[i + 1] - '0']));
      i += 2;
    } else {
      out += pattern[i];
    }
  }
  return out;
}

void Table::text(int column, std::string_view text, Style style) {
  if (in_total_ && (style == Style::kText || style == Style::kWrapped)) style = Style::kTextTotal;
  sheet_->text(cell(column), text, style);
  if (figures_ != nullptr) record(column, std::string(text), {});
}

void Table::amount(int column, Money amount) {
  sheet_->amount(cell(column), amount, number_style());
  add(column, amount.minor, amount.currency.minor_digits(), amount.currency);
  if (figures_ != nullptr) record(column, to_string(amount), std::string(amount.currency.code()));
}

void Table::decimal(int column, Decimal number) {
  sheet_->decimal(cell(column), number, number_style());
  add(column, number.scaled, number.digits, std::nullopt);
  if (figures_ != nullptr) record(column, text_of(number), {});
}

void Table::count(int column, std::int64_t number) { decimal(column, {number, 0}); }

void Table::identifier(int column, std::int64_t number) {
  sheet_->identifier(cell(column), number);
  if (figures_ != nullptr) record(column, std::to_string(number), {});
}

void Table::percent(int column, Percent percent) {
  sheet_->percent(cell(column), percent, in_total_ ? Style::kPercentTotal : Style::kPercent);
  if (figures_ != nullptr) record(column, to_string(percent), "%");
}

void Table::date(int column, Date date) {
  sheet_->date(cell(column), date);
  if (figures_ != nullptr) record(column, to_string(date), {});
}

void Table::date(int column, const std::optional<Date>& date) {
  if (date) this->date(column, *date);
}

void Table::instant(int column, std::int64_t seconds_since_1970) {
  sheet_->instant(cell(column), seconds_since_1970);
  if (figures_ != nullptr) record(column, std::to_string(seconds_since_1970), "s");
}

void Table::link(int column, std::string_view url, std::string_view text) {
  sheet_->url(cell(column), url, text);
  if (figures_ != nullptr) record(column, std::string(text), {});
}

void Table::formula(int column, std::string_view pattern, std::initializer_list<int> columns, Money value) {
  sheet_->formula(cell(column), fill(pattern, columns), value, number_style());
  add(column, value.minor, value.currency.minor_digits(), value.currency);
  if (figures_ != nullptr) record(column, to_string(value), std::string(value.currency.code()));
}

void Table::formula(int column, std::string_view pattern, std::initializer_list<int> columns, Decimal value) {
  sheet_->formula(cell(column), fill(pattern, columns), value, number_style());
  add(column, value.scaled, value.digits, std::nullopt);
  if (figures_ != nullptr) record(column, text_of(value), {});
}

void Table::check(int column, std::string_view pattern, std::initializer_list<int> columns, Money value) {
  sheet_->formula(cell(column), fill(pattern, columns), value, Style::kCheck);
  if (figures_ != nullptr) record(column, to_string(value), std::string(value.currency.code()));
}

void Table::ratio(int column, int part_column, int whole_column, std::int64_t part, std::int64_t whole) {
  ratio_formula(column, "=IF({1}=0,\"\",{0}/{1})", {part_column, whole_column}, part, whole);
}

void Table::ratio_formula(int column, std::string_view pattern, std::initializer_list<int> columns,
                          std::int64_t numerator, std::int64_t denominator) {
  sheet_->ratio_formula(cell(column), fill(pattern, columns), numerator, denominator,
                        in_total_ ? Style::kPercentTotal : Style::kPercent);
  if (figures_ == nullptr) return;
  record(column, denominator == 0 ? std::string() : text_of({round_div(numerator, 1'000, denominator), 1}), "%");
}

void Table::text_formula(int column, std::string_view pattern, std::initializer_list<int> columns,
                         std::string_view value) {
  sheet_->text_formula(cell(column), fill(pattern, columns), value, in_total_ ? Style::kTextTotal : Style::kText);
  if (figures_ != nullptr) record(column, std::string(value), {});
}

Sum Table::sum(int column) const { return sums_[static_cast<std::size_t>(column)]; }

Range Table::range(int column) const {
  return {sheet_->name(), {first_row(), column}, {first_row() + std::max(rows_here_, 1) - 1, column}};
}

std::vector<Range> Table::ranges(int column) const {
  std::vector<Range> parts;
  for (const auto* full : full_) parts.push_back({full->name(), {first_row(), column}, {rows_max_ - 2, column}});
  if (rows_here_ > 0) parts.push_back(range(column));
  return parts;
}

std::string Table::sum_formula(int column) const {
  if (rows_ == 0) return "=0";
  std::string text;
  for (const auto& part : ranges(column)) {
    text += (text.empty() ? "" : ",") + (part.sheet == sheet_->name() ? range_of(part.first, part.last) : name_of(part));
  }
  return "=SUM(" + text + ")";
}

void Table::go_on(std::function<Sheet&()> next, int rows_max) {
  next_ = std::move(next);
  rows_max_ = rows_max;
}

}  // namespace kindling::sheet
