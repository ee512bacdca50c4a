-- Figures of budgets at any date and as known at any instant.
SELECT 1;
