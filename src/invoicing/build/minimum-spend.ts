/**
 * Minimum spend: what the account agreed to pay at least for a period, and the line that makes it up. What
 * counts is what this invoice bills of usage, or of fees and usage, after discounts; what it gives back of
 * earlier periods takes nothing from it. Never below zero. Pure (decision 0432).
 */
import type { MinimumSpend } from '../../core/accounts/accounts.ts'
import {
  micros,
  roundToCents,
  shareInMicros,
  ZERO_MICROS,
  type Micros,
} from '../../core/money/money.ts'
import { monthAfter, type BillingCalendar, type BillingPeriod } from '../../core/time/period.ts'
import type { TaxChoices } from '../../core/money/tax.ts'
import { commonDays, type DayRange } from '../../core/time/validity.ts'
import type { InvoiceTexts } from '../documents/texts/invoice-texts.ts'
import type { InvoiceLine } from '../invoice-model.ts'
import { sumMicros, type TaxAt } from './vat.ts'

export interface MinimumContext {
  readonly period: BillingPeriod
  readonly calendar: BillingCalendar
  readonly taxAt: TaxAt
  readonly texts: Pick<InvoiceTexts, 'minimumSpend'>
  /** All discount lines, and those on usage alone. */
  readonly discounts: {
    readonly all: readonly InvoiceLine[]
    readonly onUsage: readonly InvoiceLine[]
  }
  /** Number of the last line before. */
  readonly lastLineNumber: number
}

/** One line for each minimum that is not reached, in order of its days. */
export function minimumLines(
  lines: readonly InvoiceLine[],
  minimums: readonly MinimumSpend[],
  context: MinimumContext,
): InvoiceLine[] {
  const { period, calendar } = context
  const held = minimums
    .map((minimum) => ({ minimum, days: daysWithin(minimum, period, calendar) }))
    .filter(({ days }) => days.fromDay < days.toDay)
    .sort((left, right) => left.days.fromDay - right.days.fromDay)
  const found: InvoiceLine[] = []
  let usedMicros = ZERO_MICROS
  for (const { minimum, days } of held) {
    const minimumMicros = shareOfMonth(minimum, days, period)
    // What counts for the first minimum of a period does not count for the next once more.
    const countedMicros = micros(
      Math.max(0, countingMicros(lines, minimum.on, context.discounts) - usedMicros),
    )
    usedMicros = micros(usedMicros + Math.min(countedMicros, minimumMicros))
    if (countedMicros >= minimumMicros) continue
    const missing = micros(minimumMicros - countedMicros)
    const lineNumber = context.lastLineNumber + found.length + 1
    found.push(
      toLine({ minimum, days, minimumMicros, countedMicros, missing, lineNumber }, context),
    )
  }
  return found
}

/** The day on which it begins counts, the day on which it ends does not, as with fees. */
function daysWithin(
  { fromMs, toMs }: MinimumSpend,
  { startDay, endDay }: BillingPeriod,
  calendar: BillingCalendar,
): DayRange {
  const dayOf = (atMs: number): number => (Number.isFinite(atMs) ? calendar.dayAt(atMs).day : atMs)
  return commonDays(
    { fromDay: dayOf(fromMs), toDay: dayOf(toMs) },
    { fromDay: startDay, toDay: endDay },
  )
}

/** Whole cents: the share of its days of the month that begins with the period. */
function shareOfMonth(
  { amountMicros }: MinimumSpend,
  { fromDay, toDay }: DayRange,
  { startDay }: BillingPeriod,
): Micros {
  const denominator = monthAfter(startDay) - startDay
  return roundToCents(shareInMicros(amountMicros, { numerator: toDay - fromDay, denominator }))
}

function countingMicros(
  lines: readonly InvoiceLine[],
  on: MinimumSpend['on'],
  discounts: MinimumContext['discounts'],
): Micros {
  const sumOf = (section: InvoiceLine['section']): Micros =>
    sumMicros(lines.filter((line) => line.section === section).map((line) => line.amountMicros))
  const usage = sumOf('usage') + Math.max(0, sumOf('late'))
  const fees = on === 'usage' ? 0 : Math.max(0, sumOf('recurring'))
  const reduced = on === 'usage' ? discounts.onUsage : discounts.all
  return micros(usage + fees + sumMicros(reduced.map((line) => line.amountMicros)))
}

function toLine(
  of: {
    readonly minimum: MinimumSpend
    readonly days: DayRange
    readonly minimumMicros: Micros
    readonly countedMicros: Micros
    readonly missing: Micros
    readonly lineNumber: number
  },
  { calendar, taxAt, texts }: MinimumContext,
): InvoiceLine {
  const { minimum, days, minimumMicros, countedMicros, missing, lineNumber } = of
  return {
    lineNumber,
    section: 'minimum',
    product: 'none',
    subject: minimum.on,
    description: texts.minimumSpend[minimum.on],
    fromDay: days.fromDay,
    toDay: days.toDay,
    count: 1,
    quantity: 1,
    unit: 'item',
    unitPriceMicros: missing,
    percentHundredths: 0,
    exactMicros: missing,
    amountMicros: missing,
    baseMicros: countedMicros,
    minimumMicros,
    ...taxAt(taxesOf(minimum), calendar.dayStartMs(days.toDay) - 1),
  }
}

function taxesOf({ taxCategory }: MinimumSpend): TaxChoices {
  return taxCategory === undefined ? [] : [{ taxCategory, fromMs: -Infinity, toMs: Infinity }]
}
