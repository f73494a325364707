-- A word that differs once the ledger has changed: of the parts it consists of, whoever wrote them.
SELECT concat(toString(count()), '-', hex(groupBitXor(cityHash64(name, modification_time)))) AS stand
FROM system.parts
WHERE database = currentDatabase() AND table = 'usage_ledger' AND active
