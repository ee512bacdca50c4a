-- Transfers and amendments of a grant's budget, and the platform's own yearly budget.
SELECT 1;
