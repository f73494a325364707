-- Keys of takes and crossings have the kind of their scope: ids are unique within accounts,
-- subscriptions and groups only. Rows of before stay as they are and are read through these columns: a
-- scope that is not the row's own subscription is a group; 'self' is the subscription, or a group of
-- the same name, which the catalogue and the directory tell. src/core/old-keys.ts does the same.
ALTER TABLE usage_ledger
    ADD COLUMN IF NOT EXISTS scoped_take_keys Array(String) ALIAS arrayMap(
        key -> if(
            countSubstrings(key, '|') = 2,
            concat(key, if(splitByChar('|', key)[2] = subscription_id, '|self', '|group')),
            key
        ),
        take_keys
    ),
    ADD COLUMN IF NOT EXISTS scoped_crossings Array(String) ALIAS arrayMap(
        entry -> if(
            countSubstrings(entry, '|') = 5,
            arrayStringConcat(
                arrayConcat(
                    arraySlice(splitByChar('|', entry), 1, 3),
                    [multiIf(
                        splitByChar('|', entry)[1] IN ('account-total', 'voip-total'), 'account',
                        splitByChar('|', entry)[1] NOT IN ('group-bundle', 'data-bundle', 'sms-bundle', 'voice-bundle'),
                        'subscription',
                        splitByChar('|', entry)[2] = subscription_id, 'self',
                        'group'
                    )],
                    arraySlice(splitByChar('|', entry), 4)
                ),
                '|'
            ),
            entry
        ),
        crossings
    );

-- check: the columns are there
SELECT count() = 2 AS ok FROM system.columns
WHERE database = currentDatabase() AND table = 'usage_ledger'
    AND name IN ('scoped_take_keys', 'scoped_crossings') AND default_kind = 'ALIAS';
