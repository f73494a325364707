import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Discount } from '../../core/accounts/accounts.ts'
import { micros, microsFromDecimal, microsToDecimal, ZERO_MICROS } from '../../core/money/money.ts'
import { billingCalendar, dayFromIso } from '../../core/time/period.ts'
import { TAX_CATEGORIES } from '../../core/money/tax.ts'
import type { Charge } from './charge.ts'
import { discountLines } from './discount-lines.ts'
import type { InvoiceLine } from '../invoice-model.ts'
import { chargedLines } from './lines-from-charges.ts'
import { invoiceTexts } from '../documents/texts/invoice-texts.ts'
import { sumMicros, vatHolds, vatSubtotals, taxOfLine } from './vat.ts'

const calendar = billingCalendar('Europe/Amsterdam', 1)
const texts = invoiceTexts('en')
const PERCENTS = { standard: 2100, reduced: 900 } as const

describe('the worked examples of fixtures/invoicing/discounts.txt', () => {
  const file = new URL('../../../fixtures/invoicing/discounts.txt', import.meta.url)
  const cases = readFileSync(file, 'utf8')
    .split(/^== /m)
    .slice(1)
    .map((each): [string, string] => [each.split('\n', 1)[0] ?? '', each])
  test.each(cases)('%s', (_, body) => {
    const rows = body
      .split('\n')
      .filter((line) => line.includes(' | '))
      .map((line) => line.split('|').map((cell) => cell.trim()))
    const of = (kind: string): string[][] => rows.filter((row) => row[0] === kind)
    const lines = linesOf(of('charge').map(toCharge), of('discount').map(toDiscount))
    expect(lines.map(toCells)).toEqual(of('line'))
  })
})

test('a line is one item of no product, numbered after those before, of the days that it holds for', () => {
  const given = [
    charge('recurring', 'plan', 'standard', october(1, 31)),
    charge('recurring', 'extra', 'standard', october(5, 20)),
    charge('recurring', 'book', 'reduced', october(5, 20)),
  ].map((each) => ({ ...each, chargeMicros: microsFromDecimal('31') }))
  const dated = toDiscount(['', 'recurring', '', '10%', '2026-10-03 to 2026-10-12', 'Ten'])
  const always = toDiscount(['', 'recurring', '', '5.00', 'always', 'Five'])
  const lines = linesOf(given, [dated, always])
  expect(
    lines.map(({ lineNumber, fromDay, toDay, description }) =>
      [lineNumber, `${fromDay - OCTOBER + 1}..${toDay - OCTOBER}`, description].join(' '),
    ),
  ).toEqual(['4 3..12 Ten', '5 5..12 Ten', '6 1..31 Five', '7 5..20 Five'])
  expect(lines[0]).toMatchObject({ section: 'discount', product: 'none', unit: 'item', count: 1 })
})

test('what is reduced to nothing is no part of the days of an amount', () => {
  const given = [
    charge('usage', 'mobile', 'standard', october(5, 5)),
    charge('usage', 'fixed', 'standard', october(20, 20)),
  ].map((each) => ({ ...each, chargeMicros: microsFromDecimal('10') }))
  const free = toDiscount(['', 'call-type', 'mobile', '100%', 'always', 'Free'])
  const amount = toDiscount(['', 'usage', '', '5.00', 'always', 'Five'])
  const [, five] = linesOf(given, [free, amount])
  expect([five?.fromDay, five?.toDay]).toEqual([OCTOBER + 19, OCTOBER + 20])
})

const OCTOBER = dayFromIso('2026-10-01')
function october(from: number, to: number) {
  return { fromDay: OCTOBER + from - 1, toDay: OCTOBER + to }
}

const anyTax = fc.constantFrom(...TAX_CATEGORIES)
const anyDay = fc.integer({ min: 20_000, max: 20_031 })
const anySubject = fc.constantFrom('a', 'b')
const anyCharge = (amounts: { min: number; max: number }) =>
  fc
    .record({
      section: fc.constantFrom(
        'recurring' as const,
        'usage' as const,
        'late' as const,
        'premium' as const,
      ),
      subject: anySubject,
      tax: anyTax,
      day: anyDay,
      days: fc.integer({ min: 1, max: 12 }),
      amount: fc.integer(amounts),
    })
    .map(({ section, subject, tax, day, days, amount }) => ({
      ...charge(section, subject, tax, { fromDay: day, toDay: day + days }),
      chargeMicros: micros(amount),
    }))
