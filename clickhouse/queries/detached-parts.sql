-- Parts that the engine found damaged and set aside when it started.
SELECT table, name
FROM system.detached_parts
WHERE database = currentDatabase() AND startsWith(reason, 'broken')
ORDER BY table, name
