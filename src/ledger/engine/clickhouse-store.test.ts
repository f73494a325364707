import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { openClickHouse, type ClickHouseStore } from './clickhouse-store.ts'
import { exactInteger, queryText } from './query-file.ts'

let store: ClickHouseStore
beforeAll(async () => {
  store = await openClickHouse({ folder: mkdtempSync(join(tmpdir(), 'tik-store-')) })
})
afterAll(() => store.close())

const numbers = queryText<{ count: number }>()(
  'numbers',
  'SELECT number AS n FROM numbers({count:UInt64})',
  z.object({ n: exactInteger }),
)

async function sumOf(count: number): Promise<number> {
  let sum = 0
  for await (const rows of store.stream(numbers, { count })) for (const row of rows) sum += row.n
  return sum
}

test('a stream brings every row in chunks, two at once as well', async () => {
  expect(await Promise.all([sumOf(300_000), sumOf(10), sumOf(0)])).toEqual([
    (300_000 * 299_999) / 2,
    45,
    0,
  ])
})

test('a reader may stop early, and the store goes on', async () => {
  for await (const rows of store.stream(numbers, { count: 10_000_000 })) {
    expect(rows.length).toBeGreaterThan(0)
    break
  }
  expect(await store.query(numbers, { count: 2 })).toEqual([{ n: 0 }, { n: 1 }])
})

test('parameters are values, whatever is in them', async () => {
  const echo = queryText<{ text: string; list: readonly string[] }>()(
    'echo',
    'SELECT {text:String} AS text, {list:Array(String)} AS list',
    z.object({ text: z.string(), list: z.array(z.string()) }),
  )
  const params = { text: "'; SELECT 1 --\\\t\n\0é", list: ["it's", 'a,b', '[]', '\\'] }
  expect(await store.query(echo, params)).toEqual([params])
})
