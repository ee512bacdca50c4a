#include "ledger/exchange_rate_store.hpp"

#include <optional>

#include <soci/soci.h>

#include "storage/copy.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

struct Wanted {
  long long id = 0;           // 0: any
  std::string currency = {};  // "": any
  std::string kind = {};      // "published", "manual", "": both
  bool latest = false;        // of each currency the newest day's effective one, by currency
  std::string before_day = "infinity";
  long long before_id = INT64_MAX;
  int limit = 1'000;
};

// The newest of each currency is found by one look into the index a currency, not by reading 25 years.
constexpr const char* kLatest = R"(
    SELECT l.id
    FROM currencies c,
         LATERAL (SELECT f.id
                  FROM exchange_rates f
                  WHERE f.currency = c.code
                    AND f.withdrawn_at IS NULL
                  ORDER BY f.on_date DESC, f.manual DESC, f.id DESC
                  LIMIT 1) l)";

std::vector<ExchangeRate> read_rates(soci::session& sql, const Wanted& wanted) {
  long long id = 0, rate = 0;
  int manual = 0, effective = 0;
  std::string currency, on, source, author, withdrawn;
  const std::string text = std::string(R"(
    SELECT x.id, x.currency, x.on_date::text, (x.units_per_euro * 100000000)::bigint, x.manual::int, x.source,
           COALESCE(u.name, ''), COALESCE(x.withdrawn_reason, ''),
           (x.id = COALESCE((SELECT f.id
                             FROM effective_exchange_rates f
                             WHERE f.currency = x.currency
                               AND f.on_date = x.on_date), 0))::int
    FROM exchange_rates x
    LEFT JOIN users u ON u.id = x.created_by AND x.manual
    WHERE (:id::bigint = 0 OR x.id = :id)
      AND (:currency = '' OR x.currency = :currency)
      AND (:kind = '' OR x.manual = (:kind = 'manual'))
      AND (x.on_date, x.id) < (:before_day::date, :before_id::bigint))") +
                           (wanted.latest ? std::string(" AND x.id IN (") + kLatest + ") ORDER BY x.currency"
                                          : " ORDER BY x.on_date DESC, x.id DESC") +
                           " LIMIT :limit";
  soci::statement rows = (sql.prepare << text, soci::into(id), soci::into(currency), soci::into(on), soci::into(rate),
                          soci::into(manual), soci::into(source), soci::into(author), soci::into(withdrawn),
                          soci::into(effective), soci::use(wanted.id, "id"), soci::use(wanted.currency, "currency"),
                          soci::use(wanted.kind, "kind"), soci::use(wanted.before_day, "before_day"),
                          soci::use(wanted.before_id, "before_id"), soci::use(wanted.limit, "limit"));
  rows.execute();
  std::vector<ExchangeRate> rates;
  while (rows.fetch()) {
    rates.push_back({.id = id, .currency = Currency::of(currency), .on = Date::of(on), .rate = {rate},
                     .manual = manual != 0, .source = source, .author_name = author, .withdrawn_reason = withdrawn,
                     .effective = effective != 0});
  }
  return rates;
}

// The file's rates beside the stored ones, until the end of the transaction.
void copy_in(Transaction& transaction, const std::vector<PublishedRate>& rates) {
  transaction.sql() << R"(
    CREATE TEMPORARY TABLE incoming_rates (
      currency char(3) NOT NULL,
      on_date date NOT NULL,
      units_per_euro numeric(20, 8) NOT NULL,
      line integer NOT NULL,
      column_no integer NOT NULL
    ) ON COMMIT DROP)";
  CopyIn copy(transaction.session, "incoming_rates (currency, on_date, units_per_euro, line, column_no)");
  for (const auto& rate : rates) {
    copy.field(rate.currency.code())
        .field(to_string(rate.on))
        .field(to_string(rate.rate))
        .field(static_cast<long long>(rate.line))
        .field(static_cast<long long>(rate.column));
    copy.end_row();
  }
  copy.finish();
}

