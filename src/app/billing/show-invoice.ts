/** One invoice, down to the usages of a line, beside another one, and its documents once more. */
import { TikError } from '../../core/failures/errors.ts'
import { addMicros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import {
  invoiceDifference,
  type InvoiceDifference,
} from '../../invoicing/difference/invoice-difference.ts'
import { createPdfRenderer } from '../../invoicing/documents/pdf/pdf-renderer.ts'
import {
  restoreDocuments,
  type RestoredDocument,
} from '../../invoicing/documents/restore-documents.ts'
import { timeZoneOf } from '../../invoicing/documents/cdr-file.ts'
import {
  isCorrection,
  USAGE_SECTIONS,
  type Invoice,
  type InvoiceLine,
  type RecurringItem,
} from '../../invoicing/invoice-model.ts'
import { cutOffPublisher } from '../../invoicing/ledger/cut-off-publisher.ts'
import { billedStretches } from '../../invoicing/ledger/bill-to-usage.ts'
import type { LinePage } from '../../invoicing/ledger/line-usages.ts'
import type { BillingParts, InvoiceSummary } from '../../invoicing/run/billing.ts'
import { findInvoiceId, listInvoices } from '../../invoicing/store/list-invoices.ts'
import { previousInvoice } from '../../invoicing/store/previous-invoice.ts'
import { storedInvoice, type StoredInvoice } from '../../invoicing/store/stored-invoice.ts'
import { commonDays } from '../../core/time/validity.ts'
import { detailsOf } from '../../reports/write-ledger-rows.ts'
import type { UsageDetail } from '../../reports/usage-details.ts'
import { asSeen, isReached } from './sub-account-details.ts'
import { openBillingParts } from '../billing-parts.ts'
import { isWithinReach, requireOperator, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'

/** Rows of a line that are read at once; more are another page. */
export const LINE_ROWS_MAX = 10_000

export interface ShownInvoice {
  readonly summary: InvoiceSummary
  readonly invoice: Invoice
}

/** Throws `not_found`, also for an invoice of somebody else. */
export async function showInvoice(
  desk: Desk,
  number: string,
  partnerId?: string,
): Promise<ShownInvoice> {
  requireRight(desk.caller, 'see-invoices')
  const parts = await openBillingParts(desk)
  const { summary, stored } = await findReached(desk, parts, number, partnerId)
  return { summary, invoice: asSeen(stored.invoice, isReached(desk, parts.directory)) }
}

export interface ShownLine {
  readonly line: InvoiceLine
  /** What a fee is the sum of. */
  readonly items: readonly RecurringItem[]
  /** A page of what a usage line is the sum of. */
  readonly rows: readonly UsageDetail[]
  /** Of the rows of this page, of what the line charges for. */
  readonly rowsMicros: Micros
  readonly more: boolean
  /** Lines of the same rows: their tax differs by date. */
  readonly sharedWith: readonly number[]
}

/** Throws `not_found` and, for a page that is too long, `usage_error`. */
export async function showLine(
  desk: Desk,
  number: string,
  lineNumber: number,
  { partnerId, ...page }: LinePage & { readonly partnerId?: string | undefined },
): Promise<ShownLine> {
  requireRight(desk.caller, 'see-invoices')
  if (page.limit < 1 || page.limit > LINE_ROWS_MAX) {
    throw new TikError('usage_error', `a page has 1 to ${LINE_ROWS_MAX} rows`, {
      hint: `tik bill cdrs ${number} gives all rows of the invoice as CSV`,
    })
  }
  const parts = await openBillingParts(desk)
  const { stored } = await findReached(desk, parts, number, partnerId)
  const { invoice } = stored
  const line = invoice.lines.find((each) => each.lineNumber === lineNumber)
  if (line === undefined) {
    throw new TikError('not_found', `invoice ${number} has no line ${lineNumber}`, {
      hint: `it has ${invoice.lines.length} lines: tik bill show ${number}`,
    })
  }
  const span = spanOf(line, stored, isReached(desk, parts.directory))
  const items = line.section === 'recurring' ? itemsOf(line, invoice) : []
  if (!USAGE_SECTIONS.has(line.section)) {
    return { line, items, rows: [], rowsMicros: ZERO_MICROS, more: false, sharedWith: [] }
  }
  await cutOffPublisher(parts)(span)
  const wanted = { ...page, limit: page.limit + 1 }
  const stretches =
    line.subAccountId === undefined
      ? billedStretches(invoice, parts.directory)
      : { stretches: [], isAllElse: true }
  const billed = { ...stretches, onlySubscriptionIds: subscriptionsOf(line, invoice) }
  const found = await parts.ledger.lineUsages(span, line, wanted, billed)
  const chunk = async function* () {
    yield found.slice(0, page.limit)
  }
  const rows = (await Array.fromAsync(detailsOf(chunk(), timeZoneOf(span, parts.directory)))).flat()
  const isInformation = line.section.endsWith('premium')
  const rowsMicros = rows.reduce(
    (sum, row) => addMicros(sum, isInformation ? row.informationChargeMicros : row.chargeMicros),
    ZERO_MICROS,
  )
  return {
    line,
    items,
    rows,
    rowsMicros,
    more: found.length > page.limit,
    sharedWith: sharing(line, invoice),
  }
}

/** `against`: a number, or `previous`. Throws `not_found`. */
export async function differenceOf(
  desk: Desk,
  number: string,
  against: string,
  partnerId?: string,
): Promise<InvoiceDifference> {
  requireRight(desk.caller, 'see-invoices')
  const parts = await openBillingParts(desk)
  const { stored } = await findReached(desk, parts, number, partnerId)
  if (isCorrection(stored.invoice)) {
    throw new TikError('usage_error', `${number} is a credit note: it says what it takes back`)
  }
  if (against !== 'previous') {
    const other = await findReached(desk, parts, against, partnerId)
    return invoiceDifference(other.stored.invoice, stored.invoice)
  }
  const before = await previousInvoice(parts.operations, stored.invoice)
  if (before === undefined) {
    throw new TikError('not_found', `${number} is the first invoice of its account`, {
      hint: 'name another one with --against NUMBER',
    })
  }
  return invoiceDifference(before, stored.invoice)
}

/** Puts lost and changed documents back, byte for byte. Throws `not_found`. */
export async function documentsAgain(
  desk: Desk,
  number: string,
  partnerId?: string,
): Promise<RestoredDocument[]> {
  requireOperator(desk.caller)
  const parts = await openBillingParts(desk)
  const { stored } = await findReached(desk, parts, number, partnerId)
  await using renderer = createPdfRenderer(1, 1)
  await cutOffPublisher(parts)(stored.span)
  return restoreDocuments(parts, renderer, stored)
}

async function findReached(
  desk: Desk,
  parts: BillingParts,
  number: string,
  named?: string,
): Promise<{ summary: InvoiceSummary; stored: StoredInvoice }> {
  const found = await listInvoices(parts, {
    number,
    ...(named === undefined ? {} : { partnerId: named }),
  })
  const [summary, other] = found.filter((each) => isWithinReach(desk.caller, each))
  if (summary === undefined) {
    throw new TikError('not_found', `there is no invoice ${number}`, {
      hint: 'tik bill list shows them',
    })
  }
  // Several sellers can have the number: then the caller must be able to say which.
  const partnerId = other === undefined ? summary.partnerId : undefined
  const invoiceId = await findInvoiceId(parts.operations, number, partnerId)
  return { summary, stored: await storedInvoice(parts.operations, invoiceId) }
}

/** The rows of a line of a sub-account are those of the sub-account. Throws `not_found` for who does not reach it. */
function spanOf(
  { subAccountId, lineNumber }: InvoiceLine,
  { span, subSpans, invoice }: StoredInvoice,
  isReachedAccount: (accountId: string) => boolean,
): StoredInvoice['span'] {
  if (subAccountId === undefined) return span
  const ofSub = subSpans.find(({ accountId }) => accountId === subAccountId)
  if (ofSub !== undefined && isReachedAccount(subAccountId)) return ofSub
  throw new TikError('not_found', `line ${lineNumber} of ${invoice.number} is of a sub-account`, {
    hint: 'its usages are seen by users of the sub-account',
  })
}

function itemsOf(line: InvoiceLine, invoice: Invoice): RecurringItem[] {
  const { recurringItems } = invoice
  const only = subscriptionsOf(line, invoice)
  return recurringItems.filter((item) => {
    const isSame = item.subjectId === line.subject && item.sign === Math.sign(line.quantity)
    const days = commonDays(item, line)
    const isCovered = days.fromDay === line.fromDay && days.toDay === line.toDay
    const isOwn = only?.includes(item.subscriptionId) ?? true
    const isOfLine = item.accountId === line.subAccountId
    return item.subject !== 'activation' && isSame && isCovered && isOwn && isOfLine
  })
}

/** Of the line's cost centre, as it was when it was billed; undefined where lines are of all. */
function subscriptionsOf(
  { costCentre = '', subAccountId }: InvoiceLine,
  invoice: Invoice,
): string[] | undefined {
  const { lines, subAccounts = [] } = invoice
  const { specification } =
    subAccounts.find(({ accountId }) => accountId === subAccountId) ?? invoice
  if (lines.every((line) => line.costCentre === undefined)) return undefined
  return specification
    .filter((each) => each.costCentre === costCentre)
    .map(({ subscriptionId }) => subscriptionId)
}

function sharing(line: InvoiceLine, { lines }: Invoice): number[] {
  return lines
    .filter(
      (other) =>
        other.lineNumber !== line.lineNumber &&
        other.section === line.section &&
        other.product === line.product &&
        other.subject === line.subject &&
        other.unit === line.unit &&
        other.costCentre === line.costCentre &&
        other.subAccountId === line.subAccountId &&
        other.fromDay === line.fromDay,
    )
    .map(({ lineNumber }) => lineNumber)
}
