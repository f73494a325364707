/**
 * `tik bill verify`: every invoice made again from the ledger rows up to its cut-off and compared
 * with what was stored, line by line; its arithmetic, its documents and its number too. Changes
 * nothing.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { micros, microsToDecimal } from '../../core/money/money.ts'
import { accountCalendar } from '../../core/time/account-calendar.ts'
import { billingCalendar } from '../../core/time/period.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { BillingParts, Finding, FindingCode } from '../run/billing.ts'
import { addsUp } from '../build/invoice-holds.ts'
import { cutOffPublisher, type PublishCutOffs } from '../ledger/cut-off-publisher.ts'
import { isCorrection, USAGE_SECTIONS, type Invoice, type InvoiceLine } from '../invoice-model.ts'
import type { InvoiceSpan } from '../ledger/invoice-ledger.ts'
import { linesFromCharges } from '../build/lines-from-charges.ts'
import { DOCUMENT_KINDS } from '../documents/document-kinds.ts'
import { chargedSide } from '../credit/credit-note-of-period.ts'
import { fileHash } from '../documents/file-hash.ts'
import { creditMistakes, isCreditedWhole } from '../credit/credits-hold.ts'
import { creditsOf } from '../store/credits-of.ts'
import { documentsOf, removedDocumentsOf } from '../store/list-invoices.ts'
import { countSeries } from '../store/number-series.ts'
import { storedInvoice, type StoredInvoice } from '../store/stored-invoice.ts'
import { verifyAgreed } from './verify-agreed.ts'
import { billToChangesMs } from '../../core/accounts/bill-to.ts'
import { assignedTo, isBilledOn } from '../ledger/bill-to-usage.ts'
import { momentOfSum, usageCharges } from '../build/usage-charges.ts'

export interface VerifyOptions {
  readonly period?: string
  readonly onProgress?: (progress: { count: number; total: number }) => void
}

export interface InvoiceVerdict {
  readonly count: number
  /** Empty when every invoice is what its ledger rows say. */
  readonly findings: readonly Finding[]
}

export async function verifyInvoices(
  parts: BillingParts,
  options: VerifyOptions = {},
): Promise<InvoiceVerdict> {
  const ids = await invoiceIds(parts.operations, options.period)
  const publish = cutOffPublisher(parts)
  const findings: Finding[] = []
  for (const [index, invoiceId] of ids.entries()) {
    findings.push(...(await verifyInvoice(parts, invoiceId, publish)))
    options.onProgress?.({ count: index + 1, total: ids.length })
  }
  findings.push(...(await numberGaps(parts.operations)))
  return { count: ids.length, findings }
}

async function verifyInvoice(
  parts: BillingParts,
  invoiceId: number,
  publish: PublishCutOffs,
): Promise<Finding[]> {
  const stored = await storedInvoice(parts.operations, invoiceId)
  if (isCorrection(stored.invoice)) {
    return [
      ...verifyHash(stored),
      ...(await verifyStoredLines(parts.operations, stored)),
      ...(await verifyDocuments(parts, stored)),
    ]
  }
  for (const span of [stored.span, ...stored.subSpans]) await publish(span)
  return [
    ...verifyHash(stored),
    ...verifyArithmetic(stored),
    ...(await verifyCredits(parts.operations, stored)),
    ...(await verifyStoredLines(parts.operations, stored)),
    ...(await verifyUsage(parts, stored)),
    ...(await verifyCharges(parts.operations, stored)),
    ...(await verifyDocuments(parts, stored)),
  ]
}

function verifyHash({ invoice, model, modelSha256 }: StoredInvoice): Finding[] {
  const hash = createHash('sha256').update(model).digest('hex')
  if (hash === modelSha256) return []
  return [finding('model_differs', invoice, '', 'the stored invoice has another hash')]
}

function verifyArithmetic({ invoice }: StoredInvoice): Finding[] {
  if (addsUp(invoice)) return []
  return [finding('arithmetic_differs', invoice, '', 'the lines do not make the totals')]
}

