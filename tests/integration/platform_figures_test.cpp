// The figures of the platform's own budget through the real app: held against a naive recomputation from the documents, at
// any accounting date and as known at any instant; from memory, with an ETag; each with its way down.
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <iostream>
#include <map>
#include <random>

#include "budgets/platform_figures.hpp"
#include "storage/database.hpp"
#include "support/platform_app.hpp"

namespace kindling {
namespace {

class PlatformFiguresOfAYear : public ::testing::Test {
 protected:
  // "committed" of each month, "-" where nothing is told.
  std::string committed_by_month(const std::string& query) {
    const auto series = app_.get("/api/v1/platform/2026/budget/series" + query).json();
    std::string months;
    for (const auto& point : std::get<Value::Array>(series.find("points")->data())) {
      const auto& committed = *point.find("committed");
      months += (months.empty() ? "" : " ") + (committed.is_null() ? "-" : text_at(point, "committed"));
    }
    return months;
  }

  PlatformApp app_;
};

TEST_F(PlatformFiguresOfAYear, CountApprovedCostsByTheNeedThatTheyName) {
  const auto cost = app_.own("H-1", "100.00", "2026-02-10", "hosting");
  EXPECT_EQ(PlatformApp::row_of(app_.figures("?as_of=2026-12-31"), "Hosting"), "1200.00 0.00 0.00 100.00 1200.00 0.00");
  ASSERT_EQ(app_.as_bert(cost, "approve"), "");
  ASSERT_EQ(app_.as_bert(app_.own("H-2", "7.00", "2026-03-10", ""), "approve"), "");
  // Half of December's 100.00 is left on the 15th: 16 of 31 days.
  EXPECT_EQ(PlatformApp::row_of(app_.figures("?as_of=2026-12-15"), "Hosting"), "1200.00 100.00 0.00 0.00 1100.00 151.61");
  EXPECT_EQ(PlatformApp::row_of(app_.figures("?as_of=2026-12-31"), "Moderation"), "900.00 0.00 0.00 0.00 900.00 0.00");
  EXPECT_EQ(PlatformApp::row_of(app_.figures("?as_of=2026-12-31"), "none"), "0.00 7.00 0.00 0.00 -7.00 7.00");
  EXPECT_EQ(PlatformApp::row_of(app_.figures("?as_of=2026-12-31"), "total"), "2100.00 107.00 0.00 0.00 1993.00 107.00");
  EXPECT_EQ(PlatformApp::row_of(app_.figures("?as_of=2026-02-09"), "Hosting").substr(0, 12), "1200.00 0.00");
  EXPECT_EQ(app_.get("/platform/2026/budget").status, 200);
  EXPECT_EQ(app_.get("/api/v1/platform/2025/budget").code(), "no_active_budget");
  EXPECT_EQ(app_.get("/api/v1/platform/99/budget").status, 404);
  EXPECT_EQ(app_.get("/api/v1/platform/2026/budget?as_of=2026-02-31").breaches(), std::vector<std::string>{"as_of:not_a_date"});
}

TEST_F(PlatformFiguresOfAYear, CountForeignCostsAtTheRateOfTheDayAndTellThoseWithoutOne) {
  const auto grant = app_.grant({{"c3", "100000.00"}}, "stop", "CZK");
  const auto id = app_.submitted(R"({"kind":"invoice","document_number":"C-1","document_on":"2026-05-04","description":"x",)"
                                 R"("currency":"CZK","amount":"2500.00","supplier_id":)" + std::to_string(app_.supplier()) +
                                 R"(,"allocations":[{"used_as":"claimed","need":"Hosting","budget_line_id":)" +
                                 std::to_string(grant.lines[0]) + "}]}");
  ASSERT_EQ(app_.as_bert(id, "approve"), "");
  EXPECT_EQ(PlatformApp::row_of(app_.figures("?as_of=2026-12-31"), "Hosting"), "1200.00 100.00 0.00 0.00 1100.00 100.00");
  app_.draft(R"({"kind":"invoice","document_number":"Y-1","document_on":"2026-05-04","description":"x","currency":"JPY",)"
             R"("amount":"1000","supplier_id":)" + std::to_string(app_.supplier()) + R"(,"allocations":[{"used_as":"own"}]})");
  EXPECT_EQ(text_at(app_.figures(), "without_rate"), "1");
  EXPECT_NE(app_.get("/platform/2026/budget").body.find("1 documents are in a currency without a rate"), std::string::npos);
}

TEST_F(PlatformFiguresOfAYear, AreServedFromMemoryUntilSomethingMoves) {
  const auto first = app_.get("/api/v1/platform/2026/budget");
  ASSERT_EQ(first.status, 200) << first.body;
  const auto etag = first.header("etag");
  EXPECT_EQ(app_.get("/api/v1/platform/2026/budget", {{"If-None-Match", etag}}).status, 304);
  app_.own("H-1", "100.00", "2026-02-10", "Hosting");  // no grant is touched by it
  const auto moved = app_.get("/api/v1/platform/2026/budget", {{"If-None-Match", etag}});
  EXPECT_EQ(moved.status, 200);
  EXPECT_NE(moved.header("etag"), etag);
  const auto csv = app_.get("/api/v1/platform/2026/budget", {{"Accept", "text/csv"}});
  EXPECT_EQ(csv.body.substr(0, csv.body.find('\n')), "code,label,planned,spent,committed,drafts,available,forecast\r");
}

TEST_F(PlatformFiguresOfAYear, LeadDownToTheirEntriesAndDocuments) {
  const auto cost = app_.own("H-1", "100.00", "2026-02-10", "Hosting");
  ASSERT_EQ(app_.as_bert(cost, "approve"), "");
  ASSERT_EQ(app_.act(cost, "reverse", R"({"amount":"40.00","booked_on":"2026-03-01","reason":"credit note"})").status, 200);
  ASSERT_EQ(app_.as_bert(cost, "approve-reversal"), "");
  const auto why = app_.get("/api/v1/platform/2026/budget/why?figure=spent&code=Hosting");
  ASSERT_EQ(why.status, 200) << why.body;
  EXPECT_EQ(text_at(why.json(), "amount"), "60.00");
  const auto body = why.json();
  const auto& items = std::get<Value::Array>(body.find("items")->data());
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(text_at(items[0], "date") + " " + text_at(items[0], "amount"), "2026-03-01 -40.00");
  EXPECT_EQ(text_at(items[1], "page"), "/expenditures/" + std::to_string(cost));
  EXPECT_EQ(text_at(items[1], "entry_id"), std::to_string(app_.number("SELECT entry_id FROM expenditures")));
  const auto rest = app_.get("/api/v1/platform/2026/budget/why?figure=spent&code=Hosting&limit=1").json();
  EXPECT_EQ(text_at(std::get<Value::Array>(app_.get("/api/v1/platform/2026/budget/why?figure=spent&code=Hosting&limit=1&after=" +
                                                    text_at(rest, "next_cursor")).json().find("items")->data()).at(0), "amount"),
            "100.00");
  for (const auto name : kFigureNames) {
    const auto path = "/platform/2026/budget/why?figure=" + std::string(name) + "&code=total";
    EXPECT_EQ(app_.get(path).status, 200) << name;
    EXPECT_EQ(app_.get("/api/v1" + path).status, 200) << name;
  }
  EXPECT_EQ(app_.get("/api/v1/platform/2026/budget/why?code=Yachts").code(), "no_such_code");
  const auto series = app_.get("/api/v1/platform/2026/budget/series?as_of=2026-03-31").json();
  const auto& points = std::get<Value::Array>(series.find("points")->data());
  EXPECT_EQ(text_at(points[1], "spent") + " " + text_at(points[2], "spent") + " " + text_at(points[2], "spent_to_date"),
            "100.00 -40.00 60.00");
  EXPECT_EQ(text_at(points[2], "planned") + " " + text_at(points[3], "planned"), "400.00 100.00");
}

TEST_F(PlatformFiguresOfAYear, TellWhatWasCommittedAtTheEndOfEachMonthAsItWasKnown) {
  const auto grant = app_.grant({{"c3", "100000.00"}}, "stop", "CZK");
  const auto order = app_.json("POST", "/api/v1/grants/" + std::to_string(grant.id) + "/commitments",
                               R"({"budget_line_id":)" + std::to_string(grant.lines[0]) + R"(,"supplier_id":)" +
                                   std::to_string(app_.supplier()) +
                                   R"(,"title":"Servers","signed_on":"2026-02-15","amount":"15000.00","need":"Hosting"})");
  ASSERT_EQ(order.status, 201) << order.body;
  std::string before;
  app_.database().lease()->sql() << "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
      soci::into(before);
  const auto cost = app_.submitted(R"({"kind":"invoice","document_number":"C-1","document_on":"2026-03-10","description":"x",)"
                                   R"("currency":"CZK","amount":"2500.00","supplier_id":)" + std::to_string(app_.supplier()) +
                                   R"(,"allocations":[{"used_as":"claimed","commitment_id":)" + text_at(order.json(), "id") + "}]}");
  ASSERT_EQ(app_.as_bert(cost, "approve"), "");
  // 15,000 CZK at 25 for one euro, of which March uses 2,500.
  EXPECT_EQ(committed_by_month("?as_of=2026-04-20"), "0.00 600.00 500.00 500.00 - - - - - - - -");
  EXPECT_EQ(committed_by_month("?as_of=2026-02-14"), "0.00 0.00 - - - - - - - - - -");
  EXPECT_EQ(committed_by_month("?as_of=2026-03-31&known_at=" + before), "0.00 600.00 600.00 - - - - - - - - -");
  EXPECT_EQ(committed_by_month("?as_of=2025-12-31"), "- - - - - - - - - - - -");
  // The last month is what the table says of the same day.
  EXPECT_EQ(PlatformApp::row_of(app_.figures("?as_of=2026-04-20"), "total").substr(0, 21), "2100.00 100.00 500.00");
  const auto csv = app_.get("/api/v1/platform/2026/budget/series?as_of=2026-03-31", {{"Accept", "text/csv"}}).body;
  EXPECT_NE(csv.find("\r\n2026-03,400.00,1200.00,100.00,100.00,500.00\r\n"), std::string::npos) << csv;
  EXPECT_NE(app_.get("/platform/2026/budget?as_of=2026-03-31").body.find(R"(data-series="Committed" data-value="500.00">500.00<)"),
            std::string::npos);
}

TEST_F(PlatformFiguresOfAYear, KnowTheVersionThatWasInForce) {
  const auto before = app_.get("/api/v1/platform/2026/budget").json();
  app_.database().lease()->sql() << "UPDATE platform_budgets SET approved_at = '2026-01-05T12:00:00Z'";
  EXPECT_EQ(app_.json("POST", "/api/v1/platform-budgets", R"({"year":2026})").status, 201);
  app_.approve_lines(R"({"need":"Hosting","amount":"1500.00"})", 2);
  EXPECT_EQ(text_at(app_.figures(), "version"), "2");
  EXPECT_EQ(text_at(app_.figures("?known_at=2026-01-05T12:00:00Z"), "version"), "1");
  EXPECT_EQ(PlatformApp::row_of(app_.figures("?known_at=2026-01-05T12:00:00Z&as_of=2026-12-31"), "total").substr(0, 7), "2100.00");
  EXPECT_EQ(app_.get("/api/v1/platform/2026/budget?known_at=2026-01-05T11:59:59Z").code(), "no_active_budget");
}

// ---- Against the documents ----

struct Taken {
  std::string day;
  int at;
  std::int64_t minor;
};
struct Document {
  std::int64_t id;
  std::string need, day;
  std::int64_t minor;       // in euro
  int of_order;             // consumes the grant's commitment (1), the platform's (2), none (0)
  int drafted_at;
  std::optional<int> approved_at = {};
  std::vector<Taken> taken = {};
  std::int64_t left() const {
    auto minor_left = minor;
    for (const auto& part : taken) minor_left -= part.minor;
    return minor_left;
  }
};

TEST_F(PlatformFiguresOfAYear, AreWhatTheDocumentsAddUpTo) {
  const auto* given = std::getenv("KINDLING_SEED");
  const auto seed = given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
  std::cout << "KINDLING_SEED=" << seed << '\n';
  std::mt19937 random(seed);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto day_of = [](int n) { return to_string(Date(Date::of("2026-01-01").days() + std::chrono::days(n))); };
  const auto grant = app_.grant({{"c3", "700000.00"}});
  const auto order = app_.json("POST", "/api/v1/grants/" + std::to_string(grant.id) + "/commitments",
                               R"({"budget_line_id":)" + std::to_string(grant.lines[0]) + R"(,"supplier_id":)" +
                                   std::to_string(app_.supplier()) +
                                   R"(,"title":"Servers","signed_on":"2026-02-01","amount":"100000.00","need":"Hosting"})");
  ASSERT_EQ(order.status, 201) << order.body;
  const auto own_order = app_.json("POST", "/api/v1/platform/commitments",
                                   R"({"need":"Moderation","currency":"EUR","supplier_id":)" + std::to_string(app_.supplier()) +
                                       R"(,"title":"Night shifts","signed_on":"2026-03-01","amount":"900.00"})");
  ASSERT_EQ(text_at(own_order.json(), "state"), "open") << own_order.body;
  std::vector<std::string> instants;
  const auto mark = [&] {
    std::string instant;
    app_.database().lease()->sql() << "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
        soci::into(instant);
    instants.push_back(instant);
  };
  mark();
  const bool full = std::getenv("KINDLING_FULL") != nullptr;
  static constexpr const char* kNeeds[] = {"Hosting", "Moderation", "Training", ""};
  std::vector<Document> documents;
  for (int step = 1; step <= (full ? 2'000 : 60); ++step) {
    const auto what = documents.empty() ? 0 : pick(3);
    if (what == 0) {
      Document document{.id = 0, .need = kNeeds[pick(4)], .day = day_of(pick(280)), .minor = (pick(9'000) + 1) * 4,
                        .of_order = std::max(pick(8) - 5, 0), .drafted_at = step};
      if (document.of_order == 2 && app_.number("SELECT count(*) FROM commitments WHERE grant_id IS NULL AND state = 'open'") == 0) {
        document.of_order = 0;
      }
      const bool crowns = document.of_order == 0 && pick(3) == 0;
      if (document.of_order != 0) document.need = document.of_order == 1 ? "Hosting" : "Moderation";
      const auto part = document.of_order == 1 ? R"({"used_as":"claimed","commitment_id":)" + text_at(order.json(), "id") + "}"
                        : document.of_order == 2
                            ? R"({"used_as":"own","commitment_id":)" + text_at(own_order.json(), "id") + "}"
                            : R"({"used_as":"own")" + (document.need.empty() ? "" : R"(,"need":")" + document.need + "\"") + "}";
      document.id = app_.submitted(
          R"({"kind":"invoice","document_number":"N)" + std::to_string(step) + R"(","document_on":")" + document.day +
          R"(","description":"x","currency":")" + (crowns ? "CZK" : "EUR") + R"(","amount":")" +
          to_string(Money{document.minor * (crowns ? 25 : 1), Currency::of("EUR")}) + R"(","supplier_id":)" +
          std::to_string(app_.supplier()) + R"(,"allocations":[)" + part + "]}");
      documents.push_back(document);
    } else {
      auto& document = documents[static_cast<std::size_t>(pick(static_cast<int>(documents.size())))];
      if (!document.approved_at) {
        ASSERT_EQ(app_.as_bert(document.id, "approve"), "");
        document.approved_at = step;
      } else if (document.left() > 0) {
        const auto whole = app_.number("SELECT amount_minor - reversed_minor FROM expenditures WHERE id = " + std::to_string(document.id));
        const auto all = pick(3) == 0;
        const auto euro = all ? document.left() : std::max<std::int64_t>(document.left() / 2, 1);
        const auto minor = euro * (whole / document.left());
        const auto day = day_of(281 + pick(40));
        ASSERT_EQ(app_.act(document.id, "reverse", R"({"amount":")" + to_string(Money{minor, Currency::of("EUR")}) +
                                                       R"(","booked_on":")" + day + R"(","reason":"credit"})").status, 200);
        ASSERT_EQ(app_.as_bert(document.id, "approve-reversal"), "");
        document.taken.push_back({day, step, euro});
      }
    }
    mark();
  }
  const auto approved_by = [](const Document& document, int known) {
    return document.approved_at && *document.approved_at <= known;
  };
  const auto standing_of = [&](const Document& document, const std::string& as_of, int known) {
    std::int64_t standing = 0;
    if (approved_by(document, known) && document.day <= as_of) standing += document.minor;
    for (const auto& part : document.taken) {
      if (part.at <= known && part.day <= as_of) standing -= part.minor;
    }
    return standing;
  };
  const auto text = [](std::int64_t minor) { return to_string(Money{minor, Currency::of("EUR")}); };
  const auto reserved_by = [&](int order_no, const char* signed_on, std::int64_t left, const std::string& as_of, int known) {
    if (as_of < signed_on) return std::int64_t{0};
    for (const auto& document : documents) {
      if (document.of_order == order_no) left -= standing_of(document, as_of, known);
    }
    return std::max<std::int64_t>(left, 0);
  };
  const auto reserved = [&](const std::string& need, const std::string& as_of, int known) -> std::int64_t {
    if (need == "Hosting") return reserved_by(1, "2026-02-01", 10'000'000, as_of, known);
    return need == "Moderation" ? reserved_by(2, "2026-03-01", 90'000, as_of, known) : 0;
  };
  const auto naive = [&](const std::string& need, const std::string& as_of, int known) {
    std::int64_t spent = 0, drafts = 0;
    for (const auto& document : documents) {
      if (document.need != need) continue;
      spent += standing_of(document, as_of, known);
      const bool is_draft = document.drafted_at <= known && !approved_by(document, known);
      if (is_draft && document.day <= as_of) drafts += document.minor;
    }
    return text(spent) + " " + text(reserved(need, as_of, known)) + " " + text(drafts);
  };
  const auto naive_months = [&](const std::string& as_of, int known) {
    std::string months;
    for (int month = 1; month <= 12; ++month) {
      const auto first = std::chrono::year(2026) / month;
      const auto last = to_string(Date(first / std::chrono::last));
      const bool begun = to_string(Date(first / 1)) <= as_of;
      const auto day = std::min(last, as_of);
      months += (month == 1 ? "" : " ") + (begun ? text(reserved("Hosting", day, known) + reserved("Moderation", day, known)) : "-");
    }
    return months;
  };
  int compared = 0;
  for (int probe = 0; probe < (full ? 400 : 40); ++probe) {
    const auto as_of = day_of(pick(365));
    const auto known = pick(static_cast<int>(instants.size()));
    const auto answer = app_.figures("?as_of=" + as_of + "&known_at=" + instants[static_cast<std::size_t>(known)]);
    for (const auto* need : kNeeds) {
      auto told = PlatformApp::row_of(answer, *need == '\0' ? "none" : need);
      if (told.empty()) told = "0.00 0.00 0.00 0.00 0.00 0.00";
      const auto from = told.find(' ') + 1;
      const auto to = told.find(' ', told.find(' ', told.find(' ', from) + 1) + 1);
      EXPECT_EQ(told.substr(from, to - from), naive(need, as_of, known)) << need << " " << as_of << " known at step " << known;
      ++compared;
    }
    EXPECT_EQ(committed_by_month("?as_of=" + as_of + "&known_at=" + instants[static_cast<std::size_t>(known)]),
              naive_months(as_of, known));
  }
  std::cout << documents.size() << " documents, " << compared << " rows compared\n";
}

}  // namespace
}  // namespace kindling
