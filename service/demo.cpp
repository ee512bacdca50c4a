#include "demo.hpp"

#include <iostream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "budgets/budget_store.hpp"
#include "budgets/record_budget.hpp"
#include "budgets/record_budget_change.hpp"
#include "budgets/record_platform_budget.hpp"
#include "core/date.hpp"
#include "core/input.hpp"
#include "demo_bank.hpp"
#include "demo_donations.hpp"
#include "demo_rates.hpp"
#include "demo_reports.hpp"
#include "demo_statements.hpp"
#include "demo_year.hpp"
#include "funding/grant_store.hpp"
#include "funding/programme.hpp"
#include "funding/record_grant.hpp"
#include "funding/record_instalment.hpp"
#include "funding/record_obligation.hpp"
#include "funding/record_organisation.hpp"
#include "identity/manage_users.hpp"
#include "identity/user_store.hpp"
#include "importing/record_import.hpp"
#include "ledger/record_exchange_rate.hpp"
#include "spending/allocation_choices.hpp"
#include "spending/expenditure_import.hpp"
#include "spending/expenditure_store.hpp"
#include "spending/record_commitment.hpp"
#include "spending/record_expenditure.hpp"
#include "spending/record_reporting_period.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Input typed(const Pairs& pairs) {
  Input input;
  for (const auto& [name, value] : pairs) input.set(name, value);
  return input;
}

// What a use case refuses here is a mistake of the example.
template <typename T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  auto message = "the example is refused: " + result.error().message;
  for (const auto& field : result.error().fields) message += " [" + field.field + ": " + field.message + "]";
  throw std::runtime_error(message);
}

class Example {
 public:
  Example(Database& database, const Config& config)
      : database_(database),
        config_(config),
        programmes_(Programmes::load(config.root + "/config/programmes")),
        today_(today(config.platform.time_zone)) {}

  const Actor& coordinator() const { return coordinator_; }
  const Actor& approver() const { return approver_; }

  void make() {
    coordinator_ = user("carla@kindling.invalid", "Carla Coordinator", "coordinator");
    approver_ = user("arno@kindling.invalid", "Arno Approver", "approver");
    const auto commission = organisation("European Commission", "is_funder", "BE");
    const auto lantern = organisation("Lantern Foundation", "is_funder", "NL");
    const auto spark = organisation("Spark Foundation", "is_partner", "BE");
    const auto harbour = organisation("Harbour University", "is_partner", "CZ");
    const auto beacon = organisation("Beacon Helpline", "is_partner", "IE");
    const auto horizon = make_horizon(commission, {spark, harbour, beacon});
    make_money(horizon);
    const auto lamps = organisation("Lamps and Wires", "is_supplier", "BE");
    make_spending(lamps, spark);
    make_changes(horizon);
    make_platform_budget(horizon);
    make_rates();
    make_import();
    make_periods(horizon);
    grant({{"programme", "generic-foundation"}, {"title", "Night Watch: volunteers on call"},
           {"funder_id", std::to_string(lantern)}, {"state", "applied"}, {"currency", "EUR"},
           {"requested_amount", "80000.00"}, {"probability", "60"}, {"starts_on", year(1) + "-01-01"},
           {"ends_on", year(1) + "-12-31"}});
    grant({{"programme", "eu-standard-7"}, {"title", "Safer Platforms"}, {"funder_id", std::to_string(commission)},
           {"state", "drafting"}, {"currency", "EUR"}, {"requested_amount", "450000.00"}, {"probability", "30"},
           {"starts_on", year(1) + "-06-01"}, {"ends_on", year(3) + "-05-31"}});
    make_demo_statements(database_, config_, programmes_,
                         {coordinator_, approver_, commission, lantern, {spark, harbour}, lamps, today_});
  }

 private:
  std::string year(int from_now) const {
    return std::to_string(static_cast<int>(today_.ymd().year()) + from_now);
  }

  template <typename F>
  auto as(const Actor& actor, F&& work) {
    return must(in_transaction(database_, actor, "demo", {}, std::forward<F>(work)));
  }

