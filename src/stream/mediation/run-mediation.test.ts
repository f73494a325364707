import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { TikError } from '../../core/failures/errors.ts'
import { createHealth } from '../../core/watch/health.ts'
import { createLog } from '../../core/watch/log.ts'
import { createEventQueue } from '../kafka/event-queue.ts'
import { runMediation } from './run-mediation.ts'
import type { OutgoingMessage, StreamEvent } from '../stream.ts'
import { fromUsageMessage } from '../message/usage-message.ts'

const place = { topic: 'cdr-pbx', partition: 0 }
const indexes = { subscriptionIndex: () => -1, callTypeIndex: () => -1 }
/** Long enough for a loaded machine; only a failure waits so long. */
const WAIT = { timeout: 10_000, interval: 5 }

/** Mediation over doubles; each message becomes one usage with the message's text as its id. */
function createWorld() {
  const queue = createEventQueue()
  const stop = new AbortController()
  const seen: string[] = []
  const state = {
    commitsFail: 0,
    sendsFail: 0,
    beforeSend: (): Promise<unknown> => sleep(1),
    beforeCommit: (): Promise<unknown> => Promise.resolve(),
  }
  const health = createHealth(['stream'])
  const done = runMediation({
    group: 'mediation',
    usageTopic: 'usage',
    consumer: {
      next: () => queue.next(1),
      seek: (_, offset) => void seen.push(`seek ${offset}`),
      pause: () => undefined,
      async commit(_, nextOffset) {
        await state.beforeCommit()
        state.commitsFail -= 1
        if (state.commitsFail >= 0) throw away('commit')
        seen.push(`commit ${nextOffset}`)
      },
      close: () => Promise.resolve(),
    },
    producer: {
      async send(_, sent: readonly OutgoingMessage[]) {
        await state.beforeSend()
        state.sendsFail -= 1
        if (state.sendsFail >= 0) throw away('send')
        seen.push(`send ${sent.map((one) => one.key).join(',')}`)
      },
      close: () => Promise.resolve(),
    },
    admin: {
      bounds: () => Promise.resolve([{ partition: 0, firstOffset: 0, endOffset: 9 }]),
      committed: () => Promise.resolve(new Map([[0, 3]])),
    },
    mediatorOf: () => ({
      mediate: (message) => [
        fromUsageMessage(message, { source: message.value.toString(), partition: 0 }, indexes),
      ],
    }),
    sendRowsMax: 2,
    log: createLog('error', () => undefined),
    health,
    metrics: { mediated: () => undefined },
    signal: stop.signal,
    retry: { attemptsMax: 3, firstWaitMs: 1, waitMsMax: 1 },
    commitAgainMs: 20,
  })
  done.catch(() => undefined)
  return { queue, seen, state, health, done, stop: () => stop.abort() }
}

function away(doing: string): TikError {
  return new TikError('stream_unavailable', `${doing}: away`)
}

function messages(from: number, to: number): StreamEvent {
  const list = Array.from({ length: to - from + 1 }, (_, index) => ({
    offset: from + index,
    key: '',
    value: Buffer.from('m'),
    timestampMs: 0,
  }))
  return { kind: 'messages', place, messages: list, endOffset: to + 1 }
}

const assigned: StreamEvent = { kind: 'assigned', partitions: [place] }

test('it goes on where the group committed, in order, and commits after the log has it', async () => {
  const { queue, seen, done, stop } = createWorld()
  queue.push(assigned)
  queue.push(messages(2, 6)) // The first one was mediated before.
  await vi.waitFor(() => expect(seen).toContain('commit 7'), WAIT)
  stop()
  await done
  expect(seen.filter((entry) => !entry.startsWith('commit'))).toEqual([
    'seek 3',
    'send m-0#3,m-0#4',
    'send m-0#5,m-0#6',
  ])
  expect(seen.at(-1)).toBe('commit 7')
})

test('a commit that failed is tried again while nothing else comes', async () => {
  const { queue, seen, state, done, stop } = createWorld()
  state.commitsFail = 2
  queue.push(assigned)
  queue.push(messages(3, 3))
  await vi.waitFor(() => expect(seen).toContain('commit 4'), WAIT)
  stop()
  await done
})

test('an idle partition is committed again, in case the group has forgotten it', async () => {
  const { queue, seen, done, stop } = createWorld()
  queue.push(assigned)
  queue.push(messages(3, 3))
  const commits = () => seen.filter((entry) => entry === 'commit 4').length
  const fromMs = performance.now()
  await vi.waitFor(() => expect(commits()).toBeGreaterThan(2), WAIT)
  await sleep(100)
  expect(commits()).toBeLessThanOrEqual(3 + (performance.now() - fromMs) / 20) // Not in each turn.
  queue.push({ kind: 'revoked', partitions: [place] })
  await sleep(30)
  const before = commits()
  await sleep(60)
  expect(commits()).toBe(before)
  stop()
  await done
})

