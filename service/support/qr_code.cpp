#include "support/qr_code.hpp"

#include <memory>
#include <stdexcept>

#include <qrencode.h>

namespace kindling {
namespace {

constexpr int kVersionMax = 13;
constexpr int kQuietModules = 4;

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&') safe += "&amp;";
    else if (c == '<') safe += "&lt;";
    else if (c == '"') safe += "&quot;";
    else safe += c;
  }
  return safe;
}

}  // namespace

std::string qr_svg(std::string_view bytes, std::string_view label) {
  if (bytes.empty() || bytes.find('\0') != std::string_view::npos) throw std::invalid_argument("no text for a QR code");
  const std::unique_ptr<QRcode, void (*)(QRcode*)> code(
      QRcode_encodeData(static_cast<int>(bytes.size()), reinterpret_cast<const unsigned char*>(bytes.data()), 0,
                        QR_ECLEVEL_M),
      QRcode_free);
  if (!code || code->version > kVersionMax) throw std::invalid_argument("the text does not fit a QR code of version 13");
  const int width = code->width, side = width + 2 * kQuietModules;
  // One path; each run of dark modules of a row is one rectangle.
  std::string path;
  for (int y = 0; y < width; ++y) {
    for (int x = 0; x < width;) {
      int run = 0;
      while (x + run < width && (code->data[y * width + x + run] & 1) != 0) ++run;
      if (run > 0) {
        path += "M" + std::to_string(x + kQuietModules) + " " + std::to_string(y + kQuietModules) + "h" +
                std::to_string(run) + "v1h-" + std::to_string(run) + "z";
      }
      x += run > 0 ? run : 1;
    }
  }
  const auto size = std::to_string(side);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"qr\" role=\"img\" aria-label=\"" + escaped(label) +
         "\" viewBox=\"0 0 " + size + " " + size + "\" shape-rendering=\"crispEdges\"><rect width=\"" + size +
         "\" height=\"" + size + "\" fill=\"#fff\"/><path fill=\"#000\" d=\"" + path + "\"/></svg>";
}

}  // namespace kindling
