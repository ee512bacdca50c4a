-- Figures of budgets at any accounting date (as_of), as they were known at any instant (known_at). The ledger and the
-- approved versions keep their past by themselves; commitments and drafts get a history here, which triggers alone
-- write. budget_line_figures stays the one definition of what is spent, committed and available: it learns the two
-- dates, and the form that triggers and pages ask is the same function at "everything, as known now".

-- ---- A token that reads budgets and nothing else ----

ALTER TABLE api_tokens
  DROP CONSTRAINT api_token_scope_is_known,
  ADD CONSTRAINT api_token_scope_is_known CHECK (scope IN ('read', 'write', 'dashboard'));

-- ---- The small rest of the ledger ----

-- What the keeper has not reached yet is little, but the planner cannot know it and would read all postings there are.
-- So each late entry, found by its transaction, looks up its own (OFFSET 0 keeps them in that order).
CREATE FUNCTION ledger_rest()
RETURNS TABLE (account_code text, fund_id bigint, budget_line_id bigint, currency char(3), booked_on date,
               amount_minor bigint)
LANGUAGE sql STABLE ROWS 200 SET enable_seqscan = off AS $$
  SELECT p.account_code, p.fund_id, p.budget_line_id, p.currency, e.booked_on, p.amount_minor
  FROM entries e
  CROSS JOIN LATERAL (SELECT q.account_code, q.fund_id, q.budget_line_id, q.currency, q.amount_minor
                      FROM postings q
                      WHERE q.entry_id = e.id
                      OFFSET 0) p
  WHERE e.xid >= (SELECT horizon FROM ledger_head)
$$;

CREATE OR REPLACE VIEW balances AS
  SELECT account_code,
         fund_id,
         NULLIF(budget_line_id, 0) AS budget_line_id,
         currency,
         month,
         amount_minor
  FROM balance_months
  UNION ALL
  SELECT account_code,
         fund_id,
         budget_line_id,
         currency::char(3),
         date_trunc('month', booked_on::timestamp)::date,
         amount_minor
  FROM ledger_rest();

-- Entries come in the order of time, so that a block range finds the late ones and costs an insert nothing.
CREATE INDEX entries_by_recording ON entries USING brin (recorded_at) WITH (pages_per_range = 16);

-- ---- History of commitments ----

-- What a commitment reserved, from one instant to the next. A proposed one reserves nothing and has no row; whether an
-- open one is consumed follows from the costs.
CREATE TABLE commitment_history (
  commitment_id bigint NOT NULL REFERENCES commitments (id),
  budget_line_id bigint NOT NULL,
  signed_on date NOT NULL,
  released_on date,  -- the day on which the release was recorded
  amount_minor bigint NOT NULL,
  known_from timestamptz NOT NULL,
  known_until timestamptz,  -- NULL: still so
  CONSTRAINT commitment_history_goes_on CHECK (known_until >= known_from)
);
CREATE INDEX commitment_history_by_line ON commitment_history (budget_line_id);
CREATE UNIQUE INDEX commitment_has_one_present ON commitment_history (commitment_id) WHERE known_until IS NULL;

CREATE FUNCTION keep_commitment_history() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  present commitment_history;
  next commitment_history;
BEGIN
  IF NEW.state = 'proposed' THEN
    RETURN NULL;
  END IF;
  SELECT * INTO present FROM commitment_history WHERE commitment_id = NEW.id AND known_until IS NULL;
  IF NEW.state = 'released' AND present IS NULL THEN
    RETURN NULL;  -- it never reserved anything
  END IF;
  next := (NEW.id, NEW.budget_line_id, NEW.signed_on, NULL, NEW.amount_minor, clock_timestamp(), NULL);
  IF NEW.state = 'released' THEN
    next.released_on := COALESCE(present.released_on, current_date);
  END IF;
  IF (present.budget_line_id, present.signed_on, present.released_on, present.amount_minor)
     IS NOT DISTINCT FROM (next.budget_line_id, next.signed_on, next.released_on, next.amount_minor) THEN
    RETURN NULL;
  END IF;
  UPDATE commitment_history SET known_until = next.known_from WHERE commitment_id = NEW.id AND known_until IS NULL;
  INSERT INTO commitment_history SELECT next.*;
  RETURN NULL;
