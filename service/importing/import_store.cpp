#include "importing/import_store.hpp"

#include <charconv>

#include <soci/soci.h>

#include "core/currency.hpp"
#include "core/hex.hpp"
#include "storage/copy.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

constexpr std::size_t kPartBytes = 512 * 1024;

// An array of texts as PostgreSQL reads it.
std::string array_of(const std::vector<std::string>& texts) {
  std::string list = "{";
  for (const auto& text : texts) {
    if (list.size() > 1) list += ',';
    list += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\') list += '\\';
      list += c;
    }
    list += '"';
  }
  return list + '}';
}

struct ImportRow {
  Import import;
  long long id = 0, size = 0, total = 0, fresh = 0, known = 0, repeated = 0, bad = 0, loaded = 0, errors = 0;
  int windows = 0;
  std::string separator;
  std::optional<long long> created_by;

  Import done() {
    import.id = id;
    import.size_bytes = size;
    import.separator = separator.empty() ? ' ' : separator[0];
    import.from_windows_1252 = windows != 0;
    import.rows_total = total;
    import.rows_new = fresh;
    import.rows_known = known;
    import.rows_repeated = repeated;
    import.rows_bad = bad;
    import.rows_loaded = loaded;
    import.errors = errors;
    import.created_by = created_by;
    return import;
  }
};

// A tab as char(1) comes back without it: text keeps it.
constexpr const char* kSelect = R"(
    SELECT i.id, i.version, i.kind, i.state, i.file_name, encode(i.sha256, 'hex'), i.size_bytes, i.heading_key,
           i.separator::text, i.from_windows_1252::int, COALESCE(i.mode, ''), i.rows_total, i.rows_new, i.rows_known,
           i.rows_repeated, i.rows_bad, i.rows_loaded, (SELECT count(*) FROM import_errors e WHERE e.import_id = i.id),
           COALESCE(u.name, ''), to_char(i.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), i.created_by
    FROM imports i
    LEFT JOIN users u ON u.id = i.created_by)";

// Binds the columns of kSelect to `row`.
soci::details::prepare_temp_type selecting(soci::session& sql, const std::string& tail, ImportRow& row) {
  auto statement = sql.prepare << kSelect + tail;
  statement, soci::into(row.id), soci::into(row.import.version), soci::into(row.import.kind),
      soci::into(row.import.state), soci::into(row.import.file_name), soci::into(row.import.sha256),
      soci::into(row.size), soci::into(row.import.heading_key), soci::into(row.separator), soci::into(row.windows),
      soci::into(row.import.mode), soci::into(row.total), soci::into(row.fresh), soci::into(row.known),
      soci::into(row.repeated), soci::into(row.bad), soci::into(row.loaded), soci::into(row.errors),
      soci::into(row.import.created_by_name), soci::into(row.import.created_at), soci::into(row.created_by);
  return statement;
}

Input read_settings(soci::session& sql, long long id) {
  std::string name, value;
  soci::statement rows = (sql.prepare << "SELECT name, value FROM import_settings WHERE import_id = :id ORDER BY name",
                          soci::into(name), soci::into(value), soci::use(id, "id"));
  rows.execute();
  Input settings;
  while (rows.fetch()) settings.set(name, value);
  return settings;
}

