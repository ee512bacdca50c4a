-- A gift may reach an account of another currency than the platform's, or be exchanged on its way. What reached the account
-- is then told beside the gift. It is posted in the account's own currency, and the clearing account stands between it and
-- the income in the platform's currency, so that each currency balances by itself. Where the account is in the platform's
-- currency, what arrived beside what the rate makes of the gift is an exchange difference.
ALTER TABLE donations ADD COLUMN arrived_currency char(3) REFERENCES currencies (code);  -- NULL: net, in the platform's
ALTER TABLE donations ADD COLUMN arrived_minor bigint;
ALTER TABLE donations ADD CONSTRAINT arrival_is_whole
  CHECK ((arrived_currency IS NULL) = (arrived_minor IS NULL) AND arrived_minor BETWEEN 1 AND 1000000000000000);
ALTER TABLE donations ADD CONSTRAINT only_money_that_cleared_has_an_arrival
  CHECK (arrived_minor IS NULL OR (kind = 'cash' AND entry_id IS NOT NULL));
ALTER TABLE donations ADD CONSTRAINT arrival_in_the_gifts_currency_is_its_net
  CHECK (arrived_currency <> currency OR arrived_minor = gross_minor - fee_minor);
GRANT INSERT (arrived_currency, arrived_minor), UPDATE (arrived_currency, arrived_minor) ON donations TO kindling_service;
SELECT make_as_known('donations', 'id');

-- As before, and what arrived stays too.
CREATE OR REPLACE FUNCTION hold_donation() RETURNS trigger LANGUAGE plpgsql AS $$
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
     OR (OLD.state <> 'pending' AND (NEW.fee_minor, NEW.base_fee_minor, NEW.entry_id, NEW.cleared_on, NEW.arrived_currency,
                                     NEW.arrived_minor)
         IS DISTINCT FROM (OLD.fee_minor, OLD.base_fee_minor, OLD.entry_id, OLD.cleared_on, OLD.arrived_currency,
                           OLD.arrived_minor))
     OR (OLD.donor_id IS NOT NULL AND NEW.donor_id IS DISTINCT FROM OLD.donor_id) THEN
    RAISE EXCEPTION 'gift % is recorded', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'recorded_gift_never_changes';
  END IF;
  RETURN NEW;
END
$$;

-- Does the gift's entry post what arrived, its fee, the income of each fund, and nothing else? Each fund balances by itself
-- in each currency, so that no fund pays for another one's exchange.
CREATE FUNCTION arrival_matches_entry(gift donations) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT NOT EXISTS (
           SELECT 1
           FROM (SELECT account_code, currency, sum(minor) AS minor
                 FROM (VALUES ('bank', gift.arrived_currency, gift.arrived_minor),
                              ('donation_fees', gift.base_currency, gift.base_fee_minor),
                              ('currency_clearing', gift.arrived_currency,
                               CASE WHEN gift.arrived_currency <> gift.base_currency THEN -gift.arrived_minor ELSE 0 END),
                              ('currency_clearing', gift.base_currency,
                               CASE WHEN gift.arrived_currency <> gift.base_currency
                                    THEN gift.base_gross_minor - gift.base_fee_minor ELSE 0 END),
                              ('exchange_differences', gift.base_currency,
                               CASE WHEN gift.arrived_currency <> gift.base_currency THEN 0
                                    ELSE gift.base_gross_minor - gift.base_fee_minor - gift.arrived_minor END),
                              ('income_donations', gift.base_currency, -gift.base_gross_minor))
                      AS told (account_code, currency, minor)
                 GROUP BY account_code, currency) told
           FULL JOIN (SELECT account_code, currency, sum(amount_minor) AS minor
                      FROM postings
                      WHERE entry_id = gift.entry_id
                      GROUP BY account_code, currency) posted USING (account_code, currency)
           WHERE COALESCE(told.minor, 0) <> COALESCE(posted.minor, 0))
     AND NOT EXISTS (
           SELECT 1
           FROM (SELECT fund_id, sum(amount_minor) AS minor
                 FROM postings
                 WHERE entry_id = gift.entry_id
                   AND account_code = 'income_donations'
                 GROUP BY fund_id) income
           FULL JOIN (SELECT fund_id, gross_minor
                      FROM donation_parts
                      WHERE donation_id = gift.id) part USING (fund_id)
           WHERE COALESCE(-income.minor, 0) <> COALESCE(part.gross_minor, 0))
     AND NOT EXISTS (
           SELECT 1
           FROM postings
           WHERE entry_id = gift.entry_id
           GROUP BY fund_id, currency
           HAVING sum(amount_minor) <> 0)
$$;

-- As before for a gift that arrived net in the platform's currency.
CREATE OR REPLACE FUNCTION hold_donation_posted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  parts bigint;
  posted record;
  holds boolean;
BEGIN
  SELECT COALESCE(sum(gross_minor), 0) INTO parts FROM donation_parts WHERE donation_id = NEW.id;
  IF parts <> NEW.base_gross_minor THEN
    RAISE EXCEPTION 'the parts of gift % come to %', NEW.id, parts
      USING ERRCODE = 'check_violation', CONSTRAINT = 'gift_parts_add_up';
  END IF;
  IF NEW.entry_id IS NULL THEN
    RETURN NULL;
  END IF;
  IF NEW.arrived_minor IS NOT NULL THEN
    holds := arrival_matches_entry(NEW);
  ELSE
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
    holds := COALESCE(posted.fits, false) AND posted.came = NEW.base_gross_minor - NEW.base_fee_minor
             AND posted.fees = NEW.base_fee_minor
             AND posted.incomes = (SELECT count(*) FROM donation_parts WHERE donation_id = NEW.id);
  END IF;
  IF NOT holds THEN
    RAISE EXCEPTION 'gift % is not what entry % posts', NEW.id, NEW.entry_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'donation_matches_entry';
  END IF;
  RETURN NULL;
END
$$;

-- As before, and it leaves the account, and the currency, that the gift had come to.
CREATE OR REPLACE FUNCTION hold_refund_posted() RETURNS trigger LANGUAGE plpgsql AS $$
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
           AND p.account_code IN ('income_donations', 'income_in_kind')) <> NEW.base_amount_minor
     OR EXISTS (SELECT 1
                FROM postings p
                JOIN donations d ON d.id = NEW.donation_id
                WHERE p.entry_id = NEW.entry_id
                  AND p.account_code = 'bank'
                  AND p.currency <> COALESCE(d.arrived_currency, d.base_currency)) THEN
    RAISE EXCEPTION 'refund % is not what entry % posts', NEW.id, NEW.entry_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_matches_entry';
  END IF;
  RETURN NULL;
END
$$;
