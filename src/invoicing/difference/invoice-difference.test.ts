import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import { localeFormat } from '../../core/text/locale-format.ts'
import { micros, microsToDecimal, roundToCents, shareInMicros } from '../../core/money/money.ts'
import { buildInvoice } from '../build/build-invoice.ts'
import { creditNoteOfPeriod } from '../credit/credit-note-of-period.ts'
import type { Invoice, InvoiceLine, InvoiceSection, RecurringItem } from '../invoice-model.ts'
import { differenceSentence } from './difference-sentence.ts'
import { invoiceDifference } from './invoice-difference.ts'

const BASE = buildInvoice(inventedRequest({ subscriptionsCount: 0 }))
const { startDay, endDay } = BASE.period

interface Fee {
  readonly subscriptionId: string
  readonly plan: string
  readonly feeMicros: number
  /** Days of the period that it covers, from the first; all of them when absent. */
  readonly days?: number
  readonly isCredit?: boolean
}

interface Other {
  readonly section: Exclude<InvoiceSection, 'recurring'>
  readonly subject: string
  readonly amountMicros: number
  readonly count: number
  readonly words?: string
}

/** An invoice of these fees and other lines, by the arithmetic of every invoice. */
function invoiceOf(fees: readonly Fee[], others: readonly Other[] = []): Invoice {
  const items = fees.map(toItem)
  const groups = Map.groupBy(items, ({ subjectId, toDay, feeMicros, sign }) => {
    return [subjectId, toDay, feeMicros, sign].join('|')
  })
  const lines = [...[...groups.values()].map(feeLine), ...others.map(otherLine)].map(
    (line, index): InvoiceLine => ({ ...line, lineNumber: index + 1 }),
  )
  const netMicros = micros(lines.reduce((sum, line) => sum + line.amountMicros, 0))
  const vatMicros = roundToCents(shareInMicros(netMicros, { numerator: 21, denominator: 100 }))
  const grossMicros = micros(netMicros + vatMicros)
  return { ...BASE, lines, recurringItems: items, totals: { netMicros, vatMicros, grossMicros } }
}

function toItem({ subscriptionId, plan, feeMicros, days, isCredit }: Fee): RecurringItem {
  return {
    subscriptionId,
    subject: 'plan',
    subjectId: plan,
    periodStartDay: startDay,
    periodEndDay: endDay,
    fromDay: startDay,
    toDay: days === undefined ? endDay : startDay + days,
    feeMicros: micros(feeMicros),
    sign: isCredit === true ? -1 : 1,
  }
}

function feeLine(items: readonly RecurringItem[]): InvoiceLine {
  const [first] = items
  if (first === undefined) throw new Error('a group has an item')
  const share = { numerator: first.toDay - first.fromDay, denominator: endDay - startDay }
  const each = shareInMicros(first.feeMicros, share) * first.sign
  const exactMicros = micros(each * items.length)
  return {
    ...BLANK,
    section: 'recurring',
    subject: first.subjectId,
    description: `Plan ${first.subjectId}`,
    toDay: first.toDay,
    count: items.length * first.sign,
    quantity: items.length * first.sign,
    unitPriceMicros: micros(each * first.sign),
    exactMicros,
    amountMicros: roundToCents(exactMicros),
  }
}

function otherLine({ section, subject, amountMicros, count, words }: Other): InvoiceLine {
  const amount = micros(amountMicros)
  const description = words ?? `Words of ${subject}`
  return {
    ...BLANK,
    section,
    subject,
    description,
    count,
    exactMicros: amount,
    amountMicros: amount,
  }
}

const BLANK: InvoiceLine = {
  lineNumber: 0,
  section: 'usage',
  product: 'mobile',
  subject: '',
  description: '',
  fromDay: startDay,
  toDay: endDay,
  count: 0,
  quantity: 0,
  unit: 'month',
  percentHundredths: 0,
  exactMicros: micros(0),
  amountMicros: micros(0),
  taxCategory: 'standard',
}

function causes(before: Invoice, after: Invoice): string[] {
  return invoiceDifference(before, after).causes.map(
    ({ group, description, count, amountMicros }) =>
      `${group} | ${description} | ${count} | ${microsToDecimal(amountMicros, 2)}`,
  )
}

const HALF_A_CENT = { plan: 'max', feeMicros: 5_005_000 }

const go = (subscriptionId: string, more: Partial<Fee> = {}): Fee => {
  return { subscriptionId, plan: 'go', feeMicros: 10_000_000, ...more }
}