Result<Import> read_one(soci::session& sql, long long id, bool lock) {
  ImportRow row;
  soci::statement one = (selecting(sql, std::string(" WHERE i.id = :id") + (lock ? " FOR UPDATE OF i" : ""), row),
                         soci::use(id, "id"));
  if (!one.execute(true)) return not_found("import_not_found", "There is no such import.");
  auto import = row.done();
  import.settings = read_settings(sql, id);
  std::string heading;
  soci::statement headings = (sql.prepare << R"(
    SELECT COALESCE(h.name, '')
    FROM imports i
    CROSS JOIN LATERAL unnest(i.headings) WITH ORDINALITY AS h (name, position)
    WHERE i.id = :id
    ORDER BY h.position)",
                              soci::into(heading), soci::use(id, "id"));
  headings.execute();
  while (headings.fetch()) import.headings.push_back(heading);
  ImportTotal total;
  long long rows = 0;
  soci::statement totals = (sql.prepare << R"(
    SELECT t.state, t.currency, t.rows, (t.amount_minor / power(10::numeric, c.minor_digits))::numeric(40, 4)::text
    FROM import_totals t
    JOIN currencies c ON c.code = t.currency
    WHERE t.import_id = :id
    ORDER BY t.currency, array_position(ARRAY['new', 'known', 'repeated', 'bad'], t.state))",
                            soci::into(total.state), soci::into(total.currency), soci::into(rows),
                            soci::into(total.amount), soci::use(id, "id"));
  totals.execute();
  while (totals.fetch()) {
    total.rows = rows;
    // numeric(40, 4) has four decimals; a currency shows its own.
    auto shown = total;
    const int digits = Currency::of(total.currency).minor_digits();
    shown.amount.resize(shown.amount.size() - static_cast<std::size_t>(digits == 0 ? 5 : 4 - digits));
    import.totals.push_back(std::move(shown));
  }
  return import;
}

}  // namespace

std::int64_t insert_import(Transaction& transaction, const NewImport& import) {
  long long id = 0, size = import.size_bytes, actor = transaction.actor.id;
  const int windows = import.from_windows_1252 ? 1 : 0;
  const std::string separator(1, import.separator);
  const auto headings = array_of(import.proposal.headings);
  transaction.sql() << R"(
    INSERT INTO imports (kind, file_name, sha256, size_bytes, headings, heading_key, separator, from_windows_1252,
                         created_by)
    VALUES (:kind, :file_name, decode(:sha256, 'hex'), :size, :headings::text[], :heading_key, :separator,
            :windows = 1, NULLIF(:actor::bigint, 0))
    RETURNING id)",
      soci::use(import.kind, "kind"), soci::use(import.file_name, "file_name"), soci::use(import.sha256, "sha256"),
      soci::use(size, "size"), soci::use(headings, "headings"), soci::use(import.proposal.heading_key, "heading_key"),
      soci::use(separator, "separator"), soci::use(windows, "windows"), soci::use(actor, "actor"), soci::into(id);
  replace_settings(transaction, id, import.proposal.settings);
  return id;
}

void store_file_parts(Transaction& transaction, std::int64_t id, std::string_view bytes) {
  CopyIn copy(transaction.session, "import_file_parts (import_id, position, content)");
  for (std::size_t at = 0, position = 0; at < bytes.size(); at += kPartBytes, ++position) {
    copy.field(id).field(static_cast<long long>(position)).field(bytea_of(bytes.substr(at, kPartBytes)));
    copy.end_row();
  }
  copy.finish();
}

bool has_file_parts(Session& session, std::int64_t id) {
  long long of_import = id;
  int there = 0;
  session.sql() << "SELECT EXISTS (SELECT 1 FROM import_file_parts WHERE import_id = :id)::int",
      soci::use(of_import, "id"), soci::into(there);
  return there != 0;
}

bool hold_import_file(Transaction& transaction, std::int64_t id) {
  long long of_import = id, held = 0;
  transaction.sql() << "SELECT id FROM imports WHERE id = :id FOR KEY SHARE", soci::use(of_import, "id"), soci::into(held);
  return has_file_parts(transaction.session, id);
}

std::optional<std::int64_t> find_same_file(Session& session, std::string_view kind, std::string_view sha256) {
  const std::string of_kind(kind), hash(sha256);
  long long id = 0;
  session.sql() << "SELECT id FROM imports WHERE kind = :kind AND sha256 = decode(:sha256, 'hex')",
      soci::use(of_kind, "kind"), soci::use(hash, "sha256"), soci::into(id);
  return id == 0 ? std::nullopt : std::optional<std::int64_t>(id);
}

