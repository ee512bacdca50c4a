-- Work in the background, and files that are imported. A job is taken with SKIP LOCKED by one instance at a time; its
-- lease is renewed while it runs, so that another instance takes what a killed one left. What it did becomes visible in
-- the transaction that ends it, which only the attempt that holds the job can commit.
CREATE TABLE jobs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,             -- who knows how to do it: "import"
  subject_id bigint NOT NULL,     -- on what: the import's id
  state text NOT NULL DEFAULT 'queued',
  attempts integer NOT NULL DEFAULT 0,
  step text NOT NULL DEFAULT '',  -- what it is at, in words
  done_units bigint NOT NULL DEFAULT 0,
  total_units bigint NOT NULL DEFAULT 0,
  cancel_requested boolean NOT NULL DEFAULT false,
  leased_until timestamptz,
  error_code text,
  error_message text,
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  CONSTRAINT job_state_is_known CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  CONSTRAINT job_kind_is_named CHECK (kind ~ '^[a-z_]{1,40}$'),
  CONSTRAINT running_job_is_leased CHECK ((state = 'running') = (leased_until IS NOT NULL)),
  CONSTRAINT ended_job_says_when CHECK ((state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
  CONSTRAINT failed_job_says_why CHECK ((state = 'failed') = (error_code IS NOT NULL AND error_message IS NOT NULL))
);
CREATE UNIQUE INDEX one_open_job ON jobs (kind, subject_id) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_open ON jobs (id) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_by_subject ON jobs (kind, subject_id, id);

CREATE FUNCTION tell_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('kindling_jobs', '');
  RETURN NULL;
END
$$;
CREATE TRIGGER jobs_are_told AFTER INSERT ON jobs FOR EACH STATEMENT EXECUTE FUNCTION tell_jobs();
GRANT SELECT, INSERT, UPDATE ON jobs TO kindling_service;
GRANT SELECT ON jobs TO kindling_readonly;

-- ---- Imports ----

CREATE TABLE imports (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  kind text NOT NULL,
  state text NOT NULL DEFAULT 'uploaded',
  file_name text NOT NULL,
  sha256 bytea NOT NULL,
  size_bytes bigint NOT NULL,
  headings text[] NOT NULL,
  heading_key text NOT NULL,      -- the headings by their letters and digits: a file like this one was mapped before
  separator char(1) NOT NULL,
  from_windows_1252 boolean NOT NULL,
  mode text,                      -- what the user chose at the run
  rows_total bigint NOT NULL DEFAULT 0,
  rows_new bigint NOT NULL DEFAULT 0,
  rows_known bigint NOT NULL DEFAULT 0,     -- there already, from an earlier import or by hand
  rows_repeated bigint NOT NULL DEFAULT 0,  -- twice in this file
  rows_bad bigint NOT NULL DEFAULT 0,
  rows_loaded bigint NOT NULL DEFAULT 0,    -- counted by this import, over all its runs
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT import_state_is_known CHECK (state IN ('uploaded', 'checking', 'checked', 'running', 'done')),
  CONSTRAINT import_mode_is_known CHECK (mode IN ('all_or_nothing', 'good_rows')),
  CONSTRAINT import_runs_in_a_mode CHECK (state NOT IN ('running', 'done') OR mode IS NOT NULL),
  CONSTRAINT import_file_name_is_short CHECK (char_length(file_name) BETWEEN 1 AND 255),
  CONSTRAINT import_size_is_limited CHECK (size_bytes BETWEEN 1 AND 67108864),
  CONSTRAINT import_is_sha256 CHECK (octet_length(sha256) = 32)
);
-- The same file twice is the same import.
CREATE UNIQUE INDEX import_file_counts_once ON imports (kind, sha256);
CREATE INDEX imports_by_heading ON imports (kind, heading_key, id);

-- The file as it was sent, in parts of 512 KB.
CREATE TABLE import_file_parts (
  import_id bigint NOT NULL REFERENCES imports (id),
  position integer NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (import_id, position)
);

-- What the user chose: "columns.amount" is the heading's position, "options.currency" is EUR.
CREATE TABLE import_settings (
  import_id bigint NOT NULL REFERENCES imports (id),
  name text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (import_id, name),
  CONSTRAINT import_setting_is_short CHECK (char_length(name) <= 100 AND char_length(value) <= 200)
);

CREATE TABLE import_errors (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  import_id bigint NOT NULL REFERENCES imports (id),
  row_number bigint NOT NULL,     -- as a spreadsheet counts: the headings are row 1
  column_name text NOT NULL,      -- of the import's kind; empty: the row as a whole
  code text NOT NULL,
  message text NOT NULL
);
CREATE INDEX import_errors_by_row ON import_errors (import_id, row_number, id);

CREATE TABLE import_totals (
  import_id bigint NOT NULL REFERENCES imports (id),
  state text NOT NULL,            -- of the rows: new, known, repeated, bad
  currency char(3) NOT NULL REFERENCES currencies (code),
  rows bigint NOT NULL,
  amount_minor numeric(40) NOT NULL,
  PRIMARY KEY (import_id, state, currency)
);

GRANT SELECT, INSERT, UPDATE ON imports TO kindling_service;
GRANT SELECT, INSERT ON import_file_parts TO kindling_service;
GRANT SELECT, INSERT, DELETE ON import_settings, import_errors, import_totals TO kindling_service;
GRANT SELECT ON imports, import_totals TO kindling_readonly;

-- ---- Expenditures from CSV ----

-- What a check found of a file's rows, until they are recorded. Not kept through a crash: the check is made again.
CREATE UNLOGGED TABLE expenditure_import_rows (
  import_id bigint NOT NULL,
  row_number bigint NOT NULL,
  state text NOT NULL,
  document bigint NOT NULL,   -- rows of one invoice have the same number; within the file
  currency char(3),
  amount_minor bigint,
  supplier_id bigint,         -- NULL: to be made from name and VAT number
  supplier_name text,
  supplier_vat text,
  document_number text,
  document_on date,
  paid_on date,
  description text,
  used_as text,
  grant_id bigint,
  budget_line_id bigint,
  fund_id bigint,
  ineligible_reason text,
  need text,                  -- of the platform's budget
  PRIMARY KEY (import_id, row_number)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON expenditure_import_rows TO kindling_service;
-- Costs that come by the thousand are numbered before they are inserted, so that their parts can name them.
DO $$
BEGIN
  EXECUTE format('GRANT USAGE ON SEQUENCE %s TO kindling_service', pg_get_serial_sequence('expenditures', 'id'));
END
$$;
