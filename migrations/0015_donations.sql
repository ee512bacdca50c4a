-- Campaigns, donors, donations, pledges, receipts, contributions. Who gave and what was given are kept apart: the rows
-- of money carry a donor's number and nothing else of a person, so that an erasure costs no cent. What a donor is called
-- is encrypted by the service (a key of its own each); the database sees ciphertext and keyed hashes.
INSERT INTO accounts (code, name, kind) VALUES ('donation_fees', 'Fees on donations', 'expense');

-- ---- Campaigns ----

CREATE TABLE campaigns (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  funding_source_id bigint NOT NULL REFERENCES funding_sources (id),
  name text NOT NULL,
  reference text NOT NULL,  -- public: what a payment names, so that the gift finds its campaign
  currency char(3) NOT NULL REFERENCES currencies (code),
  goal_minor bigint,
  starts_on date NOT NULL,
  ends_on date,
  fund_id bigint NOT NULL REFERENCES funds (id),
  purpose text,             -- of a restricted campaign: what its money is for
  public_text text NOT NULL DEFAULT '',
  is_public boolean NOT NULL DEFAULT false,
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT campaign_has_its_own_source UNIQUE (funding_source_id),
  CONSTRAINT campaign_name_is_short CHECK (char_length(name) BETWEEN 1 AND 200),
  -- The body of a creditor reference (ISO 11649) has up to 21 characters.
  CONSTRAINT campaign_reference_is_payable CHECK (reference ~ '^[A-Z0-9]{4,21}$'),
  CONSTRAINT campaign_reference_is_unique UNIQUE (reference),
  CONSTRAINT campaign_goal_is_positive CHECK (goal_minor BETWEEN 1 AND 1000000000000000),
  CONSTRAINT campaign_ends_after_start CHECK (ends_on >= starts_on),
  CONSTRAINT campaign_text_is_short CHECK (char_length(public_text) <= 4000),
  CONSTRAINT campaign_purpose_is_short CHECK (char_length(purpose) BETWEEN 1 AND 500)
);
CREATE INDEX campaigns_by_fund ON campaigns (fund_id);

-- The source of a campaign tells what the campaign tells, in one place; its fund stays, and a restricted one is its own.
CREATE FUNCTION follow_campaign() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1
             FROM funds f
             WHERE f.id = NEW.fund_id
               AND f.restriction = 'restricted'
               AND (NEW.purpose IS NULL
                    OR EXISTS (SELECT 1 FROM grants g WHERE g.fund_id = f.id)
                    OR EXISTS (SELECT 1 FROM campaigns c WHERE c.fund_id = f.id AND c.id <> NEW.id))) THEN
    RAISE EXCEPTION 'a restricted fund has one campaign and a purpose'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'restricted_campaign_has_its_own_fund';
  END IF;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO funding_sources (kind, name, currency, planned_minor, starts_on, ends_on, fund_id, created_by)
    VALUES ('campaign', NEW.name, NEW.currency, NEW.goal_minor, NEW.starts_on, NEW.ends_on, NEW.fund_id, NEW.created_by)
    RETURNING id INTO NEW.funding_source_id;
    RETURN NEW;
  END IF;
  IF (NEW.fund_id, NEW.currency, NEW.reference) <> (OLD.fund_id, OLD.currency, OLD.reference) THEN
    RAISE EXCEPTION 'campaign % keeps its fund, currency and reference', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'campaign_keeps_its_fund';
  END IF;
  UPDATE funding_sources
  SET name = NEW.name,
      planned_minor = NEW.goal_minor,
      starts_on = NEW.starts_on,
      ends_on = NEW.ends_on,
      version = version + 1
  WHERE id = NEW.funding_source_id;
  RETURN NEW;
END
$$;
CREATE TRIGGER funding_source_follows_campaign BEFORE INSERT OR UPDATE ON campaigns
  FOR EACH ROW EXECUTE FUNCTION follow_campaign();

-- ---- Donors, and who they are ----

CREATE TABLE donors (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  reference text NOT NULL,  -- random; what pages show instead of a name
  kind text NOT NULL DEFAULT 'person',
  anonymous boolean NOT NULL DEFAULT true,
  contact_preference text NOT NULL DEFAULT 'none',
  consent_on date,
  merged_into_id bigint REFERENCES donors (id),
  erased_at timestamptz,
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT donor_reference_is_unique UNIQUE (reference),
  CONSTRAINT donor_kind_is_known CHECK (kind IN ('person', 'organisation')),
  CONSTRAINT donor_preference_is_known CHECK (contact_preference IN ('none', 'email', 'post', 'phone')),
  CONSTRAINT contact_needs_consent CHECK (contact_preference = 'none' OR consent_on IS NOT NULL),
  CONSTRAINT donor_is_not_merged_into_itself CHECK (merged_into_id <> id)
);
CREATE INDEX donors_by_merge ON donors (merged_into_id) WHERE merged_into_id IS NOT NULL;

