-- What a balance on screen is made of, in one statement: what was used, charged and taken from each
-- allowance instance, by account, period, subscription, call type and rate.
SELECT
    account_id AS accountId,
    toInt32(period_start) AS periodStartDay,
    subscription_id AS subscriptionId,
    call_type AS callType,
    rate_id AS rateId,
    sum(entries) AS count,
    sum(quantity) AS quantity,
    sum(out_of_bundle_quantity) AS outOfBundleQuantity,
    sum(charge) AS chargeMicros,
    sum(information_charge) AS informationChargeMicros,
    sumMap(scoped_take_keys, take_quantities) AS takes
FROM usage_ledger
WHERE account_id IN {accountIds:Array(String)}
    AND period_start BETWEEN toDate({fromDay:Int32}) AND toDate({toDay:Int32})
    AND outcome = 'rated'
GROUP BY account_id, period_start, subscription_id, call_type, rate_id
ORDER BY accountId, periodStartDay, subscriptionId, callType, rateId
