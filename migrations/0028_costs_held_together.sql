-- Costs that are held together: the days that a person can have worked, over all costs of that time; and what was given in
-- kind, which has no invoice and often no file, and still counts once.

-- ---- Days of a person, together ----

-- 215/12 x months x working time, rounded to the nearest half day, a tie up (AGA 6.2.A); a month that is worked in part counts
-- by its days. The same integers as the service has for one cost; 377580 is a common multiple of 28, 29, 30 and 31.
CREATE FUNCTION maximum_days_hundredths(first_day date, last_day date, factor_bp integer) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
  SELECT (4 * 215 * sum((least(last_day, m.ends_on) - greatest(first_day, m.starts_on) + 1)
                        * (377580 / (m.ends_on - m.starts_on + 1)))::bigint * factor_bp + 12 * 377580 * 10000::bigint)
         / (2 * 12 * 377580 * 10000::bigint) * 50
  FROM (SELECT t::date AS starts_on, (t + interval '1 month')::date - 1 AS ends_on
        FROM generate_series(date_trunc('month', first_day::timestamp), last_day::timestamp, interval '1 month') t) m
$$;

-- Costs whose periods all lie within a span were worked within it, so that their days together are at most the span's; each
-- span that begins with one of the person's costs and ends with one, or is of whole months, and holds this cost. The working
-- time is the longest that one of them says, because a cost knows no contract but its own. Where a span has several months,
-- each may have been rounded by itself, as a monthly payslip is: what that comes to is allowed, too; over EU grants a year's
-- 215 days stand beside it. The shortest span that breaks.
CREATE FUNCTION person_days_over_span(of_expenditure bigint)
RETURNS TABLE (first_day date, last_day date, limit_hundredths bigint, total_hundredths bigint)
LANGUAGE sql STABLE AS $$
  WITH cost AS (
    SELECT * FROM expenditures WHERE id = of_expenditure AND kind = 'staff'
  ), held AS (
    SELECT e.works_from, e.works_to, e.working_time_factor_bp AS factor_bp,
           round(e.person_days_hundredths::numeric * (e.amount_minor - e.reversed_minor) / e.amount_minor)::bigint AS days
    FROM cost c
    JOIN expenditures e ON lower(e.person) = lower(c.person)
                       AND e.works_from BETWEEN date_trunc('year', c.works_from)::date
                                            AND (date_trunc('year', c.works_from) + interval '1 year')::date - 1
    WHERE e.kind = 'staff'
      AND (e.id = c.id OR e.state IN ('submitted', 'approved', 'reported'))
  ), spans AS (
    SELECT f.works_from AS first_day, t.works_to AS last_day
    FROM cost c
    JOIN held f ON f.works_from <= c.works_from
    JOIN held t ON t.works_to >= c.works_to
    UNION
    SELECT date_trunc('month', c.works_from)::date, (date_trunc('month', c.works_to) + interval '1 month')::date - 1
    FROM cost c
  ), sums AS (
    SELECT s.first_day, s.last_day, max(h.factor_bp) AS factor_bp, sum(h.days)::bigint AS total_hundredths
    FROM spans s
    JOIN held h ON h.works_from >= s.first_day AND h.works_to <= s.last_day
    GROUP BY s.first_day, s.last_day
  ), limits AS (
    SELECT s.first_day, s.last_day, s.total_hundredths,
           greatest(maximum_days_hundredths(s.first_day, s.last_day, s.factor_bp)::bigint, m.hundredths) AS limit_hundredths
    FROM sums s
    CROSS JOIN LATERAL (
      SELECT sum(maximum_days_hundredths(greatest(month::date, s.first_day),
                                         least((month + interval '1 month')::date - 1, s.last_day), s.factor_bp))::bigint AS hundredths
      FROM generate_series(date_trunc('month', s.first_day), s.last_day, interval '1 month') month) m
  )
  SELECT first_day, last_day, limit_hundredths, total_hundredths
  FROM limits
  WHERE total_hundredths > limit_hundredths
  ORDER BY last_day - first_day, first_day
  LIMIT 1
$$;

-- spending_breaches stays the one place where limits are defined; what it knew of grants, lines and the year is a part of it.
ALTER FUNCTION spending_breaches(bigint) RENAME TO budget_breaches;
CREATE FUNCTION spending_breaches(of_expenditure bigint)
RETURNS TABLE (code text, hard boolean, grant_id bigint, budget_line_id bigint, category_code text, limit_minor bigint,
               total_minor bigint, first_day date, last_day date)
LANGUAGE sql STABLE AS $$
  SELECT code, hard, grant_id, budget_line_id, category_code, limit_minor, total_minor, NULL::date, NULL::date
  FROM budget_breaches(of_expenditure)
  UNION ALL
  SELECT 'person_days_exceed_the_maximum', true, NULL, NULL, NULL, limit_hundredths, total_hundredths, first_day, last_day
  FROM person_days_over_span(of_expenditure)
$$;

