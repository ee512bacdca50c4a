-- Report runs: one made report each, bound to a position of the ledger, kept with its hash and signature.
-- requested -> draft -> proposed -> submitted -> accepted | returned. The file never changes once it is there; what a
-- second person submitted is frozen for ever, with the exchange rates it stands on. Each change says who, when and why in
-- a history that triggers alone write. Funders get in by a login of their own or by a link that ends.

-- ---- A funder's login ----

ALTER TABLE users
  ADD COLUMN organisation_id bigint REFERENCES organisations (id),
  DROP CONSTRAINT user_has_a_role,
  -- coordinator 1, approver 2, viewer 4, administrator 8, auditor 32, at least one of them; or funder 16, alone
  ADD CONSTRAINT user_has_a_role CHECK (roles = 16 OR (roles > 0 AND (roles & 47) = roles)),
  ADD CONSTRAINT funder_has_an_organisation CHECK ((roles = 16) = (organisation_id IS NOT NULL));

CREATE FUNCTION check_funder_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.organisation_id IS NOT NULL
     AND NOT EXISTS (SELECT FROM organisations o WHERE o.id = NEW.organisation_id AND o.is_funder) THEN
    RAISE EXCEPTION 'organisation % is no funder', NEW.organisation_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'funder_user_is_of_a_funder';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER funder_user_is_of_a_funder BEFORE INSERT OR UPDATE OF organisation_id ON users
  FOR EACH ROW EXECUTE FUNCTION check_funder_user();

-- ---- Runs ----

CREATE TABLE report_runs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  kind text NOT NULL,                 -- of the catalogue: "funder-report"
  parameters text NOT NULL,           -- "from=2026-01-01&grant=12&language=en&to=2026-12-31"
  grant_id bigint REFERENCES grants (id),
  first_day date,                     -- of the period that it reports on, where it has one
  last_day date,
  for_funder boolean NOT NULL,        -- the grant's funder sees it once it is submitted
  state text NOT NULL DEFAULT 'requested',
  previous_run_id bigint REFERENCES report_runs (id),  -- the returned one that this one follows
  obligation_id bigint REFERENCES obligations (id),    -- the report that is due, where it was prepared for one
  schedule_key text,                  -- NULL: somebody asked for it
  -- What it is bound to, from the first attempt on.
  ledger_position bigint,
  known_at timestamptz,
  -- What was made.
  identifier text,                    -- also carried in the file
  file_name text,
  content_type text,
  size_bytes bigint,
  sha256 bytea,
  public_key bytea,
  signature bytea,
  made_at timestamptz,
  proposed_by bigint REFERENCES users (id),
  approved_by bigint REFERENCES users (id),
  submitted_at timestamptz,
  created_by bigint REFERENCES users (id),             -- NULL: the schedule
  created_at timestamptz NOT NULL DEFAULT now(),
  change_reason text,                 -- of the latest change of state; the history keeps all
  CONSTRAINT report_run_state_is_known CHECK (state IN ('requested', 'draft', 'proposed', 'submitted', 'accepted', 'returned')),
  CONSTRAINT report_run_kind_is_named CHECK (kind ~ '^[a-z0-9][a-z0-9-]{0,59}$'),
  CONSTRAINT report_run_parameters_are_short CHECK (char_length(parameters) <= 2000),
  CONSTRAINT report_run_ends_after_start CHECK (last_day >= first_day),
  CONSTRAINT report_for_a_funder_has_a_grant CHECK (NOT for_funder OR grant_id IS NOT NULL),
  CONSTRAINT report_run_is_bound_whole CHECK ((ledger_position IS NULL) = (known_at IS NULL)),
  CONSTRAINT report_file_is_whole
    CHECK (num_nonnulls(ledger_position, identifier, file_name, content_type, size_bytes, sha256, public_key, signature, made_at)
           = CASE WHEN state = 'requested' THEN num_nonnulls(ledger_position) ELSE 9 END),
  CONSTRAINT report_hash_is_sha256 CHECK (octet_length(sha256) = 32),
  CONSTRAINT report_signature_is_ed25519 CHECK (octet_length(public_key) = 32 AND octet_length(signature) = 64),
  CONSTRAINT proposed_report_has_an_author CHECK (state IN ('requested', 'draft') OR proposed_by IS NOT NULL),
  CONSTRAINT submitted_report_has_an_approver
    CHECK ((state IN ('submitted', 'accepted', 'returned')) = (approved_by IS NOT NULL AND submitted_at IS NOT NULL)),
  CONSTRAINT report_approver_is_another
    CHECK (approved_by IS NULL OR (approved_by <> proposed_by AND approved_by IS DISTINCT FROM created_by)),
  CONSTRAINT report_change_reason_is_short CHECK (char_length(change_reason) BETWEEN 1 AND 1000),
  CONSTRAINT scheduled_report_is_requested_once UNIQUE (schedule_key),
  CONSTRAINT returned_report_is_followed_once UNIQUE (previous_run_id)
);
CREATE INDEX report_runs_by_kind ON report_runs (kind, id);
CREATE INDEX report_runs_by_grant ON report_runs (grant_id, id);
CREATE INDEX report_runs_by_hash ON report_runs (sha256);
CREATE INDEX report_runs_by_identifier ON report_runs (identifier);

