-- What changes a budget that is in force: transfers between its lines, and amendments that the funder agreed to. Both
-- make the next version and put it into force when somebody else approves. And the platform's own yearly budget.

-- ---- A category that money enters or leaves only by an amendment: volunteers, lump sums, capped or higher-rate ones ----

ALTER TABLE grant_categories ADD COLUMN needs_amendment boolean NOT NULL DEFAULT false;

-- ---- A draft can be given up ----

ALTER TABLE budget_versions
  DROP CONSTRAINT budget_version_state_is_known,
  ADD CONSTRAINT budget_version_state_is_known
    CHECK (state IN ('draft', 'submitted', 'approved', 'superseded', 'withdrawn')),
  DROP CONSTRAINT budget_submission_has_an_author,
  ADD CONSTRAINT budget_submission_has_an_author CHECK (state IN ('draft', 'withdrawn') OR submitted_by IS NOT NULL);

CREATE OR REPLACE FUNCTION check_budget_edge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('draft', 'submitted'), ('submitted', 'draft'),
                                                              ('draft', 'withdrawn'), ('submitted', 'approved'),
                                                              ('approved', 'superseded')) THEN
    RAISE EXCEPTION 'no edge from % to %', OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_edge_allowed';
  END IF;
  RETURN NEW;
END
$$;

-- ---- Transfers and amendments ----

CREATE TABLE budget_changes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  grant_id bigint NOT NULL,
  currency char(3) NOT NULL,
  number integer NOT NULL,               -- in the grant's register of modifications
  kind text NOT NULL,
  state text NOT NULL,                   -- a transfer begins as requested, an amendment as draft
  justification text NOT NULL,
  funder_reference text NOT NULL DEFAULT '',
  agreed_on date,                        -- by the funder
  awarded_before_minor bigint NOT NULL,
  awarded_minor bigint NOT NULL,         -- the maximum grant from the approval on
  ends_before date NOT NULL,
  ends_on date NOT NULL,                 -- the last eligible day from the approval on
  funding_rate_before_bp integer NOT NULL,
  funding_rate_bp integer NOT NULL,
  base_version_id bigint NOT NULL REFERENCES budget_versions (id),
  made_version_id bigint REFERENCES budget_versions (id),
  created_by bigint NOT NULL REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  requested_by bigint REFERENCES users (id),
  requested_at timestamptz,
  decided_by bigint REFERENCES users (id),
  decided_at timestamptz,
  reason text,                           -- why it was returned, refused or withdrawn
  CONSTRAINT change_currency_is_of_the_grant FOREIGN KEY (grant_id, currency) REFERENCES grants (id, currency),
  CONSTRAINT change_is_numbered_once UNIQUE (grant_id, number),
  CONSTRAINT change_makes_one_version UNIQUE (made_version_id),
  CONSTRAINT change_kind_is_known CHECK (kind IN ('transfer', 'amendment')),
  CONSTRAINT change_state_is_known CHECK (state IN ('draft', 'requested', 'approved', 'refused', 'withdrawn')),
  CONSTRAINT change_has_a_justification CHECK (char_length(justification) BETWEEN 1 AND 2000),
  CONSTRAINT change_reference_is_short CHECK (char_length(funder_reference) <= 100),
  CONSTRAINT change_reason_is_short CHECK (char_length(reason) BETWEEN 1 AND 1000),
  CONSTRAINT change_award_is_positive CHECK (awarded_minor BETWEEN 1 AND 1000000000000000),
  CONSTRAINT change_funding_rate_is_a_share CHECK (funding_rate_bp BETWEEN 1 AND 10000),
  CONSTRAINT transfer_keeps_the_award
    CHECK (kind <> 'transfer' OR (awarded_minor = awarded_before_minor AND ends_on = ends_before
                                  AND funding_rate_bp = funding_rate_before_bp)),
  CONSTRAINT amendment_is_agreed
    CHECK (kind <> 'amendment' OR state IN ('draft', 'withdrawn') OR (funder_reference <> '' AND agreed_on IS NOT NULL)),
  CONSTRAINT change_request_has_an_author CHECK (state IN ('draft', 'withdrawn') OR requested_by IS NOT NULL),
  CONSTRAINT change_decision_is_whole CHECK ((state IN ('approved', 'refused')) = (decided_by IS NOT NULL)),
  CONSTRAINT approved_change_makes_a_version CHECK (state <> 'approved' OR made_version_id IS NOT NULL),
  CONSTRAINT change_approver_is_another
    CHECK (decided_by IS NULL OR (decided_by <> requested_by AND decided_by <> created_by))
);
CREATE UNIQUE INDEX one_open_change ON budget_changes (grant_id) WHERE state IN ('draft', 'requested');

