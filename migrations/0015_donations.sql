-- Campaigns, donors, donations, pledges, receipts.
SELECT 1;
