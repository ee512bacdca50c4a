// Grants through the real app: recorded, changed and listed, on pages and as JSON; nothing is stored of what
// breaks a rule.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/funding_app.hpp"

namespace kindling {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class RecordGrant : public ::testing::Test {
 protected:
  FundingApp app_;
  std::int64_t grants() { return app_.number("SELECT count(*) FROM grants"); }
};

const Pairs kForm{{"programme", "generic-foundation"},
                  {"title", "Spark"},
                  {"funder_id", "1"},
                  {"currency", "EUR"},
                  {"requested_amount", "1000"},
                  {"probability", "60"},
                  {"starts_on", "2026-01-01"},
                  {"ends_on", "2028-12-31"}};

Pairs form_with(const std::string& name, const std::string& value) {
  auto form = kForm;
  for (auto& field : form) {
    if (field.first == name) field.second = value;
  }
  if (std::ranges::find(form, name, &Pairs::value_type::first) == form.end()) form.emplace_back(name, value);
  return form;
}

TEST_F(RecordGrant, StoresTheGrantItsSourceItsCategoriesAndItsFirstState) {
  const auto answer = app_.json("POST", "/api/v1/grants", app_.grant_body());
  ASSERT_EQ(answer.status, 201) << answer.body;
  EXPECT_EQ(answer.header("location"), "/api/v1/grants/1");
  EXPECT_EQ(answer.header("etag"), "\"1\"");
  const auto grant = answer.json();
  EXPECT_EQ(text_at(grant, "requested_amount"), "1000.00");
  EXPECT_EQ(text_at(grant, "indirect_rate"), "25");
  EXPECT_EQ(text_at(grant, "retention_until"), "2033-12-31");
  EXPECT_EQ(app_.number("SELECT planned_minor FROM funding_sources WHERE kind = 'grant'"), 100'000);
  EXPECT_EQ(app_.number("SELECT count(*) FROM grant_categories WHERE code = 'b' AND NOT in_indirect_base"),
            1);
  EXPECT_EQ(app_.number("SELECT count(*) FROM grant_state_changes WHERE to_state = 'applied'"), 1);
  EXPECT_EQ(app_.number("SELECT count(*) FROM audit_events WHERE action = 'grant.recorded'"), 1);
}

TEST_F(RecordGrant, LeadsFromTheFormToTheGrant) {
  const auto answer = app_.form("/grants", kForm);
  EXPECT_EQ(answer.status, 303) << answer.body;
  EXPECT_EQ(answer.header("location"), "/grants/1?done=created");
  const auto page = app_.get("/grants/1");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("1,000.00 EUR"));
  EXPECT_THAT(page.body, HasSubstr("European Commission"));
}

TEST_F(RecordGrant, KeepsTypedValuesWhenAFieldIsInvalid) {
  const auto answer = app_.form("/grants", form_with("requested_amount", "1.005"));
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.body, HasSubstr("value=\"1.005\""));
  EXPECT_THAT(answer.body, HasSubstr("value=\"Spark\""));
  EXPECT_THAT(answer.body, HasSubstr("href=\"#f-requested_amount\""));
  EXPECT_EQ(grants(), 0);
}

TEST_F(RecordGrant, ShowsWhatWasTypedAsTextNeverAsMarkup) {
  EXPECT_EQ(app_.form("/grants", form_with("title", "<script>alert(1)</script>")).status, 303);
  for (const auto* path : {"/grants", "/grants/1", "/grants/1/edit", "/grants/1/history", "/pipeline"}) {
    EXPECT_THAT(app_.get(path).body, Not(HasSubstr("<script>alert"))) << path;
  }
}

struct BadField {
  const char* field;
  const char* json;   // as a JSON value; "" leaves it out
  const char* typed;  // as form text
  const char* code;
};

