/**
 * What works and what does not, by part: what /healthz and /readyz answer. A part that was never
 * mentioned is not ready yet, so the parts that must work are named at the start.
 */
export interface Health {
  pass(part: string): void
  /** `reason` is for people, one line. */
  fail(part: string, reason: string): void
  readonly isReady: boolean
  report(): Record<string, string>
}

const STARTING = 'starting'
const OK = 'ok'

export function createHealth(parts: readonly string[]): Health {
  const states = new Map<string, string>(parts.map((part) => [part, STARTING]))
  return {
    pass: (part) => void states.set(part, OK),
    fail: (part, reason) => void states.set(part, reason),
    get isReady() {
      return [...states.values()].every((state) => state === OK)
    },
    report: () => Object.fromEntries(states),
  }
}
