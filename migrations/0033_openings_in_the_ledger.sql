-- Whoever has kept books before an account is recorded here has part of its opening balance in the ledger already: receipts
-- and payments that no statement will show. The opening then posts only what is missing, and says which entries it covers.

CREATE TABLE bank_opening_entries (
  entry_id bigint NOT NULL REFERENCES entries (id),
  currency char(3) NOT NULL REFERENCES currencies (code),
  bank_account_id bigint NOT NULL REFERENCES bank_accounts (id),
  amount_minor bigint NOT NULL,  -- what the entry moved on the account and no line was matched with
  CONSTRAINT entry_is_in_one_opening PRIMARY KEY (entry_id, currency),
  CONSTRAINT opening_entry_is_not_zero CHECK (amount_minor <> 0)
);
CREATE INDEX bank_opening_entries_by_account ON bank_opening_entries (bank_account_id);
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON bank_opening_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What entries up to a day moved on a ledger account in a currency, and neither a line nor an opening shows.
CREATE FUNCTION bank_entries_open(of_account text, of_currency char(3), until date)
RETURNS TABLE (entry_id bigint, amount_minor bigint) LANGUAGE sql STABLE AS $$
  WITH matched AS (
    SELECT m.entry_id, sum(m.amount_minor)::bigint AS minor
    FROM bank_matches m
    JOIN bank_lines l ON l.id = m.bank_line_id
    JOIN bank_accounts a ON a.id = l.bank_account_id AND a.ledger_account = of_account AND a.currency = of_currency
    GROUP BY m.entry_id
  ), moved AS (
    SELECT e.id, sum(p.amount_minor)::bigint AS minor
    FROM postings p
    JOIN entries e ON e.id = p.entry_id AND e.booked_on <= until
    WHERE p.account_code = of_account
      AND p.currency = of_currency
      AND NOT EXISTS (SELECT 1 FROM bank_accounts o WHERE o.opening_entry_id = e.id)
    GROUP BY e.id
  )
  SELECT v.id, v.minor - COALESCE(m.minor, 0) - COALESCE(c.amount_minor, 0)
  FROM moved v
  LEFT JOIN matched m ON m.entry_id = v.id
  LEFT JOIN bank_opening_entries c ON c.entry_id = v.id AND c.currency = of_currency
  WHERE v.minor <> COALESCE(m.minor, 0) + COALESCE(c.amount_minor, 0)
$$;

-- Up to which day an opening may cover: what was booked after another account of the currency was opened may come on that
-- one's statements.
CREATE FUNCTION opening_covers_until(of_account text, of_currency char(3), opening_on date) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT least(opening_covers_until.opening_on,
               (SELECT min(a.opening_on) FROM bank_accounts a WHERE a.ledger_account = of_account AND a.currency = of_currency))
$$;

-- ---- An opening is what its entry posts and what it covers, to the cent ----

CREATE FUNCTION check_bank_opening(of_account bank_accounts) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  posted bigint;
  covered bigint;
BEGIN
  SELECT COALESCE(sum(p.amount_minor), 0) INTO posted
  FROM postings p
  WHERE p.entry_id = of_account.opening_entry_id
    AND p.account_code = of_account.ledger_account
    AND p.currency = of_account.currency;
  SELECT COALESCE(sum(c.amount_minor), 0) INTO covered
  FROM bank_opening_entries c
  WHERE c.bank_account_id = of_account.id;
  IF of_account.opening_minor <> posted + covered THEN
    RAISE EXCEPTION 'the opening of account % is %, posted % and covered %', of_account.id, of_account.opening_minor, posted, covered
      USING ERRCODE = 'check_violation', CONSTRAINT = 'bank_account_opening_is_posted';
  END IF;
END
$$;

ALTER TABLE bank_accounts DROP CONSTRAINT bank_account_opening_is_posted;
CREATE FUNCTION hold_bank_opening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_bank_opening(NEW);
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER bank_account_opening_is_posted
  AFTER INSERT OR UPDATE OF opening_minor, opening_entry_id, ledger_account, currency ON bank_accounts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_bank_opening();

CREATE FUNCTION hold_opening_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_account bank_accounts;
BEGIN
  FOR of_account IN SELECT a.* FROM bank_accounts a WHERE a.id IN (SELECT bank_account_id FROM added) LOOP
    IF EXISTS (SELECT 1
               FROM added x
               JOIN entries e ON e.id = x.entry_id
               WHERE x.bank_account_id = of_account.id
                 AND (x.currency <> of_account.currency
                      OR e.booked_on > opening_covers_until(of_account.ledger_account, of_account.currency,
                                                            of_account.opening_on))) THEN
      RAISE EXCEPTION 'the opening of account % covers what was booked later', of_account.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'opening_covers_what_was_booked';
    END IF;
    -- Covered in whole, nothing of them is open any more, and nothing else was covered.
    IF EXISTS (SELECT 1
               FROM bank_entries_open(of_account.ledger_account, of_account.currency, of_account.opening_on) o
               WHERE o.entry_id IN (SELECT x.entry_id FROM added x WHERE x.bank_account_id = of_account.id))
       OR EXISTS (SELECT 1
                  FROM added x
                  WHERE x.bank_account_id = of_account.id
                    AND (NOT EXISTS (SELECT 1
                                     FROM postings p
                                     WHERE p.entry_id = x.entry_id
                                       AND p.account_code = of_account.ledger_account
                                       AND p.currency = x.currency)
                         OR EXISTS (SELECT 1 FROM bank_accounts o WHERE o.opening_entry_id = x.entry_id))) THEN
      RAISE EXCEPTION 'the opening of account % covers what is not open', of_account.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'opening_covers_what_was_booked';
    END IF;
    PERFORM check_bank_opening(of_account);
  END LOOP;
  RETURN NULL;
END
$$;
CREATE TRIGGER opening_covers_what_was_booked AFTER INSERT ON bank_opening_entries
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION hold_opening_entries();

-- What an opening covers is on no statement, as the opening's own entry is not. An account that is recorded takes the lock
-- whole, a match takes it shared: no entry is matched while it is covered.
CREATE OR REPLACE FUNCTION hold_opening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('bank_opening', 0));
  IF EXISTS (SELECT 1 FROM bank_accounts a WHERE a.opening_entry_id = NEW.entry_id)
     OR EXISTS (SELECT 1
                FROM bank_lines l
                JOIN bank_accounts a ON a.id = l.bank_account_id
                JOIN bank_opening_entries c ON c.entry_id = NEW.entry_id AND c.currency = a.currency
                WHERE l.id = NEW.bank_line_id) THEN
    RAISE EXCEPTION 'entry % is the opening of an account', NEW.entry_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'opening_is_on_no_statement';
  END IF;
  RETURN NEW;
END
$$;

GRANT SELECT, INSERT ON bank_opening_entries TO kindling_service;
GRANT SELECT ON bank_opening_entries TO kindling_readonly;
