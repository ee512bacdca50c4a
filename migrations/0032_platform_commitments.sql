-- A contract or an order that no grant bears: hosting that free money pays. It reserves a need of the platform's budget of
-- the year in which it is signed, in its own currency, as a grant's commitment reserves a line; own costs consume it.

ALTER TABLE commitments
  ALTER COLUMN grant_id DROP NOT NULL,
  ALTER COLUMN budget_line_id DROP NOT NULL,
  ADD CONSTRAINT commitments_currency_fkey FOREIGN KEY (currency) REFERENCES currencies (code),
  ADD CONSTRAINT commitment_reserves_a_line_or_a_need
    CHECK ((grant_id IS NULL) = (budget_line_id IS NULL) AND (grant_id IS NOT NULL OR need IS NOT NULL));
CREATE INDEX commitments_of_the_platform ON commitments (id) WHERE grant_id IS NULL;
CREATE INDEX commitments_by_need ON commitments (id) WHERE need IS NOT NULL;

ALTER TABLE commitment_history ALTER COLUMN budget_line_id DROP NOT NULL;
CREATE INDEX commitment_history_by_commitment ON commitment_history (commitment_id);

-- ---- What costs consume of it ----

ALTER TABLE expenditure_allocations
  DROP CONSTRAINT commitment_is_consumed_by_a_claim,
  ADD CONSTRAINT commitment_is_consumed_by_a_claim_or_an_own_cost
    CHECK (commitment_id IS NULL OR used_as IN ('claimed', 'own'));

-- In the grant's currency; of one that no grant bears in its own, which is that of the costs.
CREATE OR REPLACE FUNCTION commitment_consumed_minor(of_commitment bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT COALESCE(sum(CASE a.used_as WHEN 'own' THEN a.amount_minor - a.reversed_minor
                                     ELSE a.grant_minor - a.grant_reversed_minor END), 0)::bigint
  FROM expenditure_allocations a
  JOIN expenditures e ON e.id = a.expenditure_id AND e.state IN ('approved', 'reported')
  WHERE a.commitment_id = of_commitment
$$;

-- A claim consumes an order of its grant (hold_allocations holds the line), an own cost one of the platform's: for the
-- same need, in the same currency, with money. Asked when a part is entered, and again when its cost is submitted.
CREATE FUNCTION is_consumed_as_signed(part expenditure_allocations) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT bool_and((c.grant_id IS NULL) = (part.used_as = 'own')
                  AND (c.grant_id IS NOT NULL
                       OR (c.currency = e.currency AND lower(c.need) IS NOT DISTINCT FROM lower(part.need)
                           AND e.kind <> 'in_kind')))
  FROM commitments c
  JOIN expenditures e ON e.id = part.expenditure_id
  WHERE c.id = part.commitment_id
$$;
CREATE FUNCTION hold_consumed_commitment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1
             FROM expenditure_allocations a
             WHERE a.expenditure_id = CASE TG_TABLE_NAME WHEN 'expenditures' THEN (to_jsonb(NEW) ->> 'id')::bigint
                                                         ELSE (to_jsonb(NEW) ->> 'expenditure_id')::bigint END
               AND a.commitment_id IS NOT NULL
               AND NOT is_consumed_as_signed(a)) THEN
    RAISE EXCEPTION 'a commitment is consumed for what it was signed for'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_is_consumed_as_signed';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER commitment_is_consumed_as_signed AFTER INSERT ON expenditure_allocations
  FOR EACH ROW WHEN (NEW.commitment_id IS NOT NULL) EXECUTE FUNCTION hold_consumed_commitment();
CREATE TRIGGER commitment_is_consumed_as_signed AFTER UPDATE OF state ON expenditures
  FOR EACH ROW WHEN (OLD.state = 'draft' AND NEW.state = 'submitted') EXECUTE FUNCTION hold_consumed_commitment();

