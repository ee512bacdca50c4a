-- Who may come in: users, their sessions, their API tokens, and what was tried at the door.
-- Secrets are stored as hashes only (argon2id for passwords, SHA-256 for 256-bit random tokens), so that a copy of the
-- database opens nothing. Nobody is deleted: what a user did keeps its author; who left is no longer active.

CREATE TABLE users (
  id                   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email                text NOT NULL,
  name                 text NOT NULL,
  roles                smallint NOT NULL,
  password_hash        text NOT NULL,
  must_change_password boolean NOT NULL DEFAULT true,
  active               boolean NOT NULL DEFAULT true,
  version              integer NOT NULL DEFAULT 1,
  created_at           timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT user_email_is_unique UNIQUE (email),
  CONSTRAINT user_email_is_lower_case CHECK (email = lower(email)),
  CONSTRAINT user_email_is_short CHECK (char_length(email) BETWEEN 3 AND 254),
  CONSTRAINT user_name_is_short CHECK (char_length(name) BETWEEN 1 AND 120),
  -- coordinator 1, approver 2, viewer 4, administrator 8: at least one of them
  CONSTRAINT user_has_a_role CHECK (roles BETWEEN 1 AND 15),
  CONSTRAINT user_password_is_argon2id CHECK (password_hash LIKE '$argon2id$%')
);

CREATE TABLE sessions (
  token_hash   bytea PRIMARY KEY,
  user_id      bigint NOT NULL REFERENCES users (id),
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT session_token_is_sha256 CHECK (octet_length(token_hash) = 32)
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_last_seen ON sessions (last_seen_at);

CREATE TABLE api_tokens (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id      bigint NOT NULL REFERENCES users (id),
  name         text NOT NULL,
  token_hash   bytea NOT NULL,
  scope        text NOT NULL DEFAULT 'read',
  created_by   bigint REFERENCES users (id),  -- NULL: from the command line
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at   timestamptz,
  CONSTRAINT api_token_hash_is_unique UNIQUE (token_hash),
  CONSTRAINT api_token_is_sha256 CHECK (octet_length(token_hash) = 32),
  CONSTRAINT api_token_scope_is_known CHECK (scope IN ('read', 'write')),
  CONSTRAINT api_token_name_is_short CHECK (char_length(name) BETWEEN 1 AND 120),
  CONSTRAINT api_token_expires CHECK (expires_at > created_at AND expires_at <= created_at + interval '367 days')
);
CREATE INDEX api_tokens_by_user ON api_tokens (user_id);

-- One row for an account and one for an address. The subject is a hash: what was typed as a name may be anything, a
-- password too.
CREATE TABLE sign_in_attempts (
  subject_hash  bytea PRIMARY KEY,
  failures      integer NOT NULL DEFAULT 0,
  last_at       timestamptz NOT NULL DEFAULT now(),
  blocked_until timestamptz NOT NULL DEFAULT '-infinity',
  CONSTRAINT sign_in_subject_is_sha256 CHECK (octet_length(subject_hash) = 32),
  CONSTRAINT sign_in_failures_are_counted CHECK (failures >= 0)
);
CREATE INDEX sign_in_attempts_by_last ON sign_in_attempts (last_at);

GRANT SELECT, INSERT, UPDATE ON users TO kindling_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO kindling_service;
GRANT SELECT, INSERT, UPDATE ON api_tokens TO kindling_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_attempts TO kindling_service;
-- A dashboard may know who a number is, and nothing that opens a door.
GRANT SELECT (id, name, roles, active, created_at) ON users TO kindling_readonly;
