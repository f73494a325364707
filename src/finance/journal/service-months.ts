/**
 * The calendar months in which the lines of a document were used or served: fees by their days, usage by the rows of
 * the ledger where its period lies in two months. A credit note is split as what it corrects.
 */
import { z } from 'zod'
import { micros, type Micros } from '../../core/money/money.ts'
import { billToChangesMs } from '../../core/accounts/bill-to.ts'
import type { DayRange } from '../../core/time/validity.ts'
import { momentOfSum, unitOfKind } from '../../invoicing/build/usage-charges.ts'
import { isCorrection, USAGE_SECTIONS, type InvoiceLine } from '../../invoicing/invoice-model.ts'
import type { PublishCutOffs } from '../../invoicing/ledger/cut-off-publisher.ts'
import { assignedTo, isBilledOn, type IsBilled } from '../../invoicing/ledger/bill-to-usage.ts'
import type { InvoiceSpan, UsageSum } from '../../invoicing/ledger/invoice-ledger.ts'
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
  const sums = await usageByMonth(parts, stored, publish)
  return (line) =>
    isUsage(line) ? byWeights(line, weightsOf(line, sums.get(line.subAccountId))) : byMonth(line)
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

/** By sub-account, undefined for the account itself. */
type SumsByMonth = ReadonlyMap<string | undefined, readonly MonthSum[]>

/** The exact sums of what it bills, apart by the month of their start: of its account and of each that is on it. */
async function usageByMonth(
  parts: FinanceParts,
  { invoice, span, subSpans }: StoredInvoice,
  publish: PublishCutOffs,
): Promise<SumsByMonth> {
  const lines = invoice.lines.filter(isUsage)
  const days = {
    fromDay: Math.min(...lines.map(({ fromDay }) => fromDay)),
    toDay: Math.max(...lines.map(({ toDay }) => toDay)),
  }
  const moves = billToChangesMs(assignedTo(invoice, parts.directory))
  const isBilled = isBilledOn(invoice, parts.directory)
  await publish(span)
  const found = new Map<string | undefined, readonly MonthSum[]>([
    [undefined, await monthSums(parts, span, { days, moves, isBilled })],
  ])
  // Bill-to's of a sub-account have no effect on the invoice of another.
  for (const sub of subSpans) {
    await publish(sub)
    const all = { days, moves: [], isBilled: () => true }
    found.set(sub.accountId, await monthSums(parts, sub, all))
  }
  return found
}

async function monthSums(
  parts: FinanceParts,
  span: InvoiceSpan,
  {
    days,
    moves,
    isBilled,
  }: { readonly days: DayRange; readonly moves: readonly number[]; readonly isBilled: IsBilled },
): Promise<MonthSum[]> {
  const calendar = calendarOf(parts, span.accountId)
  const starts = monthsOf(days)
    .slice(1)
    .map(({ fromDay }) => ({ fromDay, atMs: calendar.dayStartMs(fromDay) }))
  const boundaries = new Set([...starts.map(({ atMs }) => atMs), ...moves])
  const sums = await parts.ledger.usageSums(
    span,
    [...boundaries].sort((left, right) => left - right),
  )
  return sums
    .filter((sum) => isBilled(sum.subscriptionId, momentOfSum(sum, calendar)))
    .map((sum) => ({
      ...sum,
      fromDay: starts.findLast(({ atMs }) => atMs <= sum.fromMs)?.fromDay ?? days.fromDay,
    }))
}

function weightsOf(line: InvoiceLine, sums: readonly MonthSum[] = []) {
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
