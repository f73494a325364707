/**
 * A rating worker that is broken on purpose: every insert is taken, whoever owns the offsets. The
 * chaos harness must find it out (`npm run chaos -- --unfenced`).
 */
import { randomUUID } from 'node:crypto'
import { openStores } from '../src/cli/stores.ts'
import { runStages } from '../src/cli/run-stages.ts'
import { readConfig } from '../src/core/config.ts'

const [, , dataFolder = ''] = process.argv
await using stores = await openStores(readConfig(dataFolder), 'run --stage rating')
const { clickhouse } = stores
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
const unfenced: typeof clickhouse = {
  ...clickhouse,
  insertNative: (insert) =>
    clickhouse.insertNative({
      ...insert,
      condition: '1',
      conditionParams: {},
      deduplicationToken: randomUUID(),
    }),
}
await runStages('rating', { ...stores, clickhouse: unfenced }, stop.signal)
