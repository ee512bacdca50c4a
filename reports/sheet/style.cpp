#include "reports/sheet/style.hpp"

#include <stdexcept>
#include <string>

#include <xlsxwriter.h>

namespace kindling::sheet {
namespace {

constexpr lxw_color_t kInk = 0x1B2440;
constexpr lxw_color_t kPaper = 0xF6EFE3;
constexpr lxw_color_t kGreen = 0x1B7A3D;
constexpr lxw_color_t kRed = 0xB3261E;
constexpr lxw_color_t kBlue = 0x1F4FA3;
constexpr lxw_color_t kGrey = 0x5C6274;
constexpr lxw_color_t kRule = 0xB9BDC9;

std::string plain_number(int digits) {
  return digits == 0 ? std::string("#,##0") : "#,##0." + std::string(static_cast<std::size_t>(digits), '0');
}

std::string number_format(int digits) { return plain_number(digits) + ";[Red]-" + plain_number(digits); }

void rule_above(lxw_format* format) {
  format_set_bold(format);
  format_set_top(format, LXW_BORDER_THIN);
  format_set_top_color(format, kInk);
}

// Text keeps off the number beside it.
bool is_indented(Style style) {
  switch (style) {
    case Style::kText:
    case Style::kWrapped:
    case Style::kHeading:
    case Style::kLabel:
    case Style::kCode:
    case Style::kRemark:
    case Style::kTextTotal:
    case Style::kWarning:
    case Style::kDate:
    case Style::kInstant:
    case Style::kIdentifier:
    case Style::kNumberLeft:
    case Style::kPercentLeft: return true;
    default: return false;
  }
}

void look_like_text(lxw_format* format, Style style) {
  switch (style) {
    case Style::kWrapped: format_set_text_wrap(format); break;
    case Style::kTitle:
      format_set_font_size(format, 16);
      format_set_bold(format);
      format_set_font_color(format, kInk);
      break;
    case Style::kNote:
    case Style::kRemark:
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
      format_set_text_wrap(format);
      format_set_bg_color(format, kPaper);
      format_set_bottom(format, LXW_BORDER_HAIR);
      format_set_bottom_color(format, kRule);
      break;
    case Style::kSection:
      format_set_font_size(format, 12);
      format_set_bold(format);
      format_set_font_color(format, kInk);
      break;
    case Style::kCode:
      format_set_font_name(format, "Courier New");
      format_set_font_size(format, 8);
      format_set_text_wrap(format);
      format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
      break;
    case Style::kLink:
      format_set_underline(format, LXW_UNDERLINE_SINGLE);
      format_set_font_color(format, kBlue);
      break;
    case Style::kSignature:
      format_set_bottom(format, LXW_BORDER_THIN);
      format_set_bottom_color(format, kInk);
      break;
    case Style::kTextTotal:
      rule_above(format);
      format_set_text_wrap(format);
      break;
    case Style::kWarning:
      format_set_bold(format);
      format_set_text_wrap(format);
      format_set_font_color(format, kRed);
      break;
    default: break;
  }
}

void look_like_number(lxw_format* format, Style style, int digits) {
  switch (style) {
    case Style::kNumberLeft: format_set_align(format, LXW_ALIGN_LEFT); [[fallthrough]];
    case Style::kNumber: format_set_num_format(format, number_format(digits).c_str()); break;
    case Style::kNumberTotal:
      format_set_num_format(format, number_format(digits).c_str());
      rule_above(format);
      break;
    case Style::kPercentLeft: format_set_align(format, LXW_ALIGN_LEFT); [[fallthrough]];
    case Style::kPercent: format_set_num_format(format, "0.0%"); break;
    case Style::kPercentTotal:
      format_set_num_format(format, "0.0%");
      rule_above(format);
      break;
    case Style::kDate:
      format_set_num_format(format, "yyyy-mm-dd");
      format_set_align(format, LXW_ALIGN_LEFT);
      break;
    case Style::kInstant:
      format_set_num_format(format, "yyyy-mm-dd hh:mm:ss \"UTC\"");
      format_set_align(format, LXW_ALIGN_LEFT);
      break;
    case Style::kIdentifier:
      format_set_num_format(format, "0;-0;");  // 0 names nothing
      format_set_align(format, LXW_ALIGN_LEFT);
      break;
    case Style::kCheck: {
      // Red on both sides of 0; the third section, 0 itself, keeps the format's green.
      const auto plain = plain_number(digits);
      format_set_num_format(format, ("[Red]" + plain + ";[Red]-" + plain + ";" + plain).c_str());
      format_set_font_color(format, kGreen);
      format_set_bold(format);
      break;
    }
    default: break;
  }
}

}  // namespace

lxw_format* Formats::of(Style style, int digits) {
  if (digits < 0 || digits > kDigitsMax) throw std::logic_error("workbook: a number has 0 to 10 decimals");
  auto*& format = made_[static_cast<std::size_t>(style)][static_cast<std::size_t>(digits)];
  if (format != nullptr) return format;
  format = workbook_add_format(workbook_);
  format_set_font_name(format, "Calibri");
  format_set_font_size(format, 10);
  format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
  look_like_text(format, style);
  look_like_number(format, style, digits);
  if (is_indented(style)) {
    format_set_align(format, LXW_ALIGN_LEFT);
    format_set_indent(format, 1);
  }
  return format;
}

}  // namespace kindling::sheet
