#include "demo_donations.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "donations/donation_import.hpp"
#include "donations/donor_vault.hpp"
#include "donations/issue_receipt.hpp"
#include "donations/record_campaign.hpp"
#include "donations/record_donation.hpp"
#include "donations/record_donor.hpp"
#include "donations/record_pledge.hpp"
#include "importing/record_import.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Input typed(const Pairs& pairs) {
  Input input;
  for (const auto& [name, value] : pairs) input.set(name, value);
  return input;
}

class Example {
  template <typename F>
  auto as(F&& work) {
    auto result = in_transaction(database_, coordinator_, "demo", {}, std::forward<F>(work));
    if (!result) throw std::runtime_error("the example is refused: " + result.error().code);
    return *std::move(result);
  }

 public:
  Example(Database& database, const Config& config, const Actor& coordinator, Date today)
      : database_(database), coordinator_(coordinator),
        vault_(DonorVault::of_settings(config.donor.key, config.donor.key_file)),
        rules_{Currency::of(config.platform.currency), today} {}

  void make() {
    const auto winter = campaign({{"name", "Night shifts of the helpline"}, {"reference", "NIGHTSHIFT"}, {"goal", "12000.00"},
                                  {"restricted", "on"}, {"purpose", "Paid night shifts of the helpline"}, {"is_public", "on"},
                                  {"public_text", "At night the most children call. Help us to answer."}});
    const auto general = campaign({{"name", "Keep the platform running"}, {"reference", "PLATFORM"}, {"goal", "30000.00"},
                                   {"is_public", "on"}, {"public_text", "Servers, people, and time to listen."}});
    if (vault_.is_open()) make_donors();
    const char* amounts[] = {"25.00", "50.00", "10.00", "100.00", "15.00", "250.00", "30.00", "20.00", "75.00", "40.00", "60.00", "500.00"};
    int number = 0;
    for (const auto* amount : amounts) {
      Pairs pairs = {{"given_on", to_string(rules_.today.plus_days(-3 * number - 1))}, {"gross", amount}, {"fee", "0.35"},
                     {"method", number % 3 == 0 ? "bank_transfer" : "online"}, {"reference", "DEMO-" + std::to_string(number)},
                     {"campaign_id", std::to_string(number % 2 == 0 ? winter : general)}};
      if (!donors_.empty() && number % 4 != 3) pairs.emplace_back("donor_id", std::to_string(donors_[static_cast<std::size_t>(number) % donors_.size()]));
      if (number == 2) pairs.emplace_back("message", "Thank you for being there.");
      gift(pairs);
      ++number;
    }
    if (vault_.is_open()) store_file();
    gift({{"given_on", to_string(rules_.today)}, {"gross", "80.00"}, {"method", "bank_transfer"}, {"state", "pending"}});
    gift({{"given_on", to_string(rules_.today.plus_days(-20))}, {"kind", "in_kind"}, {"gross", "900.00"},
          {"description", "Three laptops"}, {"valuation_basis", "shop price"}});
    const auto refunded = gift({{"given_on", to_string(rules_.today.plus_days(-9))}, {"gross", "120.00"}, {"method", "card"},
                                {"reference", "DEMO-R"}});
    as([&](Transaction& transaction) {
      return refund_donation(transaction, {refunded, 1, rules_.today},
                             typed({{"amount", "20.00"}, {"booked_on", to_string(rules_.today)}, {"reason", "Paid twice by mistake"}}));
    });
  }

 private:
  std::int64_t campaign(Pairs pairs) {
    pairs.emplace_back("starts_on", to_string(rules_.today.plus_days(-60)));
    return as([&](Transaction& transaction) { return record_campaign(transaction, typed(pairs), rules_.platform); });
  }

  std::int64_t gift(const Pairs& pairs) {
    return as([&](Transaction& transaction) { return record_donation(transaction, typed(pairs), rules_); });
  }

  // A file of a payment provider that waits to be checked.
  void store_file() {
    const auto day = to_string(rules_.today.plus_days(-2));
    const std::string csv = "Created,Gross,Fee,Net,Currency,Payment ID,Name,Email,Appeal\r\n" +
                            day + ",25.00,0.60,24.40,EUR,ch_0001,Nora Fictitious,nora@example.org,NIGHTSHIFT\r\n" +
                            day + ",60.00,1.10,58.90,EUR,ch_0002,Ida Example,ida@example.org,PLATFORM\r\n" +
                            day + ",1.005,,,EUR,ch_0003,,,PLATFORM\r\n";
    const auto kind = donation_import_kind(vault_, rules_.platform);
    as([&](Transaction& transaction) { return store_import_file(transaction, kind, "online gifts.csv", csv); });
  }

  void make_donors() {
    const DonorDesk desk{vault_, rules_.today};
    const auto agreed = to_string(rules_.today.plus_days(-90));
    for (const auto& pairs : std::vector<Pairs>{
             {{"name", "Nora Fictitious"}, {"email", "nora@example.org"}, {"city", "Ghent"}, {"contact_preference", "email"}, {"consent_on", agreed}},
             {{"name", "Bram Invented"}, {"address_line", "Nowhere Street 1"}, {"postal_code", "1000"}, {"city", "Brussels"},
              {"contact_preference", "post"}, {"consent_on", agreed}},
             {{"name", "Made-up Bakery"}, {"kind", "organisation"}, {"email", "bread@example.org"}, {"named", "on"}},
             {{"name", "Nora Fictitous"}, {"city", "Ghent"}, {"phone", "+32 470 00 00 00"}}}) {
      donors_.push_back(as([&](Transaction& transaction) { return record_donor(transaction, desk, typed(pairs)); }));
    }
    as([&](Transaction& transaction) {
      return record_pledge(transaction, typed({{"donor_id", std::to_string(donors_[0])}, {"amount", "25.00"}, {"cycle", "monthly"},
                                               {"anchor_day", "last"}, {"starts_on", to_string(rules_.today.plus_days(-80))}}),
                           rules_.platform);
    });
    as([&](Transaction& transaction) {
      return record_pledge(transaction, typed({{"donor_id", std::to_string(donors_[1])}, {"amount", "100.00"}, {"cycle", "yearly"},
                                               {"starts_on", to_string(rules_.today.plus_days(30))}}),
                           rules_.platform);
    });
    const auto receipted = gift({{"given_on", to_string(rules_.today.plus_days(-30))}, {"gross", "35.00"}, {"method", "cash"},
                                 {"donor_id", std::to_string(donors_[2])}});
    as([&](Transaction& transaction) {
      return issue_single_receipt(transaction, typed({{"donation_id", std::to_string(receipted)}}), rules_.today);
    });
  }

  Database& database_;
  const Actor& coordinator_;
  DonorVault vault_;
  GiftRules rules_;
  std::vector<std::int64_t> donors_;
};

}  // namespace

void make_demo_donations(Database& database, const Config& config, const Actor& coordinator, Date today) {
  Example(database, config, coordinator, today).make();
}

}  // namespace kindling
