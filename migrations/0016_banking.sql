-- Bank accounts, their statements line by line, and which entry of the ledger each line is. A line counts once, whatever
-- is uploaded twice. A match is only added; undoing it adds its negation, as in the ledger.
INSERT INTO accounts (code, name, kind) VALUES ('bank_fees', 'Bank fees', 'expense');

CREATE TABLE bank_accounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  name text NOT NULL,
  holder text NOT NULL,
  iban text NOT NULL,
  bic text,
  currency char(3) NOT NULL REFERENCES currencies (code),
  ledger_account text NOT NULL DEFAULT 'bank' REFERENCES accounts (code),
  opening_on date NOT NULL,
  opening_minor bigint NOT NULL,
  opening_entry_id bigint REFERENCES entries (id),
  is_public boolean NOT NULL DEFAULT false,  -- the public page asks for gifts to it
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT bank_account_iban_is_unique UNIQUE (iban),
  CONSTRAINT bank_account_iban_is_shaped CHECK (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'),
  CONSTRAINT bank_account_bic_is_shaped CHECK (bic ~ '^[A-Z0-9]{8}([A-Z0-9]{3})?$'),
  CONSTRAINT bank_account_name_is_short CHECK (char_length(name) BETWEEN 1 AND 100 AND char_length(holder) BETWEEN 1 AND 70),
  CONSTRAINT bank_account_opening_is_posted CHECK ((opening_minor = 0) = (opening_entry_id IS NULL))
);
CREATE UNIQUE INDEX one_public_bank_account ON bank_accounts (is_public) WHERE is_public;

CREATE TABLE bank_statements (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  bank_account_id bigint NOT NULL REFERENCES bank_accounts (id),
  identification text NOT NULL,
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  opening_minor bigint NOT NULL,
  closing_minor bigint NOT NULL,
  line_count integer NOT NULL,  -- in the file; those that another statement had brought stand with that one
  balances_computed boolean NOT NULL DEFAULT false,  -- the file had none: they follow from its lines
  file_sha256 bytea NOT NULL,
  imported_by bigint REFERENCES users (id),
  imported_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT bank_statement_counts_once
    UNIQUE (bank_account_id, identification, starts_on, ends_on, opening_minor, closing_minor),
  CONSTRAINT bank_statement_ends_after_start CHECK (ends_on >= starts_on),
  CONSTRAINT bank_statement_counts_its_lines CHECK (line_count >= 0),
  CONSTRAINT bank_statement_file_is_sha256 CHECK (octet_length(file_sha256) = 32)
);
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON bank_statements
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE bank_lines (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  bank_account_id bigint NOT NULL REFERENCES bank_accounts (id),
  bank_statement_id bigint NOT NULL REFERENCES bank_statements (id),
  bank_reference text NOT NULL,
  booked_on date NOT NULL,
  value_on date NOT NULL,
  amount_minor bigint NOT NULL,  -- a credit is positive
  reversal boolean NOT NULL,
  end_to_end_id text NOT NULL,
  structured_reference text NOT NULL,
  state text NOT NULL DEFAULT 'new',
  ignored_reason text,
  -- The bank's reference may stand again for a fee or a reversal, but then with another day or amount.
  CONSTRAINT bank_line_counts_once UNIQUE (bank_account_id, bank_reference, booked_on, amount_minor),
  CONSTRAINT bank_line_is_not_zero CHECK (amount_minor <> 0),
  CONSTRAINT bank_line_state_is_known CHECK (state IN ('new', 'matched', 'ignored')),
  CONSTRAINT ignored_line_has_a_reason CHECK ((state = 'ignored') = (ignored_reason IS NOT NULL)),
  CONSTRAINT ignored_reason_is_short CHECK (char_length(ignored_reason) BETWEEN 1 AND 1000)
);
CREATE INDEX bank_lines_by_day ON bank_lines (bank_account_id, booked_on DESC, id DESC);
CREATE INDEX bank_lines_to_do ON bank_lines (bank_account_id, id) WHERE state = 'new';
CREATE INDEX bank_lines_by_statement ON bank_lines (bank_statement_id);