CREATE TABLE transfer_deltas (
  budget_change_id bigint NOT NULL REFERENCES budget_changes (id),
  budget_line_id bigint NOT NULL REFERENCES budget_lines (id),  -- the root
  delta_minor bigint NOT NULL,
  CONSTRAINT transfer_names_a_line_once PRIMARY KEY (budget_change_id, budget_line_id),
  CONSTRAINT transfer_delta_is_not_zero CHECK (delta_minor <> 0)
);
CREATE INDEX transfer_deltas_by_line ON transfer_deltas (budget_line_id);

CREATE FUNCTION check_budget_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF (NEW.kind, NEW.state) NOT IN (('transfer', 'requested'), ('amendment', 'draft')) THEN
      RAISE EXCEPTION 'a % does not begin as %', NEW.kind, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'change_edge_allowed';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM budget_versions WHERE id = NEW.base_version_id AND grant_id = NEW.grant_id AND state = 'approved') THEN
      RAISE EXCEPTION 'version % is not in force', NEW.base_version_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'change_needs_a_budget_in_force';
    END IF;
  ELSIF (OLD.state, NEW.state) NOT IN (('draft', 'draft'), ('draft', 'requested'), ('requested', 'requested'),
                                       ('requested', 'draft'), ('requested', 'approved'), ('requested', 'refused'),
                                       ('requested', 'withdrawn'), ('draft', 'withdrawn'))
        OR (NEW.state = 'draft' AND NEW.kind = 'transfer')
        OR (OLD.state = 'requested' AND (NEW.justification, NEW.funder_reference, NEW.agreed_on, NEW.awarded_minor,
                                         NEW.ends_on, NEW.funding_rate_bp)
            IS DISTINCT FROM (OLD.justification, OLD.funder_reference, OLD.agreed_on, OLD.awarded_minor, OLD.ends_on,
                              OLD.funding_rate_bp))
        OR (NEW.grant_id, NEW.kind, NEW.number, NEW.base_version_id, NEW.awarded_before_minor, NEW.ends_before,
            NEW.funding_rate_before_bp, NEW.created_by)
            IS DISTINCT FROM (OLD.grant_id, OLD.kind, OLD.number, OLD.base_version_id, OLD.awarded_before_minor,
                              OLD.ends_before, OLD.funding_rate_before_bp, OLD.created_by) THEN
    RAISE EXCEPTION 'change % is %', OLD.id, OLD.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'change_edge_allowed';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER change_edge_allowed BEFORE INSERT OR UPDATE ON budget_changes
  FOR EACH ROW EXECUTE FUNCTION check_budget_change();

-- At commit, what leaves some lines of a transfer is what enters others; a transfer without lines is none.
CREATE FUNCTION hold_transfer_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_change bigint := (to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'budget_changes' THEN 'id' ELSE 'budget_change_id' END)::bigint;
BEGIN
  IF (SELECT count(*) < 2 OR sum(delta_minor) <> 0 FROM transfer_deltas WHERE budget_change_id = of_change) THEN
    RAISE EXCEPTION 'transfer % does not balance', of_change
      USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_balances';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER transfer_balances AFTER INSERT ON budget_changes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'transfer') EXECUTE FUNCTION hold_transfer_balance();
CREATE CONSTRAINT TRIGGER transfer_balances AFTER INSERT ON transfer_deltas
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_transfer_balance();

