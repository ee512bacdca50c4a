// The budget endpoints through the real app: figures at a date and as known at an instant, from memory, and what each
// is made of.
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <algorithm>
#include <chrono>

#include "budgets/budget_cache.hpp"
#include "budgets/record_budget.hpp"
#include "http/json.hpp"
#include "http/router.hpp"
#include "identity/manage_users.hpp"
#include "identity/session_store.hpp"
#include "identity/user_store.hpp"
#include "ledger/ledger.hpp"
#include "support/funding_app.hpp"

namespace kindling {
namespace {

class BudgetEndpoints : public ::testing::Test {
 protected:
  // A grant of 1,000.00 EUR with version 1 approved: WP1 staff 400.00 in 2026, WP2 subcontracts 100.00 in 2027.
  std::int64_t budgeted_grant() {
    const auto id = app_.record_grant();
    const auto moved = app_.json("POST", path(id, "/state"),
                                 R"({"to_state":"awarded","on_date":"2026-01-15","awarded_amount":"1000.00"})",
                                 {{"If-Match", app_.etag(id)}});
    EXPECT_EQ(moved.status, 200) << moved.body;
    EXPECT_EQ(app_.json("POST", path(id, "/budget/versions"), "").status, 201);
    const auto saved = app_.json(
        "PUT", path(id, "/budget/versions/1"),
        R"({"lines":[{"work_package":"WP1","category":"a1","starts_on":"2026-01-01","ends_on":"2026-12-31","amount":"400.00"},)"
        R"({"work_package":"WP2","category":"b","starts_on":"2027-01-01","ends_on":"2027-12-31","amount":"100.00"}]})",
        {{"If-Match", "\"1\""}});
    EXPECT_EQ(saved.status, 200) << saved.body;
    EXPECT_EQ(app_.json("POST", path(id, "/budget/versions/1/submit"), "", {{"If-Match", "\"2\""}}).status, 200);
    const auto approved = in_transaction(app_.database(), approver(), "test", {},
                                         [&](Transaction& t) { return approve_budget(t, {id, 1, 3}); });
    EXPECT_TRUE(approved);
    return id;
  }
  Actor approver() {
    if (approver_.id == 0) {
      EXPECT_TRUE(add_user(app_.database(), "second@example.org", "Second Person", "approver"));
      const auto user = reading(app_.database(), [](Session& s) { return find_user_by_email(s, "second@example.org"); });
      approver_.id = user->id;
      approver_.roles = user->roles;
    }
    return approver_;
  }
  std::int64_t line(std::int64_t grant, int number) {
    return app_.number("SELECT l.id FROM budget_lines l JOIN budget_versions v ON v.id = l.budget_version_id "
                       "WHERE l.line_no = " + std::to_string(number) + " AND v.grant_id = " + std::to_string(grant));
  }
  // A cost that is posted to a line.
  void spend(std::int64_t grant, int line_number, const char* day, std::int64_t minor) {
    const auto fund = app_.number("SELECT fund_id FROM grants WHERE id = " + std::to_string(grant));
    const auto on = line(grant, line_number);
    const Money amount{minor, Currency::of("EUR")};
    const auto posted = in_transaction(app_.database(), approver(), "test", {}, [&](Transaction& transaction) {
      return append_entry(transaction, {.booked_on = Date::of(day), .kind = "adjustment", .document_kind = "",
                                        .document_id = 0, .description = "a cost",
                                        .postings = {{"expense_direct", fund, on, amount}, {"payables", fund, {}, -amount}}});
    });
    ASSERT_TRUE(posted);
    act(grant);
  }
  // An act of a route: what this instance keeps in memory follows what it wrote before.
  void act(std::int64_t grant) {
    const auto planned = app_.json("POST", path(grant, "/instalments"),
                                   R"({"kind":"other","title":"x","due_on":"2026-02-01","amount":"1.00"})");
    ASSERT_EQ(planned.status, 201) << planned.body;
  }
  void sql(const std::string& statement) { app_.database().lease()->sql() << statement; }
  std::string now() {
    std::string text;
    app_.database().lease()->sql()
        << "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')", soci::into(text);
    return text;
  }
  static std::string path(std::int64_t grant, const std::string& tail) {
    return "/api/v1/grants/" + std::to_string(grant) + tail;
  }
  // "planned spent committed drafts available forecast" of a row, or of direct, indirect, total.
  static std::string figures(const Value& sum) {
    std::string text;
    for (const auto* name : {"planned", "spent", "committed", "drafts", "available", "forecast"}) {
      text += (text.empty() ? "" : " ") + text_at(sum, name);
    }
    return text;
  }
  static std::string row(const Answer& answer, std::string_view code) {
    const auto budget = answer.json();
    for (const auto& sum : std::get<Value::Array>(budget.find("rows")->data())) {
      if (text_at(sum, "code") == code) return figures(sum);
    }
    return "no row";
  }
  static std::string sum(const Answer& answer, std::string_view name) { return figures(*answer.json().find(name)); }

