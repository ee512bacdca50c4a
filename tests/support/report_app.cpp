#include "support/report_app.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace kindling {

ReportApp::ReportApp() {
  grant_ = SpendingApp::grant({{"a1", "30000.00"}});
  spend("A-1", "1000.00");
}

void ReportApp::spend(const std::string& number, const std::string& amount) {
  EXPECT_EQ(as_bert(submitted(invoice(number, amount, grant_.lines.front())), "approve"), "");
}

std::string ReportApp::funder_report() const {
  return R"({"report":"funder-report","grant":)" + std::to_string(grant_.id) + R"(,"from":"2026-01-01","to":"2026-12-31"})";
}

std::string ReportApp::made(const std::string& body) {
  const auto asked = json("POST", "/api/v1/report-runs", body);
  EXPECT_EQ(asked.status, 202) << asked.body;
  const auto id = text_at(asked.json(), "id");
  EXPECT_EQ(text_at(settled(id), "state"), "draft");
  return id;
}

Value ReportApp::run(const std::string& id) { return get("/api/v1/report-runs/" + id).json(); }

Value ReportApp::settled(const std::string& id) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(3);
  while (std::chrono::steady_clock::now() < deadline) {
    auto shown = run(id);
    const auto* job = shown.find("job");
    const auto state = job == nullptr ? std::string() : text_at(*job, "state");
    if (state != "queued" && state != "running") return shown;
    std::this_thread::yield();
  }
  ADD_FAILURE() << "report " << id << " does not end";
  return {};
}

std::string ReportApp::file(const std::string& id) {
  const auto answer = get("/api/v1/report-runs/" + id + "/file");
  EXPECT_EQ(answer.status, 200) << answer.body;
  return answer.body;
}

Answer ReportApp::step(const std::string& id, const std::string& verb, const std::string& body) {
  const auto etag = get("/api/v1/report-runs/" + id).header("etag");
  return json("POST", "/api/v1/report-runs/" + id + "/" + verb, body, {{"If-Match", etag}});
}

void ReportApp::submit(const std::string& id) {
  sign_in_as("ada@example.org");
  const auto proposed = step(id, "propose");
  EXPECT_EQ(proposed.status, 200) << proposed.body;
  sign_in_as("bert@example.org");
  const auto approved = step(id, "approve");
  EXPECT_EQ(approved.status, 200) << approved.body;
  sign_in_as("ada@example.org");
}

}  // namespace kindling
