/**
 * What each place of a usage message may hold, by the table of fields (USAGE_FIELDS, which has the
 * places). A word that this build does not know, or a number written as text, is a problem, never a
 * default.
 */
import assert from 'node:assert/strict'
import { isRatableTime } from '../../core/time/period.ts'
import { isPartNumber, USAGE_FIELDS } from '../../core/usage/usage.ts'
import type { Field, Kind } from '../../core/usage/field.ts'

export const USAGE_MESSAGE_VERSION = 2

export interface PlacedField {
  readonly name: string
  readonly field: Field
  readonly place: number
}

/** By place; place 0 is the version. */
export const PLACED_FIELDS: readonly PlacedField[] = Object.entries<Field>(USAGE_FIELDS)
  .flatMap(([name, field]) =>
    field.place === undefined ? [] : [{ name, field, place: field.place }],
  )
  .sort((one, other) => one.place - other.place)
for (const [index, { name, place }] of PLACED_FIELDS.entries()) {
  assert.equal(place, index + 1, `${name} has no place of its own next to the one before`)
}

/** Places from here on are left out where all of them are empty. */
export const OPTIONAL_FROM = USAGE_FIELDS.rejectReason.place
const PLACES = PLACED_FIELDS.length + 1
/** With which version 2 began: a build of then leaves out the places that were added since. */
export const PLACES_AT_FIRST = 27

/** undefined when all places hold what they may; else a sentence about the first that does not. */
export function problemOfFields(fields: readonly unknown[]): string | undefined {
  if (fields[0] !== USAGE_MESSAGE_VERSION) return 'no usage of a known version'
  if (fields[USAGE_ID] === '' || typeof fields[USAGE_ID] !== 'string')
    return 'no usage without an id'
  const isWhole = fields.length >= PLACES_AT_FIRST && fields.length <= PLACES
  if (fields.length !== OPTIONAL_FROM && !isWhole) {
    return `a usage has ${OPTIONAL_FROM} or ${PLACES} fields, this has ${fields.length}`
  }
  for (const at of TEXT_PLACES) {
    if (fields[at] !== undefined && typeof fields[at] !== 'string') return wrong(fields, at, 'text')
  }
  for (const [at, words] of WORD_PLACES) {
    if (fields[at] !== undefined && !words.has(fields[at])) return wrong(fields, at, 'a known word')
  }
  return problemOfNumbers(fields, isRefused(fields))
}

function problemOfNumbers(fields: readonly unknown[], refused: boolean): string | undefined {
  for (const at of NUMBER_PLACES) {
    if (fields[at] === undefined || isCount(fields[at])) continue
    if (!refused) return wrong(fields, at, 'a count')
    // What was refused for a number that is none carries it as it was; nothing is charged by it.
    if (fields[at] !== null && !Number.isSafeInteger(fields[at]))
      return wrong(fields, at, 'a number')
  }
  if (refused) return undefined
  for (const at of PART_NUMBER_PLACES) {
    if (!isPartNumber(numberAt(fields, at))) return wrong(fields, at, 'a part number')
  }
  for (const at of INSTANT_PLACES) {
    if (!isRatableTime(numberAt(fields, at))) return wrong(fields, at, 'a time of the ledger')
  }
  return undefined
}

/** It will not be charged. */
function isRefused(fields: readonly unknown[]): boolean {
  return REASON_PLACES.some((at) => (fields[at] ?? '') !== '')
}

/** A whole number from 0 on, exact. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)
}

const USAGE_ID = USAGE_FIELDS.usageId.place
const REASON_PLACES = [USAGE_FIELDS.rejectReason.place, USAGE_FIELDS.unbillableReason.place]
const TEXT_PLACES = placesHolding('text', 'category')
const NUMBER_PLACES = placesHolding('number', 'quantity', 'instant', 'partNumber')
const PART_NUMBER_PLACES = placesHolding('partNumber')
const INSTANT_PLACES = placesHolding('instant')
const WORD_PLACES = PLACED_FIELDS.flatMap(({ place, field: { holds } }) =>
  typeof holds === 'string' ? [] : [[place, new Set<unknown>(holds)] as const],
)
assert.equal(
  TEXT_PLACES.length + NUMBER_PLACES.length + WORD_PLACES.length,
  PLACED_FIELDS.length,
  'a kind of field that no message can hold',
)

function placesHolding(...kinds: readonly Kind[]): number[] {
  return PLACED_FIELDS.filter(({ field }) => kinds.some((kind) => kind === field.holds)).map(
    ({ place }) => place,
  )
}

function numberAt(fields: readonly unknown[], at: number): number {
  const value = fields[at]
  return typeof value === 'number' ? value : 0
}

const SHOWN_CHARACTERS_MAX = 40

function wrong(fields: readonly unknown[], at: number, expected: string): string {
  const found = (JSON.stringify(fields[at]) ?? '').slice(0, SHOWN_CHARACTERS_MAX)
  return `${PLACED_FIELDS[at - 1]?.name} is not ${expected}: ${found}`
}