END
$$;
CREATE TRIGGER commitment_history_is_kept AFTER INSERT OR UPDATE ON commitments
  FOR EACH ROW EXECUTE FUNCTION keep_commitment_history();

-- What was taken back of a part of a cost, at its accounting date: it gives room to the commitment that the part had
-- consumed, and takes off what a need of the platform has cost.
CREATE TABLE allocation_reversals (
  allocation_id bigint NOT NULL REFERENCES expenditure_allocations (id),
  booked_on date NOT NULL,
  recorded_at timestamptz NOT NULL,
  amount_minor bigint NOT NULL,       -- in the document's currency
  grant_amount_minor bigint NOT NULL  -- in the grant's
);
CREATE INDEX allocation_reversals_by_allocation ON allocation_reversals (allocation_id);

-- The reversal at work is the last one of its expenditure, because one is open at a time.
CREATE FUNCTION keep_allocation_reversal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO allocation_reversals (allocation_id, booked_on, recorded_at, amount_minor, grant_amount_minor)
  SELECT NEW.id,
         COALESCE((SELECT r.booked_on
                   FROM expenditure_reversals r
                   WHERE r.expenditure_id = NEW.expenditure_id
                     AND r.state IN ('requested', 'approved')
                   ORDER BY r.id DESC
                   LIMIT 1), current_date),
         clock_timestamp(),
         NEW.reversed_minor - OLD.reversed_minor,
         NEW.grant_reversed_minor - OLD.grant_reversed_minor;
  RETURN NULL;
END
$$;
CREATE TRIGGER allocation_reversal_is_kept AFTER UPDATE ON expenditure_allocations
  FOR EACH ROW
  WHEN (NEW.reversed_minor <> OLD.reversed_minor OR NEW.grant_reversed_minor <> OLD.grant_reversed_minor)
  EXECUTE FUNCTION keep_allocation_reversal();

-- ---- History of drafts ----

-- What a cost that is entered and not approved would take from a line, or from a need of the platform, from one instant
-- to the next. Grouped by line, need and use.
CREATE TABLE draft_history (
  expenditure_id bigint NOT NULL REFERENCES expenditures (id),
  budget_line_id bigint,  -- NULL: no claim
  need text,              -- NULL: none is named
  is_own boolean NOT NULL,
  document_on date NOT NULL,
  currency char(3) NOT NULL,        -- the document's
  document_minor bigint NOT NULL,
  amount_minor bigint,              -- of a claim, in the grant's currency; NULL while a rate is missing
  known_from timestamptz NOT NULL,
  known_until timestamptz,  -- NULL: still so
  CONSTRAINT draft_history_goes_on CHECK (known_until >= known_from)
);
CREATE INDEX draft_history_by_line ON draft_history (budget_line_id, known_until);
CREATE INDEX draft_history_by_day ON draft_history (document_on) WHERE budget_line_id IS NULL OR need IS NOT NULL;
CREATE UNIQUE INDEX draft_has_one_present ON draft_history (expenditure_id, budget_line_id, need, is_own)
  NULLS NOT DISTINCT WHERE known_until IS NULL;

-- What stands entered of these costs now.
CREATE FUNCTION drafts_of(of_expenditures bigint[])
RETURNS TABLE (expenditure_id bigint, budget_line_id bigint, need text, is_own boolean, document_on date,
               currency char(3), document_minor bigint, amount_minor bigint) LANGUAGE sql STABLE AS $$
  SELECT a.expenditure_id, a.budget_line_id, a.need, a.used_as = 'own', e.document_on, e.currency,
         sum(a.amount_minor)::bigint,
         CASE WHEN a.budget_line_id IS NOT NULL THEN sum(a.grant_minor)::bigint END
  FROM expenditures e
  JOIN expenditure_allocations a ON a.expenditure_id = e.id
  WHERE e.id = ANY (of_expenditures)
    AND e.state IN ('draft', 'submitted')
    AND e.kind <> 'in_kind'
    AND (a.budget_line_id IS NOT NULL OR a.need IS NOT NULL OR a.used_as = 'own')
  GROUP BY a.expenditure_id, a.budget_line_id, a.need, a.used_as = 'own', e.document_on, e.currency
