#include "funding/grant_store.hpp"

#include <charconv>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// The columns of a whole grant, in the order in which GrantRow binds them.
constexpr const char* kGrantColumns = R"(
    SELECT g.id,
           g.version,
           g.funding_source_id,
           g.programme_code,
           g.title,
           g.reference,
           g.call,
           g.funder_id,
           o.name,
           g.state,
           g.currency,
           g.requested_minor,
           g.awarded_minor,
           g.probability_bp,
           g.starts_on::text,
           g.ends_on::text,
           g.funding_rate_bp,
           g.indirect_rate_bp,
           g.transfer_threshold_bp,
           g.overspend_rule,
           g.exchange_policy,
           g.match_required_minor,
           g.retention_until::text,
           g.report_layout,
           g.fund_id,
           g.notes
      FROM grants g
      JOIN organisations o ON o.id = g.funder_id
     WHERE g.id = :id)";

struct GrantRow {
  long long id = 0;
  int version = 0;
  long long funding_source_id = 0;
  std::string programme_code;
  std::string title;
  std::optional<std::string> reference;
  std::optional<std::string> call;
  long long funder_id = 0;
  std::string funder_name;
  std::string state;
  std::string currency;
  std::optional<long long> requested_minor;
  std::optional<long long> awarded_minor;
  int probability_bp = 0;
  std::string starts_on;
  std::string ends_on;
  int funding_rate_bp = 0;
  int indirect_rate_bp = 0;
  int transfer_threshold_bp = 0;
  std::string overspend_rule;
  std::string exchange_policy;
  long long match_required_minor = 0;
  std::optional<std::string> retention_until;
  std::string report_layout;
  std::optional<long long> fund_id;
  std::optional<std::string> notes;
};

soci::statement prepare_grant(soci::session& sql, const std::string& query, const long long& id,
                              GrantRow& row) {
  return (sql.prepare << query, soci::use(id, "id"), soci::into(row.id), soci::into(row.version),
          soci::into(row.funding_source_id), soci::into(row.programme_code), soci::into(row.title),
          soci::into(row.reference), soci::into(row.call), soci::into(row.funder_id),
          soci::into(row.funder_name), soci::into(row.state), soci::into(row.currency),
          soci::into(row.requested_minor), soci::into(row.awarded_minor), soci::into(row.probability_bp),
          soci::into(row.starts_on), soci::into(row.ends_on), soci::into(row.funding_rate_bp),
          soci::into(row.indirect_rate_bp), soci::into(row.transfer_threshold_bp),
          soci::into(row.overspend_rule), soci::into(row.exchange_policy), soci::into(row.match_required_minor),
          soci::into(row.retention_until), soci::into(row.report_layout), soci::into(row.fund_id),
          soci::into(row.notes));
}

struct FindGrant {
  long long id = 0;
  GrantRow row;
  soci::statement statement;
  explicit FindGrant(soci::session& sql) : statement(prepare_grant(sql, kGrantColumns, id, row)) {}
};

std::optional<Money> money_of(std::optional<long long> minor, Currency currency) {
  return minor ? std::optional(Money{*minor, currency}) : std::nullopt;
}

Grant grant_of(const GrantRow& row) {
  const auto currency = Currency::of(row.currency);
  return {
      .id = row.id,
      .version = row.version,
      .funding_source_id = row.funding_source_id,
      .programme_code = row.programme_code,
      .title = row.title,
      .reference = row.reference,
      .call = row.call,
      .funder_id = row.funder_id,
      .funder_name = row.funder_name,
      .state = find_grant_state(row.state).value(),
      .currency = currency,
      .requested = money_of(row.requested_minor, currency),
      .awarded = money_of(row.awarded_minor, currency),
      .probability = {row.probability_bp},
      .period = {Date::of(row.starts_on), Date::of(row.ends_on)},
      .funding_rate = {row.funding_rate_bp},
      .indirect_rate = {row.indirect_rate_bp},
      .transfer_threshold = {row.transfer_threshold_bp},
      .overspend_rule = row.overspend_rule == "warn" ? OverspendRule::kWarn : OverspendRule::kStop,
      .exchange_policy = find_exchange_policy(row.exchange_policy).value(),
      .match_required = {row.match_required_minor, currency},
      .retention_until = row.retention_until ? std::optional(Date::of(*row.retention_until)) : std::nullopt,
      .report_layout = row.report_layout,
      .fund_id = row.fund_id ? std::optional<std::int64_t>(*row.fund_id) : std::nullopt,
      .notes = row.notes};
}

