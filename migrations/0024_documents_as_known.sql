-- Documents as they were known at an instant. A report is bound to a position of the ledger and to an instant: the ledger
-- keeps its past by itself, and what is changed in place leaves here what it was, so that the same report can be made
-- again, to the byte, whatever happened since. Beside the tables stand views of the same names in a schema of their own;
-- a report's transaction looks there first (SealedSnapshot), and no query has to know.

-- ---- What documents were ----

CREATE TABLE past_documents (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  document_table text NOT NULL,
  document_key text NOT NULL,
  content jsonb,  -- the whole row as it stood until then; NULL: it was not there yet
  known_until timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX past_documents_by_document ON past_documents (document_table, document_key, id);
CREATE INDEX past_documents_by_time ON past_documents (document_table, known_until);
CREATE TRIGGER posted_rows_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON past_documents
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT ON past_documents TO kindling_service, kindling_readonly;

-- First argument: the columns that are not kept, because they may speak of a person. Then those of the key.
CREATE FUNCTION keep_past_document() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  was jsonb;
BEGIN
  IF TG_OP = 'INSERT' THEN
    was := to_jsonb(NEW);
  ELSE
    was := to_jsonb(OLD);
  END IF;
  INSERT INTO past_documents (document_table, document_key, content)
  SELECT TG_TABLE_NAME,
         string_agg(was ->> k.name, '/' ORDER BY k.place),
         CASE WHEN TG_OP <> 'INSERT' THEN was - TG_ARGV[0]::text[] END
  FROM unnest(TG_ARGV[1:]) WITH ORDINALITY k (name, place);
  RETURN NULL;
END
$$;

-- ---- As known ----

CREATE SCHEMA as_known;

-- The instant of the transaction's report.
CREATE FUNCTION known_instant() RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT current_setting('kindling.known_at')::timestamptz
$$;

-- A view of what a table held at that instant: the rows that have not changed since, and of the others the oldest state
-- that lasted beyond it. A migration that adds a column to the table calls this again. Rows of a table without created_at
-- leave a mark when they come; of the others the column says it.
CREATE FUNCTION make_as_known(of_table text, VARIADIC key text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  key_text text := (SELECT string_agg(format('d.%I::text', k.name), ' || ''/'' || ' ORDER BY k.place)
                    FROM unnest(key) WITH ORDINALITY k (name, place));
  was_there text := CASE WHEN EXISTS (SELECT FROM pg_attribute a
                                      WHERE a.attrelid = format('public.%I', of_table)::regclass
                                        AND a.attname = 'created_at'
                                        AND NOT a.attisdropped)
                         THEN 'd.created_at <= public.known_instant()' ELSE 'true' END;
BEGIN
  EXECUTE format($view$
    CREATE OR REPLACE VIEW as_known.%1$I AS
      SELECT d.*
      FROM public.%1$I d
      WHERE %2$s
        AND NOT EXISTS (SELECT 1
                        FROM public.past_documents p
                        WHERE p.document_table = %1$L
                          AND p.document_key = %3$s
                          AND p.known_until > public.known_instant())
      UNION ALL
      SELECT d.*
      FROM (SELECT DISTINCT ON (p.document_key) p.content
            FROM public.past_documents p
            WHERE p.document_table = %1$L
              AND p.known_until > public.known_instant()
            ORDER BY p.document_key, p.id) p
      CROSS JOIN LATERAL jsonb_populate_record(NULL::public.%1$I, p.content) d
      WHERE p.content IS NOT NULL
        AND %2$s
  $view$, of_table, was_there, key_text);
END
$$;

-- ---- Which documents ----

-- Drafts of costs are no matter of reports, and what is only thanked for is no change of a gift.
CREATE TRIGGER past_document_is_kept AFTER UPDATE ON grants
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_past_document('{notes}', 'id');
CREATE TRIGGER past_document_is_kept AFTER UPDATE ON organisations
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_past_document('{notes}', 'id');
CREATE TRIGGER past_document_is_kept AFTER UPDATE ON instalments
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_past_document('{}', 'id');
CREATE TRIGGER past_document_is_kept AFTER UPDATE OR DELETE ON obligations
  FOR EACH ROW EXECUTE FUNCTION keep_past_document('{}', 'id');
CREATE TRIGGER past_document_is_kept AFTER UPDATE OR DELETE ON reporting_periods
  FOR EACH ROW EXECUTE FUNCTION keep_past_document('{}', 'id');
CREATE TRIGGER past_document_is_kept AFTER UPDATE ON risks
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_past_document('{}', 'id');
CREATE TRIGGER past_document_is_kept AFTER UPDATE ON campaigns
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_past_document('{public_text}', 'id');
CREATE TRIGGER past_document_is_kept AFTER UPDATE ON funding_sources
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_past_document('{notes}', 'id');
CREATE TRIGGER past_document_is_kept AFTER UPDATE ON exchange_rates
  FOR EACH ROW EXECUTE FUNCTION keep_past_document('{}', 'id');
CREATE TRIGGER past_document_is_kept AFTER UPDATE ON pledges
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_past_document('{ended_reason}', 'id');
CREATE TRIGGER past_document_is_kept AFTER UPDATE OF merged_into_id ON donors
  FOR EACH ROW WHEN (OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id)
  EXECUTE FUNCTION keep_past_document('{}', 'id');
CREATE TRIGGER past_document_is_kept AFTER UPDATE OF state, base_refunded_minor, pledge_id, campaign_id ON donations
  FOR EACH ROW WHEN (OLD.entry_id IS NOT NULL)
  EXECUTE FUNCTION keep_past_document('{reference, description, valuation_basis}', 'id');
CREATE TRIGGER past_document_is_kept AFTER UPDATE ON expenditures
  FOR EACH ROW WHEN (OLD.state IN ('approved', 'reported') OR NEW.state = 'approved')
  EXECUTE FUNCTION keep_past_document('{person}', 'id');
CREATE TRIGGER past_document_is_kept AFTER UPDATE ON expenditure_allocations
  FOR EACH ROW WHEN (OLD.grant_minor IS NOT NULL AND OLD.* IS DISTINCT FROM NEW.*)
  EXECUTE FUNCTION keep_past_document('{}', 'id');
CREATE TRIGGER past_document_is_kept AFTER INSERT OR UPDATE OR DELETE ON grant_categories
  FOR EACH ROW EXECUTE FUNCTION keep_past_document('{}', 'grant_id', 'code');
CREATE TRIGGER past_document_is_kept AFTER INSERT OR UPDATE OR DELETE ON grant_partners
  FOR EACH ROW EXECUTE FUNCTION keep_past_document('{}', 'id');
CREATE TRIGGER past_document_is_kept AFTER INSERT OR UPDATE OR DELETE ON organisation_identifiers
  FOR EACH ROW EXECUTE FUNCTION keep_past_document('{}', 'organisation_id', 'scheme', 'value');
CREATE TRIGGER past_document_is_kept AFTER INSERT ON reporting_period_rates
  FOR EACH ROW EXECUTE FUNCTION keep_past_document('{}', 'reporting_period_id', 'currency', 'starts_on');

DO $$
DECLARE
  of_table text;
BEGIN
  FOREACH of_table IN ARRAY ARRAY['grants', 'organisations', 'instalments', 'obligations', 'reporting_periods', 'risks',
                                  'campaigns', 'funding_sources', 'exchange_rates', 'pledges', 'donors', 'donations',
                                  'expenditures', 'expenditure_allocations', 'grant_partners'] LOOP
    PERFORM make_as_known(of_table, 'id');
  END LOOP;
  PERFORM make_as_known('grant_categories', 'grant_id', 'code');
  PERFORM make_as_known('organisation_identifiers', 'organisation_id', 'scheme', 'value');
  PERFORM make_as_known('reporting_period_rates', 'reporting_period_id', 'currency', 'starts_on');
END
$$;

-- As in public, over the rates that were known.
CREATE VIEW as_known.effective_exchange_rates AS
  SELECT DISTINCT ON (currency, on_date)
         currency,
         on_date,
         id,
         units_per_euro,
         manual,
         source
  FROM as_known.exchange_rates
  WHERE withdrawn_at IS NULL
  ORDER BY currency, on_date, manual DESC, id DESC;

GRANT USAGE ON SCHEMA as_known TO kindling_service;
GRANT SELECT ON ALL TABLES IN SCHEMA as_known TO kindling_service;
