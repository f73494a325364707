import { beforeAll, describe, expect, test } from 'vitest'
import { sampleCatalogue, smallCompany } from '../../../test/small-company.ts'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Directory } from '../../core/accounts/accounts.ts'
import { FILES_LOG, type LedgerRow } from '../../core/usage/ledger-row.ts'
import { emptyUsage, type Usage } from '../../core/usage/usage.ts'
import { createDuplicateWindow } from '../../ledger/duplicates/duplicate-window.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { createMemoryLedger } from '../../../test/doubles/memory-ledger.ts'
import { processBatch } from '../../pipeline.ts'
import { createRater } from '../../rating/create-rater.ts'
import { recordCorrections } from './record-corrections.ts'
import { rerateAccount, type RerateQuestion } from './rerate-account.ts'

const directory = smallCompany()
const OCTOBER = {
  fromMs: Date.parse('2026-09-30T22:00:00Z'),
  toMs: Date.parse('2026-10-31T23:00:00Z'),
}
let catalogue: Catalogue
beforeAll(async () => {
  catalogue = await sampleCatalogue()
})

/** A call of the mobile subscription to a national fixed number. */
function call(number: number, start: string, seconds: number): Usage {
  const subscription = directory.subscriptions.find((each) => each.subscriptionId === 'M1')
  return {
    ...emptyUsage(),
    usageId: `test:${number}`,
    contentHash: number,
    origin: 'test.csv',
    originRecord: number,
    partnerId: 'P1',
    accountId: 'A1',
    subscriptionId: 'M1',
    subscriptionIndex: subscription?.index ?? -1,
    product: 'mobile',
    kind: 'voice',
    direction: 'out',
    callType: 'national-fixed',
    callTypeIndex: catalogue.callTypeIndexById.get('national-fixed') ?? -1,
    destination: 'nl-fixed',
    sender: '+31612345678',
    receiver: '+31201234567',
    servedNumber: '+31612345678',
    startMs: Date.parse(start),
    durationSeconds: seconds,
    quantity: seconds,
  }
}

async function ledgerWith(
  usages: readonly Usage[],
  ledger: Ledger = createMemoryLedger(),
): Promise<Ledger> {
  const { encoded } = await processBatch(
    { log: { source: FILES_LOG, partition: 1 }, firstOffset: 0, usages, recordedMs: OCTOBER.toMs },
    {
      ledger,
      rater: createRater({ catalogue, directory }),
      duplicates: createDuplicateWindow(ledger),
      catalogueHash: 'then',
    },
    Promise.resolve(),
  )
  await ledger.record(encoded)
  return ledger
}

async function rowsOf(ledger: Ledger): Promise<LedgerRow[]> {
  return (await Array.fromAsync(ledger.rows({ accountId: 'A1' }))).flat()
}

async function rerating(ledger: Ledger, change: Partial<RerateQuestion> = {}) {
  const rows = await rowsOf(ledger)
  return rerateAccount({ rows, catalogue, directory, ...OCTOBER, order: 'recorded', ...change })
}

/** The same company with free calls to fixed numbers agreed. */
function withFreeCalls(): Directory {
  const account = directory.accounts.get('A1')
  if (account === undefined) throw new Error('the small company has account A1')
  const always = { fromMs: 0, toMs: Number.POSITIVE_INFINITY }
  const rateOverrides = [{ callType: 'national-fixed', rateId: 'free-voice', ...always }]
  return { ...directory, accounts: new Map([['A1', { ...account, rateOverrides }]]) }
}

function chargeOf(rows: readonly LedgerRow[]): number {
  return rows.reduce((sum, row) => sum + row.chargeMicros, 0)
}

/** What each usage costs, all its entries together. */
async function chargesOf(rows: Promise<LedgerRow[]>): Promise<Map<string, number>> {
  const byUsage = Map.groupBy(await rows, (row) => row.usageId)
  return new Map([...byUsage].map(([usageId, entries]) => [usageId, chargeOf(entries)]))
}

const manyCalls = () => [
  call(1, '2026-10-05T08:00:00Z', 17_000),
  call(2, '2026-10-06T08:00:00Z', 3_000),
  call(3, '2026-10-07T08:00:00Z', 600),
]

