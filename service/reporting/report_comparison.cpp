#include "reporting/report_comparison.hpp"

#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>

namespace kindling {
namespace {

using Place = std::tuple<std::string, std::string, std::string, int>;  // sheet, row, column, which of them

// Every figure with its place, in order.
std::vector<std::pair<Place, const sheet::NamedFigure*>> placed(const std::vector<sheet::NamedFigure>& figures) {
  std::map<std::tuple<std::string, std::string, std::string>, int> seen;
  std::vector<std::pair<Place, const sheet::NamedFigure*>> all;
  all.reserve(figures.size());
  for (const auto& figure : figures) {
    const int which = seen[{figure.sheet, figure.row, figure.column}]++;
    all.emplace_back(Place{figure.sheet, figure.row, figure.column, which}, &figure);
  }
  return all;
}

// "1250.5" in ten-thousandths, so that a difference of amounts has no rounding; nullopt for anything else.
std::optional<std::int64_t> ten_thousandths(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  auto fraction = point == text.npos ? std::string() : std::string(text.substr(point + 1));
  if (whole.empty() || fraction.size() > 4 || fraction.find_first_not_of("0123456789") != fraction.npos) return std::nullopt;
  fraction.resize(4, '0');
  std::int64_t value = 0, rest = 0;
  const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), value);
  if (error != std::errc() || end != whole.data() + whole.size() || value > 100'000'000'000'000 || value < -100'000'000'000'000) {
    return std::nullopt;
  }
  std::from_chars(fraction.data(), fraction.data() + fraction.size(), rest);
  return value * 10'000 + (whole.front() == '-' ? -rest : rest);
}

std::string shown(std::int64_t ten_thousandths) {
  const bool negative = ten_thousandths < 0;
  const auto positive = negative ? -ten_thousandths : ten_thousandths;
  auto fraction = std::to_string(10'000 + positive % 10'000).substr(1);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return (negative ? "-" : "") + std::to_string(positive / 10'000) + (fraction.empty() ? "" : "." + fraction);
}

FigureChange change(const sheet::NamedFigure& figure, const std::string& before, const std::string& after) {
  FigureChange made{figure.sheet, figure.row, figure.column, before, after, figure.unit, {}};
  const auto from = ten_thousandths(before), to = ten_thousandths(after);
  if (from && to) made.difference = shown(*to - *from);
  return made;
}

}  // namespace

ReportComparison compare_figures(const std::vector<sheet::NamedFigure>& before, const std::vector<sheet::NamedFigure>& after) {
  const auto earlier = placed(before), later = placed(after);
  std::map<Place, const sheet::NamedFigure*> was(earlier.begin(), earlier.end());
  ReportComparison comparison;
  for (const auto& [place, figure] : later) {
    const auto found = was.find(place);
    const std::string old = found == was.end() ? "" : found->second->value;
    if (found != was.end() && old == figure->value) {
      ++comparison.same;
    } else {
      comparison.changes.push_back(change(*figure, old, figure->value));
    }
    if (found != was.end()) was.erase(found);
  }
  for (const auto& [place, figure] : earlier) {
    if (was.contains(place)) comparison.changes.push_back(change(*figure, figure->value, ""));
  }
  return comparison;
}

}  // namespace kindling
