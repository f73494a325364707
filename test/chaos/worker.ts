/**
 * A worker of the chaos harness: `tik run` with its own wrong clock, and able to stop itself in the
 * two moments that matter most, right before an insert into the ledger and right after it.
 *
 * CHAOS_CLOCK_OFFSET_MS shifts what the process takes for the time. CHAOS_UNFENCED=1 breaks it on
 * purpose: every insert is taken, whoever owns the offsets; the harness must find that out.
 */
import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { openStores } from '../../src/app/stores.ts'
import { runStages } from '../../src/app/service/run-stages.ts'
import { STAGES } from '../../src/app/service/stages.ts'
import { endEvenIfHeld } from '../../src/cli/service/run-command.ts'
import { readConfig } from '../../src/core/config/config.ts'
import { TikError } from '../../src/core/failures/errors.ts'
import type { NativeInsert } from '../../src/ledger/engine/clickhouse-store.ts'

/** What the harness asks for over IPC. */
export type StopOrder = 'stop before insert' | 'stop after insert' | 'never mind'

const STDERR = 2
const [, , stageName = '', dataFolder = ''] = process.argv
const offsetMs = Number.parseInt(process.env['CHAOS_CLOCK_OFFSET_MS'] ?? '0', 10)
const isUnfenced = process.env['CHAOS_UNFENCED'] === '1'
let order: StopOrder = 'never mind'

const trueNow = Date.now.bind(Date)
Date.now = () => trueNow() + offsetMs
process.on('message', (message: StopOrder) => {
  order = message
})
process.once('disconnect', () => process.exit(1)) // The harness is gone, however it ended.
process.channel?.unref() // Listening to the harness must not keep a finished worker alive.
try {
  await work()
} catch (error) {
  const text =
    error instanceof TikError ? `${error.code}: ${error.message}` : `a bug: ${String(error)}`
  process.stderr.write(`tik: ${text}\n`)
  process.exitCode = 1
}

async function work(): Promise<void> {
  const stage = STAGES.find((one) => one === stageName)
  if (stage === undefined) throw new Error(`there is no stage ${stageName}`)
  using _ = endEvenIfHeld()
  await using stores = await openStores(readConfig(dataFolder), `run --stage ${stage}`)
  const stop = new AbortController()
  process.once('SIGTERM', () => stop.abort())
  const { clickhouse } = stores
  const watched: typeof clickhouse = {
    ...clickhouse,
    async insertNative(insert) {
      stopHere('stop before insert', insert)
      await clickhouse.insertNative(isUnfenced ? withoutFence(insert) : insert)
      stopHere('stop after insert', insert)
    },
  }
  await runStages(stage, { ...stores, clickhouse: watched }, stop.signal)
}

/** Says so first, so that the harness knows where it is, and then stands still until SIGCONT. */
function stopHere(place: StopOrder, insert: NativeInsert): void {
  if (order !== place) return
  order = 'never mind'
  const { partition = -1, lastOffset = -1 } = insert.conditionParams
  writeSync(STDERR, `${JSON.stringify({ event: 'chaos_stopped', place, partition, lastOffset })}\n`)
  process.kill(process.pid, 'SIGSTOP')
}

function withoutFence(insert: NativeInsert): NativeInsert {
  return { ...insert, condition: '1', conditionParams: {}, deduplicationToken: randomUUID() }
}
