/** What is other in a new version of something, field by field, for a person who decides. */
import { isDeepStrictEqual } from 'node:util'

/** `id.field: before → after`; of a list what left it (-) and what came (+). */
export function differencesOf(id: string, before: unknown, after: unknown): string[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)]
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((field) => {
    const [left, right] = [old.get(field), now.get(field)]
    if (isDeepStrictEqual(left, right)) return []
    const name = `${id}.${field}`
    if (!Array.isArray(left) || !Array.isArray(right)) {
      return [`${name}: ${shown(field, left)} → ${shown(field, right)}`]
    }
    return [
      ...missingIn(right, left).map((value) => `${name}: - ${shown(field, value)}`),
      ...missingIn(left, right).map((value) => `${name}: + ${shown(field, value)}`),
    ]
  })
}

function fieldsOf(value: unknown): Map<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
}

function missingIn(list: readonly unknown[], from: readonly unknown[]): unknown[] {
  return from.filter((value) => !list.some((one) => isDeepStrictEqual(one, value)))
}

/** Instants as people read them; an end that is open as '-'. */
function shown(field: string, value: unknown): string {
  if (typeof value === 'number' && /(?:Ms|_ms)$/.test(field)) {
    return Number.isFinite(value) ? new Date(value).toISOString() : '-'
  }
  if (value === undefined || value === '') return '-'
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).map(([name, inner]) => `${name} ${shown(name, inner)}`)
  return `{ ${fields.join(', ')} }`
}
