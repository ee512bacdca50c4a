#include "donations/record_pledge.hpp"

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "donations/donation_query.hpp"
#include "donations/pledge_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

void audit(Transaction& transaction, const char* action, std::int64_t id, std::string reason = {}) {
  record_audit(transaction, {.action = action, .object_kind = "pledge", .object_id = id, .fields = {},
                             .reason = std::move(reason)});
}

Result<Pledge> lock_expected(Transaction& transaction, const PledgeAct& act) {
  auto pledge = lock_pledge(transaction, act.pledge_id);
  if (pledge && pledge->version != act.expected) return stale();
  return pledge;
}

}  // namespace

Result<std::int64_t> record_pledge(Transaction& transaction, const Input& input, Currency platform) {
  const auto pledge = parse_pledge(input, platform);
  if (!pledge) return pledge.error();
  const auto id = insert_pledge(transaction, *pledge);
  audit(transaction, "pledge.recorded", id);
  return id;
}

Outcome pause_pledge(Transaction& transaction, const PledgeAct& act) {
  auto pledge = lock_expected(transaction, act);
  if (!pledge) return pledge.error();
  if (pledge->state != "active") return conflict("pledge_is_not_active", "Only an active pledge can be paused.");
  pledge->state = "paused";
  begin_pause(transaction, pledge->id, act.today);
  update_pledge_state(transaction, *pledge);
  audit(transaction, "pledge.paused", pledge->id);
  return kOk;
}

Outcome resume_pledge(Transaction& transaction, const PledgeAct& act) {
  auto pledge = lock_expected(transaction, act);
  if (!pledge) return pledge.error();
  if (pledge->state != "paused") return conflict("pledge_is_not_paused", "Only a paused pledge can be resumed.");
  pledge->state = "active";
  end_pause(transaction, pledge->id, act.today.plus_days(-1));
  update_pledge_state(transaction, *pledge);
  audit(transaction, "pledge.resumed", pledge->id);
  return kOk;
}

Outcome end_pledge(Transaction& transaction, const PledgeAct& act, const Input& input) {
  auto pledge = lock_expected(transaction, act);
  if (!pledge) return pledge.error();
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto ends_on = fields.optional_date("ends_on").value_or(act.today);
  const auto reason = fields.text("reason", {.max = 500});
  if (ends_on < pledge->starts_on && !fields.failed("ends_on")) {
    fields.fail("ends_on", "end_before_start", "Enter an end that is not before the start.");
  }
  if (const auto read = fields.finish(kOk); !read) return read;
  if (pledge->state == "ended") return conflict("pledge_is_ended", "This pledge is ended already.");
  if (pledge->state == "paused") end_pause(transaction, pledge->id, ends_on);
  pledge->state = "ended";
  pledge->ends_on = ends_on;
  pledge->ended_reason = reason;
  update_pledge_state(transaction, *pledge);
  audit(transaction, "pledge.ended", pledge->id, reason);
  return kOk;
}

Outcome match_by_hand(Transaction& transaction, const PledgeAct& act, const Input& input) {
  auto pledge = lock_expected(transaction, act);
  if (!pledge) return pledge.error();
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto donation_id = fields.finish(fields.id("donation_id"));
  if (!donation_id) return donation_id.error();
  const auto donation = lock_donation(transaction, *donation_id);
  if (!donation) return invalid_field("donation_id", "donation_not_found", "There is no such donation.");
  if (donation->pledge_id) return invalid_field("donation_id", "donation_is_matched", "This gift meets a pledge already.");
  if (donation->state != "cleared" && donation->state != "pending") {
    return invalid_field("donation_id", "donation_is_gone", "This gift did not stay; choose another one.");
  }
  const auto day = day_met_by(*pledge, donation->given_on);
  if (!day) return conflict("pledge_expects_nothing", "Nothing is open on this pledge around the day of the gift.");
  update_pledge_of_donation(transaction, donation->id, pledge->id, day);
  audit(transaction, "pledge.matched", pledge->id);
  return kOk;
}

std::optional<PledgeMet> match_pledge(Session& session, const NewDonation& gift) {
  std::optional<PledgeMet> found;
  for (const auto& pledge : list_pledges(session, {.donor_id = *gift.donor_id, .open_only = true})) {
    if (pledge.amount != gift.gross) continue;
    if (gift.campaign_id && pledge.campaign_id && gift.campaign_id != pledge.campaign_id) continue;
    const auto day = day_met_by(pledge, gift.given_on);
    if (day && (!found || *day < found->due_on)) found = PledgeMet{pledge.id, *day};
  }
  return found;
}

}  // namespace kindling
