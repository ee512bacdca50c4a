-- Spending: what is committed and what is spent, against the lines of a budget. One function says what is available
-- (budget_line_figures), one says which limits a cost breaks (spending_breaches); pages, endpoints, workbooks and the
-- trigger that guards an approval all ask these two.
INSERT INTO accounts (code, name, kind) VALUES
  ('expense_in_kind', 'In-kind costs', 'expense'),
  ('income_in_kind', 'In-kind income', 'income'),
  ('currency_clearing', 'Currency clearing', 'equity');

-- ---- What a restricted fund may pay for ----

-- The needs that a restricted fund which is no grant's may pay for, in the words of the platform's budget ("Moderation").
-- A campaign's own purpose is the first of them; a fund without any pays for nothing yet.
CREATE TABLE fund_purposes (
  fund_id bigint NOT NULL REFERENCES funds (id),
  need text NOT NULL,
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT fund_purpose_is_short CHECK (char_length(need) BETWEEN 1 AND 80)
);
CREATE UNIQUE INDEX fund_purpose_stands_once ON fund_purposes (fund_id, lower(need));

-- A grant's fund pays what its budget says and needs no purpose beside it; nor does an unrestricted one.
CREATE FUNCTION check_fund_purpose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM funds f WHERE f.id = NEW.fund_id AND f.restriction <> 'restricted')
     OR EXISTS (SELECT 1 FROM grants g WHERE g.fund_id = NEW.fund_id) THEN
    RAISE EXCEPTION 'fund % takes no purposes', NEW.fund_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'fund_takes_no_purposes';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER fund_takes_no_purposes BEFORE INSERT ON fund_purposes
  FOR EACH ROW EXECUTE FUNCTION check_fund_purpose();

-- ---- Exchange rates: units of the currency for one euro, as the ECB publishes them ----

-- A rate never changes. A published one stands once a day; a manual one is a row of its own beside it, with its author,
-- and is withdrawn rather than overwritten.
CREATE TABLE exchange_rates (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  currency char(3) NOT NULL REFERENCES currencies (code),
  on_date date NOT NULL,
  units_per_euro numeric(20, 8) NOT NULL,
  manual boolean NOT NULL,
  source text NOT NULL,
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  withdrawn_by bigint REFERENCES users (id),
  withdrawn_at timestamptz,
  withdrawn_reason text,
  CONSTRAINT exchange_rate_is_positive CHECK (units_per_euro > 0),
  CONSTRAINT exchange_rate_is_not_of_the_euro CHECK (currency <> 'EUR'),
  CONSTRAINT exchange_rate_has_a_source CHECK (char_length(source) BETWEEN 1 AND 200),
  CONSTRAINT manual_rate_has_an_author CHECK (NOT manual OR created_by IS NOT NULL),
  CONSTRAINT only_manual_rates_are_withdrawn CHECK (withdrawn_at IS NULL OR manual),
  CONSTRAINT withdrawal_has_author_and_reason
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_reason IS NULL))
);
CREATE UNIQUE INDEX published_rate_stands_once ON exchange_rates (currency, on_date) WHERE NOT manual;
CREATE INDEX exchange_rates_by_day ON exchange_rates (currency, on_date, manual DESC, id DESC);

-- The one rate of a day: the newest manual one that stands, else the published one.
CREATE VIEW effective_exchange_rates AS
  SELECT DISTINCT ON (currency, on_date)
         currency,
         on_date,
         id,
         units_per_euro,
         manual,
         source
  FROM exchange_rates
  WHERE withdrawn_at IS NULL
  ORDER BY currency, on_date, manual DESC, id DESC;

-- The last rate on or before the day; NULL where none is younger than ten days.
CREATE FUNCTION rate_on(of_currency char(3), of_day date) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN of_currency = 'EUR' THEN 1
              ELSE (SELECT units_per_euro
                    FROM effective_exchange_rates
                    WHERE currency = of_currency
                      AND on_date BETWEEN of_day - 10 AND of_day
                    ORDER BY on_date DESC
                    LIMIT 1) END
$$;

-- The arithmetic mean of the days that have a rate, both ends included; NULL where none has.
CREATE FUNCTION average_rate(of_currency char(3), first_day date, last_day date) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN of_currency = 'EUR' THEN 1
              ELSE (SELECT avg(units_per_euro)
                    FROM effective_exchange_rates
                    WHERE currency = of_currency
                      AND on_date BETWEEN first_day AND last_day) END
$$;

-- X to Y = amount / rate of X * rate of Y, rounded once, half away from zero: one exact division of integers. NULL
-- where a rate is missing.
CREATE FUNCTION converted_minor(amount_minor bigint, from_currency char(3), to_currency char(3), from_rate numeric,
                                to_rate numeric) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN from_currency = to_currency THEN amount_minor
              ELSE (sign(q.dividend) * div(2 * abs(q.dividend) + q.divisor, 2 * q.divisor))::bigint END
  FROM currencies f,
       currencies t,
       LATERAL (SELECT amount_minor * to_rate * ('1e' || t.minor_digits)::numeric AS dividend,
                       from_rate * ('1e' || f.minor_digits)::numeric AS divisor) q
  WHERE f.code = from_currency
    AND t.code = to_currency
$$;

-- What an amount is worth in a grant's currency; NULL while a rate is missing. The one place that knows at which rate.
CREATE FUNCTION grant_minor_of(of_grant bigint, amount_minor bigint, from_currency char(3), of_day date) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT converted_minor(amount_minor, from_currency, g.currency, rate_on(from_currency, of_day), rate_on(g.currency, of_day))
  FROM grants g
  WHERE g.id = of_grant
$$;

-- Which rate a grant's costs are declared at: of the booking date, the average of its month, or of the reporting period.
ALTER TABLE grants
  ADD COLUMN exchange_policy text NOT NULL DEFAULT 'booking_date',
  ADD COLUMN overspend_rule_since timestamptz NOT NULL DEFAULT now(),
  ADD CONSTRAINT grant_exchange_policy_is_known
    CHECK (exchange_policy IN ('booking_date', 'month_average', 'period_average'));

-- A switched rule holds for what is submitted from then on; what was submitted before stays under the stricter one.
CREATE FUNCTION note_overspend_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.overspend_rule <> OLD.overspend_rule THEN
    NEW.overspend_rule_since := clock_timestamp();
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER overspend_rule_is_noted BEFORE UPDATE OF overspend_rule ON grants
  FOR EACH ROW EXECUTE FUNCTION note_overspend_rule();

-- ---- Commitments: a contract or an order reserves a line ----

