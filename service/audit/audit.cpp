#include "audit/audit.hpp"

#include <algorithm>

#include <soci/soci.h>

#include "storage/database.hpp"

namespace kindling {
namespace {

// Names of fields are ours: lower-case words and points, which an array literal takes without quotes.
std::string array_of(const std::vector<std::string>& names) {
  std::string text = "{";
  for (const auto& name : names) text += (text.size() > 1 ? "," : "") + ('"' + name + '"');
  return text + "}";
}

Value::Array split_names(const std::string& joined) {
  Value::Array names;
  for (std::size_t at = 0; at < joined.size();) {
    const auto end = std::min(joined.find(',', at), joined.size());
    names.emplace_back(joined.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

// Written by every act; prepared once a session.
struct InsertEvent {
  long long actor_id = 0, object_id = 0;
  std::string action, object_kind, fields, reason, request_id;
  soci::statement statement;
  explicit InsertEvent(soci::session& sql)
      : statement((sql.prepare << R"(
          INSERT INTO audit_events (actor_id, action, object_kind, object_id, fields, reason, request_id)
          VALUES (:actor_id, :action, :object_kind, :object_id, :fields::text[], :reason, :request_id))",
                   soci::use(actor_id, "actor_id"), soci::use(action, "action"), soci::use(object_kind, "object_kind"),
                   soci::use(object_id, "object_id"), soci::use(fields, "fields"), soci::use(reason, "reason"),
                   soci::use(request_id, "request_id"))) {}
};

}  // namespace

void record_audit(Transaction& transaction, const AuditEvent& event) {
  auto& row = transaction.session.prepared<InsertEvent>();
  row.actor_id = transaction.actor.id;
  row.action = event.action;
  row.object_kind = event.object_kind;
  row.object_id = event.object_id;
  row.fields = array_of(event.fields);
  row.reason = event.reason;
  row.request_id = transaction.request_id;
  row.statement.execute(true);
}

Value list_audit(Session& session, std::string_view object_kind, std::int64_t object_id, int limit) {
  const std::string kind(object_kind);
  const long long id = object_id;
  std::string at, actor_name, action, fields, reason;
  long long actor_id = 0;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
           a.actor_id,
           COALESCE(u.name, ''),
           a.action,
           array_to_string(a.fields, ','),
           a.reason
    FROM audit_events a
    LEFT JOIN users u ON u.id = a.actor_id
    WHERE a.object_kind = :kind
      AND a.object_id = :id
    ORDER BY a.id DESC
    LIMIT :limit)",
                          soci::into(at), soci::into(actor_id), soci::into(actor_name), soci::into(action),
                          soci::into(fields), soci::into(reason), soci::use(kind, "kind"), soci::use(id, "id"),
                          soci::use(limit, "limit"));
  rows.execute();
  auto events = Value::array();
  while (rows.fetch()) {
    events.push(Value::object({{"at", at},
                               {"actor_id", static_cast<std::int64_t>(actor_id)},
                               {"actor_name", actor_name},
                               {"action", action},
                               {"fields", split_names(fields)},
                               {"reason", reason}}));
  }
  return events;
}

}  // namespace kindling
