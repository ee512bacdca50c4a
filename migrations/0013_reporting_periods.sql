-- Reporting periods of a grant: one after the other without a gap, open -> closing -> closed in order, reopened only by
-- a second person. Nothing posts into a closed one; the row lock on the period decides between a closing and an approval
-- that come at once. Closing pins the exchange rates, so that what was reported stays as it was.
CREATE TABLE reporting_periods (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  grant_id bigint NOT NULL REFERENCES grants (id),
  number integer NOT NULL,
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  state text NOT NULL DEFAULT 'open',
  obligation_id bigint REFERENCES obligations (id),  -- the report that is due for it
  closing_by bigint REFERENCES users (id),
  closing_at timestamptz,
  closed_by bigint REFERENCES users (id),
  closed_at timestamptz,
  closing_note text,  -- why it was closed although something on the checklist was left
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT reporting_period_is_numbered_once UNIQUE (grant_id, number),
  CONSTRAINT reporting_period_ends_after_start CHECK (ends_on >= starts_on),
  CONSTRAINT reporting_period_state_is_known CHECK (state IN ('open', 'closing', 'closed')),
  CONSTRAINT closing_has_an_author CHECK (state = 'open' OR closing_by IS NOT NULL),
  CONSTRAINT closed_period_has_a_closer CHECK ((state = 'closed') = (closed_by IS NOT NULL)),
  CONSTRAINT period_closer_is_another CHECK (closed_by IS NULL OR closed_by <> closing_by),
  CONSTRAINT closing_note_is_short CHECK (char_length(closing_note) BETWEEN 1 AND 1000)
);
CREATE INDEX reporting_periods_by_day ON reporting_periods (grant_id, ends_on);

CREATE TABLE period_reopenings (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reporting_period_id bigint NOT NULL REFERENCES reporting_periods (id),
  period_version integer NOT NULL,  -- of the closing that it undoes: an approval serves once
  state text NOT NULL DEFAULT 'requested',
  reason text NOT NULL,
  requested_by bigint NOT NULL REFERENCES users (id),
  requested_at timestamptz NOT NULL DEFAULT now(),
  decided_by bigint REFERENCES users (id),
  decided_at timestamptz,
  CONSTRAINT reopening_state_is_known CHECK (state IN ('requested', 'approved', 'refused')),
  CONSTRAINT reopening_has_a_reason CHECK (char_length(reason) BETWEEN 1 AND 1000),
  CONSTRAINT reopening_approver_is_another CHECK (decided_by IS NULL OR decided_by <> requested_by),
  CONSTRAINT reopening_decision_is_whole CHECK ((state = 'requested') = (decided_by IS NULL))
);
CREATE UNIQUE INDEX one_open_reopening ON period_reopenings (reporting_period_id) WHERE state = 'requested';
CREATE INDEX reopenings_by_period ON period_reopenings (reporting_period_id, id);

-- The rates that a period was reported at: one for each span that the grant's policy averages over. They are never
-- changed, not by a later import nor by a reopening.
CREATE TABLE reporting_period_rates (
  reporting_period_id bigint NOT NULL REFERENCES reporting_periods (id),
  currency char(3) NOT NULL REFERENCES currencies (code),
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  units_per_euro numeric NOT NULL,
  PRIMARY KEY (reporting_period_id, currency, starts_on),
  CONSTRAINT pinned_rate_is_positive CHECK (units_per_euro > 0),
  CONSTRAINT pinned_rate_ends_after_start CHECK (ends_on >= starts_on)
);

-- ---- Exchange rates of a grant ----