const anyDiscount = fc
  .record({
    on: fc.constantFrom('recurring' as const, 'usage' as const, 'call-type' as const),
    subject: anySubject,
    percent: fc.integer({ min: 1, max: 10_000 }),
    cents: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5_000 })),
    day: anyDay,
    days: fc.integer({ min: 1, max: 40 }),
  })
  .map(({ on, subject, percent, cents, day, days }): Discount => ({
    on,
    callType: on === 'call-type' ? subject : '',
    percentHundredths: cents === 0 ? percent : 0,
    amountMicros: micros(cents * 10_000),
    description: `${on} ${percent} ${cents}`,
    fromMs: calendar.dayStartMs(day),
    toMs: calendar.dayStartMs(day + days),
  }))
const charges = fc.array(anyCharge({ min: 0, max: 50_000_000 }), { maxLength: 20 })
const withCredits = fc.array(anyCharge({ min: -50_000_000, max: 50_000_000 }), { maxLength: 20 })
const discounts = fc.array(anyDiscount, { maxLength: 6 })

test('discounts never take more than there is, of no tax and of nothing that they name', () => {
  fc.assert(
    fc.property(charges, discounts, (given, agreed) => {
      const found = linesOf(given, agreed)
      const lines = chargedLines(given).map(({ line }) => line)
      for (const line of found) expect(line.amountMicros).toBeLessThan(0)
      for (const { netMicros } of vatOf([...lines, ...found])) {
        expect(netMicros).toBeGreaterThanOrEqual(0)
      }
      const reducible = lines.filter(({ section }) => section !== 'premium')
      expect(-sumOf(found)).toBeLessThanOrEqual(sumOf(reducible))
      const [one] = agreed
      if (one === undefined) return
      const alone = linesOf(given, [one])
      const named = lines.filter(
        ({ section, subject }) =>
          (one.on === 'recurring' ? ['recurring'] : ['usage', 'late']).includes(section) &&
          (one.callType === '' || one.callType === subject),
      )
      expect(-sumOf(alone)).toBeLessThanOrEqual(sumOf(named))
      if (one.amountMicros > 0) expect(-sumOf(alone)).toBeLessThanOrEqual(one.amountMicros)
    }),
  )
})

test('the order in which discounts, or charges, are written changes nothing', () => {
  fc.assert(
    fc.property(withCredits, discounts, (given, agreed) => {
      const lines = linesOf(given, agreed)
      expect(linesOf(given, [...agreed].reverse())).toEqual(lines)
      expect(linesOf([...given].reverse(), agreed)).toEqual(lines)
    }),
  )
})

test('VAT is that of the lines, per category and rate, with discounts and credits', () => {
  fc.assert(
    fc.property(withCredits, discounts, (given, agreed) => {
      const lines = [...chargedLines(given).map(({ line }) => line), ...linesOf(given, agreed)]
      const vat = vatOf(lines)
      expect(vatHolds(lines, vat)).toBe(true)
      expect(sumMicros(vat.map(({ netMicros }) => netMicros))).toBe(sumOf(lines))
      for (const { taxCategory, percentHundredths, netMicros, vatMicros } of vat) {
        const own = lines.filter((line) => line.taxCategory === taxCategory)
        expect(netMicros).toBe(sumOf(own))
        // 10⁻⁴ of a cent is exact here: both sides are integers of it.
        const off = vatMicros * 10_000 - netMicros * percentHundredths
        expect(Math.abs(off)).toBeLessThanOrEqual(5_000 * 10_000)
        expect(Math.abs(vatMicros % 10_000)).toBe(0)
      }
      const [first] = lines
      if (first === undefined) return
      const amountMicros = micros(first.amountMicros + 10_000)
      expect(vatHolds([{ ...first, amountMicros }, ...lines.slice(1)], vat)).toBe(false)
    }),
  )
})

