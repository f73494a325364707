/**
 * Invented rated usages in the proportions of a mobile and VoIP reseller, seeded: 20,000 accounts,
 * 60,000 subscriptions, a month of starts in order of time. Objects are reused from row to row.
 */
import { nothingRated, type RatedUsage } from '../src/core/usage/ledger-row.ts'
import { micros } from '../src/core/money/money.ts'
import { emptyUsage, type Usage } from '../src/core/usage/usage.ts'
import { seededRandom } from '../test/seeded-random.ts'

export const PERIOD_START_DAY = 20_727 // 2026-10-01
export const PERIOD_START_MS = PERIOD_START_DAY * 86_400_000
const MONTH_MS = 31 * 86_400_000
const ACCOUNTS = 20_000
const SUBSCRIPTIONS = 60_000
const POOL = 8_192

const CALL_TYPES = [
  ['voip', 'voice', 'voip-national-fixed', 'nl-fixed'],
  ['voip', 'voice', 'voip-national-mobile', 'nl-mobile'],
  ['voip', 'voice', 'voip-international-eu', 'de-fixed'],
  ['voip', 'voice', 'voip-internal', ''],
  ['mobile', 'voice', 'mobile-national', 'nl-mobile'],
  ['mobile', 'voice', 'mobile-roaming-eu', 'be-mobile'],
  ['mobile', 'sms', 'mobile-sms', 'nl-mobile'],
  ['mobile', 'data', 'mobile-national-data', ''],
  ['mobile', 'data', 'mobile-national-data', ''],
  ['mobile', 'data', 'mobile-roaming-eu-data', ''],
] as const

export interface InventedRow {
  readonly usage: Usage
  readonly rated: RatedUsage
}

/** The pool of rows; `place` makes one of them the row at a place of a log of `rowsCount` rows. */
export function inventedRows(rowsCount: number): {
  place(partition: number, offset: number): InventedRow
} {
  const random = seededRandom(20_261_121)
  const pool = Array.from({ length: POOL }, () => inventedRow(random))
  return {
    place(partition, offset) {
      const row = pool[(offset * 7919 + partition * 104_729) % POOL]
      if (row === undefined) throw new Error('the pool is not full')
      row.usage.usageId = `mno:${partition}-202610-${offset}`
      row.usage.originRecord = offset
      row.usage.startMs = PERIOD_START_MS + Math.floor((offset / rowsCount) * MONTH_MS)
      return row
    },
  }
}

function inventedRow(random: () => number): InventedRow {
  const pick = (count: number) => Math.floor(random() * count)
  const subscription = pick(SUBSCRIPTIONS)
  const [product, kind, callType, destination] =
    CALL_TYPES[pick(CALL_TYPES.length)] ?? CALL_TYPES[0]
  const quantity = kind === 'data' ? pick(50_000_000) : kind === 'sms' ? 1 : pick(900)
  const covered = random() < 0.6
  const subscriptionId = `S${String(subscription).padStart(6, '0')}`
  const served = `+3161${String(2_000_000 + subscription).padStart(7, '0')}`
  const usage: Usage = {
    ...emptyUsage(),
    contentHash: Math.floor(random() * 2 ** 52),
    origin: 'mno-cdr-20261031-000017.csv',
    partnerId: `P${subscription % 40}`,
    accountId: `A${String(subscription % ACCOUNTS).padStart(5, '0')}`,
    subscriptionId,
    subscriptionIndex: subscription,
    product,
    kind,
    direction: 'out',
    callType,
    callTypeIndex: 1,
    destination,
    sender: served,
    receiver: kind === 'data' ? 'internet.apn' : `+31${String(100_000_000 + pick(900_000_000))}`,
    servedNumber: served,
    visitedNetwork: callType.includes('roaming') ? '262-01' : '',
    startMs: PERIOD_START_MS,
    durationSeconds: kind === 'voice' ? quantity : 0,
    volumeBytes: kind === 'data' ? quantity : 0,
    quantity,
    sessionKey: kind === 'data' && random() < 0.3 ? `${subscriptionId}-${pick(1000)}` : '',
  }
  const rated: RatedUsage = {
    ...nothingRated(),
    periodStartDay: PERIOD_START_DAY,
    outOfBundleQuantity: covered ? 0 : quantity,
    billedQuantity: covered ? 0 : quantity,
    chargeMicros: micros(covered ? 0 : pick(5000) * 100),
    rateId: `rate-${callType}`,
    takeKeys: covered ? [`bundle-${kind}|${subscriptionId}|${PERIOD_START_DAY}`] : [],
    takeQuantities: covered ? [quantity] : [],
  }
  return { usage, rated }
}
