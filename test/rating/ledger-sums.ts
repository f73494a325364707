/** The sums that the ledger's balance queries give, made from rows in memory. */
import { parseCrossingEntry } from '../../src/core/usage/ids.ts'
import type { RatedUsage } from '../../src/core/usage/ledger-row.ts'
import type { Usage } from '../../src/core/usage/usage.ts'
import { otherParty } from '../../src/catalogue/decks/number-key.ts'
import type {
  BalanceRequest,
  BalanceTotals,
  SessionTotal,
  UsageTotal,
} from '../../src/rating/rater.ts'

export interface RatedRow {
  readonly usage: Usage
  readonly rated: RatedUsage
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export function copyOf(rated: RatedUsage): RatedUsage {
  return {
    ...rated,
    takeKeys: [...rated.takeKeys],
    takeQuantities: [...rated.takeQuantities],
    crossings: [...rated.crossings],
  }
}

export function sumRows(rows: readonly RatedRow[], request: BalanceRequest): BalanceTotals {
  const takesByPeriod = new Map<number, Map<string, number>>()
  const usages = new Map<string, Mutable<UsageTotal>>()
  const sessions = new Map<string, Mutable<SessionTotal> & { takes: [] }>()
  const sessionTakes = new Map<string, Map<string, number>>()
  const crossings = new Map<string, { periodStartDay: number; entry: string }>()
  for (const { usage, rated } of rows) {
    const { periodStartDay } = rated
    if (rated.outcome !== 'rated' || usage.accountId !== request.accountId) continue
    if (periodStartDay < request.fromPeriodStartDay) continue
    if (periodStartDay > request.toPeriodStartDay) continue
    const { subscriptionId, callType, sessionKey } = usage
    const takes = takesByPeriod.get(periodStartDay) ?? new Map<string, number>()
    takesByPeriod.set(periodStartDay, takes)
    addTakes(takes, rated)
    for (const entry of rated.crossings) {
      const { key } = parseCrossingEntry(entry)
      crossings.set(`${periodStartDay} ${key}`, { periodStartDay, entry })
    }
    const usageKey = [periodStartDay, subscriptionId, callType, rated.rateId].join(' ')
    const total = usages.get(usageKey) ?? {
      periodStartDay,
      subscriptionId,
      callType,
      rateId: rated.rateId,
      count: 0,
      ...NOTHING,
    }
    usages.set(usageKey, total)
    total.count += 1
    add(total, usage, rated)
    if (sessionKey === '') continue
    const key = [periodStartDay, subscriptionId, sessionKey, callType, rated.rateId].join(' ')
    const session = sessions.get(key) ?? {
      periodStartDay,
      sessionKey,
      subscriptionId,
      callType,
      rateId: rated.rateId,
      startMs: usage.startMs,
      otherParty: '',
      takes: [],
      billedQuantity: 0,
      ...NOTHING,
    }
    sessions.set(key, session)
    if (usage.startMs <= session.startMs) session.otherParty = otherParty(usage)
    session.startMs = Math.min(session.startMs, usage.startMs)
    session.billedQuantity += rated.billedQuantity
    add(session, usage, rated)
    const ofSession = sessionTakes.get(key) ?? new Map<string, number>()
    sessionTakes.set(key, ofSession)
    addTakes(ofSession, rated)
  }
  return {
    takes: [...takesByPeriod].flatMap(([periodStartDay, takes]) =>
      listOf(takes).map((take) => ({ periodStartDay, ...take })),
    ),
    usage: [...usages.values()],
    sessions: [...sessions].map(([key, session]) => ({
      ...session,
      takes: listOf(sessionTakes.get(key) ?? new Map()),
    })),
    crossings: [...crossings.values()],
  }
}

/** The same totals in a form that can be compared: sorted, crossings by their keys. */
export function comparable(totals: BalanceTotals): Record<string, string[]> {
  return {
    takes: sorted(totals.takes),
    usage: sorted(totals.usage),
    sessions: sorted(wholeSessions(totals.sessions)),
    crossings: totals.crossings
      .map(({ periodStartDay, entry }) => `${periodStartDay} ${parseCrossingEntry(entry).key}`)
      .sort(),
  }
}

/** The pieces of a session add up, whatever of it stands with which rate; its units do so by rate too. */
function wholeSessions(pieces: readonly SessionTotal[]): object[] {
  return [...Map.groupBy(pieces, sessionOf)].map(([key, ofSession]) => {
    const sum = (of: (each: SessionTotal) => number) =>
      ofSession.reduce((total, each) => total + of(each), 0)
    return {
      key,
      startMs: Math.min(...ofSession.map((each) => each.startMs)),
      units: sumsByKey(
        ofSession.map((each) => ({ key: each.rateId, quantity: each.outOfBundleQuantity })),
      ),
      takes: sumsByKey(ofSession.flatMap((each) => each.takes)),
      quantity: sum((each) => each.quantity),
      billedQuantity: sum((each) => each.billedQuantity),
      chargeMicros: sum((each) => each.chargeMicros),
      informationChargeMicros: sum((each) => each.informationChargeMicros),
    }
  })
}

function sessionOf(each: SessionTotal): string {
  return [each.periodStartDay, each.subscriptionId, each.sessionKey, each.callType].join(' ')
}

/** Without those that are nothing. */
function sumsByKey(list: readonly { key: string; quantity: number }[]): string {
  return [...Map.groupBy(list, ({ key }) => key)]
    .map(([key, some]) => `${key} ${some.reduce((total, each) => total + each.quantity, 0)}`)
    .filter((text) => !text.endsWith(' 0'))
    .sort()
    .join()
}

function sorted(list: readonly object[]): string[] {
  return list
    .map((each) => JSON.stringify(Object.fromEntries(Object.entries(each).sort(byName))))
    .sort()
}

function byName([left]: [string, unknown], [right]: [string, unknown]): number {
  return left < right ? -1 : 1
}

const NOTHING = {
  quantity: 0,
  outOfBundleQuantity: 0,
  chargeMicros: 0,
  informationChargeMicros: 0,
}

function add(sum: Mutable<typeof NOTHING>, usage: Usage, rated: RatedUsage): void {
  sum.quantity += usage.quantity
  sum.outOfBundleQuantity += rated.outOfBundleQuantity
  sum.chargeMicros += rated.chargeMicros
  sum.informationChargeMicros += rated.informationChargeMicros
}

function addTakes(sum: Map<string, number>, rated: RatedUsage): void {
  rated.takeKeys.forEach((key, index) => {
    sum.set(key, (sum.get(key) ?? 0) + (rated.takeQuantities[index] ?? 0))
  })
}

function listOf(sum: ReadonlyMap<string, number>): { key: string; quantity: number }[] {
  return [...sum]
    .map(([key, quantity]) => ({ key, quantity }))
    .filter((take) => take.quantity !== 0)
}