test.each<[string, Fee[], Fee[], string[]]>([
  ['a new subscription', [go('a')], [go('a'), go('b')], ['new | Plan go | 1 | 10.00']],
  ['the first of a plan', [], [go('a')], ['new | Plan go | 1 | 10.00']],
  ['the last of a plan', [go('a')], [], ['ended | Plan go | -1 | -10.00']],
  [
    'a new one beside one that changed its plan: what rounding leaves is no price',
    [go('a')],
    [go('a', HALF_A_CENT), go('b', HALF_A_CENT)],
    [
      'quantity | Plan go | -1 | -10.00',
      'new | Plan max | 1 | 5.01',
      'quantity | Plan max | 1 | 5.00',
    ],
  ],
  ['one that ended', [go('a'), go('b')], [go('a')], ['ended | Plan go | -1 | -10.00']],
  [
    'one that changed its plan',
    [go('a'), go('b')],
    [go('a'), go('b', { plan: 'max', feeMicros: 25_000_000 })],
    ['quantity | Plan max | 1 | 25.00', 'quantity | Plan go | -1 | -10.00'],
  ],
  [
    'a price that rose',
    [go('a'), go('b')],
    [go('a', { feeMicros: 12_500_000 }), go('b', { feeMicros: 12_500_000 })],
    ['price | Plan go | 0 | 5.00'],
  ],
  [
    'a price that rose and a new one',
    [go('a')],
    [go('a', { feeMicros: 12_500_000 }), go('b', { feeMicros: 12_500_000 })],
    ['new | Plan go | 1 | 10.00', 'price | Plan go | 0 | 5.00'],
  ],
  [
    'part of a month',
    [go('a')],
    [go('a'), go('b', { days: 15 })],
    ['part-of-month | Plan go | 0 | 4.84'],
  ],
  [
    'a fee taken back',
    [go('a')],
    [go('a'), go('a', { days: 10, isCredit: true })],
    ['correction | Plan go | 0 | -3.23'],
  ],
])('%s', (_what, before, after, expected) => {
  const found = causes(invoiceOf(before), invoiceOf(after))
  expect(found.filter((cause) => !cause.startsWith('vat'))).toEqual(expected)
})

test('usage by call type, one-offs, discounts and late usage are causes of their own, and VAT', () => {
  const before = invoiceOf(
    [],
    [
      { section: 'usage', subject: 'national-mobile', amountMicros: 4_000_000, count: 4 },
      { section: 'discount', subject: '', amountMicros: -1_000_000, count: 0 },
    ],
  )
  const after = invoiceOf(
    [],
    [
      { section: 'usage', subject: 'national-mobile', amountMicros: 9_000_000, count: 9 },
      { section: 'premium', subject: 'premium-0900', amountMicros: 2_000_000, count: 1 },
      { section: 'one-off', subject: 'x', amountMicros: 7_500_000, count: 1 },
      { section: 'late', subject: 'roaming', amountMicros: 3_000_000, count: 1 },
      { section: 'discount', subject: '', amountMicros: -500_000, count: 0 },
    ],
  )
  expect(causes(before, after)).toEqual([
    'one-off | Words of x | 1 | 7.50',
    'usage | Words of national-mobile | 5 | 5.00',
    'vat |  | 0 | 3.78',
    'correction | Words of roaming | 1 | 3.00',
    'usage | Words of premium-0900 | 1 | 2.00',
    'discount | Words of  | 0 | 0.50',
  ])
})

test.each<[Other['section'], string]>([
  ['one-off', 'one-off'],
  ['usage', 'usage'],
  ['premium', 'usage'],
  ['late', 'correction'],
  ['late-premium', 'correction'],
  ['correction', 'correction'],
  ['correction-premium', 'correction'],
  ['discount', 'discount'],
  ['minimum', 'usage'],
  ['credit', 'correction'],
])('a line of the section %s is a cause of %s', (section, group) => {
  const line = { section, subject: 'x', amountMicros: 1_000_000, count: 1 }
  const { causes: found } = invoiceDifference(invoiceOf([]), invoiceOf([], [line]))
  expect(found.map((cause) => cause.group)).toEqual([group, 'vat'])
})

const linesCalled = (words: string): Other[] =>
  (['usage', 'late', 'one-off', 'discount'] as const).map((section, index) => ({
    section,
    subject: section === 'discount' ? '' : 'x',
    amountMicros: (index + 1) * 1_000_000,
    count: 1,
    words,
  }))

test('usage of one call type is one cause however it is called, all else by its words', () => {
  const found = causes(invoiceOf([], linesCalled('Before')), invoiceOf([], linesCalled('After')))
  expect(found).toEqual([
    'discount | After | 1 | 4.00',
    'discount | Before | -1 | -4.00',
    'one-off | After | 1 | 3.00',
    'one-off | Before | -1 | -3.00',
  ])
})

