/** How much an allowance holds in one window of time: proration, and the pool of a group. */
import type { Validity } from '../../core/accounts/accounts.ts'
import { isWithin, overlaps } from '../../core/time/validity.ts'
import type { Allowance } from '../../catalogue/catalogue.ts'

/** A billing period, a local day or a lifetime, with its first local day and the day after its last. */
export interface AllowanceWindow {
  readonly startDay: number
  readonly endDay: number
  readonly startMs: number
  readonly endMs: number
}

/** The amount from each moment on, ascending; the first holds from the beginning. */
export type AmountChanges = readonly [AmountChange, ...AmountChange[]]
export interface AmountChange {
  readonly fromMs: number
  readonly amount: number
}

export interface LocalDays {
  dayAt(instantMs: number): { readonly day: number; readonly startMs: number }
}

/** The part of `amount` that is due for `days` of `ofDays`, rounded up to the unit. */
export function prorate(amount: number, share: { days: number; ofDays: number }): number {
  if (share.days >= share.ofDays || amount === Infinity) return amount
  const product = BigInt(amount) * BigInt(share.days)
  const whole = BigInt(share.ofDays)
  return Number((product + whole - 1n) / whole)
}

/** Amount of an own allowance: whole, or by days when it was activated inside the window. */
export function ownAmount(
  allowance: Terms,
  window: AllowanceWindow,
  activatedMs: number,
  days: LocalDays,
): number {
  if (allowance.proration === 'none' || activatedMs <= window.startMs) return allowance.amount
  const left = window.endDay - days.dayAt(activatedMs).day
  return prorate(allowance.amount, { days: left, ofDays: window.endDay - window.startDay })
}

/** The same over time: from the start of each version on, the amount that it says. */
export function ownAmounts(
  allowance: Allowance,
  window: AllowanceWindow,
  activatedMs: number,
  days: LocalDays,
): AmountChanges {
  return overVersions(allowance, window, (version) => [
    { fromMs: window.startMs, amount: ownAmount(version, window, activatedMs, days) },
  ])
}

/** The amount of a pool over time, with that of the version that holds. */
export function pooledAmounts(
  allowance: Allowance,
  window: AllowanceWindow,
  contributions: readonly Validity[],
  days: LocalDays,
): AmountChanges {
  return overVersions(allowance, window, (version) =>
    pooledAmountsOf(version, window, contributions, days),
  )
}

/** What a version changes, it changes for the whole of the window: from its start on. */
function overVersions(
  allowance: Allowance,
  window: AllowanceWindow,
  amountsOf: (terms: Terms) => AmountChanges,
): AmountChanges {
  if (allowance.versions.length === 0) return amountsOf(allowance)
  const { proration } = allowance
  const stretch = { fromMs: window.startMs, toMs: window.endMs }
  const changes = allowance.versions
    .filter((version) => overlaps(version, stretch))
    .flatMap(({ fromMs, toMs, amount }): AmountChange[] => {
      const whole = amountsOf({ proration, amount })
      const startMs = Math.max(fromMs, window.startMs)
      const later = whole.filter(
        ({ fromMs: atMs }) => atMs !== startMs && isWithin(atMs, startMs, toMs),
      )
      return [{ fromMs: startMs, amount: amountAt(whole, startMs) }, ...later]
    })
  return changesFrom(window, changes)
}

/** Nearly always one, for which V8 is to keep no more room. */
function changesFrom(window: AllowanceWindow, changes: readonly AmountChange[]): AmountChanges {
  const [first, ...later] = changes
  if (first === undefined) return [{ fromMs: window.startMs, amount: 0 }]
  return later.length === 0 ? [first] : [first, ...later]
}

type Terms = Pick<Allowance, 'amount' | 'proration'>

/**
 * Amount of a pool over time: each contribution counts from the local day on which it begins and
 * is taken away on the day on which it ends. With daily proration a contribution is worth its days,
 * so one that ends leaves the days that it was there.
 */
function pooledAmountsOf(
  allowance: Terms,
  window: AllowanceWindow,
  contributions: readonly Validity[],
  days: LocalDays,
): AmountChanges {
  if (allowance.amount === Infinity) return [{ fromMs: window.startMs, amount: Infinity }]
  const ofDays = window.endDay - window.startDay
  const worth = (fromDay: number, toDay: number): number =>
    allowance.proration === 'none'
      ? toDay === window.endDay
        ? allowance.amount
        : 0
      : prorate(allowance.amount, { days: toDay - fromDay, ofDays })
  const deltas = new Map<number, number>([[window.startMs, 0]])
  const add = (atMs: number, amount: number): void => {
    deltas.set(atMs, (deltas.get(atMs) ?? 0) + amount)
  }
  for (const { fromMs, toMs } of contributions) {
    const from = fromMs <= window.startMs ? window : days.dayAt(fromMs)
    const fromDay = 'day' in from ? from.day : window.startDay
    const joining = worth(fromDay, window.endDay)
    add(from.startMs, joining)
    if (toMs >= window.endMs) continue
    const leaving = days.dayAt(toMs)
    add(leaving.startMs, worth(fromDay, leaving.day) - joining)
  }
  const moments = [...deltas].sort(([left], [right]) => left - right)
  let amount = 0
  const changes = moments.map(([fromMs, delta]) => ({ fromMs, amount: (amount += delta) }))
  return changesFrom(window, changes)
}

/** The amount that holds at the instant. */
export function amountAt(changes: AmountChanges, instantMs: number): number {
  let amount = changes[0].amount
  for (const change of changes) if (change.fromMs <= instantMs) amount = change.amount
  return amount
}
