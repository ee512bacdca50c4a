-- The ledger: append-only double entry. An entry says how many postings it has; a trigger at commit holds it to that
-- and to a sum of zero per currency, so that nothing can be added to it later, not even something balanced.
CREATE TABLE accounts (
  code text PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL,
  CONSTRAINT account_kind_is_known CHECK (kind IN ('asset', 'liability', 'income', 'expense', 'equity'))
);
INSERT INTO accounts (code, name, kind) VALUES
  ('bank', 'Bank', 'asset'),
  ('receivables', 'Receivables', 'asset'),
  ('payables', 'Payables', 'liability'),
  ('income_grants', 'Income from grants', 'income'),
  ('income_contributions', 'Contributions of organisations', 'income'),
  ('income_donations', 'Donations', 'income'),
  ('income_other', 'Other income', 'income'),
  ('expense_direct', 'Direct costs', 'expense'),
  ('expense_indirect', 'Indirect costs', 'expense'),
  ('exchange_differences', 'Exchange differences', 'expense'),
  ('fund_transfers', 'Transfers between funds', 'equity'),
  ('opening', 'Opening balances', 'equity');

CREATE TABLE funds (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL,
  name text NOT NULL,
  restriction text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT fund_code_is_unique UNIQUE (code),
  CONSTRAINT fund_restriction_is_known CHECK (restriction IN ('unrestricted', 'restricted'))
);
INSERT INTO funds (code, name, restriction) VALUES ('general', 'General fund', 'unrestricted');

CREATE TABLE entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  booked_on date NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  kind text NOT NULL,
  document_kind text NOT NULL DEFAULT '',
  document_id bigint NOT NULL DEFAULT 0,
  description text NOT NULL DEFAULT '',
  reverses_entry_id bigint REFERENCES entries (id),
  posting_count smallint NOT NULL,
  actor_id bigint NOT NULL,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CONSTRAINT entry_reversed_once UNIQUE (reverses_entry_id),
  CONSTRAINT entry_has_2_to_1000_postings CHECK (posting_count BETWEEN 2 AND 1000)
);
CREATE INDEX entries_by_xid ON entries (xid);
CREATE INDEX entries_by_document ON entries (document_kind, document_id);
CREATE INDEX entries_by_date ON entries (booked_on, id);

CREATE TABLE postings (
  entry_id bigint NOT NULL REFERENCES entries (id),
  line_no smallint NOT NULL,
  account_code text NOT NULL REFERENCES accounts (code),
  fund_id bigint NOT NULL REFERENCES funds (id),
  budget_line_id bigint,
  amount_minor bigint NOT NULL,
  currency char(3) NOT NULL REFERENCES currencies (code),
  PRIMARY KEY (entry_id, line_no),
  CONSTRAINT posting_is_not_zero CHECK (amount_minor <> 0),
  CONSTRAINT posting_line_is_positive CHECK (line_no >= 1)
);
CREATE INDEX postings_by_budget_line ON postings (budget_line_id) WHERE budget_line_id IS NOT NULL;
CREATE INDEX postings_by_fund ON postings (fund_id, account_code);

-- Postings come in the transaction that made their entry, within its announced count: a primary key and this close it.
CREATE FUNCTION hold_entry_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1
             FROM added a
             JOIN entries e ON e.id = a.entry_id
             WHERE e.xid <> pg_current_xact_id()
                OR a.line_no > e.posting_count) THEN
    RAISE EXCEPTION 'an entry is closed when it commits'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_is_closed';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER entry_is_closed AFTER INSERT ON postings
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION hold_entry_closed();

CREATE FUNCTION hold_entry_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  counted bigint;
  balanced boolean;
