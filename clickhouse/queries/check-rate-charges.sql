-- What each rate charged in the periods that begin on these days. Answered from the projection
-- by_period.
SELECT
    rate_id AS rateId,
    call_type AS callType,
    sum(entries) AS count,
    sum(charge) + sum(information_charge) AS chargeMicros
FROM usage_ledger
WHERE outcome = 'rated' AND has({periodStartDays:Array(UInt16)}, toUInt16(period_start))
GROUP BY rateId, callType
ORDER BY rateId, callType
