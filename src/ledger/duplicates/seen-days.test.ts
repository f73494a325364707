import { expect, test } from 'vitest'
import type { Usage } from '../../core/usage/usage.ts'
import { usageOf } from '../../../test/doubles/ledger.conformance.ts'
import { createSeenDays, type SeenDaysOptions } from './seen-days.ts'

const DAY_MS = 86_400_000
const NOW = Promise.resolve()
const CHUNK_ROWS = 5

function idsOf(day: number, count: number): Usage[] {
  return Array.from({ length: count }, (_, index) =>
    usageOf({ usageId: `${day}-${index}`, startMs: day * DAY_MS + index }),
  )
}

/** Over a ledger with so many ids of each day; `loads` are the days that were asked for. */
function seenDaysOver(counts: Readonly<Record<number, number>>, options: Partial<SeenDaysOptions>) {
  const loads: string[] = []
  const usageIdsBetween = async function* (startMs: { from: number; to: number }) {
    const [first, last] = [startMs.from / DAY_MS, startMs.to / DAY_MS - 1]
    loads.push(first === last ? `${first}` : `${first}-${last}`)
    for (let day = first; day <= last; day += 1) {
      const rows = idsOf(day, counts[day] ?? 0)
      for (let at = 0; at < rows.length; at += CHUNK_ROWS) yield rows.slice(at, at + CHUNK_ROWS)
    }
    await Promise.resolve()
  }
  const bounds = { idsMax: 100, daysMax: 62, directIdsMax: 0, ...options }
  return { seenDays: createSeenDays({ usageIdsBetween }, bounds), loads }
}

/** One usage of each day that was not there: `new` says that the day is in memory. */
function verdicts(seenDays: ReturnType<typeof createSeenDays>, days: readonly number[]): string[] {
  return days.map((day) =>
    seenDays.add(usageOf({ usageId: `fresh-${day}-${Math.random()}`, startMs: day * DAY_MS })),
  )
}

const oneOf = (days: readonly number[]) => days.flatMap((day) => idsOf(day, 1))

test('days that are too many together are loaded one by one, the latest first', async () => {
  const { seenDays, loads } = seenDaysOver({ 1: 40, 2: 40, 3: 30 }, {})
  await seenDays.load(oneOf([1, 2, 3]), NOW)
  expect(loads).toEqual(['1-3', '3', '2', '1'])
  expect(verdicts(seenDays, [1, 2, 3])).toEqual(['unknown', 'new', 'new'])
})

test('a day that found no room is not asked for again with every batch', async () => {
  const { seenDays, loads } = seenDaysOver({ 1: 40, 2: 40, 3: 30 }, {})
  await seenDays.load(oneOf([1, 2, 3]), NOW)
  const before = loads.length
  for (let batch = 0; batch < 5; batch += 1) await seenDays.load(oneOf([1, 3]), NOW)
  expect(loads).toHaveLength(before)
})

test('a day that found no room beside others is loaded once they are forgotten', async () => {
  const { seenDays, loads } = seenDaysOver({ 1: 60, 2: 60 }, {})
  await seenDays.load(oneOf([2]), NOW)
  await seenDays.load(oneOf([1]), NOW)
  expect(loads).toEqual(['2', '1'])
  expect(verdicts(seenDays, [1, 2])).toEqual(['unknown', 'new'])
  await seenDays.load(idsOf(1, 30), NOW) // No room for these: it starts afresh.
  expect(loads).toEqual(['2', '1', '1'])
  expect(verdicts(seenDays, [1, 2])).toEqual(['new', 'unknown'])
})

test('ids on their way to the ledger are waited for before the memory starts afresh', async () => {
  const { seenDays } = seenDaysOver({ 1: 60, 2: 60 }, {})
  const settled = Promise.withResolvers<void>()
  let isLoaded = false
  const loading = seenDays.load(oneOf([1, 2]), settled.promise).then(() => (isLoaded = true))
  await new Promise((resolve) => setTimeout(resolve, 10))
  expect(isLoaded).toBe(false)
  settled.resolve()
  await loading
})

test('a day that is too large by itself is looked up, and the others are loaded', async () => {
  const { seenDays, loads } = seenDaysOver({ 1: 20, 2: 500, 3: 20 }, {})
  await seenDays.load(oneOf([3]), NOW)
  await seenDays.load(oneOf([2]), NOW)
  expect(loads).toEqual(['3', '2'])
  expect(verdicts(seenDays, [2, 3])).toEqual(['unknown', 'new'])
})
