/**
 * References by which a transfer says which invoice it pays: the Belgian structured one, and ISO 11649 (RF75 2026
 * 0005 0150). Their check digits say whether they were copied right; what fails is no reference.
 */
import { isStructuredReference } from '../../core/text/structured-reference.ts'

/** What a reference says of the number of an invoice. */
export type ReferredTo =
  /** Its last ten digits: what core/text/structured-reference.ts makes of a number. */
  | { readonly kind: 'last-digits'; readonly text: string }
  /** All its digits and capitals. */
  | { readonly kind: 'number'; readonly text: string }

const BELGIAN =
  /(?:\+{3}|\*{3})\s{0,3}(\d{3})[\s/]{0,3}(\d{4})[\s/]{0,3}(\d{5})\s{0,3}(?:\+{3}|\*{3})/g
const ISO_11649 = /\bRF\d{2}(?: ?[A-Z0-9]){1,21}/g
const LAST_DIGITS = 10

/** The digits and capitals of a number: how it is looked for in what people type. */
export function plainNumber(number: string): string {
  return number.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
}

/** A reference by itself, as a bank gives it in a field of its own; undefined for what is none. */
export function readReference(text: string): ReferredTo | undefined {
  const plain = text.toUpperCase().replaceAll(/[\s/+*.]/g, '')
  if (/^\d{12}$/.test(plain)) return readBelgian(plain)
  return /^RF\d{2}[A-Z0-9]{1,21}$/.test(plain) ? readIso(plain) : undefined
}

/** Every right reference in a text that a person typed; of one that could end in two places both. */
export function referencesIn(text: string): ReferredTo[] {
  const belgian = [...text.matchAll(BELGIAN)].map((match) =>
    readBelgian(match.slice(1, 4).join('')),
  )
  const iso = [...text.toUpperCase().matchAll(ISO_11649)].flatMap(([found]) => beginnings(found))
  return [...belgian, ...iso].filter((each) => each !== undefined)
}

function readBelgian(digits: string): ReferredTo | undefined {
  if (!isStructuredReference(digits)) return undefined
  return { kind: 'last-digits', text: digits.slice(0, LAST_DIGITS) }
}

function readIso(plain: string): ReferredTo | undefined {
  return mod97(`${plain.slice(4)}${plain.slice(0, 4)}`) === 1
    ? { kind: 'number', text: plain.slice(4) }
    : undefined
}

/** Words that follow it are not part of it: every beginning, cut at a blank, that checks. */
function beginnings(found: string): (ReferredTo | undefined)[] {
  const parts = found.split(' ')
  return parts.map((_, index) => readIso(parts.slice(0, index + 1).join('')))
}

/** Digits and capitals, A = 10 … Z = 35, as one long number. */
function mod97(text: string): number {
  let rest = 0
  for (const character of text) {
    for (const digit of String(Number.parseInt(character, 36))) {
      rest = (rest * 10 + Number.parseInt(digit, 10)) % 97
    }
  }
  return rest
}
