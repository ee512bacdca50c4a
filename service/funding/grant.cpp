#include "funding/grant.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "core/fields.hpp"

namespace kindling {
namespace {

constexpr std::array<std::string_view, 3> kFirstStates{"prospect", "drafting", "applied"};
constexpr std::array<std::string_view, 2> kOverspendRules{"stop", "warn"};

// What applies where a field is left empty: the programme's rules, or the grant's own.
struct Defaults {
  Percent funding_rate{10000};
  Percent indirect_rate{0};
  Percent transfer_threshold{10000};
  OverspendRule overspend_rule = OverspendRule::kStop;
  ExchangePolicy exchange_policy = ExchangePolicy::kBookingDate;
  std::string layout;
  std::vector<Category> categories;
};

bool is_category_code(std::string_view code) {
  const auto plain = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return !code.empty() && plain(code.front()) &&
         std::ranges::all_of(code, [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-'; });
}

// The categories as typed; the defaults where none is. A row without code and name is one that was left
// empty.
std::vector<Category> read_categories(Fields& fields, const Input& input,
                                      const std::vector<Category>& defaults) {
  std::vector<Category> found;
  std::set<std::string> seen;
  for (auto& row : fields.rows("categories", kCategoriesMax)) {
    const bool blank = !input.strict() && trimmed(input.text(row.path("code"))).empty() &&
                       trimmed(input.text(row.path("name"))).empty();
    const bool in_base = row.flag("in_indirect_base");
    const bool needs_amendment = row.flag("needs_amendment");
    if (blank) continue;
    auto code = row.text("code", {.max = 20});
    auto name = row.text("name", {.max = 120});
    if (!code.empty() && !is_category_code(code)) {
      row.fail("code", "not_a_code", "Use letters, digits, points and hyphens only, such as A1 or C.2.");
    } else if (!code.empty() && !seen.insert(code).second) {
      row.fail("code", "doubled", "This code stands here twice; each category needs its own.");
    }
    found.push_back({.code = std::move(code), .name = std::move(name), .in_indirect_base = in_base,
                     .needs_amendment = needs_amendment});
  }
  return found.empty() ? defaults : found;
}

Percent read_funding_rate(Fields& fields, Percent fallback) {
  const auto rate = fields.optional_percent("funding_rate").value_or(fallback);
  if (rate.basis_points == 0 && !fields.failed("funding_rate")) {
    fields.fail("funding_rate", "out_of_range", "Enter a funding rate above 0, up to 100.");
  }
  return rate;
}

OverspendRule read_overspend_rule(Fields& fields, OverspendRule fallback) {
  const auto text = fields.optional_one_of("overspend_rule", kOverspendRules);
  if (!text) return fallback;
  return *text == "warn" ? OverspendRule::kWarn : OverspendRule::kStop;
}

ExchangePolicy read_exchange_policy(Fields& fields, ExchangePolicy fallback) {
  static constexpr std::array<std::string_view, 3> kPolicies{"booking_date", "month_average", "period_average"};
  const auto text = fields.optional_one_of("exchange_policy", kPolicies);
  return text ? find_exchange_policy(*text).value_or(fallback) : fallback;
}

std::optional<Date> read_retention(Fields& fields, Date end) {
  auto date = fields.optional_date("retention_until");
  if (date && *date < end && !fields.failed("ends_on")) {
    fields.fail("retention_until", "end_before_start",
                "Records are kept beyond the grant's end; enter a date not before " + to_string(end) + ".");
  }
  return date;
}

std::string read_layout(Fields& fields, const Programmes& programmes, const std::string& fallback) {
  std::vector<std::string_view> layouts;
  if (!fallback.empty()) layouts.push_back(fallback);
  for (const auto& programme : programmes.all()) {
    if (std::ranges::find(layouts, programme.layout) == layouts.end()) layouts.push_back(programme.layout);
  }
  return fields.optional_one_of("report_layout", layouts).value_or(fallback);
}

// The same day some years later; 29 February becomes the 28th where the year has none.
Date plus_years(Date date, int years) {
  const auto later = date.ymd() + std::chrono::years(years);
  return Date(later.ok() ? std::chrono::sys_days(later)
                         : std::chrono::sys_days(later.year() / later.month() / std::chrono::last));
}

void require_requested(Fields& fields, const NewGrant& grant) {
  const bool early = grant.state == GrantState::kProspect || grant.state == GrantState::kDrafting ||
                     grant.state == GrantState::kWithdrawn;
  if (early || grant.requested || fields.failed("requested_amount")) return;
  fields.fail("requested_amount", "required", "Enter the amount that was applied for.");
}

// What a new grant and a change have in common.
NewGrant read_common(Fields& fields, const Input& input, const Programmes& programmes,
                     const Defaults& defaults) {
  const auto currency = fields.currency("currency");
  const auto period = fields.period("starts_on", "ends_on");
  return {.programme_code = {},
          .title = fields.text("title", {.max = 200}),
          .reference = fields.optional_text("reference", {.max = 100}),
          .call = fields.optional_text("call", {.max = 200}),
          .funder_id = fields.id("funder_id"),
          .state = GrantState::kProspect,
          .state_on = period.first,
          .currency = currency,
          .requested = fields.optional_money("requested_amount", currency, {.min_minor = 1}),
          .awarded = std::nullopt,
          .probability = {},
          .period = period,
          .funding_rate = read_funding_rate(fields, defaults.funding_rate),
          .indirect_rate = fields.optional_percent("indirect_rate").value_or(defaults.indirect_rate),
          .categories = read_categories(fields, input, defaults.categories),
          .transfer_threshold =
              fields.optional_percent("transfer_threshold").value_or(defaults.transfer_threshold),
          .overspend_rule = read_overspend_rule(fields, defaults.overspend_rule),
          .exchange_policy = read_exchange_policy(fields, defaults.exchange_policy),
          .match_required = fields.optional_money("match_required", currency).value_or(Money{0, currency}),
          .retention_until = read_retention(fields, period.last),
          .report_layout = read_layout(fields, programmes, defaults.layout),
          .notes = fields.optional_text("notes", {.max = 4000, .multiline = true})};
}

void refuse_settled(Fields& fields, std::string_view name, std::string message) {
  if (!fields.failed(name)) fields.fail(name, "settled", std::move(message));
}

// Programme and state are no part of a change, but what was read may be sent back as it was.
void check_unchanged(Fields& fields, const Grant& grant) {
  const auto programme = fields.optional_text("programme", {.max = 60});
  if (programme && *programme != grant.programme_code) {
    refuse_settled(fields, "programme", "A grant keeps its programme. Record a new grant for another one.");
  }
  const auto state = fields.optional_text("state", {.max = 20});
  if (state && *state != to_string(grant.state)) {
    refuse_settled(fields, "state", "The state changes on the grant's page, with a date and a reason.");
  }
}

std::optional<Money> read_awarded(Fields& fields, const Grant& grant) {
  if (grant.awarded) return fields.money("awarded_amount", grant.currency, {.min_minor = 1});
  if (fields.optional_text("awarded_amount", {.max = 40})) {
    fields.fail("awarded_amount", "not_awarded", "Record the award first; it asks for the amount.");
  }
  return std::nullopt;
}

Percent read_changed_probability(Fields& fields, const Grant& grant) {
  const auto probability = fields.optional_percent("probability").value_or(grant.probability);
  if (!is_open(grant.state) && probability != grant.probability) {
    refuse_settled(fields, "probability",
                   "The funder has decided, so the probability is no estimate any more.");
  }
  return probability;
}

std::string flag_text(bool flag) {
  return flag ? "true" : "";
}

void add_categories(Input& typed, const std::vector<Category>& categories) {
  for (std::size_t i = 0; i < categories.size(); ++i) {
    const auto row = "categories." + std::to_string(i) + ".";
    typed.set(row + "code", categories[i].code);
    typed.set(row + "name", categories[i].name);
    typed.set(row + "in_indirect_base", flag_text(categories[i].in_indirect_base));
    typed.set(row + "needs_amendment", flag_text(categories[i].needs_amendment));
  }
}

}  // namespace

std::string_view to_string(OverspendRule rule) {
  return rule == OverspendRule::kWarn ? "warn" : "stop";
}

Result<NewGrant> parse_grant(const Input& input, const Programmes& programmes, Date today) {
  Fields fields(input);
  const auto code = fields.text("programme", {.max = 60});
  const auto* programme = programmes.find(code);
  if (programme == nullptr && !fields.failed("programme")) {
    fields.fail("programme", "not_one_of", "There is no programme with this code; choose one of the list.");
  }
  Defaults defaults;
  if (programme != nullptr) {
    defaults = {.funding_rate = programme->funding_rate,
                .indirect_rate = programme->indirect_rate,
                .transfer_threshold = programme->transfer_threshold,
                .overspend_rule = OverspendRule::kStop,
                .exchange_policy = programme->exchange_policy,
                .layout = programme->layout,
                .categories = programme->categories};
  }
  auto grant = read_common(fields, input, programmes, defaults);
  grant.programme_code = code;
  const auto state = fields.optional_one_of("state", kFirstStates).value_or("prospect");
  grant.state = find_grant_state(state).value_or(GrantState::kProspect);
  grant.state_on = fields.optional_date("state_on").value_or(today);
  if (grant.state_on > today) {
    fields.fail("state_on", "in_the_future",
                "Enter a date that is not after today, " + to_string(today) + ".");
  }
  grant.probability = fields.percent("probability");
  if (programme != nullptr && !grant.retention_until) {
    grant.retention_until = plus_years(grant.period.last, programme->retention_years);
  }
  require_requested(fields, grant);
  return fields.finish(std::move(grant));
}

Result<NewGrant> parse_grant_change(const Input& input, const Programmes& programmes, const Grant& grant) {
  Fields fields(input);
  const Defaults defaults{.funding_rate = grant.funding_rate,
                          .indirect_rate = grant.indirect_rate,
                          .transfer_threshold = grant.transfer_threshold,
                          .overspend_rule = grant.overspend_rule,
                          .exchange_policy = grant.exchange_policy,
                          .layout = grant.report_layout,
                          .categories = {}};
  auto change = read_common(fields, input, programmes, defaults);
  check_unchanged(fields, grant);
  change.programme_code = grant.programme_code;
  change.state = grant.state;
  change.probability = read_changed_probability(fields, grant);
  change.awarded = read_awarded(fields, grant);
  if (grant.awarded && change.currency != grant.currency) {
    refuse_settled(fields, "currency", "The grant is awarded in " + std::string(grant.currency.code()) + ".");
  }
  require_requested(fields, change);
  return fields.finish(std::move(change));
}

Input typed_of(const Programme& programme) {
  Input typed;
  typed.set("programme", programme.code);
  typed.set("state", "prospect");
  typed.set("funding_rate", to_string(programme.funding_rate));
  typed.set("indirect_rate", to_string(programme.indirect_rate));
  typed.set("transfer_threshold", to_string(programme.transfer_threshold));
  typed.set("overspend_rule", "stop");
  typed.set("exchange_policy", std::string(to_string(programme.exchange_policy)));
  typed.set("report_layout", programme.layout);
  add_categories(typed, programme.categories);
  return typed;
}

Input typed_of(const Grant& grant, const std::vector<Category>& categories) {
  Input typed;
  typed.set("programme", grant.programme_code);
  typed.set("title", grant.title);
  typed.set("reference", grant.reference.value_or(""));
  typed.set("call", grant.call.value_or(""));
  typed.set("funder_id", std::to_string(grant.funder_id));
  typed.set("state", std::string(to_string(grant.state)));
  typed.set("currency", std::string(grant.currency.code()));
  typed.set("requested_amount", grant.requested ? to_string(*grant.requested) : "");
  if (grant.awarded) typed.set("awarded_amount", to_string(*grant.awarded));
  typed.set("probability", to_string(grant.probability));
  typed.set("starts_on", to_string(grant.period.first));
  typed.set("ends_on", to_string(grant.period.last));
  typed.set("funding_rate", to_string(grant.funding_rate));
  typed.set("indirect_rate", to_string(grant.indirect_rate));
  typed.set("transfer_threshold", to_string(grant.transfer_threshold));
  typed.set("overspend_rule", std::string(to_string(grant.overspend_rule)));
  typed.set("exchange_policy", std::string(to_string(grant.exchange_policy)));
  typed.set("match_required", to_string(grant.match_required));
  typed.set("retention_until", grant.retention_until ? to_string(*grant.retention_until) : "");
  typed.set("report_layout", grant.report_layout);
  typed.set("notes", grant.notes.value_or(""));
  add_categories(typed, categories);
  return typed;
}

}  // namespace kindling