TEST_F(RecordGrant, RefusesEachBadFieldOnTheFormAndAsJson) {
  const std::string long_title(201, 'x');
  const std::string long_json = "\"" + long_title + "\"";
  const BadField cases[] = {
      {"title", "", "", "required"},
      {"title", long_json.c_str(), long_title.c_str(), "too_long"},
      {"title", "\"a\\u0007\"", "a\x07", "control_character"},
      {"title", "\"a\\u0000b\"", nullptr, "control_character"},
      {"title", "7", nullptr, "wrong_type"},
      {"title", "true", nullptr, "wrong_type"},
      {"title", "{\"en\":\"Spark\"}", nullptr, nullptr},
      {"title", nullptr, "a\xff", "invalid_utf8"},
      {"starts_on", "\"2026-02-31\"", "2026-02-31", "not_a_date"},
      {"ends_on", "\"2025-12-31\"", "2025-12-31", "end_before_start"},
      {"requested_amount", "\"-1.00\"", "-1.00", "out_of_range"},
      {"requested_amount", "\"1.005\"", "1.005", "over_precise"},
      {"requested_amount", "\"99999999999999999999.00\"", "99999999999999999999", "out_of_range"},
      {"requested_amount", "12.5", nullptr, "wrong_type"},
      {"currency", "\"XXQ\"", "XXQ", "unknown_currency"},
      {"funder_id", "\"9223372036854775808\"", "9223372036854775808", "out_of_range"},
      {"funder_id", "999999", "999999", "grant_funder_is_a_funder"},
      {"funder_id", "2", "2", "grant_funder_is_a_funder"},
      {"programme", "\"no-such\"", "no-such", "not_one_of"},
      {"probability", "\"100.01\"", "100.01", "out_of_range"},
      {"colour", "\"red\"", nullptr, "unknown_field"},
  };
  for (const auto& bad : cases) {
    if (bad.json != nullptr) {
      const auto answer = app_.json("POST", "/api/v1/grants", app_.grant_body({{bad.field, bad.json}}));
      EXPECT_EQ(answer.status, 422) << bad.field << " " << bad.json << " " << answer.body;
      const auto breaches = answer.breaches();
      ASSERT_FALSE(breaches.empty()) << answer.body;
      if (bad.code != nullptr) {
        EXPECT_EQ(breaches.front(), std::string(bad.field) + ":" + bad.code) << bad.json;
      }
    }
    if (bad.typed != nullptr) {
      EXPECT_EQ(app_.form("/grants", form_with(bad.field, bad.typed)).status, 422)
          << bad.field << " " << bad.typed;
    }
  }
  const auto yen = app_.grant_body({{"currency", "\"JPY\""}, {"requested_amount", "\"1.5\""}});
  EXPECT_THAT(app_.json("POST", "/api/v1/grants", yen).breaches(),
              ElementsAre("requested_amount:over_precise"));
  EXPECT_EQ(grants(), 0);
  EXPECT_EQ(app_.number("SELECT count(*) FROM funding_sources"), 0);
}

