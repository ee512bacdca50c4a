-- An erasure takes the files that wait and what a check has staged of them. A check that was just staging rows committed
-- them behind its back, and went on with the file that it had read. Now a check holds its import's row from batch to batch
-- (hold_import_file), and the erasure takes that row whole: who comes second sees what the first one did.
CREATE OR REPLACE FUNCTION forget_donation_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1
  FROM imports i
  WHERE i.kind = 'donations'
    AND EXISTS (SELECT 1 FROM import_file_parts p WHERE p.import_id = i.id)
  ORDER BY i.id
  FOR UPDATE OF i;
  DELETE FROM import_file_parts p
  USING imports i
  WHERE i.id = p.import_id
    AND i.kind = 'donations';
  DELETE FROM donation_import_rows;
  RETURN NULL;
END
$$;

-- A register of receipts can be made again as it was known at an instant, so that each copy says when it was issued, as
-- the receipts themselves do. Copies from before are known always.
ALTER TABLE donation_receipt_copies ADD COLUMN issued_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE donation_receipt_copies ALTER COLUMN issued_at SET DEFAULT now();
