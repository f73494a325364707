/** What invoicing reads from the ledger, over ClickHouse: clickhouse/queries/invoice-*.sql. */
import assert from 'node:assert/strict'
import { z } from 'zod'
import { ifExact } from '../../core/money/beyond-exact.ts'
import { microsFromDecimal } from '../../core/money/money.ts'
import { PRODUCTS, USAGE_KINDS } from '../../core/usage/usage.ts'
import type { ClickHouseStore } from '../../ledger/engine/clickhouse-store.ts'
import { exactInteger, exactMicros, queryFile } from '../../ledger/engine/query-file.ts'
import { createAdjustmentLedger } from '../settle/adjustment-ledger.ts'
import { SHOWN_SELECTION, shownRow } from '../../reports/usage-details.ts'
import { createCheckLedger } from './check-ledger.ts'
import { createLineLedger } from './line-usages.ts'
import type {
  AccountSpans,
  AllowanceTake,
  BilledUsageSums,
  CutOff,
  InvoiceLedger,
  InvoiceSpan,
  UsageSum,
} from './invoice-ledger.ts'

/** Positions in one insert; a parameter stays small enough for an HTTP field. */
const POSITIONS_PER_INSERT_MAX = 1_000

export function createInvoiceLedger(store: ClickHouseStore): InvoiceLedger {
  return {
    ...createAdjustmentLedger(store),
    ...createCheckLedger(store),
    ...createLineLedger(store),
    positions: () => store.query(positionsQuery, {}),
    publishCutOff: (cutOff) => publishCutOff(store, cutOff),
    usageSums: async (span, boundariesMs) =>
      (await usageSumsOf(store, spansOf(span), boundariesMs)).get(span.accountId)?.sums ?? [],
    usageSumsOf: (spans, boundariesMs) => usageSumsOf(store, spans, boundariesMs),
    allowanceTakes: async (span, fromStartDay) =>
      (await allowanceTakesOf(store, spansOf(span), fromStartDay)).get(span.accountId) ?? [],
    allowanceTakesOf: (spans, fromStartDay) => allowanceTakesOf(store, spans, fromStartDay),
    cdrs: (span) => store.stream(cdrsQuery, spanParams(spansOf(span))),
    cdrsOf: (spans) => store.stream(cdrsQuery, spanParams(spans)),
    activity: (periodStartDays) => store.query(activityQuery, { periodStartDays }),
    usedPeriods: () => store.query(usedPeriodsQuery, {}),
    periodSums: (accountIds) => store.query(periodSumsQuery, { accountIds }),
  }
}

type SpanParams = {
  accountIds: readonly string[]
  periodStartDay: number
  cutOffId: string
  lateStartDays: readonly number[]
  lateAfterCutOffId: string
}

function spanParams(spans: AccountSpans): SpanParams {
  const { accountIds, periodStartDay, cutOffId, lateStartDays, lateAfterCutOffId } = spans
  return { accountIds, periodStartDay, cutOffId, lateStartDays, lateAfterCutOffId }
}

function spansOf({ accountId, ...rest }: InvoiceSpan): AccountSpans {
  return { accountIds: [accountId], ...rest }
}

async function usageSumsOf(
  store: ClickHouseStore,
  spans: AccountSpans,
  boundariesMs: readonly number[],
): Promise<Map<string, BilledUsageSums>> {
  const rows = await store.query(usageSumsQuery, { ...spanParams(spans), boundariesMs })
  const found = new Map<string, { sums: UsageSum[]; rowsCount: number }>()
  for (const { accountId, stretch, rowsCount, ...sum } of rows) {
    const ofAccount = found.get(accountId) ?? { sums: [], rowsCount: 0 }
    ofAccount.sums.push({ ...sum, fromMs: boundariesMs[stretch - 1] ?? -Infinity })
    ofAccount.rowsCount += rowsCount
    found.set(accountId, ofAccount)
  }
  return found
}

