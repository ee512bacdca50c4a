-- Begun by its first statement.
SELECT 1;
