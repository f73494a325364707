-- A month of invented usage, in the engine: the same rows for the same numbers. One account has 4 % of
-- all rows, the others more or fewer; subscriptions have a product, and numbers that they call often.
INSERT INTO usage_ledger
(
    log_source, log_partition, log_offset, batch_id, recorded_at, catalogue_hash, entry_kind, entries, outcome,
    reason, raw, usage_id, content_hash, origin, origin_record, partner_id, account_id, subscription_id, product,
    kind, direction, call_type, destination, sender, receiver, served_number, visited_network, started_at,
    period_start, duration_seconds, volume_bytes, quantity, out_of_bundle_quantity, billed_quantity, charge,
    information_charge, rate_id, take_keys, take_quantities, session_key
)
WITH
    addMonths(toDate('2024-12-01'), {month:UInt32}) AS month_day,
    toUnixTimestamp64Milli(toDateTime64(month_day, 3, 'Europe/Amsterdam')) AS month_ms,
    toUnixTimestamp64Milli(toDateTime64(addMonths(month_day, 1), 3, 'Europe/Amsterdam')) AS next_month_ms,
    [
        'voip-national-fixed', 'voip-national-fixed', 'voip-national-fixed', 'voip-national-fixed',
        'voip-national-mobile', 'voip-national-mobile', 'voip-national-mobile', 'voip-national-mobile',
        'voip-incoming', 'voip-incoming', 'voip-incoming', 'voip-internal', 'voip-internal',
        'voip-international-eu', 'voip-international-eu', 'voip-international-world', 'voip-freephone',
        'voip-premium', 'voip-national-fixed', 'voip-national-mobile'
    ] AS voip_call_types,
    [
        'mobile-national-data', 'mobile-national-data', 'mobile-national-data', 'mobile-national-data',
        'mobile-national-data', 'mobile-national-data', 'mobile-national', 'mobile-national', 'mobile-national',
        'mobile-national', 'mobile-national', 'mobile-incoming', 'mobile-incoming', 'mobile-sms', 'mobile-sms',
        'mobile-sms', 'mobile-roaming-eu', 'mobile-roaming-eu-data', 'mobile-roaming-world', 'mobile-mms'
    ] AS mobile_call_types,
    ['nl-fixed', 'nl-mobile', 'be-fixed', 'be-mobile', 'de-fixed', 'de-mobile', 'fr-fixed', 'gb-mobile'] AS destinations,
    -- One random number for each thing that a row decides.
    cityHash64(number, {month:UInt32}, 1) AS of_account,
    cityHash64(number, {month:UInt32}, 2) AS of_line,
    cityHash64(number, {month:UInt32}, 3) AS of_call,
    cityHash64(number, {month:UInt32}, 4) AS of_party,
    cityHash64(number, {month:UInt32}, 5) AS of_price,
    if(of_account % 100 < 4, 0, 1 + toUInt32({accounts:UInt32} * pow((intDiv(of_account, 100) % 1000000) / 1000000, 1.5)) % ({accounts:UInt32} - 1)) AS account,
    of_line % if(account = 0, 2000, 1 + account % 5) AS line,
    cityHash64(account, line) AS line_hash,
    line_hash % 2 = 0 AS is_mobile,
    if(is_mobile, mobile_call_types[1 + of_call % 20], voip_call_types[1 + of_call % 20]) AS type,
    endsWith(type, 'data') AS is_data,
    type IN ('mobile-sms', 'mobile-mms') AS is_message,
    endsWith(type, 'incoming') AS is_incoming,
    concat(if(is_mobile, '+316', '+3120'), toString(10000000 + line_hash % 90000000)) AS own_number,
    -- Two thirds of the calls are with forty numbers that the line knows.
    if(of_party % 3 < 2, cityHash64(line_hash, intDiv(of_party, 3) % 40), of_party) AS party_hash,
    concat('+31', toString(100000000 + party_hash % 900000000)) AS other_number,
    toInt64(multiIf(is_data, of_price % 50000000, is_message, 1, 1 + (of_price % 97) * (of_price % 11))) AS amount,
    intDiv(of_price, 1000) % 100 < 60 OR is_incoming AS is_covered,
    -- A hundredth was refused or known already, and is nobody's in a report.
    intDiv(of_call, 20) % 100 = 0 AS is_refused,
    toInt64(month_ms + intDiv(number * (next_month_ms - month_ms), {rows:UInt64})) AS start_ms
SELECT
    'files', {month:UInt32} + 1, number, {month:UInt32} + 1,
    fromUnixTimestamp64Milli(start_ms + 3600000, 'UTC'), 'c0ffee0000000000', 'usage', 1,
    if(is_refused, if(of_price % 2 = 0, 'duplicate', 'rejected'), 'rated'),
    if(is_refused AND of_price % 2 = 1, 'unknown_subscription', ''), '',
    concat('mno:', toString({month:UInt32}), '-', toString(number)), toInt64(bitAnd(of_party, 4503599627370495)),
    concat('mno-cdr-', toString(toDate(fromUnixTimestamp64Milli(start_ms, 'UTC'))), '.csv'), number,
    concat('P', toString(account % 40)), concat('A', leftPad(toString(account), 5, '0')),
    concat('S', leftPad(toString(account), 5, '0'), '-', toString(line)),
    if(is_mobile, 'mobile', 'voip'),
    multiIf(is_data, 'data', type = 'mobile-sms', 'sms', type = 'mobile-mms', 'mms', 'voice'),
    if(is_incoming, 'in', 'out'), type,
    if(is_data OR is_incoming OR type = 'voip-internal', '', destinations[1 + party_hash % 8]),
    multiIf(is_incoming, other_number, own_number), multiIf(is_data, 'internet', is_incoming, own_number, other_number),
    own_number, if(position(type, 'roaming') > 0, concat('2', toString(10 + of_party % 80), '-01'), ''),
    fromUnixTimestamp64Milli(start_ms, 'UTC'), month_day,
    if(is_data OR is_message, 0, amount), if(is_data, amount, 0), amount,
    if(is_covered, 0, amount), if(is_covered, 0, amount),
    toDecimal64(if(is_covered OR is_refused, 0, if(is_data, intDiv(amount, 10000), if(is_message, 60000, amount * 1000))), 0) / 1000000,
    toDecimal64(if(type = 'voip-premium' AND NOT is_refused, 150000, 0), 0) / 1000000,
    concat('rate-', type),
    if(is_covered AND NOT is_incoming, [concat('bundle|S', leftPad(toString(account), 5, '0'), '-', toString(line), '|', toString(toUInt16(month_day)), '|self')], []),
    if(is_covered AND NOT is_incoming, [amount], []),
    if(is_data AND of_price % 3 = 0, concat('session-', toString(line_hash % 100000), '-', toString(intDiv(number, 50000))), '')
FROM numbers({rows:UInt64})
SETTINGS max_threads = 1, max_insert_threads = 1, insert_deduplicate = 0, async_insert = 0