Error grant_not_found() {
  return not_found("grant_not_found", "There is no grant with this number.");
}

std::optional<long long> minor_of(const std::optional<Money>& money) {
  return money ? std::optional<long long>(money->minor) : std::nullopt;
}

// Upserts the categories in their order and drops the rest.
void write_categories(soci::session& sql, long long grant_id, const std::vector<Category>& categories) {
  std::string code, name;
  int position = 0;
  int in_base = 0, needs_amendment = 0;
  sql << "UPDATE grant_categories SET position = position + 1000 WHERE grant_id = :id", soci::use(grant_id);
  soci::statement write = (sql.prepare << R"(
      INSERT INTO grant_categories (grant_id, code, name, position, in_indirect_base, needs_amendment)
      VALUES (:id, :code, :name, :position, :in_base = 1, :needs_amendment = 1)
      ON CONFLICT (grant_id, code)
      DO UPDATE SET name = excluded.name,
                    position = excluded.position,
                    in_indirect_base = excluded.in_indirect_base,
                    needs_amendment = excluded.needs_amendment)",
                           soci::use(grant_id, "id"), soci::use(code, "code"), soci::use(name, "name"),
                           soci::use(position, "position"), soci::use(in_base, "in_base"),
                           soci::use(needs_amendment, "needs_amendment"));
  for (const auto& category : categories) {
    code = category.code;
    name = category.name;
    in_base = category.in_indirect_base ? 1 : 0;
    needs_amendment = category.needs_amendment ? 1 : 0;
    ++position;
    write.execute(true);
  }
  sql << "DELETE FROM grant_categories WHERE grant_id = :id AND position > 1000", soci::use(grant_id);
}

// What insert and update bind alike; lives as long as the statement runs.
struct WrittenGrant {
  explicit WrittenGrant(const NewGrant& grant)
      : title(grant.title),
        programme(grant.programme_code),
        reference(grant.reference),
        call(grant.call),
        funder(grant.funder_id),
        state(to_string(grant.state)),
        currency(grant.currency.code()),
        requested(minor_of(grant.requested)),
        awarded(minor_of(grant.awarded)),
        probability(grant.probability.basis_points),
        starts_on(to_string(grant.period.first)),
        ends_on(to_string(grant.period.last)),
        funding_rate(grant.funding_rate.basis_points),
        indirect_rate(grant.indirect_rate.basis_points),
        threshold(grant.transfer_threshold.basis_points),
        overspend(to_string(grant.overspend_rule)),
        policy(to_string(grant.exchange_policy)),
        match(grant.match_required.minor),
        retention(grant.retention_until ? std::optional(to_string(*grant.retention_until)) : std::nullopt),
        layout(grant.report_layout),
        notes(grant.notes) {}

  std::string title, programme;
  std::optional<std::string> reference, call;
  long long funder;
  std::string state, currency;
  std::optional<long long> requested, awarded;
  int probability;
  std::string starts_on, ends_on;
  int funding_rate, indirect_rate, threshold;
  std::string overspend, policy;
  long long match;
  std::optional<std::string> retention;
  std::string layout;
  std::optional<std::string> notes;
};

void write_state_change(Transaction& transaction, long long grant_id, std::optional<std::string> from,
                        std::string to, Date on, std::optional<std::string> reason) {
  const auto on_date = to_string(on);
  const long long actor = transaction.actor.id;
  transaction.sql() << R"(
      INSERT INTO grant_state_changes (grant_id, from_state, to_state, on_date, reason, actor_id)
      VALUES (:id, :from_state, :to_state, CAST(:on_date AS date), :reason, :actor))",
      soci::use(grant_id, "id"), soci::use(from, "from_state"), soci::use(to, "to_state"),
      soci::use(on_date, "on_date"), soci::use(reason, "reason"), soci::use(actor, "actor");
}

std::vector<OrganisationChoice> list_choices(Session& session, const char* query) {
  long long id = 0;
  std::string name;
  std::vector<OrganisationChoice> found;
  soci::statement rows = (session.sql().prepare << query, soci::into(id), soci::into(name));
  rows.execute();
  while (rows.fetch()) found.push_back({id, name});
  return found;
}

}  // namespace

Result<Grant> find_grant(Session& session, std::int64_t id) {
  auto& find = session.prepared<FindGrant>();
  find.id = id;
  if (!find.statement.execute(true)) return grant_not_found();
  return grant_of(find.row);
}

Result<Grant> lock_grant(Transaction& transaction, std::int64_t id) {
  GrantRow row;
  const long long wanted = id;
  auto statement =
      prepare_grant(transaction.sql(), std::string(kGrantColumns) + " FOR UPDATE OF g", wanted, row);
  if (!statement.execute(true)) return grant_not_found();
  return grant_of(row);
}

