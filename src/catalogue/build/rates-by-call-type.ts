/** Which rate a plan or module gives to each call type: patterns and `countsAs` resolved. */
import type { Validity } from '../../core/time/validity.ts'
import { endAtNextStart, matchingIds } from './build-context.ts'
import type { BuildContext, DatedEntry, Path } from './build-context.ts'
import type { CallType, RateChoice, RateVersions } from '../catalogue.ts'
import type { Declaration, Place, ProblemList } from '../read/catalogue-problem.ts'

export interface PriceParts {
  readonly callTypes: readonly CallType[]
  readonly rates: ReadonlyMap<string, RateVersions>
}

export type RatesDeclaration = Readonly<
  Record<string, string | readonly ({ readonly rate: string } & DatedEntry)[]>
>

/**
 * The rates of one plan or module by itself. An exact call type goes before a pattern, a longer
 * pattern before a shorter one, and what is said of a call type holds for those that count as it,
 * unless the same plan says something of them. What has dates holds within them; outside of them
 * what comes next.
 */
export function ratesByCallType(
  declaration: Declaration<unknown>,
  given: RatesDeclaration,
  parts: PriceParts,
  context: BuildContext,
): Map<string, readonly RateChoice[]> {
  const { callTypes } = parts
  const ids = callTypes.map((callType) => callType.id)
  const patterns = Object.keys(given).sort((left, right) => precedence(right) - precedence(left))
  const chosen = new Map<string, readonly RateChoice[]>()
  for (const pattern of patterns) {
    const matching = matchingIds(pattern, ids)
    const choices = choicesOf(declaration, given, { pattern, matching }, parts, context)
    for (const callType of matching) {
      chosen.set(callType, firstThat(chosen.get(callType) ?? [], choices))
    }
  }
  for (const { id: callType, countsAs } of callTypes) {
    const lent = chosen.get(countsAs)
    if (lent !== undefined) chosen.set(callType, firstThat(chosen.get(callType) ?? [], lent))
  }
  return chosen
}

/** `next` where nothing of `first` holds; nothing of it where something always does. */
export function firstThat(
  first: readonly RateChoice[],
  next: readonly RateChoice[],
): readonly RateChoice[] {
  return first.some(isAlways) ? first : [...first, ...next]
}

/** The rates that are declared, dated or not. */
export function namedRateIds(given: RatesDeclaration): string[] {
  return Object.values(given).flatMap((entry) =>
    typeof entry === 'string' ? [entry] : entry.map(({ rate }) => rate),
  )
}

/** What one line says; what refers to nothing is reported. */
function choicesOf(
  { id, place }: Declaration<unknown>,
  given: RatesDeclaration,
  { pattern, matching }: { pattern: string; matching: readonly string[] },
  { callTypes, rates }: PriceParts,
  context: BuildContext,
): RateChoice[] {
  const { folder, problems } = context
  const path = ['rates', pattern]
  if (matching.length === 0 && !folder.isDeclared('callTypes', pattern)) {
    problems.error(place, path, `${id}: no call type matches "${pattern}"`)
  }
  const entry = given[pattern] ?? []
  const entries = typeof entry === 'string' ? [{ rate: entry, path }] : entry.map(withPath)
  const dated = entries.map(({ rate: rateId, path: at, ...dates }) => {
    if (!rates.has(rateId) && !folder.isDeclared('rates', rateId)) {
      problems.error(place, at, `${id}: there is no rate "${rateId}"`)
    }
    checkUnits({ id, place, path: at, rateId, matching }, { callTypes, rates }, problems)
    return { rateId, from: id, path: at, ...context.validityOf(dates, place, at) }
  })
  return endAtNextStart(dated, {
    overlap: (earlier, later) => {
      const line = place.lineOf(later.path)
      problems.warn(place, earlier.path, `${id}: overlaps the rate on line ${line}, which wins`)
    },
    ambiguous: (earlier, later) => {
      const line = place.lineOf(earlier.path)
      problems.error(
        place,
        later.path,
        `${id}: starts at the same date as the rate on line ${line}`,
      )
    },
  }).map(({ path: _path, ...choice }) => choice)

  function withPath<Entry>(each: Entry, index: number): Entry & { path: Path } {
    return { ...each, path: [...path, index] }
  }
}

function isAlways({ fromMs, toMs }: Validity): boolean {
  return fromMs === -Infinity && toMs === Infinity
}

const EXACT_PRECEDENCE = 1_000

function precedence(pattern: string): number {
  return pattern.includes('*') ? pattern.length : EXACT_PRECEDENCE
}

const UNITS_OF_KIND: Readonly<Record<string, string>> = {
  voice: 'second',
  data: 'byte',
  sms: 'message',
  mms: 'message',
  event: 'event',
}

function checkUnits(
  at: { id: string; place: Place; path: Path; rateId: string; matching: readonly string[] },
  { callTypes, rates }: PriceParts,
  problems: ProblemList,
): void {
  const rate = rates.get(at.rateId)
  if (rate === undefined) return
  for (const { id, kind } of callTypes) {
    if (!at.matching.includes(id) || UNITS_OF_KIND[kind] === rate.unit) continue
    const message = `${at.id}: the rate "${at.rateId}" is by the ${rate.unit}; ${id} is ${kind}`
    problems.error(at.place, at.path, message)
  }
}