-- Used up by approved costs it is consumed; where one of them is reversed, the rest is reserved again. Two costs of one order
-- take turns at its row: a grant's row did that for its orders, and these have none.
CREATE OR REPLACE FUNCTION follow_commitments() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_expenditure bigint := CASE TG_TABLE_NAME WHEN 'expenditures' THEN (to_jsonb(NEW) ->> 'id')::bigint
                                              ELSE (to_jsonb(NEW) ->> 'expenditure_id')::bigint END;
BEGIN
  PERFORM 1
  FROM commitments
  WHERE id IN (SELECT commitment_id FROM expenditure_allocations WHERE expenditure_id = of_expenditure)
  ORDER BY id
  FOR NO KEY UPDATE;
  UPDATE commitments c
  SET state = CASE c.state WHEN 'open' THEN 'consumed' ELSE 'open' END,
      version = version + 1
  WHERE c.id IN (SELECT commitment_id FROM expenditure_allocations WHERE expenditure_id = of_expenditure)
    AND c.state = CASE WHEN commitment_consumed_minor(c.id) >= c.amount_minor THEN 'open' ELSE 'consumed' END;
  RETURN NULL;
END
$$;

DROP TRIGGER commitments_follow ON expenditure_allocations;
CREATE TRIGGER commitments_follow AFTER UPDATE OF reversed_minor, grant_reversed_minor ON expenditure_allocations
  FOR EACH ROW WHEN (NEW.commitment_id IS NOT NULL) EXECUTE FUNCTION follow_commitments();

-- ---- What was reserved at a date, as known at an instant ----

-- Signed by the day, not released by it; what approved costs consumed by then is taken off. Without a line: the platform's.
CREATE FUNCTION commitments_known(as_of date, known_at timestamptz)
RETURNS TABLE (commitment_id bigint, budget_line_id bigint, signed_on date, amount_minor bigint, consumed_minor bigint,
               reserved_minor bigint) LANGUAGE sql STABLE ROWS 1000 AS $$
  SELECT h.commitment_id, h.budget_line_id, h.signed_on, h.amount_minor, u.minor, greatest(h.amount_minor - u.minor, 0)
  FROM commitment_history h
  CROSS JOIN LATERAL (
    SELECT COALESCE((SELECT sum(CASE a.used_as WHEN 'own' THEN a.amount_minor ELSE a.grant_minor END)
                     FROM expenditure_allocations a
                     JOIN expenditures x ON x.id = a.expenditure_id
                     JOIN entries e ON e.id = x.entry_id
                     WHERE a.commitment_id = h.commitment_id
                       AND e.booked_on <= as_of
                       AND e.recorded_at <= known_at), 0)::bigint
           - COALESCE((SELECT sum(CASE a.used_as WHEN 'own' THEN r.amount_minor ELSE r.grant_amount_minor END)
                       FROM allocation_reversals r
                       JOIN expenditure_allocations a ON a.id = r.allocation_id
                       WHERE a.commitment_id = h.commitment_id
                         AND r.booked_on <= as_of
                         AND r.recorded_at <= known_at), 0)::bigint AS minor) u
  WHERE h.known_from <= known_at
    AND (h.known_until IS NULL OR h.known_until > known_at)
    AND h.signed_on <= as_of
    AND (h.released_on IS NULL OR h.released_on > as_of)
$$;

CREATE OR REPLACE FUNCTION commitments_at(of_roots bigint[], as_of date, known_at timestamptz)
RETURNS TABLE (commitment_id bigint, budget_line_id bigint, signed_on date, amount_minor bigint, consumed_minor bigint,
               reserved_minor bigint) LANGUAGE sql STABLE ROWS 20 AS $$
  SELECT *
  FROM commitments_known(as_of, known_at) c
  WHERE c.budget_line_id = ANY (of_roots)
$$;

CREATE OR REPLACE FUNCTION platform_sources(of_year integer, in_currency char(3), as_of date, known_at timestamptz)
RETURNS TABLE (figure text, need text, on_day date, document_kind text, document_id bigint, grant_id bigint,
               entry_id bigint, description text, amount_minor bigint)
