#include "banking/record_match.hpp"

#include <algorithm>
#include <optional>

#include <soci/soci.h>

#include "audit/audit.hpp"
#include "banking/bank_account_store.hpp"
#include "banking/bank_line_store.hpp"
#include "banking/candidate_query.hpp"
#include "banking/matching.hpp"
#include "banking/post_document.hpp"
#include "core/fields.hpp"
#include "donations/donation.hpp"
#include "ledger/ledger.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

constexpr TextRule kReasonRule{.max = 1'000, .multiline = true};

void audit(Transaction& transaction, const char* action, std::int64_t line_id, std::string reason = {}) {
  record_audit(transaction, {.action = action, .object_kind = "bank_line", .object_id = line_id, .fields = {},
                             .reason = std::move(reason)});
}

Result<BankLine> lock_expected(Transaction& transaction, const BankLineAct& act) {
  auto line = lock_bank_line(transaction, act.vault, act.line_id);
  if (line && line->version != act.expected) return stale();
  return line;
}

Outcome must_be_new(const BankLine& line) {
  if (line.state == "new") return kOk;
  return conflict("bank_line_is_not_new", line.state == "matched" ? "This line is matched already; undo a match first."
                                                                  : "This line is ignored; take it up again first.");
}

Result<std::string> read_reason(const Input& input) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  return fields.finish(fields.text("reason", kReasonRule));
}

// What was chosen for a line: as much of it as is left where no amount was typed.
struct ChosenMatch {
  MatchTarget target;
  Money amount;
  DocumentDetails details;
  std::string reason;
};

Result<ChosenMatch> parse_match(const Input& input, const BankLine& line, Currency platform) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto rest = line.rest();
  const auto left = rest.minor < 0 ? -rest : rest;
  const auto target_text = fields.text("target", {.max = 40});
  auto target = parse_target(target_text);
  if (!target && !fields.failed("target")) {
    fields.fail("target", "not_a_target", target.error().fields.front().message);
  }
  const auto typed = fields.optional_money("amount", rest.currency, {.min_minor = 1});
  if (typed && typed->minor > left.minor) {
    fields.fail("amount", "out_of_range", "At most " + to_display(left) + " of this line is left.");
  }
  const auto amount = typed.value_or(left);
  ChosenMatch chosen{.target = target ? *target : MatchTarget{},
                     .amount = rest.minor < 0 ? -amount : amount,
                     .details = {.donor_id = fields.optional_id("donor_id"),
                                 .description = fields.optional_text("description").value_or(""),
                                 .rate = read_rate(fields, rest.currency, platform)},
                     .reason = fields.optional_text("reason", kReasonRule).value_or("Chosen by hand.")};
  return fields.finish(std::move(chosen));
}

// What was chosen is not there: told at the field that names it.
Error at_target(Error error) {
  if (error.kind == ErrorKind::kNotFound) return invalid_field("target", error.code, error.message);
  for (auto& field : error.fields) {
    if (field.field == "campaign_id") field.field = "target";
  }
  return error;
}

Result<std::int64_t> add_match(Transaction& transaction, const BankLineAct& act, BankLine& line,
                               const ChosenMatch& chosen, const char* how) {
  const bool posts = chosen.target.kind != "entry";
  auto entry = Result<std::int64_t>(chosen.target.id);
  if (posts) {
    entry = post_document(transaction, {line, chosen.target, chosen.amount, chosen.details, act.today, act.platform});
    if (!entry) return at_target(std::move(entry.error()));
  }
  // A payment and a chargeback stay with their documents when the match is undone; they are corrected there.
  const bool reversible = posts && chosen.target.kind != "expenditure" && chosen.target.kind != "chargeback";
  insert_bank_match(transaction, line.id, {*entry, chosen.amount, how, reversible, chosen.reason});
  line.matched = line.matched + chosen.amount;
  if (line.rest().minor == 0) line.state = "matched";
  update_bank_line(transaction, line);
  audit(transaction, "bank_line.matched", line.id);
  return entry;
}

}  // namespace

Result<std::int64_t> match_bank_line(Transaction& transaction, const BankLineAct& act, const Input& input) {
  auto line = lock_expected(transaction, act);
  if (!line) return line.error();
  if (const auto state = must_be_new(*line); !state) return state.error();
  const auto chosen = parse_match(input, *line, act.platform);
  if (!chosen) return chosen.error();
  return add_match(transaction, act, *line, *chosen, "by_hand");
}

Outcome undo_bank_match(Transaction& transaction, const BankLineAct& act, std::int64_t match_id, const Input& input) {
  auto line = lock_expected(transaction, act);
  if (!line) return line.error();
  const auto reason = read_reason(input);
  if (!reason) return reason.error();
  const auto match = std::ranges::find(line->matches, match_id, &BankMatch::id);
  if (match == line->matches.end()) return not_found("bank_match_not_found", "There is no such match of this line.");
  if (match->undone) return conflict("bank_match_is_undone_once", "This match is undone already.");
  insert_bank_match_undoing(transaction, line->id, *match, *reason);
  if (match->posted) {
    if (const auto reversed = reverse_document(transaction, *match, act.today, *reason); !reversed) return reversed;
  }
  line->state = "new";
  update_bank_line(transaction, *line);
  audit(transaction, "bank_line.match_undone", line->id, *reason);
  return kOk;
}

Outcome ignore_bank_line(Transaction& transaction, const BankLineAct& act, const Input& input) {
  auto line = lock_expected(transaction, act);
  if (!line) return line.error();
  const auto reason = read_reason(input);
  if (!reason) return reason.error();
  if (const auto state = must_be_new(*line); !state) return state;
  if (line->matched.minor != 0) {
    return conflict("bank_line_is_matched_in_part", "A part of this line is matched; undo that first.");
  }
  line->state = "ignored";
  line->ignored_reason = *reason;
  update_bank_line(transaction, *line);
  audit(transaction, "bank_line.ignored", line->id, *reason);
  return kOk;
}

Outcome reopen_bank_line(Transaction& transaction, const BankLineAct& act) {
  auto line = lock_expected(transaction, act);
  if (!line) return line.error();
  if (line->state != "ignored") return conflict("bank_line_is_not_ignored", "Only an ignored line can be taken up again.");
  line->state = "new";
  line->ignored_reason.clear();
  update_bank_line(transaction, *line);
  audit(transaction, "bank_line.reopened", line->id);
  return kOk;
}

bool match_if_certain(Transaction& transaction, const BankLineAct& act) {
  auto line = lock_bank_line(transaction, act.vault, act.line_id);
  if (!line || line->state != "new" || valid_reference(*line).empty()) return false;
  const auto proposals = propose(*line, list_candidates(transaction.session, act.vault, *line, CandidatesAsked::kReferenced));
  const auto certain = std::ranges::find(proposals, true, &Proposal::certain);
  if (certain == proposals.end()) return false;
  // What the database refuses (a closed period) must not take the whole statement with it.
  auto& sql = transaction.sql();
  sql << "SAVEPOINT certain_match";
  const ChosenMatch chosen{certain->candidate.target, line->rest(), {}, certain->reasons.front()};
  bool matched = false;
  try {
    matched = add_match(transaction, act, *line, chosen, "automatic").ok();
  } catch (...) {
    const auto exception = std::current_exception();
    if (!error_of(exception) || is_connection_loss(exception)) throw;
  }
  sql << (matched ? "RELEASE SAVEPOINT certain_match" : "ROLLBACK TO SAVEPOINT certain_match");
  return matched;
}

}  // namespace kindling
