-- Line h of an EU financial statement: a partner may ask for less than the funding rate gives (Annex 4). Each change is a
-- row, so that a statement can be made again as it was known at an instant; the newest one counts. What is asked for never
-- exceeds what the costs come to: the statement takes the lower of the two.
CREATE TABLE requested_contributions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reporting_period_id bigint NOT NULL REFERENCES reporting_periods (id),
  partner_id bigint REFERENCES grant_partners (id),  -- NULL: costs without a partner
  amount_minor bigint,                               -- NULL: as much as the costs come to, after all
  requested_by bigint NOT NULL REFERENCES users (id),
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT requested_contribution_is_not_negative CHECK (amount_minor BETWEEN 0 AND 1000000000000000)
);
CREATE INDEX requested_contributions_by_period ON requested_contributions (reporting_period_id, partner_id, id DESC);
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON requested_contributions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What stands of them at an instant.
CREATE FUNCTION contributions_asked(of_period bigint, known_at timestamptz)
RETURNS TABLE (partner_id bigint, amount_minor bigint) LANGUAGE sql STABLE AS $$
  SELECT c.partner_id, c.amount_minor
  FROM (SELECT DISTINCT ON (r.partner_id) r.*
        FROM requested_contributions r
        WHERE r.reporting_period_id = of_period
          AND r.requested_at <= known_at
        ORDER BY r.partner_id, r.id DESC) c
  WHERE c.amount_minor IS NOT NULL
$$;

-- Of a partner of the grant, while the period is not closed; the lock lets a closing and a request take turns.
CREATE FUNCTION check_requested_contribution() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  period reporting_periods;
BEGIN
  SELECT * INTO period FROM reporting_periods p WHERE p.id = NEW.reporting_period_id FOR SHARE;
  IF period.state = 'closed' THEN
    RAISE EXCEPTION 'period % is closed', period.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'requested_contribution_is_of_an_open_period';
  END IF;
  IF NEW.partner_id IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM grant_partners p WHERE p.id = NEW.partner_id AND p.grant_id = period.grant_id) THEN
    RAISE EXCEPTION 'partner % is not of grant %', NEW.partner_id, period.grant_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'requested_contribution_is_of_a_partner';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER requested_contribution_is_checked BEFORE INSERT ON requested_contributions
  FOR EACH ROW EXECUTE FUNCTION check_requested_contribution();

GRANT SELECT, INSERT (reporting_period_id, partner_id, amount_minor, requested_by) ON requested_contributions TO kindling_service;
GRANT SELECT ON requested_contributions TO kindling_readonly;
