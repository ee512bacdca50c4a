#include <atomic>
#include <thread>

#include <gtest/gtest.h>
#include <soci/soci.h>

#include "ledger/keeper.hpp"
#include "ledger/ledger.hpp"
#include "storage/database.hpp"
#include "support/test_database.hpp"

namespace kindling {
namespace {

const Currency kEur = Currency::of("EUR");

NewEntry entry_of(std::int64_t minor, const char* on = "2026-02-05") {
  return {.booked_on = Date::of(on), .kind = "test", .document_kind = "test", .document_id = 1,
          .description = "a test's entry",
          .postings = {{"bank", 1, std::nullopt, {minor, kEur}}, {"income_other", 1, std::nullopt, {-minor, kEur}}}};
}

class Ledger : public ::testing::Test {
 protected:
  Result<std::int64_t> append(const NewEntry& entry) {
    return in_transaction(database(), actor_, "test", {}, [&](Transaction& t) { return append_entry(t, entry); });
  }
  // The rule that a statement of the service breaks; "" where it holds. Several statements are one transaction.
  std::string broken_rule(const std::vector<std::string>& statements) {
    const auto outcome = in_transaction(database(), actor_, "test", {}, [&](Transaction& t) -> Outcome {
      for (const auto& statement : statements) t.sql() << statement;
      return kOk;
    });
    return outcome ? "" : outcome.error().code;
  }
  // The SQLSTATE of a refused statement, for what no rule but a missing right refuses.
  bool denied(const std::string& statement) {
    try {
      auto lease = database().lease();
      lease->sql() << statement;
    } catch (const soci::soci_error& error) {
      return std::string_view(error.what()).find("42501") != std::string_view::npos;
    }
    return false;
  }
  long long number(const std::string& query) {
    auto lease = database().lease();
    long long value = -1;
    lease->sql() << query, soci::into(value);
    return value;
  }
  KeeperReport keep() {
    auto lease = database().lease();
    return keep_ledger(*lease);
  }
  VerifyReport verify() {
    auto lease = database().lease();
    return verify_ledger(*lease);
  }
  Database& database() { return test_database_.database(); }

