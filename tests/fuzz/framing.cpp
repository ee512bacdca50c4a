// The same bytes, whole and split at a place of the input's own choosing, must give the same requests.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/framing.hpp"

using namespace kindling::http;

namespace {

std::string requests_of(std::string_view bytes, std::size_t split) {
  Framer framer([](Method, std::string_view) { return std::size_t{4'096}; });
  std::string seen;
  bool broken = false;
  for (const auto part : {bytes.substr(0, split), bytes.substr(split)}) {
    if (broken) break;
    framer.feed(part);
    while (true) {
      const auto state = framer.next();
      if (state == Framer::State::kNeedsMore) break;
      if (state == Framer::State::kError) {
        broken = true;
        break;
      }
      const auto framed = framer.take();
      seen += framed.request.target + "\n" + std::string(framed.request.body) + "\n" + (framed.keep_alive ? "1" : "0");
    }
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 2), size - 2);
  const auto split = bytes.empty() ? 0 : (data[0] * 256u + data[1]) % (bytes.size() + 1);
  if (requests_of(bytes, bytes.size()) != requests_of(bytes, split)) std::abort();
  return 0;
}
