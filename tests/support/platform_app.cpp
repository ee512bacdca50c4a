#include "support/platform_app.hpp"

#include <gtest/gtest.h>

#include "budgets/platform_figures.hpp"
#include "budgets/record_platform_budget.hpp"
#include "storage/database.hpp"

namespace kindling {

PlatformApp::PlatformApp() {
  const auto source = form("/sources", {{"kind", "other"}, {"name", "Spring appeal"}, {"currency", "EUR"},
                                        {"basis", "cash"}, {"starts_on", "2026-01-01"}, {"probability", "50"}});
  EXPECT_EQ(source.status, 303) << source.body;
  const auto id = std::to_string(number("SELECT max(id) FROM funding_sources"));
  EXPECT_EQ(json("POST", "/api/v1/platform-budgets", R"({"year":2026})").status, 201);
  approve_lines(R"({"need":"Hosting","amount":"1200.00","sources":[{"funding_source_id":)" + id + R"(,"amount":"600.00"}]},)"
                R"({"need":"Moderation","amount":"900.00","first_month":1,"last_month":3})", 1);
  EXPECT_EQ(broken_rule("INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source) SELECT 'CZK', "
                        "d::date, 25, false, 'ECB' FROM generate_series(date '2026-01-01', '2026-12-31', '1 day') d"), "");
}

void PlatformApp::approve_lines(const std::string& lines, std::int64_t budget) {
  const auto path = "/api/v1/platform-budgets/" + std::to_string(budget);
  EXPECT_EQ(json("PUT", path, R"({"lines":[)" + lines + "]}", {{"If-Match", "\"1\""}}).status, 200);
  EXPECT_EQ(json("POST", path + "/submit", "", {{"If-Match", "\"2\""}}).status, 200);
  EXPECT_TRUE(in_transaction(database(), bert(), "test", {}, [&](Transaction& transaction) {
    return approve_platform_budget(transaction, {budget, 3}, Input());
  }));
}

std::int64_t PlatformApp::own(const std::string& number, const std::string& amount, const std::string& day,
                              const std::string& need, const std::string& more) {
  return submitted(R"({"kind":"invoice","document_number":")" + number + R"(","document_on":")" + day +
                   R"(","description":"Servers","currency":"EUR","amount":")" + amount + R"(","supplier_id":)" +
                   std::to_string(supplier()) + R"(,"allocations":[{"used_as":"own")" +
                   (need.empty() ? "" : R"(,"need":")" + need + "\"") + more + "}]}");
}

Value PlatformApp::figures(const std::string& query) { return get("/api/v1/platform/2026/budget" + query).json(); }

std::string PlatformApp::row_of(const Value& figures, const std::string& code) {
  const auto text = [](const Value& row) {
    std::string line;
    for (const auto name : kFigureNames) line += (line.empty() ? "" : " ") + text_at(row, name);
    return line;
  };
  if (code == "total") return text(*figures.find("total"));
  for (const auto& row : std::get<Value::Array>(figures.find("rows")->data())) {
    if (text_at(row, "code") == code) return text(row);
  }
  return "";
}

}  // namespace kindling
