-- Every row that has a number: as the one who is served, calls or is called.
SELECT
    /* fields */
FROM usage_ledger
WHERE sender = {number:String} OR receiver = {number:String} OR served_number = {number:String}
ORDER BY started_at, log_source, log_partition, log_offset
