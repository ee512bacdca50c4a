#include "web/navigation.hpp"

#include <algorithm>
#include <string_view>

namespace kindling {
namespace {

struct Place {
  const char* group;  // places of one group stand together
  const char* label;
  std::string_view href;
  Role role;  // who sees it; kViewer: everybody signed in but a funder
};

constexpr Place kPlaces[] = {
    {"Home", "Home", "/", Role::kViewer},
    {"Steering", "Sustainability", "/sustainability", Role::kViewer},
    {"Steering", "Risks", "/risks", Role::kViewer},
    {"Grants", "Your grants", "/my-grants", Role::kFunder},
    {"Funding", "Grants", "/grants", Role::kViewer},
    {"Funding", "Pipeline", "/pipeline", Role::kViewer},
    {"Funding", "Sources", "/sources", Role::kViewer},
    {"Funding", "Platform budgets", "/platform-budgets", Role::kViewer},
    {"Funding", "Obligations", "/obligations", Role::kViewer},
    {"Funding", "Organisations", "/organisations", Role::kViewer},
    {"Spending", "Expenditures", "/expenditures", Role::kViewer},
    {"Spending", "Commitments", "/platform/commitments", Role::kViewer},
    {"Spending", "Funds", "/funds", Role::kViewer},
    {"Donations", "Donations", "/donations", Role::kViewer},
    {"Donations", "Campaigns", "/campaigns", Role::kViewer},
    {"Donations", "Donors", "/donors", Role::kCoordinator},
    {"Donations", "Pledges", "/pledges", Role::kViewer},
    {"Donations", "Promises", "/pledge-offers", Role::kCoordinator},
    {"Donations", "Receipts", "/donation-receipts", Role::kViewer},
    {"Donations", "Thanks", "/thanks", Role::kCoordinator},
    {"Donations", "Messages", "/donation-messages", Role::kCoordinator},
    {"Donations", "Contributions", "/contributions", Role::kViewer},
    {"Ledger", "Ledger", "/ledger", Role::kViewer},
    {"Ledger", "Exchange rates", "/exchange-rates", Role::kViewer},
    {"Ledger", "Bank", "/bank", Role::kViewer},
    {"Ledger", "Imports", "/imports", Role::kCoordinator},
    {"Reports", "Reports", "/reports", Role::kViewer},
    {"Users", "Users", "/users", Role::kAdministrator},
};

bool leads_to(std::string_view href, std::string_view path) {
  if (href == "/") return path == "/";
  return path.starts_with(href) && (path.size() == href.size() || path[href.size()] == '/');
}

bool sees(const http::Request& request, const Place& place) {
  return (place.role == Role::kViewer && !request.actor.has(Role::kFunder)) || request.actor.has(place.role);
}

const Place* current_place(std::string_view path) {
  const Place* found = nullptr;
  for (const auto& place : kPlaces) {
    if (leads_to(place.href, path) && (found == nullptr || place.href.size() > found->href.size())) found = &place;
  }
  return found;
}

}  // namespace

Value navigation(const http::Request& request) {
  const auto* here = current_place(request.path);
  auto groups = Value::array();
  for (auto first = std::begin(kPlaces); first != std::end(kPlaces);) {
    const std::string_view group = first->group;
    const auto last = std::find_if(first, std::end(kPlaces), [&](const Place& place) { return place.group != group; });
    auto places = Value::array();
    bool current = false;
    const Place* only = nullptr;
    std::size_t count = 0;
    for (auto place = first; place != last; ++place) {
      if (!sees(request, *place)) continue;
      only = place;
      ++count;
      current = current || place == here;
      places.push(Value::object({{"label", place->label}, {"href", place->href}, {"current", place == here}}));
    }
    if (count > 0) {
      groups.push(Value::object({{"label", count == 1 ? std::string_view(only->label) : group},
                                 {"href", only->href},
                                 {"single", count == 1},
                                 {"current", current},
                                 {"places", std::move(places)}}));
    }
    first = last;
  }
  return groups;
}

}  // namespace kindling