CREATE TABLE commitments (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  grant_id bigint NOT NULL,
  budget_line_id bigint NOT NULL REFERENCES budget_lines (id),  -- the root
  supplier_id bigint NOT NULL REFERENCES organisations (id),
  title text NOT NULL,
  reference text NOT NULL DEFAULT '',
  signed_on date NOT NULL,
  currency char(3) NOT NULL,
  amount_minor bigint NOT NULL,
  state text NOT NULL DEFAULT 'open',  -- proposed: above what is available, until somebody else lets it pass
  need text,  -- of the platform's budget, which it serves
  closed_reason text,
  override_reason text,
  overridden_by bigint REFERENCES users (id),
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT commitment_currency_is_of_the_grant FOREIGN KEY (grant_id, currency) REFERENCES grants (id, currency),
  CONSTRAINT commitment_amount_is_positive CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
  CONSTRAINT commitment_state_is_known CHECK (state IN ('proposed', 'open', 'consumed', 'released')),
  CONSTRAINT commitment_override_is_by_another
    CHECK (overridden_by IS NULL OR (override_reason IS NOT NULL AND overridden_by IS DISTINCT FROM created_by)),
  CONSTRAINT commitment_need_is_short CHECK (char_length(need) BETWEEN 1 AND 80),
  CONSTRAINT commitment_reference_is_short CHECK (char_length(reference) <= 100),
  CONSTRAINT commitment_reasons_are_short
    CHECK (char_length(closed_reason) BETWEEN 1 AND 1000 AND char_length(override_reason) BETWEEN 1 AND 1000),
  CONSTRAINT commitment_title_is_short CHECK (char_length(title) BETWEEN 1 AND 200),
  CONSTRAINT commitment_release_has_a_reason CHECK (state <> 'released' OR closed_reason IS NOT NULL)
);
CREATE INDEX commitments_by_line ON commitments (budget_line_id);
CREATE INDEX commitments_by_grant ON commitments (grant_id, id);

-- ---- Expenditures ----

CREATE TABLE expenditures (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  kind text NOT NULL,
  state text NOT NULL DEFAULT 'draft',
  supplier_id bigint REFERENCES organisations (id),
  document_number text,
  document_key text GENERATED ALWAYS AS (regexp_replace(lower(document_number), '[[:space:][:punct:]]', '', 'g')) STORED,
  document_on date NOT NULL,  -- the accounting date
  paid_on date,
  paid_currency char(3) REFERENCES currencies (code),  -- of the account, where it is another one than the document's
  paid_minor bigint,                                   -- what left the account, in that currency
  description text NOT NULL,
  currency char(3) NOT NULL REFERENCES currencies (code),
  amount_minor bigint NOT NULL,
  reversed_minor bigint NOT NULL DEFAULT 0,
  -- Staff costs by days and rate (AGA 6.2.A).
  person text,
  works_from date,
  works_to date,
  working_time_factor_bp integer,
  personnel_cost_minor bigint,
  person_days_hundredths integer,
  counts_to_ceiling boolean NOT NULL DEFAULT false,  -- worked for an EU grant: 215 days a year at most
  -- In kind: what it is and how it was valued.
  in_kind_of text,
  valuation_basis text,
  returned_reason text,
  entry_id bigint REFERENCES entries (id),
  payment_entry_id bigint REFERENCES entries (id),
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  submissions integer NOT NULL DEFAULT 0,  -- how often it was submitted; an override is of one submission
  submitted_by bigint REFERENCES users (id),
  submitted_at timestamptz,
  approved_by bigint REFERENCES users (id),
  approved_at timestamptz,
  CONSTRAINT expenditure_kind_is_known CHECK (kind IN ('invoice', 'staff', 'in_kind')),
  CONSTRAINT expenditure_state_is_known CHECK (state IN ('draft', 'submitted', 'approved', 'reported', 'withdrawn')),
  CONSTRAINT expenditure_amount_is_positive CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
  CONSTRAINT reversals_never_exceed_the_cost CHECK (reversed_minor BETWEEN 0 AND amount_minor),
  CONSTRAINT expenditure_description_is_short CHECK (char_length(description) BETWEEN 1 AND 500),
  CONSTRAINT expenditure_number_is_short CHECK (char_length(document_number) BETWEEN 1 AND 100),
  CONSTRAINT invoice_has_a_supplier_and_number
    CHECK (kind <> 'invoice' OR (supplier_id IS NOT NULL AND document_number IS NOT NULL)),
  CONSTRAINT staff_cost_has_days
    CHECK (kind <> 'staff' OR (person IS NOT NULL AND works_from IS NOT NULL AND works_to IS NOT NULL
                               AND working_time_factor_bp BETWEEN 1 AND 10000 AND personnel_cost_minor > 0
                               AND person_days_hundredths > 0)),
  CONSTRAINT staff_cost_lies_in_one_year
    CHECK (works_to >= works_from AND extract(year FROM works_to) = extract(year FROM works_from)),
  CONSTRAINT in_kind_has_a_valuation
    CHECK (kind <> 'in_kind' OR (in_kind_of IN ('goods', 'services', 'time') AND valuation_basis IS NOT NULL)),
  CONSTRAINT in_kind_is_never_paid CHECK (kind <> 'in_kind' OR (paid_on IS NULL AND payment_entry_id IS NULL)),
  CONSTRAINT payment_in_another_currency_is_whole
    CHECK ((paid_currency IS NULL) = (paid_minor IS NULL)
           AND (paid_currency IS NULL OR (paid_currency <> currency AND paid_on IS NOT NULL AND kind <> 'in_kind'
                                          AND paid_minor BETWEEN 1 AND 1000000000000000))),
  CONSTRAINT submission_has_an_author CHECK (state NOT IN ('submitted', 'approved', 'reported') OR submitted_by IS NOT NULL),
  CONSTRAINT approval_has_an_entry
    CHECK (state NOT IN ('approved', 'reported') OR (approved_by IS NOT NULL AND entry_id IS NOT NULL)),
  CONSTRAINT spending_approver_is_another
    CHECK (approved_by IS NULL OR (approved_by <> submitted_by AND approved_by IS DISTINCT FROM created_by))
);
-- The same invoice counts once over all grants, however its number is written.
CREATE UNIQUE INDEX invoice_counts_once ON expenditures (supplier_id, document_key, document_on)
  WHERE supplier_id IS NOT NULL AND document_number IS NOT NULL AND state <> 'withdrawn' AND reversed_minor < amount_minor;
-- And so does a payslip.
CREATE UNIQUE INDEX staff_document_counts_once ON expenditures (lower(person), document_key, document_on)
  WHERE kind = 'staff' AND document_number IS NOT NULL AND state <> 'withdrawn' AND reversed_minor < amount_minor;
-- The orders of the list, each with its tie-break.
CREATE INDEX expenditures_by_date ON expenditures (document_on, id);
CREATE INDEX expenditures_by_amount ON expenditures (amount_minor, id);
CREATE INDEX expenditures_by_state ON expenditures (state, id);
CREATE INDEX expenditures_by_person ON expenditures (lower(person), works_from) WHERE person IS NOT NULL;

