/** Requests are counted by all processes together, a second late, and by each alone while the store is away. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import { countUp, forgetEndedCounts } from '../src/app/access/rate-counts-of.ts'
import { countUp as countUpIn } from '../src/identity/rate-counts.ts'
import { createRequestCounts } from '../src/api/request-counts.ts'
import { readConfig } from '../src/core/config/config.ts'
import { TikError } from '../src/core/failures/errors.ts'
import { openTestOperations } from './doubles/test-operations.ts'

const config = readConfig('/unused', {})

test('what one counted the other knows once it was told, and a new minute begins with none', async () => {
  await using operations = await openTestOperations()
  const stores = { operations: operations.store, config }
  let nowMs = 1_800_000_000_000
  const clock = { nowMs: () => nowMs }
  const [one, other] = [0, 1].map(() => createRequestCounts(stores, { clock, isShared: true }))
  if (one === undefined || other === undefined) throw new Error('two were made')
  for (let count = 0; count < 5; count += 1) one.next('address a')
  for (let count = 0; count < 7; count += 1) other.next('address a')
  other.next('address b')
  await one.tell()
  await other.tell()
  await one.tell() // It has nothing new to tell.
  expect(other.next('address a')).toMatchObject({ count: 13 })
  expect(one.next('address a')).toMatchObject({ count: 6 })
  await one.tell()
  expect(one.next('address a')).toMatchObject({ count: 14 })
  expect(one.next('address b')).toMatchObject({ count: 1 })
  nowMs += 60_000
  expect(one.next('address a')).toEqual({ count: 1, endsInMs: 60_000 - (nowMs % 60_000) })
})

test('while the store is away each counts for itself, and tells it afterwards', async () => {
  await using operations = await openTestOperations()
  let isAway = true
  const store = {
    ...operations.store,
    query: ((...asked: Parameters<typeof operations.store.query>) =>
      isAway
        ? Promise.reject(new TikError('operations_unavailable', 'away'))
        : operations.store.query(...asked)) as typeof operations.store.query,
  }
  const counts = createRequestCounts({ operations: store, config }, { isShared: true })
  counts.next('address a')
  await counts.tell()
  expect(counts.next('address a')).toMatchObject({ count: 2 })
  isAway = false
  await counts.tell()
  const other = createRequestCounts({ operations: operations.store, config }, { isShared: true })
  other.next('address a')
  await other.tell()
  expect(other.next('address a')).toMatchObject({ count: 4 })
})

function of(points: number) {
  return [{ key: 'try for ann', points }]
}

test('a count ends with its time, gives back, and the table names nobody', async () => {
  await using operations = await openTestOperations()
  const stores = { operations: operations.store }
  expect(await countUp(stores, of(2), 60_000)).toMatchObject([{ points: 2 }])
  expect(await countUpIn(operations.store, of(-1), 60_000)).toMatchObject([{ points: 1 }])
  const rows = () =>
    operations.store.query('SELECT key FROM rate_counts', [], z.object({ key: z.string() }))
  expect(JSON.stringify(await rows())).not.toContain('ann')
  await operations.store.execute('UPDATE rate_counts SET ends_ms = 1')
  expect(await countUp(stores, of(1), 60_000)).toMatchObject([{ points: 1 }])
  await operations.store.execute('UPDATE rate_counts SET ends_ms = 1')
  await forgetEndedCounts(stores)
  expect(await rows()).toEqual([])
})
