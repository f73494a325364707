/** `tik verify --topic`: the log of usages against the ledger. */
import { createLog } from '../../core/log.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import { loadDirectory } from '../../directory/store/load-directory.ts'
import { verifyTopic } from '../../verify/verify-topic.ts'
import type { PartitionVerdict } from '../../verify/verify-topic.ts'
import { archivedCatalogue } from '../catalogue-archive.ts'
import { print, printJson, remark } from '../../cli/options.ts'
import { openStream } from '../stream-parts.ts'
import type { Stores } from '../stores.ts'

/** Sets exit status 1 when anything differs. `name` is without the configured prefix. */
export async function verifyTopicOf(name: string, stores: Stores, asJson: boolean): Promise<void> {
  const topic = stores.config.kafkaPrefix + name
  const verdicts: PartitionVerdict[] = []
  for await (const verdict of verifyTopic({
    topic,
    stream: openStream(stores.config, 'tik-verify', createLog('error')),
    ledger: createClickHouseLedger(stores.clickhouse),
    directory: await loadDirectory(stores.operations),
    catalogueOf: (key) => archivedCatalogue(key, stores.folder),
  })) {
    verdicts.push(verdict)
    if (!asJson) print(describe(topic, verdict))
  }
  if (asJson) printJson(verdicts)
  for (const finding of verdicts.flatMap((verdict) => verdict.findings)) {
    process.exitCode = 1
    if (!asJson) remark(finding)
  }
}

function describe(topic: string, verdict: PartitionVerdict): string {
  const { partition, messages, expired, byOutcome, findings } = verdict
  const outcomes = Object.entries(byOutcome).map(([outcome, count]) => `${count} ${outcome}`)
  const agreement = findings.length === 0 ? 'no difference' : `${findings.length} findings`
  const gone = expired === 0 ? '' : ` and ${expired} that the topic no longer has`
  return `${topic}/${partition}: ${messages} messages${gone} = ${outcomes.join(' + ') || 0}; ${agreement}`
}
