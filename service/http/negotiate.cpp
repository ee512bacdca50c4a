#include "http/negotiate.hpp"

#include <algorithm>

namespace kindling::http {
namespace {

struct Range {
  std::string_view type;
  int quality = 1000;  // thousandths
};

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// "0.8" -> 800; anything else counts as 1.
int quality_of(std::string_view text) {
  if (text.starts_with('0')) {
    int thousandths = 0, unit = 100;
    for (const char c : text.substr(std::min<std::size_t>(2, text.size())).substr(0, 3)) {
      if (c < '0' || c > '9') break;
      thousandths += (c - '0') * unit;
      unit /= 10;
    }
    return thousandths;
  }
  return 1000;
}

std::vector<Range> ranges_of(std::string_view header) {
  std::vector<Range> ranges;
  while (!header.empty() && ranges.size() < 50) {
    const auto end = header.find(',');
    auto part = header.substr(0, end);
    header.remove_prefix(end == std::string_view::npos ? header.size() : end + 1);
    const auto semicolon = part.find(';');
    Range range{without_blanks(part.substr(0, semicolon))};
    while (semicolon != std::string_view::npos && !part.empty()) {
      const auto at = part.find(';');
      if (at == std::string_view::npos) break;
      part.remove_prefix(at + 1);
      const auto parameter = without_blanks(part.substr(0, part.find(';')));
      if (parameter.starts_with("q=")) range.quality = quality_of(parameter.substr(2));
    }
    ranges.push_back(range);
  }
  return ranges;
}

// 3: the type itself, 2: its family ("text/*"), 1: "*/*", 0: no match.
int closeness(std::string_view range, std::string_view type) {
  if (range == type) return 3;
  if (range.ends_with("/*") && type.starts_with(range.substr(0, range.size() - 1))) return 2;
  return range == "*/*" ? 1 : 0;
}

}  // namespace

std::string_view preferred_type(const Request& request, const std::vector<std::string_view>& offered) {
  const auto ranges = ranges_of(request.header("accept").value_or("*/*"));
  std::string_view best = offered.front();
  int best_quality = 0;
  for (const auto type : offered) {
    int close = 0, quality = 0;
    for (const auto& range : ranges) {
      const int now = closeness(range.type, type);
      if (now <= close) continue;
      close = now;
      quality = range.quality;
    }
    if (quality > best_quality) {
      best = type;
      best_quality = quality;
    }
  }
  return best;
}

}  // namespace kindling::http
