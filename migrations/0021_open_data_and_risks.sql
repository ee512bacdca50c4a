-- What the steering community watches, and what is told to everybody. A risk has an owner and a day on which it is
-- looked at again. A grant is open data only where somebody marked it so, with a text meant for the public: by default
-- nothing is public.

CREATE TABLE risks (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title      text NOT NULL,
  likelihood smallint NOT NULL,  -- 1 rare, 5 almost certain
  impact     smallint NOT NULL,  -- 1 hardly felt, 5 the platform stops
  score      smallint NOT NULL GENERATED ALWAYS AS (likelihood * impact) STORED,
  owner_id   bigint REFERENCES users (id),
  mitigation text NOT NULL,
  review_on  date NOT NULL,
  state      text NOT NULL DEFAULT 'open',
  outcome    text,               -- of a closed one: how it ended
  version    integer NOT NULL DEFAULT 1,
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT risk_title_is_short CHECK (char_length(title) BETWEEN 1 AND 200),
  CONSTRAINT risk_likelihood_is_1_to_5 CHECK (likelihood BETWEEN 1 AND 5),
  CONSTRAINT risk_impact_is_1_to_5 CHECK (impact BETWEEN 1 AND 5),
  CONSTRAINT risk_mitigation_is_short CHECK (char_length(mitigation) BETWEEN 1 AND 2000),
  CONSTRAINT risk_state_is_known CHECK (state IN ('open', 'accepted', 'closed')),
  CONSTRAINT closed_risk_says_how_it_ended
    CHECK ((state = 'closed') = (outcome IS NOT NULL) AND char_length(outcome) BETWEEN 1 AND 1000)
);
CREATE INDEX risks_by_score ON risks (score, id);

GRANT SELECT, INSERT (title, likelihood, impact, owner_id, mitigation, review_on, state, outcome, created_by),
  UPDATE (title, likelihood, impact, owner_id, mitigation, review_on, state, outcome, version) ON risks TO kindling_service;
GRANT SELECT ON risks TO kindling_readonly;

-- The mark. Taking it back deletes the row; the audit keeps who marked and who took it back.
CREATE TABLE grant_publications (
  grant_id     bigint PRIMARY KEY REFERENCES grants (id),
  description  text NOT NULL,
  published_by bigint NOT NULL REFERENCES users (id),
  published_at timestamptz NOT NULL DEFAULT now(),
  version      integer NOT NULL DEFAULT 2,  -- 1 is the grant without a mark
  CONSTRAINT publication_description_is_short CHECK (char_length(description) BETWEEN 1 AND 2000)
);

-- An application that nobody has granted is nobody's business.
CREATE FUNCTION hold_publication() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1
                 FROM grants g
                 WHERE g.id = NEW.grant_id
                   AND g.awarded_minor IS NOT NULL
                   AND g.state <> 'withdrawn') THEN
    RAISE EXCEPTION 'grant % is not awarded', NEW.grant_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'only_an_award_is_published';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER only_an_award_is_published BEFORE INSERT OR UPDATE ON grant_publications
  FOR EACH ROW EXECUTE FUNCTION hold_publication();

GRANT SELECT, DELETE, INSERT (grant_id, description, published_by), UPDATE (description, published_by, published_at, version)
  ON grant_publications TO kindling_service;
GRANT SELECT ON grant_publications TO kindling_readonly;

-- ---- Months of the ledger at a position ----

-- What each account and fund moved in each month, as far as it was sealed at a position; NULL: everything that is
-- committed. A roll-up less what was sealed since, so that its cost does not grow with history.
CREATE FUNCTION balances_at(at_position bigint)
RETURNS TABLE (account_code text, fund_id bigint, currency char(3), month date, amount_minor bigint)
LANGUAGE sql STABLE AS $$
  SELECT b.account_code, b.fund_id, b.currency, b.month, b.amount_minor
  FROM balance_months b
  UNION ALL
  SELECT r.account_code, r.fund_id, r.currency::char(3), date_trunc('month', r.booked_on::timestamp)::date, r.amount_minor
  FROM ledger_rest() r
  WHERE at_position IS NULL
  UNION ALL
  SELECT p.account_code, p.fund_id, p.currency, date_trunc('month', e.booked_on::timestamp)::date, -p.amount_minor
  FROM seals s
  JOIN entries e ON e.id = s.entry_id
  JOIN postings p ON p.entry_id = e.id
  WHERE s.position > at_position
$$;