async function allowanceTakesOf(
  store: ClickHouseStore,
  { accountIds, periodStartDay, cutOffId }: AccountSpans,
  fromStartDay: number,
): Promise<Map<string, AllowanceTake[]>> {
  const params = { accountIds, periodStartDay, cutOffId, fromStartDay }
  const found = new Map<string, AllowanceTake[]>()
  for (const { accountId, ...take } of await store.query(allowanceTakesQuery, params)) {
    const ofAccount = found.get(accountId)
    if (ofAccount === undefined) found.set(accountId, [take])
    else ofAccount.push(take)
  }
  return found
}

const INSERT_POSITIONS = `
INSERT INTO billing_cut_offs (cut_off_id, log_source, log_partition, next_offset)
SELECT {cutOffId:String}, at.1, at.2, at.3 + 1
FROM
(
    SELECT arrayJoin(arrayZip(
        {sources:Array(String)}, {partitions:Array(UInt32)}, {lastOffsets:Array(Int64)})) AS at
)`

/** Reads back how many are there: an insert that inserted nothing must not pass for an empty bill. */
async function publishCutOff(store: ClickHouseStore, cutOff: CutOff): Promise<void> {
  const { cutOffId, positions } = cutOff
  if ((await countPublished(store, cutOffId)) === positions.length) return
  for (let first = 0; first < positions.length; first += POSITIONS_PER_INSERT_MAX) {
    const some = positions.slice(first, first + POSITIONS_PER_INSERT_MAX)
    await store.command(INSERT_POSITIONS, {
      cutOffId,
      sources: some.map((at) => at.source),
      partitions: some.map((at) => at.partition),
      lastOffsets: some.map((at) => at.lastOffset),
    })
  }
  assert.equal(await countPublished(store, cutOffId), positions.length)
}

async function countPublished(store: ClickHouseStore, cutOffId: string): Promise<number> {
  const [row] = await store.query(cutOffSizeQuery, { cutOffId })
  return row?.positionsCount ?? 0
}

const positionsQuery = queryFile()(
  'invoice-positions',
  z.object({ source: z.string(), partition: exactInteger, lastOffset: exactInteger }),
)

const cutOffSizeQuery = queryFile<{ cutOffId: string }>()(
  'invoice-cut-off-size',
  z.object({ positionsCount: exactInteger }),
)

const usageSumsQuery = queryFile<SpanParams & { boundariesMs: readonly number[] }>()(
  'invoice-usage-sums',
  z.object({
    accountId: z.string(),
    periodStartDay: exactInteger,
    late: z.coerce.boolean(),
    corrected: z.coerce.boolean(),
    subscriptionId: z.string(),
    product: z.enum(PRODUCTS),
    kind: z.enum(USAGE_KINDS),
    callType: z.string(),
    stretch: exactInteger,
    count: exactInteger,
    quantity: exactInteger,
    outOfBundleQuantity: exactInteger,
    chargeMicros: exactMicros,
    informationChargeMicros: exactMicros,
    rowsCount: exactInteger,
  }),
)

const allowanceTakesQuery = queryFile<{
  accountIds: readonly string[]
  periodStartDay: number
  cutOffId: string
  fromStartDay: number
}>()(
  'invoice-allowance-takes',
  z.object({
    accountId: z.string(),
    key: z.string(),
    quantity: exactInteger,
    ownQuantity: exactInteger,
  }),
)

const cdrsQuery = queryFile<SpanParams>()('invoice-cdrs', shownRow, {
  fields: SHOWN_SELECTION,
})

const activityQuery = queryFile<{ periodStartDays: readonly number[] }>()(
  'invoice-activity',
  z.object({ accountId: z.string(), subscriptionId: z.string(), count: exactInteger }),
)

const usedPeriodsQuery = queryFile()(
  'invoice-used-periods',
  z.object({ accountId: z.string(), periodStartDays: z.array(exactInteger) }),
)

const periodSumsQuery = queryFile<{ accountIds: readonly string[] }>()(
  'invoice-period-sums',
  z.object({
    accountId: z.string(),
    periodStartDay: exactInteger,
    count: exactInteger,
    chargeMicros: z.string().transform((text) => ifExact(() => microsFromDecimal(text))),
  }),
)
