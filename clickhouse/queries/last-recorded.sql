-- When the last row came to the ledger: answered from what the engine keeps of each part. 0 where there is none.
SELECT toUnixTimestamp64Milli(max(recorded_at)) AS lastRecordedMs
FROM usage_ledger
