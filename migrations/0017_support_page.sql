-- What the public page shows, refreshed daily.
SELECT 1;