  Actor user(const char* email, const char* name, const char* roles) {
    std::cout << email << "  " << must(add_user(database_, email, name, roles)) << '\n';
    const auto found = must(reading(database_, [&](Session& session) { return find_user_by_email(session, email); }));
    Actor actor;
    actor.id = found.id;
    actor.name = found.name;
    actor.roles = found.roles;
    return actor;
  }

  std::int64_t organisation(const char* name, const char* part, const char* country) {
    return as(coordinator_, [&](Transaction& transaction) {
      return record_organisation(transaction, typed({{"name", name}, {part, "on"}, {"country", country}}));
    });
  }

  std::int64_t grant(const Pairs& pairs) {
    return as(coordinator_, [&](Transaction& transaction) {
      return record_grant(transaction, programmes_, typed(pairs), today_);
    });
  }

  void move(std::int64_t id, Pairs pairs) {
    as(coordinator_, [&](Transaction& transaction) -> Outcome {
      const auto grant = must(find_grant(transaction.session, id));
      pairs.emplace_back("on_date", to_string(today_));
      return change_grant_state(transaction, {id, grant.version}, typed(pairs), today_);
    });
  }

  std::int64_t make_horizon(std::int64_t funder, const std::vector<std::int64_t>& partners) {
    const auto id = grant({{"programme", "horizon-europe-actual"}, {"title", "Safe Harbour: early help for children online"},
                           {"call", "HORIZON-CL3-2026-FCT-01"}, {"funder_id", std::to_string(funder)},
                           {"state", "applied"}, {"currency", "EUR"}, {"requested_amount", "1000000.00"},
                           {"probability", "50"}, {"starts_on", year(0) + "-01-01"}, {"ends_on", year(2) + "-12-31"}});
    as(coordinator_, [&](Transaction& transaction) -> Outcome {
      const auto grant = must(find_grant(transaction.session, id));
      Pairs rows;
      const char* shares[] = {"450000.00", "350000.00", "200000.00"};
      for (std::size_t i = 0; i < partners.size(); ++i) {
        const auto row = "partners." + std::to_string(i) + ".";
        rows.emplace_back(row + "organisation_id", std::to_string(partners[i]));
        rows.emplace_back(row + "role", i == 0 ? "coordinator" : "partner");
        rows.emplace_back(row + "share", shares[i]);
      }
      return change_partners(transaction, {id, grant.version}, typed(rows));
    });
    make_budget(id);
    move(id, {{"to_state", "awarded"}, {"awarded_amount", "1000000.00"}, {"reference", "101234567"}});
    move(id, {{"to_state", "active"}});
    return id;
  }

  void make_budget(std::int64_t grant_id) {
    const auto number = as(coordinator_, [&](Transaction& transaction) { return draft_budget(transaction, grant_id); });
    as(coordinator_, [&](Transaction& transaction) -> Outcome {
      const auto context = must(find_budget_context(transaction.session, grant_id));
      static constexpr std::pair<const char*, const char*> kCosts[] = {
          {"a1", "32000.00"}, {"c1", "4200.00"}, {"c3", "8300.00"}, {"b", "5500.00"}, {"c2", "2100.00"}};
      std::string paste;
      for (int package = 1; package <= 4; ++package) {
        for (const auto& partner : context.partners) {
          for (const auto& [category, amount] : kCosts) {
            paste += "WP" + std::to_string(package) + "\t" + category + "\t" + partner.name + "\t\t\t\t" + amount + "\n";
          }
        }
      }
      return save_budget(transaction, {grant_id, number, 1}, typed({{"paste", paste}}));
    });
    as(coordinator_, [&](Transaction& transaction) { return submit_budget(transaction, {grant_id, number, 2}); });
    as(approver_, [&](Transaction& transaction) { return approve_budget(transaction, {grant_id, number, 3}); });
  }