CREATE TABLE donor_identities (
  donor_id bigint PRIMARY KEY REFERENCES donors (id),
  wrapped_key bytea NOT NULL,  -- the donor's own key, under the master key
  sealed bytea NOT NULL,       -- name, address and the like, under the donor's key
  name_hash bytea NOT NULL,    -- keyed, of the normalised name: finds, and tells nothing
  email_hash bytea,
  CONSTRAINT identity_hash_is_256_bits CHECK (octet_length(name_hash) = 32 AND octet_length(email_hash) = 32)
);
CREATE INDEX donor_identities_by_name ON donor_identities (name_hash);
CREATE INDEX donor_identities_by_email ON donor_identities (email_hash);

CREATE FUNCTION hold_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'donors' THEN
    IF OLD.erased_at IS NOT NULL AND (NEW.erased_at IS NULL OR NEW.contact_preference <> 'none' OR NOT NEW.anonymous) THEN
      RAISE EXCEPTION 'donor % is erased', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'erased_donor_stays_erased';
    END IF;
    IF NEW.erased_at IS NOT NULL AND EXISTS (SELECT 1 FROM donor_identities i WHERE i.donor_id = NEW.id) THEN
      RAISE EXCEPTION 'donor % has an identity still', NEW.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'erased_donor_has_no_identity';
    END IF;
  ELSE
    -- The lock lets an erasure and a change of the identity take turns.
    PERFORM 1 FROM donors d WHERE d.id = NEW.donor_id AND d.erased_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'donor % is erased', NEW.donor_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'erased_donor_stays_erased';
    END IF;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER erased_donor_stays_erased BEFORE UPDATE ON donors
  FOR EACH ROW EXECUTE FUNCTION hold_erasure();
CREATE TRIGGER erased_donor_stays_erased BEFORE INSERT OR UPDATE ON donor_identities
  FOR EACH ROW EXECUTE FUNCTION hold_erasure();

-- What a person decided about two donors that look alike. A merge is a pointer (donors.merged_into_id), so that undoing
-- it is exact: no gift changes its donor.
CREATE TABLE donor_decisions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kept_id bigint NOT NULL REFERENCES donors (id),
  other_id bigint NOT NULL REFERENCES donors (id),
  decision text NOT NULL,
  decided_by bigint NOT NULL REFERENCES users (id),
  decided_at timestamptz NOT NULL DEFAULT now(),
  undone_by bigint REFERENCES users (id),
  undone_at timestamptz,
  CONSTRAINT donor_decision_is_known CHECK (decision IN ('same', 'different')),
  CONSTRAINT donor_decision_is_of_two CHECK (kept_id <> other_id),
  CONSTRAINT undoing_is_whole CHECK ((undone_by IS NULL) = (undone_at IS NULL))
);
CREATE UNIQUE INDEX donor_pair_is_decided_once ON donor_decisions (least(kept_id, other_id), greatest(kept_id, other_id))
  WHERE undone_at IS NULL;

CREATE FUNCTION hold_donor_merge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.merged_into_id IS NOT NULL AND NEW.merged_into_id IS DISTINCT FROM OLD.merged_into_id
     AND (EXISTS (SELECT 1 FROM donors d WHERE d.id = NEW.merged_into_id AND d.merged_into_id IS NOT NULL)
          OR EXISTS (SELECT 1 FROM donors d WHERE d.merged_into_id = NEW.id)) THEN
    RAISE EXCEPTION 'donor % cannot be merged into %', NEW.id, NEW.merged_into_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'merges_have_one_level';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER merges_have_one_level BEFORE UPDATE OF merged_into_id ON donors
  FOR EACH ROW EXECUTE FUNCTION hold_donor_merge();

-- ---- Pledges ----

