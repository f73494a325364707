/** How values look in answers and questions: money, moments, days, pages. */
import { z } from 'zod'
import { dayFromIso, dayToIso } from '../core/time/period.ts'
import { Refusal } from './problem.ts'

export { money, moneyOf } from '../core/money/money-form.ts'

export const instant = z.iso.datetime({ offset: true })

export function instantOf(ms: number): string {
  return new Date(ms).toISOString()
}

/** Open ends are null. */
export function instantOrNull(ms: number | undefined): string | null {
  return ms === undefined || !Number.isFinite(ms) ? null : instantOf(ms)
}

export const day = z.iso.date()
export const dayOf = dayToIso

/** A day that figures can be of: the ledger and its calendars hold no other. */
export const dayOfCentury = day.regex(/^20/)

export const optionalDay = day.transform((text) => dayFromIso(text) ?? 0).optional()

/** A count that may be beyond what JSON numbers hold exactly. */
export const wholeNumber = z.string().regex(/^-?\d+$/)

export const id = z.string().min(1).max(200)

/** A name that a table of ours has. */
export function nameIn<Table extends object>(table: Table): z.ZodType<keyof Table & string> {
  const names = Object.keys(table)
  return z
    .custom<keyof Table & string>(
      (value) => typeof value === 'string' && Object.hasOwn(table, value),
      { error: `it is one of ${names.join(', ')}` },
    )
    .meta({ type: 'string', enum: names })
}

const PAGE_SIZE_DEFAULT = 100
export const PAGE_SIZE_MAX = 1_000

/** Every list is read by pages: what follows is asked for with the cursor of the page before. */
export const page = {
  limit: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
  cursor: z.string().max(1_000).optional(),
}

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}

/** Opaque to clients: what it holds may change. */
export function toCursor(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** Throws a refusal for what is none of ours. */
export function fromCursor<Key>(cursor: string | undefined, key: z.ZodType<Key>): Key | undefined {
  if (cursor === undefined) return undefined
  try {
    return key.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch {
    throw new Refusal({
      status: 422,
      title: 'What was sent is not valid',
      detail: 'this cursor is none that the API gave',
      errors: [
        { in: 'query', path: 'cursor', message: 'take it from nextCursor of the page before' },
      ],
    })
  }
}

/** A list that is at hand whole, by pages in its order; `keyOf` names an item. */
export function sliceOf<Item>(
  items: readonly Item[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  keyOf: (item: Item) => string,
): { items: Item[]; nextCursor: string | null } {
  const after = fromCursor(cursor, z.string())
  const at = after === undefined ? 0 : items.findIndex((item) => keyOf(item) === after) + 1
  const found = items.slice(at, at + limit)
  const last = found.at(-1)
  const isMore = last !== undefined && at + limit < items.length
  return { items: found, nextCursor: isMore ? toCursor(keyOf(last)) : null }
}
