/**
 * The calendar months in which the lines of a document were used or served: fees by their days, usage by the rows of
 * the ledger where its period lies in two months. A credit note is split as what it corrects.
 */
import { z } from 'zod'
import { micros, type Micros } from '../../core/money/money.ts'
import { unitOfKind } from '../../invoicing/build/usage-charges.ts'
import { isCorrection, USAGE_SECTIONS, type InvoiceLine } from '../../invoicing/invoice-model.ts'
import type { PublishCutOffs } from '../../invoicing/ledger/cut-off-publisher.ts'
import type { UsageSum } from '../../invoicing/ledger/invoice-ledger.ts'
import { storedInvoice, type StoredInvoice } from '../../invoicing/store/stored-invoice.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { calendarOf } from '../at/finance-accounts.ts'
import type { FinanceParts } from '../finance-parts.ts'
import { byMonth, byWeights, monthsOf, type OverDays } from '../service-parts.ts'

export type PartsOfLine = (line: InvoiceLine) => readonly OverDays[]

export async function serviceMonths(
  parts: FinanceParts,
  stored: StoredInvoice,
  publish: PublishCutOffs,
): Promise<PartsOfLine> {
  const { invoice } = stored
  if (isCorrection(invoice)) return correctedMonths(parts, stored, publish)
  const isSplit = invoice.lines.some((line) => isUsage(line) && monthsOf(line).length > 1)
  if (!isSplit) return byMonth
  await publish(stored.span)
  const sums = await usageByMonth(parts, stored)
  return (line) => (isUsage(line) ? byWeights(line, weightsOf(line, sums)) : byMonth(line))
}

/** Of a line that corrects one: as that is split. */
async function correctedMonths(
  parts: FinanceParts,
  { invoiceId }: StoredInvoice,
  publish: PublishCutOffs,
): Promise<PartsOfLine> {
  const original = await storedInvoice(
    parts.operations,
    await correctedId(parts.operations, invoiceId),
  )
  const months = await serviceMonths(parts, original, publish)
  return (line) => {
    const corrected = original.invoice.lines.find(
      ({ lineNumber }) => lineNumber === line.correctsLine,
    )
    if (corrected === undefined || corrected.amountMicros === 0) return byMonth(line)
    const weights = months(corrected).map(({ amountMicros, ...days }) => ({
      ...days,
      exactMicros: amountMicros,
    }))
    return byWeights(line, weights)
  }
}

async function correctedId(sql: SqlRunner, invoiceId: number): Promise<number> {
  const [row] = await sql.query(
    'SELECT corrects_invoice_id FROM invoices WHERE invoice_id = $1',
    [invoiceId],
    z.object({ corrects_invoice_id: z.int() }),
  )
  if (row === undefined) throw new RangeError(`${invoiceId} corrects nothing`)
  return row.corrects_invoice_id
}

interface MonthSum extends UsageSum {
  readonly fromDay: number
}

/** The exact sums of what it bills, apart by the month of their start. */
async function usageByMonth(
  parts: FinanceParts,
  { invoice, span }: StoredInvoice,
): Promise<MonthSum[]> {
  const calendar = calendarOf(parts, span.accountId)
  const lines = invoice.lines.filter(isUsage)
  const firstDay = Math.min(...lines.map(({ fromDay }) => fromDay))
  const toDay = Math.max(...lines.map((line) => line.toDay))
  const starts = monthsOf({ fromDay: firstDay, toDay })
    .slice(1)
    .map(({ fromDay }) => ({ fromDay, atMs: calendar.dayStartMs(fromDay) }))
  const sums = await parts.ledger.usageSums(
    span,
    starts.map(({ atMs }) => atMs),
  )
  // An invoice of a part of the account bills the rows of its own subscriptions.
  const own = new Set(invoice.specification.map(({ subscriptionId }) => subscriptionId))
  const billed = sums.filter(({ subscriptionId }) => own.has(subscriptionId))
  return billed.map((sum) => ({
    ...sum,
    fromDay: starts.find(({ atMs }) => atMs === sum.fromMs)?.fromDay ?? firstDay,
  }))
}

function weightsOf(line: InvoiceLine, sums: readonly MonthSum[]) {
  const own = sums.filter((sum) => isOfLine(sum, line))
  return monthsOf(line).map((month, index, months) => ({
    ...month,
    exactMicros: total(
      own
        // What has no moment within the line, such as a settlement at its end, is of the last month.
        .filter(({ fromDay }) => monthIndex(months, fromDay) === index)
        .map((sum) => (isPremium(line) ? sum.informationChargeMicros : sum.chargeMicros)),
    ),
  }))
}

function monthIndex(months: readonly { readonly toDay: number }[], day: number): number {
  const found = months.findIndex(({ toDay }) => day < toDay)
  return found < 0 ? months.length - 1 : found
}

function total(amounts: readonly Micros[]): Micros {
  return amounts.reduce((sum, amount) => micros(sum + amount), micros(0))
}

function isOfLine(sum: UsageSum, line: InvoiceLine): boolean {
  return (
    sum.periodStartDay === line.fromDay &&
    sum.product === line.product &&
    sum.callType === line.subject &&
    unitOfKind(sum.kind) === line.unit &&
    isOfSection(sum, line)
  )
}

/** Builds before made one line of what came late and what was corrected of it; they do not say what was out of bundles. */
function isOfSection(
  { late, corrected }: UsageSum,
  { section, outOfBundleQuantity }: InvoiceLine,
): boolean {
  if (section.startsWith('correction')) return late && corrected === true
  if (!section.startsWith('late')) return !late
  return late && (corrected !== true || outOfBundleQuantity === undefined)
}

function isPremium({ section }: InvoiceLine): boolean {
  return section.endsWith('premium')
}

function isUsage({ section }: InvoiceLine): boolean {
  return USAGE_SECTIONS.has(section)
}
