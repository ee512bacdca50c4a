-- Acts: what was done by whom (names of fields, never values), and requests that may arrive twice but act once.
CREATE TABLE audit_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor_id bigint NOT NULL,
  action text NOT NULL,
  object_kind text NOT NULL,
  object_id bigint NOT NULL,
  fields text[] NOT NULL DEFAULT '{}',
  reason text NOT NULL DEFAULT '',
  request_id text NOT NULL DEFAULT '',
  CONSTRAINT audit_action_is_named CHECK (action ~ '^[a-z_]+\.[a-z_]+$')
);
CREATE INDEX audit_events_by_object ON audit_events (object_kind, object_id, id);
GRANT SELECT, INSERT ON audit_events TO kindling_service;
GRANT SELECT ON audit_events TO kindling_readonly;

-- The key stands in the transaction of the act itself: it is stored if and only if the act is. A twin that comes at the
-- same moment waits at the primary key for the first one to end.
CREATE TABLE idempotency_keys (
  actor_id bigint NOT NULL,
  route text NOT NULL,
  key text NOT NULL,
  body_hash bytea NOT NULL,
  status integer NOT NULL DEFAULT 0,
  location text NOT NULL DEFAULT '',
  etag text NOT NULL DEFAULT '',
  content_type text NOT NULL DEFAULT '',
  body text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (actor_id, route, key),
  CONSTRAINT idempotency_key_is_short CHECK (length(key) BETWEEN 1 AND 200)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO kindling_service;
