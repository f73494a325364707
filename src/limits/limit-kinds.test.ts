import { expect, test } from 'vitest'
import type { LimitCode } from '../core/accounts/accounts.ts'
import { PRODUCTS, USAGE_KINDS } from '../core/usage/usage.ts'
import {
  blockedBy,
  isAlwaysOn,
  LIMIT_CODES,
  LIMIT_KINDS,
  LISTED_LIMITS,
  nameOfLimit,
  servicesOf,
  unitOfLimit,
  watchedSums,
} from './limit-kinds.ts'

const COUNTS = ['national-data', 'roaming-data', 'other']

/** `code subject` of every sum that some usage adds to. */
const counted = new Set(
  PRODUCTS.flatMap((product) =>
    USAGE_KINDS.flatMap((kind) =>
      COUNTS.flatMap((counts) =>
        watchedSums(product, { kind, counts }).map(({ code, subject }) => `${code} ${subject}`),
      ),
    ),
  ),
)

test('what can be set without a module is counted, has a unit, and the other way round', () => {
  expect(new Set(LISTED_LIMITS.map(({ code, subject }) => `${code} ${subject}`))).toEqual(counted)
  for (const { code, subject } of LISTED_LIMITS) {
    expect(`${code} ${subject} ${unitOfLimit(code, subject)}`).not.toContain('undefined')
  }
})

test.each`
  product     | kind       | counts             | sums
  ${'mobile'} | ${'voice'} | ${'other'}         | ${'sim-cap voice, subscription-total, account-total'}
  ${'mobile'} | ${'data'}  | ${'national-data'} | ${'sim-cap data, subscription-total, account-total, national-data'}
  ${'mobile'} | ${'data'}  | ${'roaming-data'}  | ${'sim-cap data, subscription-total, account-total, roaming-spend'}
  ${'mobile'} | ${'mms'}   | ${'other'}         | ${'subscription-total, account-total'}
  ${'voip'}   | ${'voice'} | ${'other'}         | ${'subscription-total, voip-total'}
`('$kind of $product ($counts) adds to $sums', ({ product, kind, counts, sums }) => {
  const added = watchedSums(product, { kind, counts })
  expect(added.map(({ code, subject }) => `${code} ${subject}`.trim()).join(', ')).toBe(sums)
})

test('every kind has a name in every language, with room for its subject', () => {
  for (const code of LIMIT_CODES) {
    for (const language of ['nl', 'fr', 'de', 'en'] as const) {
      const hasSubject = LIMIT_KINDS[code].watches !== 'charges'
      const name = nameOfLimit(code, language, 'Zuid')
      expect(name.includes('Zuid')).toBe(hasSubject)
      expect(nameOfLimit(code, language, '')).not.toMatch(/[{}]|^$/)
    }
  }
})

test('only what belongs to a SIM can be blocked', () => {
  const blocking = LISTED_LIMITS.filter(({ code, subject }) => blockedBy(code, subject))
  expect(blocking.map(({ code, subject }) => `${code} ${subject}`.trim())).toEqual([
    'account-total',
    'subscription-total',
    'national-data',
    'roaming-spend',
    'sim-cap data',
    'sim-cap sms',
    'sim-cap voice',
  ])
})

test('the limits of allowances are always on and have no service', () => {
  const always: LimitCode[] = LIMIT_CODES.filter(isAlwaysOn)
  expect(always).toEqual(['group-bundle', 'data-bundle', 'sms-bundle', 'voice-bundle'])
  expect(always.flatMap(servicesOf)).toEqual([])
})