$$;

CREATE FUNCTION keep_draft_history() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  moved bigint[];
  now_at timestamptz := clock_timestamp();
BEGIN
  IF TG_TABLE_NAME = 'expenditures' THEN
    moved := ARRAY(SELECT DISTINCT id FROM touched);
  ELSE
    moved := ARRAY(SELECT DISTINCT expenditure_id FROM touched);
  END IF;
  UPDATE draft_history h
  SET known_until = now_at
  WHERE h.expenditure_id = ANY (moved)
    AND h.known_until IS NULL
    AND NOT EXISTS (SELECT 1
                    FROM drafts_of(moved) p
                    WHERE p.expenditure_id = h.expenditure_id
                      AND (p.budget_line_id, p.need, p.is_own, p.document_on, p.currency, p.document_minor, p.amount_minor)
                          IS NOT DISTINCT FROM (h.budget_line_id, h.need, h.is_own, h.document_on, h.currency,
                                                h.document_minor, h.amount_minor));
  INSERT INTO draft_history (expenditure_id, budget_line_id, need, is_own, document_on, currency, document_minor,
                             amount_minor, known_from)
  SELECT p.expenditure_id, p.budget_line_id, p.need, p.is_own, p.document_on, p.currency, p.document_minor, p.amount_minor,
         now_at
  FROM drafts_of(moved) p
  WHERE NOT EXISTS (SELECT 1
                    FROM draft_history h
                    WHERE h.expenditure_id = p.expenditure_id
                      AND h.known_until IS NULL
                      AND (p.budget_line_id, p.need, p.is_own, p.document_on, p.currency, p.document_minor, p.amount_minor)
                          IS NOT DISTINCT FROM (h.budget_line_id, h.need, h.is_own, h.document_on, h.currency,
                                                h.document_minor, h.amount_minor));
  RETURN NULL;
END
$$;
CREATE TRIGGER draft_history_is_kept_on_insert AFTER INSERT ON expenditure_allocations
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION keep_draft_history();
CREATE TRIGGER draft_history_is_kept_on_update AFTER UPDATE ON expenditure_allocations
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION keep_draft_history();
CREATE TRIGGER draft_history_is_kept_on_delete AFTER DELETE ON expenditure_allocations
  REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION keep_draft_history();
CREATE TRIGGER draft_history_is_kept AFTER UPDATE ON expenditures
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION keep_draft_history();

-- ---- The figures ----

-- The version of each grant that was in force on a day, as far as it was approved at an instant. The first one also
-- covers the days before its approval, because a grant often begins before its budget is approved here.
CREATE FUNCTION budget_versions_at(as_of date, known_at timestamptz)
RETURNS TABLE (grant_id bigint, version_id bigint) LANGUAGE sql STABLE AS $$
  SELECT DISTINCT ON (v.grant_id) v.grant_id, v.id
  FROM budget_versions v
  WHERE v.state IN ('approved', 'superseded')
    AND v.approved_at <= known_at
  ORDER BY v.grant_id, v.approved_at::date <= as_of DESC,
           CASE WHEN v.approved_at::date <= as_of THEN -v.number ELSE v.number END
$$;

