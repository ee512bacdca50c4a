-- What a budget stands on stays: once a line is planned, its amount is in the grant's currency and under one of the
-- grant's categories, so neither may be taken away from under it. Whoever plans or changes locks the grant's row first.

CREATE FUNCTION check_grant_currency_in_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.currency <> OLD.currency
     AND EXISTS (SELECT
                   FROM budget_versions v
                   JOIN budget_lines l ON l.budget_version_id = v.id
                  WHERE v.grant_id = OLD.id) THEN
    RAISE EXCEPTION 'the budget of grant % is in %', OLD.id, OLD.currency
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_currency_is_settled';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grant_currency_in_use BEFORE UPDATE OF currency ON grants
  FOR EACH ROW EXECUTE FUNCTION check_grant_currency_in_use();

CREATE FUNCTION check_grant_category_in_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT
               FROM budget_versions v
               JOIN budget_lines l ON l.budget_version_id = v.id
              WHERE v.grant_id = OLD.grant_id
                AND l.category_code = OLD.code) THEN
    RAISE EXCEPTION 'a budget line of grant % uses category %', OLD.grant_id, OLD.code
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_category_is_in_use';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER grant_category_is_in_use BEFORE DELETE ON grant_categories
  FOR EACH ROW EXECUTE FUNCTION check_grant_category_in_use();
