-- Reporting periods of a grant: open, closing, closed in order; nothing posts into a closed one.
SELECT 1;
