-- A submitted report stays what its workbook says, whatever is changed between its making and its approval, and after it:
-- the exchange rates that it stands on, and the funder that it is addressed to, who alone sees it.

-- ---- Exchange rates ----

-- Those that were known when the report was bound, and not those of the day on which somebody approves it.

CREATE FUNCTION report_rates_as_known(of_grant bigint, last_day date, known_at timestamptz)
RETURNS TABLE (currency char(3), starts_on date, ends_on date, units_per_euro numeric)
LANGUAGE plpgsql SET search_path = as_known, public AS $$
BEGIN
  PERFORM set_config('kindling.known_at', known_at::text, true);
  RETURN QUERY SELECT r.currency, r.starts_on, r.ends_on, r.units_per_euro FROM report_rates(of_grant, last_day) r;
END
$$;

CREATE OR REPLACE FUNCTION record_report_run_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.state = OLD.state THEN
    RETURN NULL;
  END IF;
  INSERT INTO report_run_changes (run_id, from_state, to_state, reason, actor_id)
  VALUES (NEW.id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.state END, NEW.state, NEW.change_reason,
          NULLIF(COALESCE(NULLIF(current_setting('kindling.actor_id', true), ''), '0')::bigint, 0));
  IF NEW.state = 'submitted' AND NEW.grant_id IS NOT NULL THEN
    INSERT INTO report_run_rates (run_id, currency, starts_on, ends_on, units_per_euro)
    SELECT NEW.id, r.currency, r.starts_on, r.ends_on, r.units_per_euro
    FROM report_rates_as_known(NEW.grant_id, COALESCE(NEW.last_day, 'infinity'), NEW.known_at) r;
  END IF;
  RETURN NULL;
END
$$;

-- ---- To whom ----

ALTER TABLE report_runs ADD COLUMN submitted_to bigint REFERENCES organisations (id);
COMMENT ON COLUMN report_runs.submitted_to IS 'the funder whom the file names; NULL until then, and for what goes to no funder';
-- Of what was submitted before: the funder of the time to which the report was bound.
UPDATE report_runs r
SET submitted_to = COALESCE((SELECT (p.content ->> 'funder_id')::bigint
                             FROM past_documents p
                             WHERE p.document_table = 'grants'
                               AND p.document_key = r.grant_id::text
                               AND p.known_until > r.known_at
                             ORDER BY p.known_until
                             LIMIT 1), g.funder_id)
FROM grants g
WHERE g.id = r.grant_id
  AND r.for_funder
  AND r.approved_by IS NOT NULL;
ALTER TABLE report_runs
  ADD CONSTRAINT submitted_report_has_an_addressee CHECK ((submitted_to IS NOT NULL) = (for_funder AND approved_by IS NOT NULL));

CREATE FUNCTION address_report_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.for_funder AND NEW.approved_by IS NOT NULL AND OLD.approved_by IS NULL THEN
    PERFORM set_config('kindling.known_at', NEW.known_at::text, true);
    NEW.submitted_to := (SELECT g.funder_id FROM as_known.grants g WHERE g.id = NEW.grant_id);
  ELSIF NEW.submitted_to IS DISTINCT FROM OLD.submitted_to THEN
    RAISE EXCEPTION 'report run % keeps whom it is for', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'submitted_report_never_changes';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER report_run_is_addressed BEFORE UPDATE ON report_runs
  FOR EACH ROW EXECUTE FUNCTION address_report_run();
CREATE INDEX report_runs_by_addressee ON report_runs (submitted_to, grant_id) WHERE submitted_to IS NOT NULL;
