#include "banking/bank_line_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

// Which lines: of an account below a cursor, or one.
struct LinesWanted {
  long long account_id = 0;
  long long only_id = 0;
  std::string before_on = "infinity";
  long long before_id = INT64_MAX;
  std::string state, search;
  int limit = 1;
  bool lock = false;
};

std::vector<BankLine> read_lines(soci::session& sql, const LinesWanted& wanted) {
  std::string text = R"(
    SELECT l.id, l.version, l.bank_account_id, a.name, a.ledger_account, a.currency, l.bank_statement_id,
           s.identification, l.bank_reference, l.booked_on::text, l.value_on::text, l.amount_minor,
           COALESCE((SELECT sum(m.amount_minor) FROM bank_matches m WHERE m.bank_line_id = l.id), 0)::bigint,
           l.reversal::int, l.end_to_end_id, l.structured_reference, l.state, COALESCE(l.ignored_reason, ''),
           COALESCE(p.name, ''), COALESCE(p.iban, ''), COALESCE(p.message, '')
    FROM bank_lines l
    JOIN bank_accounts a ON a.id = l.bank_account_id
    JOIN bank_statements s ON s.id = l.bank_statement_id
    LEFT JOIN bank_line_parties p ON p.bank_line_id = l.id
    WHERE (:account_id::bigint = 0 OR l.bank_account_id = :account_id)
      AND (:only_id::bigint = 0 OR l.id = :only_id)
      AND (l.booked_on, l.id) < (:before_on::date, :before_id)
      AND (:state = '' OR l.state = :state)
      AND (:search = '' OR strpos(lower(concat_ws(' ', p.name, p.message, p.iban, l.bank_reference, l.end_to_end_id,
                                                  l.structured_reference)), lower(:search)) > 0)
    ORDER BY l.booked_on DESC, l.id DESC
    LIMIT :limit)";
  if (wanted.lock) text += " FOR UPDATE OF l";
  long long id = 0, account_id = 0, statement_id = 0, amount = 0, matched = 0;
  int version = 0, reversal = 0;
  std::string account, ledger_account, currency, statement, reference, booked_on, value_on, end_to_end, structured,
      state, reason, name, iban, message;
  soci::statement rows =
      (sql.prepare << text, soci::into(id), soci::into(version), soci::into(account_id), soci::into(account),
       soci::into(ledger_account), soci::into(currency), soci::into(statement_id), soci::into(statement),
       soci::into(reference), soci::into(booked_on), soci::into(value_on), soci::into(amount), soci::into(matched),
       soci::into(reversal), soci::into(end_to_end), soci::into(structured), soci::into(state), soci::into(reason),
       soci::into(name), soci::into(iban), soci::into(message), soci::use(wanted.account_id, "account_id"),
       soci::use(wanted.only_id, "only_id"), soci::use(wanted.before_on, "before_on"),
       soci::use(wanted.before_id, "before_id"), soci::use(wanted.state, "state"),
       soci::use(wanted.search, "search"), soci::use(wanted.limit, "limit"));
  rows.execute();
  std::vector<BankLine> lines;
  while (rows.fetch()) {
    const auto of = Currency::of(currency);
    lines.push_back({.id = id, .version = version, .account_id = account_id, .account_name = account,
                     .ledger_account = ledger_account, .statement_id = statement_id, .statement = statement,
                     .bank_reference = reference, .booked_on = Date::of(booked_on), .value_on = Date::of(value_on),
                     .amount = {amount, of}, .matched = {matched, of}, .reversal = reversal != 0,
                     .end_to_end_id = end_to_end, .structured_reference = structured, .state = state,
                     .ignored_reason = reason, .name = name, .iban = iban, .message = message, .matches = {}});
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

Result<BankLine> read_one(soci::session& sql, std::int64_t id, bool lock) {
  LinesWanted wanted;
  wanted.only_id = id;
  wanted.lock = lock;
  auto found = id == 0 ? std::vector<BankLine>{} : read_lines(sql, wanted);
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

BankLineList list_bank_lines(Session& session, std::int64_t account_id, const ListQuery& query) {
  LinesWanted wanted;
  wanted.account_id = account_id;
  wanted.state = query.filter("state");
  wanted.search = query.search;
  wanted.limit = query.limit + 1;
  if (const auto cursor = decode_cursor(query.after); cursor && Date::parse(cursor->key)) {
    wanted.before_on = cursor->key;
    wanted.before_id = cursor->id;
  }
  BankLineList list{account_id == 0 ? std::vector<BankLine>{} : read_lines(session.sql(), wanted), {}};
  if (static_cast<int>(list.lines.size()) > query.limit) {
    list.lines.pop_back();
    list.next_cursor = encode_cursor({to_string(list.lines.back().booked_on), list.lines.back().id});
  }
  return list;
}

Result<BankLine> find_bank_line(Session& session, std::int64_t id) { return read_one(session.sql(), id, false); }
Result<BankLine> lock_bank_line(Transaction& transaction, std::int64_t id) {
  return read_one(transaction.sql(), id, true);
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
