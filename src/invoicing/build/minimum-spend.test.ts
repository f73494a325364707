import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import type { Discount, MinimumSpend } from '../../core/accounts/accounts.ts'
import { micros, microsFromDecimal, microsToDecimal, ZERO_MICROS } from '../../core/money/money.ts'
import { dayFromIso } from '../../core/time/period.ts'
import type { InvoiceLine } from '../invoice-model.ts'
import { buildInvoice } from './build-invoice.ts'
import { addsUp } from './invoice-holds.ts'
import { minimumLines } from './minimum-spend.ts'

const base = inventedRequest({ subscriptionsCount: 3 })
const at = (day: string): number => base.calendar.dayStartMs(dayFromIso(day))
const minimum = (amount: string, change: Partial<MinimumSpend> = {}): MinimumSpend => ({
  on: 'usage',
  amountMicros: microsFromDecimal(amount),
  fromMs: 0,
  toMs: Number.POSITIVE_INFINITY,
  ...change,
})
const usageDiscount: Discount = {
  on: 'usage',
  callType: '',
  percentHundredths: 5000,
  amountMicros: ZERO_MICROS,
  description: 'Half',
  fromMs: 0,
  toMs: Number.POSITIVE_INFINITY,
}

function invoiceWith(minimumSpends: readonly MinimumSpend[], discounts: readonly Discount[] = []) {
  return buildInvoice({ ...base, account: { ...base.account, minimumSpends, discounts } })
}

function sumOf(lines: readonly InvoiceLine[], ...sections: string[]): number {
  return lines
    .filter(({ section }) => sections.includes(section))
    .reduce((sum, line) => sum + line.amountMicros, 0)
}

/** `days counted of minimum → line`. */
function made(lines: readonly InvoiceLine[]): string[] {
  return lines
    .filter(({ section }) => section === 'minimum')
    .map(({ fromDay, toDay, baseMicros, minimumMicros, amountMicros, taxCategory }) => {
      const [counted, agreed] = [baseMicros ?? ZERO_MICROS, minimumMicros ?? ZERO_MICROS]
      const amounts = [counted, agreed, amountMicros].map((each) => microsToDecimal(each, 2))
      return `${toDay - fromDay} days ${amounts[0]} of ${amounts[1]} → ${amounts[2]} ${taxCategory}`
    })
}

const plain = invoiceWith([])
const usageMicros = sumOf(plain.lines, 'usage') + Math.max(0, sumOf(plain.lines, 'late'))
const feesMicros = sumOf(plain.lines, 'recurring')

test('what usage lacks to the minimum is made up on a line of its own, with VAT, and the invoice adds up', () => {
  const invoice = invoiceWith([minimum('1000.00')])
  const [line] = invoice.lines.filter(({ section }) => section === 'minimum')
  expect(line?.amountMicros).toBe(1_000_000_000 - usageMicros)
  expect(invoice.totals.netMicros).toBe(plain.totals.netMicros + (line?.amountMicros ?? 0))
  expect(addsUp(invoice)).toBe(true)
  const { minimumMicros: _agreed, ...ofBefore } = line ?? never()
  const more = { ...ofBefore, minimumMicros: micros(1_000_010_000) }
  const withLine = (last: InvoiceLine) =>
    addsUp({ ...invoice, lines: [...invoice.lines.slice(0, -1), last] })
  expect(withLine(more)).toBe(false)
  expect(withLine({ ...more, correctsLine: 3 })).toBe(true) // Part of one is given back.
  expect(withLine(ofBefore)).toBe(true) // Builds before did not say it.
  expect(invoice.lines.at(-1)).toBe(line)
  expect(invoice.lines.map(({ lineNumber }) => lineNumber)).toEqual(
    invoice.lines.map((_, index) => index + 1),
  )
})

test('a minimum that is reached makes no line, and fees count where that is agreed', () => {
  expect(made(invoiceWith([minimum('0.01')]).lines)).toEqual([])
  const both = { on: 'usage-and-recurring' } as const
  const [line] = invoiceWith([minimum('1000.00', both)]).lines.slice(-1)
  expect(line?.amountMicros).toBe(1_000_000_000 - usageMicros - feesMicros)
})

test('what a discount takes does not count', () => {
  const invoice = invoiceWith([minimum('1000.00')], [usageDiscount])
  const [line] = invoice.lines.slice(-1)
  const reduced = sumOf(invoice.lines, 'discount')
  expect(reduced).toBeLessThan(0)
  expect(line?.amountMicros).toBe(1_000_000_000 - usageMicros - reduced)
})