-- The file as it was made, in parts of 512 KB.
CREATE TABLE report_run_parts (
  run_id bigint NOT NULL REFERENCES report_runs (id),
  position integer NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (run_id, position),
  CONSTRAINT report_part_is_limited CHECK (octet_length(content) BETWEEN 1 AND 524288)
);
-- Compressed already.
ALTER TABLE report_run_parts ALTER COLUMN content SET STORAGE EXTERNAL;

-- What its cells say, by their meaning: so that two runs are compared by labels and not by places.
CREATE TABLE report_run_figures (
  run_id bigint NOT NULL REFERENCES report_runs (id),
  position integer NOT NULL,
  sheet text NOT NULL,
  row_label text NOT NULL,
  column_label text NOT NULL,
  value text NOT NULL,
  unit text NOT NULL,  -- EUR, or empty
  PRIMARY KEY (run_id, position)
);

CREATE TABLE report_run_changes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id bigint NOT NULL REFERENCES report_runs (id),
  from_state text,
  to_state text NOT NULL,
  reason text,
  actor_id bigint REFERENCES users (id),  -- NULL: the service itself
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX report_run_changes_by_run ON report_run_changes (run_id, id);

-- The rates that a submitted report was counted at: units of the currency for one euro, one for each span of the grant's
-- policy.
CREATE TABLE report_run_rates (
  run_id bigint NOT NULL REFERENCES report_runs (id),
  currency char(3) NOT NULL REFERENCES currencies (code),
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  units_per_euro numeric NOT NULL,
  PRIMARY KEY (run_id, currency, starts_on)
);