-- Commitments on lines: signed by the day, not released by it; what approved costs consumed by then is taken off.
CREATE FUNCTION commitments_at(of_roots bigint[], as_of date, known_at timestamptz)
RETURNS TABLE (commitment_id bigint, budget_line_id bigint, signed_on date, amount_minor bigint, consumed_minor bigint,
               reserved_minor bigint) LANGUAGE sql STABLE ROWS 20 AS $$
  SELECT h.commitment_id, h.budget_line_id, h.signed_on, h.amount_minor, u.minor, greatest(h.amount_minor - u.minor, 0)
  FROM commitment_history h
  CROSS JOIN LATERAL (
    SELECT COALESCE((SELECT sum(a.grant_minor)
                     FROM expenditure_allocations a
                     JOIN expenditures x ON x.id = a.expenditure_id
                     JOIN entries e ON e.id = x.entry_id
                     WHERE a.commitment_id = h.commitment_id
                       AND e.booked_on <= as_of
                       AND e.recorded_at <= known_at), 0)::bigint
           - COALESCE((SELECT sum(r.grant_amount_minor)
                       FROM allocation_reversals r
                       JOIN expenditure_allocations a ON a.id = r.allocation_id
                       WHERE a.commitment_id = h.commitment_id
                         AND r.booked_on <= as_of
                         AND r.recorded_at <= known_at), 0)::bigint AS minor) u
  WHERE h.budget_line_id = ANY (of_roots)
    AND h.known_from <= known_at
    AND (h.known_until IS NULL OR h.known_until > known_at)
    AND h.signed_on <= as_of
    AND (h.released_on IS NULL OR h.released_on > as_of)
$$;

-- Costs that are entered and not approved: a column of their own, which takes nothing off what is available.
CREATE FUNCTION drafts_at(of_roots bigint[], as_of date, known_at timestamptz)
RETURNS TABLE (expenditure_id bigint, budget_line_id bigint, document_on date, amount_minor bigint)
LANGUAGE sql STABLE ROWS 20 AS $$
  SELECT h.expenditure_id, h.budget_line_id, h.document_on, sum(h.amount_minor)::bigint
  FROM draft_history h
  WHERE h.budget_line_id = ANY (of_roots)
    AND h.amount_minor IS NOT NULL
    AND h.known_from <= known_at
    AND (h.known_until IS NULL OR h.known_until > known_at)
    AND h.document_on <= as_of
  GROUP BY h.expenditure_id, h.budget_line_id, h.document_on
$$;

-- Of each line of the versions, in the grant's currency. Spent is what the ledger posted to it with an accounting date
-- up to as_of and recorded up to known_at: the months from the roll-up, less what was booked after as_of in the last
-- one, less what was recorded later. Both are little where one asks for today; month ends cost nothing. available = planned - spent - committed (product rule 12).
CREATE FUNCTION budget_line_figures(of_versions bigint[], as_of date, known_at timestamptz)
RETURNS TABLE (version_id bigint, line_id bigint, root_id bigint, planned_minor bigint, spent_minor bigint,
               committed_minor bigint, drafts_minor bigint) LANGUAGE sql STABLE ROWS 60 AS $$
  WITH lines AS MATERIALIZED (
    SELECT l.id, l.root_id, l.budget_version_id, l.amount_minor, g.fund_id
    FROM budget_lines l
    JOIN budget_versions v ON v.id = l.budget_version_id
    JOIN grants g ON g.id = v.grant_id
    WHERE l.budget_version_id = ANY (of_versions)
  ), roots AS MATERIALIZED (
    SELECT array_agg(DISTINCT l.root_id) AS ids, array_agg(DISTINCT l.fund_id) AS funds,
           (date_trunc('month', as_of::timestamp) + interval '1 month')::date AS next_month
    FROM lines l
  ), posted AS (
    SELECT b.fund_id, b.budget_line_id, b.amount_minor
    FROM balance_months b
    JOIN accounts a ON a.code = b.account_code AND a.kind = 'expense'
    WHERE b.fund_id = ANY ((SELECT funds FROM roots)::bigint[])
      AND b.budget_line_id <> 0
      AND b.month < (SELECT next_month FROM roots)
    UNION ALL
    SELECT b.fund_id, b.budget_line_id, b.amount_minor
    FROM ledger_rest() b
    JOIN accounts a ON a.code = b.account_code AND a.kind = 'expense'
    WHERE b.budget_line_id IS NOT NULL
      AND b.booked_on < (SELECT next_month FROM roots)
    UNION ALL
    SELECT p.fund_id, p.budget_line_id, -p.amount_minor
    FROM entries e
    CROSS JOIN LATERAL (SELECT q.fund_id, q.budget_line_id, q.account_code, q.amount_minor
                        FROM postings q
                        WHERE q.entry_id = e.id
                        OFFSET 0) p
    JOIN accounts a ON a.code = p.account_code AND a.kind = 'expense'
    WHERE e.booked_on > as_of
      AND e.booked_on < (SELECT next_month FROM roots)
      AND p.budget_line_id IS NOT NULL
    UNION ALL
    SELECT p.fund_id, p.budget_line_id, -p.amount_minor
    FROM entries e
    JOIN postings p ON p.entry_id = e.id
    JOIN accounts a ON a.code = p.account_code AND a.kind = 'expense'
    WHERE known_at < 'infinity'
      AND e.recorded_at > known_at
      AND e.booked_on <= as_of
      AND p.budget_line_id IS NOT NULL
  ), spent AS (
    SELECT p.fund_id, p.budget_line_id, sum(p.amount_minor)::bigint AS minor
    FROM posted p
    GROUP BY p.fund_id, p.budget_line_id
  ), committed AS (
    SELECT c.budget_line_id, sum(c.reserved_minor)::bigint AS minor
    FROM roots r
    CROSS JOIN LATERAL commitments_at(r.ids, as_of, known_at) c
    GROUP BY c.budget_line_id
  ), drafts AS (
    SELECT d.budget_line_id, sum(d.amount_minor)::bigint AS minor
    FROM roots r
    CROSS JOIN LATERAL drafts_at(r.ids, as_of, known_at) d
    GROUP BY d.budget_line_id
  )
  SELECT l.budget_version_id,
         l.id,
         l.root_id,
         l.amount_minor,
         COALESCE(s.minor, 0),
         COALESCE(c.minor, 0),
         COALESCE(d.minor, 0)
  FROM lines l
  LEFT JOIN spent s ON s.budget_line_id = l.root_id AND s.fund_id = l.fund_id
  LEFT JOIN committed c ON c.budget_line_id = l.root_id
  LEFT JOIN drafts d ON d.budget_line_id = l.root_id
