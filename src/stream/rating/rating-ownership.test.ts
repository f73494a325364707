/** Whose a partition is, and from where it is rated, as the events of a group change it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { createWorld, step } from '../../../test/rating/world.ts'
import { TikError } from '../../core/failures/errors.ts'
import { createHealth } from '../../core/watch/health.ts'
import { createLog } from '../../core/watch/log.ts'
import { createMetrics } from '../../core/watch/metrics.ts'
import { createDuplicateWindow } from '../../ledger/duplicates/duplicate-window.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { createMemoryLedger } from '../../../test/doubles/memory-ledger.ts'
import { createEventQueue } from '../kafka/event-queue.ts'
import { toUsageMessage } from '../message/usage-message.ts'
import type { StreamEvent } from '../stream.ts'
import { createRenewableWindow } from './duplicates-of-worker.ts'
import { createRatingMetrics } from './rating-metrics.ts'
import { createRatingReference } from './rating-reference.ts'
import { runRating } from './run-rating.ts'

const NOON = Date.UTC(2026, 10, 10, 11)
/** Long enough for a loaded machine; only a failure waits so long. */
const WAIT = { timeout: 10_000, interval: 5 }
const world = createWorld({
  rates: { r: [{ steps: [step('1')] }] },
  plans: { plan: { rates: { call: 'r' } } },
  subscriptions: [{ subscriptionId: 'A' }],
})