CREATE FUNCTION check_report_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'report run % stays', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'report_run_stays';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'requested' OR NEW.ledger_position IS NOT NULL THEN
      RAISE EXCEPTION 'a report run begins requested'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'report_run_edge_allowed';
    END IF;
    IF NEW.previous_run_id IS NOT NULL AND NOT EXISTS (
         SELECT FROM report_runs r
         WHERE r.id = NEW.previous_run_id
           AND r.state = 'returned'
           AND r.kind = NEW.kind
           AND r.grant_id IS NOT DISTINCT FROM NEW.grant_id) THEN
      RAISE EXCEPTION 'run % is no returned one of this report', NEW.previous_run_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'follow_up_is_of_a_returned_report';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state <> NEW.state
     AND (OLD.state, NEW.state) NOT IN (('requested', 'draft'), ('draft', 'proposed'), ('proposed', 'draft'),
                                        ('proposed', 'submitted'), ('submitted', 'accepted'), ('submitted', 'returned')) THEN
    RAISE EXCEPTION 'no edge from % to %', OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'report_run_edge_allowed';
  END IF;
  IF (OLD.state, NEW.state) IN (('proposed', 'draft'), ('submitted', 'returned')) AND NEW.change_reason IS NULL THEN
    RAISE EXCEPTION 'a report goes back with a reason'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'report_goes_back_with_a_reason';
  END IF;
  IF (OLD.kind, OLD.parameters, OLD.grant_id, OLD.first_day, OLD.last_day, OLD.for_funder, OLD.previous_run_id,
      OLD.obligation_id, OLD.schedule_key, OLD.created_by, OLD.created_at)
     IS DISTINCT FROM
     (NEW.kind, NEW.parameters, NEW.grant_id, NEW.first_day, NEW.last_day, NEW.for_funder, NEW.previous_run_id,
      NEW.obligation_id, NEW.schedule_key, NEW.created_by, NEW.created_at)
     OR (OLD.ledger_position IS NOT NULL
         AND (OLD.ledger_position, OLD.known_at) IS DISTINCT FROM (NEW.ledger_position, NEW.known_at)) THEN
    RAISE EXCEPTION 'report run % is of what was asked for', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'report_run_is_bound_once';
  END IF;
  IF OLD.made_at IS NOT NULL
     AND (OLD.identifier, OLD.file_name, OLD.content_type, OLD.size_bytes, OLD.sha256, OLD.public_key, OLD.signature, OLD.made_at)
         IS DISTINCT FROM
         (NEW.identifier, NEW.file_name, NEW.content_type, NEW.size_bytes, NEW.sha256, NEW.public_key, NEW.signature, NEW.made_at) THEN
    RAISE EXCEPTION 'the file of report run % stays', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'report_file_never_changes';
  END IF;
  -- Also who proposed, who approved and when; also by the owner.
  IF OLD.approved_by IS NOT NULL
     AND (OLD.proposed_by, OLD.approved_by, OLD.submitted_at) IS DISTINCT FROM (NEW.proposed_by, NEW.approved_by, NEW.submitted_at) THEN
    RAISE EXCEPTION 'report run % is submitted', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'submitted_report_never_changes';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER report_run_edge_allowed BEFORE INSERT OR UPDATE OR DELETE ON report_runs
  FOR EACH ROW EXECUTE FUNCTION check_report_run();

-- The rates of costs in other currencies that a grant's report up to a day counts: pinned by a closed period, or as
-- they are now.
CREATE FUNCTION report_rates(of_grant bigint, last_day date)
RETURNS TABLE (currency char(3), starts_on date, ends_on date, units_per_euro numeric)
LANGUAGE sql STABLE AS $$
  SELECT DISTINCT ON (c.currency, s.starts_on)
         c.currency,
         s.starts_on,
         s.ends_on,
         grant_rate(of_grant, c.currency, d.document_on)
  FROM (SELECT DISTINCT g.currency AS grant_currency, e.currency, e.document_on
        FROM grants g
        JOIN expenditure_allocations a ON a.grant_id = g.id
        JOIN expenditures e ON e.id = a.expenditure_id
        WHERE g.id = of_grant
          AND e.document_on <= last_day
          AND e.state IN ('approved', 'reported')
          AND e.currency <> g.currency) d
  CROSS JOIN LATERAL exchange_span(of_grant, d.document_on) s
  CROSS JOIN LATERAL (VALUES (d.currency), (d.grant_currency)) c (currency)
  WHERE c.currency <> 'EUR'
    AND grant_rate(of_grant, c.currency, d.document_on) IS NOT NULL
  ORDER BY c.currency, s.starts_on, d.document_on
$$;

-- As the owner: nobody else writes the history or pins a rate.
CREATE FUNCTION record_report_run_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.state = OLD.state THEN
    RETURN NULL;
  END IF;
  INSERT INTO report_run_changes (run_id, from_state, to_state, reason, actor_id)
  VALUES (NEW.id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.state END, NEW.state, NEW.change_reason,
          NULLIF(COALESCE(NULLIF(current_setting('kindling.actor_id', true), ''), '0')::bigint, 0));
  IF NEW.state = 'submitted' AND NEW.grant_id IS NOT NULL THEN
    INSERT INTO report_run_rates (run_id, currency, starts_on, ends_on, units_per_euro)
    SELECT NEW.id, r.currency, r.starts_on, r.ends_on, r.units_per_euro
    FROM report_rates(NEW.grant_id, COALESCE(NEW.last_day, 'infinity')) r;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER report_run_changes_are_recorded AFTER INSERT OR UPDATE OF state ON report_runs
  FOR EACH ROW EXECUTE FUNCTION record_report_run_change();

