-- Report runs: requested, made, submitted, verified, shared.
SELECT 1;
