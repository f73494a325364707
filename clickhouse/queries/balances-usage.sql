-- What was used and charged, by account, period, subscription, call type and rate, without
-- period-end adjustments: rating and its limits never see them. They are told by the mark on their rate.
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
    sum(information_charge) AS informationChargeMicros
FROM usage_ledger
WHERE account_id IN {accountIds:Array(String)}
    AND period_start BETWEEN toDate({fromDay:Int32}) AND toDate({toDay:Int32})
    AND outcome = 'rated'
    AND NOT startsWith(rate_id, 'adjustment:')
GROUP BY account_id, period_start, subscription_id, call_type, rate_id
ORDER BY accountId, periodStartDay, subscriptionId, callType, rateId
