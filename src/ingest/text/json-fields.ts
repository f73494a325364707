/** Reading an unknown JSON value field by field: what is not of the expected type reads as absent. */

export type JsonObject = Readonly<Record<string, unknown>>

/** The object that the text is, or undefined when it is no JSON or no object. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined // Not JSON; nesting too deep ends here too.
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The text of a field; '' when it is absent or no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/**
 * The text of a field that some writers make a number of, or list once for each time that it was set:
 * '' where the entries of the list differ, since it then contradicts itself.
 */
export function valueText(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  if (!Array.isArray(value)) return textOf(value)
  const texts = new Set(value.map((entry) => (Array.isArray(entry) ? '' : valueText(entry))))
  const [only = ''] = texts
  return texts.size === 1 ? only : ''
}

/** A field that is absent or null has its default; NaN when it is no whole number from 0 to `max`. */
export function countOf(value: unknown, max: number, absent: number): number {
  if (value === undefined || value === null) return absent
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return Number.NaN
  return value >= 0 && value <= max ? value : Number.NaN
}