-- Parts and figures come in the transaction that makes the file, and then stay, for the owner too.
CREATE FUNCTION check_report_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM added a JOIN report_runs r ON r.id = a.run_id WHERE r.state <> 'requested') THEN
    RAISE EXCEPTION 'the report is made already'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'report_content_never_changes';
  END IF;
  RETURN NULL;
END
$$;
CREATE FUNCTION refuse_report_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was reported stays'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'report_content_never_changes';
END
$$;
CREATE TRIGGER report_content_is_of_a_new_run AFTER INSERT ON report_run_parts
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_report_content();
CREATE TRIGGER report_content_is_of_a_new_run AFTER INSERT ON report_run_figures
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_report_content();
CREATE TRIGGER report_content_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON report_run_parts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_report_change();
CREATE TRIGGER report_content_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON report_run_figures
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_report_change();
CREATE TRIGGER report_content_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON report_run_rates
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_report_change();
CREATE TRIGGER report_content_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON report_run_changes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_report_change();
CREATE TRIGGER report_run_stays BEFORE TRUNCATE ON report_runs
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_report_change();

-- ---- Links ----

CREATE TABLE report_shares (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  run_id bigint NOT NULL REFERENCES report_runs (id),
  purpose text NOT NULL,              -- for whom, in the words of who made it; not in the address
  token_hash bytea NOT NULL,          -- SHA-256 of 256 random bits, which nobody can read again
  password_hash text,
  created_by bigint NOT NULL REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  revoked_by bigint REFERENCES users (id),
  revoked_at timestamptz,
  CONSTRAINT share_token_is_unique UNIQUE (token_hash),
  CONSTRAINT share_token_is_sha256 CHECK (octet_length(token_hash) = 32),
  CONSTRAINT share_purpose_is_short CHECK (char_length(purpose) BETWEEN 1 AND 200),
  CONSTRAINT share_password_is_argon2id CHECK (password_hash LIKE '$argon2id$%'),
  CONSTRAINT share_expires CHECK (expires_at > created_at AND expires_at <= created_at + interval '367 days'),
  CONSTRAINT share_revocation_is_whole CHECK ((revoked_by IS NULL) = (revoked_at IS NULL))
);
CREATE INDEX report_shares_by_run ON report_shares (run_id, id);

CREATE FUNCTION check_report_share() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT EXISTS (SELECT FROM report_runs r WHERE r.id = NEW.run_id AND r.approved_by IS NOT NULL) THEN
      RAISE EXCEPTION 'run % is not submitted', NEW.run_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'share_needs_a_submitted_report';
    END IF;
  ELSIF OLD.revoked_at IS NOT NULL
        OR (OLD.run_id, OLD.purpose, OLD.token_hash, OLD.password_hash, OLD.created_by, OLD.created_at, OLD.expires_at)
           IS DISTINCT FROM
           (NEW.run_id, NEW.purpose, NEW.token_hash, NEW.password_hash, NEW.created_by, NEW.created_at, NEW.expires_at) THEN
    RAISE EXCEPTION 'link % is revoked or changed', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'share_is_only_revoked';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER share_needs_a_submitted_report BEFORE INSERT OR UPDATE ON report_shares
  FOR EACH ROW EXECUTE FUNCTION check_report_share();

-- Who used a link is not known; when, and whether it opened, is.
CREATE TABLE report_share_uses (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  share_id bigint NOT NULL REFERENCES report_shares (id),
  outcome text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT share_use_outcome_is_known CHECK (outcome IN ('downloaded', 'wrong_password'))
);
CREATE INDEX report_share_uses_by_share ON report_share_uses (share_id, id);

GRANT SELECT, INSERT, UPDATE ON report_runs TO kindling_service;
GRANT SELECT, INSERT ON report_run_parts, report_run_figures, report_share_uses TO kindling_service;
GRANT SELECT ON report_run_changes, report_run_rates TO kindling_service;
GRANT SELECT, INSERT, UPDATE (version, revoked_by, revoked_at) ON report_shares TO kindling_service;
GRANT SELECT ON report_runs, report_run_figures, report_run_changes, report_run_rates TO kindling_readonly;
