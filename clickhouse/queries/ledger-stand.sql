-- A word that differs once the ledger has changed: the parts it consists of, whoever wrote them. A part that is
-- merged or changed gets another name.
SELECT arrayStringConcat(groupArray(name), ' ') AS stand
FROM
(
    SELECT name
    FROM system.parts
    WHERE database = currentDatabase() AND table = 'usage_ledger' AND active
    ORDER BY name
)
