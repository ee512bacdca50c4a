-- Files that were imported: counted once, with their mapping, progress and errors.
SELECT 1;