LANGUAGE sql STABLE ROWS 200 AS $$
  WITH days AS (
    SELECT make_date(of_year, 1, 1) AS first_day, least(make_date(of_year, 12, 31), as_of) AS last_day
  ), parts AS (
    SELECT a.id, COALESCE(a.need, '') AS need, a.grant_id, a.amount_minor, x.id AS expenditure_id, x.currency, x.entry_id,
           CASE x.kind WHEN 'staff' THEN 'Staff cost' ELSE x.description END AS description
    FROM expenditure_allocations a
    JOIN expenditures x ON x.id = a.expenditure_id
    WHERE x.kind <> 'in_kind'
      AND x.entry_id IS NOT NULL
      AND (a.need IS NOT NULL OR a.used_as = 'own')
  ), found AS (
    SELECT 'spent' AS figure, p.need, e.booked_on AS on_day, 'expenditure' AS document_kind,
           p.expenditure_id AS document_id, p.grant_id, e.id AS entry_id, p.description, p.currency,
           p.amount_minor AS minor
    FROM days d
    CROSS JOIN parts p
    JOIN entries e ON e.id = p.entry_id AND e.booked_on BETWEEN d.first_day AND d.last_day AND e.recorded_at <= known_at
    UNION ALL
    SELECT 'spent', p.need, r.booked_on, 'expenditure', p.expenditure_id, p.grant_id, p.entry_id,
           'Taken back: ' || p.description, p.currency, -r.amount_minor
    FROM days d
    JOIN allocation_reversals r
      ON r.booked_on BETWEEN d.first_day AND d.last_day AND r.recorded_at <= known_at AND r.amount_minor <> 0
    JOIN parts p ON p.id = r.allocation_id
    UNION ALL
    SELECT 'committed', c.need, h.signed_on, 'commitment', c.id, c.grant_id, NULL, c.title, c.currency, h.reserved_minor
    FROM days d
    CROSS JOIN commitments_known(as_of, known_at) h
    JOIN commitments c ON c.id = h.commitment_id AND c.need IS NOT NULL
    WHERE h.reserved_minor > 0
      AND h.signed_on BETWEEN d.first_day AND d.last_day
    UNION ALL
    SELECT 'drafts', COALESCE(h.need, ''), h.document_on, 'expenditure', h.expenditure_id, NULL, NULL,
           CASE x.kind WHEN 'staff' THEN 'Staff cost' ELSE x.description END, h.currency, h.document_minor
    FROM days d
    JOIN draft_history h
      ON h.document_on BETWEEN d.first_day AND d.last_day AND (h.need IS NOT NULL OR h.is_own)
         AND h.known_from <= known_at AND (h.known_until IS NULL OR h.known_until > known_at)
    JOIN expenditures x ON x.id = h.expenditure_id
  )
  SELECT f.figure, f.need, f.on_day, f.document_kind, f.document_id, f.grant_id, f.entry_id, f.description,
         converted_minor(f.minor, f.currency, in_currency, rate_on(f.currency, f.on_day), rate_on(in_currency, f.on_day))
  FROM found f
$$;

-- ---- What a need has left ----

-- Of the budget of a year that is in force: planned - spent - committed, as the platform's figures tell it; NULL while
-- something that counts has no rate. No row where no budget of the year was approved.
CREATE FUNCTION need_available(of_year integer, of_need text) RETURNS TABLE (currency char(3), available_minor bigint)
LANGUAGE sql STABLE AS $$
  SELECT b.currency,
         COALESCE((SELECT sum(l.amount_minor)
                   FROM platform_budget_lines l
                   WHERE l.platform_budget_id = b.id
                     AND lower(l.need) = lower(of_need)), 0)::bigint
         - (SELECT CASE WHEN bool_or(s.amount_minor IS NULL) THEN NULL ELSE COALESCE(sum(s.amount_minor), 0)::bigint END
            FROM platform_sources(of_year, b.currency, 'infinity', 'infinity') s
            WHERE s.figure IN ('spent', 'committed')
              AND lower(s.need) = lower(of_need))
  FROM platform_budgets b
  WHERE b.year = of_year
    AND b.state = 'approved'
