#include "reports/eu_financial_statement/eu_financial_statement.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace kindling {

void complete(EuFinancialStatement& statement) {
  std::set<int> adjusted{0};
  for (const auto& cost : statement.costs) adjusted.insert(cost.adjusts);
  statement.adjusts.assign(adjusted.begin(), adjusted.end());

  const auto lines = statement.lines.size();
  std::map<std::pair<int, int>, std::vector<std::int64_t>> direct;  // by partner and adjusted period
  for (const auto& cost : statement.costs) {
    auto& figures = direct.try_emplace({cost.partner, cost.adjusts}, lines, 0).first->second;
    const auto line = std::ranges::find(statement.lines, cost.letter, &Annex4Line::letter);
    if (line != statement.lines.end()) figures[static_cast<std::size_t>(line - statement.lines.begin())] += cost.minor;
  }
  for (auto& partner : statement.partners) {
    partner.statements.clear();
    for (const int number : statement.adjusts) {
      const auto found = direct.find({partner.number, number});
      partner.statements.push_back(annex4_figures(
          statement.lines, found == direct.end() ? std::vector<std::int64_t>(lines, 0) : found->second,
          statement.annex4_rates(), number == 0 ? partner.asked_minor : std::nullopt));
    }
  }
  statement.consolidated.clear();
  for (std::size_t at = 0; at < statement.adjusts.size(); ++at) {
    std::vector<Annex4Figures> each;
    for (const auto& partner : statement.partners) each.push_back(partner.statements[at]);
    statement.consolidated.push_back(annex4_sum(each, lines));
  }
}

}  // namespace kindling