-- The days over which the grant's policy averages the rate of a cost booked on that day. Outside of all reporting periods
-- the average of the period is that of the month.
CREATE FUNCTION exchange_span(of_grant bigint, of_day date) RETURNS TABLE (starts_on date, ends_on date)
LANGUAGE sql STABLE AS $$
  SELECT CASE g.exchange_policy
           WHEN 'booking_date' THEN of_day
           WHEN 'period_average' THEN COALESCE(p.starts_on, date_trunc('month', of_day)::date)
           ELSE date_trunc('month', of_day)::date END,
         CASE g.exchange_policy
           WHEN 'booking_date' THEN of_day
           WHEN 'period_average' THEN COALESCE(p.ends_on, (date_trunc('month', of_day) + interval '1 month - 1 day')::date)
           ELSE (date_trunc('month', of_day) + interval '1 month - 1 day')::date END
  FROM grants g
  LEFT JOIN reporting_periods p ON p.grant_id = g.id AND of_day BETWEEN p.starts_on AND p.ends_on
  WHERE g.id = of_grant
$$;

-- The rate at which a grant counts a currency on a day: the pinned one, else the average over the span as far as it is
-- published, else the last rate before the day. NULL while there is none.
CREATE FUNCTION grant_rate(of_grant bigint, of_currency char(3), of_day date) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN of_currency = 'EUR' THEN 1
              ELSE COALESCE((SELECT r.units_per_euro
                             FROM reporting_periods p
                             JOIN reporting_period_rates r ON r.reporting_period_id = p.id
                             WHERE p.grant_id = of_grant
                               AND of_day BETWEEN p.starts_on AND p.ends_on
                               AND r.currency = of_currency
                               AND of_day BETWEEN r.starts_on AND r.ends_on
                             ORDER BY r.starts_on DESC
                             LIMIT 1),
                            (SELECT average_rate(of_currency, s.starts_on, s.ends_on)
                             FROM exchange_span(of_grant, of_day) s),
                            rate_on(of_currency, of_day)) END
$$;

-- What an amount that was booked on that day is worth in the grant's currency, now under its policy; NULL while a rate is
-- missing. Before its period is closed this may still move with the average.
CREATE OR REPLACE FUNCTION grant_minor_of(of_grant bigint, amount_minor bigint, from_currency char(3), of_day date) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN g.currency = from_currency THEN amount_minor
              ELSE converted_minor(amount_minor, from_currency, g.currency,
                                   grant_rate(g.id, from_currency, of_day),
                                   grant_rate(g.id, g.currency, of_day)) END
  FROM grants g
  WHERE g.id = of_grant
$$;

-- Whether no later import can move the rate of a span: of a day it is published, or the currency has a later rate; of a
-- longer one each month has a rate, and the ECB's file, where it has the currency, goes on to the end.
CREATE FUNCTION rate_is_final(of_currency char(3), first_day date, last_day date) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT CASE
           WHEN first_day = last_day THEN
             rate_on(of_currency, last_day) IS NOT NULL
             AND EXISTS (SELECT 1 FROM effective_exchange_rates r WHERE r.currency = of_currency AND r.on_date >= last_day)
           ELSE
             NOT EXISTS (SELECT 1
                         FROM generate_series(date_trunc('month', first_day), last_day, interval '1 month') m
                         WHERE average_rate(of_currency, greatest(m::date, first_day),
                                            least((m + interval '1 month - 1 day')::date, last_day)) IS NULL)
             AND (NOT EXISTS (SELECT 1
                              FROM exchange_rates r
                              WHERE r.currency = of_currency AND r.on_date BETWEEN first_day AND last_day AND NOT r.manual)
                  OR EXISTS (SELECT 1
                             FROM effective_exchange_rates r
                             WHERE r.currency = of_currency AND r.on_date >= last_day))
         END
$$;