CREATE TABLE pledges (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  donor_id bigint NOT NULL REFERENCES donors (id),
  campaign_id bigint REFERENCES campaigns (id),
  currency char(3) NOT NULL REFERENCES currencies (code),
  amount_minor bigint NOT NULL,
  cycle text NOT NULL,
  anchor_day smallint,  -- NULL: the last day of the month, whatever it is
  starts_on date NOT NULL,
  ends_on date,
  state text NOT NULL DEFAULT 'active',
  ended_reason text,
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pledge_amount_is_positive CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
  CONSTRAINT pledge_cycle_is_known CHECK (cycle IN ('monthly', 'quarterly', 'yearly')),
  CONSTRAINT pledge_anchor_is_a_day CHECK (anchor_day BETWEEN 1 AND 31),
  CONSTRAINT pledge_state_is_known CHECK (state IN ('active', 'paused', 'ended')),
  CONSTRAINT pledge_ends_after_start CHECK (ends_on >= starts_on),
  CONSTRAINT ended_pledge_has_an_end CHECK (state <> 'ended' OR ends_on IS NOT NULL)
);
CREATE INDEX pledges_by_donor ON pledges (donor_id, id);
CREATE INDEX pledges_by_state ON pledges (state, id);

CREATE TABLE pledge_pauses (
  pledge_id bigint NOT NULL REFERENCES pledges (id),
  first_on date NOT NULL,
  last_on date,  -- NULL: it is paused still
  PRIMARY KEY (pledge_id, first_on),
  CONSTRAINT pause_ends_after_start CHECK (last_on >= first_on)
);
CREATE UNIQUE INDEX pledge_is_paused_once ON pledge_pauses (pledge_id) WHERE last_on IS NULL;

-- ---- Donations ----

-- Numbers are taken before the rows are written, so that entry and gift refer to each other without a second write.
CREATE SEQUENCE donation_numbers;

CREATE TABLE donations (
  id bigint PRIMARY KEY DEFAULT nextval('donation_numbers'),
  version integer NOT NULL DEFAULT 1,
  kind text NOT NULL,
  state text NOT NULL,
  given_on date NOT NULL,
  cleared_on date,  -- the accounting date
  method text NOT NULL,
  reference text NOT NULL DEFAULT '',
  donor_id bigint REFERENCES donors (id),  -- NULL: nobody knows
  campaign_id bigint REFERENCES campaigns (id),
  pledge_id bigint REFERENCES pledges (id),
  pledge_due_on date,
  -- As given, and in the platform's currency at the stated rate (units given for one of the platform's).
  currency char(3) NOT NULL REFERENCES currencies (code),
  gross_minor bigint NOT NULL,
  fee_minor bigint NOT NULL DEFAULT 0,
  rate numeric(20, 8),
  base_currency char(3) NOT NULL REFERENCES currencies (code),
  base_gross_minor bigint NOT NULL,
  base_fee_minor bigint NOT NULL DEFAULT 0,
  refunded_minor bigint NOT NULL DEFAULT 0,
  base_refunded_minor bigint NOT NULL DEFAULT 0,
  description text,      -- in kind: what it is
  valuation_basis text,  -- in kind: why it is worth that
  entry_id bigint REFERENCES entries (id),
  thanked_on date,
  thanked_by bigint REFERENCES users (id),
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT donation_kind_is_known CHECK (kind IN ('cash', 'in_kind')),
  CONSTRAINT donation_state_is_known CHECK (state IN ('pending', 'cleared', 'failed', 'refunded', 'charged_back')),
  CONSTRAINT donation_method_is_known
    CHECK (method IN ('bank_transfer', 'direct_debit', 'card', 'online', 'cash', 'cheque', 'in_kind')),
  CONSTRAINT in_kind_gift_is_never_cash CHECK ((kind = 'in_kind') = (method = 'in_kind')),
  CONSTRAINT in_kind_gift_has_a_valuation
    CHECK (kind <> 'in_kind' OR (description IS NOT NULL AND valuation_basis IS NOT NULL AND fee_minor = 0)),
  CONSTRAINT donation_is_positive CHECK (gross_minor BETWEEN 1 AND 1000000000000000
                                         AND base_gross_minor BETWEEN 1 AND 1000000000000000),
  CONSTRAINT fee_is_less_than_the_gift CHECK (fee_minor >= 0 AND fee_minor < gross_minor
                                              AND base_fee_minor >= 0 AND base_fee_minor < base_gross_minor),
  CONSTRAINT foreign_gift_has_a_rate
    CHECK (CASE WHEN currency = base_currency
                THEN rate IS NULL AND base_gross_minor = gross_minor AND base_fee_minor = fee_minor
                ELSE rate > 0 END),
  CONSTRAINT refunds_never_exceed_the_gift
    CHECK (refunded_minor BETWEEN 0 AND gross_minor AND base_refunded_minor BETWEEN 0 AND base_gross_minor
           AND (refunded_minor < gross_minor OR base_refunded_minor = base_gross_minor)),
  CONSTRAINT only_what_cleared_is_posted
    CHECK ((state IN ('pending', 'failed')) = (entry_id IS NULL) AND (entry_id IS NULL) = (cleared_on IS NULL)),
  CONSTRAINT donation_has_its_own_entry UNIQUE (entry_id),
  CONSTRAINT donation_reference_is_short CHECK (char_length(reference) <= 140),
  CONSTRAINT donation_description_is_short CHECK (char_length(description) BETWEEN 1 AND 500
                                                  AND char_length(valuation_basis) BETWEEN 1 AND 500),
  CONSTRAINT pledged_gift_has_a_due_day CHECK ((pledge_id IS NULL) = (pledge_due_on IS NULL)),
  CONSTRAINT thanks_are_whole CHECK ((thanked_on IS NULL) = (thanked_by IS NULL))
);
-- The same payment is not recorded twice.
CREATE UNIQUE INDEX donation_counts_once ON donations (reference, method, given_on, gross_minor, currency)
  WHERE reference <> '' AND state <> 'failed';
