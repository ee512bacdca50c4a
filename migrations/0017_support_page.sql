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

-- Needed: the year's approved budget. Secured: what came this year, and what awarded grants are to pay this year still.
-- In the platform's currency; what is in another one is not counted.
CREATE FUNCTION make_support_day(of_day date, of_currency text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  first_day date := date_trunc('year', of_day);
  last_day date := date_trunc('year', of_day) + interval '1 year - 1 day';
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
  INSERT INTO support_day_sources (day, kind, amount_minor)
  SELECT of_day, s.kind, sum(s.minor)
  FROM (SELECT 'grants' AS kind, i.amount_minor - COALESCE(sum(r.amount_minor), 0) AS minor
        FROM instalments i
        JOIN grants g ON g.id = i.grant_id AND g.state IN ('awarded', 'active', 'closing')
        LEFT JOIN instalment_receipts r ON r.instalment_id = i.id
             AND NOT EXISTS (SELECT 1 FROM entries x WHERE x.reverses_entry_id = r.entry_id)
        WHERE i.state IN ('planned', 'requested')
          AND i.currency = of_currency
          AND i.due_on BETWEEN first_day AND last_day
        GROUP BY i.id
        HAVING i.amount_minor > COALESCE(sum(r.amount_minor), 0)
        UNION ALL
        SELECT CASE p.account_code WHEN 'income_grants' THEN 'grants'
                                   WHEN 'income_contributions' THEN 'contributions'
                                   ELSE 'other' END,
               -p.amount_minor
        FROM entries e
        JOIN postings p ON p.entry_id = e.id
        WHERE e.booked_on BETWEEN first_day AND of_day
          AND p.account_code IN ('income_grants', 'income_contributions', 'income_other')
          AND p.currency = of_currency) s
  GROUP BY s.kind
  HAVING sum(s.minor) > 0;
  -- Who is merged counts as one; gifts of nobody known count for the sum, not for the group.
  INSERT INTO support_day_sources (day, kind, amount_minor, donor_count)
  SELECT of_day, 'donations', sum(d.base_gross_minor - d.base_refunded_minor),
         count(DISTINCT COALESCE(o.merged_into_id, o.id))
  FROM donations d
  LEFT JOIN donors o ON o.id = d.donor_id
  WHERE d.state IN ('cleared', 'refunded', 'charged_back')
    AND d.kind = 'cash'
    AND d.cleared_on BETWEEN first_day AND of_day
    AND d.base_currency = of_currency
  HAVING count(DISTINCT COALESCE(o.merged_into_id, o.id)) >= 10
     AND sum(d.base_gross_minor - d.base_refunded_minor) > 0;
  INSERT INTO support_day_campaigns (day, campaign_id, raised_minor, donor_count)
  SELECT of_day, d.campaign_id, sum(d.base_gross_minor - d.base_refunded_minor),
         count(DISTINCT COALESCE(o.merged_into_id, o.id))
  FROM donations d
  JOIN campaigns c ON c.id = d.campaign_id AND c.is_public AND c.currency = d.base_currency
  LEFT JOIN donors o ON o.id = d.donor_id
  WHERE d.state IN ('cleared', 'refunded', 'charged_back')
    AND d.kind = 'cash'
    AND d.cleared_on <= of_day
  GROUP BY d.campaign_id
  HAVING count(DISTINCT COALESCE(o.merged_into_id, o.id)) >= 10
     AND sum(d.base_gross_minor - d.base_refunded_minor) > 0;
END
$$;

GRANT SELECT, INSERT ON support_days, support_day_sources, support_day_campaigns TO kindling_service;
GRANT SELECT ON support_days, support_day_sources, support_day_campaigns TO kindling_readonly;
