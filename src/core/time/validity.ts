/**
 * When something holds. There is one rule, half open: from its first instant (or local day) on, and no
 * longer at its end, so that what follows can begin where it ended. Everybody who asks asks here;
 * `scripts/tidy.ts` finds a comparison that was written by hand.
 */

export interface Validity {
  readonly fromMs: number
  readonly toMs: number
}

/** Local days, half open like instants. */
export interface DayRange {
  readonly fromDay: number
  readonly toDay: number
}

/**
 * The rule itself, on bare numbers of one kind: instants, local days, minutes. Hot paths call this and
 * read the bounds where they stand: a function that takes the object would see objects of all kinds,
 * and the engine reads those more slowly.
 */
export function isWithin(at: number, from: number, to: number): boolean {
  return at >= from && at < to
}

export function holdsAt({ fromMs, toMs }: Validity, instantMs: number): boolean {
  return isWithin(instantMs, fromMs, toMs)
}

export function holdsOn({ fromDay, toDay }: DayRange, day: number): boolean {
  return isWithin(day, fromDay, toDay)
}

/** The first of them that holds then. */
export function validAt<One extends Validity>(
  ones: readonly One[],
  instantMs: number,
): One | undefined {
  return ones.find((one) => holdsAt(one, instantMs))
}

export function allValidAt<One extends Validity>(ones: readonly One[], instantMs: number): One[] {
  return ones.filter((one) => holdsAt(one, instantMs))
}

/** From then on, without an end. */
export function openFrom(fromMs: number): Validity {
  return { fromMs, toMs: Infinity }
}

/** What holds then ends; what would begin then or later never does. */
export function endedAt<One extends Validity>(ones: readonly One[], atMs: number): One[] {
  return ones
    .filter(({ fromMs }) => fromMs < atMs)
    .map((one) => ({ ...one, toMs: Math.min(one.toMs, atMs) }))
}

/** What two stretches have in common; undefined when that is nothing. */
export function overlap(left: Validity, right: Validity): Validity | undefined {
  const fromMs = Math.max(left.fromMs, right.fromMs)
  const toMs = Math.min(left.toMs, right.toMs)
  return fromMs < toMs ? { fromMs, toMs } : undefined
}

/** Whether some instant belongs to both. */
export function overlaps(left: Validity, right: Validity): boolean {
  return left.fromMs < right.toMs && right.fromMs < left.toMs
}

/** Whether the first holds all the time that the second does. */
export function covers(whole: Validity, part: Validity): boolean {
  return whole.fromMs <= part.fromMs && whole.toMs >= part.toMs
}

/** The days in both; the range is empty (its end at or before its start) when there are none. */
export function commonDays(left: DayRange, right: DayRange): DayRange {
  return {
    fromDay: Math.max(left.fromDay, right.fromDay),
    toDay: Math.min(left.toDay, right.toDay),
  }
}

/** Joined where they touch or overlap, ascending. */
export function joined(stretches: readonly Validity[]): Validity[] {
  const result: Validity[] = []
  for (const next of [...stretches].sort((left, right) => left.fromMs - right.fromMs)) {
    const last = result.at(-1)
    if (last === undefined || next.fromMs > last.toMs) {
      result.push({ fromMs: next.fromMs, toMs: next.toMs })
    } else result[result.length - 1] = { ...last, toMs: Math.max(last.toMs, next.toMs) }
  }
  return result
}

/** The longest stretch around the instant in which none of these begins or ends. */
export function stretchAround(instantMs: number, changes: readonly Validity[]): Validity {
  const stretch = { fromMs: -Infinity, toMs: Infinity }
  for (const { fromMs, toMs } of changes) {
    for (const boundary of [fromMs, toMs]) {
      if (boundary <= instantMs) stretch.fromMs = Math.max(stretch.fromMs, boundary)
      else stretch.toMs = Math.min(stretch.toMs, boundary)
    }
  }
  return stretch
}
