/**
 * What every ledger promises. Run over chDB, over the one in memory, and over a ClickHouse server
 * where there is one; the account ids of a run are its own, so a shared server can be used.
 */
import { expect, test } from 'vitest'
import { adjustmentRateId } from '../../src/core/usage/ids.ts'
import { fieldNames } from '../../src/core/usage/field.ts'
import { nothingRated, RATED_FIELDS, RECORDED_FIELDS } from '../../src/core/usage/ledger-row.ts'
import { ROW_FIELDS } from '../../src/core/usage/ledger-row.ts'
import type { LedgerRow, LogPartition, RatedUsage } from '../../src/core/usage/ledger-row.ts'
import { micros } from '../../src/core/money/money.ts'
import { emptyUsage, USAGE_FIELDS, type Usage } from '../../src/core/usage/usage.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { filledValues } from './filled-fields.ts'

const HASH = '0123456789abcdef'
export const OCTOBER = 20_727 // 2026-10-01
const START_MS = OCTOBER * 86_400_000
const RECORDED_MS = START_MS + 40 * 86_400_000

export function usageOf(fields: Partial<Usage> = {}): Usage {
  return {
    ...emptyUsage(),
    usageId: 'pbx:1',
    contentHash: 4_503_599_627_370_495,
    origin: 'calls.csv',
    partnerId: 'p1',
    accountId: 'a1',
    subscriptionId: 's1',
    subscriptionIndex: 0,
    product: 'voip',
    kind: 'voice',
    direction: 'out',
    callType: 'national-fixed',
    callTypeIndex: 0,
    destination: 'nl-fixed',
    sender: '+31201234567',
    receiver: '+31101234567',
    servedNumber: '+31201234567',
    startMs: START_MS,
    durationSeconds: 61,
    quantity: 61,
    ...fields,
  }
}

export function ratedOf(fields: Partial<RatedUsage> = {}): RatedUsage {
  return {
    ...nothingRated(),
    periodStartDay: OCTOBER,
    outOfBundleQuantity: 61,
    billedQuantity: 120,
    chargeMicros: micros(200_000),
    rateId: 'r1',
    ...fields,
  }
}

export async function collect<Item>(chunks: AsyncIterable<Item[]>): Promise<Item[]> {
  const items: Item[] = []
  for await (const chunk of chunks) items.push(...chunk)
  return items
}

