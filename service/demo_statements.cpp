#include "demo_statements.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <utility>

#include "budgets/budget_store.hpp"
#include "budgets/record_budget.hpp"
#include "core/currency.hpp"
#include "core/input.hpp"
#include "demo_rates.hpp"
#include "donations/record_donation.hpp"
#include "funding/grant_store.hpp"
#include "funding/programme.hpp"
#include "funding/record_grant.hpp"
#include "funding/record_instalment.hpp"
#include "funding/record_organisation.hpp"
#include "ledger/record_exchange_rate.hpp"
#include "spending/expenditure.hpp"
#include "spending/expenditure_store.hpp"
#include "spending/record_commitment.hpp"
#include "spending/record_completion.hpp"
#include "spending/record_expenditure.hpp"
#include "spending/record_reporting_period.hpp"
#include "spending/reporting_period_store.hpp"
#include "spending/reverse_expenditure.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Input typed(const Pairs& pairs) {
  Input input;
  for (const auto& [name, value] : pairs) input.set(name, value);
  return input;
}

struct Line {
  const char* work_package;
  const char* category;
  int partner;  // index; -1: the grant has none
  const char* amount;
};

class Example {
 public:
  Example(Database& database, const Config& config, const Programmes& programmes, const DemoCast& cast)
      : database_(database), programmes_(programmes), cast_(cast), platform_(Currency::of(config.platform.currency)) {}

  void make() {
    make_rates();
    make_corners();
    make_doors();
    make_lighthouse();
    make_lamps();
    make_gifts();
  }

 private:
  std::string year(int from_now) const { return std::to_string(static_cast<int>(cast_.today.ymd().year()) + from_now); }

  // A day of this year, or today where that is later: the example can be made on any day.
  std::string day(const char* month_and_day) const {
    return to_string(std::min(Date::of(year(0) + month_and_day), cast_.today));
  }

  template <typename F>
  auto as(const Actor& actor, F&& work) {
    auto result = in_transaction(database_, actor, "demo", {}, std::forward<F>(work));
    if (result) return *std::move(result);
    auto message = "the example is refused: " + result.error().message;
    for (const auto& field : result.error().fields) message += " [" + field.field + ": " + field.message + "]";
    throw std::runtime_error(message);
  }
  template <typename F>
  auto as_coordinator(F&& work) { return as(cast_.coordinator, std::forward<F>(work)); }

  void make_rates() {
    as_coordinator([&](Transaction& transaction) {
      return import_exchange_rates(transaction, example_rates({Date::of(year(-1) + "-01-01"), Date::of(year(-1) + "-12-31")}));
    });
  }

  // ---- A grant with its budget in force ----

  struct Made {
    std::int64_t id = 0;
    std::vector<std::int64_t> lines;
  };

  struct Award {
    const char* amount;
    const char* reference;
    std::array<const char*, 2> shares = {};  // of the two partners, where there are any
  };
  Made grant(Pairs pairs, const Award& award, const std::vector<Line>& lines) {
    pairs.insert(pairs.end(), {{"state", "applied"}, {"probability", "70"}});
    const auto id = as_coordinator([&](Transaction& transaction) {
      return record_grant(transaction, programmes_, typed(pairs), cast_.today);
    });
    if (lines.front().partner >= 0) add_partners(id, award.shares);
    add_budget(id, lines);
    for (const Pairs& step : {Pairs{{"to_state", "awarded"}, {"awarded_amount", award.amount}, {"reference", award.reference}},
                              Pairs{{"to_state", "active"}}}) {
      as_coordinator([&](Transaction& transaction) -> Outcome {
        auto change = step;
        change.emplace_back("on_date", to_string(cast_.today));
        const auto found = find_grant(transaction.session, id);
        if (!found) return found.error();
        return change_grant_state(transaction, {id, found->version}, typed(change), cast_.today);
      });
    }
    Made made{.id = id, .lines = {}};
    const auto roots = reading(database_, [&](Session& session) {
      return list_budget_lines(session, find_budget_version(session, id, 1)->id);
    });
    for (const auto& line : roots) made.lines.push_back(line.root_id());
    return made;
  }

  void add_partners(std::int64_t id, const std::array<const char*, 2>& shares) {
    as_coordinator([&](Transaction& transaction) -> Outcome {
      const auto found = find_grant(transaction.session, id);
      if (!found) return found.error();
      Pairs rows;
      for (std::size_t i = 0; i < 2; ++i) {
        const auto row = "partners." + std::to_string(i) + ".";
        rows.emplace_back(row + "organisation_id", std::to_string(cast_.partners.at(i)));
        rows.emplace_back(row + "role", i == 0 ? "coordinator" : "partner");
        rows.emplace_back(row + "share", shares[i]);
      }
      return change_partners(transaction, {id, found->version}, typed(rows));
    });
  }

