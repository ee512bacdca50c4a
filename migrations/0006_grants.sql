-- What funds the platform, and grants with their life cycle, categories and partners.
-- A grant's state moves only along grant_state_edges, and only together with a row that says who, when and why. The
-- currency of a grant is part of every key that refers to its amounts, so that no sum ever mixes currencies.

CREATE TABLE funding_sources (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind            text NOT NULL,
  name            text NOT NULL,
  organisation_id bigint REFERENCES organisations (id),
  basis           text NOT NULL DEFAULT 'cash',
  currency        char(3) NOT NULL REFERENCES currencies (code),
  planned_minor   bigint,
  starts_on       date NOT NULL,
  ends_on         date,
  probability_bp  integer NOT NULL DEFAULT 10000,
  fund_id         bigint REFERENCES funds (id),
  notes           text,
  version         integer NOT NULL DEFAULT 1,
  created_by      bigint REFERENCES users (id),
  created_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT funding_source_kind_is_known CHECK (kind IN ('grant', 'contribution', 'campaign', 'other')),
  CONSTRAINT funding_source_basis_is_known CHECK (basis IN ('cash', 'in_kind')),
  CONSTRAINT funding_source_in_kind_is_a_contribution CHECK (basis = 'cash' OR kind IN ('contribution', 'other')),
  CONSTRAINT funding_source_contribution_has_a_giver CHECK (kind <> 'contribution' OR organisation_id IS NOT NULL),
  CONSTRAINT funding_source_name_is_short CHECK (char_length(name) BETWEEN 1 AND 200),
  CONSTRAINT funding_source_notes_are_short CHECK (char_length(notes) BETWEEN 1 AND 4000),
  CONSTRAINT funding_source_planned_is_not_negative CHECK (planned_minor BETWEEN 0 AND 1000000000000000),
  CONSTRAINT funding_source_ends_after_start CHECK (ends_on >= starts_on),
  CONSTRAINT funding_source_probability_is_a_share CHECK (probability_bp BETWEEN 0 AND 10000)
);
CREATE INDEX funding_sources_by_kind ON funding_sources (kind, id);
CREATE INDEX funding_sources_by_organisation ON funding_sources (organisation_id);

