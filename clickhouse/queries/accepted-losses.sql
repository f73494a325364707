-- Rows that were given up when the ledger was rebuilt.
SELECT
    log_source AS source,
    log_partition AS partition,
    first_offset AS firstOffset,
    next_offset AS nextOffset
FROM accepted_losses
ORDER BY source, partition, firstOffset
