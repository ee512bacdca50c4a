#include "reports/sheet/cell.hpp"

#include <algorithm>

namespace kindling::sheet {
namespace {

std::string column_name(int column) {
  std::string name;
  for (int rest = column + 1; rest > 0; rest = (rest - 1) / 26) name += static_cast<char>('A' + (rest - 1) % 26);
  std::ranges::reverse(name);
  return name;
}

std::string doubled(std::string_view text, char mark) {
  std::string out;
  for (const char c : text) {
    if (c == mark) out += mark;
    out += c;
  }
  return out;
}

}  // namespace

std::string name_of(Cell cell) { return column_name(cell.column) + std::to_string(cell.row + 1); }

std::string absolute_name_of(Cell cell) {
  return "$" + column_name(cell.column) + "$" + std::to_string(cell.row + 1);
}

std::string range_of(Cell first, Cell last) { return name_of(first) + ":" + name_of(last); }

std::string name_of(const Ref& ref) { return quoted(ref.sheet) + name_of(ref.cell); }

std::string name_of(const Range& range) {
  return quoted(range.sheet) + absolute_name_of(range.first) + ":" + absolute_name_of(range.last);
}

std::string quoted(std::string_view sheet_name) { return "'" + doubled(sheet_name, '\'') + "'!"; }

std::string literal(std::string_view text) { return "\"" + doubled(text, '"') + "\""; }

std::string sheet_name_of(std::string_view text) {
  constexpr int kCharactersMax = 31;
  std::string name;
  int characters = 0;
  for (const char c : text) {
    // A character begins at each byte that continues none; those beyond the basic plane count twice, as in UTF-16.
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) characters += byte >= 0xF0 ? 2 : 1;
    if (characters > kCharactersMax) break;
    name += std::string_view("[]:*?/\\").find(c) == std::string_view::npos && byte >= 0x20 ? c : ' ';
  }
  const auto first = name.find_first_not_of(" '");
  if (first == std::string::npos) return "-";
  return name.substr(first, name.find_last_not_of(" '") - first + 1);
}

}  // namespace kindling::sheet