-- As before, with a person's costs taking turns whatever grant they are for.
CREATE OR REPLACE FUNCTION check_spending_limits(of expenditures) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  breach record;
BEGIN
  -- Two approvals at once take turns at their grants, so that they cannot exceed together what each may alone.
  PERFORM 1
  FROM grants
  WHERE id IN (SELECT grant_id FROM expenditure_allocations WHERE expenditure_id = of.id)
  ORDER BY id
  FOR NO KEY UPDATE;
  IF of.kind = 'staff' THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(lower(of.person), 4920311));
  END IF;
  FOR breach IN
    SELECT b.code,
           b.hard OR g.overspend_rule = 'stop' OR g.overspend_rule_since > of.submitted_at AS refused,
           EXISTS (SELECT 1
                   FROM expenditure_overrides o
                   WHERE o.expenditure_id = of.id
                     AND o.submission = of.submissions
                     AND o.code = b.code
                     AND o.grant_id = b.grant_id
                     AND o.budget_line_id IS NOT DISTINCT FROM b.budget_line_id
                     AND o.category_code IS NOT DISTINCT FROM b.category_code
                     AND o.excess_minor >= b.total_minor - b.limit_minor) AS overridden
    FROM spending_breaches(of.id) b
    LEFT JOIN grants g ON g.id = b.grant_id
    ORDER BY b.hard DESC
  LOOP
    IF breach.refused THEN
      RAISE EXCEPTION 'expenditure % breaks %', of.id, breach.code
        USING ERRCODE = 'check_violation', CONSTRAINT = breach.code;
    ELSIF NOT breach.overridden THEN
      RAISE EXCEPTION 'expenditure % breaks % without an override', of.id, breach.code
        USING ERRCODE = 'check_violation', CONSTRAINT = 'override_is_missing';
    END IF;
  END LOOP;
END
$$;

-- ---- What was given in kind counts once ----

-- A gift in kind has no invoice number that would tell it from another one. The same thing of the same giver, day and value is
-- the same gift, unless somebody says why it is another one; the sentence names the gift that it stands beside.
ALTER TABLE expenditures
  ADD COLUMN another_than_id bigint REFERENCES expenditures (id),
  ADD COLUMN another_because text,
  ADD CONSTRAINT another_gift_has_a_reason
    CHECK ((another_than_id IS NULL) = (another_because IS NULL)
           AND (another_than_id IS NULL OR (kind = 'in_kind' AND another_than_id <> id
                                            AND char_length(another_because) BETWEEN 1 AND 500)));
CREATE INDEX expenditures_in_kind ON expenditures (document_on, amount_minor) WHERE kind = 'in_kind';
SELECT make_as_known('expenditures', 'id');

-- The newest gift that stands and is the same; NULL where there is none. Two documents with different numbers are two gifts.
CREATE FUNCTION same_in_kind(of_giver bigint, of_day date, of_what text, of_currency char(3), of_minor bigint,
                             of_document_key text, but_expenditure bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT max(e.id)
  FROM expenditures e
  WHERE e.kind = 'in_kind'
    AND e.document_on = of_day
    AND e.amount_minor = of_minor
    AND e.currency = of_currency
    AND e.in_kind_of = of_what
    AND e.supplier_id IS NOT DISTINCT FROM of_giver
    AND (e.document_key IS NULL OR of_document_key IS NULL OR e.document_key = of_document_key)
    AND e.state <> 'withdrawn'
    AND e.reversed_minor < e.amount_minor
    AND e.id <> but_expenditure
$$;

-- Two at once take turns. What was said of a gift holds as long as it stays the same, whatever comes after it.
CREATE FUNCTION hold_in_kind_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  newest bigint;
BEGIN
  IF TG_OP = 'UPDATE'
     AND (NEW.supplier_id, NEW.document_on, NEW.in_kind_of, NEW.currency, NEW.amount_minor, NEW.document_key,
          NEW.another_than_id, NEW.kind)
         IS NOT DISTINCT FROM
         (OLD.supplier_id, OLD.document_on, OLD.in_kind_of, OLD.currency, OLD.amount_minor, OLD.document_key,
          OLD.another_than_id, OLD.kind) THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(
    concat_ws(' ', NEW.document_on, NEW.in_kind_of, NEW.currency, NEW.amount_minor, NEW.supplier_id), 4920312));
  newest := same_in_kind(NEW.supplier_id, NEW.document_on, NEW.in_kind_of, NEW.currency, NEW.amount_minor, NEW.document_key,
                         NEW.id);
  IF newest IS NOT NULL AND newest IS DISTINCT FROM NEW.another_than_id THEN
    RAISE EXCEPTION 'expenditure % is the same gift', newest
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'in_kind_counts_once';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER in_kind_counts_once AFTER INSERT OR UPDATE ON expenditures
  FOR EACH ROW WHEN (NEW.kind = 'in_kind' AND NEW.state = 'draft') EXECUTE FUNCTION hold_in_kind_once();
