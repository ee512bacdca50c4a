-- A budget line lives on through versions: a new version or a transfer changes its amount, and what was spent or
-- committed stays with it. A line says which line of an earlier version it continues; that one is its root, and
-- postings and commitments name the root alone.
ALTER TABLE budget_lines
  ADD COLUMN continues_id bigint REFERENCES budget_lines (id),
  ADD COLUMN root_id bigint GENERATED ALWAYS AS (COALESCE(continues_id, id)) STORED;
ALTER TABLE budget_lines
  ADD CONSTRAINT budget_line_continues_once UNIQUE (budget_version_id, root_id);
CREATE INDEX budget_lines_by_root ON budget_lines (root_id);

CREATE FUNCTION hold_line_roots() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1
             FROM touched t
             JOIN budget_versions v ON v.id = t.budget_version_id
             JOIN budget_lines r ON r.id = t.continues_id
             JOIN budget_versions rv ON rv.id = r.budget_version_id
             WHERE r.continues_id IS NOT NULL
                OR rv.grant_id <> v.grant_id
                OR rv.number >= v.number) THEN
    RAISE EXCEPTION 'a line continues the first line of an earlier version of its grant'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_line_continues_its_root';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER budget_line_continues_its_root AFTER INSERT ON budget_lines
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION hold_line_roots();
