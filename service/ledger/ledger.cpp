#include "ledger/ledger.hpp"

#include <map>

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

constexpr std::size_t kPostingsMin = 2;
constexpr std::size_t kPostingsMax = 1'000;

// Receipts and costs come through here by the thousand, so both statements are prepared once a session.
struct InsertEntry {
  std::string booked_on, kind, document_kind, description;
  long long document_id = 0, actor_id = 0, id = 0;
  long long reverses = 0;  // 0: none. Not an optional: a prepared statement of SOCI keeps the last value where a NULL follows
  int posting_count = 0;
  soci::statement statement;

  explicit InsertEntry(soci::session& sql)
      : statement((sql.prepare << R"(
          INSERT INTO entries (booked_on, kind, document_kind, document_id, description, reverses_entry_id,
                               posting_count, actor_id)
          VALUES (:booked_on::date, :kind, :document_kind, :document_id, :description,
                  NULLIF(:reverses::bigint, 0), :posting_count,
                  :actor_id)
          RETURNING id)",
                   soci::use(booked_on, "booked_on"), soci::use(kind, "kind"),
                   soci::use(document_kind, "document_kind"), soci::use(document_id, "document_id"),
                   soci::use(description, "description"), soci::use(reverses, "reverses"),
                   soci::use(posting_count, "posting_count"), soci::use(actor_id, "actor_id"), soci::into(id))) {}
};

// All postings of an entry in one statement, as arrays.
struct InsertPostings {
  long long entry_id = 0;
  std::string accounts, funds, lines, amounts, currencies;
  soci::statement statement;

  explicit InsertPostings(soci::session& sql)
      : statement((sql.prepare << R"(
          INSERT INTO postings (entry_id, line_no, account_code, fund_id, budget_line_id, amount_minor, currency)
          SELECT :entry_id, p.line_no, p.account_code, p.fund_id, p.budget_line_id, p.amount_minor, p.currency
          FROM unnest(:accounts::text[], :funds::bigint[], :lines::bigint[], :amounts::bigint[], :currencies::text[])
               WITH ORDINALITY AS p (account_code, fund_id, budget_line_id, amount_minor, currency, line_no))",
                   soci::use(entry_id, "entry_id"), soci::use(accounts, "accounts"), soci::use(funds, "funds"),
                   soci::use(lines, "lines"), soci::use(amounts, "amounts"), soci::use(currencies, "currencies"))) {}
};

// An array literal of values that need no quoting: numbers, codes of accounts and currencies.
template <typename ToText>
std::string array_of(const std::vector<NewPosting>& postings, ToText to_text) {
  std::string text = "{";
  for (const auto& posting : postings) text += (text.size() > 1 ? "," : "") + to_text(posting);
  return text + "}";
}

long long insert_entry(Transaction& transaction, const NewEntry& entry, std::optional<long long> reverses) {
  auto& head = transaction.session.prepared<InsertEntry>();
  head.booked_on = to_string(entry.booked_on);
  head.kind = entry.kind;
  head.document_kind = entry.document_kind;
  head.document_id = entry.document_id;
  head.description = entry.description;
  head.reverses = reverses.value_or(0);
  head.posting_count = static_cast<int>(entry.postings.size());
  head.actor_id = transaction.actor.id;
  head.statement.execute(true);

  auto& rows = transaction.session.prepared<InsertPostings>();
  rows.entry_id = head.id;
  rows.accounts = array_of(entry.postings, [](const NewPosting& p) { return p.account_code; });
  rows.funds = array_of(entry.postings, [](const NewPosting& p) { return std::to_string(p.fund_id); });
  rows.lines = array_of(entry.postings, [](const NewPosting& p) {
    return p.budget_line_id ? std::to_string(*p.budget_line_id) : std::string("NULL");
  });
  rows.amounts = array_of(entry.postings, [](const NewPosting& p) { return std::to_string(p.amount.minor); });
  rows.currencies = array_of(entry.postings, [](const NewPosting& p) { return std::string(p.amount.currency.code()); });
  rows.statement.execute(true);
  return head.id;
}

}  // namespace

