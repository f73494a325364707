/** What differs between two catalogues, entry by entry and field by field; price decks have a comparison of their own. */
import type { Catalogue } from './catalogue.ts'
import type { PriceDeck } from './decks/price-deck.ts'

export interface EntryDifference {
  readonly section: string
  readonly id: string
  readonly kind: 'added' | 'removed' | 'changed'
  /** Of what changed. */
  readonly fields: readonly FieldDifference[]
}

export interface FieldDifference {
  /** Such as `versions.0.steps.0.price`. */
  readonly path: string
  /** '' where one of the two has none. */
  readonly before: string
  readonly after: string
}

/** By section, then in the order of the ids. */
export function catalogueDifferences(before: Catalogue, after: Catalogue): EntryDifference[] {
  const [old, now] = [sectionsOf(before), sectionsOf(after)]
  return Object.keys(now).flatMap((section) => {
    const left = old[section] ?? NONE
    const right = now[section] ?? NONE
    const ids = [...new Set([...left.keys(), ...right.keys()])].toSorted()
    return ids.flatMap((id): EntryDifference[] => {
      if (!left.has(id)) return [{ section, id, kind: 'added', fields: [] }]
      if (!right.has(id)) return [{ section, id, kind: 'removed', fields: [] }]
      const fields = fieldDifferences(left.get(id), right.get(id), '')
      return fields.length === 0 ? [] : [{ section, id, kind: 'changed', fields }]
    })
  })
}

type Section = ReadonlyMap<string, unknown>
const NONE: Section = new Map()

function sectionsOf(catalogue: Catalogue): Readonly<Record<string, Section>> {
  const { timeZone, holidays, destinations, specialNumbers, callTypes, zones } = catalogue
  return {
    catalogue: new Map<string, unknown>([['timeZone', timeZone]]),
    holidays: new Map<string, unknown>(Object.entries(holidays.byCountry)),
    // Where a call type stands decides which one a usage has, so its place is part of it.
    'call types': byId(callTypes, ({ id }) => id),
    rates: catalogue.rates,
    allowances: catalogue.allowances,
    plans: catalogue.plans,
    modules: catalogue.modules,
    'price decks': new Map(
      [...catalogue.priceDecks].map(([id, deck]) => [id, settingsOf(deck)] as const),
    ),
    suppliers: catalogue.suppliers,
    'exchange rates': catalogue.exchangeRates,
    VAT: byId(catalogue.vatRates, ({ country, category, fromMs }) =>
      dated(`${country} ${category}`, fromMs),
    ),
    zones: byId(zones, ({ zoneId }) => zoneId),
    prefixes: byId(destinations, ({ prefix, fromMs }) => dated(prefix, fromMs)),
    'special numbers': byId(specialNumbers, ({ country, digits, kinds, fromMs }) =>
      dated(`${country} ${digits} ${kinds.join(' ')}`, fromMs),
    ),
  }
}

function settingsOf({ timeZone, currency, purpose, over, names }: PriceDeck) {
  return { timeZone, currency, purpose, over, names }
}

function byId<T>(entries: readonly T[], idOf: (entry: T) => string): Section {
  return new Map(entries.map((entry) => [idOf(entry), entry]))
}

function dated(id: string, fromMs: number): string {
  return Number.isFinite(fromMs) ? `${id} from ${new Date(fromMs).toISOString().slice(0, 10)}` : id
}

function fieldDifferences(before: unknown, after: unknown, path: string): FieldDifference[] {
  if (isBranch(before) && isBranch(after)) {
    const [left, right] = [partsOf(before), partsOf(after)]
    const keys = [...new Set([...left.keys(), ...right.keys()])]
    return keys.flatMap((key) =>
      fieldDifferences(left.get(key), right.get(key), path === '' ? key : `${path}.${key}`),
    )
  }
  const [old, now] = [valueText(before, path), valueText(after, path)]
  return old === now ? [] : [{ path, before: old, after: now }]
}

/** A deck is named where it is used; its prices are compared by code. */
function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isDeck(value)
}

function isDeck(value: unknown): value is Pick<PriceDeck, 'deckId'> {
  return typeof value === 'object' && value !== null && 'deckId' in value && 'table' in value
}

function partsOf(value: object): Map<string, unknown> {
  if (value instanceof Map) return new Map([...value].map(([key, part]) => [String(key), part]))
  if (value instanceof Set) return new Map([...value].map((part) => [String(part), true]))
  return new Map(Object.entries(value))
}

function valueText(value: unknown, path: string): string {
  if (value === undefined || value === null) return ''
  if (isDeck(value)) return value.deckId
  if (isBranch(value)) return JSON.stringify(value instanceof Map ? [...value] : value)
  if (typeof value === 'number' && path.endsWith('Ms')) {
    return Number.isFinite(value) ? new Date(value).toISOString() : 'open'
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}