TEST_F(RecordGrant, RefusesWhatCannotBeRead) {
  const auto broken = app_.json("POST", "/api/v1/grants", "{\n  \"title\": Spark\n}");
  EXPECT_EQ(broken.status, 400);
  EXPECT_THAT(broken.body, HasSubstr("line 2"));
  EXPECT_EQ(app_.json("POST", "/api/v1/grants", "{\"title\":\"a\xff\"}").status, 400);
  EXPECT_EQ(app_.json("POST", "/api/v1/grants",
                      app_.grant_body({{"notes", "\"" + std::string(70'000, 'x') + "\""}}))
                .status,
            413);
  EXPECT_EQ(grants(), 0);
}

TEST_F(RecordGrant, ActsOnceForTheSameKey) {
  const Pairs key{{"Idempotency-Key", "first"}};
  const auto first = app_.json("POST", "/api/v1/grants", app_.grant_body(), key);
  const auto second = app_.json("POST", "/api/v1/grants", app_.grant_body(), key);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.header("location"), "/api/v1/grants/1");
  EXPECT_EQ(app_.json("POST", "/api/v1/grants", app_.grant_body({{"title", "\"Other\""}}), key).status, 422);
  EXPECT_EQ(grants(), 1);
}

TEST_F(RecordGrant, TriesWithoutStoringOnADryRun) {
  EXPECT_EQ(app_.json("POST", "/api/v1/grants?dry_run=true", app_.grant_body()).status, 200);
  EXPECT_EQ(app_.json("POST", "/api/v1/grants?dry_run=true", app_.grant_body({{"title", ""}})).status, 422);
  EXPECT_EQ(grants(), 0);
}

class ChangeGrant : public RecordGrant {};

constexpr const char* kChange =
    R"({"title":"Brighter","funder_id":1,"currency":"EUR","requested_amount":"2000.00","starts_on":"2026-01-01",
        "ends_on":"2028-12-31"})";

TEST_F(ChangeGrant, NeedsTheVersionThatWasSeen) {
  const auto path = "/api/v1/grants/" + std::to_string(app_.record_grant());
  EXPECT_EQ(app_.json("PUT", path, kChange).status, 428);
  EXPECT_EQ(app_.json("PUT", path, kChange, {{"If-Match", "\"9\""}}).status, 412);
  EXPECT_EQ(app_.json("PUT", path, kChange, {{"If-Match", "seven"}}).status, 400);
  const auto changed = app_.json("PUT", path, kChange, {{"If-Match", "\"1\""}});
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.header("etag"), "\"2\"");
  EXPECT_EQ(text_at(changed.json(), "title"), "Brighter");
  EXPECT_EQ(app_.json("PUT", path, kChange, {{"If-Match", "\"1\""}}).status, 412);
  EXPECT_EQ(app_.get(path, {{"If-None-Match", "\"2\""}}).status, 304);
  EXPECT_EQ(app_.json("PUT", "/api/v1/grants/999", kChange, {{"If-Match", "\"1\""}}).status, 404);
}

TEST_F(ChangeGrant, KeepsRulesAndCategoriesThatAreLeftOut) {
  const auto id = std::to_string(app_.record_grant());
  const auto before = app_.number("SELECT count(*) FROM grant_categories");
  const auto changed = app_.json("PUT", "/api/v1/grants/" + id, kChange, {{"If-Match", "\"1\""}});
  EXPECT_EQ(text_at(changed.json(), "indirect_rate"), "25");
  EXPECT_EQ(text_at(changed.json(), "probability"), "60");
  EXPECT_EQ(app_.number("SELECT count(*) FROM grant_categories"), before);
}

TEST_F(ChangeGrant, ShowsBothVersionsOnAStaleForm) {
  app_.record_grant();
  ASSERT_EQ(app_.json("PUT", "/api/v1/grants/1", kChange, {{"If-Match", "\"1\""}}).status, 200);
  auto form = form_with("title", "Dimmer");
  form.emplace_back("version", "1");
  const auto answer = app_.form("/grants/1", form);
  EXPECT_EQ(answer.status, 412);
  EXPECT_THAT(answer.body, HasSubstr("Brighter"));
  EXPECT_THAT(answer.body, HasSubstr("value=\"Dimmer\""));
  EXPECT_THAT(answer.body, HasSubstr("name=\"version\" value=\"2\""));
}

class ListGrants : public RecordGrant {
 protected:
  void record(const std::string& title, const std::string& end) {
    const auto answer =
        app_.json("POST", "/api/v1/grants",
                  app_.grant_body({{"title", "\"" + title + "\""}, {"ends_on", "\"" + end + "\""}}));
    ASSERT_EQ(answer.status, 201) << answer.body;
  }
  std::string titles(const std::string& query, std::string* next = nullptr) {
    const auto answer = app_.get("/api/v1/grants" + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    const auto list = answer.json();
    std::string found;
    for (const auto& item : std::get<Value::Array>(list.find("items")->data()))
      found += text_at(item, "title") + " ";
    if (next != nullptr) *next = text_at(list, "next_cursor");
    return found;
  }
};

TEST_F(ListGrants, SortsSearchesAndPagesByKey) {
  record("beta", "2027-01-01");
  record("Alpha", "2028-01-01");
  record("gamma", "2026-06-01");
  EXPECT_EQ(titles(""), "Alpha beta gamma ");
  EXPECT_EQ(titles("?sort=-title"), "gamma beta Alpha ");
  EXPECT_EQ(titles("?sort=end"), "gamma beta Alpha ");
  EXPECT_EQ(titles("?q=ALP"), "Alpha ");
  EXPECT_EQ(titles("?q=%25"), "");
  EXPECT_EQ(titles("?state=applied&funder=1&programme=horizon-europe-actual"), "Alpha beta gamma ");
  EXPECT_EQ(titles("?state=active"), "");
  for (const std::string sort : {"end", "-end", "title", "awarded", "-awarded"}) {
    std::string next, all;
    std::string query = "?limit=1&sort=" + sort;
    for (int page = 0; page < 3; ++page) all += titles(page == 0 ? query : query + "&after=" + next, &next);
    EXPECT_EQ(next, "") << sort;
    EXPECT_EQ(all, titles("?sort=" + sort)) << sort;
  }
}

TEST_F(ListGrants, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(app_.get("/api/v1/grants?sort=colour").status, 422);
  EXPECT_EQ(app_.get("/api/v1/grants?state=won").status, 422);
  EXPECT_EQ(app_.get("/api/v1/grants?funder=EU").status, 422);
  EXPECT_EQ(app_.get("/api/v1/grants?after=xyz").status, 422);
  EXPECT_EQ(app_.get("/api/v1/grants?limit=0").status, 422);
  EXPECT_EQ(app_.get("/api/v1/grants?q=%FF").status, 422);
  EXPECT_EQ(app_.get("/api/v1/grants?programme=%FF").status, 422);
}

TEST_F(ListGrants, AnswersCsvWithoutFormulas) {
  record("=1+1", "2027-01-01");
  const auto answer = app_.get("/api/v1/grants", {{"Accept", "text/csv"}});
  EXPECT_THAT(answer.header("content-type"), HasSubstr("text/csv"));
  EXPECT_THAT(answer.body, HasSubstr("id,title,reference"));
  EXPECT_THAT(answer.body, HasSubstr("'=1+1"));
}

}  // namespace
}  // namespace kindling
