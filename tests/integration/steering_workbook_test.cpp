// The long and the charted workbook of the steering community, at a sealed position.
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include "insight/steering_query.hpp"
#include "ledger/keeper.hpp"
#include "reports/donation_register/donation_register.hpp"
#include "reports/sealed_snapshot.hpp"
#include "support/steering_app.hpp"

namespace kindling {
namespace {

class SteeringWorkbook : public ::testing::Test {
 protected:
  void seal() {
    while (app_.number("SELECT count(*) FROM entries") > app_.number("SELECT position FROM ledger_head")) {
      keep_ledger(*app_.database().lease());
    }
  }
  SteeringReport report(const SealedSnapshot& snapshot) {
    auto made = query_steering(snapshot.session(), {.currency = Currency::of("EUR"), .as_of = Date::of("2026-03-31"),
                                                    .position = snapshot.position(), .known_at = snapshot.known_at()});
    made.platform = "Sparks";
    made.ledger_position = snapshot.position();
    made.ledger_hash = snapshot.hash();
    made.sealed_at_s = snapshot.sealed_at_s();
    return made;
  }
  // Where somebody wants to look at what was made.
  static void keep(const std::string& name, const std::string& bytes) {
    if (const char* folder = std::getenv("KINDLING_KEEP")) std::ofstream(std::string(folder) + "/" + name, std::ios::binary) << bytes;
  }
  static std::string value_of(const sheet::File& file, const std::string& row) {
    for (const auto& figure : file.figures) {
      if (figure.sheet == "At a glance" && figure.row == row) return figure.value;
    }
    return "missing";
  }
  SteeringApp app_;
};

TEST_F(SteeringWorkbook, TellsTheFiguresOfTheJsonAndTheSameBytesAgain) {
  app_.approve_platform_budget();
  seal();
  auto lease = app_.database().lease();
  const SealedSnapshot snapshot(*lease);
  const auto file = write_steering(report(snapshot), "en", "");
  keep("steering.xlsx", file.bytes);
  EXPECT_EQ(value_of(file, "Cash"), "9500.00");
  EXPECT_EQ(value_of(file, "Free cash"), "9500.00");
  EXPECT_EQ(value_of(file, "Months of cash"), "6.2");
  EXPECT_EQ(value_of(file, "Net burn a month"), "1983.33");
  EXPECT_EQ(value_of(file, "Runway, months"), "4.8");
  EXPECT_EQ(value_of(file, "Funding gap 2026"), "900.00");
  EXPECT_EQ(value_of(file, "Dependency"), "62.5");
  EXPECT_EQ(value_of(file, "Concentration"), "0.4863");
  for (int i = 0; i < 100; ++i) ASSERT_EQ(write_steering(report(snapshot), "en", "").bytes, file.bytes) << i;
}

TEST_F(SteeringWorkbook, IsWrittenInEachLanguageAndWithNothingToTell) {
  auto lease = app_.database().lease();
  const SealedSnapshot snapshot(*lease);
  for (const auto* language : {"en", "cs", "nl"}) EXPECT_FALSE(write_steering(report(snapshot), language, "").bytes.empty());
  auto empty = report(snapshot);
  empty.cash = {};
  empty.income = {};
  empty.donations = {};
  empty.pipeline.clear();
  EXPECT_FALSE(write_steering(empty, "en", "").bytes.empty());
}

TEST_F(SteeringWorkbook, TheRegisterHasEachGiftOnceOverSheetsAndNothingOfAPerson) {
  const auto donor = app_.donor("Zyxwina Quarkova");
  for (int day = 1; day <= 9; ++day) {
    app_.gift(donor, "2026-03-0" + std::to_string(day), "10.00", R"(,"fee":"0.10","reference":"private-)" + std::to_string(day) + "\"");
  }
  app_.gift(0, "2026-03-10", "7.00", R"(,"state":"pending")");
  seal();
  auto lease = app_.database().lease();
  const SealedSnapshot snapshot(*lease);
  const auto of = query_donation_register(snapshot, {Date::of("2026-01-01"), Date::of("2026-12-31")}, Currency::of("EUR"), "Sparks");
  EXPECT_EQ(of.gifts, 9);
  EXPECT_EQ(of.independent_minor, 90'00);
  std::vector<RegisteredGift> gifts;
  each_registered_gift(snapshot, of, [&](const RegisteredGift& gift) { gifts.push_back(gift); });
  ASSERT_EQ(gifts.size(), 9u);
  EXPECT_EQ(gifts[0].net_minor(), 9'90);
  EXPECT_EQ(to_string(gifts[8].arrived_on), "2026-03-09");
  // Sheets of 7 rows: title, note, headings, three gifts, and one for a total.
  const auto rows = [&](const auto& each) {
    for (const auto& gift : gifts) each(gift);
  };
  const auto file = write_donation_register(of, rows, {.rows_max = 7});
  keep("donations.xlsx", file.bytes);
  EXPECT_EQ(file.bytes.find("Quarkova"), std::string::npos);
  EXPECT_EQ(write_donation_register(of, rows, {.rows_max = 7}).bytes, file.bytes);
}

}  // namespace
}  // namespace kindling