std::optional<Input> find_settings_of_headings(Session& session, std::string_view kind, std::string_view heading_key) {
  const std::string of_kind(kind), key(heading_key);
  long long id = 0;
  session.sql() << R"(
    SELECT id
    FROM imports
    WHERE kind = :kind
      AND heading_key = :key
      AND state <> 'uploaded'
    ORDER BY id DESC
    LIMIT 1)",
      soci::use(of_kind, "kind"), soci::use(key, "key"), soci::into(id);
  if (id == 0) return std::nullopt;
  return read_settings(session.sql(), id);
}

Result<Import> find_import(Session& session, std::int64_t id) { return read_one(session.sql(), id, false); }
Result<Import> lock_import(Transaction& transaction, std::int64_t id) { return read_one(transaction.sql(), id, true); }

ImportList list_imports(Session& session, const ListQuery& query) {
  const auto cursor = decode_cursor(query.after);
  long long before = cursor ? cursor->id : 0;
  const int limit = query.limit + 1;
  const auto kind = query.filter("kind");
  ImportRow row;
  soci::statement rows = (selecting(session.sql(), R"(
    WHERE (:before::bigint = 0 OR i.id < :before)
      AND (:kind = '' OR i.kind = :kind)
    ORDER BY i.id DESC
    LIMIT :limit)",
                                    row),
                          soci::use(before, "before"), soci::use(kind, "kind"), soci::use(limit, "limit"));
  rows.execute();
  ImportList list;
  while (rows.fetch()) {
    if (static_cast<int>(list.imports.size()) == query.limit) {
      list.next_cursor = encode_cursor({"", list.imports.back().id});
      break;
    }
    list.imports.push_back(row.done());
  }
  return list;
}

std::string read_import_file(Session& session, std::int64_t id) {
  std::string file, part;
  long long of_import = id;
  for (int position = 0;; ++position) {
    part.clear();
    session.sql() << R"(
      SELECT encode(content, 'hex')
      FROM import_file_parts
      WHERE import_id = :id
        AND position = :position)",
        soci::use(of_import, "id"), soci::use(position, "position"), soci::into(part);
    if (part.empty()) return file;
    file += bytes_of(part);
  }
}

void replace_settings(Transaction& transaction, std::int64_t id, const Input& settings) {
  long long of_import = id;
  transaction.sql() << "DELETE FROM import_settings WHERE import_id = :id", soci::use(of_import, "id");
  std::string name, value;
  soci::statement insert = (transaction.sql().prepare << R"(
    INSERT INTO import_settings (import_id, name, value)
    VALUES (:id, :name, :value))",
                            soci::use(of_import, "id"), soci::use(name, "name"), soci::use(value, "value"));
  for (const auto& field : settings.fields()) {
    if (!field.path.starts_with("columns.") && !field.path.starts_with("options.")) continue;
    name = field.path;
    value = field.text;
    insert.execute(true);
  }
}

void update_import_state(Transaction& transaction, std::int64_t id, std::string_view state) {
  long long of_import = id;
  const std::string to(state);
  transaction.sql() << R"(
    UPDATE imports
    SET state = :state,
        version = version + 1
    WHERE id = :id)",
      soci::use(to, "state"), soci::use(of_import, "id");
}

void update_import_mode(Transaction& transaction, std::int64_t id, std::string_view mode) {
  long long of_import = id;
  const std::string to(mode);
  transaction.sql() << "UPDATE imports SET mode = :mode WHERE id = :id", soci::use(to, "mode"),
      soci::use(of_import, "id");
}

void clear_import(Transaction& transaction, const ImportKind& kind, std::int64_t id) {
  long long of_import = id;
  for (const auto& table : {kind.staging_table, std::string("import_errors"), std::string("import_totals")}) {
    transaction.sql() << "DELETE FROM " + table + " WHERE import_id = :id", soci::use(of_import, "id");
  }
}

