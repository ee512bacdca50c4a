#include "reports/sheet/workbook.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>
#include <stdexcept>

#include <fmt/format.h>
#include <xlsxwriter.h>

#include "reports/sheet/library.hpp"

namespace kindling::sheet {
namespace {

// A text within a page's header or footer, where & begins a command. Excel's limit for all parts together is 255.
std::string page_text(std::string_view text) {
  constexpr std::size_t kTextMax = 90;
  std::string out;
  for (const char c : text) {
    const bool begins_a_character = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (begins_a_character && out.size() >= kTextMax) break;
    out += c;
    if (c == '&') out += c;
  }
  return out;
}

// One page is as wide as a sheet, until its text would be too small to read; then it takes more of them.
std::uint16_t pages_wide(const std::vector<double>& widths) {
  constexpr double kReadable = 240;  // characters across an A4 page on its side
  const double all = std::accumulate(widths.begin(), widths.end(), 0.0);
  return static_cast<std::uint16_t>(std::max(1.0, std::ceil(all / kReadable)));
}

}  // namespace

struct Workbook::Impl {
  int descriptor = -1;
  lxw_workbook* workbook = nullptr;
  std::unique_ptr<Formats> formats;
  std::string header;
  std::string footer;
  std::deque<Sheet> sheets;  // addresses stay

  ~Impl() {
    // An abandoned workbook frees its memory without writing a file.
    if (workbook != nullptr) lxw_workbook_free(workbook);
    if (descriptor >= 0) ::close(descriptor);
  }
};

Workbook::Workbook(const WorkbookOptions& options) : impl_(std::make_unique<Impl>()) {
  auto path = options.path;
  if (path.empty()) {
    impl_->descriptor = ::memfd_create("workbook", MFD_CLOEXEC);
    if (impl_->descriptor < 0) throw std::runtime_error("workbook: no memory file");
    // The library writes to a path; this one leads to the memory file.
    path = "/proc/self/fd/" + std::to_string(impl_->descriptor);
  }
  lxw_workbook_options library{};
  library.constant_memory = options.constant_memory ? LXW_TRUE : LXW_FALSE;
  impl_->workbook = workbook_new_opt(path.c_str(), &library);
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
  if (!options.identifier.empty()) {
    check(workbook_set_custom_property_string(impl_->workbook, "Kindling report", options.identifier.c_str()));
  }

  impl_->formats = std::make_unique<Formats>(impl_->workbook);
  impl_->header = "&L&8" + page_text(options.header) + "&R&8&A";
  impl_->footer = "&L&8" + page_text(options.footer) + "&R&8" + fmt::format(fmt::runtime(options.page_of), "&P", "&N");
}

Workbook::~Workbook() = default;

Sheet& Workbook::add_sheet(std::string_view wanted, const SheetOptions& options) {
  auto name = sheet_name_of(wanted);
  auto* worksheet = workbook_add_worksheet(impl_->workbook, name.c_str());
  if (worksheet == nullptr) throw std::runtime_error("workbook: a sheet's name is not allowed or taken: " + name);
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
  if (options.page_breaks.empty()) {
    const auto pages = pages_wide(options.widths);
    worksheet_fit_to_pages(worksheet, pages, 0);
    if (pages > 1 && options.frozen_columns > 0) {
      check(worksheet_repeat_columns(worksheet, 0, static_cast<lxw_col_t>(options.frozen_columns - 1)));
    }
  } else {
    std::vector<lxw_row_t> breaks(options.page_breaks.begin(), options.page_breaks.end());
    breaks.push_back(0);  // the end
    check(worksheet_set_h_pagebreaks(worksheet, breaks.data()));
    worksheet_set_print_scale(worksheet, static_cast<std::uint16_t>(options.print_percent));
  }
  worksheet_set_margins(worksheet, 0.5, 0.5, 0.75, 0.75);
  worksheet_gridlines(worksheet, LXW_HIDE_ALL_GRIDLINES);
  check(worksheet_set_header(worksheet, impl_->header.c_str()));
  check(worksheet_set_footer(worksheet, impl_->footer.c_str()));
  impl_->sheets.push_back(Sheet(worksheet, *impl_->formats, impl_->workbook, std::move(name)));
  impl_->sheets.back().widths_ = options.widths;
  return impl_->sheets.back();
}

void Workbook::define_name(const std::string& name, const Ref& ref) {
  const auto formula = "=" + quoted(ref.sheet) + absolute_name_of(ref.cell);
  check(workbook_define_name(impl_->workbook, name.c_str(), formula.c_str()));
}

std::string Workbook::finish() {
  auto* workbook = std::exchange(impl_->workbook, nullptr);
  check(workbook_close(workbook));  // frees the workbook in every case
  if (impl_->descriptor < 0) return {};
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