-- Lines come with their transfer, before anybody decides.
CREATE FUNCTION check_transfer_delta() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1
                 FROM budget_changes c
                 JOIN budget_lines l ON l.budget_version_id = c.base_version_id AND l.root_id = NEW.budget_line_id
                 WHERE c.id = NEW.budget_change_id
                   AND c.kind = 'transfer'
                   AND c.state = 'requested') THEN
    RAISE EXCEPTION 'line % is not in the budget that transfer % changes', NEW.budget_line_id, NEW.budget_change_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_line_is_in_force';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER transfer_line_is_in_force BEFORE INSERT ON transfer_deltas
  FOR EACH ROW EXECUTE FUNCTION check_transfer_delta();

-- The budget that the funder agreed to last: what the last amendment made, else what stood before the first transfer.
CREATE FUNCTION agreed_version_id(of_grant bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT COALESCE(
    (SELECT made_version_id
     FROM budget_changes
     WHERE grant_id = of_grant AND kind = 'amendment' AND state = 'approved'
     ORDER BY decided_at DESC, id DESC
     LIMIT 1),
    (SELECT base_version_id
     FROM budget_changes
     WHERE grant_id = of_grant AND kind = 'transfer' AND state = 'approved'
     ORDER BY decided_at, id
     LIMIT 1),
    (SELECT id FROM budget_versions WHERE grant_id = of_grant AND state = 'approved'))
$$;

-- What stands against a transfer: each rule with its limit and what it would come to. Moved is what the cells of the
-- funder's table (category x partner, AGA Annex 2) gain in sum since the agreed budget; a move back counts back.
CREATE FUNCTION transfer_obstacles(of_change bigint)
RETURNS TABLE (code text, budget_line_id bigint, category_code text, limit_minor bigint, value_minor bigint)
LANGUAGE sql STABLE AS $$
  WITH change AS (
    SELECT c.id, c.grant_id, v.id AS version_id, agreed_version_id(c.grant_id) AS agreed_id, g.transfer_threshold_bp
    FROM budget_changes c
    JOIN grants g ON g.id = c.grant_id
    JOIN budget_versions v ON v.grant_id = c.grant_id AND v.state = 'approved'
    WHERE c.id = of_change
  ), after AS (
    SELECT l.root_id, l.category_code, l.partner_id, COALESCE(d.delta_minor, 0) AS delta_minor,
           l.amount_minor + COALESCE(d.delta_minor, 0) AS minor, f.spent_minor + f.committed_minor AS used_minor
    FROM change c
    JOIN budget_lines l ON l.budget_version_id = c.version_id
    JOIN budget_line_figures(c.version_id) f ON f.line_id = l.id
    LEFT JOIN transfer_deltas d ON d.budget_change_id = c.id AND d.budget_line_id = l.root_id
  ), agreed AS (
    SELECT l.category_code, l.partner_id, l.amount_minor AS minor
    FROM change c
    JOIN budget_lines l ON l.budget_version_id = c.agreed_id
  ), moved AS (
    SELECT COALESCE(sum(greatest(minor, 0)), 0)::bigint AS minor
    FROM (SELECT sum(minor) AS minor
          FROM (SELECT category_code, partner_id, minor FROM after
                UNION ALL
                SELECT category_code, partner_id, -minor FROM agreed) cells
          GROUP BY category_code, partner_id) gains
  ), allowed AS (
    SELECT round(COALESCE(sum(a.minor), 0) * c.transfer_threshold_bp / 10000.0)::bigint AS minor
    FROM change c
    LEFT JOIN agreed a ON true
    GROUP BY c.transfer_threshold_bp
  )
  SELECT 'line_keeps_what_is_used', a.root_id, a.category_code, a.used_minor, a.minor
  FROM after a
  WHERE a.delta_minor < 0
    AND a.minor < a.used_minor
  UNION ALL
  SELECT 'category_needs_an_amendment', NULL, a.category_code, NULL, sum(a.delta_minor)::bigint
  FROM after a
  JOIN change c ON true
  JOIN grant_categories k ON k.grant_id = c.grant_id AND k.code = a.category_code AND k.needs_amendment
  GROUP BY a.category_code
  HAVING sum(a.delta_minor) <> 0
  UNION ALL
  SELECT 'transfer_exceeds_the_threshold', NULL, NULL, l.minor, m.minor
  FROM moved m, allowed l
  WHERE m.minor > l.minor
$$;

CREATE FUNCTION check_transfer_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  obstacle record;
BEGIN
  FOR obstacle IN SELECT code FROM transfer_obstacles(NEW.id) LOOP
    RAISE EXCEPTION 'transfer % breaks %', NEW.id, obstacle.code
      USING ERRCODE = 'check_violation', CONSTRAINT = obstacle.code;
  END LOOP;
  RETURN NEW;
END
$$;
-- While the old version is in force still; whoever approves puts the new one into force after this.
CREATE TRIGGER transfer_is_allowed BEFORE UPDATE OF state ON budget_changes
  FOR EACH ROW WHEN (NEW.kind = 'transfer' AND OLD.state = 'requested' AND NEW.state = 'approved')
  EXECUTE FUNCTION check_transfer_approval();

-- At commit, an approved change is in force whole: its version is the active one, a transfer's version is its base with
-- the deltas and nothing else, and the grant has the award, the end and the funding rate that were agreed.
CREATE FUNCTION hold_change_in_force() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1
                 FROM budget_versions v
                 JOIN grants g ON g.id = v.grant_id
                 WHERE v.id = NEW.made_version_id
                   AND v.grant_id = NEW.grant_id
                   AND v.state = 'approved'
                   AND g.awarded_minor = NEW.awarded_minor
                   AND g.ends_on = NEW.ends_on
                   AND g.funding_rate_bp = NEW.funding_rate_bp) THEN
    RAISE EXCEPTION 'change % is approved and not in force', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'approved_change_is_in_force';
  END IF;
  IF EXISTS (SELECT 1 FROM budget_lines WHERE budget_version_id = NEW.made_version_id AND ends_on > NEW.ends_on) THEN
    RAISE EXCEPTION 'a line of version % goes beyond the end that change % agrees', NEW.made_version_id, NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_line_lies_in_the_period';
  END IF;
  IF NEW.kind = 'transfer' AND EXISTS (
       SELECT 1
       FROM (SELECT l.root_id, l.amount_minor + COALESCE(d.delta_minor, 0) AS minor
             FROM budget_lines l
             LEFT JOIN transfer_deltas d ON d.budget_change_id = NEW.id AND d.budget_line_id = l.root_id
             WHERE l.budget_version_id = NEW.base_version_id) told
       FULL JOIN (SELECT root_id, amount_minor AS minor
                  FROM budget_lines
                  WHERE budget_version_id = NEW.made_version_id) made ON made.root_id = told.root_id
       WHERE made.minor IS DISTINCT FROM told.minor) THEN
    RAISE EXCEPTION 'version % is not what transfer % says', NEW.made_version_id, NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_makes_what_it_says';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER approved_change_is_in_force AFTER UPDATE ON budget_changes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.state = 'requested' AND NEW.state = 'approved')
  EXECUTE FUNCTION hold_change_in_force();

