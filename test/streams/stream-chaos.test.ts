/**
 * Whatever the recipient answers and wherever the process dies: after dropping repeated ids it has every
 * usage of its account exactly once, and each log's in its order.
 */
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { STREAM_CLAIM_MS } from '../../src/data-streams/deliver-streams.ts'
import { DEATH, dyingAt } from '../doubles/dying-store.ts'
import { keptIds, openReceiver, type Answer } from './receiver.ts'
import { openStreamWorld, type StreamWorld } from './stream-world.ts'

let world: StreamWorld
let runsCount = 0

beforeAll(async () => {
  world = await openStreamWorld()
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())

/** Rated usages of one batch, or a round in which the process may die at its nth write. */
const step = fc.oneof(
  fc.record({
    is: fc.constant('rated' as const),
    partition: fc.integer({ min: 0, max: 2 }),
    accounts: fc.array(fc.constantFrom('A1', 'A1', 'A2'), { minLength: 1, maxLength: 6 }),
  }),
  fc.record({
    is: fc.constant('round' as const),
    answers: fc.array(fc.constantFrom<Answer>(200, 200, 500, 503, 'break', 302), { maxLength: 4 }),
    diesAt: fc.option(fc.integer({ min: 1, max: 8 })),
  }),
)

test('every usage once and in order, through failures of the recipient and deaths of the process', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      await using receiver = await openReceiver()
      const run = (runsCount += 1)
      const { operations } = world.door.desk
      await world.make(receiver.url)
      const expected: string[] = []
      for (const one of steps) {
        if (one.is === 'rated') {
          const place = `run${run}/${one.partition}`
          const entries = await world.record(place, one.accounts)
          expected.push(...entries.filter((_, index) => one.accounts[index] === 'A1'))
          continue
        }
        const answers = [...one.answers]
        receiver.answer = () => answers.shift() ?? 200
        const store = one.diesAt === null ? operations : dyingAt(one.diesAt, operations).operations
        await world.round({ store }).catch((error: unknown) => {
          if (error !== DEATH) throw error
        })
        world.clock.atMs += STREAM_CLAIM_MS
      }
      receiver.answer = () => 200
      for (let last = 0; last < 3; last++) {
        world.clock.atMs += 86_400_000
        await world.round()
      }
      const kept = keptIds(receiver.taken)
      expect([...kept].sort()).toEqual([...expected].sort())
      for (let partition = 0; partition < 3; partition++) {
        const own = (ids: readonly string[]) =>
          ids.filter((id) => id.startsWith(`run${run}/${partition}/`))
        expect(own(kept)).toEqual(own(expected))
      }
      await operations.script('DELETE FROM data_streams')
    }),
    { numRuns: 25 },
  )
}, 240_000)
