/**
 * Texts that the fonts can print. A letter that no font has would be an empty box, which an archive (PDF/A)
 * must not hold: it becomes U+FFFD, the sign for what cannot be shown, and control characters a blank.
 */
import { hasGlyph } from './invoice-fonts.ts'

/** The same value with all its texts printable; the very same where they are. */
export function printable<Value>(value: Value): Value {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of the same shape
  return printableOf(value) as Value
}

function printableOf(value: unknown): unknown {
  if (typeof value === 'string') return printableText(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const parts = value.map(printableOf)
    return parts.some((part, index) => part !== value[index]) ? parts : value
  }
  const entries = Object.entries(value)
  const parts = entries.map(([key, part]) => [key, printableOf(part)] as const)
  return parts.some(([, part], index) => part !== entries[index]?.[1])
    ? Object.fromEntries(parts)
    : value
}

/** What every font has, and nearly all that there is. */
const PLAIN = /^[\x20-\x7e\u00a0-\u00ff]*$/
const UNKNOWN = '\ufffd'

function printableText(text: string): string {
  if (PLAIN.test(text)) return text
  return Array.from(text.toWellFormed(), (letter) => {
    if (letter === '\n') return letter
    if (/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(letter)) return letter === '\u00ad' ? '' : ' '
    return hasGlyph(letter) ? letter : UNKNOWN
  }).join('')
}
