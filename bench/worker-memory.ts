/**
 * What a rating worker holds before it rates: directory, indexes, rater and the ids of the window of
 * duplicates. Heap and array buffers after a collection; run with `node --expose-gc bench/main.ts`.
 */
import { loadCatalogue } from '../src/catalogue/load-catalogue.ts'
import { createFingerprintSet } from '../src/ledger/duplicates/fingerprint-set.ts'
import { createRatingReference } from '../src/stream/rating/rating-reference.ts'
import { report } from './report.ts'
import { syntheticDirectory } from './synthetic-month.ts'

const SUBSCRIPTIONS_PER_ACCOUNT = 20
const IDS_PER_SUBSCRIPTION = 10

export async function bench(options: readonly string[]): Promise<void> {
  const subscriptions = Number.parseInt(options[0] ?? '1000000', 10)
  const catalogue = await loadCatalogue('fixtures/catalogue')
  const emptyBytes = bytesHeld()
  const directory = syntheticDirectory({
    accountsCount: subscriptions / SUBSCRIPTIONS_PER_ACCOUNT,
    subscriptionsPerAccount: SUBSCRIPTIONS_PER_ACCOUNT,
  })
  const directoryBytes = bytesHeld() - emptyBytes
  const reference = createRatingReference(catalogue, directory, 'bench')
  const rater = reference.createRater()
  const raterBytes = bytesHeld() - emptyBytes - directoryBytes
  const ids = createFingerprintSet()
  for (let id = 0; id < subscriptions * IDS_PER_SUBSCRIPTION; id += 1) ids.add(`bench:V${id}`)
  const idsBytes = bytesHeld() - emptyBytes - directoryBytes - raterBytes
  report('worker-memory', 'subscriptions', directory.subscriptions.length, 'subscriptions')
  report('worker-memory', 'directory_bytes', directoryBytes / subscriptions, 'bytes/subscription')
  report('worker-memory', 'rater_bytes', raterBytes / subscriptions, 'bytes/subscription')
  report('worker-memory', 'id_bytes', idsBytes / ids.size, 'bytes/usage id')
  report('worker-memory', 'total_megabytes', (bytesHeld() - emptyBytes) / 1_000_000, 'MB')
  // Asked last, so that nothing above is collected before it was counted.
  if (rater.missingBalances([]).length > 0) throw new Error('nothing was asked for')
}

function bytesHeld(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
