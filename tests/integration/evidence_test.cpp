// Evidence through the real app: what it is is found in its bytes, it counts once, and it stays with what was submitted.
#include <gtest/gtest.h>

#include <soci/soci.h>

#include <tuple>

#include "storage/database.hpp"
#include "support/spending_app.hpp"

namespace kindling {
namespace {

using namespace std::string_literals;

class EvidenceFiles : public ::testing::Test {
 protected:
  std::string file_path(std::int64_t cost, const Answer& attached) {
    return "/expenditures/" + std::to_string(cost) + "/evidence/" + text_at(attached.json(), "id");
  }

  SpendingApp app_;
  SpendingGrant grant_ = app_.grant({{"c3", "1000.00"}});
};

TEST_F(EvidenceFiles, BytesComeBackAsADownloadThatNoBrowserRuns) {
  const auto cost = app_.draft(app_.invoice("R-1", "10.00", grant_.lines[0]));
  const auto bytes = "%PDF-1.7\0\xFF\r\n\r\n--x"s;
  const auto attached = app_.attach(cost, "R-1.pdf", bytes);
  ASSERT_EQ(attached.status, 201) << attached.body;
  EXPECT_EQ(text_at(attached.json(), "media_type"), "application/pdf");
  const auto answer = app_.get(file_path(cost, attached));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, bytes);
  EXPECT_EQ(answer.header("content-type"), "application/pdf");
  EXPECT_EQ(answer.header("content-disposition").substr(0, 10), "attachment");
  EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
  EXPECT_EQ(app_.get("/expenditures/999/evidence/" + text_at(attached.json(), "id")).status, 404);
}

TEST_F(EvidenceFiles, TheSameFileCountsOnceUntilItsCostIsWithdrawnOrTakenBack) {
  const auto one = app_.draft(app_.invoice("R-1", "10.00", grant_.lines[0]));
  const auto two = app_.draft(app_.invoice("R-2", "10.00", grant_.lines[0]));
  ASSERT_EQ(app_.attach(one, "a.pdf", "%PDF-1").status, 201);
  const auto again = app_.attach(two, "b.pdf", "%PDF-1");
  EXPECT_EQ(again.breaches(), std::vector<std::string>{"file:evidence_counts_once"});
  EXPECT_NE(again.body.find("/expenditures/" + std::to_string(one)), std::string::npos);
  EXPECT_EQ(app_.broken_rule("INSERT INTO evidence_files (expenditure_id, name, media_type, sha256, size_bytes, content) SELECT " +
                             std::to_string(two) + ", name, media_type, sha256, size_bytes, content FROM evidence_files"),
            "evidence_counts_once");
  ASSERT_EQ(app_.act(one, "withdraw", R"({"reason":"entered twice"})").status, 200);
  ASSERT_EQ(app_.attach(two, "b.pdf", "%PDF-1").status, 201);
  ASSERT_EQ(app_.act(two, "submit").status, 200);
  ASSERT_EQ(app_.as_bert(two, "approve"), "");
  ASSERT_EQ(app_.act(two, "reverse", R"({"reason":"never delivered"})").status, 200);
  ASSERT_EQ(app_.as_bert(two, "approve-reversal"), "");
  const auto three = app_.draft(app_.invoice("R-3", "10.00", grant_.lines[0]));
  EXPECT_EQ(app_.attach(three, "c.pdf", "%PDF-1").status, 201);
}

TEST_F(EvidenceFiles, OpenToThoseWhoEnterApproveOrAuditAndToNobodyElse) {
  const auto cost = app_.draft(app_.invoice("R-1", "10.00", grant_.lines[0]));
  const auto file = file_path(cost, app_.attach(cost, "payslip-of-eva.pdf", "%PDF-1"));
  const auto list = "/api/v1/expenditures/" + std::to_string(cost) + "/evidence";
  const auto as = [&](Role role) {
    app_.database().lease()->sql() << "UPDATE users SET roles = " + std::to_string(static_cast<int>(role)) +
                                          " WHERE email = 'ada@example.org'";
    const auto page = app_.get("/expenditures/" + std::to_string(cost)).body;
    return std::tuple(app_.get(file).status, app_.get(list).status, page.find("payslip-of-eva") != std::string::npos);
  };
  EXPECT_EQ(as(Role::kCoordinator), std::tuple(200, 200, true));
  EXPECT_EQ(as(Role::kApprover), std::tuple(200, 200, true));
  EXPECT_EQ(as(Role::kAuditor), std::tuple(200, 200, true));
  EXPECT_EQ(as(Role::kViewer), std::tuple(403, 403, false));
  EXPECT_EQ(as(Role::kAdministrator), std::tuple(403, 403, false));
}

TEST_F(EvidenceFiles, WhatIsSubmittedKeepsItsEvidence) {
  const auto cost = app_.draft(app_.invoice("R-1", "10.00", grant_.lines[0]));
  const auto first = app_.attach(cost, "a.pdf", "%PDF-1"), second = app_.attach(cost, "b.pdf", "%PDF-2");
  EXPECT_EQ(app_.form(file_path(cost, first) + "/remove", {}).status, 303);
  ASSERT_EQ(app_.act(cost, "submit").status, 200);
  EXPECT_EQ(app_.form(file_path(cost, second) + "/remove", {}).status, 409);
  EXPECT_EQ(app_.broken_rule("DELETE FROM evidence_files"), "evidence_stays");
  EXPECT_EQ(app_.attach(cost, "proof.png", "\x89PNG\r\n\x1A\n").status, 201);  // a proof of payment may follow
  EXPECT_EQ(app_.number("SELECT count(*) FROM evidence_files"), 2);
}

TEST_F(EvidenceFiles, WhatIsNoDocumentOrTooLargeIsRefusedAndNothingIsStored) {
  const auto cost = app_.draft(app_.invoice("R-1", "10.00", grant_.lines[0]));
  EXPECT_EQ(app_.attach(cost, "a.pdf", "<html><script>").breaches(), std::vector<std::string>{"file:unknown_type"});
  EXPECT_EQ(app_.attach(cost, "a.pdf", "").breaches(), std::vector<std::string>{"file:required"});
  EXPECT_EQ(app_.attach(cost, "a.pdf", "%PDF-" + std::string(10 * 1024 * 1024 - 4, 'x')).breaches(),
            std::vector<std::string>{"file:too_large"});
  EXPECT_EQ(app_.attach(cost, "a.pdf", "%PDF-" + std::string(10 * 1024 * 1024 - 5, 'x')).status, 201);
  EXPECT_EQ(app_.attach(cost, "a.pdf", "%PDF-" + std::string(11 * 1024 * 1024, 'x')).status, 413);
  EXPECT_EQ(app_.number("SELECT count(*) FROM evidence_files"), 1);
}

}  // namespace
}  // namespace kindling