CREATE UNIQUE INDEX pledge_day_is_met_once ON donations (pledge_id, pledge_due_on)
  WHERE pledge_id IS NOT NULL AND state NOT IN ('failed', 'refunded', 'charged_back');
CREATE INDEX donations_by_date ON donations (given_on, id);
CREATE INDEX donations_by_donor ON donations (donor_id, id) WHERE donor_id IS NOT NULL;
CREATE INDEX donations_by_campaign ON donations (campaign_id, id) WHERE campaign_id IS NOT NULL;
CREATE INDEX donations_open ON donations (state, id) WHERE state = 'pending';
CREATE INDEX donations_to_thank ON donations (id) WHERE thanked_on IS NULL AND donor_id IS NOT NULL AND state = 'cleared';

-- How a gift is shared between funds, in the platform's currency. Most have one part.
CREATE TABLE donation_parts (
  donation_id bigint NOT NULL REFERENCES donations (id),
  position smallint NOT NULL,
  fund_id bigint NOT NULL REFERENCES funds (id),
  gross_minor bigint NOT NULL,
  PRIMARY KEY (donation_id, position),
  CONSTRAINT donation_part_is_positive CHECK (gross_minor > 0),
  CONSTRAINT fund_stands_once_in_a_gift UNIQUE (donation_id, fund_id)
);
CREATE INDEX donation_parts_by_fund ON donation_parts (fund_id);
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON donation_parts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A gift of a campaign goes into the campaign's fund, whole; no gift goes into the fund of a grant, and none into the
-- restricted fund of a campaign that it was not given to.
CREATE FUNCTION hold_donation_purpose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1
             FROM added a
             JOIN donations d ON d.id = a.donation_id
             JOIN campaigns c ON c.id = d.campaign_id
             WHERE c.fund_id <> a.fund_id)
     OR EXISTS (SELECT 1
                FROM added a
                JOIN funds f ON f.id = a.fund_id AND f.restriction = 'restricted'
                JOIN donations d ON d.id = a.donation_id
                WHERE d.campaign_id IS NULL
                  AND (EXISTS (SELECT 1 FROM grants g WHERE g.fund_id = f.id)
                       OR EXISTS (SELECT 1 FROM campaigns c WHERE c.fund_id = f.id))) THEN
    RAISE EXCEPTION 'a gift leaves the purpose of its fund'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'gift_keeps_its_purpose';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER gift_keeps_its_purpose AFTER INSERT ON donation_parts
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION hold_donation_purpose();

-- pending -> cleared | failed; cleared -> refunded | charged_back, by their rows alone. What was given stays as it is;
-- the fee may be told when the money arrives.
CREATE FUNCTION hold_donation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('pending', 'cleared'), ('pending', 'failed'),
                                                               ('cleared', 'refunded'), ('cleared', 'charged_back')) THEN
    RAISE EXCEPTION 'no edge from % to %', OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'donation_edge_allowed';
  END IF;
  IF (NEW.kind, NEW.given_on, NEW.method, NEW.reference, NEW.campaign_id, NEW.currency, NEW.gross_minor, NEW.rate,
      NEW.base_currency, NEW.base_gross_minor)
     IS DISTINCT FROM (OLD.kind, OLD.given_on, OLD.method, OLD.reference, OLD.campaign_id, OLD.currency, OLD.gross_minor,
                       OLD.rate, OLD.base_currency, OLD.base_gross_minor)
     OR (OLD.state <> 'pending' AND (NEW.fee_minor, NEW.base_fee_minor, NEW.entry_id, NEW.cleared_on)
         IS DISTINCT FROM (OLD.fee_minor, OLD.base_fee_minor, OLD.entry_id, OLD.cleared_on))
     OR (OLD.donor_id IS NOT NULL AND NEW.donor_id IS DISTINCT FROM OLD.donor_id) THEN
    RAISE EXCEPTION 'gift % is recorded', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'recorded_gift_never_changes';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER recorded_gift_never_changes BEFORE UPDATE ON donations
  FOR EACH ROW EXECUTE FUNCTION hold_donation();