CREATE TABLE grants (
  id                    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  funding_source_id     bigint NOT NULL REFERENCES funding_sources (id),
  programme_code        text NOT NULL,
  title                 text NOT NULL,
  reference             text,  -- the agreement's number
  call                  text,
  funder_id             bigint NOT NULL REFERENCES organisations (id),
  state                 text NOT NULL,
  currency              char(3) NOT NULL REFERENCES currencies (code),
  requested_minor       bigint,
  awarded_minor         bigint,
  probability_bp        integer NOT NULL,
  starts_on             date NOT NULL,
  ends_on               date NOT NULL,
  funding_rate_bp       integer NOT NULL,
  indirect_rate_bp      integer NOT NULL,
  transfer_threshold_bp integer NOT NULL,
  overspend_rule        text NOT NULL,
  match_required_minor  bigint NOT NULL DEFAULT 0,
  retention_until       date,
  report_layout         text NOT NULL,
  fund_id               bigint REFERENCES funds (id),
  notes                 text,
  version               integer NOT NULL DEFAULT 1,
  created_by            bigint REFERENCES users (id),
  created_at            timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT grant_has_its_own_source UNIQUE (funding_source_id),
  CONSTRAINT grant_has_its_own_fund UNIQUE (fund_id),
  -- What holds an amount of a grant refers to (id, currency): from then on the currency cannot change.
  CONSTRAINT grant_currency_is_of_the_grant UNIQUE (id, currency),
  CONSTRAINT grant_state_is_known CHECK (state IN ('prospect', 'drafting', 'applied', 'awarded', 'active', 'suspended',
                                                   'closing', 'closed', 'rejected', 'withdrawn')),
  CONSTRAINT grant_programme_is_named CHECK (char_length(programme_code) BETWEEN 1 AND 60),
  CONSTRAINT grant_title_is_short CHECK (char_length(title) BETWEEN 1 AND 200),
  CONSTRAINT grant_reference_is_short CHECK (char_length(reference) BETWEEN 1 AND 100),
  CONSTRAINT grant_call_is_short CHECK (char_length(call) BETWEEN 1 AND 200),
  CONSTRAINT grant_notes_are_short CHECK (char_length(notes) BETWEEN 1 AND 4000),
  CONSTRAINT grant_layout_is_named CHECK (char_length(report_layout) BETWEEN 1 AND 60),
  CONSTRAINT grant_ends_after_start CHECK (ends_on >= starts_on),
  CONSTRAINT grant_requested_is_positive CHECK (requested_minor BETWEEN 1 AND 1000000000000000),
  CONSTRAINT grant_awarded_is_positive CHECK (awarded_minor BETWEEN 1 AND 1000000000000000),
  CONSTRAINT grant_match_is_not_negative CHECK (match_required_minor BETWEEN 0 AND 1000000000000000),
  CONSTRAINT grant_probability_is_a_share CHECK (probability_bp BETWEEN 0 AND 10000),
  CONSTRAINT grant_funding_rate_is_a_share CHECK (funding_rate_bp BETWEEN 1 AND 10000),
  CONSTRAINT grant_indirect_rate_is_a_share CHECK (indirect_rate_bp BETWEEN 0 AND 10000),
  CONSTRAINT grant_transfer_threshold_is_a_share CHECK (transfer_threshold_bp BETWEEN 0 AND 10000),
  CONSTRAINT grant_overspend_rule_is_known CHECK (overspend_rule IN ('stop', 'warn')),
  CONSTRAINT grant_retention_covers_the_period CHECK (retention_until >= ends_on),
  CONSTRAINT grant_application_has_an_amount
    CHECK (state IN ('prospect', 'drafting', 'withdrawn') OR requested_minor IS NOT NULL),
  CONSTRAINT grant_award_has_an_amount
    CHECK (state IN ('prospect', 'drafting', 'applied', 'rejected', 'withdrawn') OR awarded_minor IS NOT NULL),
  CONSTRAINT grant_award_has_a_fund CHECK ((awarded_minor IS NULL) = (fund_id IS NULL)),
  CONSTRAINT grant_amount_awaits_the_award
    CHECK (awarded_minor IS NULL OR state NOT IN ('prospect', 'drafting', 'applied', 'rejected')),
  CONSTRAINT grant_probability_fits_the_state
    CHECK (CASE WHEN state IN ('prospect', 'drafting', 'applied') THEN true
                WHEN state IN ('rejected', 'withdrawn') THEN probability_bp = 0
                ELSE probability_bp = 10000 END)
);
-- The orders of the list, each with its tie-break.
CREATE INDEX grants_by_title ON grants (lower(title), id);
CREATE INDEX grants_by_end ON grants (ends_on, id);
CREATE INDEX grants_by_awarded ON grants ((coalesce(awarded_minor, 0)), id);
CREATE INDEX grants_by_state ON grants (state, starts_on, id);
CREATE INDEX grants_by_funder ON grants (funder_id, id);

CREATE TABLE grant_categories (
  grant_id         bigint NOT NULL REFERENCES grants (id),
  code             text NOT NULL,
  name             text NOT NULL,
  position         integer NOT NULL,
  in_indirect_base boolean NOT NULL,
  CONSTRAINT grant_category_is_unique PRIMARY KEY (grant_id, code),
  CONSTRAINT grant_category_code_is_short CHECK (code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,19}$'),
  CONSTRAINT grant_category_name_is_short CHECK (char_length(name) BETWEEN 1 AND 120),
  CONSTRAINT grant_category_position_is_positive CHECK (position >= 1)
);

-- ---- The life cycle ----

CREATE TABLE grant_state_edges (
  from_state   text NOT NULL,
  to_state     text NOT NULL,
  needs_reason boolean NOT NULL DEFAULT false,
  PRIMARY KEY (from_state, to_state)
);
INSERT INTO grant_state_edges (from_state, to_state, needs_reason) VALUES
  ('prospect', 'drafting', false),
  ('drafting', 'applied', false),
  ('applied', 'awarded', false),
  ('awarded', 'active', false),
  ('active', 'suspended', true),
  ('suspended', 'active', false),
  ('active', 'closing', false),
  ('suspended', 'closing', false),
  ('closing', 'closed', false),
  ('applied', 'rejected', true),
  ('prospect', 'withdrawn', true),
  ('drafting', 'withdrawn', true),
  ('applied', 'withdrawn', true),
  ('awarded', 'withdrawn', true);

CREATE TABLE grant_state_changes (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  grant_id       bigint NOT NULL REFERENCES grants (id),
  from_state     text,  -- NULL: the state in which the grant was recorded
  to_state       text NOT NULL,
  on_date        date NOT NULL,
  reason         text,
  actor_id       bigint NOT NULL REFERENCES users (id),
  at             timestamptz NOT NULL DEFAULT now(),
  transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CONSTRAINT grant_state_change_reason_is_short CHECK (char_length(reason) BETWEEN 1 AND 1000)
);
CREATE INDEX grant_state_changes_by_grant ON grant_state_changes (grant_id, id);

