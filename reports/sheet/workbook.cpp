#include "reports/sheet/workbook.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <deque>
#include <stdexcept>

#include <xlsxwriter.h>

namespace kindling::sheet {
namespace {

constexpr std::size_t kStyles = static_cast<std::size_t>(Style::kCheck) + 1;
constexpr std::size_t kTextMax = 32'767;  // Excel's limit for a cell, in UTF-16 units; bytes are never fewer

void check(lxw_error error) {
  if (error != LXW_NO_ERROR) throw std::runtime_error(std::string("workbook: ") + lxw_strerror(error));
}

// XLSX has doubles only; the integer becomes one here, at the last step.
double as_double(Money money) {
  return static_cast<double>(money.minor) / std::pow(10.0, money.currency.minor_digits());
}

std::string amount_format(Currency currency) {
  std::string format = "#,##0";
  if (currency.minor_digits() > 0) format += "." + std::string(currency.minor_digits(), '0');
  return format + ";[Red]-" + format;
}

constexpr lxw_color_t kInk = 0x1B2440;
constexpr lxw_color_t kPaper = 0xF6EFE3;
constexpr lxw_color_t kGreen = 0x1B7A3D;
constexpr lxw_color_t kGrey = 0x5C6274;
constexpr lxw_color_t kRule = 0xB9BDC9;

void total(lxw_format* format) {
  format_set_bold(format);
  format_set_top(format, LXW_BORDER_THIN);
  format_set_top_color(format, kInk);
}

lxw_format* make_format(lxw_workbook* workbook, Style style, const std::string& amount) {
  lxw_format* format = workbook_add_format(workbook);
  format_set_font_name(format, "Calibri");
  format_set_font_size(format, 10);
  format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
  switch (style) {
    case Style::kText: break;
    case Style::kWrapped: format_set_text_wrap(format); break;
    case Style::kTitle:
      format_set_font_size(format, 16);
      format_set_bold(format);
      format_set_font_color(format, kInk);
      break;
    case Style::kNote:
      format_set_font_size(format, 9);
      format_set_font_color(format, kGrey);
      break;
    case Style::kHeading:
    case Style::kHeadingRight:
      if (style == Style::kHeadingRight) format_set_align(format, LXW_ALIGN_RIGHT);
      format_set_bold(format);
      format_set_font_color(format, LXW_COLOR_WHITE);
      format_set_bg_color(format, kInk);
      format_set_text_wrap(format);
      format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
      break;
    case Style::kLabel:
      format_set_bold(format);
      format_set_bg_color(format, kPaper);
      format_set_bottom(format, LXW_BORDER_HAIR);
      format_set_bottom_color(format, kRule);
      break;
    case Style::kAmountLeft: format_set_align(format, LXW_ALIGN_LEFT); [[fallthrough]];
    case Style::kAmount: format_set_num_format(format, amount.c_str()); break;
    case Style::kAmountTotal:
      format_set_num_format(format, amount.c_str());
      total(format);
      break;
    case Style::kTextTotal: total(format); break;
    case Style::kPercentLeft: format_set_align(format, LXW_ALIGN_LEFT); [[fallthrough]];
    case Style::kPercent: format_set_num_format(format, "0.0%"); break;
    case Style::kPercentTotal:
      format_set_num_format(format, "0.0%");
      total(format);
      break;
    case Style::kDate:
      format_set_num_format(format, "yyyy-mm-dd");
      format_set_align(format, LXW_ALIGN_LEFT);
      break;
    case Style::kInteger:
      format_set_num_format(format, "0");
      format_set_align(format, LXW_ALIGN_LEFT);
      break;
    case Style::kCheck: {
      // Red on both sides of 0; the third section, 0 itself, keeps the format's green.
      const auto plain = amount.substr(0, amount.find(';'));
      format_set_num_format(format, ("[Red]" + plain + ";[Red]-" + plain + ";" + plain).c_str());
      format_set_font_color(format, kGreen);
      format_set_bold(format);
      break;
    }
  }
  return format;
}

std::string bounded(std::string_view text) {
  if (text.size() <= kTextMax) return std::string(text);
  auto end = kTextMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // never half a character
  return std::string(text.substr(0, end));
}

lxw_row_t row_of(Cell cell) { return static_cast<lxw_row_t>(cell.row); }
lxw_col_t column_of(Cell cell) { return static_cast<lxw_col_t>(cell.column); }

}  // namespace

std::string name_of(Cell cell) {
  std::array<char, LXW_MAX_CELL_NAME_LENGTH> name{};
  lxw_rowcol_to_cell(name.data(), row_of(cell), column_of(cell));
  return name.data();
}

std::string range_of(Cell first, Cell last) { return name_of(first) + ":" + name_of(last); }

struct Sheet::Impl {
  lxw_worksheet* worksheet;
  const std::array<lxw_format*, kStyles>* formats;
  lxw_format* link_format;
  lxw_format* format(Style style) const { return (*formats)[static_cast<std::size_t>(style)]; }
};

Sheet::Sheet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Sheet::~Sheet() = default;
Sheet::Sheet(Sheet&&) noexcept = default;

void Sheet::text(Cell cell, std::string_view text, Style style) {
  if (text.empty()) {
    check(worksheet_write_blank(impl_->worksheet, row_of(cell), column_of(cell), impl_->format(style)));
    return;
  }
  check(worksheet_write_string(impl_->worksheet, row_of(cell), column_of(cell), bounded(text).c_str(),
                               impl_->format(style)));
}

void Sheet::amount(Cell cell, Money amount, Style style) {
  check(worksheet_write_number(impl_->worksheet, row_of(cell), column_of(cell), as_double(amount),
                               impl_->format(style)));
}

void Sheet::percent(Cell cell, Percent percent, Style style) {
  check(worksheet_write_number(impl_->worksheet, row_of(cell), column_of(cell), percent.basis_points / 10'000.0,
                               impl_->format(style)));
}

void Sheet::integer(Cell cell, std::int64_t number) {
  check(worksheet_write_number(impl_->worksheet, row_of(cell), column_of(cell), static_cast<double>(number),
                               impl_->format(Style::kInteger)));
}

void Sheet::date(Cell cell, Date date) {
  const auto ymd = date.ymd();
  lxw_datetime value{};
  value.year = static_cast<int>(ymd.year());
  value.month = static_cast<int>(static_cast<unsigned>(ymd.month()));
  value.day = static_cast<int>(static_cast<unsigned>(ymd.day()));
  check(worksheet_write_datetime(impl_->worksheet, row_of(cell), column_of(cell), &value,
                                 impl_->format(Style::kDate)));
}

void Sheet::formula(Cell cell, std::string_view formula, Money value, Style style) {
  check(worksheet_write_formula_num(impl_->worksheet, row_of(cell), column_of(cell), std::string(formula).c_str(),
                                    impl_->format(style), as_double(value)));
}

void Sheet::ratio_formula(Cell cell, std::string_view formula, std::int64_t numerator, std::int64_t denominator,
                          Style style) {
  if (denominator == 0) {
    text_formula(cell, formula, "", style);
    return;
  }
  check(worksheet_write_formula_num(impl_->worksheet, row_of(cell), column_of(cell), std::string(formula).c_str(),
                                    impl_->format(style),
                                    static_cast<double>(numerator) / static_cast<double>(denominator)));
}

void Sheet::text_formula(Cell cell, std::string_view formula, std::string_view value, Style style) {
  check(worksheet_write_formula_str(impl_->worksheet, row_of(cell), column_of(cell), std::string(formula).c_str(),
                                    impl_->format(style), bounded(value).c_str()));
}

void Sheet::link(Cell cell, std::string_view sheet_name, std::string_view text) {
  const auto target = "internal:'" + std::string(sheet_name) + "'!A1";
  check(worksheet_write_url(impl_->worksheet, row_of(cell), column_of(cell), target.c_str(), impl_->link_format));
  check(worksheet_write_string(impl_->worksheet, row_of(cell), column_of(cell), bounded(text).c_str(),
                               impl_->link_format));
}

void Sheet::headings(int row, const std::vector<std::string>& titles, int first_number) {
  row_height(row, 30);
  for (int column = 0; column < static_cast<int>(titles.size()); ++column) {
    text({row, column}, titles[column], column < first_number ? Style::kHeading : Style::kHeadingRight);
  }
}

void Sheet::row_height(int row, double points) {
  check(worksheet_set_row(impl_->worksheet, static_cast<lxw_row_t>(row), points, nullptr));
}

struct Workbook::Impl {
  int descriptor = -1;
  lxw_workbook* workbook = nullptr;
  std::array<lxw_format*, kStyles> formats{};
  lxw_format* link_format = nullptr;
  std::deque<Sheet> sheets;  // addresses stay