-- At commit: the parts are the gift, and the entry posts it, fund by fund.
CREATE FUNCTION hold_donation_posted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  parts bigint;
  posted record;
BEGIN
  SELECT COALESCE(sum(gross_minor), 0) INTO parts FROM donation_parts WHERE donation_id = NEW.id;
  IF parts <> NEW.base_gross_minor THEN
    RAISE EXCEPTION 'the parts of gift % come to %', NEW.id, parts
      USING ERRCODE = 'check_violation', CONSTRAINT = 'gift_parts_add_up';
  END IF;
  IF NEW.entry_id IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT COALESCE(sum(p.amount_minor) FILTER (WHERE p.account_code = CASE NEW.kind WHEN 'cash' THEN 'bank' ELSE 'expense_in_kind' END), 0) AS came,
         COALESCE(sum(p.amount_minor) FILTER (WHERE p.account_code = 'donation_fees'), 0) AS fees,
         bool_and(p.currency = NEW.base_currency
                  AND p.account_code IN ('donation_fees', CASE NEW.kind WHEN 'cash' THEN 'bank' ELSE 'expense_in_kind' END,
                                         CASE NEW.kind WHEN 'cash' THEN 'income_donations' ELSE 'income_in_kind' END)
                  AND (p.amount_minor > 0 OR d.gross_minor = -p.amount_minor)) AS fits,
         count(*) FILTER (WHERE p.amount_minor < 0) AS incomes
  INTO posted
  FROM postings p
  LEFT JOIN donation_parts d ON d.donation_id = NEW.id AND d.fund_id = p.fund_id
  WHERE p.entry_id = NEW.entry_id;
  IF NOT COALESCE(posted.fits, false) OR posted.came <> NEW.base_gross_minor - NEW.base_fee_minor
     OR posted.fees <> NEW.base_fee_minor
     OR posted.incomes <> (SELECT count(*) FROM donation_parts WHERE donation_id = NEW.id) THEN
    RAISE EXCEPTION 'gift % is not what entry % posts', NEW.id, NEW.entry_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'donation_matches_entry';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER donation_matches_entry AFTER INSERT OR UPDATE OF state ON donations
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_donation_posted();

-- Money given back, or taken back by the payer's bank. Each is posted; the gift's sums follow by themselves.
CREATE TABLE donation_refunds (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  donation_id bigint NOT NULL REFERENCES donations (id),
  kind text NOT NULL,
  amount_minor bigint NOT NULL,       -- in the gift's currency
  base_amount_minor bigint NOT NULL,  -- in the platform's, at the gift's own rate
  booked_on date NOT NULL,
  reason text NOT NULL,
  entry_id bigint NOT NULL REFERENCES entries (id),
  created_by bigint NOT NULL REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT refund_kind_is_known CHECK (kind IN ('refund', 'chargeback')),
  CONSTRAINT refund_is_positive CHECK (amount_minor > 0 AND base_amount_minor >= 0),
  CONSTRAINT refund_has_a_reason CHECK (char_length(reason) BETWEEN 1 AND 1000),
  CONSTRAINT refund_has_its_own_entry UNIQUE (entry_id)
);
CREATE INDEX donation_refunds_by_donation ON donation_refunds (donation_id, id);
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON donation_refunds
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- As the owner, because nobody else may write these sums.
CREATE FUNCTION count_refund() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  gift donations;
BEGIN
  SELECT * INTO gift FROM donations WHERE id = NEW.donation_id FOR NO KEY UPDATE;
  IF NEW.kind = 'chargeback' AND gift.refunded_minor > 0 THEN
    RAISE EXCEPTION 'gift % was refunded', gift.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'refunded_gift_is_not_charged_back';
  END IF;
  IF gift.refunded_minor + NEW.amount_minor > gift.gross_minor THEN
    RAISE EXCEPTION 'gift % has less left', gift.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'refunds_never_exceed_the_gift';
  END IF;
  IF gift.state <> 'cleared' THEN
    RAISE EXCEPTION 'gift % is %', gift.id, gift.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'only_what_cleared_is_refunded';
  END IF;
  IF NEW.kind = 'chargeback' AND (gift.kind = 'in_kind' OR NEW.amount_minor <> gift.gross_minor) THEN
    RAISE EXCEPTION 'a chargeback takes back the whole payment'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'chargeback_takes_the_whole_payment';
  END IF;
  UPDATE donations
  SET refunded_minor = refunded_minor + NEW.amount_minor,
      base_refunded_minor = base_refunded_minor + NEW.base_amount_minor,
      state = CASE WHEN NEW.kind = 'chargeback' THEN 'charged_back'
                   WHEN refunded_minor + NEW.amount_minor = gross_minor THEN 'refunded'
                   ELSE state END,
      version = version + 1
  WHERE id = gift.id;
  RETURN NEW;