$$;

-- The same of one version, with everything that is known.
CREATE OR REPLACE FUNCTION budget_line_figures(of_version bigint)
RETURNS TABLE (line_id bigint, root_id bigint, planned_minor bigint, spent_minor bigint, committed_minor bigint,
               drafts_minor bigint) LANGUAGE sql STABLE ROWS 60 AS $$
  SELECT f.line_id, f.root_id, f.planned_minor, f.spent_minor, f.committed_minor, f.drafts_minor
  FROM budget_line_figures(ARRAY[of_version], 'infinity', 'infinity') f
$$;

-- ---- Whose figures moved ----

-- Tells the instances which grants are to be read again; a payload without a number, as tell_budget sends it, is all.
CREATE FUNCTION tell_budget_of_grant() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moved bigint[];
  of_grant bigint;
BEGIN
  IF TG_TABLE_NAME = 'grants' THEN
    moved := ARRAY(SELECT DISTINCT id FROM touched);
  ELSIF TG_TABLE_NAME = 'budget_lines' THEN
    moved := ARRAY(SELECT DISTINCT v.grant_id FROM touched t JOIN budget_versions v ON v.id = t.budget_version_id);
  ELSIF TG_TABLE_NAME = 'postings' THEN
    moved := ARRAY(SELECT DISTINCT v.grant_id
                   FROM touched t
                   JOIN budget_lines l ON l.id = t.budget_line_id
                   JOIN budget_versions v ON v.id = l.budget_version_id);
  ELSIF TG_TABLE_NAME = 'expenditures' THEN
    moved := ARRAY(SELECT DISTINCT a.grant_id
                   FROM touched t
                   JOIN expenditure_allocations a ON a.expenditure_id = t.id);
  ELSE
    moved := ARRAY(SELECT DISTINCT grant_id FROM touched);
  END IF;
  IF cardinality(moved) > 100 THEN
    PERFORM pg_notify('kindling_budget', '');
  ELSE
    FOREACH of_grant IN ARRAY moved LOOP
      PERFORM pg_notify('kindling_budget', COALESCE(of_grant, -1)::text);  -- -1: of no grant, the platform's own
    END LOOP;
  END IF;
  RETURN NULL;
