#include "banking/bank_line_store.hpp"

#include <algorithm>

#include <soci/soci.h>

#include "banking/line_party.hpp"
#include "core/hex.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"
#include "web/list_filters.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

constexpr int kLinesAtOnce = 2'000;  // of a search

// Small letters, as far as ASCII goes.
std::string folded(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return small;
}

bool says(const BankLine& line, const std::string& searched) {
  std::string all;
  for (const auto* text : {&line.name, &line.message, &line.iban, &line.bank_reference, &line.end_to_end_id, &line.structured_reference}) {
    all += *text + ' ';
  }
  return folded(all).find(searched) != std::string::npos;
}

// Which lines: of an account below a cursor, or one.
struct LinesWanted {
  long long account_id = 0;
  long long only_id = 0;
  std::string before_on = "infinity";
  long long before_id = INT64_MAX;
  std::string state;
  int limit = 1;
  bool lock = false;
};

std::vector<BankLine> read_lines(soci::session& sql, const DonorVault& vault, const LinesWanted& wanted) {
  std::string text = R"(
    SELECT l.id, l.version, l.bank_account_id, a.name, a.ledger_account, a.currency, l.bank_statement_id,
           s.identification, l.bank_reference, l.booked_on::text, l.value_on::text, l.amount_minor,
           COALESCE((SELECT sum(m.amount_minor) FROM bank_matches m WHERE m.bank_line_id = l.id), 0)::bigint,
           l.reversal::int, l.end_to_end_id, l.structured_reference, l.state, COALESCE(l.ignored_reason, ''),
           COALESCE(encode(p.sealed, 'hex'), '')
    FROM bank_lines l
    JOIN bank_accounts a ON a.id = l.bank_account_id
    JOIN bank_statements s ON s.id = l.bank_statement_id
    LEFT JOIN bank_line_parties p ON p.bank_line_id = l.id
    WHERE (:account_id::bigint = 0 OR l.bank_account_id = :account_id)
      AND (:only_id::bigint = 0 OR l.id = :only_id)
      AND (l.booked_on, l.id) < (:before_on::date, :before_id)
      AND (:state = '' OR l.state = :state)
    ORDER BY l.booked_on DESC, l.id DESC
    LIMIT :limit)";
  if (wanted.lock) text += " FOR UPDATE OF l";
  long long id = 0, account_id = 0, statement_id = 0, amount = 0, matched = 0;
  int version = 0, reversal = 0;
  std::string account, ledger_account, currency, statement, reference, booked_on, value_on, end_to_end, structured,
      state, reason, sealed;
  soci::statement rows =
      (sql.prepare << text, soci::into(id), soci::into(version), soci::into(account_id), soci::into(account),
       soci::into(ledger_account), soci::into(currency), soci::into(statement_id), soci::into(statement),
       soci::into(reference), soci::into(booked_on), soci::into(value_on), soci::into(amount), soci::into(matched),
       soci::into(reversal), soci::into(end_to_end), soci::into(structured), soci::into(state), soci::into(reason),
       soci::into(sealed), soci::use(wanted.account_id, "account_id"),
       soci::use(wanted.only_id, "only_id"), soci::use(wanted.before_on, "before_on"),
       soci::use(wanted.before_id, "before_id"), soci::use(wanted.state, "state"),
       soci::use(wanted.limit, "limit"));
  rows.execute();
  std::vector<BankLine> lines;
  while (rows.fetch()) {
    const auto of = Currency::of(currency);
    auto party = open_party(vault, bytes_of(sealed), id);
    lines.push_back({.id = id, .version = version, .account_id = account_id, .account_name = account,
                     .ledger_account = ledger_account, .statement_id = statement_id, .statement = statement,
                     .bank_reference = reference, .booked_on = Date::of(booked_on), .value_on = Date::of(value_on),
                     .amount = {amount, of}, .matched = {matched, of}, .reversal = reversal != 0,
                     .end_to_end_id = end_to_end, .structured_reference = structured, .state = state,
                     .ignored_reason = reason, .name = std::move(party.name), .iban = std::move(party.iban),
                     .message = std::move(party.message), .matches = {}});
  }
  return lines;
}

void read_matches(soci::session& sql, BankLine& line) {
  long long line_id = line.id, id = 0, entry_id = 0, amount = 0, document_id = 0;
  int posted = 0, undone = 0;
  std::string how, reason, kind, description, document_kind;
  soci::statement rows = (sql.prepare << R"(
    SELECT m.id, m.entry_id, m.amount_minor, m.how, m.posted::int, m.reason,
           EXISTS (SELECT 1 FROM bank_matches u WHERE u.undoes_match_id = m.id)::int,
           e.kind, e.description, e.document_kind, e.document_id
    FROM bank_matches m
    JOIN entries e ON e.id = m.entry_id
    WHERE m.bank_line_id = :line_id
      AND m.undoes_match_id IS NULL
    ORDER BY m.id)",
                          soci::into(id), soci::into(entry_id), soci::into(amount), soci::into(how),
                          soci::into(posted), soci::into(reason), soci::into(undone), soci::into(kind),
                          soci::into(description), soci::into(document_kind), soci::into(document_id),
                          soci::use(line_id, "line_id"));
  rows.execute();
  while (rows.fetch()) {
    line.matches.push_back({.id = id, .entry_id = entry_id, .amount = {amount, line.amount.currency}, .how = how,
                            .posted = posted != 0, .undone = undone != 0, .reason = reason, .entry_kind = kind,
                            .entry_description = description, .document_kind = document_kind,
                            .document_id = document_id});
  }
}