END
$$;
CREATE TRIGGER refund_is_counted BEFORE INSERT ON donation_refunds
  FOR EACH ROW EXECUTE FUNCTION count_refund();

-- At commit: what all refunds of a gift post stays within each of its funds, and comes to what they say.
CREATE FUNCTION hold_refund_posted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
       SELECT 1
       FROM (SELECT p.fund_id, sum(p.amount_minor) AS minor
             FROM donation_refunds r
             JOIN postings p ON p.entry_id = r.entry_id AND p.account_code IN ('income_donations', 'income_in_kind')
             WHERE r.donation_id = NEW.donation_id
             GROUP BY p.fund_id) posted
       LEFT JOIN donation_parts d ON d.donation_id = NEW.donation_id AND d.fund_id = posted.fund_id
       WHERE d.gross_minor IS NULL
          OR posted.minor NOT BETWEEN 0 AND d.gross_minor)
     OR (SELECT COALESCE(sum(p.amount_minor), 0)
         FROM postings p
         WHERE p.entry_id = NEW.entry_id
           AND p.account_code IN ('income_donations', 'income_in_kind')) <> NEW.base_amount_minor THEN
    RAISE EXCEPTION 'refund % is not what entry % posts', NEW.id, NEW.entry_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_matches_entry';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER refund_matches_entry AFTER INSERT ON donation_refunds
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_refund_posted();

-- Whom else a gift is thanks to. Attribution, never money: no sum reads it.
CREATE TABLE donation_soft_credits (
  donation_id bigint NOT NULL REFERENCES donations (id),
  donor_id bigint NOT NULL REFERENCES donors (id),
  PRIMARY KEY (donation_id, donor_id)
);
CREATE INDEX donation_soft_credits_by_donor ON donation_soft_credits (donor_id);

-- What a donor wrote: plain text, seen by others only once a person let it pass, in no report, gone with the identity.
CREATE TABLE donation_messages (
  donation_id bigint PRIMARY KEY REFERENCES donations (id),
  body text NOT NULL,
  state text NOT NULL DEFAULT 'waiting',
  moderated_by bigint REFERENCES users (id),
  moderated_at timestamptz,
  CONSTRAINT message_is_short CHECK (char_length(body) BETWEEN 1 AND 1000),
  CONSTRAINT message_state_is_known CHECK (state IN ('waiting', 'shown', 'hidden')),
  CONSTRAINT moderation_is_by_somebody CHECK ((state = 'waiting') = (moderated_by IS NULL))
);
CREATE INDEX donation_messages_waiting ON donation_messages (donation_id) WHERE state = 'waiting';
CREATE TABLE pledge_messages (
  pledge_id bigint PRIMARY KEY REFERENCES pledges (id),
  body text NOT NULL,
  state text NOT NULL DEFAULT 'waiting',
  moderated_by bigint REFERENCES users (id),
  moderated_at timestamptz,
  CONSTRAINT pledge_message_is_short CHECK (char_length(body) BETWEEN 1 AND 1000),
  CONSTRAINT pledge_message_state_is_known CHECK (state IN ('waiting', 'shown', 'hidden')),
  CONSTRAINT pledge_moderation_is_by_somebody CHECK ((state = 'waiting') = (moderated_by IS NULL))
);

-- ---- Receipts ----

CREATE TABLE receipt_years (
  year smallint PRIMARY KEY,
  last_number integer NOT NULL,
  CONSTRAINT receipt_number_is_positive CHECK (last_number >= 1)
);

CREATE TABLE donation_receipts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  year smallint NOT NULL,    -- of issued_on
  number integer NOT NULL,
  kind text NOT NULL,
  donor_id bigint NOT NULL REFERENCES donors (id),
  issued_on date NOT NULL,
  covers_year smallint,      -- of an annual one
  currency char(3) NOT NULL REFERENCES currencies (code),
  amount_minor bigint NOT NULL,  -- gifts in kind are described, not valued
  issued_by bigint NOT NULL REFERENCES users (id),
  issued_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT receipt_number_is_unique UNIQUE (year, number),
  CONSTRAINT receipt_kind_is_known CHECK (kind IN ('single', 'annual')),
  CONSTRAINT annual_receipt_covers_a_year CHECK ((kind = 'annual') = (covers_year IS NOT NULL)),
  CONSTRAINT receipt_amount_is_not_negative CHECK (amount_minor >= 0)
);
CREATE INDEX donation_receipts_by_donor ON donation_receipts (donor_id, id);

