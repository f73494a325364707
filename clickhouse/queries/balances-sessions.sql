-- Sessions that come in parts: what was seen, taken and charged so far, by the rate of the rows, since a
-- session gets another one when an earlier part arrives.
SELECT
    account_id AS accountId,
    toInt32(period_start) AS periodStartDay,
    session_key AS sessionKey,
    subscription_id AS subscriptionId,
    call_type AS callType,
    rate_id AS rateId,
    toUnixTimestamp64Milli(min(started_at)) AS startMs,
    min((started_at, if(direction = 'in', sender, receiver))).2 AS otherParty,
    sumMap(scoped_take_keys, take_quantities) AS takes,
    sum(quantity) AS quantity,
    sum(out_of_bundle_quantity) AS outOfBundleQuantity,
    sum(billed_quantity) AS billedQuantity,
    sum(charge) AS chargeMicros,
    sum(information_charge) AS informationChargeMicros
FROM usage_ledger
WHERE account_id IN {accountIds:Array(String)}
    AND period_start BETWEEN toDate({fromDay:Int32}) AND toDate({toDay:Int32})
    AND outcome = 'rated'
    AND session_key != ''
GROUP BY account_id, period_start, subscription_id, session_key, call_type, rate_id
HAVING sum(entries) != 0
ORDER BY accountId, periodStartDay, subscriptionId, sessionKey, callType, rateId