  void add_budget(std::int64_t id, const std::vector<Line>& lines) {
    const auto number = as_coordinator([&](Transaction& transaction) { return draft_budget(transaction, id); });
    as_coordinator([&](Transaction& transaction) -> Outcome {
      const auto context = find_budget_context(transaction.session, id);
      if (!context) return context.error();
      std::string paste;
      for (const auto& line : lines) {
        const auto partner = line.partner < 0 ? std::string() : context->partners.at(static_cast<std::size_t>(line.partner)).name;
        paste += std::string(line.work_package) + "\t" + line.category + "\t" + partner + "\t\t\t\t" + line.amount + "\n";
      }
      return save_budget(transaction, {id, number, 1}, typed({{"paste", paste}}));
    });
    as_coordinator([&](Transaction& transaction) { return submit_budget(transaction, {id, number, 2}); });
    as(cast_.approver, [&](Transaction& transaction) { return approve_budget(transaction, {id, number, 3}); });
  }

  void plan_periods(std::int64_t id) {
    as_coordinator([&](Transaction& transaction) {
      return plan_reporting_periods(transaction, programmes_, id, typed({{"months", "12"}}));
    });
  }

  void receive(std::int64_t id, const char* title, const char* amount, const std::string& day) {
    const auto instalment = as_coordinator([&](Transaction& transaction) {
      return plan_instalment(transaction, id, typed({{"kind", "prefinancing"}, {"title", title}, {"due_on", day}, {"amount", amount}}));
    });
    as_coordinator([&](Transaction& transaction) {
      return receive_instalment(transaction, {id, instalment, 1, cast_.today},
                                typed({{"received_on", day}, {"amount", amount}, {"reference", "RCV-" + std::to_string(id)}}));
    });
  }

  // What left the account in euro, where the invoice has another currency.
  static Pairs from_euros(Pairs invoice, const char* amount) {
    invoice.insert(invoice.end(), {{"paid_currency", "EUR"}, {"paid_amount", amount}});
    return invoice;
  }

  // Approved; paid where a day is given.
  std::int64_t cost(Pairs pairs, const std::string& target, const std::string& paid_on = {}) {
    pairs.emplace_back("allocations.0.target", target);
    if (!paid_on.empty()) pairs.emplace_back("paid_on", paid_on);
    const auto id = as_coordinator([&](Transaction& transaction) {
      return draft_expenditure(transaction, programmes_, typed(pairs), cast_.today);
    });
    as_coordinator([&](Transaction& transaction) { return submit_expenditure(transaction, {id, 1, cast_.today}); });
    as(cast_.approver, [&](Transaction& transaction) { return approve_expenditure(transaction, {id, 2, cast_.today}); });
    return id;
  }
  Pairs invoice(const char* number, const std::string& day, const char* currency, const char* amount, const char* what) const {
    return {{"kind", "invoice"}, {"supplier_id", std::to_string(cast_.supplier)}, {"document_number", number},
            {"document_on", day}, {"currency", currency}, {"amount", amount}, {"description", what}};
  }
  // Of a half of the year before; the paper of its second half comes in this year.
  Pairs staff(const char* number, bool first_half, const char* person, const char* cost_of_period, const char* days) const {
    return {{"kind", "staff"}, {"person", person}, {"document_number", number},
            {"document_on", first_half ? year(-1) + "-06-30" : day("-01-31")},
            {"works_from", year(-1) + (first_half ? "-01-01" : "-07-01")}, {"works_to", year(-1) + (first_half ? "-06-30" : "-12-31")},
            {"working_time_factor", "100"}, {"currency", "EUR"}, {"personnel_cost", cost_of_period}, {"days", days},
            {"description", "Work on the project"}};
  }
  static std::string line(std::int64_t root) { return "line:" + std::to_string(root); }

  // ---- The grants ----

