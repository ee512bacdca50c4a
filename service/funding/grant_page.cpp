#include "funding/grant_page.hpp"

#include <array>

#include "funding/grant_store.hpp"

namespace kindling {
namespace {

struct Tab {
  std::string_view name;
  std::string_view label;
  std::string_view path;
};
constexpr std::array kTabs{
    Tab{"overview", "Overview", ""},
    Tab{"partners", "Partners", "/partners"},
    Tab{"budget", "Budget", "/budget"},
    Tab{"commitments", "Commitments", "/commitments"},
    Tab{"expenditures", "Expenditures", "/expenditures"},
    Tab{"instalments", "Instalments", "/instalments"},
    Tab{"obligations", "Obligations", "/obligations"},
    Tab{"periods", "Periods", "/periods"},
    Tab{"work-packages", "Work packages", "/work-packages"},
    Tab{"reports", "Reports", "/reports"},
    Tab{"open data", "Open data", "/publication"},
    Tab{"history", "History", "/history"},
};

Value or_null(const std::optional<std::string>& text) {
  return text ? Value(*text) : Value();
}
Value or_null(const std::optional<Money>& money) {
  return money ? Value(to_string(*money)) : Value();
}
Value or_null(const std::optional<Date>& date) {
  return date ? Value(to_string(*date)) : Value();
}
Value or_null(const std::optional<std::int64_t>& id) {
  return id ? Value(*id) : Value();
}

}  // namespace

std::string grant_path(const Grant& grant) {
  return "/grants/" + std::to_string(grant.id);
}

Value grant_head(const Grant& grant, std::string_view active_tab) {
  const auto path = grant_path(grant);
  auto tabs = Value::array();
  for (const auto& tab : kTabs) {
    if (tab.name == "work-packages" && grant.report_layout != "eu-lump-sum") continue;  // only lump sums are paid by them
    tabs.push(Value::object(
        {{"label", tab.label}, {"href", path + std::string(tab.path)}, {"active", tab.name == active_tab}}));
  }
  return Value::object({{"id", grant.id},
                        {"title", grant.title},
                        {"funder_id", grant.funder_id},
                        {"funder_name", grant.funder_name},
                        {"reference", or_null(grant.reference)},
                        {"state_label", label_of(grant.state)},
                        {"state_badge", badge_of(grant.state)},
                        {"period", to_display(grant.period.first) + " – " + to_display(grant.period.last)},
                        {"tabs", std::move(tabs)}});
}

std::vector<std::pair<std::string, std::string>> grant_crumbs(const Grant& grant, std::string page_label) {
  std::vector<std::pair<std::string, std::string>> crumbs{{"Grants", "/grants"},
                                                          {grant.title, grant_path(grant)}};
  if (!page_label.empty()) crumbs.emplace_back(std::move(page_label), "");
  return crumbs;
}

Value partner_value(const GrantPartner& partner) {
  return Value::object({{"id", partner.id},
                        {"organisation_id", partner.organisation_id},
                        {"name", partner.name},
                        {"role", partner.coordinator ? "coordinator" : "partner"},
                        {"share", or_null(partner.share)}});
}

Value state_change_value(const GrantStateChange& change) {
  return Value::object({{"from_state", change.from ? Value(to_string(*change.from)) : Value()},
                        {"to_state", to_string(change.to)},
                        {"on_date", to_string(change.on_date)},
                        {"reason", or_null(change.reason)},
                        {"actor_name", change.actor_name},
                        {"at", change.at}});
}

Value grant_value(const Grant& grant, const std::vector<Category>& categories,
                  const std::vector<GrantPartner>& partners) {
  auto category_values = Value::array();
  for (const auto& category : categories) {
    category_values.push(Value::object(
        {{"code", category.code}, {"name", category.name}, {"in_indirect_base", category.in_indirect_base},
         {"needs_amendment", category.needs_amendment}}));
  }
  auto partner_values = Value::array();
  for (const auto& partner : partners) partner_values.push(partner_value(partner));
  auto next_states = Value::array();
  for (const auto& edge : edges_from(grant.state)) next_states.push(to_string(edge.to));
  return Value::object({{"id", grant.id},
                        {"version", grant.version},
                        {"title", grant.title},
                        {"reference", or_null(grant.reference)},
                        {"call", or_null(grant.call)},
                        {"programme", grant.programme_code},
                        {"funder_id", grant.funder_id},
                        {"funder_name", grant.funder_name},
                        {"state", to_string(grant.state)},
                        {"next_states", std::move(next_states)},
                        {"currency", grant.currency.code()},
                        {"requested_amount", or_null(grant.requested)},
                        {"awarded_amount", or_null(grant.awarded)},
                        {"probability", to_string(grant.probability)},
                        {"starts_on", to_string(grant.period.first)},
                        {"ends_on", to_string(grant.period.last)},
                        {"funding_rate", to_string(grant.funding_rate)},
                        {"indirect_rate", to_string(grant.indirect_rate)},
                        {"categories", std::move(category_values)},
                        {"transfer_threshold", to_string(grant.transfer_threshold)},
                        {"overspend_rule", to_string(grant.overspend_rule)},
                        {"exchange_policy", to_string(grant.exchange_policy)},
                        {"match_required", to_string(grant.match_required)},
                        {"retention_until", or_null(grant.retention_until)},
                        {"report_layout", grant.report_layout},
                        {"fund_id", or_null(grant.fund_id)},
                        {"notes", or_null(grant.notes)},
                        {"partners", std::move(partner_values)}});
}

}  // namespace kindling
