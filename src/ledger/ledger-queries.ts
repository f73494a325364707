/** The queries of the ledger with the types of their parameters and rows. */
import { z } from 'zod'
import { ENTRY_KINDS, type LedgerRow } from '../core/ledger-row.ts'
import { DIRECTIONS, PRODUCTS, USAGE_KINDS } from '../core/usage.ts'
import { exactInteger, exactMicros, queryFile, startingMicros, startingSum } from './query-file.ts'

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
const takesMap = z
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

export const ledgerRow: z.ZodType<LedgerRow> = z.object({
  logSource: z.string(),
  logPartition: exactInteger,
  logOffset: exactInteger,
  recordedMs: exactInteger,
  catalogueHash: z.string(),
  entryKind: z.enum(ENTRY_KINDS),
  corrects: z.string(),
  outcome: z.enum(['rated', 'duplicate', 'rejected', 'unbillable']),
  reason: z.string(),
  detail: z.string(),
  raw: z.string(),
  usageId: z.string(),
  contentHash: exactInteger,
  origin: z.string(),
  originRecord: exactInteger,
  partnerId: z.string(),
  accountId: z.string(),
  subscriptionId: z.string(),
  product: z.enum(PRODUCTS),
  kind: z.enum(USAGE_KINDS),
  direction: z.enum(DIRECTIONS),
  callType: z.string(),
  destination: z.string(),
  sender: z.string(),
  receiver: z.string(),
  servedNumber: z.string(),
  visitedNetwork: z.string(),
  startMs: exactInteger,
  periodStartDay: exactInteger,
  durationSeconds: exactInteger,
  volumeBytes: exactInteger,
  quantity: exactInteger,
  outOfBundleQuantity: exactInteger,
  billedQuantity: exactInteger,
  chargeMicros: exactMicros,
  informationChargeMicros: exactMicros,
  rateId: z.string(),
  takeKeys: z.array(z.string()),
  takeQuantities: z.array(exactInteger),
  crossings: z.array(z.string()),
  sessionKey: z.string(),
  partNumber: exactInteger,
  late: z.number().transform((late) => late !== 0),
})

/** '' and -1 mean any. */
export const ledgerRowsQuery = queryFile<{
  source: string
  partition: number
  accountId: string
  outcome: string
}>()('ledger-rows', ledgerRow)