  // Its first period is closed; a cost of it is corrected in the second one.
  void make_corners() {
    const auto made = grant({{"programme", "eu-standard-7"}, {"title", "Bright Corners: safe chats for teenagers"},
                             {"call", "CERV-DAPHNE"}, {"funder_id", std::to_string(cast_.commission)}, {"currency", "EUR"},
                             {"requested_amount", "400000.00"}, {"starts_on", year(-1) + "-01-01"}, {"ends_on", year(1) + "-12-31"}},
                            {"400000.00", "101198765", {"250000.00", "150000.00"}},
                            {{"WP1", "a1", 0, "90000.00"}, {"WP1", "c1", 0, "12000.00"}, {"WP2", "c3", 0, "20000.00"},
                             {"WP2", "a1", 1, "60000.00"}, {"WP2", "b", 1, "30000.00"}, {"WP3", "c3", 1, "15000.00"}});
    plan_periods(made.id);
    receive(made.id, "Prefinancing", "160000.00", year(-1) + "-02-10");
    const auto before = year(-1);
    cost(staff("BC-P1", true, "Eva Example", "24000.00", "60"), line(made.lines[0]));
    cost(staff("BC-P2", true, "Jan Priklad", "19000.00", "45.5"), line(made.lines[3]));
    cost(invoice("BC-11", before + "-03-12", "EUR", "1840.50", "Train journeys to the kick-off"), line(made.lines[1]), before + "-04-02");
    cost(from_euros(invoice("BC-12", before + "-05-20", "CZK", "148500.00", "Interviews by an institute"), "5952.40"), line(made.lines[4]), before + "-06-15");
    const auto wrong = cost(invoice("BC-13", before + "-09-03", "EUR", "4200.00", "Cameras for the workshops"), line(made.lines[2]));
    close_first_period(made.id);
    as_coordinator([&](Transaction& transaction) {
      return request_reversal(transaction, {wrong, version_of(transaction, wrong), cast_.today},
                              typed({{"amount", "700.00"}, {"booked_on", day("-02-03")}, {"reason", "One camera was sent back"}}));
    });
    as(cast_.approver, [&](Transaction& transaction) {
      return approve_reversal(transaction, {wrong, version_of(transaction, wrong), cast_.today});
    });
    cost(staff("BC-P3", false, "Jan Priklad", "20000.00", "50"), line(made.lines[3]));
    cost(from_euros(invoice("BC-21", day("-02-18"), "CZK", "36200.00", "Print of the guides"), "1441.70"), line(made.lines[5]), day("-03-01"));
    cost(invoice("BC-22", day("-03-09"), "EUR", "960.00", "Rooms for the training"), line(made.lines[2]));
  }

  static int version_of(Transaction& transaction, std::int64_t expenditure) {
    return find_expenditure(transaction.session, expenditure)->version;
  }

  void close_first_period(std::int64_t grant_id) {
    const auto step = [&](const Actor& actor, auto&& work) {
      as(actor, [&](Transaction& transaction) -> Outcome {
        const auto period = find_reporting_period(transaction.session, grant_id, 1);
        if (!period) return period.error();
        return work(transaction, PeriodAct{grant_id, 1, period->version, cast_.today});
      });
    };
    step(cast_.coordinator, [](Transaction& transaction, const PeriodAct& act) { return begin_closing(transaction, act); });
    step(cast_.approver, [](Transaction& transaction, const PeriodAct& act) {
      return close_reporting_period(transaction, act, typed({{"note", "The originals are with the auditor."}}));
    });
  }

  void make_doors() {
    const auto made = grant({{"programme", "erasmus-plus-lump-sum"}, {"title", "Open Doors: training for schools"},
                             {"call", "ERASMUS-EDU-PCOOP"}, {"funder_id", std::to_string(cast_.commission)}, {"currency", "EUR"},
                             {"requested_amount", "250000.00"}, {"starts_on", year(0) + "-01-01"}, {"ends_on", year(1) + "-12-31"}},
                            {"250000.00", "KA220-SCH-0042", {"150000.00", "100000.00"}},
                            {{"WP1 Management", "lump", 0, "30000.00"}, {"WP1 Management", "lump", 1, "12000.00"},
                             {"WP2 Curriculum", "lump", 0, "60000.00"}, {"WP2 Curriculum", "lump", 1, "45000.00"},
                             {"WP3 Pilot schools", "lump", 0, "40000.00"}, {"WP3 Pilot schools", "lump", 1, "38000.00"},
                             {"WP4 Spreading the word", "lump", 0, "20000.00"}, {"WP4 Spreading the word", "lump", 1, "5000.00"}});
    plan_periods(made.id);
    receive(made.id, "Prefinancing", "100000.00", day("-03-15"));
    as_coordinator([&](Transaction& transaction) {
      return record_completions(transaction, {made.id, 1},
                                typed({{"packages.0.work_package", "WP2 Curriculum"}, {"packages.0.period", "1"},
                                       {"packages.0.note", "Deliverables D2.1 to D2.3 accepted"}}));
    });
  }

