/** The only place that reads the wall clock, so that everything else can be given a time. */
export interface Clock {
  nowMs(): number
}

export const systemClock: Clock = { nowMs: () => Date.now() }

/** A clock that stands still: for tests and for demos that must give the same bytes twice. */
export function fixedClock(atMs: number): Clock {
  return { nowMs: () => atMs }
}