  TestDatabase test_database_;
  Actor actor_{.id = 1, .name = "test", .roles = 1, .form_token = {}};
};

const char* const kHead =
    "INSERT INTO entries (booked_on, kind, posting_count, actor_id) VALUES ('2026-01-01', 'test', 2, 1)";
std::string posting(int line, const char* amount, const char* currency = "EUR") {
  return "INSERT INTO postings (entry_id, line_no, account_code, fund_id, amount_minor, currency) SELECT max(id), " +
         std::to_string(line) + ", 'bank', 1, " + amount + ", '" + currency + "' FROM entries";
}

TEST_F(Ledger, RefusesWhatDoesNotBalanceAtCommit) {
  EXPECT_EQ(broken_rule({kHead, posting(1, "100"), posting(2, "-99")}), "entry_balances");
  EXPECT_EQ(broken_rule({kHead, posting(1, "100"), posting(2, "-100", "CZK")}), "entry_balances");
  EXPECT_EQ(broken_rule({kHead, posting(1, "100")}), "entry_is_complete");
  EXPECT_EQ(broken_rule({kHead}), "entry_is_complete");
  EXPECT_EQ(broken_rule({kHead, posting(1, "100"), posting(2, "-100")}), "");
  EXPECT_EQ(number("SELECT count(*) FROM entries"), 1);
}

TEST_F(Ledger, AnEntryIsClosedWhenItCommits) {
  ASSERT_TRUE(append(entry_of(100)));
  const std::string more = "INSERT INTO postings (entry_id, line_no, account_code, fund_id, amount_minor, currency) "
                           "VALUES (1, 3, 'bank', 1, 5, 'EUR'), (1, 4, 'bank', 1, -5, 'EUR')";
  EXPECT_EQ(broken_rule({more}), "entry_is_closed");
}

TEST_F(Ledger, AnEntryIsClosedInItsOwnTransactionToo) {
  EXPECT_EQ(broken_rule({kHead, posting(1, "100"), posting(2, "-100"), "SET CONSTRAINTS ALL IMMEDIATE",
                         posting(3, "7")}),
            "entry_is_closed");
}

TEST_F(Ledger, IsReversedOnceAndExactly) {
  const auto entry = append(entry_of(12'345)).value();
  const auto reverse = [&](std::int64_t id) {
    return in_transaction(database(), actor_, "test", {},
                          [&](Transaction& t) { return reverse_entry(t, id, Date::of("2026-03-01"), "a mistake"); });
  };
  const auto reversal = reverse(entry);
  ASSERT_TRUE(reversal);
  EXPECT_EQ(number("SELECT COALESCE(sum(amount_minor), 0)::bigint FROM balances WHERE account_code = 'bank'"), 0);
  EXPECT_EQ(reverse(entry).error().code, "entry_reversed_once");
  EXPECT_EQ(reverse(*reversal).error().code, "reversal_negates_entry");
  EXPECT_EQ(reverse(999).error().code, "entry_not_found");
}

TEST_F(Ledger, AnEntryAfterAReversalReversesNothing) {
  const auto entry = append(entry_of(12'345)).value();
  const auto second = in_transaction(database(), actor_, "test", {}, [&](Transaction& t) -> Result<std::int64_t> {
    const auto reversal = reverse_entry(t, entry, Date::of("2026-03-01"), "a mistake");
    if (!reversal) return reversal.error();
    return append_entry(t, entry_of(500));
  });
  ASSERT_TRUE(second) << second.error().code;
  EXPECT_EQ(number("SELECT count(*) FROM entries WHERE reverses_entry_id IS NOT NULL"), 1);
}

TEST_F(Ledger, ReversesTheWholeEntryOrNothing) {
  ASSERT_TRUE(append(entry_of(100)));
  EXPECT_EQ(broken_rule({"INSERT INTO entries (booked_on, kind, posting_count, actor_id, reverses_entry_id) "
                         "VALUES ('2026-01-01', 'reversal', 2, 1, 1)",
                         posting(1, "-40"), posting(2, "40")}),
            "reversal_negates_entry");
}

TEST_F(Ledger, TheServiceHasNoRightToChangeHistory) {
  ASSERT_TRUE(append(entry_of(100)));
  ASSERT_EQ(keep().sealed, 1);
  for (const auto* table : {"entries", "postings", "seals", "instalment_receipts"}) {
    EXPECT_TRUE(denied("DELETE FROM " + std::string(table))) << table;
    EXPECT_TRUE(denied("TRUNCATE " + std::string(table) + " CASCADE")) << table;
  }
  EXPECT_TRUE(denied("UPDATE entries SET booked_on = '2020-01-01'"));
  EXPECT_TRUE(denied("UPDATE postings SET amount_minor = 1"));
  EXPECT_TRUE(denied("UPDATE seals SET position = 9"));
  EXPECT_TRUE(denied("UPDATE audit_events SET reason = 'other'"));
  EXPECT_TRUE(denied("INSERT INTO entries (booked_on, kind, posting_count, actor_id, recorded_at) "
                     "VALUES ('2026-01-01', 'x', 2, 1, '2020-01-01')"));
}

TEST_F(Ledger, EvenTheOwnerCannotChangeWhatIsPosted) {
  ASSERT_TRUE(append(entry_of(100)));
  EXPECT_THROW(run_as_owner(test_database_.url(), "UPDATE postings SET amount_minor = 1"), std::runtime_error);
  EXPECT_THROW(run_as_owner(test_database_.url(), "DELETE FROM entries"), std::runtime_error);
}

TEST_F(Ledger, ADryRunLeavesNothing) {
  const auto rehearsed = in_transaction(database(), actor_, "test", {.dry_run = true},
                                        [&](Transaction& t) { return append_entry(t, entry_of(100)); });
  EXPECT_TRUE(rehearsed);
  EXPECT_EQ(number("SELECT count(*) FROM entries"), 0);
}

TEST_F(Ledger, BalancesAreTrueAtAnyMomentWhileManyAppend) {
  constexpr int kThreads = 6, kEach = 60;
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::thread keeper([&] {
    while (!done) {
      keep();
      auto lease = database().lease();
      long long differs = 0;
      // One statement, one snapshot: the view against the naive sum.
      lease->sql() << "SELECT (SELECT COALESCE(sum(amount_minor), 0) FROM balances WHERE account_code = 'bank')::bigint"
                      " - (SELECT COALESCE(sum(amount_minor), 0) FROM postings WHERE account_code = 'bank')::bigint",
          soci::into(differs);
      if (differs != 0) ++wrong;
    }
  });
  std::vector<std::thread> writers;
  for (int t = 0; t < kThreads; ++t) {
    writers.emplace_back([&] {
      for (int i = 1; i <= kEach; ++i) {
        if (!append(entry_of(i))) ++wrong;
      }
    });
  }
  for (auto& writer : writers) writer.join();
  done = true;
  keeper.join();
  while (keep().sealed > 0) {
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(number("SELECT position FROM ledger_head"), kThreads * kEach);
  EXPECT_EQ(number("SELECT sum(amount_minor)::bigint FROM balances WHERE account_code = 'bank'"),
            kThreads * kEach * (kEach + 1) / 2);
  EXPECT_TRUE(verify().findings.empty());
}

TEST_F(Ledger, AnOpenTransactionHoldsTheHorizonAndNothingIsSkipped) {
  auto open = database().connect();
  open->sql() << "BEGIN";
  open->sql() << kHead;
  open->sql() << posting(1, "100");
  open->sql() << posting(2, "-100");
  ASSERT_TRUE(append(entry_of(7)));
  EXPECT_EQ(keep().sealed, 0);  // the later one waits for the earlier one
  open->sql() << "COMMIT";
  EXPECT_EQ(keep().sealed, 2);
  EXPECT_TRUE(verify().findings.empty());
}

// Edits as somebody could make them who owns the server and switches the triggers off.
TEST_F(Ledger, VerifyFindsEveryEdit) {
  for (int i = 1; i <= 5; ++i) ASSERT_TRUE(append(entry_of(i * 100)));
  ASSERT_EQ(keep().sealed, 5);
  ASSERT_TRUE(verify().findings.empty());
  const std::vector<std::pair<std::string, std::string>> edits = {
      {"entries", "UPDATE entries SET booked_on = booked_on + 1 WHERE id = 3"},
      {"entries", "UPDATE entries SET description = 'another' WHERE id = 1"},
      {"entries", "UPDATE entries SET kind = 'other' WHERE id = 5"},
      {"entries", "UPDATE entries SET actor_id = 9 WHERE id = 2"},
      {"entries", "UPDATE entries SET recorded_at = recorded_at + interval '1 microsecond' WHERE id = 4"},
      {"postings", "UPDATE postings SET amount_minor = amount_minor + 1 WHERE entry_id = 2 AND line_no = 1"},
      {"postings", "UPDATE postings SET amount_minor = amount_minor * 2 WHERE entry_id = 2"},
      {"postings", "UPDATE postings SET account_code = 'income_donations' WHERE entry_id = 1 AND line_no = 2"},
      {"postings", "DELETE FROM postings WHERE entry_id = 4"},
      {"seals", "UPDATE seals SET hash = sha256('x') WHERE position = 2"},
      {"seals", "DELETE FROM seals WHERE position = 5"},
      {"balance_months", "UPDATE balance_months SET amount_minor = amount_minor + 1 WHERE account_code = 'bank'"},
      {"balance_months", "DELETE FROM balance_months WHERE account_code = 'income_other'"},
      {"ledger_head", "UPDATE ledger_head SET position = 4"},
      {"ledger_head", "UPDATE ledger_head SET hash = sha256('x')"}};
  for (const auto& [table, edit] : edits) {
    const auto copy = "CREATE TABLE kept AS SELECT * FROM " + table + ";";
    const auto off = "ALTER TABLE " + table + " DISABLE TRIGGER USER;";
    run_as_owner(test_database_.url(), copy + off + edit);
    EXPECT_FALSE(verify().findings.empty()) << edit;
    const std::string columns = table == "entries" ? " OVERRIDING SYSTEM VALUE" : "";
    // Put back as it was, so that each edit is found alone.
    const std::string restore =
        table == "entries"
            ? "UPDATE entries e SET booked_on = k.booked_on, description = k.description, kind = k.kind, "
              "actor_id = k.actor_id, recorded_at = k.recorded_at FROM kept k WHERE k.id = e.id;"
            : "DELETE FROM " + table + "; INSERT INTO " + table + columns + " SELECT * FROM kept;";
    run_as_owner(test_database_.url(), restore + "ALTER TABLE " + table + " ENABLE TRIGGER USER; DROP TABLE kept;");
    ASSERT_TRUE(verify().findings.empty()) << "restored after " << edit;
  }
}

}  // namespace
}  // namespace kindling