test('a discount that is split over its time takes what the whole takes, within a cent a line', () => {
  fc.assert(
    fc.property(charges, anyDiscount, anyDay, (given, discount, day) => {
      const atMs = Math.min(Math.max(calendar.dayStartMs(day), discount.fromMs), discount.toMs)
      const percentage = { ...discount, amountMicros: ZERO_MICROS, percentHundredths: 2500 }
      const halves = [
        { ...percentage, toMs: atMs },
        { ...percentage, fromMs: atMs },
      ].filter(({ fromMs, toMs }) => fromMs < toMs)
      const whole = linesOf(given, [percentage])
      const parts = linesOf(given, halves)
      const off = Math.abs(sumOf(whole) - sumOf(parts))
      expect(off).toBeLessThanOrEqual(10_000 * (whole.length + given.length))
    }),
  )
})

function linesOf(given: readonly Charge[], agreed: readonly Discount[]): InvoiceLine[] {
  return discountLines(chargedLines(given), agreed, { calendar, texts })
}

function vatOf(lines: readonly InvoiceLine[]) {
  return vatSubtotals(lines.map((line) => ({ ...line, ...taxOfLine(line, []) })))
}

function sumOf(lines: readonly InvoiceLine[]): number {
  return sumMicros(lines.map((line) => line.amountMicros))
}

function toCharge([, section = '', what = '', tax = '', when = '', exact = '']: string[]): Charge {
  const [from = '', to = from] = when.split(' to ')
  const days = { fromDay: dayFromIso(from), toDay: dayFromIso(to) + 1 }
  const of = charge(sectionOf(section), what, taxOf(tax), days)
  return { ...of, chargeMicros: microsFromDecimal(exact) }
}

function toDiscount([, on = '', what = '', size = '', days = '', text = '']: string[]): Discount {
  const [from = '', to = ''] = days.split(' to ')
  const isPercentage = size.endsWith('%')
  const always = { fromMs: 0, toMs: Infinity }
  const dated = {
    fromMs: days === 'always' ? 0 : calendar.dayStartMs(dayFromIso(from)),
    toMs: days === 'always' ? 0 : calendar.dayStartMs(dayFromIso(to) + 1),
  }
  return {
    on: on === 'recurring' || on === 'usage' ? on : 'call-type',
    callType: what,
    percentHundredths: isPercentage ? microsFromDecimal(size.slice(0, -1)) / 10_000 : 0,
    amountMicros: isPercentage ? ZERO_MICROS : microsFromDecimal(size),
    description: text,
    ...(days === 'always' ? always : dated),
  }
}

function toCells({ description, taxCategory, baseMicros, amountMicros }: InvoiceLine): string[] {
  const base = baseMicros === undefined ? '' : microsToDecimal(baseMicros, 2)
  return ['line', description, taxCategory, base, microsToDecimal(amountMicros, 2)]
}

function charge(
  section: Charge['section'],
  subject: string,
  taxCategory: Charge['taxCategory'],
  days: { fromDay: number; toDay: number },
): Charge {
  const isFee = section === 'recurring'
  const rated = taxCategory === 'standard' || taxCategory === 'reduced'
  return {
    section,
    // A line of usage is of the whole period, whenever in it the usage was.
    lineKey: isFee ? [subject, days.fromDay, days.toDay].join('|') : subject,
    subscriptionId: '',
    product: 'voip',
    subject,
    description: subject,
    ...days,
    count: 1,
    quantity: 1,
    unit: 'item',
    unitPriceMicros: undefined,
    chargeMicros: ZERO_MICROS,
    atMs: isFee ? undefined : calendar.dayStartMs(days.fromDay) + 12 * 3_600_000,
    taxCategory,
    taxPercentHundredths: rated ? PERCENTS[taxCategory] : 0,
  }
}

function sectionOf(name: string): Charge['section'] {
  const sections = ['recurring', 'one-off', 'usage', 'premium', 'late'] as const
  const found = sections.find((section) => section === name)
  if (found === undefined) throw new Error(`${name} is no section`)
  return found
}

function taxOf(name: string): Charge['taxCategory'] {
  const found = TAX_CATEGORIES.find((category) => category === name)
  if (found === undefined) throw new Error(`${name} is no tax category`)
  return found
}
