/** Dates are those of the account that is asked for, not those of the reader. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { API_PATH } from '../src/api/create-api.ts'
import { openSmallDoor, type SmallDoor } from './small-door.ts'

let door: SmallDoor
beforeAll(async () => {
  door = await openSmallDoor()
  // Its one call of 5 October, 8 o'clock in UTC, was on the evening of the 4th there.
  const there = "UPDATE accounts SET time_zone = 'Pacific/Honolulu' WHERE account_id = 'A1'"
  await door.desk.operations.execute(there, [])
}, 60_000)
afterAll(() => door[Symbol.asyncDispose]())

const page = z.object({ items: z.array(z.object({ account: z.string(), startLocal: z.string() })) })

async function startsOf(query: string, key: string): Promise<string[]> {
  const response = await door.ask(`${API_PATH}/usage?${query}`, { key })
  return page.parse(await response.json()).items.map((item) => `${item.account} ${item.startLocal}`)
}

test.each([
  [
    '4 October of the account',
    'account=A1&period=2026-10-04..2026-10-04',
    ['A1 2026-10-04 22:00:00'],
  ],
  ['5 October of the account', 'account=A1&period=2026-10-05..2026-10-05', []],
  [
    'a zone that is said',
    'account=A1&period=2026-10-05..2026-10-05&timeZone=Europe/Brussels',
    ['A1 2026-10-05 10:00:00'],
  ],
  [
    'all accounts',
    'period=2026-10-05..2026-10-05',
    ['A1 2026-10-05 10:00:00', 'A2 2026-10-05 10:00:00'],
  ],
])('%s', async (_what, query, starts) => {
  const key = await door.keyOf({ reachKind: 'operator', reachId: '' })
  expect((await startsOf(query, key)).sort()).toEqual(starts)
})

test('a customer sees times of its own account, and nothing of the zone of another', async () => {
  const own = await door.keyOf({ reachKind: 'account', reachId: 'A1' })
  expect(await startsOf('period=2026-10', own)).toEqual(['A1 2026-10-04 22:00:00'])
  const other = await door.keyOf({ reachKind: 'account', reachId: 'A2' })
  expect(await startsOf('account=A1&period=2026-10', other)).toEqual([])
  expect(await startsOf('period=2026-10', other)).toEqual(['A2 2026-10-05 10:00:00'])
})
