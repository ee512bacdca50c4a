-- What counts as a cost of a grant, and what counts as its match: two definitions that figures, statements and reports
-- share, held here.

-- ---- Exchange differences are no costs ----

-- A cost of a grant is what stands on one of its lines. What an exchange won or lost beside that, when a period was closed
-- at its pinned rate or a document was paid from another account, moves the fund's money and is shown for itself: it is
-- never declared, and takes nothing off what a line has available.
ALTER TABLE postings
  ADD CONSTRAINT exchange_difference_is_no_cost
    CHECK (account_code <> 'exchange_differences' OR budget_line_id IS NULL);

-- ---- Match ----

CREATE INDEX allocations_of_match ON expenditure_allocations (grant_id) WHERE used_as = 'match';

-- What approved costs give as match of these grants, in the grant's currency: by accounting date, as known at an instant,
-- what was taken back off. Paid and given in kind apart, because in kind is never cash.
CREATE FUNCTION grant_match_at(of_grants bigint[], as_of date, known_at timestamptz)
RETURNS TABLE (grant_id bigint, paid_minor bigint, in_kind_minor bigint) LANGUAGE sql STABLE ROWS 20 AS $$
  SELECT m.grant_id,
         COALESCE(sum(m.minor) FILTER (WHERE m.kind <> 'in_kind'), 0)::bigint,
         COALESCE(sum(m.minor) FILTER (WHERE m.kind = 'in_kind'), 0)::bigint
  FROM (SELECT a.grant_id, x.kind, a.grant_minor AS minor
        FROM expenditure_allocations a
        JOIN expenditures x ON x.id = a.expenditure_id
        JOIN entries e ON e.id = x.entry_id
        WHERE a.grant_id = ANY (of_grants)
          AND a.used_as = 'match'
          AND e.booked_on <= as_of
          AND e.recorded_at <= known_at
        UNION ALL
        SELECT a.grant_id, x.kind, -r.grant_amount_minor
        FROM expenditure_allocations a
        JOIN expenditures x ON x.id = a.expenditure_id
        JOIN allocation_reversals r ON r.allocation_id = a.id
        WHERE a.grant_id = ANY (of_grants)
          AND a.used_as = 'match'
          AND r.booked_on <= as_of
          AND r.recorded_at <= known_at) m
  GROUP BY m.grant_id
$$;

-- A part that is match or not eligible has no line, so an imported row says its category and partner by itself.
ALTER TABLE expenditure_import_rows
  ADD COLUMN category_code text,
  ADD COLUMN partner_id bigint;
