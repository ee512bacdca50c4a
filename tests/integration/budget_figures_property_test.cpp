// Every figure of a budget, at every accounting date and as known after every step, is what its documents add up to.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <iostream>

#include "support/budget_history.hpp"
#include "support/test_database.hpp"

namespace rc {

template <>
struct Arbitrary<kindling::HistoryStep> {
  static Gen<kindling::HistoryStep> arbitrary() {
    using Kind = kindling::HistoryStep::Kind;
    return gen::build<kindling::HistoryStep>(
        gen::set(&kindling::HistoryStep::kind,
                 gen::weightedElement<Kind>({{1, Kind::kVersion}, {3, Kind::kCommit}, {1, Kind::kRelease}, {5, Kind::kDraft},
                                             {1, Kind::kEdit}, {5, Kind::kSubmit}, {1, Kind::kReturn}, {1, Kind::kWithdraw},
                                             {5, Kind::kApprove}, {2, Kind::kReverse}})),
        gen::set(&kindling::HistoryStep::choices,
                 gen::container<std::array<std::uint32_t, 6>>(gen::inRange<std::uint32_t>(0, 1'000'000))));
  }
};

}  // namespace rc

namespace kindling {
namespace {

void PrintTo(const LineFigures& line, std::ostream* out) {
  *out << "planned " << line.planned << ", spent " << line.spent << ", committed " << line.committed << ", drafts "
       << line.drafts << ", available " << line.available << ", forecast " << line.forecast;
}

TEST(BudgetFigures, AreWhatTheDocumentsAddUpToAtEveryDateAndAsKnownAtEveryInstant) {
  const bool full = std::getenv("KINDLING_FULL") != nullptr;
  // RapidCheck prints its seed; RC_PARAMS="seed=..." repeats a run.
  if (std::getenv("RC_PARAMS") == nullptr) setenv("RC_PARAMS", full ? "max_success=10000" : "max_success=150", 0);
  const TestDatabase database;
  BudgetHistory history(database.url());
  std::int64_t taken = 0, compared = 0;
  const bool holds = rc::check("figures are what the documents add up to", [&] {
    const auto steps = *rc::gen::resize(40, rc::gen::container<std::vector<HistoryStep>>(rc::gen::arbitrary<HistoryStep>()));
    const auto probes = *rc::gen::container<std::vector<std::pair<int, int>>>(
        3, rc::gen::pair(rc::gen::inRange(0, 400), rc::gen::inRange(0, 1'000)));
    history.begin();
    const std::shared_ptr<void> ended(nullptr, [&](void*) { history.end(); });
    for (const auto& step : steps) history.take(step);
    taken += history.steps();
    const auto compare = [&](std::optional<int> day, std::optional<int> step) {
      RC_ASSERT(history.figures(day, step) == history.naive_figures(day, step));
      compared += 2;
    };
    const auto compare_all = [&] {
      compare({}, {});
      for (const auto& [day, known] : probes) {
        compare(day, {});
        compare({}, known % (history.steps() + 1));
        compare(day, known % (history.steps() + 1));
      }
    };
    compare_all();
    history.roll_up();
    compare_all();
    history.check_rules();
  });
  std::cout << taken << " steps taken, " << history.refused() << " refused by a rule, " << compared
            << " budgets compared\n";
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace kindling