-- The rates that the approved costs of a period are counted at, one for each span of the policy: pinned, or what would be
-- pinned now.
CREATE FUNCTION period_rates(of_period bigint)
RETURNS TABLE (currency char(3), starts_on date, ends_on date, units_per_euro numeric, pinned boolean, final boolean)
LANGUAGE sql STABLE AS $$
  WITH days AS (
    SELECT DISTINCT g.id AS grant_id, g.currency AS grant_currency, e.currency, e.document_on
    FROM reporting_periods p
    JOIN grants g ON g.id = p.grant_id
    JOIN expenditure_allocations a ON a.grant_id = g.id
    JOIN expenditures e ON e.id = a.expenditure_id AND e.document_on BETWEEN p.starts_on AND p.ends_on
    WHERE p.id = of_period
      AND e.state IN ('approved', 'reported')
      AND e.currency <> g.currency
  ), spans AS (
    SELECT DISTINCT c.currency, s.starts_on, s.ends_on
    FROM days d,
         LATERAL exchange_span(d.grant_id, d.document_on) s,
         LATERAL (VALUES (d.currency), (d.grant_currency)) c (currency)
    WHERE c.currency <> 'EUR'
  )
  SELECT s.currency,
         s.starts_on,
         s.ends_on,
         COALESCE(r.units_per_euro,
                  CASE WHEN s.starts_on = s.ends_on THEN rate_on(s.currency, s.ends_on)
                       ELSE average_rate(s.currency, s.starts_on, s.ends_on) END),
         r.units_per_euro IS NOT NULL,
         r.units_per_euro IS NOT NULL OR rate_is_final(s.currency, s.starts_on, s.ends_on)
  FROM spans s
  LEFT JOIN reporting_period_rates r
    ON r.reporting_period_id = of_period AND r.currency = s.currency AND r.starts_on = s.starts_on
$$;

-- A draft that waited for a rate gets its amount as soon as the rate is there.
CREATE INDEX allocations_without_a_rate ON expenditure_allocations (expenditure_id)
  WHERE grant_id IS NOT NULL AND grant_minor IS NULL;
CREATE FUNCTION rate_waiting_allocations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE expenditure_allocations a
  SET grant_minor = grant_minor_of(a.grant_id, a.amount_minor, e.currency, e.document_on)
  FROM expenditures e
  WHERE e.id = a.expenditure_id
    AND e.state IN ('draft', 'submitted')
    AND a.grant_id IS NOT NULL
    AND a.grant_minor IS NULL;
  RETURN NULL;
END
$$;
CREATE TRIGGER waiting_allocations_are_rated AFTER INSERT ON exchange_rates
  FOR EACH STATEMENT EXECUTE FUNCTION rate_waiting_allocations();

-- ---- The order of periods ----

CREATE FUNCTION check_reporting_period() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  expected date;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'open' THEN
      RAISE EXCEPTION 'a reporting period begins open'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'reporting_period_edge_allowed';
    END IF;
    IF NEW.number = 1 THEN
      SELECT g.starts_on INTO expected FROM grants g WHERE g.id = NEW.grant_id;
    ELSE
      SELECT p.ends_on + 1 INTO expected
      FROM reporting_periods p
      WHERE p.grant_id = NEW.grant_id
        AND p.number = NEW.number - 1
      FOR SHARE;
    END IF;
    IF NEW.starts_on IS DISTINCT FROM expected THEN
      RAISE EXCEPTION 'period % of grant % would begin on %', NEW.number, NEW.grant_id, expected
        USING ERRCODE = 'check_violation', CONSTRAINT = 'reporting_periods_follow_each_other';
    END IF;
  ELSIF (NEW.grant_id, NEW.number, NEW.starts_on) IS DISTINCT FROM (OLD.grant_id, OLD.number, OLD.starts_on)
        OR (NEW.ends_on <> OLD.ends_on
            AND (OLD.state <> 'open'
                 OR EXISTS (SELECT 1 FROM reporting_periods p WHERE p.grant_id = NEW.grant_id AND p.number > NEW.number))) THEN
    RAISE EXCEPTION 'period % keeps its days', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'reporting_period_keeps_its_days';
  END IF;
  IF EXISTS (SELECT 1 FROM grants g WHERE g.id = NEW.grant_id AND NEW.ends_on > g.ends_on) THEN
    RAISE EXCEPTION 'period % goes beyond its grant', NEW.number
      USING ERRCODE = 'check_violation', CONSTRAINT = 'reporting_periods_lie_in_the_grant';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER reporting_periods_follow_each_other BEFORE INSERT OR UPDATE ON reporting_periods
  FOR EACH ROW EXECUTE FUNCTION check_reporting_period();

