-- Files of the embedded log with what is known of each, by number.
SELECT
    file_number AS number,
    anyIf(content_hash, event = 'registered') AS contentHash,
    anyIf(name, event = 'registered') AS name,
    anyIf(source_id, event = 'registered') AS sourceId,
    anyIf(format, event = 'registered') AS format,
    anyIf(size_bytes, event = 'registered') AS bytes,
    anyIf(stream, event = 'registered') AS stream,
    anyIf(sequence, event = 'registered') AS sequence,
    anyIf(sequence_max, event = 'registered') AS sequenceMax,
    maxIf(records_count, event = 'finished') AS recordsCount,
    countIf(event = 'finished') > 0 AS finished,
    toUnixTimestamp64Milli(minIf(recorded_at, event = 'registered')) AS registeredMs
FROM source_files
WHERE {contentHash:String} = '' OR file_number IN
(
    SELECT file_number FROM source_files WHERE content_hash = {contentHash:String}
)
GROUP BY file_number
ORDER BY file_number
