/** The queries of the ledger with the types of their parameters and rows. */
import { z } from 'zod'
import { exactInteger, queryFile, startingMicros, startingSum } from './engine/query-file.ts'
import { ledgerRow, ROW_SELECTION } from './columns/read-fields.ts'

export const lastOffsetsQuery = queryFile<{ source: string }>()(
  'last-offsets',
  z.object({ partition: exactInteger, lastOffset: exactInteger, rowsCount: exactInteger }),
)

export const batchRowsQuery = queryFile<{
  source: string
  partition: number
  batchId: number
  recordedMs: number
}>()('batch-rows', z.object({ rowsCount: exactInteger }))

/** Accounts and an inclusive range of periods; days since 1970-01-01. */
export type BalanceParams = { accountIds: readonly string[]; fromDay: number; toDay: number }

const accountPeriod = { accountId: z.string(), periodStartDay: exactInteger }

export const balanceTakesQuery = queryFile<BalanceParams>()(
  'balances-takes',
  z.object({ ...accountPeriod, key: z.string(), quantity: startingSum }),
)

export const balanceUsageQuery = queryFile<BalanceParams>()(
  'balances-usage',
  z.object({
    ...accountPeriod,
    subscriptionId: z.string(),
    callType: z.string(),
    rateId: z.string(),
    count: exactInteger,
    quantity: startingSum,
    outOfBundleQuantity: startingSum,
    chargeMicros: startingMicros,
    informationChargeMicros: startingMicros,
  }),
)

/** sumMap answers with two parallel lists. */
export const takesMap = z
  .tuple([z.array(z.string()), z.array(startingSum)])
  .transform(([keys, quantities]) =>
    keys.map((key, index) => ({ key, quantity: quantities[index] ?? 0 })),
  )

export const balanceSessionsQuery = queryFile<BalanceParams>()(
  'balances-sessions',
  z.object({
    ...accountPeriod,
    sessionKey: z.string(),
    subscriptionId: z.string(),
    callType: z.string(),
    rateId: z.string(),
    startMs: exactInteger,
    otherParty: z.string(),
    takes: takesMap,
    quantity: startingSum,
    outOfBundleQuantity: startingSum,
    billedQuantity: startingSum,
    chargeMicros: startingMicros,
    informationChargeMicros: startingMicros,
  }),
)

export const balanceCrossingsQuery = queryFile<BalanceParams>()(
  'balances-crossings',
  z.object({ ...accountPeriod, entry: z.string() }),
)

const usageIdRow = z.object({ usageId: z.string(), contentHash: exactInteger })

export const usageIdsFoundQuery = queryFile<{
  usageIds: readonly string[]
  fromMs: number
  toMs: number
}>()('usage-ids-found', usageIdRow)

export const usageIdsBetweenQuery = queryFile<{ fromMs: number; toMs: number }>()(
  'usage-ids-between',
  usageIdRow,
)

/** '' and -1 mean any. */
export const ledgerRowsQuery = queryFile<{
  source: string
  partition: number
  accountId: string
  outcome: string
}>()('ledger-rows', ledgerRow, { fields: ROW_SELECTION })