CREATE FUNCTION check_reporting_period_edge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = OLD.state THEN
    RETURN NEW;
  END IF;
  IF (OLD.state, NEW.state) NOT IN (('open', 'closing'), ('closing', 'open'), ('closing', 'closed'), ('closed', 'open')) THEN
    RAISE EXCEPTION 'no edge from % to %', OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'reporting_period_edge_allowed';
  END IF;
  -- Neighbours are read under a lock, so that a closing and a reopening at once are told apart.
  IF NEW.state = 'closed' THEN
    PERFORM 1
    FROM reporting_periods p
    WHERE p.grant_id = NEW.grant_id
      AND p.number < NEW.number
    ORDER BY p.number
    FOR SHARE;
    IF EXISTS (SELECT 1 FROM reporting_periods p
               WHERE p.grant_id = NEW.grant_id AND p.number < NEW.number AND p.state <> 'closed') THEN
      RAISE EXCEPTION 'an earlier period of grant % is not closed', NEW.grant_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'reporting_periods_close_in_order';
    END IF;
  END IF;
  IF OLD.state = 'closed' THEN
    IF EXISTS (SELECT 1 FROM reporting_periods p
               WHERE p.grant_id = NEW.grant_id AND p.number > NEW.number AND p.state = 'closed') THEN
      RAISE EXCEPTION 'a later period of grant % is closed', NEW.grant_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'reporting_periods_reopen_in_order';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM period_reopenings r
                   WHERE r.reporting_period_id = NEW.id AND r.period_version = OLD.version AND r.state = 'approved') THEN
      RAISE EXCEPTION 'period % is reopened by a request and its approval', NEW.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'reopening_needs_a_second_person';
    END IF;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER reporting_period_edge_allowed BEFORE UPDATE OF state ON reporting_periods
  FOR EACH ROW EXECUTE FUNCTION check_reporting_period_edge();

-- Only the last one, while it is open: what was entered by mistake.
CREATE FUNCTION check_reporting_period_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'open' OR EXISTS (SELECT 1 FROM period_reopenings r WHERE r.reporting_period_id = OLD.id)
     OR EXISTS (SELECT 1 FROM reporting_periods p WHERE p.grant_id = OLD.grant_id AND p.number > OLD.number) THEN
    RAISE EXCEPTION 'period % stays', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'reporting_period_stays';
  END IF;
  RETURN OLD;
END
$$;
CREATE TRIGGER reporting_period_stays BEFORE DELETE ON reporting_periods
  FOR EACH ROW EXECUTE FUNCTION check_reporting_period_removed();

CREATE FUNCTION check_grant_holds_its_periods() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1
             FROM reporting_periods p
             WHERE p.grant_id = NEW.id
               AND ((p.number = 1 AND p.starts_on <> NEW.starts_on) OR p.ends_on > NEW.ends_on)) THEN
    RAISE EXCEPTION 'the reporting periods of grant % have other days', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'reporting_periods_lie_in_the_grant';
  END IF;
  IF NEW.exchange_policy <> OLD.exchange_policy
     AND EXISTS (SELECT 1 FROM reporting_periods p WHERE p.grant_id = NEW.id AND p.state = 'closed') THEN
    RAISE EXCEPTION 'grant % was reported under %', NEW.id, OLD.exchange_policy
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_exchange_policy_is_settled';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER reporting_periods_lie_in_the_grant BEFORE UPDATE OF starts_on, ends_on, exchange_policy ON grants
  FOR EACH ROW EXECUTE FUNCTION check_grant_holds_its_periods();

-- ---- Nothing posts into a closed period ----