void update_grant_terms(Transaction& transaction, std::int64_t grant_id, Money awarded, Date ends, Percent funding_rate) {
  long long id = grant_id, minor = awarded.minor;
  int rate = funding_rate.basis_points;
  const auto ends_on = to_string(ends);
  transaction.sql() << R"(
      UPDATE grants
         SET awarded_minor = :minor,
             ends_on = :ends_on::date,
             funding_rate_bp = :rate,
             retention_until = retention_until + greatest(:ends_on::date - ends_on, 0),
             version = version + 1
       WHERE id = :id)",
      soci::use(minor, "minor"), soci::use(ends_on, "ends_on"), soci::use(rate, "rate"), soci::use(id, "id");
}

std::vector<Category> list_categories(Session& session, std::int64_t grant_id) {
  const long long id = grant_id;
  std::string code, name;
  int in_base = 0, needs_amendment = 0;
  std::vector<Category> found;
  soci::statement rows = (session.sql().prepare << R"(
      SELECT code,
             name,
             in_indirect_base::int,
             needs_amendment::int
        FROM grant_categories
       WHERE grant_id = :id
       ORDER BY position, code)",
                          soci::use(id), soci::into(code), soci::into(name), soci::into(in_base),
                          soci::into(needs_amendment));
  rows.execute();
  while (rows.fetch()) {
    found.push_back({.code = code, .name = name, .in_indirect_base = in_base != 0, .needs_amendment = needs_amendment != 0});
  }
  return found;
}

std::vector<GrantStateChange> list_state_changes(Session& session, std::int64_t grant_id) {
  const long long id = grant_id;
  std::optional<std::string> from, reason;
  std::string to, on_date, actor, at;
  std::vector<GrantStateChange> found;
  soci::statement rows = (session.sql().prepare << R"(
      SELECT c.from_state,
             c.to_state,
             c.on_date::text,
             c.reason,
             u.name,
             to_char(c.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
        FROM grant_state_changes c
        JOIN users u ON u.id = c.actor_id
       WHERE c.grant_id = :id
       ORDER BY c.id DESC)",
                          soci::use(id), soci::into(from), soci::into(to), soci::into(on_date),
                          soci::into(reason), soci::into(actor), soci::into(at));
  rows.execute();
  while (rows.fetch()) {
    found.push_back({.from = from ? find_grant_state(*from) : std::nullopt,
                     .to = find_grant_state(to).value(),
                     .on_date = Date::of(on_date),
                     .reason = reason,
                     .actor_name = actor,
                     .at = at});
  }
  return found;
}

std::vector<OrganisationChoice> list_funders(Session& session) {
  return list_choices(session, "SELECT id, name FROM organisations WHERE is_funder ORDER BY lower(name), id");
}

std::vector<OrganisationChoice> list_suppliers(Session& session) {
  return list_choices(session, "SELECT id, name FROM organisations WHERE is_supplier ORDER BY lower(name), id");
}

std::int64_t insert_grant(Transaction& transaction, const NewGrant& grant) {
  WrittenGrant row(grant);
  const long long actor = transaction.actor.id;
  long long id = 0;
  transaction.sql() << R"(
      INSERT INTO funding_sources (kind, name, currency, starts_on, ends_on, created_by)
      VALUES ('grant', :title, :currency, CAST(:starts_on AS date), CAST(:ends_on AS date), :actor)
      RETURNING id)",
      soci::use(row.title, "title"), soci::use(row.currency, "currency"),
      soci::use(row.starts_on, "starts_on"), soci::use(row.ends_on, "ends_on"), soci::use(actor, "actor"),
      soci::into(id);
  const long long source = id;
  transaction.sql() << R"(
      INSERT INTO grants (funding_source_id, programme_code, title, reference, call, funder_id, state, currency,
                          requested_minor, probability_bp, starts_on, ends_on, funding_rate_bp, indirect_rate_bp,
                          transfer_threshold_bp, overspend_rule, exchange_policy, match_required_minor,
                          retention_until, report_layout, notes, created_by)
      VALUES (:source, :programme, :title, :reference, :call, :funder, :state, :currency,
              :requested, :probability, CAST(:starts_on AS date), CAST(:ends_on AS date), :funding_rate,
              :indirect_rate, :threshold, :overspend, :policy, :match, CAST(:retention AS date), :layout,
              :notes, :actor)
      RETURNING id)",
      soci::use(source, "source"), soci::use(row.programme, "programme"), soci::use(row.title, "title"),
      soci::use(row.reference, "reference"), soci::use(row.call, "call"), soci::use(row.funder, "funder"),
      soci::use(row.state, "state"), soci::use(row.currency, "currency"),
      soci::use(row.requested, "requested"), soci::use(row.probability, "probability"),
      soci::use(row.starts_on, "starts_on"), soci::use(row.ends_on, "ends_on"),
      soci::use(row.funding_rate, "funding_rate"), soci::use(row.indirect_rate, "indirect_rate"),
      soci::use(row.threshold, "threshold"), soci::use(row.overspend, "overspend"), soci::use(row.policy, "policy"),
      soci::use(row.match, "match"), soci::use(row.retention, "retention"), soci::use(row.layout, "layout"),
      soci::use(row.notes, "notes"), soci::use(actor, "actor"), soci::into(id);
  write_categories(transaction.sql(), id, grant.categories);
  write_state_change(transaction, id, std::nullopt, row.state, grant.state_on, std::nullopt);
  return id;
}

