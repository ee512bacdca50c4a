#include "support/support_figures.hpp"

#include <algorithm>

namespace kindling {
namespace {

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&') safe += "&amp;";
    else if (c == '<') safe += "&lt;";
    else safe += c;
  }
  return safe;
}

}  // namespace

Money SupportFigures::secured_sum() const {
  Money sum{0, needed->currency};
  for (const auto& source : secured) sum = sum + source.amount;
  return sum;
}

Money SupportFigures::missing() const {
  const auto left = *needed - secured_sum();
  return {std::max<std::int64_t>(left.minor, 0), left.currency};
}

int SupportFigures::secured_percent() const {
  const auto sum = std::clamp<std::int64_t>(secured_sum().minor, 0, needed->minor);
  return needed->minor == 0 ? 100 : static_cast<int>(static_cast<long double>(sum) * 100 / needed->minor);
}

const char* label_of_source(std::string_view kind) {
  if (kind == "grants") return "Grants";
  if (kind == "contributions") return "Contributions of organisations";
  if (kind == "donations") return "Donations";
  return "Other income";
}

Value support_value(const SupportFigures& figures, std::string_view platform) {
  auto secured = Value::array();
  Value value;
  value.set("platform", platform);
  value.set("as_of", to_string(figures.day));
  value.set("year", static_cast<int>(figures.day.ymd().year()));
  if (!figures.needed) {
    value.set("needed", Value());
    return value;
  }
  for (const auto& source : figures.secured) {
    secured.push(Value::object({{"kind", source.kind}, {"amount", to_string(source.amount)}}));
  }
  value.set("currency", figures.needed->currency.code());
  value.set("needed", to_string(*figures.needed));
  value.set("secured", to_string(figures.secured_sum()));
  value.set("missing", to_string(figures.missing()));
  value.set("secured_percent", figures.secured_percent());
  value.set("secured_by_kind", std::move(secured));
  value.set("secured_means", kSecuredMeans);
  return value;
}

std::string progress_svg(const SupportFigures& figures, std::string_view platform) {
  constexpr int kWidth = 480, kBar = 448;
  const auto year = std::to_string(static_cast<int>(figures.day.ymd().year()));
  const int percent = figures.needed ? figures.secured_percent() : 0;
  const auto told = figures.needed ? to_display(figures.secured_sum()) + " of " + to_display(*figures.needed) + " secured"
                                   : std::string("How to support us");
  const auto label = escaped(std::string(platform) + " " + year + ": " + told);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"" + label + "\" viewBox=\"0 0 " +
         std::to_string(kWidth) + " 92\" width=\"" + std::to_string(kWidth) +
         "\" height=\"92\" font-family=\"system-ui, sans-serif\"><rect width=\"480\" height=\"92\" rx=\"8\" fill=\"#faf6ee\"/>"
         "<text x=\"16\" y=\"28\" font-size=\"16\" font-weight=\"600\" fill=\"#1b2440\">" +
         escaped(platform) + " " + year +
         "</text><rect x=\"16\" y=\"40\" width=\"448\" height=\"16\" rx=\"8\" fill=\"#e2dac9\"/>"
         "<rect x=\"16\" y=\"40\" width=\"" +
         std::to_string(kBar * percent / 100) +
         "\" height=\"16\" rx=\"8\" fill=\"#a34a00\"/><text x=\"16\" y=\"78\" font-size=\"14\" fill=\"#1b2440\">" +
         escaped(told) + "</text></svg>";
}

}  // namespace kindling