-- Whether the day lies in a closed period of the grant. The lock waits for a closing that is under way, and a closing
-- waits for it; the state is read after the wait.
CREATE FUNCTION lies_in_closed_period(of_grant bigint, on_day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  closed boolean;
BEGIN
  SELECT p.state = 'closed' INTO closed
  FROM reporting_periods p
  WHERE p.grant_id = of_grant
    AND on_day BETWEEN p.starts_on AND p.ends_on
  FOR SHARE;
  RETURN COALESCE(closed, false);
END
$$;

CREATE FUNCTION hold_open_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT bool_or(lies_in_closed_period(x.grant_id, x.booked_on))
      FROM (SELECT DISTINCT g.id AS grant_id, e.booked_on
            FROM added a
            JOIN grants g ON g.fund_id = a.fund_id
            JOIN entries e ON e.id = a.entry_id
            ORDER BY 1, 2) x) THEN
    RAISE EXCEPTION 'a reporting period is closed'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'period_is_closed';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER period_is_closed AFTER INSERT ON postings
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION hold_open_period();

-- A cost belongs to the period of its accounting date in each grant that bears a part of it.
CREATE FUNCTION hold_expenditure_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT bool_or(lies_in_closed_period(x.grant_id, NEW.document_on))
      FROM (SELECT DISTINCT a.grant_id
            FROM expenditure_allocations a
            WHERE a.expenditure_id = NEW.id
            ORDER BY 1) x) THEN
    RAISE EXCEPTION 'expenditure % lies in a closed period', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'expenditure_period_is_closed';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER expenditure_period_is_closed AFTER UPDATE ON expenditures
  FOR EACH ROW
  WHEN (NEW.document_on <> OLD.document_on OR (OLD.state, NEW.state) IN (('draft', 'submitted'), ('submitted', 'approved')))
  EXECUTE FUNCTION hold_expenditure_period();

CREATE FUNCTION hold_allocation_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT bool_or(lies_in_closed_period(x.grant_id, x.document_on))
      FROM (SELECT DISTINCT a.grant_id, e.document_on
            FROM added a
            JOIN expenditures e ON e.id = a.expenditure_id
            ORDER BY 1, 2) x) THEN
    RAISE EXCEPTION 'a cost lies in a closed period'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'expenditure_period_is_closed';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER allocation_period_is_closed AFTER INSERT ON expenditure_allocations
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION hold_allocation_period();

CREATE FUNCTION hold_commitment_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF lies_in_closed_period(NEW.grant_id, NEW.signed_on) THEN
    RAISE EXCEPTION 'commitment % lies in a closed period', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_period_is_closed';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER commitment_period_is_closed AFTER INSERT OR UPDATE OF signed_on, amount_minor ON commitments
  FOR EACH ROW EXECUTE FUNCTION hold_commitment_period();

-- What a cost was reported at stays: its amount in the grant's currency changes no more.
CREATE FUNCTION hold_reported_amount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1
             FROM expenditures e
             JOIN reporting_periods p ON p.grant_id = NEW.grant_id AND e.document_on BETWEEN p.starts_on AND p.ends_on
             WHERE e.id = NEW.expenditure_id
               AND p.state = 'closed') THEN
    RAISE EXCEPTION 'allocation % is reported', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'reported_amount_is_pinned';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER reported_amount_is_pinned BEFORE UPDATE OF grant_minor ON expenditure_allocations
  FOR EACH ROW WHEN (NEW.grant_minor IS DISTINCT FROM OLD.grant_minor) EXECUTE FUNCTION hold_reported_amount();

GRANT SELECT, INSERT, UPDATE, DELETE ON reporting_periods TO kindling_service;
GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at) ON period_reopenings TO kindling_service;
GRANT SELECT, INSERT ON reporting_period_rates TO kindling_service;
GRANT DELETE ON obligations TO kindling_service;  -- the report of a period that was entered by mistake
GRANT SELECT ON reporting_periods, period_reopenings, reporting_period_rates TO kindling_readonly;
