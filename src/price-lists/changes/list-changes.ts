/** What differs between two states of a deck, code by code: added, ended, dearer, cheaper, from which day. */
import { Decimal } from 'decimal.js'
import { termsOn, type DeckVersion } from '../deck/deck-history.ts'
import type { DeckTerms } from '../deck/deck-terms.ts'
import type { DeckCodes } from '../deck/merge-list.ts'
import { termsForCode } from '../deck/terms-for-code.ts'

export const CHANGE_KINDS = ['dearer', 'cheaper', 'added', 'ended', 'other'] as const
export type ChangeKind = (typeof CHANGE_KINDS)[number]

export interface DeckChange {
  readonly code: string
  readonly kind: ChangeKind
  /** The first day that it is so; -Infinity where it always was. */
  readonly fromDay: number
  /** Of an ended code its old name. */
  readonly destination: string
  /** What a call cost before and costs after, by the shorter code where there is none of its own; '' for nothing. */
  readonly before: string
  readonly after: string
  /** How much of the price before, in percent with one decimal; undefined where there was none. */
  readonly percent: number | undefined
}

/** `fromDay`: what lies before it is not compared. In the order of the codes. */
export function* deckChanges(
  before: DeckCodes,
  after: DeckCodes,
  fromDay: number,
): Generator<DeckChange> {
  const codes = new Set<string>()
  for (const [code, versions] of after) if (before.get(code) !== versions) codes.add(code)
  for (const code of before.keys()) if (!after.has(code)) codes.add(code)
  for (const code of [...codes].toSorted()) yield* changesOf(code, before, after, fromDay)
}

function* changesOf(
  code: string,
  before: DeckCodes,
  after: DeckCodes,
  fromDay: number,
): Generator<DeckChange> {
  const [old, now] = [before.get(code) ?? [], after.get(code) ?? []]
  let last: readonly (DeckTerms | undefined)[] = []
  for (const day of boundaries([...old, ...now], fromDay)) {
    const pair = [termsOn(old, day), termsOn(now, day)] as const
    const isKnown = last[0] === pair[0] && last[1] === pair[1]
    last = pair
    if (isKnown || pair[0] === pair[1]) continue
    yield changeOf(code, day, pair, { before, after })
  }
}

function boundaries(versions: readonly DeckVersion[], fromDay: number): number[] {
  const days = versions.flatMap((version) => [version.fromDay, version.untilDay])
  const inside = days.filter((day) => day > fromDay && Number.isFinite(day))
  return [...new Set([fromDay, ...inside])].toSorted((left, right) => (left < right ? -1 : 1))
}

function changeOf(
  code: string,
  fromDay: number,
  [old, now]: readonly [DeckTerms | undefined, DeckTerms | undefined],
  decks: { readonly before: DeckCodes; readonly after: DeckCodes },
): DeckChange {
  const before = (old ?? termsForCode(decks.before, code, fromDay))?.price ?? ''
  const after = (now ?? termsForCode(decks.after, code, fromDay))?.price ?? ''
  const kind = old === undefined ? 'added' : now === undefined ? 'ended' : direction(before, after)
  const destination = (now ?? old)?.destination ?? ''
  return { code, kind, fromDay, destination, before, after, percent: percentOf(before, after) }
}

function direction(before: string, after: string): ChangeKind {
  if (before === '' || after === '') return 'other'
  const order = new Decimal(after).comparedTo(before)
  return order > 0 ? 'dearer' : order < 0 ? 'cheaper' : 'other'
}

function percentOf(before: string, after: string): number | undefined {
  if (before === '' || after === '' || new Decimal(before).isZero()) return undefined
  return new Decimal(after).minus(before).times(100).dividedBy(before).toDecimalPlaces(1).toNumber()
}

/** How many times as much, or as little: 3 for 0.10 → 0.30 and for 0.30 → 0.10; Infinity from or to nothing. */
export function jumpOf({ before, after }: Pick<DeckChange, 'before' | 'after'>): number {
  if (before === '' || after === '') return 1
  const [low, high] = [Decimal.min(before, after), Decimal.max(before, after)]
  if (high.isZero()) return 1
  return low.isZero() ? Infinity : high.dividedBy(low).toNumber()
}
