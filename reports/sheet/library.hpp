// What the files of this folder share about the library itself.
#pragma once

#include <string>
#include <string_view>

namespace kindling::sheet {

void check(int lxw_error);  // throws std::runtime_error where it is one
// Cut to what a cell holds, never within a character.
std::string bounded(std::string_view text);

}  // namespace kindling::sheet