test('of a part of the period the share of its days is due, and usage counts once', () => {
  const invoice = invoiceWith([
    minimum('3100.00', { toMs: at('2026-10-11') }),
    minimum('6200.00', { fromMs: at('2026-10-11'), taxCategory: 'exempt' }),
  ])
  expect(made(invoice.lines)).toEqual([
    '10 days 78.03 of 1000.00 → 921.97 standard',
    '21 days 0.00 of 4200.00 → 4200.00 exempt',
  ])
  expect(addsUp(invoice)).toBe(true)
})

test('what the first minimum does not need counts for the next, in the order of their days', () => {
  const invoice = invoiceWith([
    minimum('6200.00', { fromMs: at('2026-10-11') }),
    minimum('31.00', { toMs: at('2026-10-11') }),
  ])
  expect(made(invoice.lines)).toEqual(['21 days 68.03 of 4200.00 → 4131.97 standard'])
})

test('a minimum that is reached to the cent makes no line', () => {
  const reached = { ...minimum('0'), amountMicros: micros(usageMicros) }
  expect(made(invoiceWith([reached]).lines)).toEqual([])
  const missed = { ...reached, amountMicros: micros(usageMicros + 10_000) }
  expect(made(invoiceWith([missed]).lines)).toEqual(['31 days 78.03 of 78.04 → 0.01 standard'])
})

test('a minimum that ended long ago takes nothing from what counts', () => {
  const ended = minimum('1000.00', { toMs: at('2026-08-01') })
  expect(made(invoiceWith([ended, minimum('100.00')]).lines)).toEqual([
    '31 days 78.03 of 100.00 → 21.97 standard',
  ])
})

test('late usage counts, what is given back of earlier periods takes nothing', () => {
  const [sum] = base.usage
  if (sum === undefined) throw new Error('there is usage')
  const withLate = (amount: string) => {
    const late = { ...sum, late: true, chargeMicros: microsFromDecimal(amount) }
    const account = { ...base.account, minimumSpends: [minimum('100.00')], discounts: [] }
    return made(buildInvoice({ ...base, account, usage: [...base.usage, late] }).lines)
  }
  expect(withLate('10.00')).toEqual(['31 days 88.03 of 100.00 → 11.97 standard'])
  expect(withLate('-10.00')).toEqual(['31 days 78.03 of 100.00 → 21.97 standard'])
})

test('a discount on fees takes nothing from usage, but from both where both count', () => {
  const onFees = { ...usageDiscount, on: 'recurring' as const }
  const both = minimum('1000.00', { on: 'usage-and-recurring' })
  const [ofUsage] = made(invoiceWith([minimum('1000.00')], [onFees]).lines)
  expect(ofUsage).toBe('31 days 78.03 of 1000.00 → 921.97 standard')
  const invoice = invoiceWith([both], [onFees])
  const counted = usageMicros + feesMicros + sumOf(invoice.lines, 'discount')
  expect(invoice.lines.at(-1)?.baseMicros).toBe(counted)
})

test('it has the tax of its last day, and is one item of no product', () => {
  const { vatRates } = base.catalogue
  const changed = {
    country: 'NL',
    category: 'standard' as const,
    percentHundredths: 1900,
    fromMs: at('2026-10-11'),
    toMs: Number.POSITIVE_INFINITY,
  }
  const catalogue = { ...base.catalogue, vatRates: [...vatRates, changed] }
  const minimumSpends = [minimum('3100.00', { toMs: at('2026-10-11') })]
  const account = { ...base.account, minimumSpends, discounts: [] }
  const { lines } = buildInvoice({ ...base, account, catalogue })
  expect(lines.at(-1)).toMatchObject({
    product: 'none',
    unit: 'item',
    subject: 'usage',
    taxPercentHundredths: 2100,
  })
})

test('lines are numbered after those before', () => {
  const [first] = plain.lines
  if (first === undefined) throw new Error('there are lines')
  const minimums = [
    minimum('3100.00', { toMs: at('2026-10-11') }),
    minimum('6200.00', { fromMs: at('2026-10-11') }),
  ]
  const found = minimumLines([first], minimums, {
    period: base.period,
    calendar: base.calendar,
    taxAt: () => ({ taxCategory: 'standard', taxPercentHundredths: 2100 }),
    texts: { minimumSpend: { usage: '', 'usage-and-recurring': '' } },
    discounts: { all: [], onUsage: [] },
    lastLineNumber: 7,
  })
  expect(found.map(({ lineNumber }) => lineNumber)).toEqual([8, 9])
})

test('nothing is due outside of its dates', () => {
  const ended = minimum('1000.00', { toMs: at('2026-10-01') })
  const coming = minimum('1000.00', { fromMs: at('2026-11-01') })
  expect(made(invoiceWith([ended, coming]).lines)).toEqual([])
})

function never(): never {
  throw new Error('there is a minimum')
}
