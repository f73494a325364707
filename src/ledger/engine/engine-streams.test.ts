/** A mistake here does not fail a test: it ends the process that runs it. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { seededRandom } from '../../../test/seeded-random.ts'
import { openClickHouse, type ClickHouseStore } from './clickhouse-store.ts'
import { queryText } from './query-file.ts'

const numbers = queryText<{ rows: number }>()(
  'numbers',
  'SELECT toInt32(number) AS number FROM numbers({rows:UInt64})',
  z.object({ number: z.int() }),
)
const ROWS = 200_000
/** 1,000 take a minute: TIK_LEAVES=1000 npx vitest run src/ledger/engine/engine-streams.test.ts. */
const LEAVES = Number.parseInt(process.env['TIK_LEAVES'] ?? '60', 10)
const SEED = 20_261_130

let store: ClickHouseStore
beforeEach(async () => {
  store = await openClickHouse({ folder: mkdtempSync(join(tmpdir(), 'tik-leave-')) })
})
afterEach(() => store.close())

test('a stream is left again and again, at any chunk and in any way, and the store goes on', async () => {
  const random = seededRandom(SEED)
  const left = { break: 0, throw: 0, return: 0, 'in flight': 0 }
  const ways = Object.keys(left) as (keyof typeof left)[]
  for (let count = 0; count < LEAVES; count += 1) {
    const way = ways[Math.floor(random() * ways.length)] ?? 'break'
    await leave(way, Math.floor(random() * 5))
    left[way] += 1
  }
  expect(Object.values(left).every((times) => times > 0)).toBe(true)
  const rows = await Array.fromAsync(store.stream(numbers, { rows: 3 }))
  expect(rows.flat()).toEqual([{ number: 0 }, { number: 1 }, { number: 2 }])
}, 300_000)

/** After so many chunks; `in flight` asks for one more and goes without waiting for it. */
async function leave(
  way: 'break' | 'throw' | 'return' | 'in flight',
  chunks: number,
): Promise<void> {
  const stream = store.stream(numbers, { rows: ROWS })[Symbol.asyncIterator]()
  try {
    for (let seen = 0; seen < chunks; seen += 1) {
      if ((await stream.next()).done === true) return
    }
    if (way === 'throw') throw new RangeError('the reader fails')
    if (way === 'in flight') void stream.next().catch(() => undefined)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  } finally {
    const returned = stream.return?.()
    if (way !== 'in flight') await returned
    else await nextTurn()
  }
}

test('the store closes while streams are open, asked for or forgotten', async () => {
  const forgotten = store.stream(numbers, { rows: ROWS })[Symbol.asyncIterator]()
  await forgotten.next()
  const asked = store.stream(numbers, { rows: ROWS })[Symbol.asyncIterator]()
  const answer = asked.next().then(
    () => 'rows',
    () => 'refused',
  )
  await store.close()
  expect(['rows', 'refused']).toContain(await answer)
  await expect(Array.fromAsync(store.stream(numbers, { rows: 1 }))).rejects.toThrow()
})
