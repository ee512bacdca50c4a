-- Bank accounts, statements, bank lines and their matches.
SELECT 1;
