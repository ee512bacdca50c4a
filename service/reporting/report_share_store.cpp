#include "reporting/report_share_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"

namespace kindling {

std::int64_t insert_report_share(Transaction& transaction, std::int64_t run_id, const NewReportShare& share,
                                 const std::string& token_hash, const std::string& password_hash) {
  long long run = run_id, actor = transaction.actor.id, id = 0;
  transaction.sql() << R"(
    INSERT INTO report_shares (run_id, purpose, token_hash, password_hash, created_by, expires_at)
    VALUES (:run, :purpose, decode(:token, 'hex'), NULLIF(:password, ''), :actor, now() + make_interval(days => :days))
    RETURNING id)",
      soci::use(run, "run"), soci::use(share.purpose, "purpose"), soci::use(token_hash, "token"),
      soci::use(password_hash, "password"), soci::use(actor, "actor"), soci::use(share.days, "days"), soci::into(id);
  return id;
}

std::vector<ReportShare> list_report_shares(Session& session, std::int64_t run_id) {
  long long run = run_id, id = 0, downloads = 0, refused = 0;
  int has_password = 0;
  ReportShare share;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT s.id,
           s.purpose,
           CASE WHEN s.revoked_at IS NOT NULL THEN 'revoked' WHEN s.expires_at <= now() THEN 'expired' ELSE 'active' END,
           (s.password_hash IS NOT NULL)::int,
           u.name,
           to_char(s.created_at, 'YYYY-MM-DD'),
           to_char(s.expires_at, 'YYYY-MM-DD'),
           COALESCE(x.downloads, 0),
           COALESCE(x.refused, 0),
           COALESCE(to_char(x.last_at, 'YYYY-MM-DD HH24:MI'), '')
    FROM report_shares s
    JOIN users u ON u.id = s.created_by
    LEFT JOIN (SELECT share_id,
                      count(*) FILTER (WHERE outcome = 'downloaded') AS downloads,
                      count(*) FILTER (WHERE outcome = 'wrong_password') AS refused,
                      max(at) FILTER (WHERE outcome = 'downloaded') AS last_at
               FROM report_share_uses
               WHERE share_id IN (SELECT r.id FROM report_shares r WHERE r.run_id = :run)
               GROUP BY share_id) x ON x.share_id = s.id
    WHERE s.run_id = :run
    ORDER BY s.id DESC
    LIMIT 500)",
                          soci::into(id), soci::into(share.purpose), soci::into(share.state), soci::into(has_password),
                          soci::into(share.created_by_name), soci::into(share.created_on), soci::into(share.expires_on),
                          soci::into(downloads), soci::into(refused), soci::into(share.last_at), soci::use(run, "run"));
  rows.execute();
  std::vector<ReportShare> shares;
  while (rows.fetch()) {
    share.id = id;
    share.run_id = run_id;
    share.has_password = has_password != 0;
    share.downloads = downloads;
    share.refused = refused;
    shares.push_back(share);
  }
  return shares;
}

bool revoke_report_share(Transaction& transaction, std::int64_t run_id, std::int64_t share_id) {
  long long run = run_id, share = share_id, actor = transaction.actor.id, revoked = 0;
  transaction.sql() << R"(
    UPDATE report_shares
    SET revoked_by = :actor,
        revoked_at = now(),
        version = version + 1
    WHERE id = :share
      AND run_id = :run
      AND revoked_at IS NULL
    RETURNING id)",
      soci::use(actor, "actor"), soci::use(share, "share"), soci::use(run, "run"), soci::into(revoked);
  return revoked != 0;
}

std::optional<OpenShare> find_open_share(Session& session, const std::string& token_hash) {
  long long id = 0, run = 0;
  std::string expires_on, password;
  session.sql() << R"(
    SELECT id,
           run_id,
           to_char(expires_at, 'YYYY-MM-DD'),
           COALESCE(password_hash, '')
    FROM report_shares
    WHERE token_hash = decode(:token, 'hex')
      AND revoked_at IS NULL
      AND expires_at > now())",
      soci::use(token_hash, "token"), soci::into(id), soci::into(run), soci::into(expires_on), soci::into(password);
  if (!session.sql().got_data()) return std::nullopt;
  return OpenShare{id, run, expires_on, password.empty() ? std::nullopt : std::optional(password)};
}

void record_share_use(Transaction& transaction, std::int64_t share_id, std::string_view outcome) {
  long long share = share_id;
  const std::string how(outcome);
  transaction.sql() << "INSERT INTO report_share_uses (share_id, outcome) VALUES (:share, :how)",
      soci::use(share, "share"), soci::use(how, "how");
}

}  // namespace kindling
