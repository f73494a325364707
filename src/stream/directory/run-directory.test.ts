import { expect, test, vi } from 'vitest'
import { systemClock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import { createHealth } from '../../core/watch/health.ts'
import { createLog } from '../../core/watch/log.ts'
import { createEventQueue } from '../kafka/event-queue.ts'
import { runDirectory } from './run-directory.ts'
import type { StreamEvent } from '../stream.ts'

const place = { topic: 'directory', partition: 0 }
/** Long enough for a loaded machine; only a failure waits so long. */
const WAIT = { timeout: 10_000, interval: 5 }

function createWorld() {
  const queue = createEventQueue()
  const stop = new AbortController()
  const seen: string[] = []
  const warned: string[] = []
  const health = createHealth(['operations', 'stream'])
  const state = { applyFails: 0, commitFails: 0, firstOffset: 0, refused: '', stopAt: '' }
  const done = runDirectory({
    group: 'tik-directory',
    consumer: {
      next: () => queue.next(1),
      seek: (_, offset) => void seen.push(`seek ${offset}`),
      pause: () => undefined,
      commit(_, nextOffset) {
        state.commitFails -= 1
        if (state.commitFails >= 0) return Promise.reject(new Error('no commit'))
        seen.push(`commit ${nextOffset}`)
        return Promise.resolve()
      },
      close: () => Promise.resolve(),
    },
    admin: {
      bounds: () =>
        Promise.resolve([
          { partition: 1, firstOffset: 7, endOffset: 9 },
          { partition: 0, firstOffset: state.firstOffset, endOffset: 9 },
        ]),
      committed: () => Promise.resolve(new Map([[0, 3]])),
    },
    apply(event) {
      state.applyFails -= 1
      if (state.applyFails >= 0) {
        return Promise.reject(new TikError('operations_unavailable', 'away'))
      }
      seen.push(`${event.place} ${event.text}`)
      if (event.text === state.stopAt) stop.abort()
      const outcome = event.text === state.refused ? 'refused' : 'applied'
      return Promise.resolve({ eventId: event.text, type: 't', state: outcome, detail: '' })
    },
    clock: systemClock,
    log: createLog('warn', (line) => void warned.push(line)),
    health,
    signal: stop.signal,
    retry: { attemptsMax: 3, firstWaitMs: 1, waitMsMax: 1 },
  })
  done.catch(() => undefined)
  return { queue, seen, warned, health, state, done, stop: () => stop.abort() }
}

function messages(from: number, to: number): StreamEvent {
  const list = Array.from({ length: to - from + 1 }, (_, index) => ({
    offset: from + index,
    key: '',
    value: Buffer.from(`m${from + index}`),
    timestampMs: 0,
  }))
  return { kind: 'messages', place, messages: list, endOffset: to + 1 }
}

test('events are applied in order from where the group was, and committed after that', async () => {
  const world = createWorld()
  world.queue.push({ kind: 'assigned', partitions: [place] })
  world.queue.push(messages(2, 4))
  await vi.waitFor(() => expect(world.seen).toContain('commit 5'), WAIT)
  expect(world.seen).toEqual(['seek 3', 'directory/0/3 m3', 'directory/0/4 m4', 'commit 5'])
  world.stop()
  await world.done
})

test('while the store is away an event waits; after all trying the stage stops before it', async () => {
  const world = createWorld()
  world.queue.push({ kind: 'assigned', partitions: [place] })
  world.state.applyFails = 2
  world.queue.push(messages(3, 3))
  await vi.waitFor(() => expect(world.seen).toContain('commit 4'), WAIT)
  expect(world.health.isReady).toBe(true)
  world.state.applyFails = 3
  world.queue.push(messages(4, 4))
  await expect(world.done).rejects.toThrow('away')
  expect(world.health.isReady).toBe(false)
  expect(world.seen).not.toContain('commit 5')
})

test('what was fetched before the partition went to another worker is left to that one', async () => {
  const world = createWorld()
  world.queue.push({ kind: 'assigned', partitions: [place] })
  world.queue.push({ kind: 'revoked', partitions: [place] })
  world.queue.push(messages(3, 3))
  world.queue.push({ kind: 'assigned', partitions: [place] })
  await vi.waitFor(() => expect(world.seen).toEqual(['seek 3', 'seek 3']), WAIT)
  world.stop()
  await world.done
})

test('what expired before it was read is left out, and what was applied is not applied again', async () => {
  const world = createWorld()
  world.state.firstOffset = 5
  world.queue.push({ kind: 'assigned', partitions: [place] })
  world.queue.push(messages(5, 5))
  world.queue.push({ kind: 'assigned', partitions: [place] })
  await vi.waitFor(() => expect(world.seen).toContain('seek 6'), WAIT)
  expect(world.seen).toEqual(['seek 5', 'directory/0/5 m5', 'commit 6', 'seek 6'])
  world.stop()
  await world.done
})

test('a commit that fails stops nothing: the next one says more', async () => {
  const world = createWorld()
  world.state.commitFails = 1
  world.queue.push({ kind: 'assigned', partitions: [place] })
  world.queue.push(messages(3, 3))
  world.queue.push(messages(3, 3)) // Applied already: there is nothing to commit.
  world.queue.push(messages(4, 4))
  await vi.waitFor(() => expect(world.seen).toContain('commit 5'), WAIT)
  expect(world.seen.filter((entry) => entry.startsWith('commit'))).toEqual(['commit 5'])
  world.stop()
  await world.done
})

test('a stop comes after the event that is being applied, and commits it', async () => {
  const world = createWorld()
  world.state.stopAt = 'm3'
  world.queue.push({ kind: 'assigned', partitions: [place] })
  world.queue.push(messages(3, 5))
  await world.done
  expect(world.seen).toEqual(['seek 3', 'directory/0/3 m3', 'commit 4'])
})

test('a person hears of a refused event and of a log that is away, until it is back', async () => {
  const world = createWorld()
  world.health.pass('operations')
  world.state.refused = 'm4'
  world.queue.push({ kind: 'assigned', partitions: [place] })
  world.queue.push(messages(3, 5))
  world.queue.push({ kind: 'failed', error: new TikError('stream_unavailable', 'no broker') })
  await vi.waitFor(() => expect(world.warned).toHaveLength(2), WAIT)
  expect(world.warned[0]).toMatch(/directory_event.*m4/)
  expect(world.warned[1]).toMatch(/stream_failed.*no broker/)
  expect(world.health.isReady).toBe(false)
  world.queue.push({ kind: 'recovered' })
  await vi.waitFor(() => expect(world.health.isReady).toBe(true), WAIT)
  world.health.fail('stream', 'again')
  world.queue.push({ kind: 'assigned', partitions: [place] })
  await vi.waitFor(() => expect(world.health.isReady).toBe(true), WAIT)
  world.stop()
  await world.done
})
