#include "banking/matching.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <set>

#include "core/creditor_reference.hpp"

namespace kindling {
namespace {

constexpr int kScoreMin = 30;
constexpr int kScoreMax = 100;
constexpr std::size_t kProposalsMax = 8;
constexpr std::size_t kReferenceCharactersMin = 4;  // "12" stands in too many messages
constexpr std::size_t kWordCharactersMin = 4;

constexpr std::string_view kWithNumber[] = {"entry", "instalment", "donation", "expenditure", "campaign", "chargeback",
                                            "pledge", "donor", "contribution", "transfer"};
constexpr std::string_view kWithoutNumber[] = {"fee", "income"};

// Letters and digits alone, without case: "RE 2026/17" is written in many ways. Bytes beyond ASCII are kept.
std::string plain(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) kept += c;
    if (c >= 'A' && c <= 'Z') kept += static_cast<char>(c - 'A' + 'a');
  }
  return kept;
}

std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  std::size_t from = 0;
  while (from < text.size()) {
    const auto to = std::min(text.find_first_of(" \t\n,;.-/()", from), text.size());
    auto word = plain(text.substr(from, to - from));
    if (word.size() >= kWordCharactersMin) words.insert(std::move(word));
    from = to + 1;
  }
  return words;
}

// All telling words of the shorter name stand in the longer one.
bool names_agree(std::string_view a, std::string_view b) {
  auto some = words_of(a), others = words_of(b);
  if (some.size() > others.size()) std::swap(some, others);
  return !some.empty() && std::ranges::includes(others, some);
}

const std::string* reference_in(const std::vector<std::string>& references, std::string_view text, bool whole) {
  const auto searched = plain(text);
  for (const auto& reference : references) {
    const auto wanted = plain(reference);
    if (wanted.size() < kReferenceCharactersMin) continue;
    if (whole ? searched == wanted : searched.find(wanted) != std::string::npos) return &reference;
  }
  return nullptr;
}

// How near an estimate is, in hundredths of what left or reached the account.
int percents_apart(Money estimate, Money moved) {
  const auto apart = std::abs(estimate.minor - moved.minor);
  const auto whole = std::abs(moved.minor);
  return apart >= whole ? 100 : static_cast<int>(round_div(apart, 100, whole));
}

Proposal judged(const BankLine& line, const std::string& reference, const Candidate& candidate) {
  Proposal proposal{.candidate = candidate, .score = 0, .reasons = {}};
  const auto add = [&](int points, std::string reason) {
    proposal.score += points;
    proposal.reasons.push_back(std::move(reason));
  };
  const bool referenced = !reference.empty() && candidate.structured_reference == reference;
  const bool any_amount = candidate.open.minor == 0;
  const bool same_amount = !candidate.own && candidate.open == line.rest();
  if (referenced) add(60, "Its creditor reference is " + reference + ".");
  if (const auto* found = reference_in(candidate.references, line.end_to_end_id, true)) {
    add(50, "The end-to-end id is its reference " + *found + ".");
  } else if (const auto* written = reference_in(candidate.references, line.message + " " + line.structured_reference, false)) {
    add(40, "The message names its reference " + *written + ".");
  }
  if (same_amount) add(30, "The amount is the same.");
  if (candidate.own) {
    const int apart = percents_apart(candidate.open, line.rest());
    const auto worth = to_display(*candidate.own) + " are about " +
                       to_display(candidate.open.minor < 0 ? -candidate.open : candidate.open) + " at the rate of the day.";
    if (apart <= 10) add(apart <= 3 ? 25 : 10, worth);
  }
  // Where any amount fits, the IBAN has to tell alone.
  if (candidate.iban_known) {
    add(any_amount ? 30 : 25, candidate.target.kind == "transfer" ? "Its IBAN is that of an account of our own."
                                                                  : "This IBAN stood for the same party before.");
  }
  if (candidate.name_known) {
    add(20, "The donor bears this name.");
  } else if (names_agree(line.name, candidate.name)) {
    add(20, "The name fits " + candidate.name + ".");
  }
  const int days = std::abs(days_between(candidate.on, line.booked_on));
  // Of a campaign that takes any amount at any time, a date says nothing.
  if (!any_amount && days <= 31) {
    add(days <= 5 ? 10 : 5, days == 0 ? "The day is the same."
                                      : "The days are " + std::to_string(days) + (days == 1 ? " day" : " days") + " apart.");
  }
  proposal.certain = referenced && (any_amount || same_amount) && !line.reversal;
  proposal.score = std::min(proposal.score, kScoreMax);
  return proposal;
}

}  // namespace

Result<MatchTarget> parse_target(std::string_view text) {
  const auto colon = text.find(':');
  const auto kind = text.substr(0, colon);
  if (colon == std::string_view::npos && std::ranges::find(kWithoutNumber, kind) != std::end(kWithoutNumber)) {
    return MatchTarget{std::string(kind), 0};
  }
  if (colon != std::string_view::npos && std::ranges::find(kWithNumber, kind) != std::end(kWithNumber)) {
    const auto number = text.substr(colon + 1);
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), id);
    if (error == std::errc() && end == number.data() + number.size() && (id > 0 || (id == 0 && kind == "campaign"))) {
      return MatchTarget{std::string(kind), id};
    }
  }
  return invalid_field("target", "not_a_target",
                       "Say what the line is, such as campaign:2, instalment:3, entry:17, expenditure:4 or fee.");
}

std::string to_string(const MatchTarget& target) {
  const bool numberless = std::ranges::find(kWithoutNumber, target.kind) != std::end(kWithoutNumber);
  return numberless ? target.kind : target.kind + ":" + std::to_string(target.id);
}

std::vector<Proposal> propose(const BankLine& line, const std::vector<Candidate>& candidates) {
  const auto reference = valid_reference(line);
  std::vector<Proposal> proposals;
  for (const auto& candidate : candidates) {
    auto proposal = judged(line, reference, candidate);
    if (proposal.score >= kScoreMin) proposals.push_back(std::move(proposal));
  }
  std::ranges::stable_sort(proposals, std::ranges::greater(), &Proposal::score);
  if (proposals.size() > kProposalsMax) proposals.erase(proposals.begin() + kProposalsMax, proposals.end());
  // Where two are certain, none is.
  if (std::ranges::count(proposals, true, &Proposal::certain) > 1) {
    for (auto& proposal : proposals) proposal.certain = false;
  }
  return proposals;
}

std::string valid_reference(const BankLine& line) {
  auto reference = parse_creditor_reference(line.structured_reference);
  return reference ? *std::move(reference) : std::string();
}

}  // namespace kindling
