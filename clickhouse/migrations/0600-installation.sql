-- What tells this ledger from every other, however it is reached: embedded engines give their tables one and the
-- same id. Two who migrate at once may each write one: the least counts.
CREATE TABLE IF NOT EXISTS installation
(
    installation_id UUID,
    made_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY installation_id;

INSERT INTO installation
SELECT generateUUIDv4(), now64(3, 'UTC')
WHERE (SELECT count() FROM installation) = 0;

-- check: there is one
SELECT count() > 0 AS ok FROM installation;
