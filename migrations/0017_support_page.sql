-- The public page's figures: made once a day and then the same for everybody, so that nobody learns from two looks what
-- one gift was. Sums of fewer than ten donors are not kept at all.
CREATE TABLE support_days (
  day date PRIMARY KEY,
  currency char(3) NOT NULL REFERENCES currencies (code),
  needed_minor bigint NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE support_day_sources (
  day date NOT NULL REFERENCES support_days (day) ON DELETE CASCADE,
  kind text NOT NULL,
  amount_minor bigint NOT NULL,
  donor_count integer,
  PRIMARY KEY (day, kind),
  CONSTRAINT support_source_is_known CHECK (kind IN ('grants', 'contributions', 'donations', 'other')),
  CONSTRAINT no_group_below_ten_donors CHECK (CASE WHEN kind = 'donations' THEN donor_count >= 10 ELSE donor_count IS NULL END)
);
CREATE TABLE support_day_campaigns (
  day date NOT NULL REFERENCES support_days (day) ON DELETE CASCADE,
  campaign_id bigint NOT NULL REFERENCES campaigns (id),
  raised_minor bigint NOT NULL,
  donor_count integer NOT NULL,
  PRIMARY KEY (day, campaign_id),
  CONSTRAINT no_campaign_below_ten_donors CHECK (donor_count >= 10)
);

-- What the year's approved budget plans with each source that is bound: to a grant, to the purpose of a fund, or to being
-- what it is (in kind). Sources that plan more than a line needs share the line.
CREATE FUNCTION support_plan(of_year integer, of_currency text)
RETURNS TABLE (funding_source_id bigint, kind text, fund_id bigint, planned_minor bigint) LANGUAGE sql STABLE AS $$
  WITH bound AS (
    SELECT f.id, f.kind, COALESCE(g.fund_id, f.fund_id) AS fund_id
    FROM funding_sources f
    LEFT JOIN grants g ON g.funding_source_id = f.id
    LEFT JOIN funds u ON u.id = f.fund_id
    WHERE f.kind = 'grant'
       OR f.basis = 'in_kind'
       OR u.restriction = 'restricted'
  ), planned AS (
    SELECT b.id, b.kind, b.fund_id, s.amount_minor, l.amount_minor AS need_minor,
           sum(s.amount_minor) OVER (PARTITION BY l.id) AS of_line_minor
    FROM platform_budgets p
    JOIN platform_budget_lines l ON l.platform_budget_id = p.id
    JOIN platform_budget_sources s ON s.platform_budget_line_id = l.id
    JOIN bound b ON b.id = s.funding_source_id
    WHERE p.year = of_year
      AND p.state = 'approved'
      AND p.currency = of_currency
  )
  SELECT id, kind, fund_id,
         sum(CASE WHEN of_line_minor > need_minor THEN amount_minor::numeric * need_minor / of_line_minor
                  ELSE amount_minor END)::bigint
  FROM planned
  GROUP BY id, kind, fund_id
$$;

-- What a bound source has for the year. A grant: what its fund had left when the year began, what came since, and what is
-- due until the year ends. A campaign: what its fund had left and what came, less fees and refunds. Another one: what came.
CREATE FUNCTION support_money(source_id bigint, source_kind text, source_fund_id bigint, of_day date, of_currency text)
RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT greatest(0, CASE WHEN source_kind IN ('grant', 'campaign') THEN
           (SELECT COALESCE(-sum(p.amount_minor), 0)
            FROM postings p
            JOIN accounts a ON a.code = p.account_code
            JOIN entries e ON e.id = p.entry_id
            WHERE p.fund_id = source_fund_id
              AND p.currency = of_currency
              AND e.booked_on <= of_day
              AND (a.kind = 'income'
                   OR (a.kind = 'expense' AND e.booked_on < date_trunc('year', of_day))
                   OR a.code = 'donation_fees'))
           + (SELECT COALESCE(sum(greatest(i.amount_minor - COALESCE(r.minor, 0), 0)), 0)
              FROM grants g
              JOIN instalments i ON i.grant_id = g.id AND i.state IN ('planned', 'requested')
              LEFT JOIN LATERAL (SELECT sum(x.amount_minor) AS minor
                                 FROM instalment_receipts x
                                 WHERE x.instalment_id = i.id
                                   AND NOT EXISTS (SELECT 1 FROM entries b WHERE b.reverses_entry_id = x.entry_id)) r ON true
              WHERE g.funding_source_id = source_id
                AND g.state IN ('awarded', 'active', 'closing')
                AND i.currency = of_currency
                AND i.due_on < date_trunc('year', of_day) + interval '1 year')
         ELSE
           (SELECT COALESCE(sum(x.amount_minor), 0)
            FROM contribution_receipts x
            JOIN funding_sources f ON f.id = x.funding_source_id AND f.currency = of_currency
            WHERE x.funding_source_id = source_id
              AND x.received_on BETWEEN date_trunc('year', of_day) AND of_day
              AND NOT EXISTS (SELECT 1 FROM entries b WHERE b.reverses_entry_id = x.entry_id))
         END)::bigint
$$;

-- Needed: the year's approved budget. Secured: money that is bound counts as far as that budget plans with it; money that
-- is free for any purpose (unrestricted funds) counts as it came this year; together never more than is needed. In the
-- platform's currency; what is in another one is not counted.
CREATE FUNCTION make_support_day(of_day date, of_currency text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  first_day date := date_trunc('year', of_day);
BEGIN
  INSERT INTO support_days (day, currency, needed_minor)
  SELECT of_day, b.currency, sum(l.amount_minor)
  FROM platform_budgets b
  JOIN platform_budget_lines l ON l.platform_budget_id = b.id
  WHERE b.year = extract(year FROM of_day)
    AND b.state = 'approved'
    AND b.currency = of_currency
  GROUP BY b.currency
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  INSERT INTO support_day_sources (day, kind, amount_minor, donor_count)
  WITH free AS (  -- this year's postings on funds that are free for any purpose
    SELECT p.account_code, e.document_kind, e.document_id, -p.amount_minor AS minor
    FROM entries e
    JOIN postings p ON p.entry_id = e.id
    JOIN funds f ON f.id = p.fund_id AND f.restriction = 'unrestricted'
    WHERE e.booked_on BETWEEN first_day AND of_day
      AND p.account_code IN ('income_grants', 'income_contributions', 'income_other', 'income_donations', 'donation_fees')
      AND p.currency = of_currency
  ), bound AS (
    SELECT p.kind, p.funding_source_id,
           least(p.planned_minor, support_money(p.funding_source_id, p.kind, p.fund_id, of_day, of_currency)) AS minor
    FROM support_plan(extract(year FROM of_day)::integer, of_currency) p
  ), gifts AS (  -- who is merged counts as one; who got everything back, or is not known, is not of the group
    SELECT count(DISTINCT COALESCE(o.merged_into_id, o.id))::integer AS donor_count
    FROM (SELECT d.donor_id
          FROM free f
          JOIN donations d ON d.id = f.document_id AND d.base_refunded_minor < d.base_gross_minor
          WHERE f.document_kind = 'donation'
          UNION
          SELECT d.donor_id
          FROM bound b
          JOIN campaigns c ON c.funding_source_id = b.funding_source_id
          JOIN donations d ON d.campaign_id = c.id AND d.kind = 'cash' AND d.cleared_on <= of_day
               AND d.base_refunded_minor < d.base_gross_minor
          WHERE b.minor > 0) given
    JOIN donors o ON o.id = given.donor_id
  ), told AS (
    SELECT s.kind, sum(s.minor) AS minor, CASE s.kind WHEN 'donations' THEN (SELECT donor_count FROM gifts) END AS donor_count
    FROM (SELECT CASE WHEN f.account_code = 'income_grants' THEN 'grants'
                      WHEN f.account_code IN ('income_donations', 'donation_fees') THEN 'donations'
                      WHEN f.account_code = 'income_contributions' AND COALESCE(x.kind, '') <> 'other' THEN 'contributions'
                      ELSE 'other' END AS kind,
                 f.minor
          FROM free f
          LEFT JOIN funding_sources x ON f.document_kind = 'contribution' AND x.id = f.document_id
          UNION ALL
          SELECT CASE b.kind WHEN 'grant' THEN 'grants' WHEN 'campaign' THEN 'donations'
                             WHEN 'contribution' THEN 'contributions' ELSE 'other' END,
                 b.minor
          FROM bound b) s
    GROUP BY s.kind
    HAVING sum(s.minor) > 0
       AND (s.kind <> 'donations' OR (SELECT donor_count FROM gifts) >= 10)
  ), filled AS (  -- in the page's order, until nothing is missing
    SELECT t.kind, t.donor_count,
           least(t.minor, n.needed_minor - COALESCE(sum(t.minor) OVER (
             ORDER BY array_position(ARRAY['grants', 'contributions', 'donations', 'other'], t.kind)
             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))::bigint AS minor
    FROM told t
    CROSS JOIN (SELECT needed_minor FROM support_days WHERE day = of_day) n
  )
  SELECT of_day, kind, minor, donor_count
  FROM filled
  WHERE minor > 0;
  INSERT INTO support_day_campaigns (day, campaign_id, raised_minor, donor_count)
  SELECT of_day, d.campaign_id, sum(d.base_gross_minor - d.base_refunded_minor),
         count(DISTINCT COALESCE(o.merged_into_id, o.id)) FILTER (WHERE d.base_refunded_minor < d.base_gross_minor)
  FROM donations d
  JOIN campaigns c ON c.id = d.campaign_id AND c.is_public AND c.currency = d.base_currency
  LEFT JOIN donors o ON o.id = d.donor_id
  WHERE d.state IN ('cleared', 'refunded', 'charged_back')
    AND d.kind = 'cash'
    AND d.cleared_on <= of_day
  GROUP BY d.campaign_id
  HAVING count(DISTINCT COALESCE(o.merged_into_id, o.id)) FILTER (WHERE d.base_refunded_minor < d.base_gross_minor) >= 10
     AND sum(d.base_gross_minor - d.base_refunded_minor) > 0;
END
$$;

GRANT SELECT, INSERT ON support_days, support_day_sources, support_day_campaigns TO kindling_service;
GRANT SELECT ON support_days, support_day_sources, support_day_campaigns TO kindling_readonly;

-- What visitors of the public page promise, until a person takes it up: then it becomes a donor with a pledge, or nothing
-- of it is left. Who it is stands sealed, as a donor's identity does.
CREATE TABLE pledge_offers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sealed bytea,  -- wrapped key, then name, e-mail and message
  campaign_id bigint REFERENCES campaigns (id),
  currency char(3) NOT NULL REFERENCES currencies (code),
  amount_minor bigint NOT NULL,
  cycle text NOT NULL,
  state text NOT NULL DEFAULT 'waiting',
  pledge_id bigint REFERENCES pledges (id),
  decided_by bigint REFERENCES users (id),
  decided_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT offer_amount_is_positive CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
  CONSTRAINT offer_cycle_is_known CHECK (cycle IN ('monthly', 'quarterly', 'yearly')),
  CONSTRAINT offer_state_is_known CHECK (state IN ('waiting', 'accepted', 'declined')),
  CONSTRAINT decided_offer_keeps_no_person CHECK ((state = 'waiting') = (sealed IS NOT NULL)),
  CONSTRAINT offer_is_decided_by_somebody CHECK ((state = 'waiting') = (decided_by IS NULL)),
  CONSTRAINT accepted_offer_has_a_pledge CHECK ((state = 'accepted') = (pledge_id IS NOT NULL))
);
CREATE INDEX pledge_offers_waiting ON pledge_offers (id) WHERE state = 'waiting';
-- So many that wait are more than a person reads: then the form says so, and nothing can fill the table.
CREATE FUNCTION limit_pledge_offers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM pledge_offers WHERE state = 'waiting') >= 500 THEN
    RAISE EXCEPTION 'too many offers wait'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'waiting_offers_are_limited';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER waiting_offers_are_limited BEFORE INSERT ON pledge_offers
  FOR EACH ROW EXECUTE FUNCTION limit_pledge_offers();
GRANT SELECT, INSERT, UPDATE (sealed, state, pledge_id, decided_by, decided_at) ON pledge_offers TO kindling_service;
-- Numbered before it is inserted: what is sealed is bound to its number.
GRANT USAGE ON SEQUENCE pledge_offers_id_seq TO kindling_service;
