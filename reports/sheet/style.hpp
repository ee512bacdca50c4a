// The looks that all workbooks share: one place for fonts, colours and number formats.
#pragma once

#include <array>
#include <cstddef>

struct lxw_format;
struct lxw_workbook;

namespace kindling::sheet {

enum class Style {
  kText,
  kWrapped,       // text that breaks lines
  kTitle,         // once, on top of a sheet
  kNote,          // small and grey, below a title
  kRemark,        // the same in a cell of a table
  kHeading,       // of a column; repeated in print
  kHeadingRight,  // above numbers
  kLabel,         // beside a value on a cover
  kSection,       // begins a block of a sheet
  kCode,          // a hash or a key, in a font of even width, broken over lines
  kLink,
  kSignature,     // an empty line to write on
  kNumber,        // amounts, counts, quantities: thousands grouped, negative in red
  kNumberLeft,    // the same beside a label
  kNumberTotal,
  kTextTotal,
  kPercent,
  kPercentLeft,
  kPercentTotal,
  kDate,
  kInstant,       // date and time, UTC
  kIdentifier,    // a whole number that names something: a line, a position; never grouped
  kCheck,         // a number that must be 0: green, or red where it is not
  kWarning,       // text that must be seen: red and bold
};
inline constexpr std::size_t kStyles = static_cast<std::size_t>(Style::kWarning) + 1;
inline constexpr int kDigitsMax = 10;  // decimals of a number: amounts have 0 to 4, exchange rates more

// The formats of one workbook, made when they are first needed: a format is a style with so many decimals.
class Formats {
 public:
  explicit Formats(lxw_workbook* workbook) : workbook_(workbook) {}
  lxw_format* of(Style style, int digits = 0);

 private:
  lxw_workbook* workbook_;
  std::array<std::array<lxw_format*, kDigitsMax + 1>, kStyles> made_{};
};

}  // namespace kindling::sheet
