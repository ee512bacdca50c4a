#include "support/steering_app.hpp"

#include <gtest/gtest.h>

#include "budgets/record_platform_budget.hpp"
#include "identity/manage_users.hpp"
#include "ledger/ledger.hpp"

namespace kindling {

SteeringApp::SteeringApp() {
  post("2025-01-10", "bank", "opening", 20'000'00);
  for (const auto* month : {"2025-04", "2025-05", "2025-06", "2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12",
                            "2026-01", "2026-02", "2026-03"}) {
    post(std::string(month) + "-15", "expense_direct", "bank", 1'000'00);
  }
  post("2026-01-20", "bank", "income_other", 600'00);
  post("2025-07-01", "expense_in_kind", "income_in_kind", 500'00);
  post("2025-08-01", "exchange_differences", "payables", 33'00);
  post("2025-08-02", "bank", "income_other", 70'00, 1, "USD");
  grant_id_ = record_grant();
  const auto moved = json("POST", "/api/v1/grants/" + std::to_string(grant_id_) + "/state",
                          R"({"to_state":"awarded","on_date":"2025-08-15","awarded_amount":"1000.00"})",
                          {{"If-Match", etag(grant_id_)}});
  EXPECT_EQ(moved.status, 200) << moved.body;
  grant_fund_ = number("SELECT fund_id FROM grants WHERE id = " + std::to_string(grant_id_));
  post("2025-09-10", "bank", "income_grants", 5'000'00, grant_fund_);
  post("2025-10-10", "expense_direct", "bank", 6'500'00, grant_fund_);
  gift(0, "2025-06-15", "2400.00");
}

void SteeringApp::post(const std::string& day, const char* to, const char* from, std::int64_t minor, std::int64_t fund,
                       const char* currency) {
  Actor ada;
  ada.id = 1;
  const Money amount{minor, Currency::of(currency)};
  const auto posted = in_transaction(database(), ada, "test", {}, [&](Transaction& transaction) {
    return append_entry(transaction, {.booked_on = Date::of(day), .kind = "test", .document_kind = {}, .document_id = 0,
                                      .description = "Test", .postings = {{to, fund, std::nullopt, amount},
                                                                          {from, fund, std::nullopt, -amount}}});
  });
  ASSERT_TRUE(posted) << posted.error().message;
}

std::int64_t SteeringApp::donor(const std::string& name) {
  const auto made = json("POST", "/api/v1/donors", R"({"name":")" + name + "\"}");
  EXPECT_EQ(made.status, 201) << made.body;
  return std::stoll(text_at(made.json(), "id"));
}

void SteeringApp::gift(std::int64_t donor, const std::string& day, const std::string& gross, const std::string& more) {
  const auto made = json("POST", "/api/v1/donations",
                         R"({"given_on":")" + day + R"(","method":"card","gross":")" + gross + "\"" +
                             (donor == 0 ? std::string() : R"(,"donor_id":)" + std::to_string(donor)) + more + "}");
  EXPECT_EQ(made.status, 201) << made.body;
}

void SteeringApp::approve_platform_budget() {
  std::vector<std::string> sources;
  for (const auto& [name, probability] : Pairs{{"Spring appeal", "50"}, {"City of Ghent", "100"}}) {
    const auto made = form("/sources", {{"kind", "other"}, {"name", name}, {"currency", "EUR"}, {"basis", "cash"},
                                        {"starts_on", "2026-01-01"}, {"probability", probability}});
    EXPECT_EQ(made.status, 303) << made.body;
    sources.push_back(std::to_string(number("SELECT max(id) FROM funding_sources")));
  }
  const auto begun = json("POST", "/api/v1/platform-budgets", R"({"year":2026})");
  const auto path = "/api/v1/platform-budgets/" + text_at(begun.json(), "id");
  const auto saved = json("PUT", path,
                          R"({"lines":[{"need":"Hosting","amount":"1200.00","sources":[{"funding_source_id":)" + sources[0] +
                              R"(,"amount":"600.00"}]},{"need":"Audit","amount":"500.00","first_month":11,"last_month":11,)" +
                              R"("sources":[{"funding_source_id":)" + sources[1] + R"(,"amount":"500.00"}]}]})",
                          {{"If-Match", "\"1\""}});
  EXPECT_EQ(saved.status, 200) << saved.body;
  EXPECT_EQ(json("POST", path + "/submit", "", {{"If-Match", "\"2\""}}).status, 200);
  const auto second = add_user(database(), "second@example.org", "Second Person", "approver");
  EXPECT_TRUE(second);
  Actor bert;
  bert.id = number("SELECT id FROM users WHERE email = 'second@example.org'");
  bert.roles = static_cast<Roles>(Role::kApprover);
  const auto approved = in_transaction(database(), bert, "test", {}, [&](Transaction& transaction) {
    return kindling::approve_platform_budget(transaction, {std::stoll(text_at(begun.json(), "id")), 3}, Input());
  });
  EXPECT_TRUE(approved.ok());
}

}  // namespace kindling