/** Its credit notes, one after the other, and that it is marked as credited when nothing is left. */
async function verifyCredits(sql: SqlRunner, stored: StoredInvoice): Promise<Finding[]> {
  const { invoice, invoiceId, status } = stored
  const credits = await creditsOf(sql, invoiceId)
  const mistakes = creditMistakes(invoice, credits)
  if ((status === 'credited') !== isCreditedWhole(invoice, credits)) {
    mistakes.push(`its status is ${status}, which is not what its credit notes say`)
  }
  return mistakes.map((text) => finding('credit_differs', invoice, '', text))
}

/** The table of lines says the same as the stored invoice. */
async function verifyStoredLines(sql: SqlRunner, stored: StoredInvoice): Promise<Finding[]> {
  const rows = await sql.query(
    `SELECT line_number, amount_micros, exact_micros, count, quantity FROM invoice_lines
     WHERE invoice_id = $1`,
    [stored.invoiceId],
    lineRow,
  )
  const byNumber = new Map(rows.map((row) => [row.line_number, row]))
  const { invoice } = stored
  const differing = invoice.lines.filter((line) => {
    const row = byNumber.get(line.lineNumber)
    return row === undefined || !isSameLine(line, row)
  })
  const findings = differing.map((line) =>
    finding('line_differs', invoice, `line ${line.lineNumber}`, 'the table of lines differs'),
  )
  if (rows.length > invoice.lines.length) {
    findings.push(finding('line_differs', invoice, '', 'the table of lines has more lines'))
  }
  return findings
}

function isSameLine(line: InvoiceLine, row: z.output<typeof lineRow>): boolean {
  return (
    row.amount_micros === line.amountMicros &&
    row.exact_micros === line.exactMicros &&
    row.count === line.count &&
    row.quantity === line.quantity
  )
}

/** Lines that come from usage, from the same rows again: of the account, and of each that is on its invoice. */
async function verifyUsage(parts: BillingParts, stored: StoredInvoice): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const span of [stored.span, ...stored.subSpans]) {
    findings.push(...(await verifyUsageOf(parts, stored.invoice, span)))
  }
  return findings
}

async function verifyUsageOf(
  parts: BillingParts,
  invoice: Invoice,
  span: InvoiceSpan,
): Promise<Finding[]> {
  const isSub = span.accountId !== invoice.customer.accountId
  const account = parts.directory.accounts.get(span.accountId)
  const calendar = account === undefined ? billingCalendar('UTC', 1) : accountCalendar(account)
  const moves = isSub ? [] : billToChangesMs(assignedTo(invoice, parts.directory))
  const isBilled = isSub ? () => true : isBilledOn(invoice, parts.directory)
  const all = await parts.ledger.usageSums(span, moves)
  const sums = all.filter((sum) => isBilled(sum.subscriptionId, momentOfSum(sum, calendar)))
  const charges = usageCharges(sums, {
    catalogue: parts.catalogue,
    language: invoice.language,
    calendar,
    taxAt: () => ({ taxCategory: 'standard', taxPercentHundredths: 0 }),
    withHelplines: true, // Invoices of before name them.
  })
  const now = new Map(withoutTax(linesFromCharges(charges)).map((line) => [usageKey(line), line]))
  const findings: Finding[] = []
  const lines = chargedSide(invoice).filter(
    ({ subAccountId }) => subAccountId === (isSub ? span.accountId : undefined),
  )
  for (const line of withoutTax(lines)) {
    const key = usageKey(line)
    const again = now.get(key)
    now.delete(key)
    const exact = again?.exactMicros ?? micros(0)
    if (exact === line.exactMicros && (again?.quantity ?? 0) === line.quantity) continue
    const text = `${line.subject}: invoiced ${exactText(line)}, in the ledger ${
      again === undefined ? 'nothing' : exactText(again)
    }`
    findings.push(finding('line_differs', invoice, `line ${line.lineNumber}`, text))
  }
  const index = parts.catalogue.callTypeIndexById
  for (const line of now.values()) {
    const group = parts.catalogue.callTypes[index.get(line.subject) ?? -1]?.invoiceGroup
    if (group === 'helpline' && line.exactMicros === 0) continue // On no invoice.
    const text = `${line.subject}: ${exactText(line)} in the ledger is on no line`
    findings.push(finding('line_differs', invoice, 'no line', text))
  }
  return findings
}

