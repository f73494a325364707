-- When each file was taken in to its end, and with how many records.
SELECT
    file_number AS number,
    records_count AS recordsCount,
    toUnixTimestamp64Milli(recorded_at) AS recordedMs
FROM source_files
WHERE event = 'finished'
ORDER BY file_number
