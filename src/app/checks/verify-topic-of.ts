/** `tik verify --topic`: the log of usages against the ledger. */
import { createLog } from '../../core/watch/log.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import { loadDirectory } from '../../directory/store/load-directory.ts'
import { verifyTopic } from '../../verify/verify-topic.ts'
import type { PartitionVerdict } from '../../verify/verify-topic.ts'
import { archivedCatalogue } from '../catalogue-archive.ts'
import { openStream } from '../stream-parts.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'

/** A verdict for each partition as it is reached. `name` is without the configured prefix. */
export async function* verifyTopicOf(
  name: string,
  { caller, config, clickhouse, operations, folder }: Desk,
): AsyncGenerator<PartitionVerdict> {
  requireOperator(caller)
  yield* verifyTopic({
    topic: config.kafkaPrefix + name,
    stream: openStream(config, 'tik-verify', createLog('error')),
    ledger: createClickHouseLedger(clickhouse),
    directory: await loadDirectory(operations),
    catalogueOf: (key) => archivedCatalogue(key, folder),
  })
}