  // An accounting export as it was sent, to be mapped and checked by whoever tries it; one row is not right.
  void make_import() {
    const auto day = [&](const char* rest) { return "0" + std::string(rest) + year(0); };
    const std::string csv = "Dodavatel;Invoice no;Datum;Text;Amount;Project;Category\r\n"
                            "Hotel Maximilian s.r.o.;2401;" + day("4.02.") + ";Rooms for the kick-off;1.840,00;EU-2026-1;c1\r\n"
                            "Print & Co;F-88;" + day("9.02.") + ";Posters;312,50;;\r\n"
                            "Print & Co;F-89;31.02." + year(0) + ";Flyers;95,00;;\r\n";
    const auto kind = expenditure_import_kind();
    as(coordinator_, [&](Transaction& transaction) {
      return store_import_file(transaction, kind, "accounting February.csv", csv);
    });
  }

  void make_money(std::int64_t grant_id) {
    const auto prefinancing = as(coordinator_, [&](Transaction& transaction) {
      return plan_instalment(transaction, grant_id,
                             typed({{"kind", "prefinancing"}, {"title", "Prefinancing"}, {"due_on", year(0) + "-02-01"},
                                    {"amount", "350000.00"}, {"retained", "50000.00"}}));
    });
    as(coordinator_, [&](Transaction& transaction) {
      return receive_instalment(transaction, {grant_id, prefinancing, 1, today_},
                                typed({{"received_on", to_string(today_)}, {"amount", "350000.00"},
                                       {"reference", "EC-2026-000123"}}));
    });
    as(coordinator_, [&](Transaction& transaction) {
      return plan_instalment(transaction, grant_id,
                             typed({{"kind", "interim"}, {"title", "First interim payment"},
                                    {"due_on", year(1) + "-04-30"}, {"amount", "300000.00"}}));
    });
    as(coordinator_, [&](Transaction& transaction) {
      return record_obligation(transaction, grant_id,
                               typed({{"kind", "report"}, {"title", "First periodic report"},
                                      {"due_on", year(1) + "-03-01"}, {"owner_id", std::to_string(coordinator_.id)}}));
    });
  }

  // How far each of the example's costs has come.
  enum class Step { kDraft, kSubmitted, kApproved };

  void cost(Pairs pairs, Step step) {
    pairs.insert(pairs.begin(), {{"document_on", to_string(today_)}, {"currency", "EUR"}});
    const auto id = as(coordinator_, [&](Transaction& transaction) {
      return draft_expenditure(transaction, programmes_, typed(pairs), today_);
    });
    if (step == Step::kDraft) return;
    as(coordinator_, [&](Transaction& transaction) { return submit_expenditure(transaction, {id, 1, today_}); });
    if (step == Step::kSubmitted) return;
    as(approver_, [&](Transaction& transaction) { return approve_expenditure(transaction, {id, 2, today_}); });
  }

  void make_spending(std::int64_t supplier, std::int64_t giver) {
    const auto groups = reading(database_, [](Session& session) { return list_allocation_choices(session); });
    const auto& lines = groups.front().choices;  // of the one awarded grant: personnel, travel, goods, ...
    const auto match = lines.at(lines.size() - 2).value;
    const auto invoice = [&](const char* number, const char* amount, const char* what, const std::string& line) {
      return Pairs{{"kind", "invoice"}, {"supplier_id", std::to_string(supplier)}, {"document_number", number},
                   {"amount", amount}, {"description", what}, {"allocations.0.target", line}};
    };
    cost(invoice("LW-2101", "4150.00", "Lamps for the meeting rooms", lines.at(2).value), Step::kApproved);
    cost(invoice("LW-2102", "2980.00", "Train journeys to the partners", lines.at(1).value), Step::kApproved);
    auto shared = invoice("LW-2103", "1200.00", "Translation, shared with our own work", lines.at(2).value);
    shared.insert(shared.end(), {{"allocations.0.share", "75"}, {"allocations.1.target", groups.back().choices.front().value}});
    cost(shared, Step::kSubmitted);
    cost(invoice("LW-2104", "3900.00", "Furniture for the help desk", lines.at(2).value), Step::kDraft);
    cost({{"kind", "staff"}, {"person", "Eva Example"}, {"works_from", year(0) + "-01-01"}, {"works_to", year(0) + "-03-31"},
          {"working_time_factor", "100"}, {"personnel_cost", "16200.00"}, {"days", "40"}, {"document_number", "P-1"},
          {"description", "Interviews and their evaluation"}, {"allocations.0.target", lines.at(0).value}},
         Step::kApproved);
    cost({{"kind", "in_kind"}, {"in_kind_of", "time"}, {"supplier_id", std::to_string(giver)}, {"amount", "1500.00"},
          {"valuation_basis", "60 hours at 25.00, the rate of a comparable employee"},
          {"description", "Volunteers on the help line"}, {"allocations.0.target", match}},
         Step::kApproved);
  }