/** The stage over a ledger in memory; `waitMsMax` is how long usages wait for a batch. */
function startStage(parts: { waitMsMax: number; firstOffset?: number; commitsFail?: boolean }) {
  const memory = createMemoryLedger()
  const queue = createEventQueue()
  const stop = new AbortController()
  const seen: string[] = []
  const said: string[] = []
  const windows: string[] = []
  const metrics = createMetrics()
  const state = { isFenced: false, endOffset: 100, writeMs: 0 }
  const ledger: Ledger = {
    ...memory,
    async record(batch) {
      seen.push('write')
      if (state.isFenced) throw new TikError('ledger_fenced', 'it has another owner')
      if (state.writeMs > 0) await sleep(state.writeMs)
      await memory.record(batch)
    },
  }
  const health = createHealth(['ledger', 'stream'])
  const done = runRating({
    topic: 'usage',
    consumer: {
      next: () => queue.next(1),
      seek: ({ partition }, offset) => void seen.push(`seek ${partition} ${offset}`),
      pause: () => undefined,
      commit({ partition }, offset) {
        if (parts.commitsFail === true) return Promise.reject(new Error('no commit'))
        seen.push(`commit ${partition} ${offset}`)
        return Promise.resolve()
      },
      close: () => Promise.resolve(),
    },
    admin: {
      bounds: () =>
        Promise.resolve(
          [0, 1].map((partition) => ({
            partition,
            firstOffset: parts.firstOffset ?? 0,
            endOffset: state.endOffset,
          })),
        ),
    },
    ledger,
    duplicates: createRenewableWindow(() => {
      windows.push('made')
      return createDuplicateWindow(ledger)
    }),
    reference: () => reference,
    newestReference: () => Promise.resolve(reference),
    limits: { rowsMax: 1_000, bytesMax: 1_000_000, waitMsMax: parts.waitMsMax },
    clock: { nowMs: () => Math.floor(performance.now()) },
    log: createLog('info', (line) => void said.push(line)),
    health,
    metrics: createRatingMetrics(metrics),
    signal: stop.signal,
    retry: { attemptsMax: 2, firstWaitMs: 1, waitMsMax: 1 },
  })
  done.catch(() => undefined)
  const seeks = () => seen.filter((entry) => entry.startsWith('seek'))
  const lags = () => metrics.text().match(/^tik_lag_messages\{.*$/gm)
  const rows = () => memory.entries.map(({ usageId }) => usageId)
  return {
    queue,
    seen,
    seeks,
    said,
    windows,
    lags,
    state,
    health,
    rows,
    done,
    stop: () => stop.abort(),
  }
}

const reference = createRatingReference(world.catalogue, world.directory, 'first')

function assigned(...partitions: number[]): StreamEvent {
  return {
    kind: 'assigned',
    partitions: partitions.map((partition) => ({ topic: 'usage', partition })),
  }
}

function messages(partition: number, from: number, to: number): StreamEvent {
  const list = Array.from({ length: to - from + 1 }, (_, index) => {
    const usageId = `${partition}-${from + index}`
    const usage = world.usage('A', 'call', { usageId, quantity: 1, startMs: NOON })
    const value = Buffer.from(toUsageMessage(usage).value)
    return { offset: from + index, key: '', value, timestampMs: 0 }
  })
  return {
    kind: 'messages',
    place: { topic: 'usage', partition },
    messages: list,
    endOffset: to + 1,
  }
}

test('a partition that is kept goes on with what waits, a new one from where the ledger ends', async () => {
  const { queue, seen, rows, done, stop } = startStage({ waitMsMax: 60_000 })
  queue.push(assigned(0))
  queue.push(messages(0, 0, 1))
  queue.push(assigned(0, 1))
  await vi.waitFor(() => expect(seen).toHaveLength(3), WAIT)
  expect(seen).toEqual(['seek 0 0', 'seek 0 2', 'seek 1 0'])
  stop()
  await done
  expect(rows()).toEqual(['0-0', '0-1'])
})

test('what waits of a partition that is lost is left to its owner; it comes back from the ledger', async () => {
  const { queue, seen, said, rows, done, stop } = startStage({ waitMsMax: 5 })
  queue.push(assigned(0))
  queue.push(messages(0, 0, 1))
  await vi.waitFor(() => expect(seen).toContain('commit 0 2'), WAIT)
  queue.push(messages(0, 2, 2))
  queue.push({
    kind: 'revoked',
    partitions: [0, 1].map((partition) => ({ topic: 'usage', partition })),
  })
  queue.push(messages(0, 3, 3)) // Fetched before it was lost.
  await vi.waitFor(() => expect(said.join('')).toContain('partition_revoked'), WAIT)
  const recorded = rows().length
  queue.push(assigned(0))
  await vi.waitFor(() => expect(seen.at(-1)).toBe(`seek 0 ${recorded}`), WAIT)
  stop()
  await done
  expect(rows()).toHaveLength(recorded)
  expect(said.filter((line) => line.includes('partition_revoked'))).toHaveLength(1)
})

test('ids that were seen are read again from the ledger when a partition comes back', async () => {
  const { queue, seen, windows, done, stop } = startStage({ waitMsMax: 5 })
  queue.push(assigned(0))
  queue.push(messages(0, 0, 1))
  await vi.waitFor(() => expect(seen).toContain('commit 0 2'), WAIT)
  expect(windows).toEqual(['made'])
  queue.push({ kind: 'revoked', partitions: [{ topic: 'usage', partition: 0 }] })
  queue.push(assigned(0))
  queue.push(messages(0, 2, 2))
  await vi.waitFor(() => expect(seen).toContain('commit 0 3'), WAIT)
  expect(windows).toEqual(['made', 'made'])
  stop()
  await done
})

test('what is behind in the log is told when something is recorded, and of a lost partition no more', async () => {
  const { queue, seen, said, lags, done, stop } = startStage({ waitMsMax: 5 })
  queue.push(assigned(0))
  queue.push({ ...messages(0, 0, 1), endOffset: 7 } as StreamEvent)
  await vi.waitFor(() => expect(seen).toContain('commit 0 2'), WAIT)
  expect(lags()).toEqual(['tik_lag_messages{topic="usage",partition="0"} 5'])
  queue.push({ kind: 'revoked', partitions: [{ topic: 'usage', partition: 0 }] })
  await vi.waitFor(() => expect(said.join('')).toContain('partition_revoked'), WAIT)
  expect(lags()).toBeNull()
  stop()
  await done
})

test('a stop records nothing of a partition that was lost', async () => {
  const { queue, said, rows, done, stop } = startStage({ waitMsMax: 60_000 })
  queue.push(assigned(0))
  queue.push(messages(0, 0, 1))
  queue.push({ kind: 'revoked', partitions: [{ topic: 'usage', partition: 0 }] })
  await vi.waitFor(() => expect(said.join('')).toContain('partition_revoked'), WAIT)
  stop()
  await done
  expect(rows()).toEqual([])
})

test('a write that is under way when its partition is lost is waited for', async () => {
  const { queue, seen, seeks, state, rows, done, stop } = startStage({ waitMsMax: 1 })
  state.writeMs = 100
  queue.push(assigned(0))
  queue.push(messages(0, 0, 1))
  await vi.waitFor(() => expect(seen).toContain('write'), WAIT)
  queue.push({ kind: 'revoked', partitions: [{ topic: 'usage', partition: 0 }] })
  queue.push(assigned(0))
  await vi.waitFor(() => expect(seeks()).toEqual(['seek 0 0', 'seek 0 2']), WAIT)
  stop()
  await done
  expect(rows()).toEqual(['0-0', '0-1'])
})

test('a hint of the position that fails is no reason to stop', async () => {
  const { queue, rows, done, stop } = startStage({ waitMsMax: 1, commitsFail: true })
  queue.push(assigned(0))
  queue.push(messages(0, 0, 1))
  await vi.waitFor(() => expect(rows()).toHaveLength(2), WAIT)
  stop()
  await done
})

test('a fenced partition begins again where the ledger ends', async () => {
  const { queue, seeks, said, state, rows, done, stop } = startStage({ waitMsMax: 1 })
  queue.push(assigned(0))
  state.isFenced = true
  queue.push(messages(0, 0, 1))
  await vi.waitFor(() => expect(said.join('')).toContain('partition_fenced'), WAIT)
  await vi.waitFor(() => expect(seeks()).toEqual(['seek 0 0', 'seek 0 0']), WAIT)
  state.isFenced = false
  queue.push(messages(0, 0, 1))
  await vi.waitFor(() => expect(rows()).toEqual(['0-0', '0-1']), WAIT)
  stop()
  await done
})

test('a partition that another owner took during a stop is left to that one', async () => {
  const { queue, seen, state, rows, done, stop } = startStage({ waitMsMax: 60_000 })
  queue.push(assigned(0, 1))
  queue.push(messages(0, 0, 0))
  queue.push(messages(1, 0, 0))
  await vi.waitFor(() => expect(seen).toHaveLength(2), WAIT)
  await sleep(30) // The messages wait.
  state.isFenced = true
  stop()
  await done
  expect(rows()).toEqual([])
})

test.each([
  ['begins after where the ledger ends', { firstOffset: 1 }, 100, 'goes on at 0'],
  ['ends before where the ledger ends', { firstOffset: 0 }, -1, 'goes on at 0'],
])('a log that %s stops the stage', async (_, parts, endOffset, text) => {
  const { queue, state, done } = startStage({ waitMsMax: 1, ...parts })
  state.endOffset = endOffset
  queue.push(assigned(0))
  await expect(done).rejects.toMatchObject({
    code: 'stream_gap',
    message: expect.stringContaining(text),
    hint: expect.stringContaining('the topic was made anew'),
  })
})

test('a log that ends where the ledger ends is joined', async () => {
  const { queue, seen, state, done, stop } = startStage({ waitMsMax: 1 })
  state.endOffset = 0
  queue.push(assigned(0))
  await vi.waitFor(() => expect(seen).toEqual(['seek 0 0']), WAIT)
  stop()
  await done
})

test('a log that is away is told, until the group assigns again', async () => {
  const { queue, health, done, stop } = startStage({ waitMsMax: 1 })
  queue.push(assigned(0))
  await vi.waitFor(() => expect(health.isReady).toBe(true), WAIT)
  queue.push({ kind: 'failed', error: new TikError('stream_unavailable', 'no broker') })
  await vi.waitFor(() => expect(health.isReady).toBe(false), WAIT)
  queue.push(assigned(0))
  await vi.waitFor(() => expect(health.isReady).toBe(true), WAIT)
  stop()
  await done
})