-- The number is taken under the lock of its year, in the transaction that writes the receipt: none is lost in a crash,
-- none is given twice. As the owner, because nobody else may count.
CREATE FUNCTION number_receipt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  NEW.year := extract(year FROM NEW.issued_on);
  INSERT INTO receipt_years AS y (year, last_number) VALUES (NEW.year, 1)
  ON CONFLICT (year) DO UPDATE SET last_number = y.last_number + 1
  RETURNING last_number INTO NEW.number;
  RETURN NEW;
END
$$;
CREATE TRIGGER receipt_numbers_have_no_gap BEFORE INSERT ON donation_receipts
  FOR EACH ROW EXECUTE FUNCTION number_receipt();
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON donation_receipts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE donation_receipt_lines (
  receipt_id bigint NOT NULL REFERENCES donation_receipts (id),
  donation_id bigint NOT NULL REFERENCES donations (id),
  amount_minor bigint NOT NULL,  -- left of the gift when it was receipted; 0 in kind
  PRIMARY KEY (receipt_id, donation_id),
  CONSTRAINT donation_is_receipted_once UNIQUE (donation_id),
  CONSTRAINT receipt_line_is_not_negative CHECK (amount_minor >= 0)
);
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON donation_receipt_lines
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION hold_receipt_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1
                 FROM donations d
                 JOIN donors o ON o.id = d.donor_id
                 JOIN donation_receipts r ON r.id = NEW.receipt_id
                 WHERE d.id = NEW.donation_id
                   AND d.state = 'cleared'
                   AND d.currency = r.currency
                   AND r.donor_id IN (o.id, o.merged_into_id)
                   AND NEW.amount_minor = CASE d.kind WHEN 'in_kind' THEN 0 ELSE d.gross_minor - d.refunded_minor END) THEN
    RAISE EXCEPTION 'gift % does not belong on receipt %', NEW.donation_id, NEW.receipt_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_is_for_what_cleared';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER receipt_is_for_what_cleared BEFORE INSERT ON donation_receipt_lines
  FOR EACH ROW EXECUTE FUNCTION hold_receipt_line();

CREATE FUNCTION hold_receipt_sum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.amount_minor IS DISTINCT FROM (SELECT sum(amount_minor) FROM donation_receipt_lines WHERE receipt_id = NEW.id) THEN
    RAISE EXCEPTION 'the lines of receipt % do not come to its amount', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_adds_up';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER receipt_adds_up AFTER INSERT ON donation_receipts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_receipt_sum();

-- A receipt that was lost is printed again, marked as a copy.
CREATE TABLE donation_receipt_copies (
  receipt_id bigint NOT NULL REFERENCES donation_receipts (id),
  copy_number smallint NOT NULL,
  issued_on date NOT NULL,
  reason text NOT NULL,
  issued_by bigint NOT NULL REFERENCES users (id),
  PRIMARY KEY (receipt_id, copy_number),
  CONSTRAINT copy_has_a_reason CHECK (char_length(reason) BETWEEN 1 AND 500)
);
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON donation_receipt_copies
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- ---- Contributions of organisations' own budgets: what arrived of what a funding source plans ----

