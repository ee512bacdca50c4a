#include "donations/pledge.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "core/fields.hpp"

namespace kindling {
namespace {

constexpr std::string_view kCycles[] = {"monthly", "quarterly", "yearly"};
constexpr int kGraceDays = 7;
constexpr int kEarlyDays = 15;
constexpr std::size_t kLapsedAfter = 3;

int months_of(Cycle cycle) { return cycle == Cycle::kMonthly ? 1 : cycle == Cycle::kQuarterly ? 3 : 12; }

// The anchored day of the month that lies `months` after the start's.
Date anchored_day(const NewPledge& pledge, int months) {
  const auto start = pledge.starts_on.ymd();
  const auto month = std::chrono::year_month(start.year(), start.month()) + std::chrono::months(months);
  const auto last = std::chrono::year_month_day_last(month.year(), std::chrono::month_day_last(month.month())).day();
  const auto day = pledge.anchor_day ? std::min(std::chrono::day(static_cast<unsigned>(*pledge.anchor_day)), last) : last;
  return Date(std::chrono::sys_days(month.year() / month.month() / day));
}

bool is_paused_on(const Pledge& pledge, Date day) {
  return std::ranges::any_of(pledge.pauses, [&](const Pause& pause) {
    return pause.first <= day && (!pause.last || day <= *pause.last);
  });
}

std::optional<int> parse_anchor(Fields& fields, Date starts_on) {
  const auto text = fields.optional_text("anchor_day", {.max = 10});
  if (!text) return static_cast<int>(static_cast<unsigned>(starts_on.ymd().day()));
  if (*text == "last") return std::nullopt;
  int day = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), day);
  if (error != std::errc() || end != text->data() + text->size() || day < 1 || day > 31) {
    fields.fail("anchor_day", "not_a_day", "Enter a day from 1 to 31, or \"last\" for the last day of the month.");
    return 1;
  }
  return day;
}

}  // namespace

std::string_view to_string(Cycle cycle) { return kCycles[static_cast<std::size_t>(cycle)]; }

std::string_view to_string(Standing standing) {
  static constexpr std::string_view kNames[] = {"on time", "late", "lapsed", "paused", "ended"};
  return kNames[static_cast<std::size_t>(standing)];
}

Result<NewPledge> parse_pledge(const Input& input, Currency platform) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto currency = input.text("currency").empty() ? platform : fields.currency("currency");
  if (input.find("currency") != nullptr) fields.optional_text("currency");
  const auto cycle = fields.one_of("cycle", kCycles);
  const auto starts_on = fields.date("starts_on");
  NewPledge pledge{.donor_id = fields.id("donor_id"),
                   .campaign_id = fields.optional_id("campaign_id"),
                   .amount = fields.money("amount", currency, {.min_minor = 1}),
                   .cycle = static_cast<Cycle>(std::ranges::find(kCycles, cycle) - std::begin(kCycles)),
                   .anchor_day = parse_anchor(fields, starts_on),
                   .starts_on = starts_on,
                   .ends_on = fields.optional_date("ends_on")};
  if (pledge.ends_on && *pledge.ends_on < pledge.starts_on && !fields.failed("ends_on")) {
    fields.fail("ends_on", "end_before_start", "Enter an end that is not before the start.");
  }
  return fields.finish(std::move(pledge));
}

std::vector<Date> expected_days(const Pledge& pledge, Date until) {
  std::vector<Date> days;
  const auto end = pledge.ends_on ? std::min(*pledge.ends_on, until) : until;
  for (int months = 0;; months += months_of(pledge.cycle)) {
    const auto day = anchored_day(pledge, months);
    if (day > end) return days;
    if (day >= pledge.starts_on && !is_paused_on(pledge, day)) days.push_back(day);
  }
}

std::vector<Date> open_days(const Pledge& pledge, Date until) {
  auto days = expected_days(pledge, until);
  std::erase_if(days, [&](Date day) { return std::ranges::binary_search(pledge.met, day); });
  return days;
}

std::optional<Date> next_day(const Pledge& pledge, Date today) {
  if (pledge.state != "active") return std::nullopt;
  static constexpr int kTwoCyclesDays = 2 * 366;
  for (const auto day : open_days(pledge, today.plus_days(kTwoCyclesDays))) {
    if (day > today) return day;
  }
  return std::nullopt;
}

Standing standing_of(const Pledge& pledge, Date today) {
  if (pledge.state == "ended") return Standing::kEnded;
  if (pledge.state == "paused") return Standing::kPaused;
  const auto due = expected_days(pledge, today.plus_days(-kGraceDays - 1));
  const auto open = open_days(pledge, today.plus_days(-kGraceDays - 1));
  if (open.empty()) return Standing::kOnTime;
  const bool last_ones = due.size() >= kLapsedAfter && open.size() >= kLapsedAfter &&
                         open[open.size() - kLapsedAfter] == due[due.size() - kLapsedAfter];
  return last_ones ? Standing::kLapsed : Standing::kLate;
}

std::optional<Date> day_met_by(const Pledge& pledge, Date given_on) {
  if (pledge.state == "ended") return std::nullopt;
  const auto open = open_days(pledge, given_on.plus_days(kEarlyDays));
  return open.empty() ? std::nullopt : std::optional(open.front());
}

Value pledge_value(const Pledge& pledge, Date today) {
  const auto next = next_day(pledge, today);
  auto open = Value::array();
  for (const auto day : open_days(pledge, today)) open.push(to_string(day));
  return Value::object({{"id", pledge.id},
                        {"version", pledge.version},
                        {"donor_id", pledge.donor_id},
                        {"donor_reference", pledge.donor_reference},
                        {"campaign_id", pledge.campaign_id ? Value(*pledge.campaign_id) : Value()},
                        {"currency", pledge.amount.currency.code()},
                        {"amount", to_string(pledge.amount)},
                        {"cycle", to_string(pledge.cycle)},
                        {"anchor_day", pledge.anchor_day ? std::to_string(*pledge.anchor_day) : std::string("last")},
                        {"starts_on", to_string(pledge.starts_on)},
                        {"ends_on", pledge.ends_on ? Value(to_string(*pledge.ends_on)) : Value()},
                        {"state", pledge.state},
                        {"standing", to_string(standing_of(pledge, today))},
                        {"next_on", next ? Value(to_string(*next)) : Value()},
                        {"open_days", std::move(open)},
                        {"days_met", pledge.met.size()}});
}

}  // namespace kindling