-- Once awarded, a budget in force is replaced by a transfer or an amendment alone. A line never falls below what is
-- spent and promised on it, and what was used keeps its category and partner, so that spending does not move with it.
CREATE FUNCTION hold_budget_in_force() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last_id bigint;
BEGIN
  PERFORM 1 FROM grants WHERE id = NEW.grant_id FOR NO KEY UPDATE;
  SELECT id INTO last_id
  FROM budget_versions
  WHERE grant_id = NEW.grant_id AND state = 'superseded'
  ORDER BY number DESC
  LIMIT 1;
  IF last_id IS NULL THEN
    RETURN NULL;
  END IF;
  IF EXISTS (SELECT 1 FROM grants WHERE id = NEW.grant_id AND awarded_minor IS NOT NULL)
     AND NOT EXISTS (SELECT 1
                     FROM budget_changes
                     WHERE made_version_id = NEW.id AND base_version_id = last_id AND state IN ('requested', 'approved')) THEN
    RAISE EXCEPTION 'version % comes without a transfer or an amendment', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_in_force_needs_a_change';
  END IF;
  IF EXISTS (SELECT 1
             FROM budget_line_figures(NEW.id) f
             JOIN budget_lines n ON n.id = f.line_id
             JOIN budget_lines o ON o.budget_version_id = last_id AND o.root_id = f.root_id
             WHERE n.amount_minor < o.amount_minor
               AND n.amount_minor < f.spent_minor + f.committed_minor) THEN
    RAISE EXCEPTION 'a line falls below what is spent and promised on it'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'line_keeps_what_is_used';
  END IF;
  IF EXISTS (SELECT 1
             FROM budget_line_figures(NEW.id) f
             JOIN budget_lines n ON n.id = f.line_id
             JOIN budget_lines o ON o.budget_version_id = last_id AND o.root_id = f.root_id
             WHERE f.spent_minor + f.committed_minor <> 0
               AND (n.category_code, n.partner_id) IS DISTINCT FROM (o.category_code, o.partner_id)) THEN
    RAISE EXCEPTION 'a line that was used changes its category or partner'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'used_line_keeps_its_place';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER budget_in_force_is_kept AFTER UPDATE OF state ON budget_versions
  FOR EACH ROW WHEN (OLD.state = 'submitted' AND NEW.state = 'approved') EXECUTE FUNCTION hold_budget_in_force();

