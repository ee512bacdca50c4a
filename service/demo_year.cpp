#include "demo_year.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "budgets/budget_figures.hpp"
#include "donations/donor_vault.hpp"
#include "donations/record_contribution.hpp"
#include "donations/record_donation.hpp"
#include "donations/record_donor.hpp"
#include "funding/programme.hpp"
#include "funding/record_organisation.hpp"
#include "funding/source_store.hpp"
#include "insight/record_risk.hpp"
#include "publishing/publication.hpp"
#include "spending/record_expenditure.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Input typed(const Pairs& pairs) {
  Input input;
  for (const auto& [name, value] : pairs) input.set(name, value);
  return input;
}

class Year {
  template <typename F>
  auto as(const Actor& actor, F&& work) {
    auto result = in_transaction(database_, actor, "demo", {}, std::forward<F>(work));
    if (!result) throw std::runtime_error("the example is refused: " + result.error().code);
    return *std::move(result);
  }

 public:
  Year(Database& database, const Config& config, const DemoYear& year)
      : database_(database), year_(year), programmes_(Programmes::load(config.root + "/config/programmes")),
        vault_(DonorVault::of_settings(config.donor.key, config.donor.key_file)),
        rules_{Currency::of(config.platform.currency), year.today},
        months_(months_of({year.today.plus_days(-395), year.today})) {}

  void make() {
    make_costs();
    make_contribution();
    make_gifts();
    make_risks();
    as(year_.coordinator, [&](Transaction& transaction) {
      return publish_grant(transaction, 1, 1,
                           typed({{"description", "Children who meet harm online find help early: training for teachers, a "
                                                  "helpline that is always open, and research on what works."}}));
    });
  }

 private:
  // The day of a month, within what is over.
  std::string day_in(const Period& month, int day) const {
    return to_string(std::min(month.first.plus_days(day - 1), year_.today));
  }

  // Servers and people, every month, paid from the general fund.
  void make_costs() {
    const auto hosting = as(year_.coordinator, [&](Transaction& transaction) {
      return record_organisation(transaction, typed({{"name", "Northern Servers"}, {"is_supplier", "on"}, {"country", "BE"}}));
    });
    int number = 0;
    for (std::size_t i = 0; i + 1 < months_.size(); ++i) {
      for (const auto& [what, minor] : {std::pair<const char*, int>{"Hosting", 430'00 + static_cast<int>(i) * 10'00},
                                        {"Moderation, part time", 1'650'00 + (i % 3 == 0 ? 400'00 : 0)}}) {
        const Money amount{minor, rules_.platform};
        const auto day = day_in(months_[i], 20);
        const auto id = as(year_.coordinator, [&](Transaction& transaction) {
          return draft_expenditure(transaction, programmes_,
                                   typed({{"kind", "invoice"}, {"supplier_id", std::to_string(hosting)},
                                          {"document_number", "NS-" + std::to_string(++number)}, {"document_on", day},
                                          {"currency", std::string(rules_.platform.code())}, {"amount", to_string(amount)},
                                          {"description", what}, {"paid_on", day}, {"allocations.0.target", "own:1"}}),
                                   year_.today);
        });
        as(year_.coordinator, [&](Transaction& transaction) { return submit_expenditure(transaction, {id, 1, year_.today}); });
        as(year_.approver, [&](Transaction& transaction) { return approve_expenditure(transaction, {id, 2, year_.today}); });
      }
    }
  }

  // An organisation that carries a part of the platform from its own budget, each quarter.
  void make_contribution() {
    const auto city = as(year_.coordinator, [&](Transaction& transaction) {
      return record_organisation(transaction, typed({{"name", "City of Ghent"}, {"is_funder", "on"}, {"country", "BE"}}));
    });
    const auto source = as(year_.coordinator, [&](Transaction& transaction) {
      const auto source = parse_source(typed({{"kind", "contribution"}, {"name", "Youth office of Ghent"}, {"basis", "cash"},
                                               {"organisation_id", std::to_string(city)}, {"planned_amount", "28000.00"},
                                               {"currency", std::string(rules_.platform.code())},
                                               {"starts_on", to_string(months_.front().first)}}));
      if (!source) return Result<std::int64_t>(source.error());
      return Result<std::int64_t>(insert_source(transaction, *source));
    });
    for (std::size_t i = 0; i + 1 < months_.size(); i += 3) {
      as(year_.coordinator, [&](Transaction& transaction) {
        return receive_contribution(transaction, source,
                                    typed({{"received_on", day_in(months_[i], 5)}, {"amount", "5600.00"},
                                           {"reference", "GHENT-" + std::to_string(i)}}),
                                    year_.today);
      });
    }
  }

  // Six donors, of whom some gave last year alone.
  void make_gifts() {
    std::vector<std::int64_t> donors;
    if (vault_.is_open()) {
      for (const auto* name : {"Ines Imaginary", "Tom Pretend", "Lea Assumed", "Ravi Supposed", "Mila Notional", "Oskar Feigned"}) {
        donors.push_back(as(year_.coordinator, [&](Transaction& transaction) {
          return record_donor(transaction, DonorDesk{vault_, year_.today}, typed({{"name", name}, {"city", "Ghent"}}));
        }));
      }
    }
    for (std::size_t i = 0; i + 1 < months_.size(); ++i) {
      for (std::size_t j = 0; j < 3; ++j) {
        const Money gross{static_cast<std::int64_t>(120'00 + (i * 37 + j * 53) % 9 * 35'00), rules_.platform};
        Pairs pairs = {{"given_on", day_in(months_[i], 4 + static_cast<int>(j) * 8)}, {"gross", to_string(gross)}, {"fee", "0.95"},
                       {"method", "online"}, {"reference", "YEAR-" + std::to_string(i) + "-" + std::to_string(j)}};
        const auto who = (i * 2 + j) % (i < 5 ? 6 : 4);  // two of them stop
        if (!donors.empty()) pairs.emplace_back("donor_id", std::to_string(donors[who]));
        as(year_.coordinator, [&](Transaction& transaction) { return record_donation(transaction, typed(pairs), rules_); });
      }
    }
  }

  void make_risks() {
    const auto risk = [&](const char* title, int likelihood, int impact, const char* mitigation, const char* state) {
      as(year_.coordinator, [&](Transaction& transaction) {
        return record_risk(transaction,
                           typed({{"title", title}, {"likelihood", std::to_string(likelihood)}, {"impact", std::to_string(impact)},
                                  {"mitigation", mitigation}, {"owner_id", std::to_string(year_.coordinator.id)},
                                  {"review_on", to_string(year_.today.plus_days(45 * likelihood))}, {"state", state}}));
      });
    };
    risk("Safe Harbour ends before another grant begins", 4, 4, "Night Watch and Safer Platforms are asked for; a reserve of three months is built.", "open");
    risk("A funder pays months late", 3, 3, "Requests are sent on the first possible day; free cash covers two months.", "open");
    risk("Moderators fall ill at the same time", 2, 4, "Four volunteers are trained to stand in.", "open");
    risk("Hosting prices rise", 3, 2, "The contract is fixed until next summer.", "accepted");
  }

  Database& database_;
  const DemoYear& year_;
  Programmes programmes_;
  DonorVault vault_;
  GiftRules rules_;
  std::vector<Period> months_;
};

}  // namespace

void make_demo_year(Database& database, const Config& config, const DemoYear& year) { Year(database, config, year).make(); }

}  // namespace kindling
