// What happens to a grant that is recorded: a change of what was typed, its life cycle, its partners; just inside and just
// outside of each rule.
#include "funding/grant.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/programmes.hpp"

namespace kindling {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

const Date kToday = Date::of("2026-06-30");

// ---- A change ----

Grant stored(GrantState state) {
  const auto euro = Currency::of("EUR");
  const bool awarded = state == GrantState::kAwarded || state == GrantState::kActive;
  return {.id = 7,
          .version = 3,
          .funding_source_id = 9,
          .programme_code = "horizon-europe-actual",
          .title = "Spark",
          .reference = std::nullopt,
          .call = std::nullopt,
          .funder_id = 3,
          .funder_name = "A funder",
          .state = state,
          .currency = euro,
          .requested = Money{100'000'000, euro},
          .awarded = awarded ? std::optional(Money{90'000'000, euro}) : std::nullopt,
          .probability = {awarded ? 10000 : 6000},
          .period = {Date::of("2026-01-01"), Date::of("2028-12-31")},
          .funding_rate = {10000},
          .indirect_rate = {2500},
          .transfer_threshold = {2000},
          .overspend_rule = OverspendRule::kStop,
          .exchange_policy = ExchangePolicy::kPeriodAverage,
          .match_required = {0, euro},
          .retention_until = std::nullopt,
          .report_layout = test_programmes().find("horizon-europe-actual")->layout,
          .fund_id = awarded ? std::optional<std::int64_t>(4) : std::nullopt,
          .notes = std::nullopt};
}

std::vector<std::string> change_breaches(const Input& input, const Grant& grant) {
  const auto change = parse_grant_change(input, test_programmes(), grant);
  if (change) return {"ok"};
  std::vector<std::string> found;
  for (const auto& error : change.error().fields) found.push_back(error.field + ":" + error.code);
  return found;
}

TEST(ParseGrantChange, TakesBackWhatItsFormShows) {
  for (const auto state : {GrantState::kProspect, GrantState::kApplied, GrantState::kActive}) {
    const auto grant = stored(state);
    EXPECT_THAT(change_breaches(
                    typed_of(grant, {{.code = "A", .name = "Personnel", .in_indirect_base = true}}), grant),
                ElementsAre("ok"));
  }
}

TEST(ParseGrantChange, KeepsWhatIsSettled) {
  const auto active = stored(GrantState::kActive);
  auto input = typed_of(active, {});
  input.set("programme", "generic-foundation");
  input.set("state", "closed");
  input.set("currency", "USD");
  input.set("probability", "50");
  EXPECT_THAT(
      change_breaches(input, active),
      UnorderedElementsAre("programme:settled", "state:settled", "currency:settled", "probability:settled"));
}

TEST(ParseGrantChange, KnowsTheAwardedAmountOnlyOnceAwarded) {
  const auto drafting = stored(GrantState::kDrafting);
  auto early = typed_of(drafting, {});
  early.set("awarded_amount", "5");
  EXPECT_THAT(change_breaches(early, drafting), ElementsAre("awarded_amount:not_awarded"));

  const auto active = stored(GrantState::kActive);
  auto late = typed_of(active, {});
  late.set("awarded_amount", "");
  EXPECT_THAT(change_breaches(late, active), ElementsAre("awarded_amount:required"));
  late.set("awarded_amount", "950,000.00");
  EXPECT_EQ(parse_grant_change(late, test_programmes(), active)->awarded,
            (Money{95'000'000, Currency::of("EUR")}));
}

// ---- The life cycle ----

TEST(GrantState, MovesOnlyAlongItsEdges) {
  std::vector<std::string> edges;
  for (const auto from : grant_states()) {
    for (const auto to : grant_states()) {
      if (const auto* edge = find_edge(from, to)) {
        edges.push_back(std::string(to_string(from)) + ">" + std::string(to_string(to)) +
                        (edge->needs_reason ? "!" : ""));
      }
    }
  }
  EXPECT_THAT(edges,
              ElementsAre("prospect>drafting", "prospect>withdrawn!", "drafting>applied",
                          "drafting>withdrawn!", "applied>awarded", "applied>rejected!", "applied>withdrawn!",
                          "awarded>active", "awarded>withdrawn!", "active>suspended!", "active>closing",
                          "suspended>active", "suspended>closing", "closing>closed"));
}

Result<NewGrantState> move(const Grant& grant, std::vector<std::pair<std::string, std::string>> typed) {
  Input input(true);
  for (auto& [name, text] : typed) input.add(name, text);
  return parse_grant_state(input, grant, kToday);
}

std::vector<std::string> move_breaches(const Grant& grant,
                                       std::vector<std::pair<std::string, std::string>> typed) {
  const auto change = move(grant, std::move(typed));
  if (change) return {"ok"};
  if (change.error().fields.empty()) return {change.error().code};
  std::vector<std::string> found;
  for (const auto& error : change.error().fields) found.push_back(error.field + ":" + error.code);
  return found;
}

TEST(ParseGrantState, AsksForTheAmountOfAnAward) {
  const auto applied = stored(GrantState::kApplied);
  EXPECT_THAT(move_breaches(applied, {{"to_state", "awarded"}, {"on_date", "2026-06-30"}}),
              ElementsAre("awarded_amount:required"));
  const auto change = move(applied, {{"to_state", "awarded"},
                                     {"on_date", "2026-06-30"},
                                     {"awarded_amount", "900000.00"},
                                     {"reference", "101000000"}});
  ASSERT_TRUE(change.ok());
  EXPECT_EQ(change->awarded, (Money{90'000'000, Currency::of("EUR")}));
  EXPECT_EQ(change->reference, "101000000");
}

TEST(ParseGrantState, AsksForAReasonWhereTheEdgeDoes) {
  const auto applied = stored(GrantState::kApplied);
  EXPECT_THAT(move_breaches(applied, {{"to_state", "rejected"}, {"on_date", "2026-06-30"}}),
              ElementsAre("reason:required"));
  EXPECT_THAT(
      move_breaches(applied, {{"to_state", "withdrawn"}, {"on_date", "2026-06-30"}, {"reason", "  "}}),
      ElementsAre("reason:required"));
  EXPECT_THAT(
      move_breaches(applied, {{"to_state", "rejected"}, {"on_date", "2026-06-30"}, {"reason", "Below."}}),
      ElementsAre("ok"));
}

TEST(ParseGrantState, RefusesWhatTheLifeCycleDoesNotHave) {
  const auto applied = stored(GrantState::kApplied);
  EXPECT_THAT(move_breaches(applied, {{"to_state", "active"}, {"on_date", "2026-06-30"}}),
              ElementsAre("grant_state_edge_forbidden"));
  EXPECT_THAT(move_breaches(applied, {{"to_state", "won"}, {"on_date", "2026-06-30"}}),
              ElementsAre("to_state:not_one_of"));
  EXPECT_THAT(
      move_breaches(applied, {{"to_state", "rejected"}, {"on_date", "2026-07-01"}, {"reason", "Below."}}),
      ElementsAre("on_date:in_the_future"));
  EXPECT_THAT(move_breaches(applied, {{"to_state", "rejected"},
                                      {"on_date", "2026-06-30"},
                                      {"reason", "Below."},
                                      {"awarded_amount", "1.00"}}),
              ElementsAre("awarded_amount:unknown_field"));
}

TEST(ParseGrantState, WantsTheRequestedAmountBeforeTheApplication) {
  auto drafting = stored(GrantState::kDrafting);
  EXPECT_THAT(move_breaches(drafting, {{"to_state", "applied"}, {"on_date", "2026-06-30"}}),
              ElementsAre("ok"));
  drafting.requested.reset();
  EXPECT_THAT(move_breaches(drafting, {{"to_state", "applied"}, {"on_date", "2026-06-30"}}),
              ElementsAre("to_state:requested_amount_missing"));
}

// ---- Partners ----

std::vector<std::string> partner_breaches(const std::vector<std::pair<std::string, std::string>>& typed) {
  Input input;
  for (const auto& [name, text] : typed) input.set("partners." + name, text);
  const auto partners = parse_partners(input, stored(GrantState::kActive));
  if (partners) return {"ok"};
  std::vector<std::string> found;
  for (const auto& error : partners.error().fields) found.push_back(error.field + ":" + error.code);
  return found;
}

TEST(ParsePartners, WantsExactlyOneCoordinator) {
  EXPECT_THAT(partner_breaches({{"0.organisation_id", "1"}, {"0.role", "coordinator"}}), ElementsAre("ok"));
  EXPECT_THAT(partner_breaches({{"0.organisation_id", "1"}, {"0.role", "partner"}}),
              ElementsAre("partners:one_coordinator"));
  EXPECT_THAT(partner_breaches({{"0.organisation_id", "1"},
                                {"0.role", "coordinator"},
                                {"1.organisation_id", "2"},
                                {"1.role", "coordinator"}}),
              ElementsAre("partners:one_coordinator"));
  EXPECT_THAT(partner_breaches({}), ElementsAre("ok"));
}

TEST(ParsePartners, SharesFitIntoTheAward) {
  EXPECT_THAT(
      partner_breaches({{"0.organisation_id", "1"}, {"0.role", "coordinator"}, {"0.share", "900000.00"}}),
      ElementsAre("ok"));
  EXPECT_THAT(partner_breaches({{"0.organisation_id", "1"},
                                {"0.role", "coordinator"},
                                {"0.share", "450000.00"},
                                {"1.organisation_id", "2"},
                                {"1.role", "partner"},
                                {"1.share", "450000.01"}}),
              ElementsAre("partners:shares_exceed_the_grant"));
  EXPECT_THAT(partner_breaches({{"0.organisation_id", "1"}, {"0.role", "coordinator"}, {"0.share", "-1"}}),
              ElementsAre("partners.0.share:negative"));
  EXPECT_THAT(partner_breaches({{"0.organisation_id", "1"}, {"0.role", "coordinator"}, {"0.share", "1.005"}}),
              ElementsAre("partners.0.share:over_precise"));
}

TEST(ParsePartners, NamesEachOnceAndSkipsRowsLeftEmpty) {
  EXPECT_THAT(
      partner_breaches({{"0.organisation_id", "1"},
                        {"0.role", "coordinator"},
                        {"1.organisation_id", "1"},
                        {"1.role", "partner"},
                        {"2.organisation_id", ""},
                        {"2.role", "partner"},
                        {"2.share", ""},
                        {"3.organisation_id", ""},
                        {"3.role", "partner"},
                        {"3.share", "5"}}),
      UnorderedElementsAre("partners.1.organisation_id:doubled", "partners.3.organisation_id:required"));
}

}  // namespace
}  // namespace kindling
