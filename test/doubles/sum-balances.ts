/**
 * What clickhouse/queries/balances-*.sql compute, over rows in memory: the other half of the
 * conformance test, and the ledger of the simulation.
 */
import assert from 'node:assert/strict'
import type { LedgerRow } from '../../src/core/usage/ledger-row.ts'
import { scopedCrossing, scopedTakeKey } from '../../src/core/usage/old-keys.ts'
import { addMicros, ZERO_MICROS, type Micros } from '../../src/core/money/money.ts'
import type { BalanceRequest, BalanceTotals, TakeTotal } from '../../src/rating/rater.ts'
import { otherParty } from '../../src/catalogue/decks/number-key.ts'
import { ENTRIES_OF_KIND } from '../../src/ledger/columns/ledger-block.ts'

/** The totals of one request over rows with outcome `rated`, lists sorted by content. */
export function sumBalances(counted: readonly LedgerRow[], request: BalanceRequest): BalanceTotals {
  const rows = counted.filter(
    (row) =>
      row.entryKind !== 'adjustment' &&
      row.accountId === request.accountId &&
      row.periodStartDay >= request.fromPeriodStartDay &&
      row.periodStartDay <= request.toPeriodStartDay,
  )
  const usage = [...Map.groupBy(rows, usageKey).values()].map(usageTotal)
  const inSessions = rows.filter((row) => row.sessionKey !== '')
  const sessions = [...Map.groupBy(inSessions, sessionKey).values()]
    .filter((parts) => sum(parts, (row) => ENTRIES_OF_KIND[row.entryKind]) !== 0)
    .map(sessionTotal)
  const crossings = rows.flatMap((row) => row.crossings.map((entry) => crossing(row, entry)))
  const distinct = new Map(crossings.map((each) => [`${each.periodStartDay} ${each.entry}`, each]))
  return {
    takes: sorted(takeTotals(rows)),
    usage: sorted(usage),
    sessions: sorted(sessions),
    crossings: sorted([...distinct.values()]),
  }
}

const usageKey = (row: LedgerRow) =>
  JSON.stringify([row.periodStartDay, row.subscriptionId, row.callType, row.rateId])
const sessionKey = (row: LedgerRow) =>
  JSON.stringify([row.periodStartDay, row.subscriptionId, row.sessionKey, row.callType, row.rateId])
const crossing = ({ periodStartDay, subscriptionId }: LedgerRow, entry: string) => ({
  periodStartDay,
  entry: scopedCrossing(entry, subscriptionId),
})

function usageTotal(rows: readonly LedgerRow[]) {
  const [first] = rows
  assert(first !== undefined)
  const { periodStartDay, subscriptionId, callType, rateId } = first
  return {
    periodStartDay,
    subscriptionId,
    callType,
    rateId,
    count: sum(rows, (row) => ENTRIES_OF_KIND[row.entryKind]),
    quantity: sum(rows, (row) => row.quantity),
    outOfBundleQuantity: sum(rows, (row) => row.outOfBundleQuantity),
    ...charges(rows),
  }
}

function sessionTotal(rows: readonly LedgerRow[]) {
  const [first] = rows
  assert(first !== undefined)
  const { periodStartDay, subscriptionId, callType, rateId } = first
  return {
    periodStartDay,
    rateId,
    sessionKey: first.sessionKey,
    subscriptionId,
    callType,
    startMs: Math.min(...rows.map((row) => row.startMs)),
    otherParty: partyOfEarliest(rows),
    takes: takesOf(rows),
    quantity: sum(rows, (row) => row.quantity),
    outOfBundleQuantity: sum(rows, (row) => row.outOfBundleQuantity),
    billedQuantity: sum(rows, (row) => row.billedQuantity),
    ...charges(rows),
  }
}

function partyOfEarliest(rows: readonly LedgerRow[]): string {
  const startMs = Math.min(...rows.map((row) => row.startMs))
  const parties = rows.filter((row) => row.startMs === startMs).map((row) => otherParty(row))
  return parties.toSorted()[0] ?? ''
}

function charges(rows: readonly LedgerRow[]): {
  chargeMicros: Micros
  informationChargeMicros: Micros
} {
  let chargeMicros = ZERO_MICROS
  let informationChargeMicros = ZERO_MICROS
  for (const row of rows) {
    chargeMicros = addMicros(chargeMicros, row.chargeMicros)
    informationChargeMicros = addMicros(informationChargeMicros, row.informationChargeMicros)
  }
  return { chargeMicros, informationChargeMicros }
}

function takeTotals(rows: readonly LedgerRow[]): TakeTotal[] {
  const byPeriod = Map.groupBy(rows, ({ periodStartDay }) => periodStartDay)
  return [...byPeriod].flatMap(([periodStartDay, ofPeriod]) =>
    takesOf(ofPeriod).map((take) => ({ periodStartDay, ...take })),
  )
}

function takesOf(rows: readonly LedgerRow[]): { key: string; quantity: number }[] {
  const sums = new Map<string, number>()
  for (const row of rows) {
    row.takeKeys.forEach((stored, index) => {
      const key = scopedTakeKey(stored, row.subscriptionId)
      sums.set(key, (sums.get(key) ?? 0) + (row.takeQuantities[index] ?? 0))
    })
  }
  const takes = [...sums].map(([key, quantity]) => ({ key, quantity }))
  return sorted(takes.filter((take) => take.quantity !== 0))
}

function sum(rows: readonly LedgerRow[], of: (row: LedgerRow) => number): number {
  return rows.reduce((total, row) => total + of(row), 0)
}

/** By content, so that two ledgers that hold the same answer the same. */
function sorted<Item>(items: Item[]): Item[] {
  return items.sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1))
}