bool update_grant(Transaction& transaction, std::int64_t id, int expected, const NewGrant& grant) {
  WrittenGrant row(grant);
  const long long grant_id = id;
  long long changed = 0;
  transaction.sql() << R"(
      UPDATE grants
         SET title = :title,
             reference = :reference,
             call = :call,
             funder_id = :funder,
             currency = :currency,
             requested_minor = :requested,
             awarded_minor = :awarded,
             probability_bp = :probability,
             starts_on = CAST(:starts_on AS date),
             ends_on = CAST(:ends_on AS date),
             funding_rate_bp = :funding_rate,
             indirect_rate_bp = :indirect_rate,
             transfer_threshold_bp = :threshold,
             overspend_rule = :overspend,
             exchange_policy = :policy,
             match_required_minor = :match,
             retention_until = CAST(:retention AS date),
             report_layout = :layout,
             notes = :notes,
             version = version + 1
       WHERE id = :id
         AND version = :expected
      RETURNING id)",
      soci::use(row.title, "title"), soci::use(row.reference, "reference"), soci::use(row.call, "call"),
      soci::use(row.funder, "funder"), soci::use(row.currency, "currency"),
      soci::use(row.requested, "requested"), soci::use(row.awarded, "awarded"),
      soci::use(row.probability, "probability"), soci::use(row.starts_on, "starts_on"),
      soci::use(row.ends_on, "ends_on"), soci::use(row.funding_rate, "funding_rate"),
      soci::use(row.indirect_rate, "indirect_rate"), soci::use(row.threshold, "threshold"),
      soci::use(row.overspend, "overspend"), soci::use(row.policy, "policy"), soci::use(row.match, "match"),
      soci::use(row.retention, "retention"), soci::use(row.layout, "layout"), soci::use(row.notes, "notes"),
      soci::use(grant_id, "id"), soci::use(expected, "expected"), soci::into(changed);
  if (changed == 0) return false;
  write_categories(transaction.sql(), grant_id, grant.categories);
  return true;
}

bool update_grant_state(Transaction& transaction, const Grant& grant, const NewGrantState& change,
                        std::optional<std::int64_t> fund_id) {
  const long long id = grant.id;
  const int expected = grant.version;
  const std::string to(to_string(change.to));
  const auto awarded = minor_of(change.awarded);
  const auto fund = fund_id ? std::optional<long long>(*fund_id) : std::nullopt;
  long long changed = 0;
  // The probability is an estimate until the funder has decided.
  transaction.sql() << R"(
      UPDATE grants
         SET state = :to_state,
             awarded_minor = coalesce(CAST(:awarded AS bigint), awarded_minor),
             fund_id = coalesce(CAST(:fund AS bigint), fund_id),
             reference = coalesce(CAST(:reference AS text), reference),
             probability_bp = CASE WHEN :to_state IN ('drafting', 'applied') THEN probability_bp
                                   WHEN :to_state IN ('rejected', 'withdrawn') THEN 0
                                   ELSE 10000 END,
             version = version + 1
       WHERE id = :id
         AND version = :expected
      RETURNING id)",
      soci::use(to, "to_state"), soci::use(awarded, "awarded"), soci::use(fund, "fund"),
      soci::use(change.reference, "reference"), soci::use(id, "id"), soci::use(expected, "expected"),
      soci::into(changed);
  if (changed == 0) return false;
  write_state_change(transaction, id, std::string(to_string(grant.state)), to, change.on_date, change.reason);
  return true;
}

}  // namespace kindling