  ~Impl() {
    // An abandoned workbook frees its memory without writing a file.
    if (workbook != nullptr) lxw_workbook_free(workbook);
    if (descriptor >= 0) ::close(descriptor);
  }
};

Workbook::Workbook(const WorkbookOptions& options) : impl_(std::make_unique<Impl>()) {
  impl_->descriptor = ::memfd_create("workbook", MFD_CLOEXEC);
  if (impl_->descriptor < 0) throw std::runtime_error("workbook: no memory file");
  // The library writes to a path; this one leads to the memory file.
  const auto path = "/proc/self/fd/" + std::to_string(impl_->descriptor);
  impl_->workbook = workbook_new(path.c_str());
  if (impl_->workbook == nullptr) throw std::runtime_error("workbook: cannot be made");

  const auto copy = [](const std::string& text) { return const_cast<char*>(text.c_str()); };  // copied by the library
  lxw_doc_properties properties{};
  properties.title = copy(options.title);
  properties.subject = copy(options.subject);
  properties.author = copy(options.author);
  properties.company = copy(options.company);
  properties.comments = copy(options.comments);
  properties.created = static_cast<time_t>(options.created_s);
  check(workbook_set_properties(impl_->workbook, &properties));

  const auto amount = amount_format(options.currency);
  for (std::size_t i = 0; i < kStyles; ++i) {
    impl_->formats[i] = make_format(impl_->workbook, static_cast<Style>(i), amount);
  }
  impl_->link_format = workbook_add_format(impl_->workbook);
  format_set_font_name(impl_->link_format, "Calibri");
  format_set_font_size(impl_->link_format, 10);
  format_set_underline(impl_->link_format, LXW_UNDERLINE_SINGLE);
  format_set_font_color(impl_->link_format, 0x1F4FA3);
}

Workbook::~Workbook() = default;

Sheet& Workbook::add_sheet(const std::string& name, const SheetOptions& options) {
  auto* worksheet = workbook_add_worksheet(impl_->workbook, name.c_str());
  if (worksheet == nullptr) throw std::runtime_error("workbook: a sheet's name is not allowed or taken");
  for (std::size_t i = 0; i < options.widths.size(); ++i) {
    const auto column = static_cast<lxw_col_t>(i);
    check(worksheet_set_column(worksheet, column, column, options.widths[i], nullptr));
  }
  if (options.frozen_rows > 0 || options.frozen_columns > 0) {
    worksheet_freeze_panes(worksheet, static_cast<lxw_row_t>(options.frozen_rows),
                           static_cast<lxw_col_t>(options.frozen_columns));
  }
  if (options.repeated_row >= 0) {
    const auto row = static_cast<lxw_row_t>(options.repeated_row);
    check(worksheet_repeat_rows(worksheet, row, row));
  }
  worksheet_set_paper(worksheet, 9);  // A4
  if (options.landscape) worksheet_set_landscape(worksheet);
  worksheet_fit_to_pages(worksheet, 1, 0);
  worksheet_set_margins(worksheet, 0.5, 0.5, 0.6, 0.7);
  worksheet_gridlines(worksheet, LXW_HIDE_ALL_GRIDLINES);
  check(worksheet_set_footer(worksheet, "&L&8&F&C&8&A&R&8&P / &N"));
  auto impl = std::make_unique<Sheet::Impl>(Sheet::Impl{worksheet, &impl_->formats, impl_->link_format});
  impl_->sheets.push_back(Sheet(std::move(impl)));
  return impl_->sheets.back();
}

void Workbook::define_name(const std::string& name, const std::string& formula) {
  check(workbook_define_name(impl_->workbook, name.c_str(), formula.c_str()));
}

std::string Workbook::finish() {
  auto* workbook = std::exchange(impl_->workbook, nullptr);
  check(workbook_close(workbook));  // frees the workbook in every case
  std::string bytes;
  const auto size = ::lseek(impl_->descriptor, 0, SEEK_END);
  if (size <= 0) throw std::runtime_error("workbook: nothing was written");
  bytes.resize(static_cast<std::size_t>(size));
  std::size_t read = 0;
  while (read < bytes.size()) {
    const auto got = ::pread(impl_->descriptor, bytes.data() + read, bytes.size() - read, static_cast<off_t>(read));
    if (got <= 0) throw std::runtime_error("workbook: cannot be read back");
    read += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace kindling::sheet
