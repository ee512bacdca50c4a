-- What people add to reports. First, why a budget line is not where it was expected to be: each change of an explanation
-- is a row, so that a report can be made again as it was known at an instant; the last one counts, an empty one takes it back.
CREATE TABLE variance_explanations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  grant_id bigint NOT NULL REFERENCES grants (id),
  budget_line_id bigint NOT NULL REFERENCES budget_lines (id),  -- the root
  starts_on date NOT NULL,  -- of the reported period
  ends_on date NOT NULL,
  explanation text NOT NULL,
  written_by bigint NOT NULL REFERENCES users (id),
  written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT explanation_period_ends_after_start CHECK (ends_on >= starts_on),
  CONSTRAINT explanation_is_short CHECK (char_length(explanation) <= 2000)
);
CREATE INDEX variance_explanations_by_period ON variance_explanations (grant_id, starts_on, ends_on, budget_line_id, id DESC);
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON variance_explanations
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Whether a report that prints the explanations of this period was submitted and stands.
CREATE FUNCTION explanations_are_settled(of_grant bigint, of_first date, of_last date) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1
                 FROM report_runs r
                 WHERE r.grant_id = of_grant
                   AND r.first_day = of_first
                   AND r.last_day = of_last
                   AND r.kind IN ('funder-report', 'funder-template')
                   AND r.state IN ('submitted', 'accepted'))
$$;

CREATE FUNCTION check_explanation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF explanations_are_settled(NEW.grant_id, NEW.starts_on, NEW.ends_on) THEN
    RAISE EXCEPTION 'a report of grant % from % is submitted', NEW.grant_id, NEW.starts_on
      USING ERRCODE = 'check_violation', CONSTRAINT = 'explanation_is_settled';
  END IF;
  IF NOT EXISTS (SELECT 1
                 FROM budget_lines l
                 JOIN budget_versions v ON v.id = l.budget_version_id
                 WHERE l.id = NEW.budget_line_id
                   AND l.continues_id IS NULL
                   AND v.grant_id = NEW.grant_id) THEN
    RAISE EXCEPTION 'line % is no root of grant %', NEW.budget_line_id, NEW.grant_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'explanation_line_is_of_the_grant';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER explanation_line_is_of_the_grant BEFORE INSERT ON variance_explanations
  FOR EACH ROW EXECUTE FUNCTION check_explanation();

GRANT SELECT, INSERT ON variance_explanations TO kindling_service;
GRANT SELECT ON variance_explanations TO kindling_readonly;

-- ---- Completion of work packages, of grants that pay lump sums (AGA 6.2, lump sum grants) ----

-- A work package is completed in a reporting period, or not. A record is never changed: the newest one of a work package
-- counts, so that what was known at any instant can be told again.
CREATE TABLE work_package_completions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  grant_id bigint NOT NULL REFERENCES grants (id),
  work_package text NOT NULL,
  reporting_period_id bigint REFERENCES reporting_periods (id),  -- NULL: not completed after all
  completed_bp integer NOT NULL,  -- 10000 is the whole package
  note text NOT NULL DEFAULT '',
  recorded_by bigint NOT NULL REFERENCES users (id),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT completion_is_a_share CHECK (completed_bp BETWEEN 1 AND 10000),
  CONSTRAINT completion_note_is_short CHECK (char_length(note) <= 1000)
);
CREATE INDEX work_package_completions_by_grant ON work_package_completions (grant_id, work_package, id DESC);
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON work_package_completions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What counts of each work package, as known at an instant; none that is not completed.
CREATE FUNCTION completed_work_packages(of_grant bigint, known_at timestamptz)
RETURNS TABLE (completion_id bigint, work_package text, reporting_period_id bigint, completed_bp integer, note text)
LANGUAGE sql STABLE AS $$
  SELECT c.id, c.work_package, c.reporting_period_id, c.completed_bp, c.note
  FROM (SELECT DISTINCT ON (w.work_package) w.*
        FROM work_package_completions w
        WHERE w.grant_id = of_grant
          AND w.recorded_at <= known_at
        ORDER BY w.work_package, w.id DESC) c
  WHERE c.reporting_period_id IS NOT NULL
$$;

-- In a period of the grant, of a package that its budget in force has; in part only in the final period; and what was
-- reported with a closed period stays. The periods' rows are locked, so that a closing and a record take turns.
CREATE FUNCTION check_completion() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  period reporting_periods;
BEGIN
  PERFORM 1 FROM reporting_periods p WHERE p.grant_id = NEW.grant_id ORDER BY p.number FOR SHARE;
  IF NOT EXISTS (SELECT 1
                 FROM budget_versions v
                 JOIN budget_lines l ON l.budget_version_id = v.id AND l.work_package = NEW.work_package
                 WHERE v.grant_id = NEW.grant_id
                   AND v.state = 'approved') THEN
    RAISE EXCEPTION 'grant % has no work package %', NEW.grant_id, NEW.work_package
      USING ERRCODE = 'check_violation', CONSTRAINT = 'completion_is_of_a_work_package';
  END IF;
  IF EXISTS (SELECT 1
             FROM completed_work_packages(NEW.grant_id, 'infinity') c
             JOIN reporting_periods p ON p.id = c.reporting_period_id
             WHERE c.work_package = NEW.work_package
               AND p.state = 'closed') THEN
    RAISE EXCEPTION 'work package % is reported', NEW.work_package
      USING ERRCODE = 'check_violation', CONSTRAINT = 'reported_completion_stays';
  END IF;
  IF NEW.reporting_period_id IS NULL THEN
    RETURN NEW;
  END IF;
  SELECT * INTO period FROM reporting_periods p WHERE p.id = NEW.reporting_period_id;
  IF period.grant_id <> NEW.grant_id THEN
    RAISE EXCEPTION 'period % is of another grant', period.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'completion_is_in_a_period_of_the_grant';
  END IF;
  IF period.state = 'closed' THEN
    RAISE EXCEPTION 'period % is closed', period.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'reported_completion_stays';
  END IF;
  IF NEW.completed_bp < 10000 AND period.ends_on <> (SELECT g.ends_on FROM grants g WHERE g.id = NEW.grant_id) THEN
    RAISE EXCEPTION 'period % is not the final one', period.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'partial_completion_only_in_the_final_period';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER completion_is_checked BEFORE INSERT ON work_package_completions
  FOR EACH ROW EXECUTE FUNCTION check_completion();

GRANT SELECT, INSERT (grant_id, work_package, reporting_period_id, completed_bp, note, recorded_by)
  ON work_package_completions TO kindling_service;
GRANT SELECT ON work_package_completions TO kindling_readonly;
