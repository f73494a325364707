/**
 * How the counters of a session go on. They only grow, so a record that counts less in everything came
 * late or twice, and one that counts more in some and less in others contradicts what was seen: except
 * where 32-bit octets of a gateway without gigawords began again, which is made good when that is
 * certain. A counter that a record leaves out stays where it was.
 */
import { z } from 'zod'
import type { AccountingRecord } from './radius-attributes.ts'

/** What a session has used, true totals, after some record of it. */
export interface SessionCounters {
  readonly seconds: number
  readonly input: number
  readonly output: number
  /** Contained in `input` and `output`: what wrapped counters of the gateway no longer say. */
  readonly inputWrapped: number
  readonly outputWrapped: number
  /** Some record came with gigawords: this gateway counts its wraps itself. */
  readonly hasGigawords: boolean
}

export type Continuation =
  | { readonly kind: 'newer'; readonly counters: SessionCounters }
  /** Counts no more in anything. */
  | { readonly kind: 'late'; readonly isLess: boolean }
  | { readonly kind: 'contradiction'; readonly detail: string }

export const NO_COUNTERS: SessionCounters = {
  seconds: 0,
  input: 0,
  output: 0,
  inputWrapped: 0,
  outputWrapped: 0,
  hasGigawords: false,
}

/** Counters of a session of which nothing else is known. */
export function firstCounters(record: AccountingRecord): SessionCounters {
  return {
    seconds: Math.max(record.sessionSeconds, 0),
    input: Math.max(record.inputBytes, 0),
    output: Math.max(record.outputBytes, 0),
    inputWrapped: 0,
    outputWrapped: 0,
    hasGigawords: record.hasGigawords,
  }
}

export function continueCounters(before: SessionCounters, record: AccountingRecord): Continuation {
  const next = countersAfter(before, record)
  const fallen = COUNTERS.filter((counter) => next[counter] < before[counter])
  const isMore = COUNTERS.some((counter) => next[counter] > before[counter])
  if (!isMore) return { kind: 'late', isLess: fallen.length > 0 }
  if (fallen.length === 0) return { kind: 'newer', counters: next }
  const doubt = wrapDoubt(before, next, fallen)
  if (doubt !== '') return { kind: 'contradiction', detail: `${fallOf(before, next)}: ${doubt}` }
  return { kind: 'newer', counters: unwrapped(next, fallen) }
}

/** What the session used is more than its last record says. */
export function hasWrapped(counters: SessionCounters | undefined): counters is SessionCounters {
  return counters !== undefined && counters.inputWrapped + counters.outputWrapped > 0
}

/** For a session that goes on in a later file. */
export function countersToText(counters: SessionCounters): string {
  return JSON.stringify(counters)
}

/** undefined where none were kept, as before counters could wrap: then the record says them all. */
export function countersFromText(text: string | undefined): SessionCounters | undefined {
  return text === undefined ? undefined : countersSchema.parse(JSON.parse(text))
}

const countersSchema = z.object({
  seconds: z.int(),
  input: z.int(),
  output: z.int(),
  inputWrapped: z.int(),
  outputWrapped: z.int(),
  hasGigawords: z.boolean(),
})

const COUNTERS = ['seconds', 'input', 'output'] as const
type Counter = (typeof COUNTERS)[number]

const WRAP_BYTES = 4_294_967_296
/** A fall from the upper half of 32 bits is a wrap; from below only when the pace explains it. */
const UPPER_HALF_BYTES = 2_147_483_648
/** How much faster than so far a session may have become, for a fall to be taken as a wrap. */
const PACE_FACTOR_MAX = 4

function countersAfter(before: SessionCounters, record: AccountingRecord): SessionCounters {
  const { sessionSeconds, inputBytes, outputBytes } = record
  const seconds = sessionSeconds === -1 ? before.seconds : sessionSeconds
  // An earlier record, or one that counts its wraps itself, has none to be added.
  const isPlain = record.hasGigawords || seconds < before.seconds
  const inputWrapped = isPlain ? 0 : before.inputWrapped
  const outputWrapped = isPlain ? 0 : before.outputWrapped
  return {
    seconds,
    input: inputBytes === -1 ? before.input : inputBytes + inputWrapped,
    output: outputBytes === -1 ? before.output : outputBytes + outputWrapped,
    inputWrapped,
    outputWrapped,
    hasGigawords: before.hasGigawords || record.hasGigawords,
  }
}

/** Why a fall may be something else than one wrap of 32 bits; '' when it is certain. */
function wrapDoubt(
  before: SessionCounters,
  next: SessionCounters,
  fallen: readonly Counter[],
): string {
  const elapsed = next.seconds - before.seconds
  if (elapsed <= 0) return 'the session time did not go on'
  if (next.hasGigawords) return 'its gateway counts gigawords, so 32 bits did not wrap'
  for (const counter of fallen) {
    if (counter === 'seconds') return 'the session time fell'
    const wrapped = counter === 'input' ? next.inputWrapped : next.outputWrapped
    const now = next[counter] - wrapped
    if (now === 0) return 'a counter that is 0 was cleared, it did not wrap'
    const seenPace = before[counter] / Math.max(before.seconds, 1)
    if (seenPace * elapsed >= WRAP_BYTES) return 'it may have wrapped more than once'
    const isFromUpperHalf = before[counter] - wrapped >= UPPER_HALF_BYTES
    const pace = (next[counter] + WRAP_BYTES - before[counter]) / elapsed
    if (!isFromUpperHalf && pace > PACE_FACTOR_MAX * seenPace) {
      return 'too much in too short a time for a wrap of 32 bits'
    }
  }
  return ''
}

function fallOf(before: SessionCounters, next: SessionCounters): string {
  const changes = COUNTERS.map((counter) => `${counter} ${before[counter]} to ${next[counter]}`)
  return `counters fell (${changes.join(', ')})`
}

function unwrapped(next: SessionCounters, fallen: readonly Counter[]): SessionCounters {
  const input = fallen.includes('input') ? WRAP_BYTES : 0
  const output = fallen.includes('output') ? WRAP_BYTES : 0
  return {
    ...next,
    input: next.input + input,
    output: next.output + output,
    inputWrapped: next.inputWrapped + input,
    outputWrapped: next.outputWrapped + output,
  }
}