CREATE TABLE expenditure_allocations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  expenditure_id bigint NOT NULL REFERENCES expenditures (id),
  position integer NOT NULL,
  used_as text NOT NULL,  -- claimed from a grant, its match, ineligible in it, or the platform's own cost
  grant_id bigint,
  budget_line_id bigint REFERENCES budget_lines (id),  -- the root; it has the category and the partner of a claim
  category_code text,                                  -- of match and ineligible parts, where it is known
  partner_id bigint REFERENCES grant_partners (id),
  commitment_id bigint REFERENCES commitments (id),
  fund_id bigint NOT NULL REFERENCES funds (id),
  amount_minor bigint NOT NULL,           -- in the expenditure's currency
  grant_currency char(3),
  grant_minor bigint,                     -- in the grant's; NULL while a rate is missing
  reversed_minor bigint NOT NULL DEFAULT 0,
  grant_reversed_minor bigint NOT NULL DEFAULT 0,
  booked_minor bigint,                    -- of a claim in another currency: what its approval posted in the grant's
  ineligible_reason text,
  need text,                              -- of the platform's budget, which this part serves
  CONSTRAINT allocation_need_is_short CHECK (char_length(need) BETWEEN 1 AND 80),
  CONSTRAINT allocation_stands_once UNIQUE (expenditure_id, position),
  CONSTRAINT allocation_currency_is_of_the_grant FOREIGN KEY (grant_id, grant_currency) REFERENCES grants (id, currency),
  CONSTRAINT allocation_category_is_of_the_grant
    FOREIGN KEY (grant_id, category_code) REFERENCES grant_categories (grant_id, code),
  CONSTRAINT allocation_use_is_known CHECK (used_as IN ('claimed', 'match', 'ineligible', 'own')),
  CONSTRAINT allocation_is_positive CHECK (amount_minor > 0),
  CONSTRAINT allocation_reversal_fits
    CHECK (reversed_minor BETWEEN 0 AND amount_minor AND grant_reversed_minor BETWEEN 0 AND COALESCE(grant_minor, 0)),
  CONSTRAINT allocation_says_its_currency CHECK ((grant_id IS NULL) = (grant_currency IS NULL)),
  CONSTRAINT allocation_in_grant_currency_is_not_negative
    CHECK (grant_minor >= 0 AND (grant_minor IS NULL OR grant_currency IS NOT NULL)),
  CONSTRAINT claim_takes_category_and_partner_of_its_line
    CHECK (used_as <> 'claimed' OR (category_code IS NULL AND partner_id IS NULL)),
  CONSTRAINT own_cost_has_no_category CHECK (used_as <> 'own' OR (category_code IS NULL AND partner_id IS NULL)),
  CONSTRAINT claim_names_a_line CHECK ((used_as = 'claimed') = (budget_line_id IS NOT NULL)),
  CONSTRAINT allocation_names_its_grant CHECK ((used_as = 'own') = (grant_id IS NULL)),
  CONSTRAINT ineligible_part_has_a_reason CHECK ((used_as = 'ineligible') = (ineligible_reason IS NOT NULL)),
  CONSTRAINT commitment_is_consumed_by_a_claim CHECK (commitment_id IS NULL OR used_as = 'claimed')
);
CREATE INDEX allocations_by_line ON expenditure_allocations (budget_line_id);
CREATE INDEX allocations_by_grant ON expenditure_allocations (grant_id, id);
CREATE INDEX allocations_by_need ON expenditure_allocations (lower(need)) WHERE need IS NOT NULL;
CREATE INDEX allocations_by_fund ON expenditure_allocations (fund_id);
CREATE INDEX allocations_by_commitment ON expenditure_allocations (commitment_id) WHERE commitment_id IS NOT NULL;