-- Beside a budget in force, the award changes with an amendment alone, so that the register tells all of it.
CREATE FUNCTION check_award() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM budget_versions WHERE grant_id = NEW.id AND state = 'approved')
     AND NOT EXISTS (SELECT 1
                     FROM budget_changes
                     WHERE grant_id = NEW.id AND kind = 'amendment' AND state = 'requested' AND awarded_minor = NEW.awarded_minor) THEN
    RAISE EXCEPTION 'the award of grant % is part of its agreement', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'award_changes_by_amendment';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER award_changes_by_amendment BEFORE UPDATE OF awarded_minor ON grants
  FOR EACH ROW WHEN (OLD.awarded_minor IS NOT NULL AND NEW.awarded_minor IS DISTINCT FROM OLD.awarded_minor)
  EXECUTE FUNCTION check_award();

-- The lines of a version end with its grant; those that an amendment drafts, with the end that it asks for.
CREATE FUNCTION last_day_of_version(of_version bigint) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT COALESCE((SELECT c.ends_on
                   FROM budget_changes c
                   WHERE c.made_version_id = v.id
                     AND c.state IN ('draft', 'requested')), g.ends_on)
  FROM budget_versions v
  JOIN grants g ON g.id = v.grant_id
  WHERE v.id = of_version
$$;
CREATE OR REPLACE FUNCTION hold_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM touched t JOIN budget_versions v ON v.id = t.budget_version_id WHERE v.state <> 'draft') THEN
    RAISE EXCEPTION 'lines change only in a draft'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'lines_change_only_in_a_draft';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN NULL;
  END IF;
  IF EXISTS (SELECT 1
             FROM touched t
             JOIN budget_versions v ON v.id = t.budget_version_id
             LEFT JOIN grant_categories c ON c.grant_id = v.grant_id AND c.code = t.category_code
             WHERE c.code IS NULL) THEN
    RAISE EXCEPTION 'a line has a category that its grant has not'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_line_category_is_of_the_grant';
  END IF;
  IF EXISTS (SELECT 1
             FROM touched t
             JOIN budget_versions v ON v.id = t.budget_version_id
             JOIN grant_partners p ON p.id = t.partner_id
             WHERE p.grant_id <> v.grant_id) THEN
    RAISE EXCEPTION 'a line has a partner of another grant'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_line_partner_is_of_the_grant';
  END IF;
  IF EXISTS (SELECT 1
             FROM touched t
             JOIN budget_versions v ON v.id = t.budget_version_id
             JOIN grants g ON g.id = v.grant_id
             WHERE t.starts_on < g.starts_on OR t.ends_on > last_day_of_version(v.id)) THEN
    RAISE EXCEPTION 'a line lies outside the eligible period'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_line_lies_in_the_period';
  END IF;
  RETURN NULL;
END
$$;

