import { describe, expect, test } from 'vitest'
import { createWorld, step } from '../../test/rating/world.ts'
import type { LedgerRow } from '../core/usage/ledger-row.ts'
import { micros } from '../core/money/money.ts'
import { correctRow } from '../rating/correct-row.ts'
import { createRater } from '../rating/create-rater.ts'
import { rateRow } from './rate-row.ts'
import { createReplay } from './replay.ts'

const NOON_MS = Date.UTC(2026, 10, 10, 11)
const world = createWorld({
  rates: { r: [{ steps: [step('0.10')] }] },
  allowances: [{ allowanceId: 'own', amount: 100, watchedBy: 'voice-bundle' }],
  plans: { plan: { rates: { call: 'r' }, allowanceIds: ['own'] } },
  subscriptions: [{ subscriptionId: 'A' }],
})

describe.each(['', 'session'])('rows of session "%s"', (sessionKey) => {
  const fields = { startMs: NOON_MS, sessionKey }
  const usage = world.usage('A', 'call', { ...fields, usageId: '1', quantity: 90 })
  const next = world.usage('A', 'call', { ...fields, usageId: '2', quantity: 30 })
  const rated = structuredClone(createRater(world).rate(usage, NOON_MS))
  const right: LedgerRow = {
    ...usage,
    ...rated,
    logSource: 'files',
    logPartition: 1,
    logOffset: 0,
    entryKind: 'usage',
    corrects: '',
    recordedMs: NOON_MS,
    catalogueHash: '',
  }
  /** 20 of 90 from the bundle, the rest charged, and no level told. */
  const wrong = {
    ...right,
    outOfBundleQuantity: 70,
    billedQuantity: 70,
    chargeMicros: micros(7_000_000),
    takeQuantities: [20],
    crossings: [],
  }

  async function replayed() {
    const replay = createReplay(world.directory, () => Promise.resolve(world.catalogue))
    await replay.useCatalogue('')
    replay.prepare([usage])
    return replay
  }

  test('a row that nobody corrected differs, and the replay goes on with what it found', async () => {
    const replay = await replayed()
    const found = rateRow(wrong, usage, { replay, isCorrected: false }).map(({ field }) => field)
    expect(found).toContain('chargeMicros')
    expect(replay.rate(next, NOON_MS)).toMatchObject({ takeQuantities: [10] })
  })

  test('a row that was corrected does not, and moves the balances until its correction', async () => {
    const replay = await replayed()
    expect(rateRow(wrong, usage, { replay, isCorrected: true })).toEqual([])
    expect(replay.peek(next, NOON_MS)).toMatchObject({ takeQuantities: [30], crossings: [] })
    expect(replay.rate(usage, NOON_MS).outcome).toBe('duplicate')
    const correction = correctRow(wrong, rated)
    if (correction === undefined) throw new Error('they differ')
    replay.take(correction.reversal)
    replay.take(correction.correction)
    expect(replay.rate(next, NOON_MS)).toMatchObject({
      takeQuantities: [10],
      outOfBundleQuantity: 20,
      chargeMicros: 2_000_000,
      crossings: ['voice-bundle|A|own|subscription|100|100|100'],
    })
  })

  test('a corrected row that rating still gives is compared as any other', async () => {
    const replay = await replayed()
    expect(rateRow(right, usage, { replay, isCorrected: true })).toEqual([])
    expect(replay.rate(next, NOON_MS)).toMatchObject({ takeQuantities: [10] })
  })

  test('what mediation found is compared in every case', async () => {
    for (const row of [wrong, right]) {
      const replay = await replayed()
      const other = { ...row, receiver: '+31201' }
      const found = rateRow(other, usage, { replay, isCorrected: true })
      expect(found.map(({ field }) => field)).toEqual(['receiver'])
    }
  })
})