test('a period that ended in a credit note counts as what it takes away', () => {
  const taken = invoiceOf([go('a', { isCredit: true })])
  if (taken.kind !== 'invoice') throw new Error('it is built as an invoice')
  const found = causes(invoiceOf([go('a')]), creditNoteOfPeriod(taken, []))
  expect(found).toEqual([
    'correction | Plan go | 0 | -10.00',
    'ended | Plan go | -1 | -10.00',
    'vat |  | 0 | -4.20',
  ])
})

const fee = fc.record({
  subscriptionId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  plan: fc.constantFrom('go', 'max', 'data'),
  feeMicros: fc.integer({ min: 0, max: 90_000_000 }),
  days: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
  isCredit: fc.boolean(),
})
const other = fc.record({
  section: fc.constantFrom(
    ...(['usage', 'premium', 'late', 'late-premium', 'one-off', 'discount'] as const),
  ),
  subject: fc.constantFrom('national', 'roaming', 'sms'),
  amountMicros: fc.integer({ min: -5_000, max: 50_000 }).map((cents) => cents * 10_000),
  count: fc.integer({ min: 0, max: 500 }),
})
const invoice = fc
  .tuple(fc.array(fee, { maxLength: 12 }), fc.array(other, { maxLength: 8 }))
  .map(([fees, others]) => invoiceOf(fees.map(withoutAbsent), others))

function withoutAbsent({ days, ...rest }: { days: number | undefined } & Omit<Fee, 'days'>): Fee {
  return days === undefined ? rest : { ...rest, days }
}

test('the causes of any two invoices add up to their difference to the cent', () => {
  fc.assert(
    fc.property(invoice, invoice, (before, after) => {
      const { causes: found, differenceMicros } = invoiceDifference(before, after)
      const sum = found.reduce((total, { amountMicros }) => total + amountMicros, 0)
      expect(sum).toBe(differenceMicros)
      expect(differenceMicros).toBe(after.totals.grossMicros - before.totals.grossMicros)
      expect(found.every(({ amountMicros }) => amountMicros % 10_000 === 0)).toBe(true)
    }),
  )
})

test('an invoice beside itself differs by nothing, whatever is on it', () => {
  fc.assert(
    fc.property(invoice, (one) => {
      expect(invoiceDifference(one, one).causes).toEqual([])
    }),
  )
})

test('invoices as they are built add up too', () => {
  const counts = [0, 1, 3, 8, 21]
  const built = counts.map((subscriptionsCount) =>
    buildInvoice(inventedRequest({ subscriptionsCount })),
  )
  for (const before of built) {
    for (const after of built) {
      const { causes: found, differenceMicros } = invoiceDifference(before, after)
      expect(found.reduce((total, { amountMicros }) => total + amountMicros, 0)).toBe(
        differenceMicros,
      )
    }
  }
})

test.each([
  ['nl', 'Deze factuur is A hoger dan de vorige, vooral door: 1 × Plan go nieuw (+B); btw (+C).'],
  [
    'fr',
    'Cette facture dépasse la précédente de A, surtout par : 1 × Plan go, nouveau (+B); TVA (+C).',
  ],
  [
    'de',
    'Diese Rechnung ist A höher als die vorige, vor allem durch: 1 × Plan go neu (+B); MwSt. (+C).',
  ],
  [
    'en',
    'This invoice is A higher than the one before, mainly through: 1 × Plan go new (+B); VAT (+C).',
  ],
] as const)('the sentence in %s', (language, sentence) => {
  const difference = invoiceDifference(invoiceOf([go('a')]), invoiceOf([go('a'), go('b')]))
  const format = localeFormat(language)
  const [all = '', net = '', vat = ''] = [12_100_000, 10_000_000, 2_100_000].map((amount) => {
    return format.amount(micros(amount))
  })
  const expected = sentence.replace(/ A(?=[ ,])/, ` ${all}`).replace('+B', `+${net}`)
  expect(differenceSentence(difference, { language, format })).toBe(
    expected.replace('+C', `+${vat}`),
  )
})

test('a sentence names five causes at most, and an equal amount needs none', () => {
  const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((subject, index): Other => {
    return { section: 'usage', subject, amountMicros: (index + 1) * 1_000_000, count: 1 }
  })
  const difference = invoiceDifference(invoiceOf([]), invoiceOf([], many))
  const told = differenceSentence(difference, { language: 'en', format: localeFormat('en') })
  expect(told.split('; ')).toHaveLength(5)
  const none = invoiceDifference(invoiceOf([]), invoiceOf([]))
  expect(differenceSentence(none, { language: 'en', format: localeFormat('en') })).toBe('')
})