-- So do its end and its funding rate; and an earlier end leaves no cost and no line of the budget in force behind.
CREATE FUNCTION check_agreement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM budget_versions WHERE grant_id = NEW.id AND state = 'approved')
     AND NOT EXISTS (SELECT 1
                     FROM budget_changes
                     WHERE grant_id = NEW.id AND kind = 'amendment' AND state = 'requested' AND ends_on = NEW.ends_on
                       AND funding_rate_bp = NEW.funding_rate_bp) THEN
    RAISE EXCEPTION 'the end and the funding rate of grant % are part of its agreement', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_changes_by_amendment';
  END IF;
  IF EXISTS (SELECT 1
             FROM expenditure_allocations a
             JOIN expenditures e ON e.id = a.expenditure_id AND e.state IN ('approved', 'reported')
             WHERE a.grant_id = NEW.id
               AND a.used_as = 'claimed'
               AND e.reversed_minor < e.amount_minor
               AND COALESCE(e.works_to, e.document_on) > NEW.ends_on) THEN
    RAISE EXCEPTION 'costs of grant % lie after %', NEW.id, NEW.ends_on
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_end_covers_its_costs';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER agreement_changes_by_amendment BEFORE UPDATE OF ends_on, funding_rate_bp ON grants
  FOR EACH ROW
  WHEN (OLD.awarded_minor IS NOT NULL
        AND (NEW.ends_on, NEW.funding_rate_bp) IS DISTINCT FROM (OLD.ends_on, OLD.funding_rate_bp))
  EXECUTE FUNCTION check_agreement();

CREATE TRIGGER budget_is_told AFTER INSERT OR UPDATE ON budget_changes
  FOR EACH STATEMENT EXECUTE FUNCTION tell_budget();

GRANT SELECT, INSERT, UPDATE ON budget_changes TO kindling_service;
GRANT SELECT, INSERT ON transfer_deltas TO kindling_service;
GRANT SELECT ON budget_changes, transfer_deltas TO kindling_readonly;

-- ---- The platform's own budget of a year ----

CREATE TABLE platform_budgets (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  year integer NOT NULL,
  number integer NOT NULL,
  currency char(3) NOT NULL REFERENCES currencies (code),
  state text NOT NULL DEFAULT 'draft',
  submitted_by bigint REFERENCES users (id),
  submitted_at timestamptz,
  approved_by bigint REFERENCES users (id),
  approved_at timestamptz,
  reason text,
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT platform_budget_is_numbered_once UNIQUE (year, number),
  CONSTRAINT platform_budget_year_is_known CHECK (year BETWEEN 2000 AND 2199),
  CONSTRAINT platform_budget_state_is_known CHECK (state IN ('draft', 'submitted', 'approved', 'superseded')),
  CONSTRAINT platform_budget_submission_has_an_author CHECK (state = 'draft' OR submitted_by IS NOT NULL),
  CONSTRAINT platform_budget_approval_has_an_approver CHECK (state NOT IN ('approved', 'superseded') OR approved_by IS NOT NULL),
  CONSTRAINT platform_budget_approver_is_another
    CHECK (approved_by IS NULL OR (approved_by <> submitted_by AND approved_by IS DISTINCT FROM created_by))
);
CREATE UNIQUE INDEX one_active_platform_budget ON platform_budgets (year) WHERE state = 'approved';
CREATE UNIQUE INDEX one_open_platform_budget ON platform_budgets (year) WHERE state IN ('draft', 'submitted');
CREATE TRIGGER budget_edge_allowed BEFORE UPDATE OF state ON platform_budgets
  FOR EACH ROW EXECUTE FUNCTION check_budget_edge();

-- A line is one need, spread evenly over the months from the first to the last; a single month is both.
CREATE TABLE platform_budget_lines (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  platform_budget_id bigint NOT NULL REFERENCES platform_budgets (id),
  line_no integer NOT NULL,
  need text NOT NULL,
  description text NOT NULL DEFAULT '',
  first_month integer NOT NULL,
  last_month integer NOT NULL,
  amount_minor bigint NOT NULL,
  CONSTRAINT platform_line_is_numbered_once UNIQUE (platform_budget_id, line_no),
  CONSTRAINT platform_line_need_is_short CHECK (char_length(need) BETWEEN 1 AND 80),
  CONSTRAINT platform_line_description_is_short CHECK (char_length(description) <= 200),
  CONSTRAINT platform_line_lies_in_the_year CHECK (1 <= first_month AND first_month <= last_month AND last_month <= 12),
  CONSTRAINT platform_line_is_positive CHECK (amount_minor BETWEEN 1 AND 1000000000000000)
);

