-- What a grant counts as match is held to the grant as a claim is: it takes costs, and the cost lies in its eligible period.
-- A part that is not eligible may lie outside; that can be why it is not.
CREATE FUNCTION match_breaches(of_expenditure bigint) RETURNS TABLE (code text, grant_id bigint) LANGUAGE sql STABLE AS $$
  WITH matched AS (
    SELECT g.id, g.state, g.starts_on, g.ends_on, COALESCE(e.works_from, e.document_on) AS first_day,
           COALESCE(e.works_to, e.document_on) AS last_day
    FROM expenditures e
    JOIN grants g ON g.id IN (SELECT a.grant_id
                              FROM expenditure_allocations a
                              WHERE a.expenditure_id = e.id
                              GROUP BY a.grant_id
                              HAVING bool_or(a.used_as = 'match') AND NOT bool_or(a.used_as = 'claimed'))
    WHERE e.id = of_expenditure
  )
  SELECT 'grant_takes_no_costs', id
  FROM matched
  WHERE state NOT IN ('awarded', 'active', 'suspended', 'closing')
  UNION ALL
  SELECT 'outside_eligible_period', id
  FROM matched
  WHERE first_day < starts_on
     OR last_day > ends_on
$$;

CREATE OR REPLACE FUNCTION spending_breaches(of_expenditure bigint)
RETURNS TABLE (code text, hard boolean, grant_id bigint, budget_line_id bigint, category_code text, limit_minor bigint,
               total_minor bigint, first_day date, last_day date)
LANGUAGE sql STABLE AS $$
  SELECT code, hard, grant_id, budget_line_id, category_code, limit_minor, total_minor, NULL::date, NULL::date
  FROM budget_breaches(of_expenditure)
  UNION ALL
  SELECT code, true, grant_id, NULL, NULL, NULL, NULL, NULL, NULL
  FROM match_breaches(of_expenditure)
  UNION ALL
  SELECT 'person_days_exceed_the_maximum', true, NULL, NULL, NULL, limit_hundredths, total_hundredths, first_day, last_day
  FROM person_days_over_span(of_expenditure)
$$;

-- An amendment that ends the grant earlier leaves no match behind either.
CREATE OR REPLACE FUNCTION check_agreement() RETURNS trigger LANGUAGE plpgsql AS $$
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
               AND a.used_as IN ('claimed', 'match')
               AND e.reversed_minor < e.amount_minor
               AND COALESCE(e.works_to, e.document_on) > NEW.ends_on) THEN
    RAISE EXCEPTION 'costs of grant % lie after %', NEW.id, NEW.ends_on
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_end_covers_its_costs';
  END IF;
  RETURN NEW;
END
$$;
