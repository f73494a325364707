/** What was seen of one session that comes in parts, as numbers side by side. */
import { takeRecord, NO_SLOT, type Home, type Sums } from '../sums.ts'

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

/** Most sessions take from one balance; where a record is needed for another, `home` gives it. */
export function addSessionTake(
  sums: Sums,
  home: () => Home,
  session: number,
  keyNumber: number,
  quantity: number,
): void {
  const { values } = sums
  let take = session + SESSION.takes
  for (;;) {
    const known = values[take + TAKE.keyNumber]!
    if (known === keyNumber || known === NO_SLOT) {
      values[take + TAKE.keyNumber] = keyNumber
      values[take + TAKE.quantity]! += quantity
      return
    }
    const next = values[take + TAKE.next]!
    if (next === NO_SLOT) break
    take = next
  }
  const added = takeRecord(sums, home(), [keyNumber, quantity, NO_SLOT])
  sums.values[take + TAKE.next] = added
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