-- Who stood on the other side and what was written: apart, so that it can go while the money stays, and encrypted by the
-- service under a key of its own, as a donor's identity is.
CREATE TABLE bank_line_parties (
  bank_line_id bigint PRIMARY KEY REFERENCES bank_lines (id),
  sealed bytea NOT NULL,  -- wrapped key, then name, IBAN and message
  iban_hash bytea,        -- keyed: finds the other lines of a payer, and tells nothing
  CONSTRAINT iban_hash_is_256_bits CHECK (octet_length(iban_hash) = 32)
);
CREATE INDEX bank_line_parties_by_iban ON bank_line_parties (iban_hash) WHERE iban_hash IS NOT NULL;

CREATE TABLE bank_matches (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  bank_line_id bigint NOT NULL REFERENCES bank_lines (id),
  entry_id bigint NOT NULL REFERENCES entries (id),
  amount_minor bigint NOT NULL,
  how text NOT NULL,
  posted boolean NOT NULL,      -- the entry was posted from the line, so that undoing reverses it
  reason text NOT NULL,         -- why they belong together; of an undoing: why not
  undoes_match_id bigint REFERENCES bank_matches (id),
  created_by bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT bank_match_is_undone_once UNIQUE (undoes_match_id),
  CONSTRAINT bank_match_way_is_known CHECK (how IN ('automatic', 'by_hand')),
  CONSTRAINT bank_match_is_not_zero CHECK (amount_minor <> 0),
  CONSTRAINT bank_match_has_a_reason CHECK (char_length(reason) BETWEEN 1 AND 1000)
);
CREATE INDEX bank_matches_by_line ON bank_matches (bank_line_id, id);
CREATE INDEX bank_matches_by_entry ON bank_matches (entry_id);
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON bank_matches
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A match stays within its line and within what its entry moves on the line's ledger account; an undoing is the exact
-- negation of what it undoes. The locks make two matches of one line, or of one entry, take turns.
CREATE FUNCTION hold_bank_match() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  line record;
  undone bank_matches;
  of_line bigint;
  of_entry bigint;
  moved bigint;
BEGIN
  SELECT l.amount_minor, a.ledger_account, a.currency
  INTO line
  FROM bank_lines l
  JOIN bank_accounts a ON a.id = l.bank_account_id
  WHERE l.id = NEW.bank_line_id
  FOR UPDATE OF l;
  PERFORM pg_advisory_xact_lock(hashtextextended('bank_match', NEW.entry_id));
  IF NEW.undoes_match_id IS NOT NULL THEN
    SELECT * INTO undone FROM bank_matches WHERE id = NEW.undoes_match_id;
    IF undone.undoes_match_id IS NOT NULL
       OR (NEW.bank_line_id, NEW.entry_id, NEW.amount_minor) IS DISTINCT FROM
          (undone.bank_line_id, undone.entry_id, -undone.amount_minor) THEN
      RAISE EXCEPTION 'match % does not negate match %', NEW.id, NEW.undoes_match_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'bank_match_undoing_negates';
    END IF;
    RETURN NEW;
  END IF;
  SELECT COALESCE(sum(amount_minor), 0) + NEW.amount_minor INTO of_line
  FROM bank_matches WHERE bank_line_id = NEW.bank_line_id;
  IF sign(NEW.amount_minor) <> sign(line.amount_minor) OR abs(of_line) > abs(line.amount_minor) THEN
    RAISE EXCEPTION 'the matches of line % exceed it', NEW.bank_line_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'bank_match_fits_line';
  END IF;
  SELECT COALESCE(sum(amount_minor), 0) INTO moved
  FROM postings
  WHERE entry_id = NEW.entry_id AND account_code = line.ledger_account AND currency = line.currency;
  SELECT COALESCE(sum(amount_minor), 0) + NEW.amount_minor INTO of_entry
  FROM bank_matches WHERE entry_id = NEW.entry_id;
  IF sign(moved) <> sign(NEW.amount_minor) OR abs(of_entry) > abs(moved) THEN
    RAISE EXCEPTION 'the matches of entry % exceed what it moves on the account', NEW.entry_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'bank_match_fits_entry';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER bank_match_fits BEFORE INSERT ON bank_matches
  FOR EACH ROW EXECUTE FUNCTION hold_bank_match();

-- A line is matched exactly while its matches add up to it, and ignored only while it has none.
CREATE FUNCTION hold_bank_line_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  line bank_lines;
  matched bigint;
