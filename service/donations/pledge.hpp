// Pledges: recurring promises, anchored on the agreed day. Types and rules, without I/O. A pledge is never money.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

enum class Cycle { kMonthly, kQuarterly, kYearly };
std::string_view to_string(Cycle cycle);

struct NewPledge {
  std::int64_t donor_id = 0;
  std::optional<std::int64_t> campaign_id;
  Money amount;
  Cycle cycle = Cycle::kMonthly;
  std::optional<int> anchor_day;  // 1 to 31; nullopt: the last day of the month
  Date starts_on;                 // the first expected day is on or after it
  std::optional<Date> ends_on;
};

struct Pause {
  Date first;
  std::optional<Date> last;  // nullopt: still
};

struct Pledge : NewPledge {
  std::int64_t id = 0;
  int version = 0;
  std::string state;  // active, paused, ended
  std::string donor_reference;
  std::string campaign_name;
  std::string ended_reason;
  std::vector<Pause> pauses;
  std::vector<Date> met;  // expected days for which a gift came, ascending
};

// Fields: donor_id, campaign_id, currency, amount, cycle, anchor_day (1 to 31, or "last"; the day of starts_on where
// absent), starts_on, ends_on; version is passed over.
Result<NewPledge> parse_pledge(const Input& input, Currency platform);

// The expected days from starts_on to `until`, both included, without those that fall into a pause. Each is
// min(anchor day, last day of the month), computed from the anchor and never from the day before it: no drift.
std::vector<Date> expected_days(const Pledge& pledge, Date until);
// The expected days up to `until` for which nothing came.
std::vector<Date> open_days(const Pledge& pledge, Date until);
// The next expected day after `today`; nullopt: none will come.
std::optional<Date> next_day(const Pledge& pledge, Date today);

// Late: the oldest open day is more than 7 days ago. Lapsed: the last three expected days are all open and late.
enum class Standing { kOnTime, kLate, kLapsed, kPaused, kEnded };
std::string_view to_string(Standing standing);
Standing standing_of(const Pledge& pledge, Date today);

// The day that a gift given on `given_on` meets: the earliest open one that is not more than 15 days ahead.
std::optional<Date> day_met_by(const Pledge& pledge, Date given_on);

Value pledge_value(const Pledge& pledge, Date today);  // schema "Pledge"

}  // namespace kindling
