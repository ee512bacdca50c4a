#include "ledger/seal_store.hpp"

#include <stdexcept>

#include <sodium.h>
#include <soci/soci.h>

#include "storage/copy.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// Rows of one statement, one a posting; an entry without any comes once with line 0.
constexpr const char* kColumns = R"(
      SELECT COALESCE(s.position, 0) AS position,
             COALESCE(encode(s.hash, 'hex'), '') AS hash,
             e.id,
             e.booked_on::text AS booked_on,
             (extract(epoch FROM e.recorded_at) * 1000000)::bigint AS recorded_at_us,
             e.kind,
             e.document_kind,
             e.document_id,
             e.description,
             e.reverses_entry_id,
             e.actor_id,
             COALESCE(p.line_no, 0) AS line_no,
             COALESCE(p.account_code, '') AS account_code,
             COALESCE(p.fund_id, 0) AS fund_id,
             p.budget_line_id,
             COALESCE(p.amount_minor, 0) AS amount_minor,
             COALESCE(p.currency, '') AS currency
      FROM entries e
      LEFT JOIN seals s ON s.entry_id = e.id
      LEFT JOIN postings p ON p.entry_id = e.id)";

// A cursor inside the caller's transaction keeps memory constant, whatever the ledger's length.
void visit_entries(soci::session& sql, const std::string& tail,
                   const std::function<void(SealedEntry, const SealHash&)>& visit) {
  sql << "DECLARE sealed_entries NO SCROLL CURSOR FOR" + std::string(kColumns) + tail;
  SealedEntry entry;
  SealHash hash{};
  const auto flush = [&] {
    if (entry.id != 0) visit(std::move(entry), hash);
    entry = {};
  };
  while (true) {
    std::string hex, booked_on, kind, document_kind, description, account, currency;
    long long position = 0, id = 0, recorded = 0, document_id = 0, actor = 0, fund = 0, amount = 0;
    int line_no = 0;
    std::optional<long long> reverses, budget_line;
    soci::statement rows =
        (sql.prepare << "FETCH 2000 FROM sealed_entries", soci::into(position), soci::into(hex), soci::into(id),
         soci::into(booked_on), soci::into(recorded), soci::into(kind), soci::into(document_kind),
         soci::into(document_id), soci::into(description), soci::into(reverses), soci::into(actor),
         soci::into(line_no), soci::into(account), soci::into(fund), soci::into(budget_line), soci::into(amount),
         soci::into(currency));
    rows.execute();
    bool any = false;
    while (rows.fetch()) {
      any = true;
      if (id != entry.id) {
        flush();
        entry.position = position;
        entry.id = id;
        entry.booked_on = booked_on;
        entry.recorded_at_us = recorded;
        entry.kind = kind;
        entry.document_kind = document_kind;
        entry.document_id = document_id;
        entry.description = description;
        if (reverses) entry.reverses_entry_id = *reverses;
        entry.actor_id = actor;
        if (!hex.empty()) hash = hash_from_hex(hex);
      }
      if (line_no == 0) continue;
      SealedPosting posting{line_no, account, fund, std::nullopt, amount, currency};
      if (budget_line) posting.budget_line_id = *budget_line;
      entry.postings.push_back(std::move(posting));
    }
    if (!any) break;
  }
  flush();
  sql << "CLOSE sealed_entries";
}

}  // namespace

SealHash hash_from_hex(const std::string& hex) {
  SealHash hash{};
  std::size_t length = 0;
  if (sodium_hex2bin(hash.data(), hash.size(), hex.data(), hex.size(), nullptr, &length, nullptr) != 0 ||
      length != hash.size()) {
    throw std::runtime_error("not a SHA-256 in hexadecimal");
  }
  return hash;
}

Head read_head(soci::session& sql) {
  long long position = 0;
  std::string hex;
  sql << "SELECT position, encode(hash, 'hex') FROM ledger_head", soci::into(position), soci::into(hex);
  return {position, hash_from_hex(hex)};
}

void move_head(soci::session& sql, const Head& head, const std::string& horizon) {
  const long long position = head.position;
  const auto hex = to_hex(head.hash);
  sql << "UPDATE ledger_head SET position = :position, hash = decode(:hex, 'hex'), horizon = :horizon::xid8",
      soci::use(position, "position"), soci::use(hex, "hex"), soci::use(horizon, "horizon");
}

void insert_seals(Session& session, const std::vector<Seal>& seals) {
  CopyIn copy(session, "seals (position, entry_id, hash)");
  for (const auto& seal : seals) {
    copy.field(static_cast<long long>(seal.position)).field(static_cast<long long>(seal.entry_id));
    copy.field("\\x" + to_hex(seal.hash)).end_row();
  }
  copy.finish();
}

void for_each_entry_below(soci::session& sql, const std::string& horizon,
                          const std::function<void(SealedEntry)>& visit) {
  // The horizon is a number of PostgreSQL's own; a cursor takes no bound values.
  visit_entries(sql,
                " WHERE e.xid >= (SELECT horizon FROM ledger_head) AND e.xid < '" + horizon +
                    "'::xid8 ORDER BY e.id, p.line_no",
                [&](SealedEntry entry, const SealHash&) { visit(std::move(entry)); });
}

void for_each_sealed_entry(soci::session& sql, const std::function<void(SealedEntry, const SealHash&)>& visit) {
  visit_entries(sql, " WHERE s.position IS NOT NULL ORDER BY s.position, p.line_no", visit);
}

}  // namespace kindling