CREATE TABLE evidence_files (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  expenditure_id bigint NOT NULL REFERENCES expenditures (id),
  name text NOT NULL,
  media_type text NOT NULL,
  sha256 bytea NOT NULL,
  size_bytes integer NOT NULL,
  content bytea NOT NULL,
  counts boolean NOT NULL DEFAULT true,  -- false: of a cost that was withdrawn or reversed as a whole
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT evidence_is_sha256 CHECK (sha256 = sha256(content)),
  CONSTRAINT evidence_size_is_limited CHECK (size_bytes = octet_length(content) AND size_bytes BETWEEN 1 AND 10485760),
  CONSTRAINT evidence_name_is_short CHECK (char_length(name) BETWEEN 1 AND 200),
  CONSTRAINT evidence_type_is_known CHECK (media_type IN (
    'application/pdf', 'image/png', 'image/jpeg', 'text/csv', 'text/plain', 'application/xml',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.oasis.opendocument.spreadsheet', 'application/vnd.oasis.opendocument.text'))
);
CREATE UNIQUE INDEX evidence_counts_once ON evidence_files (sha256) WHERE counts;
CREATE INDEX evidence_by_expenditure ON evidence_files (expenditure_id, id);

-- Who let a cost pass although it breaks a limit, where the grant's rule only warns.
CREATE TABLE expenditure_overrides (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  expenditure_id bigint NOT NULL REFERENCES expenditures (id),
  submission integer NOT NULL,
  code text NOT NULL,
  grant_id bigint NOT NULL REFERENCES grants (id),
  budget_line_id bigint REFERENCES budget_lines (id),
  category_code text,
  excess_minor bigint NOT NULL,  -- what its author saw and let pass; more than that needs another one
  reason text NOT NULL,
  actor_id bigint NOT NULL REFERENCES users (id),
  at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT override_covers_an_excess CHECK (excess_minor > 0),
  CONSTRAINT override_has_a_reason CHECK (char_length(reason) BETWEEN 1 AND 1000)
);

CREATE INDEX overrides_by_expenditure ON expenditure_overrides (expenditure_id, submission);
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON expenditure_overrides
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A correction: part or all of an approved cost is taken back, by a request and its approval.
CREATE TABLE expenditure_reversals (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  expenditure_id bigint NOT NULL REFERENCES expenditures (id),
  version integer NOT NULL DEFAULT 1,
  state text NOT NULL DEFAULT 'requested',
  amount_minor bigint NOT NULL,
  booked_on date NOT NULL,
  reason text NOT NULL,
  entry_id bigint REFERENCES entries (id),
  requested_by bigint NOT NULL REFERENCES users (id),
  requested_at timestamptz NOT NULL DEFAULT now(),
  decided_by bigint REFERENCES users (id),
  decided_at timestamptz,
  CONSTRAINT reversal_state_is_known CHECK (state IN ('requested', 'approved', 'refused')),
  CONSTRAINT reversal_is_positive CHECK (amount_minor > 0),
  CONSTRAINT reversal_has_a_reason CHECK (char_length(reason) BETWEEN 1 AND 1000),
  CONSTRAINT reversal_approver_is_another CHECK (decided_by IS NULL OR decided_by <> requested_by),
  CONSTRAINT reversal_decision_is_whole CHECK ((state = 'requested') = (decided_by IS NULL)),
  CONSTRAINT approved_reversal_has_an_entry CHECK ((state = 'approved') = (entry_id IS NOT NULL))
);
CREATE UNIQUE INDEX one_open_reversal ON expenditure_reversals (expenditure_id) WHERE state = 'requested';
CREATE INDEX reversals_by_expenditure ON expenditure_reversals (expenditure_id, id);

-- ---- What is available, in one place (product rule 12) ----

-- Of each line of a version, in the grant's currency: planned, posted (reversals taken off), reserved by open
-- commitments, and drafts, which are a column of their own. available = planned - spent - committed.
CREATE FUNCTION budget_line_figures(of_version bigint)
RETURNS TABLE (line_id bigint, root_id bigint, planned_minor bigint, spent_minor bigint, committed_minor bigint,
               drafts_minor bigint) LANGUAGE sql STABLE AS $$
  WITH lines AS (
    SELECT l.id, l.root_id, l.amount_minor
    FROM budget_lines l
    WHERE l.budget_version_id = of_version
  ), spent AS (
    SELECT b.budget_line_id, sum(b.amount_minor)::bigint AS minor
    FROM balances b
    JOIN accounts a ON a.code = b.account_code AND a.kind = 'expense'
    WHERE b.fund_id = (SELECT g.fund_id
                       FROM budget_versions v
                       JOIN grants g ON g.id = v.grant_id
                       WHERE v.id = of_version)
      AND b.budget_line_id IS NOT NULL
    GROUP BY b.budget_line_id
  ), consumed AS (
    SELECT a.commitment_id, sum(a.grant_minor - a.grant_reversed_minor)::bigint AS minor
    FROM expenditure_allocations a
    JOIN expenditures e ON e.id = a.expenditure_id AND e.state IN ('approved', 'reported')
    WHERE a.commitment_id IN (SELECT c.id FROM commitments c JOIN lines l ON l.root_id = c.budget_line_id)
    GROUP BY a.commitment_id
  ), committed AS (
    SELECT c.budget_line_id, sum(greatest(c.amount_minor - COALESCE(u.minor, 0), 0))::bigint AS minor
    FROM commitments c
    JOIN lines l ON l.root_id = c.budget_line_id
    LEFT JOIN consumed u ON u.commitment_id = c.id
    WHERE c.state = 'open'
    GROUP BY c.budget_line_id
  ), drafts AS (
    SELECT a.budget_line_id, sum(a.grant_minor)::bigint AS minor
    FROM expenditure_allocations a
    JOIN lines l ON l.root_id = a.budget_line_id
    JOIN expenditures e ON e.id = a.expenditure_id AND e.state IN ('draft', 'submitted')
    GROUP BY a.budget_line_id
  )
  SELECT l.id,
         l.root_id,
         l.amount_minor,
         COALESCE(s.minor, 0),
         COALESCE(c.minor, 0),
         COALESCE(d.minor, 0)
  FROM lines l
  LEFT JOIN spent s ON s.budget_line_id = l.root_id
  LEFT JOIN committed c ON c.budget_line_id = l.root_id
  LEFT JOIN drafts d ON d.budget_line_id = l.root_id
$$;

-- Days worked for EU grants in a calendar year, over all of them (AGA 6.2.A: at most 215).
CREATE FUNCTION person_days_hundredths(of_person text, of_year integer, but_expenditure bigint) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT COALESCE(sum(round(person_days_hundredths::numeric * (amount_minor - reversed_minor) / amount_minor)), 0)::bigint
  FROM expenditures
  WHERE lower(person) = lower(of_person)
    AND extract(year FROM works_from) = of_year
    AND counts_to_ceiling
    AND state IN ('submitted', 'approved', 'reported')
    AND id <> but_expenditure
$$;

-- Of what a cost takes from a line, the part that orders had reserved for it: room for this cost alone.
CREATE FUNCTION own_commitment_minor(of_expenditure bigint, of_line bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT COALESCE(sum(least(a.minor, greatest(c.amount_minor - COALESCE(u.minor, 0), 0))), 0)::bigint
  FROM (SELECT commitment_id, sum(grant_minor) AS minor
        FROM expenditure_allocations
        WHERE expenditure_id = of_expenditure
          AND budget_line_id = of_line
          AND commitment_id IS NOT NULL
        GROUP BY commitment_id) a
  JOIN commitments c ON c.id = a.commitment_id AND c.state = 'open'
  LEFT JOIN LATERAL (SELECT sum(x.grant_minor - x.grant_reversed_minor) AS minor
                     FROM expenditure_allocations x
                     JOIN expenditures e ON e.id = x.expenditure_id AND e.state IN ('approved', 'reported')
                     WHERE x.commitment_id = c.id) u ON true
$$;

-- Which limits an expenditure breaks as it stands, each with the limit and what it would come to. `hard`: no override
-- helps. Its own commitment's reservation counts as room, because the cost consumes it; what it has posted itself
-- does not count as spent, so that the answer is the same before and after its entry.
CREATE FUNCTION spending_breaches(of_expenditure bigint)
RETURNS TABLE (code text, hard boolean, grant_id bigint, budget_line_id bigint, category_code text, limit_minor bigint,
               total_minor bigint)
LANGUAGE sql STABLE AS $$
  WITH cost AS (
    SELECT * FROM expenditures WHERE id = of_expenditure
  ), claims AS (
    SELECT a.grant_id, a.budget_line_id, sum(a.grant_minor)::bigint AS minor
    FROM expenditure_allocations a
    WHERE a.expenditure_id = of_expenditure
      AND a.used_as = 'claimed'
    GROUP BY a.grant_id, a.budget_line_id
  ), grants_of AS (
    SELECT g.*, v.id AS version_id
    FROM grants g
    LEFT JOIN budget_versions v ON v.grant_id = g.id AND v.state = 'approved'
    WHERE g.id IN (SELECT c.grant_id FROM claims c)
  ), posted AS (
    SELECT p.budget_line_id, sum(p.amount_minor)::bigint AS minor
    FROM entries e
    JOIN postings p ON p.entry_id = e.id
    JOIN accounts t ON t.code = p.account_code AND t.kind = 'expense'
    WHERE e.document_kind = 'expenditure'
      AND e.document_id = of_expenditure
      AND p.budget_line_id IS NOT NULL
    GROUP BY p.budget_line_id
  ), lines AS (
    SELECT g.id AS grant_id, l.root_id, l.category_code, l.starts_on, l.ends_on, f.planned_minor,
           f.spent_minor - COALESCE(p.minor, 0) AS spent_minor, f.committed_minor
    FROM grants_of g
    CROSS JOIN LATERAL budget_line_figures(g.version_id) f
    JOIN budget_lines l ON l.id = f.line_id
    LEFT JOIN posted p ON p.budget_line_id = f.root_id
  ), categories AS (
    SELECT l.grant_id,
           l.category_code,
           sum(l.planned_minor)::bigint AS planned_minor,
           sum(l.spent_minor)::bigint AS spent_minor,
           sum(COALESCE(c.minor, 0))::bigint AS minor
    FROM lines l
    LEFT JOIN claims c ON c.budget_line_id = l.root_id AND c.grant_id = l.grant_id
    GROUP BY l.grant_id, l.category_code
  ), declared AS (
    SELECT g.id AS grant_id,
           COALESCE(g.awarded_minor, 0) AS limit_minor,
           round((sum(k.spent_minor + k.minor)
                  + round(COALESCE(sum(k.spent_minor + k.minor) FILTER (WHERE gc.in_indirect_base), 0)
                          * g.indirect_rate_bp / 10000.0))
                 * g.funding_rate_bp / 10000.0)::bigint AS total_minor
    FROM grants_of g
    JOIN categories k ON k.grant_id = g.id
    JOIN grant_categories gc ON gc.grant_id = g.id AND gc.code = k.category_code
    GROUP BY g.id, g.awarded_minor, g.indirect_rate_bp, g.funding_rate_bp
  )
  SELECT 'grant_takes_no_costs', true, g.id, NULL::bigint, NULL::text, NULL::bigint, NULL::bigint
  FROM grants_of g
  WHERE g.state NOT IN ('awarded', 'active', 'suspended', 'closing')
  UNION ALL
  SELECT 'outside_eligible_period', true, g.id, NULL, NULL, NULL, NULL
  FROM grants_of g, cost c
  WHERE COALESCE(c.works_from, c.document_on) < g.starts_on
     OR COALESCE(c.works_to, c.document_on) > g.ends_on
  UNION ALL
  SELECT 'line_is_not_in_the_active_budget', true, c.grant_id, c.budget_line_id, NULL, NULL, NULL
  FROM claims c
  WHERE NOT EXISTS (SELECT 1 FROM lines l WHERE l.root_id = c.budget_line_id AND l.grant_id = c.grant_id)
  UNION ALL
  SELECT 'outside_line_period', true, l.grant_id, l.root_id, NULL, NULL, NULL
  FROM claims c
  JOIN lines l ON l.root_id = c.budget_line_id, cost x
  WHERE COALESCE(x.works_from, x.document_on) < l.starts_on
     OR COALESCE(x.works_to, x.document_on) > l.ends_on
  UNION ALL
  SELECT 'exchange_rate_is_missing', true, a.grant_id, a.budget_line_id, NULL, NULL, NULL
  FROM expenditure_allocations a
  WHERE a.expenditure_id = of_expenditure
    AND a.grant_id IS NOT NULL
    AND a.grant_minor IS NULL
  UNION ALL
  SELECT 'person_days_exceed_215', true, NULL, NULL, NULL, 21500,
         d.others + c.person_days_hundredths
  FROM cost c
  CROSS JOIN LATERAL person_days_hundredths(c.person, extract(year FROM c.works_from)::integer, c.id) AS d (others)
  WHERE c.counts_to_ceiling
    AND d.others + c.person_days_hundredths > 21500
  UNION ALL
  SELECT 'line_exceeded', false, l.grant_id, l.root_id, l.category_code, r.minor, c.minor
  FROM claims c
  JOIN lines l ON l.root_id = c.budget_line_id AND l.grant_id = c.grant_id
  CROSS JOIN LATERAL (SELECT l.planned_minor - l.spent_minor - l.committed_minor
                             + own_commitment_minor(of_expenditure, l.root_id)) AS r (minor)
  WHERE c.minor > r.minor
  UNION ALL
  SELECT 'category_exceeded', false, k.grant_id, NULL, k.category_code,
         round(k.planned_minor * (10000 + g.transfer_threshold_bp) / 10000.0)::bigint, k.spent_minor + k.minor
  FROM categories k
  JOIN grants_of g ON g.id = k.grant_id
  WHERE k.minor > 0
    AND k.spent_minor + k.minor > round(k.planned_minor * (10000 + g.transfer_threshold_bp) / 10000.0)
  UNION ALL
  SELECT 'grant_exceeded', false, d.grant_id, NULL, NULL, d.limit_minor, d.total_minor
  FROM declared d
  WHERE d.total_minor > d.limit_minor
$$;

-- ---- Guards ----

CREATE FUNCTION commitment_consumed_minor(of_commitment bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT COALESCE(sum(a.grant_minor - a.grant_reversed_minor), 0)::bigint
  FROM expenditure_allocations a
  JOIN expenditures e ON e.id = a.expenditure_id AND e.state IN ('approved', 'reported')
  WHERE a.commitment_id = of_commitment
$$;

-- A commitment reserves a line of the budget in force, within what is available there. Where the grant's rule only
-- warns, what exceeds it waits as proposed, and reserves nothing, until somebody else lets it pass.
CREATE FUNCTION check_commitment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_grant record;
  available bigint;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.grant_id, NEW.budget_line_id, NEW.supplier_id, NEW.currency, NEW.amount_minor, NEW.created_by)
       IS DISTINCT FROM (OLD.grant_id, OLD.budget_line_id, OLD.supplier_id, OLD.currency, OLD.amount_minor, OLD.created_by) THEN
      RAISE EXCEPTION 'commitment % is signed', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_stays_as_signed';
    END IF;
    IF NEW.state <> OLD.state
       AND (OLD.state, NEW.state) NOT IN (('proposed', 'open'), ('proposed', 'released'), ('open', 'consumed'),
                                          ('consumed', 'open'), ('open', 'released')) THEN
      RAISE EXCEPTION 'no edge from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_edge_allowed';
    END IF;
    IF OLD.state <> 'proposed' OR NEW.state <> 'open' THEN
      RETURN NEW;
    END IF;
  ELSIF NEW.state NOT IN ('proposed', 'open') THEN
    RAISE EXCEPTION 'a commitment begins as proposed or open'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_edge_allowed';
  END IF;
  -- Costs and commitments of a grant take turns at its row.
  SELECT state, overspend_rule INTO of_grant FROM grants WHERE id = NEW.grant_id FOR NO KEY UPDATE;
  IF of_grant.state NOT IN ('awarded', 'active', 'suspended', 'closing') THEN
    RAISE EXCEPTION 'grant % takes no commitments', NEW.grant_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_needs_an_award';
  END IF;
  SELECT f.planned_minor - f.spent_minor - f.committed_minor
    INTO available
    FROM budget_versions v
    CROSS JOIN LATERAL budget_line_figures(v.id) f
   WHERE v.grant_id = NEW.grant_id
     AND v.state = 'approved'
     AND f.root_id = NEW.budget_line_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'line % is not in force', NEW.budget_line_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_line_is_in_force';
  END IF;
  IF NEW.amount_minor > available
     AND (of_grant.overspend_rule = 'stop' OR (NEW.state = 'open' AND NEW.overridden_by IS NULL)) THEN
    RAISE EXCEPTION 'only % is available on line %', available, NEW.budget_line_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_exceeds_the_line';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER commitment_is_checked BEFORE INSERT OR UPDATE ON commitments
  FOR EACH ROW EXECUTE FUNCTION check_commitment();

-- Used up by approved costs it is consumed; where one of them is reversed, the rest is reserved again.
CREATE FUNCTION follow_commitments() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_expenditure bigint := CASE TG_TABLE_NAME WHEN 'expenditures' THEN (to_jsonb(NEW) ->> 'id')::bigint
                                              ELSE (to_jsonb(NEW) ->> 'expenditure_id')::bigint END;
BEGIN
  UPDATE commitments c
  SET state = CASE c.state WHEN 'open' THEN 'consumed' ELSE 'open' END,
      version = version + 1
  WHERE c.id IN (SELECT commitment_id FROM expenditure_allocations WHERE expenditure_id = of_expenditure)
    AND c.state = CASE WHEN commitment_consumed_minor(c.id) >= c.amount_minor THEN 'open' ELSE 'consumed' END;
  RETURN NULL;
END
$$;
CREATE TRIGGER commitments_follow AFTER UPDATE OF state ON expenditures
  FOR EACH ROW WHEN (OLD.state = 'submitted' AND NEW.state = 'approved') EXECUTE FUNCTION follow_commitments();
CREATE TRIGGER commitments_follow AFTER UPDATE OF grant_reversed_minor ON expenditure_allocations
  FOR EACH ROW WHEN (NEW.commitment_id IS NOT NULL) EXECUTE FUNCTION follow_commitments();

-- draft -> submitted -> approved -> reported; back to draft where it is returned; a draft may be withdrawn.
CREATE FUNCTION begin_expenditure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'draft' OR NEW.entry_id IS NOT NULL OR NEW.reversed_minor <> 0 OR NEW.submissions <> 0 THEN
    RAISE EXCEPTION 'an expenditure begins as a draft'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'expenditure_begins_as_a_draft';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER expenditure_begins_as_a_draft BEFORE INSERT ON expenditures
  FOR EACH ROW EXECUTE FUNCTION begin_expenditure();

-- A breach passes where the grant only warns, since before the cost was submitted, and somebody else has let at least
-- this much pass in this submission.
CREATE FUNCTION check_spending_limits(of expenditures) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  breach record;
BEGIN
  -- Two approvals at once take turns at their grants, so that they cannot exceed together what each may alone.
  PERFORM 1
  FROM grants
  WHERE id IN (SELECT grant_id FROM expenditure_allocations WHERE expenditure_id = of.id)
  ORDER BY id
  FOR NO KEY UPDATE;
  IF of.counts_to_ceiling THEN
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

CREATE FUNCTION check_expenditure() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  -- All that may move once a cost is no draft; every other column is frozen, also one that is added later. The key of
  -- the document follows its number, and is not computed yet in a trigger before the row.
  moving constant text[] := ARRAY['document_key', 'version', 'state', 'returned_reason', 'paid_on', 'paid_currency',
                                  'paid_minor', 'payment_entry_id',
                                  'reversed_minor', 'submissions', 'submitted_by', 'submitted_at', 'approved_by', 'approved_at', 'entry_id'];
  allocated bigint;
BEGIN
  IF NEW.created_by IS DISTINCT FROM OLD.created_by
     OR (OLD.state <> 'draft' AND to_jsonb(NEW) - moving IS DISTINCT FROM to_jsonb(OLD) - moving)
     OR (OLD.entry_id IS NOT NULL AND (NEW.entry_id, NEW.approved_by, NEW.approved_at)
         IS DISTINCT FROM (OLD.entry_id, OLD.approved_by, OLD.approved_at))
     OR (NEW.entry_id IS DISTINCT FROM OLD.entry_id AND NEW.state <> 'approved')
     OR (OLD.payment_entry_id IS NOT NULL AND (NEW.payment_entry_id, NEW.paid_on, NEW.paid_currency, NEW.paid_minor)
         IS DISTINCT FROM (OLD.payment_entry_id, OLD.paid_on, OLD.paid_currency, OLD.paid_minor))
     OR (NEW.reversed_minor <> OLD.reversed_minor AND NEW.state NOT IN ('approved', 'reported')) THEN
    RAISE EXCEPTION 'expenditure % is %', OLD.id, OLD.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'expenditure_changes_only_in_a_draft';
  END IF;
  IF NEW.state = OLD.state THEN
    RETURN NEW;
  END IF;
  IF (OLD.state, NEW.state) NOT IN (('draft', 'submitted'), ('submitted', 'draft'), ('submitted', 'approved'),
                                    ('approved', 'reported'), ('reported', 'approved'), ('draft', 'withdrawn')) THEN
    RAISE EXCEPTION 'no edge from % to %', OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'expenditure_edge_allowed';
  END IF;
  IF NEW.state = 'submitted' THEN
    SELECT COALESCE(sum(amount_minor), 0) INTO allocated FROM expenditure_allocations WHERE expenditure_id = NEW.id;
    IF allocated <> NEW.amount_minor THEN
      RAISE EXCEPTION 'allocations of expenditure % come to %', NEW.id, allocated
        USING ERRCODE = 'check_violation', CONSTRAINT = 'allocations_add_up';
    END IF;
    NEW.submissions := OLD.submissions + 1;
    NEW.submitted_at := clock_timestamp();
  ELSIF NEW.submissions <> OLD.submissions OR NEW.submitted_at IS DISTINCT FROM OLD.submitted_at THEN
    RAISE EXCEPTION 'expenditure % keeps when it was submitted', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'expenditure_changes_only_in_a_draft';
  END IF;
  IF NEW.state = 'approved' AND OLD.state = 'submitted' THEN
    PERFORM check_spending_limits(NEW);
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER spending_respects_limits BEFORE UPDATE ON expenditures
  FOR EACH ROW EXECUTE FUNCTION check_expenditure();

-- Each part stays within the purpose of its fund: a grant's fund pays what is claimed from that grant and nothing else;
-- what no grant takes is paid by the unrestricted fund, or by a restricted one (a campaign's) for the needs it is for.
CREATE FUNCTION hold_allocations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM touched t JOIN expenditures e ON e.id = t.expenditure_id WHERE e.state <> 'draft') THEN
    RAISE EXCEPTION 'allocations change only in a draft'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'allocations_change_only_in_a_draft';
  END IF;
  IF TG_OP = 'INSERT' AND EXISTS (
       SELECT 1
       FROM touched t
       LEFT JOIN budget_lines l ON l.id = t.budget_line_id
       LEFT JOIN budget_versions v ON v.id = l.budget_version_id
       LEFT JOIN grants g ON g.id = t.grant_id
       LEFT JOIN funds f ON f.id = t.fund_id
       LEFT JOIN commitments c ON c.id = t.commitment_id
       LEFT JOIN grant_partners p ON p.id = t.partner_id
       WHERE (t.used_as = 'claimed' AND (v.grant_id <> t.grant_id OR l.continues_id IS NOT NULL
                                         OR t.fund_id IS DISTINCT FROM g.fund_id))
          OR (t.used_as <> 'claimed' AND f.restriction = 'restricted'
              AND NOT EXISTS (SELECT 1 FROM fund_purposes u WHERE u.fund_id = f.id AND lower(u.need) = lower(t.need)))
          OR (t.used_as <> 'claimed' AND EXISTS (SELECT 1 FROM grants x WHERE x.fund_id = t.fund_id))
          OR (t.commitment_id IS NOT NULL AND c.budget_line_id <> t.budget_line_id)
          OR (t.partner_id IS NOT NULL AND p.grant_id <> t.grant_id)) THEN
    RAISE EXCEPTION 'an allocation leaves the purpose of its fund'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'restricted_fund_keeps_its_purpose';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER allocations_inserted AFTER INSERT ON expenditure_allocations
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION hold_allocations();
CREATE TRIGGER allocations_deleted AFTER DELETE ON expenditure_allocations
  REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION hold_allocations();

-- A purpose that money was spent for stays.
CREATE FUNCTION hold_used_purpose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1
             FROM expenditure_allocations a
             JOIN expenditures e ON e.id = a.expenditure_id AND e.state <> 'withdrawn'
             WHERE a.fund_id = OLD.fund_id
               AND lower(a.need) = lower(OLD.need)) THEN
    RAISE EXCEPTION 'fund % pays for %', OLD.fund_id, OLD.need
      USING ERRCODE = 'check_violation', CONSTRAINT = 'used_purpose_stays';
  END IF;
  RETURN OLD;
END
$$;
CREATE TRIGGER used_purpose_stays BEFORE DELETE ON fund_purposes FOR EACH ROW EXECUTE FUNCTION hold_used_purpose();

-- What a part is worth in the grant's currency is settled when the cost is submitted, as far as it has a rate; an
-- approved one moves only with the rate of its period, and only where there is a rate at all.
CREATE FUNCTION hold_allocation_rate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1
             FROM expenditures e
             WHERE e.id = NEW.expenditure_id
               AND ((e.state = 'submitted' AND OLD.grant_minor IS NOT NULL)
                    OR (e.state NOT IN ('draft', 'submitted') AND NEW.grant_currency = e.currency))) THEN
    RAISE EXCEPTION 'the rate of an allocation is settled'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'allocations_change_only_in_a_draft';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER allocation_rate_is_settled AFTER UPDATE OF grant_minor ON expenditure_allocations
  FOR EACH ROW WHEN (NEW.grant_minor IS DISTINCT FROM OLD.grant_minor) EXECUTE FUNCTION hold_allocation_rate();

-- What an approval booked stays what it booked; a later rate moves grant_minor alone.
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OF booked_minor ON expenditure_allocations
  FOR EACH ROW WHEN (OLD.booked_minor IS NOT NULL AND NEW.booked_minor IS DISTINCT FROM OLD.booked_minor)
  EXECUTE FUNCTION refuse_change();

-- In kind is match or an own cost; it is never claimed as a cost that was paid.
CREATE FUNCTION hold_in_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'draft' AND NEW.kind = 'in_kind'
     AND EXISTS (SELECT 1 FROM expenditure_allocations WHERE expenditure_id = NEW.id AND used_as = 'claimed') THEN
    RAISE EXCEPTION 'in kind is never claimed'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'in_kind_is_never_cash';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER in_kind_is_never_cash AFTER UPDATE OF state ON expenditures
  FOR EACH ROW EXECUTE FUNCTION hold_in_kind();

-- An override is somebody else's, of what stands submitted, where the grant only warns.
CREATE FUNCTION check_override() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of expenditures;
BEGIN
  SELECT * INTO of FROM expenditures WHERE id = NEW.expenditure_id;
  IF of.state <> 'submitted' OR of.submissions <> NEW.submission THEN
    RAISE EXCEPTION 'expenditure % is %', of.id, of.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'override_needs_a_submission';
  END IF;
  IF NEW.actor_id = of.submitted_by OR NEW.actor_id = of.created_by THEN
    RAISE EXCEPTION 'the author of expenditure % overrides it', of.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'override_is_by_another';
  END IF;
  IF NOT EXISTS (SELECT 1
                 FROM spending_breaches(of.id) b
                 JOIN grants g ON g.id = b.grant_id
                 WHERE b.code = NEW.code
                   AND b.grant_id = NEW.grant_id
                   AND b.budget_line_id IS NOT DISTINCT FROM NEW.budget_line_id
                   AND b.category_code IS NOT DISTINCT FROM NEW.category_code
                   AND NOT b.hard
                   AND b.total_minor - b.limit_minor = NEW.excess_minor
                   AND g.overspend_rule = 'warn'
                   AND g.overspend_rule_since <= of.submitted_at) THEN
    RAISE EXCEPTION 'nothing of this kind can be overridden in expenditure %', of.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'override_needs_a_warning';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER override_needs_a_warning BEFORE INSERT ON expenditure_overrides
  FOR EACH ROW EXECUTE FUNCTION check_override();

-- requested -> approved or refused, once; for a cost that is posted, and never for more than is left of it.
CREATE FUNCTION check_reversal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of expenditures;
BEGIN
  SELECT * INTO of FROM expenditures WHERE id = NEW.expenditure_id;
  IF TG_OP = 'UPDATE' AND (OLD.state <> 'requested'
                           OR (NEW.expenditure_id, NEW.amount_minor, NEW.booked_on, NEW.reason, NEW.requested_by)
                              IS DISTINCT FROM (OLD.expenditure_id, OLD.amount_minor, OLD.booked_on, OLD.reason,
                                                OLD.requested_by)) THEN
    RAISE EXCEPTION 'reversal % is %', OLD.id, OLD.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'reversal_is_decided_once';
  END IF;
  IF TG_OP = 'INSERT' AND (NEW.state <> 'requested' OR of.state NOT IN ('approved', 'reported')
                           OR NEW.amount_minor > of.amount_minor - of.reversed_minor) THEN
    RAISE EXCEPTION 'expenditure % has nothing to take back', of.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'reversal_needs_an_approved_cost';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER reversal_is_decided_once BEFORE INSERT OR UPDATE ON expenditure_reversals
  FOR EACH ROW EXECUTE FUNCTION check_reversal();

-- At commit, what stands of a cost is what its entries post, per fund, line and currency; and what was taken back is
-- the sum of its approved reversals, spread over its parts. A claim in another currency than its grant's is held in the
-- document's, through the clearing account, because its rate may move until its period is closed. A payment in another
-- currency clears it (payment_settles_the_cost), and is left out here.
CREATE FUNCTION expenditure_matches_ledger(of expenditures) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT of.reversed_minor = (SELECT COALESCE(sum(amount_minor), 0)
                              FROM expenditure_reversals
                              WHERE expenditure_id = of.id
                                AND state = 'approved')
     AND of.reversed_minor = (SELECT COALESCE(sum(reversed_minor), 0)
                              FROM expenditure_allocations
                              WHERE expenditure_id = of.id)
     AND NOT EXISTS (
       SELECT 1
       FROM (SELECT CASE WHEN used_as = 'claimed' AND grant_currency <> of.currency THEN 'currency_clearing'
                         WHEN of.kind = 'in_kind' THEN 'expense_in_kind'
                         ELSE 'expense_direct' END AS account_code,
                    fund_id,
                    CASE WHEN used_as = 'claimed' AND grant_currency = of.currency THEN budget_line_id END AS budget_line_id,
                    sum(amount_minor - reversed_minor) AS minor
             FROM expenditure_allocations
             WHERE expenditure_id = of.id
             GROUP BY 1, 2, 3) a
       FULL JOIN (SELECT p.account_code, p.fund_id, p.budget_line_id, sum(p.amount_minor) AS minor
                  FROM entries e
                  JOIN postings p ON p.entry_id = e.id
                  WHERE e.document_kind = 'expenditure'
                    AND e.document_id = of.id
                    AND e.id IS DISTINCT FROM of.payment_entry_id
                    AND p.currency = of.currency
                    AND p.account_code IN ('expense_direct', 'expense_in_kind', 'currency_clearing')
                  GROUP BY 1, 2, 3) p
         ON p.account_code = a.account_code AND p.fund_id = a.fund_id
            AND p.budget_line_id IS NOT DISTINCT FROM a.budget_line_id
       WHERE COALESCE(a.minor, 0) <> COALESCE(p.minor, 0))
$$;
-- What is claimed in another currency, as its approval posts it in the grant's.
CREATE FUNCTION claims_match_entry(of expenditures) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT NOT EXISTS (
    SELECT 1
    FROM (SELECT fund_id, budget_line_id, grant_currency, sum(COALESCE(booked_minor, grant_minor)) AS minor
          FROM expenditure_allocations
          WHERE expenditure_id = of.id
            AND used_as = 'claimed'
          GROUP BY 1, 2, 3) a
    FULL JOIN (SELECT fund_id, budget_line_id, currency, sum(amount_minor) AS minor
               FROM postings
               WHERE entry_id = of.entry_id
                 AND account_code = 'expense_direct'
                 AND budget_line_id IS NOT NULL
               GROUP BY 1, 2, 3) p
      ON p.fund_id = a.fund_id AND p.budget_line_id = a.budget_line_id AND p.currency = a.grant_currency
    WHERE COALESCE(a.minor, 0) <> COALESCE(p.minor, 0))
$$;
CREATE FUNCTION hold_expenditure_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of expenditures;
BEGIN
  SELECT *
  INTO of
  FROM expenditures
  WHERE id = (to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'expenditures' THEN 'id' ELSE 'expenditure_id' END)::bigint;
  IF of.state IN ('approved', 'reported')
     AND NOT (expenditure_matches_ledger(of)
              AND (to_jsonb(OLD) ->> 'state' IS DISTINCT FROM 'submitted' OR claims_match_entry(of))) THEN
    RAISE EXCEPTION 'expenditure % is not what its entries post', of.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'expenditure_matches_entries';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER expenditure_matches_entries AFTER UPDATE ON expenditures
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state OR OLD.reversed_minor <> NEW.reversed_minor)
  EXECUTE FUNCTION hold_expenditure_entry();