END
$$;

DO $$
DECLARE
  told text[];
BEGIN
  -- Entries and organisations are not here: a posting tells of its entry, and a new name of a partner is told to all.
  FOREACH told SLICE 1 IN ARRAY ARRAY[['grants', 'IU'], ['grant_categories', 'IUD'], ['grant_partners', 'IUD'],
                                      ['budget_versions', 'IU'], ['budget_lines', 'IUD'], ['postings', 'I'],
                                      ['expenditure_allocations', 'IUD'], ['expenditures', 'U'], ['commitments', 'IU']] LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS budget_is_told ON %I', told[1]);
    IF told[2] LIKE '%I%' THEN
      EXECUTE format('CREATE TRIGGER budget_is_told_on_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS touched '
                     'FOR EACH STATEMENT EXECUTE FUNCTION tell_budget_of_grant()', told[1]);
    END IF;
    IF told[2] LIKE '%U%' THEN
      EXECUTE format('CREATE TRIGGER budget_is_told_on_update AFTER UPDATE ON %I REFERENCING NEW TABLE AS touched '
                     'FOR EACH STATEMENT EXECUTE FUNCTION tell_budget_of_grant()', told[1]);
    END IF;
    IF told[2] LIKE '%D%' THEN
      EXECUTE format('CREATE TRIGGER budget_is_told_on_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS touched '
                     'FOR EACH STATEMENT EXECUTE FUNCTION tell_budget_of_grant()', told[1]);
    END IF;
  END LOOP;
END
$$;
DROP TRIGGER budget_is_told ON entries;
CREATE TRIGGER budget_is_told AFTER UPDATE OF name ON organisations
  FOR EACH STATEMENT EXECUTE FUNCTION tell_budget();

-- ---- The platform's own budget ----

-- A restricted campaign is for what it says: the first need that its fund pays for.
CREATE FUNCTION tell_campaign_purpose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO fund_purposes (fund_id, need, created_by)
  SELECT f.id, NEW.purpose, NEW.created_by
  FROM funds f
  WHERE f.id = NEW.fund_id
    AND f.restriction = 'restricted'
    AND char_length(NEW.purpose) <= 80
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER campaign_purpose_is_told AFTER INSERT ON campaigns
  FOR EACH ROW EXECUTE FUNCTION tell_campaign_purpose();

-- The version of a year that was in force on a day, as far as it was approved at an instant; the first one also covers
-- the days before its approval.
CREATE FUNCTION platform_budget_at(of_year integer, as_of date, known_at timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT b.id
  FROM platform_budgets b
  WHERE b.year = of_year
    AND b.state IN ('approved', 'superseded')
    AND b.approved_at <= known_at
  ORDER BY b.approved_at::date <= as_of DESC,
           CASE WHEN b.approved_at::date <= as_of THEN -b.number ELSE b.number END
  LIMIT 1
$$;

-- All that the platform's figures of a year are made of, a row a document and part: what approved costs posted, what was
-- taken back of them, what orders reserve, and what is entered. Costs that name a need, whoever pays them, and own costs
-- that name none (need ''). In the budget's currency, at the rate of the booking day; NULL while that is missing. In kind
-- is no money and left out.
CREATE FUNCTION platform_sources(of_year integer, in_currency char(3), as_of date, known_at timestamptz)
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
    JOIN commitments c ON c.need IS NOT NULL
    CROSS JOIN LATERAL commitments_at(ARRAY[c.budget_line_id], as_of, known_at) h
    WHERE h.commitment_id = c.id
      AND h.reserved_minor > 0
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

CREATE TRIGGER budget_is_told AFTER INSERT OR UPDATE ON exchange_rates
  FOR EACH STATEMENT EXECUTE FUNCTION tell_budget();

GRANT SELECT ON commitment_history, allocation_reversals, draft_history TO kindling_service, kindling_readonly;
