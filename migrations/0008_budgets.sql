-- Budgets of a grant: versions and their lines. A version is written as draft, submitted, and approved by somebody
-- else; one is active at a time. Lines change only in a draft.
CREATE TABLE budget_versions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  grant_id bigint NOT NULL REFERENCES grants (id),
  number integer NOT NULL,
  state text NOT NULL DEFAULT 'draft',
  submitted_by bigint REFERENCES users (id),
  submitted_at timestamptz,
  approved_by bigint REFERENCES users (id),
  approved_at timestamptz,
  reason text,  -- why it was returned
  version integer NOT NULL DEFAULT 1,
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT budget_version_is_numbered_once UNIQUE (grant_id, number),
  CONSTRAINT budget_version_state_is_known CHECK (state IN ('draft', 'submitted', 'approved', 'superseded')),
  CONSTRAINT budget_submission_has_an_author CHECK (state = 'draft' OR submitted_by IS NOT NULL),
  CONSTRAINT budget_approval_has_an_approver CHECK (state NOT IN ('approved', 'superseded') OR approved_by IS NOT NULL),
  CONSTRAINT approver_is_not_submitter CHECK (approved_by IS NULL OR approved_by <> submitted_by)
);
CREATE UNIQUE INDEX one_active_budget_version ON budget_versions (grant_id) WHERE state = 'approved';
CREATE UNIQUE INDEX one_open_budget_version ON budget_versions (grant_id) WHERE state IN ('draft', 'submitted');

CREATE TABLE budget_lines (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  budget_version_id bigint NOT NULL REFERENCES budget_versions (id),
  line_no integer NOT NULL,
  work_package text NOT NULL DEFAULT '',
  category_code text NOT NULL,
  partner_id bigint REFERENCES grant_partners (id),
  starts_on date,
  ends_on date,
  description text NOT NULL DEFAULT '',
  amount_minor bigint NOT NULL,
  CONSTRAINT budget_line_is_numbered_once UNIQUE (budget_version_id, line_no),
  CONSTRAINT budget_line_is_not_negative CHECK (amount_minor BETWEEN 0 AND 1000000000000000),
  CONSTRAINT budget_line_ends_after_start CHECK (ends_on >= starts_on),
  CONSTRAINT budget_line_work_package_is_short CHECK (char_length(work_package) <= 40),
  CONSTRAINT budget_line_description_is_short CHECK (char_length(description) <= 200)
);
CREATE INDEX budget_lines_by_partner ON budget_lines (partner_id);

-- draft -> submitted -> approved -> superseded; submitted -> draft where it is returned.
CREATE FUNCTION check_budget_edge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('draft', 'submitted'), ('submitted', 'draft'),
                                                              ('submitted', 'approved'), ('approved', 'superseded')) THEN
    RAISE EXCEPTION 'no edge from % to %', OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_edge_allowed';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER budget_edge_allowed BEFORE UPDATE OF state ON budget_versions
  FOR EACH ROW EXECUTE FUNCTION check_budget_edge();

-- Statement by statement, so that 2,000 lines cost one check. The transition tables hold what came and what went.
CREATE FUNCTION hold_lines() RETURNS trigger LANGUAGE plpgsql AS $$
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
             WHERE t.starts_on < g.starts_on OR t.ends_on > g.ends_on) THEN
    RAISE EXCEPTION 'a line lies outside the eligible period'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_line_lies_in_the_period';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER lines_of_draft_inserted AFTER INSERT ON budget_lines
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION hold_lines();
CREATE TRIGGER lines_of_draft_updated AFTER UPDATE ON budget_lines
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION hold_lines();
CREATE TRIGGER lines_of_draft_deleted AFTER DELETE ON budget_lines
  REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION hold_lines();

ALTER TABLE postings ADD CONSTRAINT posting_budget_line_exists
  FOREIGN KEY (budget_line_id) REFERENCES budget_lines (id);

-- Every instance keeps answers in memory; this tells them that a grant's figures moved.
CREATE FUNCTION tell_budget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('kindling_budget', '');
  RETURN NULL;
END
$$;
CREATE TRIGGER budget_is_told AFTER INSERT OR UPDATE ON budget_versions
  FOR EACH STATEMENT EXECUTE FUNCTION tell_budget();
CREATE TRIGGER budget_is_told AFTER INSERT OR UPDATE OR DELETE ON budget_lines
  FOR EACH STATEMENT EXECUTE FUNCTION tell_budget();
CREATE TRIGGER budget_is_told AFTER INSERT OR UPDATE ON grants
  FOR EACH STATEMENT EXECUTE FUNCTION tell_budget();
CREATE TRIGGER budget_is_told AFTER INSERT ON entries
  FOR EACH STATEMENT EXECUTE FUNCTION tell_budget();

GRANT SELECT, INSERT, UPDATE ON budget_versions TO kindling_service;
GRANT SELECT, INSERT, DELETE ON budget_lines TO kindling_service;
GRANT SELECT ON budget_versions, budget_lines TO kindling_readonly;
