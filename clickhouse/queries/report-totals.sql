-- Totals of rated usage, reversals included. The two marked places are filled with fixed texts by
-- src/reports/usage-totals.ts; values are parameters.
SELECT
    /* keys */
    sum(entries) AS count,
    sum(duration_seconds) AS durationSeconds,
    sum(volume_bytes) AS volumeBytes,
    sum(quantity) AS quantity,
    sum(out_of_bundle_quantity) AS outOfBundleQuantity,
    sum(charge) AS chargeMicros,
    sum(information_charge) AS informationChargeMicros
FROM usage_ledger
WHERE /* conditions */