CREATE CONSTRAINT TRIGGER expenditure_matches_entries AFTER UPDATE OF reversed_minor, grant_reversed_minor
  ON expenditure_allocations
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_expenditure_entry();
CREATE CONSTRAINT TRIGGER expenditure_matches_entries AFTER UPDATE OF state ON expenditure_reversals
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_expenditure_entry();
-- And nothing is posted under a cost's name behind its back.
CREATE FUNCTION hold_entry_of_expenditure() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of expenditures;
BEGIN
  SELECT * INTO of FROM expenditures WHERE id = NEW.document_id;
  IF of.id IS NULL OR of.state NOT IN ('approved', 'reported') OR NOT expenditure_matches_ledger(of) THEN
    RAISE EXCEPTION 'entry % is not of expenditure %', NEW.id, NEW.document_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'expenditure_matches_entries';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER expenditure_matches_entries AFTER INSERT ON entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.document_kind = 'expenditure') EXECUTE FUNCTION hold_entry_of_expenditure();

-- A payment settles what is owed, with what left the account. In another currency the clearing account stands between,
-- and what left beside what was booked is an exchange difference, which balances the entry.
CREATE FUNCTION hold_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  owed bigint := NEW.amount_minor - NEW.reversed_minor;
BEGIN
  IF EXISTS (
       SELECT 1
       FROM (VALUES ('payables', NEW.currency, owed),
                    ('bank', COALESCE(NEW.paid_currency, NEW.currency), -COALESCE(NEW.paid_minor, owed)),
                    ('currency_clearing', NEW.currency, CASE WHEN NEW.paid_currency IS NULL THEN 0 ELSE -owed END))
            AS told (account_code, currency, minor)
       WHERE told.minor <> COALESCE((SELECT sum(p.amount_minor)
                                     FROM postings p
                                     WHERE p.entry_id = NEW.payment_entry_id
                                       AND p.account_code = told.account_code
                                       AND p.currency = told.currency), 0))
     OR EXISTS (
       SELECT 1
       FROM postings p
       WHERE p.entry_id = NEW.payment_entry_id
         AND p.account_code NOT IN ('payables', 'bank', 'currency_clearing', 'exchange_differences')) THEN
    RAISE EXCEPTION 'payment of expenditure % is not what is owed', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_settles_the_cost';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER payment_settles_the_cost AFTER UPDATE OF payment_entry_id ON expenditures
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.payment_entry_id IS NULL AND NEW.payment_entry_id IS NOT NULL) EXECUTE FUNCTION hold_payment();