$$;

-- Whether an amount is more than the need has left, or nothing says that it has that much: no budget, or no rate.
CREATE FUNCTION exceeds_need(of_need text, signed_on date, in_currency char(3), minor bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT NOT EXISTS (
    SELECT 1
    FROM need_available(extract(year FROM signed_on)::integer, of_need) n
    WHERE converted_minor(minor, in_currency, n.currency, rate_on(in_currency, signed_on), rate_on(n.currency, signed_on))
          <= n.available_minor)
$$;

-- ---- Guards ----

-- What exceeds its need waits as proposed, and reserves nothing, until somebody else lets it pass. The year's budget is the
-- row at which orders take turns.
CREATE FUNCTION check_platform_commitment(commitment commitments) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1
  FROM platform_budgets b
  WHERE b.year = extract(year FROM commitment.signed_on)
    AND b.state = 'approved'
  FOR NO KEY UPDATE;
  IF commitment.state = 'open' AND commitment.overridden_by IS NULL
     AND exceeds_need(commitment.need, commitment.signed_on, commitment.currency, commitment.amount_minor) THEN
    RAISE EXCEPTION 'the need % has less left', commitment.need
      USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_exceeds_the_need';
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION check_commitment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_grant record;
  available bigint;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.grant_id, NEW.budget_line_id, NEW.supplier_id, NEW.currency, NEW.amount_minor, NEW.created_by)
         IS DISTINCT FROM (OLD.grant_id, OLD.budget_line_id, OLD.supplier_id, OLD.currency, OLD.amount_minor, OLD.created_by)
       OR (NEW.grant_id IS NULL AND (NEW.need, NEW.signed_on) IS DISTINCT FROM (OLD.need, OLD.signed_on)) THEN
      RAISE EXCEPTION 'commitment % is signed', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_stays_as_signed';
    END IF;
    IF NEW.state <> OLD.state
       AND (OLD.state, NEW.state) NOT IN (('proposed', 'open'), ('proposed', 'released'), ('open', 'consumed'),
                                          ('consumed', 'open'), ('open', 'released')) THEN
      RAISE EXCEPTION 'no edge from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_edge_allowed';
    END IF;
    IF OLD.state <> 'proposed' OR NEW.state <> 'open' THEN
      RETURN NEW;
    END IF;
  ELSIF NEW.state NOT IN ('proposed', 'open') THEN
    RAISE EXCEPTION 'a commitment begins as proposed or open'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_edge_allowed';
  END IF;
  IF NEW.grant_id IS NULL THEN
    PERFORM check_platform_commitment(NEW);
    RETURN NEW;
  END IF;
  -- Costs and commitments of a grant take turns at its row.
  SELECT state, overspend_rule INTO of_grant FROM grants WHERE id = NEW.grant_id FOR NO KEY UPDATE;
  IF of_grant.state NOT IN ('awarded', 'active', 'suspended', 'closing') THEN
    RAISE EXCEPTION 'grant % takes no commitments', NEW.grant_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_needs_an_award';
  END IF;
  SELECT f.planned_minor - f.spent_minor - f.committed_minor
    INTO available
    FROM budget_versions v
    CROSS JOIN LATERAL budget_line_figures(v.id) f
   WHERE v.grant_id = NEW.grant_id
     AND v.state = 'approved'
     AND f.root_id = NEW.budget_line_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'line % is not in force', NEW.budget_line_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_line_is_in_force';
  END IF;
  IF NEW.amount_minor > available
     AND (of_grant.overspend_rule = 'stop' OR (NEW.state = 'open' AND NEW.overridden_by IS NULL)) THEN
    RAISE EXCEPTION 'only % is available on line %', available, NEW.budget_line_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_exceeds_the_line';
  END IF;
  RETURN NEW;
END
$$;