describe('re-rating an account', () => {
  test('with the same prices there is no difference', async () => {
    const ledger = await ledgerWith(manyCalls())
    expect(await rerating(ledger)).toEqual({ ratedCount: 3, corrections: [], failures: [] })
  })

  test('another price is a difference, and a dry run changes nothing', async () => {
    const ledger = await ledgerWith(manyCalls())
    const before = await rowsOf(ledger)
    expect(chargeOf(before)).toBeGreaterThan(0)
    const { corrections } = await rerating(ledger, { directory: withFreeCalls() })
    const difference = corrections.reduce((sum, each) => sum + each.chargeDifferenceMicros, 0)
    expect(difference).toBe(-chargeOf(before))
    expect(await rowsOf(ledger)).toEqual(before)
  })

  test('confirmed, all sums follow the new price, and a second run finds nothing', async () => {
    const ledger = await ledgerWith(manyCalls())
    const first = await rerating(ledger, { directory: withFreeCalls() })
    const run = { recordedMs: OCTOBER.toMs + 1, catalogueHash: 'now', batchRowsMax: 2 }
    expect(await recordCorrections(ledger, first.corrections, run)).toBe(1)
    expect(chargeOf(await rowsOf(ledger))).toBe(0)
    const second = await rerating(ledger, { directory: withFreeCalls() })
    expect(second.corrections).toEqual([])
    expect(await recordCorrections(ledger, second.corrections, run)).toBe(0)
  })

  test.each([1, 2, 3])(
    'killed after %d of four commits it is finished by a second run',
    async (commits) => {
      let left = Infinity
      const killed = createMemoryLedger({
        afterCommit() {
          left -= 1
          if (left === 0) throw new Error('power cut')
        },
      })
      const calls = Array.from({ length: 4 }, (_, day) =>
        call(day, `2026-10-0${day + 1}T08:00:00Z`, 9_000),
      )
      const ledger = await ledgerWith(calls, killed)
      const run = { recordedMs: OCTOBER.toMs + 1, catalogueHash: 'now', batchRowsMax: 2 }
      const { corrections } = await rerating(ledger, { directory: withFreeCalls() })
      expect(corrections.length).toBeGreaterThan(commits)
      left = commits
      await expect(recordCorrections(ledger, corrections, run)).rejects.toThrow('power cut')
      left = Infinity
      const rest = await rerating(ledger, { directory: withFreeCalls() })
      expect(rest.corrections).toHaveLength(corrections.length - commits)
      expect(await recordCorrections(ledger, rest.corrections, run)).toBe(
        rest.corrections.length > 0 ? 2 : 0,
      )
      expect(chargeOf(await rowsOf(ledger))).toBe(0)
      expect((await rerating(ledger, { directory: withFreeCalls() })).corrections).toEqual([])
    },
  )

  test('a correction can be corrected back to the first result', async () => {
    const ledger = await ledgerWith(manyCalls())
    const before = chargeOf(await rowsOf(ledger))
    const run = { recordedMs: OCTOBER.toMs + 1, catalogueHash: 'now', batchRowsMax: 100 }
    const free = await rerating(ledger, { directory: withFreeCalls() })
    await recordCorrections(ledger, free.corrections, run)
    const back = await rerating(ledger)
    expect(
      await recordCorrections(ledger, back.corrections, { ...run, recordedMs: run.recordedMs + 1 }),
    ).toBe(2)
    expect(chargeOf(await rowsOf(ledger))).toBe(before)
  })

  test('in the order of happening, late usage no longer moves the bundle', async () => {
    const [early, middle, last] = manyCalls()
    if (early === undefined || middle === undefined || last === undefined)
      throw new Error('three calls')
    const ledger = await ledgerWith([middle, last, early]) // The first call came in last.
    const inOrder = await ledgerWith([early, middle, last])
    const { corrections } = await rerating(ledger, { order: 'happened' })
    expect(corrections.length).toBeGreaterThan(0)
    const run = { recordedMs: OCTOBER.toMs + 1, catalogueHash: 'now', batchRowsMax: 100 }
    await recordCorrections(ledger, corrections, run)
    expect(await chargesOf(rowsOf(ledger))).toEqual(await chargesOf(rowsOf(inOrder)))
  })

  test('only usage of the days that were asked for is corrected', async () => {
    const ledger = await ledgerWith(manyCalls())
    const { ratedCount } = await rerating(ledger, { toMs: Date.parse('2026-10-06T00:00:00Z') })
    expect(ratedCount).toBe(1)
  })

  test('usage that can no longer be rated is named with what it costs', async () => {
    const ledger = await ledgerWith(manyCalls())
    const withoutPlans = {
      ...directory,
      subscriptions: directory.subscriptions.map((each) => ({ ...each, plans: [] })),
    }
    const { failures } = await rerating(ledger, { directory: withoutPlans })
    const rows = await rowsOf(ledger)
    expect(failures.map(({ entryId, reason }) => `${entryId} ${reason}`)).toEqual([
      'files/1/0 plan_missing',
      'files/1/1 plan_missing',
      'files/1/2 plan_missing',
    ])
    expect(failures.map(({ amountMicros }) => amountMicros)).toEqual(
      rows.map(
        ({ chargeMicros, informationChargeMicros }) => chargeMicros + informationChargeMicros,
      ),
    )
  })
})
