// What the figures of a budget history are held against: added up from the remembered documents, without SQL and without
// the code that serves the figures.
#include <algorithm>

#include "support/budget_history.hpp"

namespace kindling {
namespace {

// A quarter, half a cent up; nothing here is below zero.
std::int64_t quarter_of(std::int64_t minor) { return minor / 4 + (minor % 4 >= 2 ? 1 : 0); }

// Of an amount for the days from the first of 2026 to `last`, what the days after `day` have, half a cent up.
std::int64_t left_of(std::int64_t amount, int last, int day) {
  std::int64_t left = 0;
  for (int each = 1; each <= last; ++each) left += each > day ? 1 : 0;
  return (2 * amount * left + last) / (2 * last);
}

}  // namespace

const BudgetHistory::Version* BudgetHistory::version_at(int grant, std::optional<int> day, int step) const {
  const Version* found = nullptr;
  for (const auto& version : versions_) {
    if (version.grant != grant || version.approved_at > step) continue;
    // Approved today: on an earlier day the first version counts.
    if (found == nullptr || !day || *day >= today_) found = &version;
  }
  return found;
}

// What follows from a line's figures, and the grant's totals: direct costs, and a quarter of category a as indirect ones.
void BudgetHistory::add_naive_totals(FiguresByRoot& figures, int grant, const Version& version, int day) const {
  LineFigures direct, base;
  for (const auto& [root, amount] : version.amounts) {
    auto& line = figures[root];
    line.available = line.planned - line.spent - line.committed;
    line.forecast = line.spent + std::max(line.committed, left_of(amount, last_day_of(root, version.number), day));
    for (auto* sum : {&direct, &base}) {
      if (sum == &base && version.categories.at(root) != "a") continue;
      sum->planned += line.planned;
      sum->spent += line.spent;
      sum->committed += line.committed;
      sum->drafts += line.drafts;
      sum->forecast += line.forecast;
    }
  }
  auto& total = figures[-grant];
  total.planned = direct.planned + quarter_of(base.planned);
  total.spent = direct.spent + quarter_of(base.spent);
  total.committed = direct.committed + quarter_of(base.committed);
  total.drafts = direct.drafts + quarter_of(base.drafts);
  total.forecast = direct.forecast + quarter_of(base.forecast);
  total.available = total.planned - total.spent - total.committed;
}

FiguresByRoot BudgetHistory::naive_figures(std::optional<int> day, std::optional<int> step) const {
  const int known = step.value_or(steps());
  const auto counts = [&](int on) { return !day || on <= *day; };
  FiguresByRoot found;
  for (const int grant : {1, 2}) {
    for (const auto& [root, amount] : version_at(grant, day, known)->amounts) found[root].planned = amount;
  }
  const auto add = [&](std::int64_t root, std::int64_t LineFigures::*figure, std::int64_t amount) {
    if (const auto line = found.find(root); line != found.end()) line->second.*figure += amount;
  };
  std::map<std::int64_t, std::int64_t> consumed;  // by commitment
  for (const auto& cost : costs_) {
    if (cost.approved_at && *cost.approved_at <= known) {
      const auto& last = cost.drafts.back();
      for (const auto& share : last.shares) {
        if (!counts(last.document_on)) continue;
        add(share.root, &LineFigures::spent, share.amount);
        consumed[share.commitment] += share.amount;
      }
      for (const auto& reversal : cost.reversals) {
        if (reversal.at > known || !counts(reversal.booked_on)) continue;
        for (const auto& share : reversal.shares) {
          add(share.root, &LineFigures::spent, -share.amount);
          consumed[share.commitment] -= share.amount;
        }
      }
    } else if (!cost.withdrawn_at || *cost.withdrawn_at > known) {
      const Draft* present = nullptr;
      for (const auto& draft : cost.drafts) {
        if (draft.since <= known) present = &draft;
      }
      if (present == nullptr || !counts(present->document_on)) continue;
      for (const auto& share : present->shares) add(share.root, &LineFigures::drafts, share.amount);
    }
  }
  for (const auto& commitment : commitments_) {
    if (commitment.made_at > known || !counts(commitment.signed_on)) continue;
    if (commitment.released_at && *commitment.released_at <= known && counts(today_)) continue;
    add(commitment.root, &LineFigures::committed, std::max<std::int64_t>(0, commitment.amount - consumed[commitment.id]));
  }
  for (const int grant : {1, 2}) add_naive_totals(found, grant, *version_at(grant, day, known), day.value_or(today_));
  return found;
}

}  // namespace kindling