  // A printing contract, a transfer that is in force, and one that waits for the approver.
  void make_changes(std::int64_t grant_id) {
    const auto printers = organisation("Quill Printers", "is_supplier", "BE");
    const auto lines = reading(database_, [&](Session& session) {
      return list_budget_lines(session, must(find_budget_version(session, grant_id, 1)).id);
    });
    const auto commit = [&](std::size_t line, const char* title, const char* amount) {
      as(coordinator_, [&](Transaction& transaction) {
        return record_commitment(transaction, grant_id,
                                 typed({{"budget_line_id", std::to_string(lines.at(line).id)},
                                        {"supplier_id", std::to_string(printers)}, {"title", title},
                                        {"reference", "PO-2026-014"}, {"signed_on", to_string(today_)}, {"amount", amount}}),
                                 today_);
      });
    };
    commit(7, "Guides for parents, print run", "4800.00");
    commit(12, "Posters for schools", "1250.00");
    const auto transfer = [&](const char* why, std::size_t from, std::size_t to, const std::string& amount) {
      return as(coordinator_, [&](Transaction& transaction) {
        return request_transfer(transaction, grant_id,
                                typed({{"justification", why},
                                       {"changes.0.budget_line_id", std::to_string(lines.at(from).id)},
                                       {"changes.0.amount", "-" + amount},
                                       {"changes.1.budget_line_id", std::to_string(lines.at(to).id)},
                                       {"changes.1.amount", amount}}));
      });
    };
    const auto first = transfer("Two meetings moved online; the guides are printed in a third language.", 6, 7, "1500.00");
    as(approver_, [&](Transaction& transaction) {
      return approve_change(transaction, {grant_id, first, 1, today_}, Input());
    });
    transfer("One recording device less, more interviews.", 9, 5, "900.00");
  }

  void make_platform_budget(std::int64_t grant_id) {
    const auto source = as(coordinator_, [&](Transaction& transaction) -> Result<std::int64_t> {
      return must(find_grant(transaction.session, grant_id)).funding_source_id;
    });
    const auto budget = as(coordinator_, [&](Transaction& transaction) {
      return draft_platform_budget(transaction, typed({{"year", year(0)}}), Currency::of("EUR"));
    });
    const auto from_grant = std::to_string(source);
    as(coordinator_, [&](Transaction& transaction) {
      return save_platform_budget(
          transaction, {budget, 1},
          typed({{"lines.0.need", "Hosting"}, {"lines.0.description", "Servers, domains, backups"}, {"lines.0.amount", "9600.00"},
                 {"lines.0.sources.0.funding_source_id", from_grant}, {"lines.0.sources.0.amount", "4800.00"},
                 {"lines.1.need", "Moderation"}, {"lines.1.description", "Two moderators, part time"},
                 {"lines.1.amount", "54000.00"}, {"lines.1.sources.0.funding_source_id", from_grant},
                 {"lines.1.sources.0.amount", "36000.00"}, {"lines.2.need", "Audit"}, {"lines.2.first_month", "11"},
                 {"lines.2.last_month", "11"}, {"lines.2.amount", "4200.00"}}));
    });
    as(coordinator_, [&](Transaction& transaction) { return submit_platform_budget(transaction, {budget, 2}, Input()); });
    as(approver_, [&](Transaction& transaction) { return approve_platform_budget(transaction, {budget, 3}, Input()); });
    const auto hosters = organisation("Harbour Hosting", "is_supplier", "NL");
    as(coordinator_, [&](Transaction& transaction) {
      return record_platform_commitment(
          transaction, typed({{"need", "Hosting"}, {"supplier_id", std::to_string(hosters)}, {"title", "Servers for a year"},
                              {"reference", "HH-88"}, {"signed_on", year(0) + "-01-02"}, {"currency", "EUR"}, {"amount", "3600.00"}}),
          today_);
    });
  }

