#include "donations/donation_display.hpp"

namespace kindling {
namespace {

std::string label_of(const std::vector<Choice>& choices, std::string_view value) {
  for (const auto& choice : choices) {
    if (choice.value == value) return choice.label;
  }
  return std::string(value);
}

const char* badge_of(std::string_view state) {
  return state == "cleared" ? "good" : state == "pending" ? "warn" : state == "failed" ? "" : "bad";
}

}  // namespace

const std::vector<Choice>& donation_methods() {
  static const std::vector<Choice> kMethods = {
      {"bank_transfer", "Bank transfer"}, {"direct_debit", "Direct debit"}, {"card", "Card"}, {"online", "Online payment"},
      {"cash", "Cash"}, {"cheque", "Cheque"}, {"in_kind", "In kind"}};
  return kMethods;
}

const std::vector<Choice>& donation_states() {
  static const std::vector<Choice> kStates = {{"pending", "pending"}, {"cleared", "cleared"}, {"failed", "failed"},
                                              {"refunded", "refunded"}, {"charged_back", "charged back"}};
  return kStates;
}

Value donation_row(const Donation& donation) {
  auto row = donation_value(donation);
  row.set("href", "/donations/" + std::to_string(donation.id));
  row.set("given_on_display", to_display(donation.given_on));
  row.set("gross_display", to_display(donation.gross));
  row.set("net_display", to_display(donation.net()));
  row.set("state_display", label_of(donation_states(), donation.state) +
                               (donation.state == "cleared" && donation.refunded.minor > 0 ? ", partly refunded" : ""));
  row.set("state_badge", badge_of(donation.state));
  row.set("method_display", label_of(donation_methods(), donation.method));
  row.set("campaign", donation.campaign_name);
  // Of a bank line without a reference of its own, the one that tells it apart is for nobody to read.
  row.set("reference_display", donation.reference.starts_with("content:") ? std::string() : donation.reference);
  row.set("donor_reference_display", donation.donor_reference.empty() ? std::string("not known") : donation.donor_reference);
  return row;
}

}  // namespace kindling
