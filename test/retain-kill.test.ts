/** `tik retain` that dies at each of its writes, one after the other: the next run finishes it, and no sum moves. */
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Desk } from '../src/app/desk.ts'
import { retain } from '../src/app/retention/retain.ts'
import { readQuestion } from '../src/app/usage/read-question.ts'
import { totalsOf } from '../src/app/usage/usage-reports.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { DEATH, dyingAt } from './doubles/dying-store.ts'
import { openSmallDoor, type SmallDoor } from './small-door.ts'

const AFTER = fixedClock(Date.parse('2027-06-30T12:00Z'))
const QUESTION = readQuestion({ period: '2026-10', timeZone: 'Europe/Amsterdam' })
const WRITES_MAX = 30

let door: SmallDoor
let desk: Desk

beforeAll(async () => {
  door = await openSmallDoor()
  const times = { maskNumbersAfterDays: 90, deleteDetailsAfterDays: 200 }
  desk = { ...door.desk, config: { ...door.desk.config, ...times } }
}, 60_000)
afterAll(() => door[Symbol.asyncDispose]())

test('killed at every write in turn, it is finished by the next', async () => {
  const before = await totalsOf(desk, 'call-type', QUESTION)
  let deathsCount = 0
  for (let nth = 1; nth <= WRITES_MAX; nth++) {
    const { operations, clickhouse } = dyingAt(nth, desk.operations, desk.clickhouse)
    const dying = { ...desk, operations, clickhouse: clickhouse ?? desk.clickhouse }
    try {
      await retain(dying, { dryRun: false, clock: AFTER })
      break
    } catch (error) {
      if (error !== DEATH) throw error
      deathsCount += 1
    }
    expect(await totalsOf(desk, 'call-type', QUESTION)).toEqual(before)
  }
  // What a run before did and noted is not done again, so there are fewer deaths than writes.
  expect(deathsCount).toBeGreaterThan(4)
  expect(deathsCount).toBeLessThan(WRITES_MAX)
  const rest = await retain(desk, { dryRun: true, clock: AFTER })
  expect(rest).toMatchObject({ months: [], filesCount: 0, documentsCount: 0 })
  const archive = readdirSync(desk.folder.subfolder('archive'))
  expect(archive.filter((name) => name.endsWith('Master.csv'))).toEqual([])
  const invoices = readdirSync(desk.folder.subfolder('invoices'), { recursive: true })
  expect(invoices.filter((name) => String(name).endsWith('-cdrs.csv'))).toEqual([])
  expect(invoices.filter((name) => String(name).endsWith('.pdf'))).toHaveLength(2)
})