CREATE FUNCTION check_grant_state_edge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state NOT IN ('prospect', 'drafting', 'applied') THEN
      RAISE EXCEPTION 'a grant begins as prospect, drafting or applied, not as %', NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_state_edge_allowed';
    END IF;
  ELSIF NEW.state <> OLD.state
        AND NOT EXISTS (SELECT FROM grant_state_edges e WHERE e.from_state = OLD.state AND e.to_state = NEW.state) THEN
    RAISE EXCEPTION 'no edge from % to %', OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_state_edge_allowed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grant_state_edge_allowed BEFORE INSERT OR UPDATE OF state ON grants
  FOR EACH ROW EXECUTE FUNCTION check_grant_state_edge();

-- Each move needs its row, written in the same transaction.
CREATE FUNCTION check_grant_state_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before text := CASE WHEN TG_OP = 'UPDATE' THEN OLD.state END;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.state = OLD.state THEN
    RETURN NULL;
  END IF;
  IF NOT EXISTS (SELECT
                   FROM grant_state_changes c
                  WHERE c.grant_id = NEW.id
                    AND c.from_state IS NOT DISTINCT FROM before
                    AND c.to_state = NEW.state
                    AND c.transaction_id = pg_current_xact_id()) THEN
    RAISE EXCEPTION 'grant % changed its state without saying who, when and why', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_state_change_recorded';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER grant_state_change_recorded AFTER INSERT OR UPDATE OF state ON grants
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_grant_state_change();

-- The other way round: a row tells of a move that was made, continues the last one, and gives its reason.
CREATE FUNCTION check_grant_state_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last record;
BEGIN
  SELECT c.to_state, c.on_date
    INTO last
    FROM grant_state_changes c
   WHERE c.grant_id = NEW.grant_id
     AND c.id < NEW.id
   ORDER BY c.id DESC
   LIMIT 1;
  IF last.to_state IS DISTINCT FROM NEW.from_state THEN
    RAISE EXCEPTION 'the history of grant % stands at %', NEW.grant_id, last.to_state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_state_history_continues';
  END IF;
  IF NEW.on_date < last.on_date THEN
    RAISE EXCEPTION 'the last change of grant % was later', NEW.grant_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_state_dates_ascend';
  END IF;
  IF NEW.reason IS NULL
     AND EXISTS (SELECT
                   FROM grant_state_edges e
                  WHERE e.from_state = NEW.from_state
                    AND e.to_state = NEW.to_state
                    AND e.needs_reason) THEN
    RAISE EXCEPTION 'a change to % needs a reason', NEW.to_state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_state_change_has_a_reason';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grant_state_history_continues BEFORE INSERT ON grant_state_changes
  FOR EACH ROW EXECUTE FUNCTION check_grant_state_history();

CREATE FUNCTION check_grant_state_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT g.state FROM grants g WHERE g.id = NEW.grant_id)
     IS DISTINCT FROM (SELECT c.to_state FROM grant_state_changes c WHERE c.grant_id = NEW.grant_id
                        ORDER BY c.id DESC LIMIT 1) THEN
    RAISE EXCEPTION 'grant % is not in the state that its history tells', NEW.grant_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_state_change_is_made';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER grant_state_change_is_made AFTER INSERT ON grant_state_changes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_grant_state_made();

-- ---- What a grant keeps ----

-- Once awarded, the currency is settled; before, it is as soon as an amount elsewhere refers to it (foreign keys).
CREATE FUNCTION check_grant_is_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.currency <> OLD.currency AND OLD.awarded_minor IS NOT NULL THEN
    RAISE EXCEPTION 'grant % is awarded in %', OLD.id, OLD.currency
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_currency_is_settled';
  END IF;
  IF OLD.fund_id IS NOT NULL AND NEW.fund_id IS DISTINCT FROM OLD.fund_id THEN
    RAISE EXCEPTION 'grant % keeps its fund', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_keeps_its_fund';
  END IF;
  IF NEW.programme_code <> OLD.programme_code THEN
    RAISE EXCEPTION 'grant % keeps its programme', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_keeps_its_programme';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grant_is_settled BEFORE UPDATE ON grants
  FOR EACH ROW EXECUTE FUNCTION check_grant_is_settled();

CREATE FUNCTION check_grant_funder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM organisations o WHERE o.id = NEW.funder_id AND o.is_funder) THEN
    RAISE EXCEPTION 'organisation % is no funder', NEW.funder_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_funder_is_a_funder';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grant_funder_is_a_funder BEFORE INSERT OR UPDATE OF funder_id ON grants
  FOR EACH ROW EXECUTE FUNCTION check_grant_funder();

