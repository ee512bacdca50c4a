-- The opening of a bank account is what stood there before its first statement: no line is that money. A line that was
-- matched with it left the reconciliation with a difference that nothing listed.
CREATE FUNCTION hold_opening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM bank_accounts a WHERE a.opening_entry_id = NEW.entry_id) THEN
    RAISE EXCEPTION 'entry % is the opening of an account', NEW.entry_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'opening_is_on_no_statement';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER opening_is_on_no_statement BEFORE INSERT ON bank_matches
  FOR EACH ROW WHEN (NEW.undoes_match_id IS NULL) EXECUTE FUNCTION hold_opening();