/** Lines that come from the agreement. */
async function verifyCharges(sql: SqlRunner, stored: StoredInvoice): Promise<Finding[]> {
  const differing = await verifyAgreed(sql, stored)
  return differing.map(({ subject, text, differenceMicros }) => ({
    ...finding('charge_differs', stored.invoice, subject, text),
    estimateMicros: differenceMicros,
  }))
}

/** Usage of one call type stands on two lines where its tax changed: the ledger knows their sum only. */
function withoutTax(lines: readonly InvoiceLine[]): InvoiceLine[] {
  const ofUsage = lines.filter((line) => USAGE_SECTIONS.has(line.section))
  return [...Map.groupBy(ofUsage, usageKey).values()].flatMap((some) => {
    const [first] = some
    if (first === undefined) return []
    const sumOf = (field: 'count' | 'quantity' | 'exactMicros'): number =>
      some.reduce((sum, line) => sum + line[field], 0)
    const exactMicros = micros(sumOf('exactMicros'))
    return [{ ...first, count: sumOf('count'), quantity: sumOf('quantity'), exactMicros }]
  })
}

/** Builds before knew no corrections: those stood with what came late. */
function usageKey(line: InvoiceLine): string {
  const section = line.section.replace('correction', 'late')
  return [section, line.fromDay, line.product, line.subject, line.unit].join('|')
}

function exactText(line: InvoiceLine): string {
  return `${microsToDecimal(line.exactMicros)} for ${line.count} (${line.quantity} ${line.unit})`
}

async function verifyDocuments(parts: BillingParts, stored: StoredInvoice): Promise<Finding[]> {
  const { invoice, invoiceId } = stored
  if (invoice.number === '') return []
  const documents = (await documentsOf(parts, [invoiceId])).get(invoiceId) ?? []
  const removed = await removedDocumentsOf(parts, invoiceId)
  const show = `tik bill documents ${invoice.number}` // Writes them once more.
  const findings: Finding[] = []
  for (const { kind, gaps, isOf } of DOCUMENT_KINDS) {
    if (isOf?.(invoice) === false || removed.has(kind)) continue
    const document = documents.find((each) => each.kind === kind)
    // Documents of one order are noted together: this one was not ordered then, or could not be written.
    if (document === undefined && gaps !== undefined && documents.length > 0) continue
    if (gaps !== undefined && gaps(invoice).length > 0) continue
    const hash = document === undefined ? undefined : await fileHash(document.path)
    if (hash === undefined) {
      const text = document === undefined ? `${kind} was never written` : `${document.path} is gone`
      findings.push({ ...finding('document_missing', invoice, kind, text), show })
    } else if (hash !== document?.sha256) {
      const text = `${document?.path ?? kind} has another hash than when it was written`
      findings.push({ ...finding('document_differs', invoice, kind, text), show })
    }
  }
  return findings
}

/** Numbers of a series are 1 to its last, each once. */
async function numberGaps(sql: SqlRunner): Promise<Finding[]> {
  const series = await countSeries(sql)
  return series
    .filter((each) => each.taken !== each.expected || each.different !== each.expected)
    .map(({ name, partnerId, expected, different }) => ({
      code: 'number_gap',
      severity: 'error',
      subject: name,
      text: `${expected} numbers were taken, ${different} invoices have one`,
      count: Math.abs(expected - different),
      estimateMicros: undefined,
      show: `tik bill list --partner ${partnerId}`,
    }))
}

function finding(code: FindingCode, invoice: Invoice, place: string, text: string): Finding {
  const name = invoice.number === '' ? `zero invoice of ${invoice.period.label}` : invoice.number
  return {
    code,
    severity: 'error',
    subject: [`${name} ${invoice.customer.accountId}`, place].filter(Boolean).join(', '),
    text,
    count: 1,
    estimateMicros: undefined,
    show: `tik bill cdrs ${invoice.number}`,
  }
}

const lineRow = z.object({
  line_number: z.int(),
  amount_micros: z.int(),
  exact_micros: z.int(),
  count: z.int(),
  quantity: z.int(),
})

async function invoiceIds(sql: SqlRunner, period: string | undefined): Promise<number[]> {
  return sql.query(
    `SELECT invoice_id FROM invoices WHERE $1::text IS NULL OR period = $1 ORDER BY invoice_id`,
    [period ?? null],
    z.object({ invoice_id: z.int() }).transform((row) => row.invoice_id),
  )
}