  FundingApp app_;
  Actor approver_;
};

TEST_F(BudgetEndpoints, CutTheSameFiguresEachWay) {
  const auto grant = budgeted_grant();
  spend(grant, 1, "2026-03-10", 12'000);
  const auto budget = path(grant, "/budget?as_of=2026-12-31&by=");
  EXPECT_EQ(row(app_.get(budget + "category"), "a1"), "400.00 120.00 0.00 0.00 280.00 120.00");
  EXPECT_EQ(row(app_.get(budget + "category"), "b"), "100.00 0.00 0.00 0.00 100.00 100.00");
  EXPECT_EQ(row(app_.get(budget + "category"), "c1"), "0.00 0.00 0.00 0.00 0.00 0.00");
  EXPECT_EQ(row(app_.get(budget + "work_package"), "WP1"), "400.00 120.00 0.00 0.00 280.00 120.00");
  EXPECT_EQ(row(app_.get(budget + "partner"), "none"), "500.00 120.00 0.00 0.00 380.00 220.00");
  EXPECT_EQ(row(app_.get(budget + "period"), "2027-01-01/2027-12-31"), "100.00 0.00 0.00 0.00 100.00 100.00");
  EXPECT_EQ(row(app_.get(budget + "line"), std::to_string(line(grant, 1))), "400.00 120.00 0.00 0.00 280.00 120.00");
  // 25 % of a1 alone; subcontracts are outside of the base (AGA 6.2.E).
  EXPECT_EQ(sum(app_.get(budget), "indirect"), "100.00 30.00 0.00 0.00 70.00 30.00");
  EXPECT_EQ(sum(app_.get(budget), "total"), "600.00 150.00 0.00 0.00 450.00 250.00");
}

TEST_F(BudgetEndpoints, ForecastTakesThePlanOfTheDaysThatAreLeft) {
  const auto grant = budgeted_grant();
  spend(grant, 1, "2026-03-10", 12'000);
  // 73 of 365 days are left after 19 October: a fifth of 400.00.
  EXPECT_EQ(row(app_.get(path(grant, "/budget?as_of=2026-10-19")), "a1"), "400.00 120.00 0.00 0.00 280.00 200.00");
}

TEST_F(BudgetEndpoints, CountACostFromItsAccountingDateAndFromWhenItWasKnown) {
  const auto grant = budgeted_grant();
  const auto before = now();
  spend(grant, 1, "2026-03-10", 12'000);
  const auto after = now();
  const auto spent = [&](const std::string& query) { return text_at(*app_.get(path(grant, "/budget?" + query)).json().find("direct"), "spent"); };
  EXPECT_EQ(spent("as_of=2026-03-09"), "0.00");
  EXPECT_EQ(spent("as_of=2026-03-10"), "120.00");
  EXPECT_EQ(spent("known_at=" + before), "0.00");
  EXPECT_EQ(spent("known_at=" + after), "120.00");
  EXPECT_EQ(spent("known_at=" + after + "&as_of=2026-03-09"), "0.00");
  EXPECT_EQ(app_.get(path(grant, "/budget?known_at=2020-01-01T00:00:00Z")).code(), "no_active_budget");
}

TEST_F(BudgetEndpoints, RefuseWhatIsNoMomentAndNoCut) {
  const auto grant = budgeted_grant();
  const auto breaches = [&](const char* query) { return app_.get(path(grant, query)).breaches(); };
  using Codes = std::vector<std::string>;
  EXPECT_EQ(breaches("/budget?as_of=2026-02-31"), Codes{"as_of:not_a_date"});
  EXPECT_EQ(breaches("/budget?known_at=2026-02-28"), Codes{"known_at:not_an_instant"});
  EXPECT_EQ(breaches("/budget?known_at=2026-02-28T24:00:00Z"), Codes{"known_at:not_an_instant"});
  EXPECT_EQ(breaches("/budget?by=colour"), Codes{"by:not_one_of"});
  EXPECT_EQ(breaches("/budget/why?figure=profit"), Codes{"figure:not_one_of"});
  EXPECT_EQ(app_.get("/api/v1/budgets?state=open").breaches(), Codes{"state:not_one_of"});
  EXPECT_EQ(app_.get(path(grant, "/budget/why?code=WP9&by=work_package")).code(), "no_such_code");
  EXPECT_EQ(app_.get("/api/v1/grants/99/budget").code(), "grant_not_found");
}

TEST_F(BudgetEndpoints, AnswerWithCsvAndWithAnETagThatHoldsUntilTheGrantMoves) {
  const auto grant = budgeted_grant(), other = budgeted_grant();
  const auto budget = path(grant, "/budget");
  const auto first = app_.get(budget);
  EXPECT_EQ(app_.get(budget, {{"If-None-Match", first.header("etag")}}).status, 304);
  spend(other, 1, "2026-03-10", 100);
  EXPECT_EQ(app_.get(budget, {{"If-None-Match", first.header("etag")}}).status, 304);
  spend(grant, 1, "2026-03-10", 100);
  const auto moved = app_.get(budget, {{"If-None-Match", first.header("etag")}});
  EXPECT_EQ(moved.status, 200);
  const auto csv = app_.get(budget + "?by=work_package&as_of=2026-12-31", {{"Accept", "text/csv"}});
  EXPECT_EQ(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
  EXPECT_EQ(csv.body,
            "code,label,planned,spent,committed,drafts,available,forecast\r\n"
            "WP1,WP1,400.00,1.00,0.00,0.00,399.00,1.00\r\n"
            "WP2,WP2,100.00,0.00,0.00,0.00,100.00,100.00\r\n");
}

TEST_F(BudgetEndpoints, SeeAWriteAtOnceHereAndWithinTwoSecondsElsewhere) {
  const auto grant = budgeted_grant();
  const auto budget = path(grant, "/budget");
  const auto spent = [](const Answer& answer) { return text_at(*answer.json().find("direct"), "spent"); };
  Config config;
  config.root = KINDLING_SOURCE_DIR;
  config.database.url = app_.database().config().url;
  const App elsewhere(config);
  const auto session = *in_transaction(app_.database(), Actor{}, "test", {}, [&](Transaction& t) -> Result<std::string> {
    return begin_session(t, 1);
  });
  const auto spent_elsewhere = [&] {
    http::Request request;
    request.path = request.target = budget;
    request.headers = {{"host", "kindling.example"}, {"cookie", "kindling=" + session}};
    const auto value = http::value_from_json(elsewhere.router().answer(request).body);
    return text_at(*value->find("direct"), "spent");
  };
  EXPECT_EQ(spent_elsewhere(), "0.00");
  for (int i = 1; i <= 20; ++i) {
    spend(grant, 1, "2026-03-10", 100);
    const auto expected = std::to_string(i) + ".00";
    EXPECT_EQ(spent(app_.get(budget)), expected);
    const auto deadline = std::chrono::steady_clock::now() + kBudgetUnheardMax;
    while (spent_elsewhere() != expected) ASSERT_LT(std::chrono::steady_clock::now(), deadline);
  }
}

TEST_F(BudgetEndpoints, ShowAllGrantsWithTotalsOfEachCurrency) {
  const auto first = budgeted_grant();
  budgeted_grant();
  spend(first, 1, "2026-03-10", 10'000);
  const auto answer = app_.get("/api/v1/budgets?by=category&as_of=2026-12-31").json();
  EXPECT_EQ(std::get<Value::Array>(answer.find("items")->data()).size(), 2);
  const auto& totals = std::get<Value::Array>(answer.find("totals")->data());
  ASSERT_EQ(totals.size(), 1);
  EXPECT_EQ(text_at(totals[0], "currency"), "EUR");
  EXPECT_EQ(figures(totals[0]), "1200.00 125.00 0.00 0.00 1075.00 325.00");
  const auto csv = app_.get("/api/v1/budgets?state=awarded", {{"Accept", "text/csv"}});
  EXPECT_EQ(std::ranges::count(csv.body, '\n'), 3);
  EXPECT_EQ(std::ranges::count(app_.get("/api/v1/budgets?state=closed", {{"Accept", "text/csv"}}).body, '\n'), 1);
}

TEST_F(BudgetEndpoints, TellTheMonths) {
  const auto grant = budgeted_grant();
  spend(grant, 1, "2026-01-31", 1'000);
  spend(grant, 1, "2026-02-01", 500);
  const auto series = app_.get(path(grant, "/budget/series?as_of=2026-02-15")).json();
  const auto& points = std::get<Value::Array>(series.find("points")->data());
  ASSERT_EQ(points.size(), 36);
  EXPECT_EQ(text_at(points[0], "month"), "2026-01");
  EXPECT_EQ(text_at(points[0], "planned"), "33.97");  // 31 of 365 days of 400.00
  EXPECT_EQ(text_at(points[0], "spent_to_date"), "10.00");
  EXPECT_EQ(text_at(points[1], "spent"), "5.00");
  EXPECT_EQ(text_at(points[1], "spent_to_date"), "15.00");
  EXPECT_TRUE(points[2].find("spent")->is_null());
  EXPECT_EQ(text_at(points[11], "planned_to_date"), "400.00");
  EXPECT_EQ(text_at(points[35], "planned_to_date"), "500.00");
}

TEST_F(BudgetEndpoints, LeadEachFigureToItsEntries) {
  const auto grant = budgeted_grant();
  spend(grant, 1, "2026-03-10", 12'000);
  spend(grant, 1, "2026-03-12", 3'000);
  const auto why = [&](const char* query) { return app_.get(path(grant, std::string("/budget/why?") + query)).json(); };
  const auto spent = why("figure=spent&by=category&code=a1");
  EXPECT_EQ(text_at(spent, "amount"), "150.00");
  EXPECT_FALSE(text_at(spent, "definition").empty());
  const auto& entries = std::get<Value::Array>(spent.find("items")->data());
  ASSERT_EQ(entries.size(), 2);
  EXPECT_EQ(text_at(entries[0], "amount"), "30.00");  // newest first
  EXPECT_EQ(text_at(entries[1], "date"), "2026-03-10");
  EXPECT_EQ(app_.get(text_at(entries[1], "page")).status, 200);
  const auto page = why("figure=spent&by=category&code=a1&limit=1");
  const auto rest = app_.get(path(grant, "/budget/why?figure=spent&code=a1&after=" + text_at(page, "next_cursor"))).json();
  EXPECT_EQ(text_at(std::get<Value::Array>(rest.find("items")->data())[0], "amount"), "120.00");
  const auto again = path(grant, "/budget/why?figure=spent&by=category&code=a1");
  EXPECT_EQ(app_.get(again, {{"If-None-Match", app_.get(again).header("etag")}}).status, 304);
  const auto available = why("figure=available&code=direct");
  const auto& parts = std::get<Value::Array>(available.find("parts")->data());
  ASSERT_EQ(parts.size(), 3);
  EXPECT_EQ(text_at(parts[0], "amount"), "500.00");
  EXPECT_EQ(text_at(parts[1], "amount"), "-150.00");
  EXPECT_EQ(app_.get(text_at(parts[1], "why")).status, 200);
  for (const auto* address : {"/budget", "/budget/figures", "/budget/figures?by=line&as_of=2026-03-31", "/budget/why?figure=planned&code=total",
                              "/budget/why?figure=spent&code=a1", "/budget/why?figure=forecast&code=direct",
                              "/budget/why?figure=planned&code=indirect"}) {
    EXPECT_EQ(app_.get("/grants/" + std::to_string(grant) + address).status, 200) << address;
  }
}

// ---- The cache alone ----

TEST(BudgetCache, ReadsAGrantAgainOnlyWhenItMoved) {
  TestDatabase database;
  BudgetCache cache(database.database());
  int made = 0;
  const auto get = [&](std::int64_t grant) {
    return *cache.get(grant, std::to_string(grant), [&]() -> Result<CachedAnswer> {
      return CachedAnswer{std::to_string(++made), "text/plain", ""};
    });
  };
  const auto tell = [&](const char* payload) {
    database.database().lease()->sql() << "SELECT pg_notify('kindling_budget', '" + std::string(payload) + "')";
  };
  const auto until_made = [&](std::int64_t grant, int number) {
    const auto deadline = std::chrono::steady_clock::now() + kBudgetUnheardMax;
    while (made < number && std::chrono::steady_clock::now() < deadline) get(grant);
    return made;
  };
  // Until the listener is connected nothing is kept; from then on an answer stays.
  for (int before = -1; before != made;) {
    before = made;
    get(1);
  }
  const int first = made;
  get(2);
  get(1);
  EXPECT_EQ(made, first + 1);
  tell("2");
  EXPECT_EQ(until_made(2, first + 2), first + 2);
  get(1);
  EXPECT_EQ(made, first + 2);
  tell("");
  EXPECT_EQ(until_made(1, first + 3), first + 3);
  get(2);
  EXPECT_EQ(made, first + 4);
}

}  // namespace
}  // namespace kindling
