-- Every 250th usage of a month was rated again in the month after: what it was is taken back, and what it
-- should have been comes beside it. Every 5,000th has an adjustment at the end of its period.
INSERT INTO usage_ledger
(
    log_source, log_partition, log_offset, batch_id, recorded_at, catalogue_hash, entry_kind, entries, corrects,
    outcome, usage_id, content_hash, origin, origin_record, partner_id, account_id, subscription_id, product, kind,
    direction, call_type, destination, sender, receiver, served_number, visited_network, started_at, period_start,
    duration_seconds, volume_bytes, quantity, out_of_bundle_quantity, billed_quantity, charge, information_charge,
    rate_id, session_key
)
WITH
    multiIf(entry = 'adjustment', 0, entry = 'reversal', -1, 1) AS sign,
    if(entry = 'correction', charge * 2, charge * sign) AS new_charge
SELECT
    if(entry = 'adjustment', 'adjustment', 'rerate'), log_partition,
    if(entry = 'adjustment', intDiv(log_offset, 5000), intDiv(log_offset, 250) * 2 + if(entry = 'reversal', 0, 1)),
    1000 + log_partition, addDays(toStartOfMonth(addMonths(period_start, 1)), 2), catalogue_hash, entry, sign,
    concat('files/', toString(log_partition), '/', toString(log_offset)), outcome,
    if(entry = 'adjustment', concat('adjustment:', usage_id), usage_id), content_hash, origin, origin_record,
    partner_id, account_id, subscription_id, product, kind, direction, call_type, destination, sender, receiver,
    served_number, visited_network, started_at, period_start, duration_seconds * sign, volume_bytes * sign,
    quantity * sign, out_of_bundle_quantity * sign, billed_quantity * sign,
    if(entry = 'adjustment', toDecimal64(0.05, 6), new_charge), information_charge * sign,
    if(entry = 'adjustment', concat('adjustment:', rate_id), rate_id), session_key
FROM
(
    SELECT *
    FROM usage_ledger
    WHERE log_source = 'files' AND log_partition = {month:UInt32} + 1 AND log_offset % 250 = 0
    ORDER BY log_offset
) AS rated
ARRAY JOIN if(log_offset % 5000 = 0, ['reversal', 'correction', 'adjustment'], ['reversal', 'correction']) AS entry
SETTINGS max_threads = 1, max_insert_threads = 1, insert_deduplicate = 0
