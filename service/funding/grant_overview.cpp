#include "funding/grant_overview.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "core/fields.hpp"
#include "funding/grant_page.hpp"

namespace kindling {
namespace {

std::string display_or(const std::optional<Money>& money, const char* otherwise) {
  return money ? to_display(*money) : otherwise;
}

Value figure(std::string label, std::string value, std::string note = {}) {
  auto figure = Value::object({{"label", std::move(label)}, {"value", std::move(value)}});
  figure.set("note", note.empty() ? Value() : Value(std::move(note)));
  return figure;
}

Value key_figures(const Grant& grant, const std::vector<Balance>& balances) {
  auto figures = Value::array();
  if (grant.awarded) {
    Money cash{0, grant.currency};
    for (const auto& balance : balances) {
      if (balance.account_code == "bank" && balance.amount.currency == grant.currency)
        cash = cash + balance.amount;
    }
    figures.push(
        figure("Awarded", to_display(*grant.awarded), "Requested " + display_or(grant.requested, "–")));
    figures.push(figure("Cash in its fund", to_display(cash), "Received and not yet spent"));
  } else {
    figures.push(figure("Requested", display_or(grant.requested, "Not known yet")));
    const auto expected =
        grant.requested ? share_of(*grant.requested, grant.probability) : Money{0, grant.currency};
    figures.push(
        figure("Probability", to_string(grant.probability) + " %", "Weighted " + to_display(expected)));
  }
  figures.push(figure("Eligible", std::to_string(grant.period.days()) + " days",
                      to_display(grant.period.first) + " – " + to_display(grant.period.last)));
  figures.push(figure("Funding rate", to_string(grant.funding_rate) + " %", "of the eligible cost"));
  return figures;
}

Value rules_of(const Grant& grant, const Programmes& programmes) {
  const auto* programme = programmes.find(grant.programme_code);
  auto rules = Value::array();
  rules.push(figure("Programme", programme != nullptr ? programme->name : grant.programme_code));
  rules.push(figure("Call", grant.call.value_or("–")));
  rules.push(figure("Indirect costs", to_string(grant.indirect_rate) + " % of the base"));
  rules.push(
      figure("Transfers", grant.transfer_threshold.basis_points >= 10000
                              ? "No limit"
                              : "Up to " + to_string(grant.transfer_threshold) + " % without an amendment"));
  rules.push(figure("Costs above the maximum", grant.overspend_rule == OverspendRule::kStop
                                                   ? "Are refused"
                                                   : "Need a recorded override"));
  rules.push(figure("Exchange rates", label_of(grant.exchange_policy)));
  rules.push(
      figure("Match required", grant.match_required.minor == 0 ? "None" : to_display(grant.match_required)));
  rules.push(figure("Keep records until",
                    grant.retention_until ? to_display(*grant.retention_until) : "Not known yet"));
  rules.push(figure("Report layout", grant.report_layout));
  return rules;
}

Value next_steps(const Grant& grant) {
  auto steps = Value::array();
  bool first = true;
  for (const auto& edge : edges_from(grant.state)) {
    steps.push(Value::object({{"verb", edge.verb},
                              {"href", grant_path(grant) + "/state?to=" + std::string(to_string(edge.to))},
                              {"main", std::exchange(first, false)}}));
  }
  return steps;
}

Value lines_of(std::string_view text) {
  auto lines = Value::array();
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (const auto line = trimmed(text.substr(0, end)); !line.empty()) lines.push(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

Value partner_rows(const std::vector<GrantPartner>& partners) {
  auto rows = Value::array();
  for (const auto& partner : partners) {
    rows.push(Value::object({{"name", partner.name},
                             {"href", "/organisations/" + std::to_string(partner.organisation_id)},
                             {"coordinator", partner.coordinator},
                             {"share", display_or(partner.share, "–")}}));
  }
  return rows;
}

Value category_rows(const std::vector<Category>& categories) {
  auto rows = Value::array();
  for (const auto& category : categories) {
    rows.push(Value::object(
        {{"code", category.code}, {"category_name", category.name}, {"in_base", category.in_indirect_base}}));
  }
  return rows;
}

}  // namespace

Value grant_overview(const Grant& grant, const GrantParts& parts, const Programmes& programmes) {
  return Value::object({{"grant", grant_head(grant, "overview")},
                        {"path", grant_path(grant)},
                        {"figures", key_figures(grant, parts.balances)},
                        {"rules", rules_of(grant, programmes)},
                        {"steps", next_steps(grant)},
                        {"has_steps", !edges_from(grant.state).empty()},
                        {"state_text", to_string(grant.state)},
                        {"partners", partner_rows(parts.partners)},
                        {"has_partners", !parts.partners.empty()},
                        {"categories", category_rows(parts.categories)},
                        {"notes", grant.notes.has_value()},
                        {"note_lines", lines_of(grant.notes.value_or(""))}});
}

}  // namespace kindling
