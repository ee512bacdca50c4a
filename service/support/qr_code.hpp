// A text as QR code, drawn as SVG. qr_code.cpp is the only file with libqrencode.
#pragma once

#include <string>
#include <string_view>

namespace kindling {

// Level M, at most version 13 (EPC069-12), with a quiet zone of four modules; black on white whatever the page's theme,
// because cameras want it. Throws std::invalid_argument where the bytes do not fit, or hold a NUL.
std::string qr_svg(std::string_view bytes, std::string_view label);

}  // namespace kindling