CREATE TABLE contribution_receipts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  funding_source_id bigint NOT NULL REFERENCES funding_sources (id),
  received_on date NOT NULL,
  amount_minor bigint NOT NULL,
  reference text NOT NULL,    -- the bank's; in kind: of the agreement
  description text,           -- in kind: what it is
  valuation_basis text,       -- in kind: why it is worth that
  entry_id bigint NOT NULL REFERENCES entries (id),
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT contribution_has_its_own_entry UNIQUE (entry_id),
  CONSTRAINT contribution_counts_once UNIQUE (funding_source_id, reference, received_on, amount_minor),
  CONSTRAINT contribution_is_positive CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
  CONSTRAINT contribution_reference_is_short CHECK (char_length(reference) BETWEEN 1 AND 140),
  CONSTRAINT contribution_text_is_short CHECK (char_length(description) BETWEEN 1 AND 500
                                               AND char_length(valuation_basis) BETWEEN 1 AND 500)
);
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON contribution_receipts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- In cash it reaches the bank; in kind it never does, and it says what it is and why it is worth that.
CREATE FUNCTION hold_contribution() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  source funding_sources;
BEGIN
  SELECT * INTO source FROM funding_sources WHERE id = NEW.funding_source_id;
  IF source.kind NOT IN ('contribution', 'other') THEN
    RAISE EXCEPTION 'source % is a %', source.id, source.kind
      USING ERRCODE = 'check_violation', CONSTRAINT = 'contribution_is_of_an_organisation';
  END IF;
  IF source.basis = 'in_kind' AND (NEW.description IS NULL OR NEW.valuation_basis IS NULL) THEN
    RAISE EXCEPTION 'in kind needs a valuation'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'contribution_in_kind_has_a_valuation';
  END IF;
  IF NOT EXISTS (SELECT 1
                 FROM postings p
                 WHERE p.entry_id = NEW.entry_id
                   AND p.account_code = CASE source.basis WHEN 'cash' THEN 'bank' ELSE 'expense_in_kind' END
                   AND p.amount_minor = NEW.amount_minor
                   AND p.currency = source.currency)
     OR EXISTS (SELECT 1 FROM postings p WHERE p.entry_id = NEW.entry_id AND p.account_code = 'bank' AND source.basis <> 'cash') THEN
    RAISE EXCEPTION 'the contribution is not what entry % posts', NEW.entry_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'contribution_matches_entry';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER contribution_matches_entry BEFORE INSERT ON contribution_receipts
  FOR EACH ROW EXECUTE FUNCTION hold_contribution();

-- ---- Rights ----

GRANT USAGE ON SEQUENCE donation_numbers TO kindling_service;
GRANT SELECT, INSERT, UPDATE ON campaigns, pledges, pledge_pauses TO kindling_service;
GRANT SELECT, INSERT, UPDATE ON donors, donor_decisions TO kindling_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON donor_identities, donation_messages, pledge_messages TO kindling_service;
-- What was refunded is counted by the refunds themselves.
GRANT SELECT, INSERT (id, kind, state, given_on, cleared_on, method, reference, donor_id, campaign_id, pledge_id,
                      pledge_due_on, currency, gross_minor, fee_minor, rate, base_currency, base_gross_minor,
                      base_fee_minor, description, valuation_basis, entry_id, created_by),
  UPDATE (state, version, cleared_on, fee_minor, base_fee_minor, entry_id, donor_id, pledge_id, pledge_due_on, thanked_on,
          thanked_by)
  ON donations TO kindling_service;
GRANT SELECT, INSERT ON donation_parts, donation_refunds, donation_receipt_lines, donation_receipt_copies,
  contribution_receipts TO kindling_service;
GRANT SELECT, INSERT, DELETE ON donation_soft_credits TO kindling_service;
GRANT SELECT, INSERT (kind, donor_id, issued_on, covers_year, currency, amount_minor, issued_by) ON donation_receipts
  TO kindling_service;
GRANT SELECT ON receipt_years TO kindling_service;
-- No dashboard reads who somebody is, nor what donors wrote.
GRANT SELECT ON campaigns, pledges, pledge_pauses, donations, donation_parts, donation_refunds, donation_soft_credits,
  donation_receipts, donation_receipt_lines, receipt_years, contribution_receipts TO kindling_readonly;

-- ---- Gifts from CSV ----

-- What a check found of a file's rows, until they are recorded. Not kept through a crash: the check is made again. Whom a
-- row makes a donor of stands sealed on the first row that names them.
CREATE UNLOGGED TABLE donation_import_rows (
  import_id bigint NOT NULL,
  row_number bigint NOT NULL,
  state text NOT NULL,
  currency char(3),
  amount_minor bigint,
  fee_minor bigint,
  rate numeric(20, 8),
  given_on date,
  cleared_on date,
  method text,
  reference text,
  message text,
  campaign_id bigint,
  fund_id bigint,
  donor_id bigint,        -- NULL: nobody known, or to be made
  donor_key bigint,       -- rows of one donor to be made have the same number; within the file
  donor_reference text,
  donor_wrapped_key bytea,
  donor_sealed bytea,
  donor_name_hash bytea,
  donor_email_hash bytea,
  PRIMARY KEY (import_id, row_number)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON donation_import_rows TO kindling_service;
GRANT DELETE ON import_file_parts TO kindling_service;

-- A file that waits may name who is erased, and it cannot be looked into: it goes, and is sent again.
CREATE FUNCTION forget_donation_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM import_file_parts p
  USING imports i
  WHERE i.id = p.import_id
    AND i.kind = 'donations';
  DELETE FROM donation_import_rows;
  RETURN NULL;
END
$$;
CREATE TRIGGER imports_forget_erased_donor AFTER UPDATE OF erased_at ON donors
  FOR EACH ROW WHEN (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL) EXECUTE FUNCTION forget_donation_files();