-- Evidence is taken away only from a draft; it counts as long as its cost does, and only this function says so.
CREATE FUNCTION hold_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT state FROM expenditures WHERE id = OLD.expenditure_id) <> 'draft' THEN
    RAISE EXCEPTION 'evidence % belongs to a submitted cost', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_stays';
  END IF;
  RETURN OLD;
END
$$;
CREATE TRIGGER evidence_stays BEFORE DELETE ON evidence_files FOR EACH ROW EXECUTE FUNCTION hold_evidence();

CREATE FUNCTION release_evidence() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  UPDATE evidence_files SET counts = false WHERE expenditure_id = NEW.id AND counts;
  RETURN NULL;
END
$$;
CREATE TRIGGER evidence_is_released AFTER UPDATE ON expenditures
  FOR EACH ROW
  WHEN (NEW.state = 'withdrawn' OR NEW.reversed_minor = NEW.amount_minor) EXECUTE FUNCTION release_evidence();

-- A version in force keeps every line on which money was spent or promised.
CREATE FUNCTION hold_used_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'approved' AND OLD.state <> 'approved' AND EXISTS (
       SELECT 1
       FROM budget_lines l
       JOIN budget_versions v ON v.id = l.budget_version_id AND v.grant_id = NEW.grant_id
       WHERE l.continues_id IS NULL
         AND NOT EXISTS (SELECT 1 FROM budget_lines n WHERE n.budget_version_id = NEW.id AND n.root_id = l.id)
         AND (EXISTS (SELECT 1 FROM postings p WHERE p.budget_line_id = l.id)
              OR EXISTS (SELECT 1 FROM commitments c WHERE c.budget_line_id = l.id AND c.state = 'open'))) THEN
    RAISE EXCEPTION 'a line that money was spent or promised on is missing'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'used_line_stays';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER used_line_stays AFTER UPDATE OF state ON budget_versions
  FOR EACH ROW EXECUTE FUNCTION hold_used_lines();