void find_deviations(Transaction& transaction, StoredRates& found) {
  long long in_file = 0, stored = 0, line = 0, column = 0, count = 0;
  std::string currency, on;
  soci::statement rows = (transaction.sql().prepare << R"(
    SELECT i.currency, i.on_date::text, i.line, i.column_no, (i.units_per_euro * 100000000)::bigint,
           (x.units_per_euro * 100000000)::bigint, count(*) OVER ()
    FROM incoming_rates i
    JOIN exchange_rates x ON x.currency = i.currency AND x.on_date = i.on_date AND NOT x.manual
    WHERE x.units_per_euro <> i.units_per_euro
    ORDER BY i.line, i.column_no
    LIMIT 20)",
                          soci::into(currency), soci::into(on), soci::into(line), soci::into(column),
                          soci::into(in_file), soci::into(stored), soci::into(count));
  rows.execute();
  while (rows.fetch()) {
    found.deviating = count;
    found.deviations.push_back({{Currency::of(currency), Date::of(on), {in_file}, static_cast<std::size_t>(line),
                                 static_cast<std::size_t>(column)},
                                {stored}});
  }
}

}  // namespace

Result<RateList> list_exchange_rates(Session& session, const ListQuery& query) {
  Wanted wanted{.currency = query.filter("currency"), .kind = query.filter("kind"), .limit = query.limit + 1};
  if (!wanted.currency.empty() && !Currency::find(wanted.currency)) {
    return invalid_field("currency", "unknown_currency", "Choose a currency such as CZK.");
  }
  if (!wanted.kind.empty() && wanted.kind != "published" && wanted.kind != "manual") {
    return invalid_field("kind", "not_one_of", "Choose published or manual.");
  }
  if (!query.after.empty()) {
    const auto cursor = decode_cursor(query.after);
    if (!cursor || !Date::parse(cursor->key)) {
      return invalid_field("after", "cursor_syntax", "This place in the list does not exist; begin at the first page.");
    }
    wanted.before_day = cursor->key;
    wanted.before_id = cursor->id;
  }
  RateList list{.rates = read_rates(session.sql(), wanted), .next_cursor = {}};
  if (list.rates.size() > static_cast<std::size_t>(query.limit)) {
    list.rates.pop_back();
    list.next_cursor = encode_cursor({to_string(list.rates.back().on), list.rates.back().id});
  }
  return list;
}

std::vector<ExchangeRate> list_latest_rates(Session& session) { return read_rates(session.sql(), {.latest = true}); }

Result<ExchangeRate> find_exchange_rate(Session& session, std::int64_t id) {
  const auto found = id == 0 ? std::vector<ExchangeRate>{} : read_rates(session.sql(), {.id = id});
  if (found.empty()) return not_found("exchange_rate_not_found", "There is no such exchange rate.");
  return found.front();
}

StoredRates insert_published_rates(Transaction& transaction, const std::vector<PublishedRate>& rates) {
  StoredRates stored;
  copy_in(transaction, rates);
  find_deviations(transaction, stored);
  soci::statement insert = (transaction.sql().prepare << R"(
    INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source)
    SELECT currency, on_date, units_per_euro, false, 'ECB'
    FROM incoming_rates
    ORDER BY currency, on_date
    ON CONFLICT (currency, on_date) WHERE NOT manual DO NOTHING)");
  insert.execute(true);
  stored.added = insert.get_affected_rows();
  return stored;
}

std::int64_t insert_manual_rate(Transaction& transaction, const NewRate& rate) {
  long long id = 0, actor = transaction.actor.id;
  const std::string currency(rate.currency.code()), on = to_string(rate.on), units = to_string(rate.rate);
  transaction.sql() << R"(
    INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source, created_by)
    VALUES (:currency, :on::date, :units::numeric, true, :source, :actor)
    RETURNING id)",
      soci::use(currency, "currency"), soci::use(on, "on"), soci::use(units, "units"),
      soci::use(rate.source, "source"), soci::use(actor, "actor"), soci::into(id);
  return id;
}

bool withdraw_manual_rate(Transaction& transaction, std::int64_t rate_id, const std::string& reason) {
  long long id = rate_id, actor = transaction.actor.id;
  int done = 0;
  transaction.sql() << R"(
    UPDATE exchange_rates
    SET withdrawn_by = :actor,
        withdrawn_at = now(),
        withdrawn_reason = :reason
    WHERE id = :id
      AND manual
      AND withdrawn_at IS NULL
    RETURNING 1)",
      soci::use(actor, "actor"), soci::use(reason, "reason"), soci::use(id, "id"), soci::into(done);
  return transaction.sql().got_data();
}

}  // namespace kindling