test('after a rebalance it goes on from its own position, not from the committed one', async () => {
  const { queue, seen, done, stop } = createWorld()
  queue.push(assigned)
  queue.push(messages(3, 4))
  queue.push(assigned)
  await vi.waitFor(() => expect(seen).toContain('seek 5'), WAIT)
  stop()
  await done
  expect(seen.filter((entry) => entry.startsWith('seek'))).toEqual(['seek 3', 'seek 5'])
})

test('a partition that was lost is mediated no further', async () => {
  const { queue, seen, done, stop } = createWorld()
  queue.push(assigned)
  queue.push({ kind: 'revoked', partitions: [place] })
  queue.push(messages(3, 4))
  queue.push(assigned) // Comes back: what was fetched in between was dropped.
  await vi.waitFor(() => expect(seen.length).toBe(2), WAIT)
  stop()
  await done
  expect(seen).toEqual(['seek 3', 'seek 3'])
})

test('what was sent of a partition that is lost meanwhile is not committed: it has another owner', async () => {
  const { queue, seen, state, done, stop } = createWorld()
  const sending = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  state.beforeSend = () => {
    begun.resolve()
    return sending.promise
  }
  queue.push(assigned)
  queue.push(messages(3, 4))
  await begun.promise
  queue.push({ kind: 'revoked', partitions: [place] })
  await sleep(30) // It was heard.
  sending.resolve()
  await vi.waitFor(() => expect(seen).toContain('send m-0#3,m-0#4'), WAIT)
  await sleep(60) // Longer than it takes to commit, and to commit again.
  stop()
  await done
  expect(seen.filter((entry) => entry.startsWith('commit'))).toEqual([])
})

test('what could not be committed before its partition was lost is not committed after it', async () => {
  const { queue, seen, state, done, stop } = createWorld()
  state.commitsFail = Infinity
  queue.push(assigned)
  queue.push(messages(3, 4))
  await vi.waitFor(() => expect(seen).toContain('send m-0#3,m-0#4'), WAIT)
  await sleep(30) // It was tried.
  queue.push({ kind: 'revoked', partitions: [place] })
  await sleep(30) // It was heard.
  state.commitsFail = 0
  await sleep(60) // Longer than it takes to commit again.
  stop()
  await done
  expect(seen.filter((entry) => entry.startsWith('commit'))).toEqual([])
})

test('a stop waits for what is being sent, and commits it', async () => {
  const { queue, seen, state, done, stop } = createWorld()
  const begun = Promise.withResolvers<void>()
  state.beforeSend = () => {
    begun.resolve()
    return sleep(50)
  }
  queue.push(assigned)
  queue.push(messages(3, 4))
  await begun.promise
  stop()
  await done
  expect(seen).toEqual(['seek 3', 'send m-0#3,m-0#4', 'commit 5'])
})

test('a stop waits for what is being committed, and does not commit it again', async () => {
  const { queue, seen, state, done, stop } = createWorld()
  const begun = Promise.withResolvers<void>()
  state.beforeCommit = () => {
    begun.resolve()
    return sleep(50)
  }
  queue.push(assigned)
  queue.push(messages(3, 4))
  await begun.promise
  await sleep(15) // Turns in which nothing else is begun.
  stop()
  await done
  await sleep(100)
  expect(seen.filter((entry) => entry.startsWith('commit'))).toEqual(['commit 5'])
})

test('a log that is away is told, until the group assigns again', async () => {
  const { queue, health, done, stop } = createWorld()
  queue.push(assigned)
  await vi.waitFor(() => expect(health.isReady).toBe(true), WAIT)
  queue.push({ kind: 'failed', error: away('reading') })
  await vi.waitFor(() => expect(health.isReady).toBe(false), WAIT)
  queue.push(assigned)
  await vi.waitFor(() => expect(health.isReady).toBe(true), WAIT)
  stop()
  await done
})

test('a short outage is waited out; a long one stops the stage and skips nothing', async () => {
  const short = createWorld()
  short.state.sendsFail = 2
  short.queue.push(assigned)
  short.queue.push(messages(3, 3))
  await vi.waitFor(() => expect(short.seen).toContain('commit 4'), WAIT)
  expect(short.health.isReady).toBe(true)
  short.stop()
  await short.done

  const long = createWorld()
  long.state.sendsFail = 3
  long.queue.push(assigned)
  long.queue.push(messages(3, 4))
  await expect(long.done).rejects.toMatchObject({ code: 'stream_unavailable' })
  expect(long.seen).toEqual(['seek 3'])
  expect(long.health.isReady).toBe(false)
})

test('brokers that are away are told, and that they answer again, while the partition stays ours', async () => {
  const { queue, health, seen, stop, done } = createWorld()
  queue.push(assigned)
  queue.push({ kind: 'failed', error: new TikError('stream_unavailable', 'kafka-1 is away') })
  await vi.waitFor(() => expect(health.report()['stream']).toBe('kafka-1 is away'), WAIT)
  queue.push({ kind: 'recovered' })
  await vi.waitFor(() => expect(health.report()['stream']).toBe('ok'), WAIT)
  expect(seen).toEqual(['seek 3'])
  stop()
  await done
})
