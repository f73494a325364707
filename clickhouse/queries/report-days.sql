-- What was used on each local day of the starts, reversals included. The marked place is filled with fixed
-- texts by src/reports/usage-by-day.ts; values are parameters.
SELECT
    toInt32(toDate(started_at, {timeZone:String})) AS day,
    sum(entries) AS count,
    sum(charge) AS chargeMicros,
    sum(information_charge) AS informationChargeMicros
FROM usage_ledger
WHERE /* conditions */
GROUP BY day
HAVING count != 0 OR chargeMicros != 0 OR informationChargeMicros != 0
ORDER BY day
