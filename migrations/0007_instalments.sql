-- Instalments of a grant, what was received of them, and obligations. A receipt is a posting to the ledger and a row
-- that says which instalment it pays; both in one transaction, and never changed, only reversed.
CREATE TABLE instalments (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  grant_id bigint NOT NULL,
  kind text NOT NULL,
  title text NOT NULL,
  due_on date NOT NULL,
  currency char(3) NOT NULL,
  amount_minor bigint NOT NULL,
  retained_minor bigint NOT NULL DEFAULT 0,  -- taken off by the funder, released at the end
  state text NOT NULL DEFAULT 'planned',
  requested_on date,
  closed_reason text,  -- why it counts as received although less came
  version integer NOT NULL DEFAULT 1,
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT instalment_currency_is_of_the_grant FOREIGN KEY (grant_id, currency) REFERENCES grants (id, currency),
  CONSTRAINT instalment_kind_is_known CHECK (kind IN ('prefinancing', 'interim', 'balance', 'other')),
  CONSTRAINT instalment_state_is_known CHECK (state IN ('planned', 'requested', 'received', 'cancelled')),
  CONSTRAINT instalment_title_is_short CHECK (char_length(title) BETWEEN 1 AND 200),
  CONSTRAINT instalment_amount_is_positive CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
  CONSTRAINT instalment_retained_is_not_negative CHECK (retained_minor BETWEEN 0 AND 1000000000000000),
  CONSTRAINT instalment_request_has_a_date CHECK (state <> 'requested' OR requested_on IS NOT NULL)
);
CREATE INDEX instalments_by_grant ON instalments (grant_id, due_on, id);
CREATE INDEX instalments_by_due ON instalments (due_on, id) WHERE state IN ('planned', 'requested');

CREATE TABLE instalment_receipts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  instalment_id bigint NOT NULL REFERENCES instalments (id),
  received_on date NOT NULL,
  amount_minor bigint NOT NULL,
  reference text NOT NULL,
  entry_id bigint NOT NULL REFERENCES entries (id),
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT receipt_has_its_own_entry UNIQUE (entry_id),
  -- The bank's reference: the same money is not received twice.
  CONSTRAINT receipt_counts_once UNIQUE (instalment_id, reference, received_on, amount_minor),
  CONSTRAINT receipt_is_positive CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
  CONSTRAINT receipt_reference_is_short CHECK (char_length(reference) <= 140)
);
CREATE INDEX instalment_receipts_by_instalment ON instalment_receipts (instalment_id, id);
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON instalment_receipts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Money comes only to a grant that was awarded, never to a cancelled instalment, and its entry says the same amount.
CREATE FUNCTION check_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of record;
BEGIN
  SELECT i.state, i.currency, g.state AS grant_state, g.fund_id
  INTO of
  FROM instalments i
  JOIN grants g ON g.id = i.grant_id
  WHERE i.id = NEW.instalment_id;
  IF of.grant_state NOT IN ('awarded', 'active', 'suspended', 'closing') OR of.fund_id IS NULL THEN
    RAISE EXCEPTION 'the grant of instalment % takes no money', NEW.instalment_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_needs_an_award';
  END IF;
  IF of.state = 'cancelled' THEN
    RAISE EXCEPTION 'instalment % is cancelled', NEW.instalment_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_needs_an_open_instalment';
  END IF;
  IF NOT EXISTS (SELECT 1
                 FROM postings p
                 WHERE p.entry_id = NEW.entry_id
                   AND p.account_code = 'bank'
                   AND p.fund_id = of.fund_id
                   AND p.amount_minor = NEW.amount_minor
                   AND p.currency = of.currency) THEN
    RAISE EXCEPTION 'receipt % is not what entry % posts', NEW.id, NEW.entry_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_matches_entry';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER receipt_matches_entry BEFORE INSERT ON instalment_receipts
  FOR EACH ROW EXECUTE FUNCTION check_receipt();

CREATE TABLE obligations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  grant_id bigint NOT NULL REFERENCES grants (id),
  kind text NOT NULL,
  title text NOT NULL,
  due_on date NOT NULL,
  owner_id bigint REFERENCES users (id),
  state text NOT NULL DEFAULT 'open',
  version integer NOT NULL DEFAULT 1,
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT obligation_kind_is_known CHECK (kind IN ('report', 'deliverable', 'audit', 'other')),
  CONSTRAINT obligation_state_is_known CHECK (state IN ('open', 'submitted', 'accepted', 'returned')),
  CONSTRAINT obligation_title_is_short CHECK (char_length(title) BETWEEN 1 AND 200)
);
CREATE INDEX obligations_by_grant ON obligations (grant_id, due_on, id);
CREATE INDEX obligations_by_due ON obligations (due_on, id);

-- open -> submitted -> accepted | returned -> submitted
CREATE FUNCTION check_obligation_edge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('open', 'submitted'), ('submitted', 'accepted'),
                                                              ('submitted', 'returned'), ('returned', 'submitted')) THEN
    RAISE EXCEPTION 'no edge from % to %', OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'obligation_edge_allowed';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER obligation_edge_allowed BEFORE UPDATE OF state ON obligations
  FOR EACH ROW EXECUTE FUNCTION check_obligation_edge();

GRANT SELECT, INSERT, UPDATE ON instalments, obligations TO kindling_service;
GRANT SELECT, INSERT ON instalment_receipts TO kindling_service;
GRANT SELECT ON instalments, instalment_receipts, obligations TO kindling_readonly;