  void make_lighthouse() {
    const auto agency = as_coordinator([&](Transaction& transaction) {
      return record_organisation(transaction, typed({{"name", "Office of Victim Services"}, {"is_funder", "on"}, {"country", "US"}}));
    });
    const auto made = grant({{"programme", "us-federal"}, {"title", "Lighthouse: a line for callers abroad"},
                             {"funder_id", std::to_string(agency)}, {"currency", "USD"}, {"requested_amount", "180000.00"},
                             {"match_required", "20000.00"}, {"starts_on", year(0) + "-01-01"}, {"ends_on", year(1) + "-12-31"}},
                            {"180000.00", "15-OVC-0042"},
                            {{"", "personnel", -1, "80000.00"}, {"", "travel", -1, "15000.00"}, {"", "equipment", -1, "20000.00"},
                             {"", "contractual", -1, "30000.00"}});
    receive(made.id, "First drawdown", "45000.00", day("-02-20"));
    cost(invoice("LH-1", day("-02-25"), "USD", "18400.00", "Salaries of two listeners, by the payroll office"), line(made.lines[0]), day("-03-01"));
    cost(invoice("LH-2", day("-04-14"), "USD", "3260.75", "Flights and lodging"), line(made.lines[1]), day("-05-02"));
    cost(invoice("LH-3", day("-05-07"), "USD", "7900.00", "Telephone exchange"), line(made.lines[2]), day("-05-30"));
    cost(invoice("LH-4", day("-09-18"), "USD", "5450.00", "Interpreters"), line(made.lines[3]));
    cost(from_euros(invoice("LH-5", day("-06-11"), "USD", "2100.00", "Supervision, paid by ourselves"), "1944.00"), "match:" + std::to_string(made.id), day("-06-30"));
    as_coordinator([&](Transaction& transaction) {
      return record_commitment(transaction, made.id,
                               typed({{"budget_line_id", std::to_string(made.lines[3])}, {"supplier_id", std::to_string(cast_.supplier)},
                                      {"title", "Interpreters, next half year"}, {"reference", "PO-77"},
                                      {"signed_on", day("-10-01")}, {"amount", "6000.00"}}),
                               cast_.today);
    });
  }

  void make_lamps() {
    const auto made = grant({{"programme", "lantern-foundation"}, {"title", "Lamps for callers: evenings and weekends"},
                             {"funder_id", std::to_string(cast_.foundation)}, {"currency", "EUR"}, {"requested_amount", "54000.00"},
                             {"starts_on", year(0) + "-01-01"}, {"ends_on", year(0) + "-12-31"}},
                            {"54000.00", "LF-2031", {}},
                            {{"", "salaries", -1, "24000.00"}, {"", "volunteers", -1, "4000.00"}, {"", "travel", -1, "3500.00"},
                             {"", "events", -1, "8000.00"}, {"", "equipment", -1, "5000.00"}, {"", "services", -1, "5500.00"}});
    plan_periods(made.id);
    receive(made.id, "First half", "27000.00", day("-01-25"));
    cost(invoice("LC-1", day("-03-31"), "EUR", "5850.00", "Salary of the night coordinator, by the payroll office"), line(made.lines[0]), day("-04-05"));
    cost(invoice("LC-2", day("-04-17"), "EUR", "740.20", "Meals and journeys of volunteers"), line(made.lines[1]), day("-04-30"));
    cost(invoice("LC-3", day("-05-22"), "EUR", "1310.00", "Training weekend"), line(made.lines[3]), day("-06-02"));
    cost(invoice("LC-4", day("-02-11"), "EUR", "4980.00", "Headsets and two workplaces"), line(made.lines[4]), day("-03-01"));
  }

  void make_gifts() {
    const char* amounts[] = {"120.00", "35.00", "60.00", "500.00", "25.00", "80.00"};
    for (int month = 0; month < 6; ++month) {
      const auto day = year(-1) + (month < 4 ? "-0" : "-") + std::to_string(2 * month + 2) + "-11";
      as_coordinator([&](Transaction& transaction) {
        return record_donation(transaction,
                               typed({{"given_on", day}, {"gross", amounts[month]}, {"fee", "0.35"}, {"method", "online"},
                                      {"reference", "DEMO-BEFORE-" + std::to_string(month)}}),
                               {platform_, cast_.today});
      });
    }
  }

  Database& database_;
  const Programmes& programmes_;
  const DemoCast& cast_;
  Currency platform_;
};

}  // namespace

void make_demo_statements(Database& database, const Config& config, const Programmes& programmes, const DemoCast& cast) {
  Example(database, config, programmes, cast).make();
}

}  // namespace kindling
