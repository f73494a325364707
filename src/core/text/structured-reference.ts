/**
 * The Belgian structured reference: ten digits and their remainder by 97 (97 for none), as banks check it. On
 * paper +++123/4567/89012+++.
 */

const DIGITS_COUNT = 10
const MODULUS = 97

/**
 * Of a document's number: its last ten digits, without the century of the year where it begins with one, so
 * that 2026-00050150 is 2600050150. '' for a number without digits.
 */
export function structuredReference(number: string): string {
  const digits = number.replaceAll(/\D/g, '')
  if (digits === '') return ''
  const base = digits.slice(-DIGITS_COUNT).padStart(DIGITS_COUNT, '0')
  return `${base}${checkDigits(base)}`
}

/** Whether the twelve digits of a reference, however written, belong together. */
export function isStructuredReference(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '')
  if (digits.length !== DIGITS_COUNT + 2) return false
  return checkDigits(digits.slice(0, DIGITS_COUNT)) === digits.slice(DIGITS_COUNT)
}

/** +++123/4567/89012+++ */
export function writtenReference(digits: string): string {
  return `+++${digits.slice(0, 3)}/${digits.slice(3, 7)}/${digits.slice(7)}+++`
}

function checkDigits(base: string): string {
  const remainder = Number.parseInt(base, 10) % MODULUS
  return String(remainder === 0 ? MODULUS : remainder).padStart(2, '0')
}
