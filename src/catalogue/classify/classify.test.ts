/** Call types against tables in fixtures/classification, one row a case, with the sample catalogue. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadCatalogue } from '../load-catalogue.ts'
import type { Catalogue } from '../catalogue.ts'
import type { HomeCountry } from '../../core/accounts/accounts.ts'
import { dayFromIso, dayStartMs } from '../../core/time/period.ts'
import { DIRECTIONS, PRODUCTS, USAGE_KINDS } from '../../core/usage/usage.ts'
import { createClassifier } from './classify.ts'
import type { Classifier } from './classify.ts'

let catalogue: Catalogue
let classifier: Classifier

beforeAll(async () => {
  catalogue = await loadCatalogue('fixtures/catalogue')
  classifier = createClassifier(catalogue)
})

describe.each(['NL', 'BE'] as const)('an account of %s', (home) => {
  const rows = goldenRows(home)

  test('the table has rows', () => {
    expect(rows.length).toBeGreaterThan(50)
  })

  test.each(rows)('$text', ({ cells, callType }) => {
    expect(classified(cells, home)).toBe(callType)
  })
})

test('canary: a wrong call type is noticed', () => {
  const cells = ['mobile', 'voice', 'out', '-', '2026-10-01', '+31201234567']
  expect(classified(cells, 'NL')).not.toBe('national-mobile')
})

test('a prefix is valid from the first instant of its local day to the last', () => {
  const dated = createClassifier({
    ...catalogue,
    destinations: [
      { ...deckRow('49'), destinationId: 'old', toMs: 1000 },
      { ...deckRow('49'), destinationId: 'new', fromMs: 1000 },
      { ...deckRow('4915'), destinationId: 'mobile', fromMs: 2000 },
    ],
  })
  const at = (atMs: number) => dated.destinationOf('+49151', 'voice', 'NL', atMs)?.destinationId
  expect([at(999), at(1000), at(1999), at(2000)]).toEqual(['old', 'new', 'new', 'mobile'])
})

test('a longer prefix that is not valid leaves the number to the shorter one', () => {
  const dated = createClassifier({
    ...catalogue,
    destinations: [deckRow('49'), { ...deckRow('4930'), toMs: 1000 }],
  })
  expect(dated.destinationOf('+49301', 'voice', 'NL', 5000)?.destinationId).toBe('to-49')
})

test('what is no number has no destination', () => {
  for (const number of ['', '+', 'Bank', '+x31', '00']) {
    expect(classifier.destinationOf(number, 'voice', 'NL', 0)).toBeUndefined()
  }
})

test('a network is known under both spellings of its code', () => {
  expect(classifier.locationOf('274-8', 'NL', 0)).toBe('roaming-satellite')
  expect(classifier.locationOf('274-08', 'NL', 0)).toBe('roaming-satellite')
})

function deckRow(prefix: string) {
  return {
    prefix,
    destinationId: `to-${prefix}`,
    name: prefix,
    country: 'DE',
    destinationClass: 'fixed',
    zoneId: 'eu',
    fromMs: -Infinity,
    toMs: Infinity,
  }
}

function classified(cells: readonly string[], home: HomeCountry): string {
  const [product, kind, direction, where, at, party] = cells
  const usageKind = oneOf(USAGE_KINDS, kind)
  const atMs = dayStartMs(dayFromIso(at ?? ''), 'Europe/Amsterdam')
  const location = classifier.locationOf(where === '-' ? '' : (where ?? ''), home, atMs)
  if (location === undefined) return '!network_unknown'
  const isNumber = party !== '-' && party !== 'colleague'
  const destination = isNumber
    ? classifier.destinationOf(party ?? '', usageKind, home, atMs)
    : { destinationClass: party === 'colleague' ? 'internal' : '', zone: '' }
  if (destination === undefined) return '!destination_unknown'
  const index = classifier.callTypeOf({
    product: oneOf(PRODUCTS, product),
    kind: usageKind,
    direction: oneOf(DIRECTIONS, direction),
    location,
    destinationClass: destination.destinationClass,
    destinationZone: destination.zone,
  })
  return catalogue.callTypes[index]?.id ?? '!call_type_unknown'
}

function oneOf<T extends string>(values: readonly T[], text: string | undefined): T {
  const value = values.find((candidate) => candidate === text)
  if (value === undefined) throw new Error(`"${text}" is none of ${values.join(', ')}`)
  return value
}

function goldenRows(home: HomeCountry) {
  return readFileSync(`fixtures/classification/${home.toLowerCase()}.txt`, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const cells = line.split('|').map((cell) => cell.trim())
      return { text: cells.join(' '), cells: cells.slice(0, -1), callType: cells.at(-1) ?? '' }
    })
}
