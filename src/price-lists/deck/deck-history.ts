/**
 * What holds for one code over time. At each day the latest date that said something of the code holds:
 * a row begins, a row ends, or a full list of that date names it or not. So lists can be taken in any
 * order of their dates, and an old one that comes late changes only the days up to the next date.
 */
import { isWithin } from '../../core/time/validity.ts'
import { ENDED, type DeckTerms } from './deck-terms.ts'

/** Days since 1970-01-01; -Infinity where it always held, Infinity where it goes on. */
export interface DeckVersion {
  readonly fromDay: number
  readonly untilDay: number
  readonly terms: DeckTerms
}

/** What a list says of a code from a day on; with no terms, that it ends. */
export interface Say {
  readonly fromDay: number
  readonly terms: DeckTerms | undefined
}

/** The versions, which do not overlap, with what was said: the same array where that changes nothing. `fullDays` ascend: the dates of full lists. */
export function withSays(
  versions: readonly DeckVersion[],
  says: readonly Say[],
  fullDays: readonly number[],
): readonly DeckVersion[] {
  let history = versions
  for (const say of says) history = withSay(history, say, fullDays)
  const told = joined(history, fullDays)
  return isSame(told, versions) ? versions : told
}

/** What holds on the day; undefined for nothing, also where the code is said to have ended. */
export function termsOn(versions: readonly DeckVersion[], day: number): DeckTerms | undefined {
  const version = versions.find(({ fromDay, untilDay }) => isWithin(day, fromDay, untilDay))
  return version?.terms.cover === 'ended' ? undefined : version?.terms
}

function withSay(
  versions: readonly DeckVersion[],
  { fromDay, terms }: Say,
  fullDays: readonly number[],
): readonly DeckVersion[] {
  const untilDay = nextSaid(versions, fromDay, fullDays)
  const history = versions.flatMap((version) => [
    ...piece(version, version.fromDay, Math.min(version.untilDay, fromDay)),
    ...piece(version, Math.max(version.fromDay, untilDay), version.untilDay),
  ])
  if (terms !== undefined) history.push({ fromDay, untilDay, terms })
  const ends = [fromDay, ...saidDays(versions)].filter(
    (day) => !fullDays.includes(day) && !saidDays(history).includes(day),
  )
  for (const day of ends) {
    history.push({ fromDay: day, untilDay: nextSaid(history, day, fullDays), terms: ENDED })
  }
  return history.toSorted((left, right) => left.fromDay - right.fromDay)
}

/** The days on which rows begin or end, without the dates of full lists. */
function saidDays(versions: readonly DeckVersion[]): number[] {
  return versions
    .flatMap(({ fromDay, untilDay }) => [fromDay, untilDay])
    .filter((day) => Number.isFinite(day))
}

function piece({ terms }: DeckVersion, fromDay: number, untilDay: number): DeckVersion[] {
  return fromDay < untilDay ? [{ fromDay, untilDay, terms }] : []
}

/** The first day after this one of which something is said already. */
function nextSaid(
  versions: readonly DeckVersion[],
  day: number,
  fullDays: readonly number[],
): number {
  let next = fullDays.find((full) => full > day) ?? Infinity
  for (const { fromDay, untilDay } of versions) {
    if (fromDay > day) next = Math.min(next, fromDay)
    if (untilDay > day) next = Math.min(next, untilDay)
  }
  return next
}

function isSame(left: readonly DeckVersion[], right: readonly DeckVersion[]): boolean {
  return (
    left.length === right.length &&
    left.every(({ fromDay, untilDay, terms }, index) => {
      const other = right[index]
      return fromDay === other?.fromDay && untilDay === other.untilDay && terms === other.terms
    })
  )
}

/**
 * In one form: one row where a full list only repeated what held, whose date says so by itself, and a row
 * for an end only where no other shows its day. Every day of which something was said stays known.
 */
function joined(versions: readonly DeckVersion[], fullDays: readonly number[]): DeckVersion[] {
  const history: DeckVersion[] = []
  for (const version of versions.filter(({ terms }) => terms !== ENDED)) {
    const last = history.at(-1)
    const follows = last?.untilDay === version.fromDay && last.terms === version.terms
    if (follows && fullDays.includes(version.fromDay)) {
      history[history.length - 1] = { ...last, untilDay: version.untilDay }
    } else history.push(version)
  }
  const shown = new Set([...saidDays(history), ...fullDays])
  const ends = saidDays(versions.filter(({ terms }) => terms === ENDED))
  const rest = [...new Set(ends)].filter((day) => !shown.has(day))
  const starts = [...rest, ...history.map(({ fromDay }) => fromDay)].toSorted((a, b) => a - b)
  for (const fromDay of rest) {
    const untilDay = starts.find((day) => day > fromDay) ?? Infinity
    history.push({ fromDay, untilDay, terms: ENDED })
  }
  return history.toSorted((left, right) => left.fromDay - right.fromDay)
}
