/** What was seen of one session that comes in parts, as numbers side by side. */
import { NO_SLOT, takeRecord, type Home, type Sums } from '../memory/sums.ts'

/**
 * Record of a session in `Sums`: earliest start of the parts, and sums over them; what coarse
 * allowances have counted beyond the need so far, and what money allowances paid; the number of the
 * pricing that held when the earliest part began: it prices the whole. Then the use that it belongs
 * to, the number of its key, the session before it in the use, and what it took: the first of its
 * TAKE records.
 */
export const SESSION = {
  startMs: 0,
  quantity: 1,
  outOfBundleQuantity: 2,
  billedQuantity: 3,
  chargeMicros: 4,
  informationChargeMicros: 5,
  aheadQuantity: 6,
  moneyTakenMicros: 7,
  pricing: 8,
  useSlot: 9,
  keyNumber: 10,
  previous: 11,
  takes: 12,
} as const

/** Number of the balance's key or NO_SLOT, the quantity, and the next record or NO_SLOT. */
const TAKE = { keyNumber: 0, quantity: 1, next: 2 } as const
const NO_SUMS = [0, 0, 0, 0, 0, 0, 0]
const NO_TAKE = [NO_SLOT, 0, NO_SLOT]

/** Returns the slot of a session of which nothing was seen yet. */
export function createSession(
  sums: Sums,
  home: Home,
  parts: {
    startMs: number
    pricing: number
    useSlot: number
    keyNumber: number
    previous: number
  },
): number {
  const { startMs, pricing, useSlot, keyNumber, previous } = parts
  return takeRecord(sums, home, [
    startMs,
    ...NO_SUMS,
    pricing,
    useSlot,
    keyNumber,
    previous,
    ...NO_TAKE,
  ])
}

/** False where the session took nothing from this balance so far, and something from another. */
export function addToSessionTake(
  values: Float64Array,
  session: number,
  keyNumber: number,
  quantity: number,
): boolean {
  let take = session + SESSION.takes
  while (take !== NO_SLOT) {
    const known = values[take + TAKE.keyNumber]!
    if (known === keyNumber || known === NO_SLOT) {
      values[take + TAKE.keyNumber] = keyNumber
      values[take + TAKE.quantity]! += quantity
      return true
    }
    take = values[take + TAKE.next]!
  }
  return false
}

/** A record for another balance: most sessions take from one and need none. */
export function addSessionTake(
  sums: Sums,
  home: Home,
  session: number,
  keyNumber: number,
  quantity: number,
): void {
  if (addToSessionTake(sums.values, session, keyNumber, quantity)) return
  const added = takeRecord(sums, home, [keyNumber, quantity, NO_SLOT])
  const { values } = sums
  let last = session + SESSION.takes
  while (values[last + TAKE.next] !== NO_SLOT) last = values[last + TAKE.next]!
  values[last + TAKE.next] = added
}

/** What the session took, by the number of the balance's key. */
export function sessionTakes(
  values: Float64Array,
  session: number,
): { keyNumber: number; quantity: number }[] {
  const takes: { keyNumber: number; quantity: number }[] = []
  let take = session + SESSION.takes
  while (take !== NO_SLOT && values[take + TAKE.keyNumber] !== NO_SLOT) {
    takes.push({
      keyNumber: values[take + TAKE.keyNumber]!,
      quantity: values[take + TAKE.quantity]!,
    })
    take = values[take + TAKE.next]!
  }
  return takes
}