BEGIN
  SELECT * INTO line FROM bank_lines
  WHERE id = CASE TG_TABLE_NAME WHEN 'bank_lines' THEN (to_jsonb(NEW)->>'id')::bigint
                                ELSE (to_jsonb(NEW)->>'bank_line_id')::bigint END;
  SELECT COALESCE(sum(amount_minor), 0) INTO matched FROM bank_matches WHERE bank_line_id = line.id;
  IF (line.state = 'matched') <> (matched = line.amount_minor) OR (line.state = 'ignored' AND matched <> 0) THEN
    RAISE EXCEPTION 'line % is % with % of % matched', line.id, line.state, matched, line.amount_minor
      USING ERRCODE = 'check_violation', CONSTRAINT = 'bank_line_state_fits_matches';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER bank_line_state_fits_matches AFTER INSERT ON bank_matches
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_bank_line_state();
CREATE CONSTRAINT TRIGGER bank_line_state_fits_matches AFTER UPDATE OF state ON bank_lines
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_bank_line_state();

-- Who is erased is erased from the statements too: from each line that is matched with a gift of the donor, its refund or
-- chargeback, and from those of the same IBAN that are not yet known to be something else.
CREATE FUNCTION forget_bank_parties() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH forgotten AS (
    DELETE FROM bank_line_parties p
    USING bank_matches m, entries e, donations d
    WHERE m.bank_line_id = p.bank_line_id
      AND e.id = m.entry_id
      AND e.document_kind = 'donation'
      AND e.document_id = d.id
      AND d.donor_id IN (SELECT o.id FROM donors o WHERE NEW.id IN (o.id, o.merged_into_id))
    RETURNING p.iban_hash
  )
  DELETE FROM bank_line_parties p
  USING bank_lines l
  WHERE l.id = p.bank_line_id
    AND l.state <> 'matched'
    AND p.iban_hash IN (SELECT iban_hash FROM forgotten);
  RETURN NULL;
END
$$;
CREATE TRIGGER bank_forgets_erased_donor AFTER UPDATE OF erased_at ON donors
  FOR EACH ROW WHEN (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL) EXECUTE FUNCTION forget_bank_parties();

-- Between statements of an account in their order: what the next one opens with less what the last one closed with.
-- Not zero: lines are missing between them, or they overlap. The first follows the account's own opening.
CREATE VIEW bank_statement_steps AS
  SELECT s.id AS bank_statement_id,
         s.bank_account_id,
         COALESCE(lag(s.ends_on) OVER following, a.opening_on) AS after_on,
         COALESCE(lag(s.closing_minor) OVER following, a.opening_minor) AS expected_minor,
         s.opening_minor - COALESCE(lag(s.closing_minor) OVER following, a.opening_minor) AS difference_minor,
         -- Lines that another statement had brought.
         s.line_count - (SELECT count(*) FROM bank_lines l WHERE l.bank_statement_id = s.id) AS known_count
  FROM bank_statements s
  JOIN bank_accounts a ON a.id = s.bank_account_id
  WINDOW following AS (PARTITION BY s.bank_account_id ORDER BY s.ends_on, s.starts_on, s.id);

-- How the CSV files of an account's bank are written: "columns.amount" is a heading, "options.decimal" is comma.
CREATE TABLE bank_csv_mappings (
  bank_account_id bigint NOT NULL REFERENCES bank_accounts (id),
  name text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (bank_account_id, name),
  CONSTRAINT bank_csv_mapping_is_short CHECK (char_length(name) <= 100 AND char_length(value) <= 200)
);
GRANT SELECT, INSERT, DELETE ON bank_csv_mappings TO kindling_service;

GRANT SELECT, UPDATE ON bank_accounts TO kindling_service;
GRANT INSERT ON bank_accounts TO kindling_service;
GRANT SELECT, INSERT ON bank_statements, bank_matches TO kindling_service;
GRANT SELECT, INSERT (bank_account_id, bank_statement_id, bank_reference, booked_on, value_on, amount_minor, reversal,
                      end_to_end_id, structured_reference),
  UPDATE (state, ignored_reason, version) ON bank_lines TO kindling_service;
GRANT SELECT, INSERT, DELETE ON bank_line_parties TO kindling_service;
GRANT SELECT ON bank_statement_steps TO kindling_service;
-- No dashboard reads who paid.
GRANT SELECT ON bank_accounts, bank_statements, bank_lines, bank_matches, bank_statement_steps TO kindling_readonly;