CREATE TRIGGER budget_is_told AFTER INSERT OR UPDATE OR DELETE ON expenditure_allocations
  FOR EACH STATEMENT EXECUTE FUNCTION tell_budget();
CREATE TRIGGER budget_is_told AFTER UPDATE ON expenditures
  FOR EACH STATEMENT EXECUTE FUNCTION tell_budget();
CREATE TRIGGER budget_is_told AFTER INSERT OR UPDATE ON commitments
  FOR EACH STATEMENT EXECUTE FUNCTION tell_budget();

GRANT SELECT, INSERT, UPDATE (withdrawn_by, withdrawn_at, withdrawn_reason) ON exchange_rates TO kindling_service;
GRANT SELECT ON effective_exchange_rates TO kindling_service, kindling_readonly;
GRANT SELECT, INSERT, UPDATE ON commitments, expenditures, expenditure_reversals TO kindling_service;
GRANT SELECT, INSERT, DELETE, UPDATE (grant_minor, booked_minor, reversed_minor, grant_reversed_minor)
  ON expenditure_allocations TO kindling_service;
GRANT SELECT, INSERT, DELETE ON fund_purposes TO kindling_service;
GRANT SELECT, INSERT, DELETE ON evidence_files TO kindling_service;
GRANT SELECT, INSERT ON expenditure_overrides TO kindling_service;
GRANT SELECT ON exchange_rates, fund_purposes, commitments, expenditures, expenditure_allocations, expenditure_overrides,
  expenditure_reversals TO kindling_readonly;
