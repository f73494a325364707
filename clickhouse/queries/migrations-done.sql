-- Which migrations were run, in order.
SELECT number, name, hash, toUnixTimestamp64Milli(migrated_at) AS migratedMs
FROM schema_migrations
ORDER BY number