Result<std::int64_t> append_entry(Transaction& transaction, const NewEntry& entry) {
  if (entry.postings.size() < kPostingsMin || entry.postings.size() > kPostingsMax) {
    return invalid_field("", "entry_has_2_to_1000_postings", "An entry has from 2 to 1,000 postings.");
  }
  std::map<Currency, Money> sums;
  for (const auto& posting : entry.postings) {
    auto& sum = sums.try_emplace(posting.amount.currency, Money{0, posting.amount.currency}).first->second;
    sum = sum + posting.amount;
  }
  for (const auto& [currency, sum] : sums) {
    if (sum.minor != 0) {
      return invalid_field("", "entry_balances", "The postings do not add up to zero: " + to_display(sum) + " is left.");
    }
  }
  return insert_entry(transaction, entry, std::nullopt);
}

Result<std::int64_t> reverse_entry(Transaction& transaction, std::int64_t entry_id, Date booked_on,
                                   std::string_view reason) {
  auto& sql = transaction.sql();
  long long id = entry_id;
  NewEntry reversal{.booked_on = booked_on, .kind = "reversal", .document_kind = {}, .document_id = 0,
                    .description = std::string(reason), .postings = {}};
  long long document_id = 0;
  std::optional<long long> reverses;
  sql << "SELECT document_kind, document_id, reverses_entry_id FROM entries WHERE id = :id",
      soci::into(reversal.document_kind), soci::into(document_id), soci::into(reverses), soci::use(id, "id");
  if (!sql.got_data()) return not_found("entry_not_found", "There is no such entry in the ledger.");
  if (reverses) return conflict("reversal_negates_entry", "A reversal cannot itself be reversed; enter it anew.");
  reversal.document_id = document_id;

  std::string account, currency;
  long long fund = 0, amount = 0;
  std::optional<long long> line;
  soci::statement postings = (sql.prepare << R"(
      SELECT account_code, fund_id, budget_line_id, amount_minor, currency
      FROM postings
      WHERE entry_id = :id
      ORDER BY line_no)",
                              soci::into(account), soci::into(fund), soci::into(line), soci::into(amount),
                              soci::into(currency), soci::use(id, "id"));
  postings.execute();
  while (postings.fetch()) {
    const std::optional<std::int64_t> budget_line = line ? std::optional<std::int64_t>(*line) : std::nullopt;
    reversal.postings.push_back({account, fund, budget_line, -Money{amount, Currency::of(currency)}});
  }
  return insert_entry(transaction, reversal, id);  // entry_reversed_once refuses a second one
}

std::int64_t create_fund(Transaction& transaction, std::string_view code, std::string_view name,
                         std::string_view restriction) {
  const std::string code_text(code), name_text(name), restriction_text(restriction);
  long long id = 0;
  transaction.sql() << "INSERT INTO funds (code, name, restriction) VALUES (:code, :name, :restriction) RETURNING id",
      soci::use(code_text, "code"), soci::use(name_text, "name"), soci::use(restriction_text, "restriction"),
      soci::into(id);
  return id;
}

std::vector<Balance> fund_balances(Session& session, std::int64_t fund_id) {
  std::vector<Balance> balances;
  std::string account, currency;
  long long amount = 0, fund = fund_id;
  soci::statement rows = (session.sql().prepare << R"(
      SELECT account_code, currency, sum(amount_minor)::bigint
      FROM balances
      WHERE fund_id = :fund_id
      GROUP BY account_code, currency
      ORDER BY account_code, currency)",
                          soci::into(account), soci::into(currency), soci::into(amount), soci::use(fund, "fund_id"));
  rows.execute();
  while (rows.fetch()) balances.push_back({account, fund_id, {amount, Currency::of(currency)}});
  return balances;
}

LedgerPosition ledger_position(Session& session) {
  LedgerPosition position;
  long long number = 0;
  session.sql() << "SELECT position, encode(hash, 'hex') FROM ledger_head", soci::into(number),
      soci::into(position.hash);
  position.position = number;
  return position;
}

}  // namespace kindling