-- The source of a grant tells what the grant tells, in one place.
CREATE FUNCTION follow_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE funding_sources
     SET name = NEW.title,
         organisation_id = NEW.funder_id,
         currency = NEW.currency,
         planned_minor = coalesce(NEW.awarded_minor, NEW.requested_minor),
         starts_on = NEW.starts_on,
         ends_on = NEW.ends_on,
         probability_bp = NEW.probability_bp,
         fund_id = NEW.fund_id,
         version = version + 1
   WHERE id = NEW.funding_source_id
     AND kind = 'grant';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'funding source % is not of a grant', NEW.funding_source_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_source_is_of_a_grant';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER funding_source_follows_grant AFTER INSERT OR UPDATE ON grants
  FOR EACH ROW EXECUTE FUNCTION follow_grant();

-- ---- Partners ----

CREATE TABLE grant_partners (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  grant_id        bigint NOT NULL,
  organisation_id bigint NOT NULL REFERENCES organisations (id),
  role            text NOT NULL,
  currency        char(3) NOT NULL,
  share_minor     bigint,
  position        integer NOT NULL,
  CONSTRAINT grant_partner_is_of_the_grant FOREIGN KEY (grant_id, currency) REFERENCES grants (id, currency),
  CONSTRAINT grant_partner_stands_once UNIQUE (grant_id, organisation_id),
  CONSTRAINT grant_partner_role_is_known CHECK (role IN ('coordinator', 'partner')),
  CONSTRAINT grant_partner_share_is_not_negative CHECK (share_minor BETWEEN 0 AND 1000000000000000),
  CONSTRAINT grant_partner_position_is_positive CHECK (position >= 1)
);
CREATE UNIQUE INDEX grant_has_one_coordinator ON grant_partners (grant_id) WHERE role = 'coordinator';
CREATE INDEX grant_partners_by_organisation ON grant_partners (organisation_id);

CREATE FUNCTION check_grant_partner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM organisations o WHERE o.id = NEW.organisation_id AND o.is_partner) THEN
    RAISE EXCEPTION 'organisation % is no partner', NEW.organisation_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_partner_is_a_partner';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grant_partner_is_a_partner BEFORE INSERT OR UPDATE OF organisation_id ON grant_partners
  FOR EACH ROW EXECUTE FUNCTION check_grant_partner();

-- At commit: one coordinator where there are partners, and shares within what is awarded (or asked for). The grant's
-- row is locked, so that two at once cannot exceed together what each may alone.
CREATE FUNCTION check_grant_shares() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_grant bigint;
  maximum  bigint;
  shares   numeric;
  partners bigint;
  leads    bigint;
BEGIN
  IF TG_TABLE_NAME = 'grants' THEN
    of_grant := NEW.id;
  ELSE
    of_grant := coalesce(NEW.grant_id, OLD.grant_id);
  END IF;
  SELECT coalesce(g.awarded_minor, g.requested_minor)
    INTO maximum
    FROM grants g
   WHERE g.id = of_grant
     FOR NO KEY UPDATE;
  SELECT coalesce(sum(p.share_minor), 0),
         count(*),
         count(*) FILTER (WHERE p.role = 'coordinator')
    INTO shares, partners, leads
    FROM grant_partners p
   WHERE p.grant_id = of_grant;
  IF shares > coalesce(maximum, 0) THEN
    RAISE EXCEPTION 'the shares of grant % exceed its amount', of_grant
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_partner_shares_fit';
  END IF;
  IF partners > 0 AND leads <> 1 THEN
    RAISE EXCEPTION 'grant % has % coordinators', of_grant, leads
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_partners_have_a_coordinator';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER grant_partner_shares_fit AFTER INSERT OR UPDATE OR DELETE ON grant_partners
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_grant_shares();
CREATE CONSTRAINT TRIGGER grant_partner_shares_fit AFTER UPDATE OF requested_minor, awarded_minor ON grants
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_grant_shares();

-- ---- Rights ----

GRANT SELECT, INSERT, UPDATE ON funding_sources TO kindling_service;
GRANT SELECT, INSERT, UPDATE ON grants TO kindling_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON grant_categories TO kindling_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON grant_partners TO kindling_service;
GRANT SELECT ON grant_state_edges TO kindling_service;
-- History is only added to; the transaction that wrote a row is the database's to say.
GRANT SELECT ON grant_state_changes TO kindling_service;
GRANT INSERT (grant_id, from_state, to_state, on_date, reason, actor_id) ON grant_state_changes TO kindling_service;
GRANT SELECT ON funding_sources, grants, grant_categories, grant_state_edges, grant_state_changes, grant_partners
  TO kindling_readonly;
