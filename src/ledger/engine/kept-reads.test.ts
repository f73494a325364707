/** What is kept of a ledger's answers, and when it is forgotten. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { ClickHouseStore } from './clickhouse-store.ts'
import { keepReads, type KeptReadsOptions } from './kept-reads.ts'
import { standOf, STAND_AGE_MS_MAX } from './ledger-stand.ts'
import { lookedAt, queryText } from './query-file.ts'

const row = z.object({ n: z.int() })
const totals = lookedAt(queryText<{ account: string }>()('totals', 'SELECT 1', row))
const offsets = queryText<{ account: string }>()('offsets', 'SELECT 2', row)

/** Answers how often it was asked; `rows` of them at once. */
function counting(options: KeptReadsOptions = {}, rows = 1) {
  let asked = 0
  const held: (() => void)[] = []
  let isHeld = false
  const store = {
    query: async (): Promise<{ n: number }[]> => {
      asked += 1
      const n = asked
      if (isHeld) await new Promise<void>((resolve) => held.push(resolve))
      return Array.from({ length: rows }, () => ({ n }))
    },
    command: () => Promise.resolve(),
    insertNative: () => Promise.resolve(),
  }
  const kept = keepReads(store as unknown as ClickHouseStore, options)
  const ask = async (account = 'A1') => (await kept.query(totals, { account }))[0]?.n
  return {
    kept,
    ask,
    asked: () => asked,
    hold: () => (isHeld = true),
    release: () => {
      isHeld = false
      for (const each of held.splice(0)) each()
    },
  }
}

test('the same question is asked once, another one by itself', async () => {
  const { ask, asked } = counting()
  expect([await ask(), await ask(), await ask('A2'), await ask()]).toEqual([1, 1, 2, 1])
  expect(asked()).toBe(2)
})

test('those who ask at once wait for one answer', async () => {
  const { ask, asked } = counting()
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1])
  expect(asked()).toBe(1)
})

test('what is not looked at is asked each time', async () => {
  const { kept } = counting()
  const ask = async () => (await kept.query(offsets, { account: 'A1' }))[0]?.n
  expect([await ask(), await ask()]).toEqual([1, 2])
})

test.each(['command', 'insert'] as const)('after a write nothing is kept: %s', async (write) => {
  const { kept, ask } = counting()
  expect(await ask()).toBe(1)
  if (write === 'command') await kept.command('ALTER TABLE usage_ledger …')
  else await kept.insertNative({ table: 'usage_ledger' } as never)
  expect(await ask()).toBe(2)
})

test('an answer that was under way at a write is given to who waits for it, and to nobody after', async () => {
  const { kept, ask, hold, release } = counting()
  hold()
  const early = ask()
  await kept.command('INSERT …')
  release()
  expect(await ask()).toBe(2)
  expect(await early).toBe(1)
  expect(await ask()).toBe(2)
})

test('a failure is not kept', async () => {
  let isAway = true
  const store = {
    query: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve([{ n: 7 }])),
  }
  const kept = keepReads(store as unknown as ClickHouseStore)
  await expect(kept.query(totals, { account: 'A1' })).rejects.toThrow('away')
  isAway = false
  expect(await kept.query(totals, { account: 'A1' })).toEqual([{ n: 7 }])
})

test('the oldest leave when there are too many rows, and large answers are not kept at all', async () => {
  const many = counting({}, 2_000)
  for (let n = 0; n < 26; n += 1) await many.ask(`A${n}`)
  expect(await many.ask('A25')).toBe(26)
  expect(await many.ask('A0')).toBe(27)
  const large = counting({}, 2_001)
  expect([await large.ask(), await large.ask()]).toEqual([1, 2])
})

test('readers cannot change what others are given', async () => {
  const { kept } = counting()
  const [first] = await kept.query(totals, { account: 'A1' })
  expect(() => Object.assign(first ?? {}, { n: 99 })).toThrow(TypeError)
  const list = await kept.query(totals, { account: 'A1' })
  list.pop()
  expect(await kept.query(totals, { account: 'A1' })).toHaveLength(1)
})

test('a ledger that others write to is asked again once it stands elsewhere, a second later at most', async () => {
  let stand = 'a'
  let nowMs = 0
  let standsAsked = 0
  const store = {
    query: () => {
      standsAsked += 1
      return Promise.resolve([{ stand }])
    },
  }
  const standing = standOf(store as unknown as ClickHouseStore, () => nowMs)
  const { ask } = counting({ stand: standing })
  expect([await ask(), await ask()]).toEqual([1, 1])
  stand = 'b'
  expect(await ask()).toBe(1)
  nowMs += STAND_AGE_MS_MAX
  expect(await ask()).toBe(2)
  expect(standsAsked).toBe(2)
})
