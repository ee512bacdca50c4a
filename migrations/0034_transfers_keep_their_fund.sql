-- Money that goes from one own account to another is the same money: what leaves a fund comes back to it. Each leg is a bank
-- line of its own, in any order and perhaps in another currency, so that legs are counted and not summed.

-- Legs of transfers that stand, by fund: those that left less those that came.
CREATE FUNCTION transfers_under_way(of_fund bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT COALESCE(sum(CASE WHEN p.amount_minor < 0 THEN 1 ELSE -1 END), 0)::bigint
  FROM entries e
  JOIN postings p ON p.entry_id = e.id AND p.account_code = 'bank'
  WHERE e.kind = 'bank_transfer'
    AND e.reverses_entry_id IS NULL
    AND p.fund_id = of_fund
    AND NOT EXISTS (SELECT 1 FROM entries r WHERE r.reverses_entry_id = e.id)
$$;
CREATE INDEX entries_of_transfers ON entries (id) WHERE kind = 'bank_transfer';

-- A restricted fund receives only what left it before; the general one does not receive while nothing of its own is under way
-- and another fund's money is. So nobody frees restricted money by matching lines.
CREATE FUNCTION hold_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  leg record;
  general bigint := (SELECT id FROM funds WHERE code = 'general');
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('bank_transfer', 0));
  SELECT p.fund_id, p.amount_minor INTO leg
  FROM postings p
  WHERE p.entry_id = NEW.entry_id AND p.account_code = 'bank'
  LIMIT 1;
  -- This leg is counted already.
  IF (leg.fund_id <> general AND leg.amount_minor > 0 AND transfers_under_way(leg.fund_id) < 0)
     OR (leg.fund_id <> general AND leg.amount_minor < 0 AND transfers_under_way(general) < 0)
     OR (leg.fund_id = general AND leg.amount_minor > 0 AND transfers_under_way(general) < 0
         AND EXISTS (SELECT 1 FROM funds f WHERE f.id <> general AND transfers_under_way(f.id) > 0)) THEN
    RAISE EXCEPTION 'entry % moves money from one fund to another', NEW.entry_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_keeps_its_fund';
  END IF;
  RETURN NEW;
END
$$;
CREATE FUNCTION is_transfer(of_entry bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM entries e WHERE e.id = of_entry AND e.kind = 'bank_transfer')
$$;
CREATE TRIGGER transfer_keeps_its_fund BEFORE INSERT ON bank_matches
  FOR EACH ROW WHEN (NEW.posted AND NEW.undoes_match_id IS NULL AND is_transfer(NEW.entry_id)) EXECUTE FUNCTION hold_transfer();
