-- The files that were taken in with what their end said of them, in lists.
SELECT
    groupArray(number) AS numbers,
    groupArray(isRegistered) AS registered,
    groupArray(isFinished) AS finished,
    groupArray(records) AS recordsCounts
FROM
(
    SELECT
        file_number AS number,
        countIf(event = 'registered') > 0 AS isRegistered,
        countIf(event = 'finished') > 0 AS isFinished,
        maxIf(records_count, event = 'finished') AS records
    FROM source_files
    GROUP BY file_number
)
