/** `tik verify --topic`: the log of usages against the ledger. */
import { createLog } from '../../core/log.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import { loadDirectory } from '../../directory/store/load-directory.ts'
import { verifyTopic } from '../../verify/verify-topic.ts'
import type { PartitionVerdict } from '../../verify/verify-topic.ts'
import { archivedCatalogue } from '../catalogue-archive.ts'
import { openStream } from '../stream-parts.ts'
import type { Stores } from '../stores.ts'

/** A verdict for each partition as it is reached. `name` is without the configured prefix. */
export async function* verifyTopicOf(
  name: string,
  stores: Stores,
): AsyncGenerator<PartitionVerdict> {
  yield* verifyTopic({
    topic: stores.config.kafkaPrefix + name,
    stream: openStream(stores.config, 'tik-verify', createLog('error')),
    ledger: createClickHouseLedger(stores.clickhouse),
    directory: await loadDirectory(stores.operations),
    catalogueOf: (key) => archivedCatalogue(key, stores.folder),
  })
}