-- What is to pay for a line: a funding source, how much of it, and how likely.
CREATE TABLE platform_budget_sources (
  platform_budget_line_id bigint NOT NULL REFERENCES platform_budget_lines (id) ON DELETE CASCADE,
  funding_source_id bigint NOT NULL REFERENCES funding_sources (id),
  amount_minor bigint NOT NULL,
  probability_bp integer NOT NULL,
  CONSTRAINT platform_source_stands_once PRIMARY KEY (platform_budget_line_id, funding_source_id),
  CONSTRAINT platform_source_is_positive CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
  CONSTRAINT platform_source_probability_is_a_share CHECK (probability_bp BETWEEN 0 AND 10000)
);
CREATE INDEX platform_budget_sources_by_source ON platform_budget_sources (funding_source_id);

CREATE FUNCTION hold_platform_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1
             FROM touched t
             JOIN platform_budgets b ON b.id = t.platform_budget_id
             WHERE b.state <> 'draft') THEN
    RAISE EXCEPTION 'lines change only in a draft'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'lines_change_only_in_a_draft';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER platform_lines_inserted AFTER INSERT ON platform_budget_lines
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION hold_platform_lines();
CREATE TRIGGER platform_lines_deleted AFTER DELETE ON platform_budget_lines
  REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION hold_platform_lines();

CREATE FUNCTION hold_platform_sources() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1
             FROM touched t
             JOIN platform_budget_lines l ON l.id = t.platform_budget_line_id
             JOIN platform_budgets b ON b.id = l.platform_budget_id
             WHERE b.state <> 'draft') THEN
    RAISE EXCEPTION 'sources change only in a draft'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'lines_change_only_in_a_draft';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER platform_sources_inserted AFTER INSERT ON platform_budget_sources
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION hold_platform_sources();

-- What falls on one month: the odd cents lie in the first ones, and the months add up to the amount.
CREATE FUNCTION month_share_minor(amount_minor bigint, first_month integer, last_month integer, of_month integer)
RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN of_month BETWEEN first_month AND last_month
              THEN amount_minor / (last_month - first_month + 1)
                   + CASE WHEN of_month - first_month < amount_minor % (last_month - first_month + 1) THEN 1 ELSE 0 END
              ELSE 0 END
$$;

-- Need x source x month of every budget: what is needed (funding_source_id NULL), and what each source is to bring,
-- as planned and weighted by its probability.
CREATE VIEW platform_budget_months AS
  SELECT b.id AS platform_budget_id, b.year, b.state, b.currency, l.id AS line_id, l.need, m.month,
         NULL::bigint AS funding_source_id,
         month_share_minor(l.amount_minor, l.first_month, l.last_month, m.month) AS needed_minor,
         0::bigint AS planned_minor, 0::bigint AS weighted_minor
  FROM platform_budgets b
  JOIN platform_budget_lines l ON l.platform_budget_id = b.id
  CROSS JOIN generate_series(1, 12) AS m (month)
  UNION ALL
  SELECT b.id, b.year, b.state, b.currency, l.id, l.need, m.month, s.funding_source_id, 0,
         month_share_minor(s.amount_minor, l.first_month, l.last_month, m.month),
         month_share_minor(round(s.amount_minor * s.probability_bp / 10000.0)::bigint, l.first_month, l.last_month, m.month)
  FROM platform_budgets b
  JOIN platform_budget_lines l ON l.platform_budget_id = b.id
  JOIN platform_budget_sources s ON s.platform_budget_line_id = l.id
  CROSS JOIN generate_series(1, 12) AS m (month);

CREATE TRIGGER budget_is_told AFTER INSERT OR UPDATE ON platform_budgets
  FOR EACH STATEMENT EXECUTE FUNCTION tell_budget();

GRANT SELECT, INSERT, UPDATE ON platform_budgets TO kindling_service;
GRANT SELECT, INSERT, DELETE ON platform_budget_lines, platform_budget_sources TO kindling_service;
GRANT SELECT ON platform_budget_months TO kindling_service;
GRANT SELECT ON platform_budgets, platform_budget_lines, platform_budget_sources, platform_budget_months TO kindling_readonly;
