-- What was used in each billing period, reversals included. The marked places are filled with fixed texts
-- by src/reports/usage-history.ts; values are parameters.
SELECT
    toInt32(period_start) AS periodStartDay,
    /* keys */
    product,
    kind,
    sum(entries) AS count,
    sum(duration_seconds) AS durationSeconds,
    sum(volume_bytes) AS volumeBytes,
    sum(quantity) AS quantity,
    sum(charge) AS chargeMicros,
    sum(information_charge) AS informationChargeMicros
FROM usage_ledger
WHERE /* conditions */
GROUP BY /* grouping */
HAVING count != 0 OR chargeMicros != 0 OR informationChargeMicros != 0
ORDER BY /* grouping */