  void make_rates() {
    as(coordinator_, [&](Transaction& transaction) {
      return import_exchange_rates(transaction, example_rates({Date::of(year(0) + "-01-01"), today_}));
    });
    as(coordinator_, [&](Transaction& transaction) {
      return record_manual_rate(transaction,
                                typed({{"currency", "KWD"}, {"on_date", year(0) + "-01-02"}, {"units_per_euro", "0.33125"},
                                       {"source", "Central Bank of Kuwait"}}),
                                today_);
    });
  }

  void make_periods(std::int64_t grant_id) {
    as(coordinator_, [&](Transaction& transaction) {
      return plan_reporting_periods(transaction, programmes_, grant_id, typed({{"months", "18"}}));
    });
  }

 public:
  // What the platform itself pays, once there are campaigns: a server rented in crowns and paid in euro, moderation, and a
  // night shift out of the fund that people gave for it.
  void make_own_costs() {
    const auto supplier = organisation("Vltava Hosting", "is_supplier", "CZ");
    const auto own = [&](const char* number, const char* amount, const char* what, const std::string& fund, const char* need) {
      cost({{"kind", "invoice"}, {"supplier_id", std::to_string(supplier)}, {"document_number", number}, {"amount", amount},
            {"description", what}, {"allocations.0.target", fund}, {"allocations.0.need", need}},
           Step::kApproved);
    };
    const auto groups = reading(database_, [](Session& session) { return list_allocation_choices(session); });
    const auto& funds = groups.back().choices;  // the general fund first
    own("VH-17", "1450.00", "Moderation in the first quarter", funds.front().value, "Moderation");
    if (funds.size() > 1) own("VH-18", "320.00", "Four night shifts", funds.back().value, "");
    Pairs rented = {{"kind", "invoice"}, {"supplier_id", std::to_string(supplier)}, {"document_number", "VH-16"},
                    {"document_on", to_string(today_.plus_days(-20))}, {"currency", "CZK"}, {"amount", "25000.00"},
                    {"paid_on", to_string(today_.plus_days(-6))}, {"paid_amount", "1004.20"}, {"paid_currency", "EUR"},
                    {"description", "Servers, half a year"}, {"allocations.0.target", funds.front().value},
                    {"allocations.0.need", "Hosting"}};
    const auto id = as(coordinator_, [&](Transaction& transaction) {
      return draft_expenditure(transaction, programmes_, typed(rented), today_);
    });
    as(coordinator_, [&](Transaction& transaction) { return submit_expenditure(transaction, {id, 1, today_}); });
    as(approver_, [&](Transaction& transaction) { return approve_expenditure(transaction, {id, 2, today_}); });
  }

 private:
  Database& database_;
  const Config& config_;
  Programmes programmes_;
  Date today_;
  Actor coordinator_;
  Actor approver_;
};

}  // namespace

Outcome make_demo(Database& database, const Config& config) {
  ListQuery any;
  any.sort = "title";
  const auto grants = reading(database, [&](Session& session) { return list_grants(session, any); });
  if (!grants) return grants.error();
  if (!grants->grants.empty()) {
    std::cout << "There are grants already; the example is for an empty database and was left out.\n";
    return kOk;
  }
  Example example(database, config);
  example.make();
  const auto day = today(config.platform.time_zone);
  make_demo_donations(database, config, example.coordinator(), day);
  example.make_own_costs();
  make_demo_year(database, config, {.coordinator = example.coordinator(), .approver = example.approver(), .today = day});
  make_demo_bank(database, config, example.coordinator(), day);  // its opening is what the books say
  make_demo_reports(database, config, example.coordinator(), example.approver());
  return kOk;
}

}  // namespace kindling
