/** What invoicing reads from the ledger, over ClickHouse: clickhouse/queries/invoice-*.sql. */
import assert from 'node:assert/strict'
import { z } from 'zod'
import { ifExact } from '../../core/beyond-exact.ts'
import { microsFromDecimal } from '../../core/money.ts'
import { PRODUCTS, USAGE_KINDS } from '../../core/usage.ts'
import type { ClickHouseStore } from '../../ledger/engine/clickhouse-store.ts'
import { ledgerRow, ROW_SELECTION } from '../../ledger/columns/read-fields.ts'
import { exactInteger, exactMicros, queryFile } from '../../ledger/engine/query-file.ts'
import { createAdjustmentLedger } from '../settle/adjustment-ledger.ts'
import { createCheckLedger } from './check-ledger.ts'
import type { CutOff, InvoiceLedger, InvoiceSpan } from './invoice-ledger.ts'

/** Positions in one insert; a parameter stays small enough for an HTTP field. */
const POSITIONS_PER_INSERT_MAX = 1_000

export function createInvoiceLedger(store: ClickHouseStore): InvoiceLedger {
  return {
    ...createAdjustmentLedger(store),
    ...createCheckLedger(store),
    positions: () => store.query(positionsQuery, {}),
    publishCutOff: (cutOff) => publishCutOff(store, cutOff),
    usageSums: async (span, boundariesMs) => {
      const sums = await store.query(usageSumsQuery, { ...spanParams(span), boundariesMs })
      return sums.map(({ stretch, ...sum }) => {
        return { ...sum, fromMs: boundariesMs[stretch - 1] ?? -Infinity }
      })
    },
    allowanceTakes: ({ accountId, periodStartDay, cutOffId }, fromStartDay) =>
      store.query(allowanceTakesQuery, { accountId, periodStartDay, cutOffId, fromStartDay }),
    cdrs: (span) => store.stream(cdrsQuery, spanParams(span)),
    activity: (periodStartDays) => store.query(activityQuery, { periodStartDays }),
    usedPeriods: () => store.query(usedPeriodsQuery, {}),
    periodSums: (accountIds) => store.query(periodSumsQuery, { accountIds }),
  }
}

type SpanParams = {
  accountId: string
  periodStartDay: number
  cutOffId: string
  lateStartDays: readonly number[]
  lateAfterCutOffId: string
}

function spanParams(span: InvoiceSpan): SpanParams {
  const { accountId, periodStartDay, cutOffId, lateStartDays, lateAfterCutOffId } = span
  return { accountId, periodStartDay, cutOffId, lateStartDays, lateAfterCutOffId }
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
    periodStartDay: exactInteger,
    late: z.coerce.boolean(),
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
  }),
)

const allowanceTakesQuery = queryFile<{
  accountId: string
  periodStartDay: number
  cutOffId: string
  fromStartDay: number
}>()(
  'invoice-allowance-takes',
  z.object({ key: z.string(), quantity: exactInteger, ownQuantity: exactInteger }),
)

const cdrsQuery = queryFile<SpanParams>()('invoice-cdrs', ledgerRow, {
  fields: ROW_SELECTION,
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
