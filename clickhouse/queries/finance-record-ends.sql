-- What became of the records of each source: those whose usage began in a range, or, where their time could not be
-- read, that were recorded in it. A rejected record ends as the later entry that corrects it says, or waits.
SELECT
    logSource,
    fileNumber,
    origin,
    isTimed,
    count() AS recordsIn,
    countIf(outcome = 'rated') AS rated,
    countIf(outcome = 'rated' AND late) AS late,
    countIf(outcome = 'duplicate') AS duplicates,
    countIf(outcome = 'unbillable') AS unbillable,
    countIf(outcome = 'rejected') AS rejected,
    countIf(outcome = 'rejected' AND endedAs = '') AS waiting,
    countIf(outcome = 'rejected' AND endedAs = 'rated') AS ratedSince,
    countIf(outcome = 'rejected' AND endedAs NOT IN ('', 'rated')) AS endedSince
FROM
(
    SELECT
        log_source AS logSource,
        if(log_source = 'files', log_partition, 0) AS fileNumber,
        if(log_source = 'files', '', origin) AS origin,
        toUnixTimestamp64Milli(started_at) > 0 AS isTimed,
        toString(outcome) AS outcome,
        late = 1 AS late,
        concat(log_source, '/', toString(log_partition), '/', toString(log_offset)) AS entryId
    FROM usage_ledger
    WHERE entry_kind = 'usage'
        AND if(toUnixTimestamp64Milli(started_at) > 0, started_at, recorded_at)
            >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
        AND if(toUnixTimestamp64Milli(started_at) > 0, started_at, recorded_at)
            < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
) AS records
LEFT JOIN
(
    SELECT
        corrects AS entryId,
        argMax(toString(outcome), (recorded_at, log_source, log_partition, log_offset)) AS endedAs
    FROM usage_ledger
    WHERE corrects != '' AND entry_kind = 'correction'
    GROUP BY corrects
) AS ends USING (entryId)
GROUP BY logSource, fileNumber, origin, isTimed
ORDER BY logSource, origin, fileNumber, isTimed
