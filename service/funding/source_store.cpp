#include "funding/source_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

// Sources older than `before`, or one of them (only_id <> 0).
std::vector<Source> read_sources(soci::session& sql, long long before, long long only_id, const std::string& kind,
                                 const std::string& search, int limit) {
  long long id = 0;
  int version = 0, probability = 0;
  std::optional<long long> organisation, planned, grant;
  std::optional<std::string> ends_on;
  std::string of_kind, name, organisation_name, basis, currency, starts_on, notes;
  soci::statement rows = (sql.prepare << R"(
    SELECT s.id, s.version, s.kind, s.name, s.organisation_id, COALESCE(o.name, ''), s.basis, s.currency,
           s.planned_minor, s.starts_on::text, s.ends_on::text, s.probability_bp, COALESCE(s.notes, ''), g.id
    FROM funding_sources s
    LEFT JOIN organisations o ON o.id = s.organisation_id
    LEFT JOIN grants g ON g.funding_source_id = s.id
    WHERE s.id < :before
      AND (:only_id::bigint = 0 OR s.id = :only_id)
      AND (:kind = '' OR s.kind = :kind)
      AND strpos(lower(s.name), lower(:search)) > 0
    ORDER BY s.id DESC
    LIMIT :limit)",
                          soci::into(id), soci::into(version), soci::into(of_kind), soci::into(name),
                          soci::into(organisation), soci::into(organisation_name), soci::into(basis),
                          soci::into(currency), soci::into(planned), soci::into(starts_on), soci::into(ends_on),
                          soci::into(probability), soci::into(notes), soci::into(grant), soci::use(before, "before"),
                          soci::use(only_id, "only_id"), soci::use(kind, "kind"), soci::use(search, "search"),
                          soci::use(limit, "limit"));
  rows.execute();
  std::vector<Source> sources;
  while (rows.fetch()) {
    const auto in = Currency::of(currency);
    sources.push_back({.id = id, .version = version, .kind = of_kind, .name = name,
                       .organisation_id = organisation ? std::optional<std::int64_t>(*organisation) : std::nullopt,
                       .organisation_name = organisation_name, .basis = basis, .currency = in,
                       .planned = planned ? std::optional(Money{*planned, in}) : std::nullopt,
                       .starts_on = Date::of(starts_on), .ends_on = ends_on ? Date::parse(*ends_on) : std::nullopt,
                       .probability = {probability}, .notes = notes,
                       .grant_id = grant ? std::optional<std::int64_t>(*grant) : std::nullopt});
  }
  return sources;
}

// The columns of a source as text and numbers, for INSERT and UPDATE alike.
struct Row {
  explicit Row(const NewSource& source)
      : kind(source.kind), name(source.name), basis(source.basis), currency(source.currency.code()),
        starts_on(to_string(source.starts_on)), notes(source.notes), probability(source.probability.basis_points) {
    if (source.organisation_id) organisation = *source.organisation_id;
    if (source.planned) planned = source.planned->minor;
    if (source.ends_on) ends_on = to_string(*source.ends_on);
  }
  std::string kind, name, basis, currency, starts_on;
  std::optional<std::string> ends_on, notes;
  std::optional<long long> organisation, planned;
  int probability;
};

}  // namespace

SourceList list_sources(Session& session, const ListQuery& query) {
  const long long before = query.after.empty() ? INT64_MAX : decode_cursor(query.after).value_or(Cursor{}).id;
  SourceList list{read_sources(session.sql(), before, 0, query.filter("kind"), query.search, query.limit + 1), {}};
  if (static_cast<int>(list.sources.size()) > query.limit) {
    list.sources.pop_back();
    list.next_cursor = encode_cursor({"", list.sources.back().id});
  }
  return list;
}

Result<Source> find_source(Session& session, std::int64_t id) {
  auto found = id == 0 ? std::vector<Source>{} : read_sources(session.sql(), INT64_MAX, id, "", "", 1);
  if (found.empty()) return not_found("source_not_found", "There is no such funding source.");
  return found.front();
}

std::vector<std::pair<std::int64_t, std::string>> list_givers(Session& session) {
  std::vector<std::pair<std::int64_t, std::string>> givers;
  long long id = 0;
  std::string name;
  soci::statement rows = (session.sql().prepare << "SELECT id, name FROM organisations ORDER BY lower(name), id",
                          soci::into(id), soci::into(name));
  rows.execute();
  while (rows.fetch()) givers.emplace_back(id, name);
  return givers;
}

std::int64_t insert_source(Transaction& transaction, const NewSource& source) {
  const Row row(source);
  long long id = 0, actor = transaction.actor.id;
  transaction.sql() << R"(
    INSERT INTO funding_sources (kind, name, organisation_id, basis, currency, planned_minor, starts_on, ends_on,
                                 probability_bp, notes, created_by)
    VALUES (:kind, :name, :organisation, :basis, :currency, :planned, :starts_on::date, :ends_on::date, :probability,
            :notes, NULLIF(:actor::bigint, 0))
    RETURNING id)",
      soci::use(row.kind, "kind"), soci::use(row.name, "name"), soci::use(row.organisation, "organisation"),
      soci::use(row.basis, "basis"), soci::use(row.currency, "currency"), soci::use(row.planned, "planned"),
      soci::use(row.starts_on, "starts_on"), soci::use(row.ends_on, "ends_on"),
      soci::use(row.probability, "probability"), soci::use(row.notes, "notes"), soci::use(actor, "actor"),
      soci::into(id);
  return id;
}

bool update_source(Transaction& transaction, std::int64_t source_id, int expected, const NewSource& source) {
  const Row row(source);
  long long id = source_id;
  int updated = 0;
  transaction.sql() << R"(
    UPDATE funding_sources
    SET kind = :kind, name = :name, organisation_id = :organisation, basis = :basis, currency = :currency,
        planned_minor = :planned, starts_on = :starts_on::date, ends_on = :ends_on::date,
        probability_bp = :probability, notes = :notes, version = version + 1
    WHERE id = :id
      AND version = :expected
      AND kind IN ('contribution', 'other')
    RETURNING 1)",
      soci::use(row.kind, "kind"), soci::use(row.name, "name"), soci::use(row.organisation, "organisation"),
      soci::use(row.basis, "basis"), soci::use(row.currency, "currency"), soci::use(row.planned, "planned"),
      soci::use(row.starts_on, "starts_on"), soci::use(row.ends_on, "ends_on"),
      soci::use(row.probability, "probability"), soci::use(row.notes, "notes"), soci::use(id, "id"),
      soci::use(expected, "expected"), soci::into(updated);
  return transaction.sql().got_data();
}

}  // namespace kindling