Result<BankLine> read_one(soci::session& sql, const DonorVault& vault, std::int64_t id, bool lock) {
  LinesWanted wanted;
  wanted.only_id = id;
  wanted.lock = lock;
  auto found = id == 0 ? std::vector<BankLine>{} : read_lines(sql, vault, wanted);
  if (found.empty()) return not_found("bank_line_not_found", "There is no such line of a bank statement.");
  read_matches(sql, found.front());
  return std::move(found.front());
}

void insert_match(Transaction& transaction, std::int64_t line_id, const NewBankMatch& match,
                  std::optional<long long> undoes) {
  long long line = line_id, entry = match.entry_id, amount = match.amount.minor, actor = transaction.actor.id;
  const int posted = match.posted;
  transaction.sql() << R"(
    INSERT INTO bank_matches (bank_line_id, entry_id, amount_minor, how, posted, reason, undoes_match_id, created_by)
    VALUES (:line, :entry, :amount, :how, :posted::int::boolean, :reason, :undoes, :actor))",
      soci::use(line, "line"), soci::use(entry, "entry"), soci::use(amount, "amount"), soci::use(match.how, "how"),
      soci::use(posted, "posted"), soci::use(match.reason, "reason"), soci::use(undoes, "undoes"),
      soci::use(actor, "actor");
}

}  // namespace

Result<BankLineList> list_bank_lines(Session& session, const DonorVault& vault, std::int64_t account_id, const ListQuery& query) {
  ListFilters filters(query);
  LinesWanted wanted;
  wanted.account_id = account_id;
  wanted.state = filters.one_of("state", {"new", "matched", "ignored"});
  if (const auto fit = filters.check(); !fit) return fit.error();
  if (const auto cursor = decode_cursor(query.after); cursor && Date::parse(cursor->key)) {
    wanted.before_on = cursor->key;
    wanted.before_id = cursor->id;
  }
  const auto cursor_of = [](const BankLine& line) { return encode_cursor({to_string(line.booked_on), line.id}); };
  BankLineList list;
  if (account_id == 0) return list;
  if (query.search.empty()) {
    wanted.limit = query.limit + 1;
    list.lines = read_lines(session.sql(), vault, wanted);
    if (static_cast<int>(list.lines.size()) <= query.limit) return list;
    list.lines.pop_back();
    list.next_cursor = cursor_of(list.lines.back());
    return list;
  }
  const auto searched = folded(query.search);
  wanted.limit = kLinesAtOnce;
  for (int seen = 0;;) {
    auto lines = read_lines(session.sql(), vault, wanted);
    for (auto& line : lines) {
      ++seen;
      if (says(line, searched)) list.lines.push_back(line);
      const bool full = static_cast<int>(list.lines.size()) == query.limit || seen == kLinesSearched;
      if (full) list.next_cursor = cursor_of(line);
      if (full) return list;
    }
    if (static_cast<int>(lines.size()) < wanted.limit) return list;
    wanted.before_on = to_string(lines.back().booked_on);
    wanted.before_id = lines.back().id;
  }
}

Result<BankLine> find_bank_line(Session& session, const DonorVault& vault, std::int64_t id) {
  return read_one(session.sql(), vault, id, false);
}
Result<BankLine> lock_bank_line(Transaction& transaction, const DonorVault& vault, std::int64_t id) {
  return read_one(transaction.sql(), vault, id, true);
}

Value bank_lines_of_donor(Session& session, const DonorVault& vault, std::int64_t donor_id) {
  long long donor = donor_id, id = 0, amount = 0;
  std::string booked_on, currency, sealed;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT l.id, l.booked_on::text, a.currency, l.amount_minor, encode(p.sealed, 'hex')
    FROM bank_line_parties p
    JOIN bank_lines l ON l.id = p.bank_line_id
    JOIN bank_accounts a ON a.id = l.bank_account_id
    WHERE EXISTS (SELECT 1
                  FROM bank_matches m
                  JOIN entries e ON e.id = m.entry_id AND e.document_kind = 'donation'
                  JOIN donations d ON d.id = e.document_id
                  JOIN donors o ON o.id = d.donor_id
                  WHERE m.bank_line_id = l.id
                    AND :donor IN (o.id, o.merged_into_id))
    ORDER BY l.id)",
                          soci::into(id), soci::into(booked_on), soci::into(currency), soci::into(amount), soci::into(sealed),
                          soci::use(donor, "donor"));
  rows.execute();
  auto lines = Value::array();
  while (rows.fetch()) {
    const auto party = open_party(vault, bytes_of(sealed), id);
    lines.push(Value::object({{"booked_on", booked_on},
                              {"currency", currency},
                              {"amount", to_string(Money{amount, Currency::of(currency)})},
                              {"name", party.name},
                              {"iban", party.iban},
                              {"message", party.message}}));
  }
  return lines;
}

void update_bank_line(Transaction& transaction, const BankLine& line) {
  long long id = line.id;
  transaction.sql() << R"(
    UPDATE bank_lines
    SET state = :state, ignored_reason = NULLIF(:reason, ''), version = version + 1
    WHERE id = :id)",
      soci::use(line.state, "state"), soci::use(line.ignored_reason, "reason"), soci::use(id, "id");
}

void insert_bank_match(Transaction& transaction, std::int64_t line_id, const NewBankMatch& match) {
  insert_match(transaction, line_id, match, std::nullopt);
}

void insert_bank_match_undoing(Transaction& transaction, std::int64_t line_id, const BankMatch& match,
                               const std::string& reason) {
  insert_match(transaction, line_id, {match.entry_id, -match.amount, match.how, match.posted, reason}, match.id);
}

}  // namespace kindling