/** `open` gives the ledger under test; `unique` makes the names of one test its own. */
export function ledgerConformance(open: () => Ledger): void {
  let testsCount = 0
  const uniqueLog = (): LogPartition => ({
    source: `test-${RECORDED_MS}-${process.pid}-${(testsCount += 1)}`,
    partition: 3,
  })

  test('no field of a usage or of a row is lost or swapped on its way', async () => {
    const ledger = open()
    const log = uniqueLog()
    const usage = filledValues(USAGE_FIELDS)
    const rated = filledValues(RATED_FIELDS)
    const row = filledValues(ROW_FIELDS)
    const batch = ledger.newBatch(log, 0, RECORDED_MS, HASH)
    batch.append(usage, rated)
    batch.appendRow(row)
    await ledger.record(batch)
    const recorded = fieldNames(RECORDED_FIELDS).map((name) => [name, usage[name]])
    const place = {
      logSource: log.source,
      logPartition: log.partition,
      recordedMs: RECORDED_MS,
      catalogueHash: HASH,
    }
    expect(await collect(ledger.rows({ log }))).toEqual([
      {
        ...Object.fromEntries(recorded),
        ...rated,
        ...place,
        logOffset: 0,
        entryKind: 'usage',
        corrects: '',
      },
      { ...row, ...place, logOffset: 1 },
    ])
  })

  test('what was appended is what comes back, in log order, to the last character', async () => {
    const ledger = open()
    const log = uniqueLog()
    const odd = {
      usageId: "a'b\\c\t\n\0é€😀",
      raw: 'x'.repeat(70_000),
      detail: 'ß'.repeat(127),
      sender: 'Bank & Co',
      origin: 'a file name that is longer than sixteen characters.csv',
      startMs: START_MS + 123,
      volumeBytes: 2 ** 52 + 1,
      quantity: 2 ** 40,
      contentHash: 2 ** 52 - 1,
      product: 'mobile',
      kind: 'data',
      direction: 'none',
      sessionKey: 'é'.repeat(64),
      partNumber: 36,
    } as const
    const rated = {
      chargeMicros: micros(-1),
      informationChargeMicros: micros(123_456_789_012_345),
      takeKeys: ['nat|s1|20727', 'pool|g1|20727'],
      takeQuantities: [10, 2 ** 45],
      crossings: ['account-total|a1||1|50|50'],
      late: true,
    }
    await record(ledger, log, 0, [
      [odd, rated],
      [{ ...odd, usageId: '', rejectReason: 'served_unknown' }, { outcome: 'rejected' }],
      [{}, { outcome: 'unbillable', reason: 'internal_leg', detail: 'by rating' }],
    ])
    const rows = await collect(ledger.rows({ log }))
    expect(rows.map((row) => row.logOffset)).toEqual([0, 1, 2])
    const { subscriptionIndex, callTypeIndex, rejectReason, unbillableReason, ...first } =
      usageOf(odd)
    expect(rows[0]).toEqual({
      ...first,
      ...ratedOf({ ...rated, detail: odd.detail }),
      logSource: log.source,
      logPartition: log.partition,
      logOffset: 0,
      recordedMs: RECORDED_MS,
      catalogueHash: HASH,
      entryKind: 'usage',
      corrects: '',
    } satisfies LedgerRow)
    expect([subscriptionIndex, callTypeIndex, rejectReason, unbillableReason]).toHaveLength(4)
    expect(rows[1]).toMatchObject({ outcome: 'rejected', reason: 'served_unknown', usageId: '' })
    expect(rows[2]).toMatchObject({ reason: 'internal_leg', detail: 'by rating' })
    const rejected = await collect(ledger.rows({ log, outcome: 'rejected' }))
    expect(rejected).toEqual([rows[1]])
  })

  test('a log grows without gap or overlap, and tells where it stands', async () => {
    const ledger = open()
    const log = uniqueLog()
    expect(await ledger.lastOffsets(log.source)).toEqual(new Map())
    await record(ledger, log, 0, plain(5))
    await record(ledger, { ...log, partition: 4 }, 0, plain(2))
    await record(ledger, log, 5, plain(1))
    expect(await ledger.lastOffsets(log.source)).toEqual(
      new Map([
        [3, 5],
        [4, 1],
      ]),
    )
    await expect(record(ledger, log, 7, plain(1))).rejects.toMatchObject({
      code: 'ledger_rejected',
      message: expect.stringContaining('gap'),
    })
    expect(await collect(ledger.rows({ log }))).toHaveLength(6)
  })

  test('the second of two writers at one offset is fenced, whatever it brings', async () => {
    const ledger = open()
    const log = uniqueLog()
    await record(ledger, log, 0, plain(3))
    const mine = ledger.newBatch(log, 3, RECORDED_MS, HASH)
    const theirs = ledger.newBatch(log, 3, RECORDED_MS, HASH)
    for (let index = 0; index < 4; index += 1) mine.append(usageOf(), ratedOf())
    theirs.append(usageOf(), ratedOf())
    const ends = await Promise.allSettled([ledger.record(mine), ledger.record(theirs)])
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1)
    expect(ends.find((end) => end.status === 'rejected')?.reason).toMatchObject({
      code: 'ledger_fenced',
    })
    const offsets = (await collect(ledger.rows({ log }))).map((row) => row.logOffset)
    expect(offsets).toEqual(offsets.map((_, index) => index))
  })

  test('a writer that wakes long after its successor went on is fenced', async () => {
    const ledger = open()
    const log = uniqueLog()
    const late = ledger.newBatch(log, 0, RECORDED_MS, HASH)
    for (let index = 0; index < 10; index += 1) late.append(usageOf(), ratedOf())
    await record(ledger, log, 0, plain(4))
    await record(ledger, log, 4, plain(4))
    await expect(ledger.record(late)).rejects.toMatchObject({ code: 'ledger_fenced' })
    expect(await ledger.lastOffsets(log.source)).toEqual(new Map([[3, 7]]))
  })

  test('keys of earlier builds get the kind of scope that their row tells', async () => {
    const ledger = open()
    const log = uniqueLog()
    const accountId = `${log.source}-a`
    const of = (subscriptionId: string) => ({ accountId, subscriptionId, sessionKey: 'S' })
    await record(ledger, log, 0, [
      [
        of('team'),
        {
          takeKeys: ['pool|team|20727', 'own|team|20727|subscription'],
          takeQuantities: [10, 1],
          crossings: ['group-bundle|team|pool|80|8|10', 'account-total|team||100@5|6|5'],
        },
      ],
      [
        of('other'),
        {
          takeKeys: ['pool|team|20727'],
          takeQuantities: [7],
          crossings: [
            'group-bundle|team|pool|100|17|10',
            'sim-cap|other|data|100@9|9|9',
            'group-bundle|team|pool|group|80|8|10',
          ],
        },
      ],
      [of('other'), { takeKeys: ['pool|team|20727|group'], takeQuantities: [2] }],
    ])
    const request = { accountId, fromPeriodStartDay: OCTOBER, toPeriodStartDay: OCTOBER }
    const [totals] = await ledger.balances([request])
    expect(totals?.takes).toEqual([
      { periodStartDay: OCTOBER, key: 'own|team|20727|subscription', quantity: 1 },
      { periodStartDay: OCTOBER, key: 'pool|team|20727|group', quantity: 9 },
      { periodStartDay: OCTOBER, key: 'pool|team|20727|self', quantity: 10 },
    ])
    expect(totals?.sessions.map(({ subscriptionId, takes }) => [subscriptionId, takes])).toEqual([
      ['other', [{ key: 'pool|team|20727|group', quantity: 9 }]],
      [
        'team',
        [
          { key: 'own|team|20727|subscription', quantity: 1 },
          { key: 'pool|team|20727|self', quantity: 10 },
        ],
      ],
    ])
    expect(totals?.crossings.map(({ entry }) => entry)).toEqual([
      'account-total|team||account|100@5|6|5',
      'group-bundle|team|pool|group|100|17|10',
      'group-bundle|team|pool|group|80|8|10',
      'group-bundle|team|pool|self|80|8|10',
      'sim-cap|other|data|subscription|100@9|9|9',
    ])
  })

  test('balances are the sums of rated rows, reversals included, period by period', async () => {
    const ledger = open()
    const log = uniqueLog()
    const accountId = `${log.source}-a`
    const session = { accountId, kind: 'data', sessionKey: 'S', callType: 'data' } as const
    await record(ledger, log, 0, [
      [{ accountId }, { takeKeys: ['k1', 'k2'], takeQuantities: [10, 5], crossings: ['c|1'] }],
      [{ accountId }, { takeKeys: ['k1'], takeQuantities: [7], crossings: ['c|1', 'c|2'] }],
      [{ accountId }, { outcome: 'duplicate' }],
      [{ accountId: `${accountId}-other` }, {}],
      [{ accountId }, { periodStartDay: OCTOBER + 31, crossings: ['c|1'] }],
      [
        { ...session, startMs: START_MS + 9 },
        { takeKeys: ['mb'], takeQuantities: [4] },
      ],
      [
        { ...session, startMs: START_MS + 5 },
        { takeKeys: ['mb'], takeQuantities: [6] },
      ],
      [
        { ...session, startMs: START_MS + 1 },
        { rateId: 'r2', chargeMicros: micros(-50_000) },
      ],
    ])
    const [first] = await collect(ledger.rows({ log }))
    if (first === undefined) throw new Error('nothing was recorded')
    const reversals = ledger.newBatch(log, 8, RECORDED_MS, HASH)
    reversals.appendRow({ ...first, ...negated(first), entryKind: 'reversal', corrects: 'x/3/0' })
    // Rating never sees what a closing period adds to its sums.
    const rateId = adjustmentRateId(first.rateId)
    reversals.appendRow({ ...first, ...nothingUsed, rateId, entryKind: 'adjustment' })
    await ledger.record(reversals)

    const request = { accountId, fromPeriodStartDay: OCTOBER, toPeriodStartDay: OCTOBER }
    const both = { ...request, toPeriodStartDay: OCTOBER + 31 }
    const [october, later, none] = await ledger.balances([
      request,
      both,
      { ...request, accountId: 'nobody' },
    ])
    expect(october).toEqual({
      takes: [
        { periodStartDay: OCTOBER, key: 'k1', quantity: 7 },
        { periodStartDay: OCTOBER, key: 'mb', quantity: 10 },
      ],
      usage: [
        usageTotal(OCTOBER, 'data', 2),
        { ...usageTotal(OCTOBER, 'data', 1), rateId: 'r2', chargeMicros: -50_000 },
        usageTotal(OCTOBER, 'national-fixed', 1),
      ],
      sessions: [
        {
          periodStartDay: OCTOBER,
          sessionKey: 'S',
          subscriptionId: 's1',
          callType: 'data',
          rateId: 'r1',
          startMs: START_MS + 5,
          otherParty: '+31101234567',
          takes: [{ key: 'mb', quantity: 10 }],
          quantity: 122,
          outOfBundleQuantity: 122,
          billedQuantity: 240,
          chargeMicros: 400_000,
          informationChargeMicros: 0,
        },
        {
          periodStartDay: OCTOBER,
          sessionKey: 'S',
          subscriptionId: 's1',
          callType: 'data',
          rateId: 'r2',
          startMs: START_MS + 1,
          otherParty: '+31101234567',
          takes: [],
          quantity: 61,
          outOfBundleQuantity: 61,
          billedQuantity: 120,
          chargeMicros: -50_000,
          informationChargeMicros: 0,
        },
      ],
      crossings: [
        { periodStartDay: OCTOBER, entry: 'c|1' },
        { periodStartDay: OCTOBER, entry: 'c|2' },
      ],
    })
    expect(later?.usage).toHaveLength(4)
    expect(later?.crossings).toHaveLength(3)
    expect(none).toEqual({ takes: [], usage: [], sessions: [], crossings: [] })
  })

  test('a batch that was recorded is empty: its buffers are the next one’s', async () => {
    const ledger = open()
    const log = uniqueLog()
    const batch = ledger.newBatch(log, 0, RECORDED_MS, HASH)
    batch.append(usageOf({}), ratedOf())
    expect(batch.rowsCount).toBe(1)
    await ledger.record(batch)
    expect(batch.rowsCount).toBe(0)
    expect(await collect(ledger.rows({ log }))).toHaveLength(1)
  })

  test('a usage id counts while it is rated and not reversed', async () => {
    const ledger = open()
    const log = uniqueLog()
    const id = (name: string) => `${log.source}:${name}`
    await record(ledger, log, 0, [
      [{ usageId: id('rated'), contentHash: 11 }, {}],
      [{ usageId: id('rejected') }, { outcome: 'rejected', reason: 'rate_missing' }],
      [{ usageId: id('reversed') }, {}],
      [{ usageId: id('corrected'), contentHash: 12 }, {}],
      [{ usageId: id('early'), startMs: START_MS - 1 }, {}],
    ])
    const rows = await collect(ledger.rows({ log }))
    const batch = ledger.newBatch(log, 5, RECORDED_MS, HASH)
    for (const row of rows.slice(2, 4)) {
      batch.appendRow({ ...row, ...negated(row), entryKind: 'reversal', corrects: 'x' })
    }
    for (const row of rows.slice(3, 4)) {
      batch.appendRow({ ...row, entryKind: 'correction', corrects: 'x' })
    }
    await ledger.record(batch)
    const names = ['rated', 'rejected', 'reversed', 'corrected', 'early', 'unknown'].map(id)
    const startMs = { from: START_MS, to: START_MS + 1000 }
    expect(await ledger.findUsageIds(names, startMs)).toMatchObject(
      new Map([
        [id('corrected'), { contentHash: 12 }],
        [id('rated'), { contentHash: 11 }],
      ]),
    )
    const between = await collect(ledger.usageIdsBetween(startMs))
    const mine = between.filter((row) => row.usageId.startsWith(log.source))
    expect(new Set(mine.map((row) => row.usageId))).toEqual(
      new Set([id('rated'), id('reversed'), id('corrected')]),
    )
  })
}