BEGIN
  SELECT COALESCE(sum(n), 0), COALESCE(bool_and(total = 0), false)
  INTO counted, balanced
  FROM (SELECT count(*) AS n, sum(amount_minor) AS total
        FROM postings
        WHERE entry_id = NEW.id
        GROUP BY currency) per_currency;
  IF counted <> NEW.posting_count THEN
    RAISE EXCEPTION 'entry % has % postings instead of %', NEW.id, counted, NEW.posting_count
      USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_is_complete';
  END IF;
  IF NOT balanced THEN
    RAISE EXCEPTION 'entry % does not add up to zero', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_balances';
  END IF;
  IF NEW.reverses_entry_id IS NOT NULL AND (
       EXISTS (SELECT 1 FROM entries WHERE id = NEW.reverses_entry_id AND reverses_entry_id IS NOT NULL)
       OR EXISTS (SELECT line_no, account_code, fund_id, budget_line_id, -amount_minor, currency
                  FROM postings WHERE entry_id = NEW.reverses_entry_id
                  EXCEPT
                  SELECT line_no, account_code, fund_id, budget_line_id, amount_minor, currency
                  FROM postings WHERE entry_id = NEW.id)
       OR NEW.posting_count <> (SELECT posting_count FROM entries WHERE id = NEW.reverses_entry_id)) THEN
    RAISE EXCEPTION 'entry % is not the negation of entry %', NEW.id, NEW.reverses_entry_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'reversal_negates_entry';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_entry_balanced();

-- For everybody, the owner too: what is posted stays.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'posted rows never change'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'posted_rows_never_change';
END
$$;
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON postings
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The keeper's: the chain over the entries, monthly balances, and how far both reach.
CREATE TABLE seals (
  position bigint PRIMARY KEY,
  entry_id bigint NOT NULL REFERENCES entries (id),
  hash bytea NOT NULL,
  CONSTRAINT entry_sealed_once UNIQUE (entry_id),
  CONSTRAINT seal_is_sha256 CHECK (octet_length(hash) = 32)
);
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON seals
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE balance_months (
  account_code text NOT NULL REFERENCES accounts (code),
  fund_id bigint NOT NULL REFERENCES funds (id),
  budget_line_id bigint NOT NULL,  -- 0: none, so that the key has no NULL
  currency char(3) NOT NULL REFERENCES currencies (code),
  month date NOT NULL,
  amount_minor bigint NOT NULL,
  posting_count bigint NOT NULL,
  PRIMARY KEY (fund_id, account_code, budget_line_id, currency, month),
  CONSTRAINT balance_month_is_a_first CHECK (extract(day FROM month) = 1)
);

CREATE TABLE ledger_head (
  only_row boolean PRIMARY KEY DEFAULT true,
  position bigint NOT NULL,
  hash bytea NOT NULL,
  -- All transactions below are over, and their entries sealed and rolled up.
  horizon xid8 NOT NULL,
  CONSTRAINT ledger_head_is_one_row CHECK (only_row)
);
INSERT INTO ledger_head (position, hash, horizon) VALUES (0, sha256('kindling-seal-v1'), '0');

-- The one definition of a balance: roll-up + the small rest that the keeper has not reached.
CREATE VIEW balances AS
  SELECT account_code,
         fund_id,
         NULLIF(budget_line_id, 0) AS budget_line_id,
         currency,
         month,
         amount_minor
  FROM balance_months
  UNION ALL
  SELECT p.account_code,
         p.fund_id,
         p.budget_line_id,
         p.currency,
         date_trunc('month', e.booked_on)::date,
         p.amount_minor
  FROM entries e
  JOIN postings p ON p.entry_id = e.id
  WHERE e.xid >= (SELECT horizon FROM ledger_head);

GRANT SELECT ON accounts, funds, entries, postings, seals, balance_months, ledger_head, balances
  TO kindling_service, kindling_readonly;
GRANT INSERT (code, name, restriction), UPDATE (name) ON funds TO kindling_service;
-- Neither the time nor the transaction of an entry can be supplied.
GRANT INSERT (booked_on, kind, document_kind, document_id, description, reverses_entry_id, posting_count, actor_id)
  ON entries TO kindling_service;
GRANT INSERT ON postings TO kindling_service;
GRANT INSERT ON seals TO kindling_service;
GRANT INSERT, UPDATE ON balance_months TO kindling_service;
GRANT UPDATE (position, hash, horizon) ON ledger_head TO kindling_service;