void insert_import_errors(Transaction& transaction, std::int64_t id, const std::vector<ImportErrorRow>& errors) {
  if (errors.empty()) return;
  CopyIn copy(transaction.session, "import_errors (import_id, row_number, column_name, code, message)");
  for (const auto& error : errors) {
    copy.field(id).field(error.row_number).field(error.column).field(error.code).field(error.message);
    copy.end_row();
  }
  copy.finish();
}

void count_staged(Transaction& transaction, const ImportKind& kind, std::int64_t id, std::int64_t rows_total,
                  std::int64_t rows_unreadable) {
  long long of_import = id, total = rows_total, bad = rows_unreadable;
  transaction.sql() << R"(
    INSERT INTO import_totals (import_id, state, currency, rows, amount_minor)
    SELECT import_id, state, currency, count(*), sum(amount_minor)
    FROM )" + kind.staging_table + R"(
    WHERE import_id = :id
      AND currency IS NOT NULL
      AND amount_minor IS NOT NULL
    GROUP BY import_id, state, currency)",
      soci::use(of_import, "id");
  transaction.sql() << R"(
    UPDATE imports
    SET rows_total = :total,
        rows_new = s.fresh,
        rows_known = s.known,
        rows_repeated = s.repeated,
        rows_bad = s.bad + :bad
    FROM (SELECT count(*) FILTER (WHERE state = 'new') AS fresh,
                 count(*) FILTER (WHERE state = 'known') AS known,
                 count(*) FILTER (WHERE state = 'repeated') AS repeated,
                 count(*) FILTER (WHERE state = 'bad') AS bad
          FROM )" + kind.staging_table + R"(
          WHERE import_id = :id) s
    WHERE id = :id)",
      soci::use(total, "total"), soci::use(bad, "bad"), soci::use(of_import, "id");
}

void expect_many_rows(Transaction& transaction) { transaction.sql() << "SET LOCAL enable_nestloop = off"; }

std::int64_t count_new_rows(Session& session, const ImportKind& kind, std::int64_t id) {
  long long of_import = id, rows = 0;
  session.sql() << "SELECT count(*) FROM " + kind.staging_table + " WHERE import_id = :id AND state = 'new'",
      soci::use(of_import, "id"), soci::into(rows);
  return rows;
}

void finish_import(Transaction& transaction, const ImportKind& kind, std::int64_t id, std::int64_t rows_loaded) {
  long long of_import = id, loaded = rows_loaded;
  transaction.sql() << "DELETE FROM " + kind.staging_table + " WHERE import_id = :id", soci::use(of_import, "id");
  if (kind.seal_file) {
    transaction.sql() << "DELETE FROM import_file_parts WHERE import_id = :id", soci::use(of_import, "id");
  }
  transaction.sql() << R"(
    UPDATE imports
    SET state = 'done',
        version = version + 1,
        rows_loaded = rows_loaded + :loaded
    WHERE id = :id)",
      soci::use(loaded, "loaded"), soci::use(of_import, "id");
}

std::vector<ImportErrorLine> list_import_errors(Session& session, std::int64_t id, std::int64_t after_row,
                                                std::int64_t after_id, int limit) {
  long long of_import = id, row_number = 0, error_id = 0, behind_row = after_row, behind_id = after_id;
  std::string column, code, message;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT id, row_number, column_name, code, message
    FROM import_errors
    WHERE import_id = :id
      AND (row_number, id) > (:after_row::bigint, :after_id::bigint)
    ORDER BY row_number, id
    LIMIT :limit)",
                          soci::into(error_id), soci::into(row_number), soci::into(column), soci::into(code),
                          soci::into(message), soci::use(of_import, "id"), soci::use(behind_row, "after_row"),
                          soci::use(behind_id, "after_id"), soci::use(limit, "limit"));
  rows.execute();
  std::vector<ImportErrorLine> errors;
  while (rows.fetch()) {
    errors.push_back({.id = error_id, .row_number = row_number, .column_name = column, .code = code, .message = message});
  }
  return errors;
}

}  // namespace kindling