function plain(count: number): [Partial<Usage>, Partial<RatedUsage>][] {
  return Array.from({ length: count }, (_, index) => [{ originRecord: index }, {}])
}

async function record(
  ledger: Ledger,
  log: LogPartition,
  firstOffset: number,
  rows: readonly [Partial<Usage>, Partial<RatedUsage>][],
): Promise<void> {
  const batch = ledger.newBatch(log, firstOffset, RECORDED_MS, HASH)
  for (const [usage, rated] of rows) batch.append(usageOf(usage), ratedOf(rated))
  await ledger.record(batch)
}

function usageTotal(periodStartDay: number, callType: string, times: number) {
  return {
    periodStartDay,
    subscriptionId: 's1',
    callType,
    rateId: 'r1',
    count: times,
    quantity: 61 * times,
    outOfBundleQuantity: 61 * times,
    chargeMicros: 200_000 * times,
    informationChargeMicros: 0,
  }
}

const nothingUsed = {
  quantity: 0,
  outOfBundleQuantity: 0,
  billedQuantity: 0,
  takeKeys: [],
  takeQuantities: [],
  crossings: [],
} satisfies Partial<LedgerRow>

function negated(row: LedgerRow) {
  return {
    durationSeconds: -row.durationSeconds,
    volumeBytes: 0 - row.volumeBytes,
    quantity: -row.quantity,
    outOfBundleQuantity: -row.outOfBundleQuantity,
    billedQuantity: -row.billedQuantity,
    chargeMicros: micros(0 - row.chargeMicros),
    informationChargeMicros: micros(0 - row.informationChargeMicros),
    takeQuantities: row.takeQuantities.map((quantity) => -quantity),
    crossings: [],
  }
}
