/**
 * What the commands of `tik bill` ask of invoicing and what they get: options, reports, findings.
 * The functions are runBilling (run-billing.ts), billCheck (bill-check.ts), listInvoices
 * (list-invoices.ts), verifyInvoices (verify-invoices.ts) and invoiceCdrs (invoice-cdrs.ts).
 */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Directory } from '../../core/accounts/accounts.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { Micros } from '../../core/money/money.ts'
import type { OperationsStore } from '../../postgres/operations-store.ts'
import type { Invoice } from '../invoice-model.ts'
import type { DifferenceCause } from '../difference/invoice-difference.ts'
import type { InvoiceLedger } from '../ledger/invoice-ledger.ts'
import type { InvoiceState, InvoiceCondition } from '../receivables/invoice-standing.ts'
import type { Actor } from '../receivables/state-history.ts'

/** What invoicing works with. All of it is opened and closed by the caller. */
export interface BillingParts {
  readonly operations: OperationsStore
  readonly ledger: InvoiceLedger
  readonly directory: Directory
  readonly catalogue: Catalogue
  /** What ledger rows name the catalogue by. */
  readonly catalogueKey: string
  /** Keeps the catalogue, for verification and for the periods that are closed with it. */
  readonly keepCatalogue: () => Promise<void>
  /** One that was kept. Throws `not_found`. */
  readonly catalogueOf: (catalogueKey: string) => Promise<Catalogue>
  readonly clock: Clock
  /** Folder of the documents, e.g. `data/invoices`; created when absent. */
  readonly documentsFolder: string
}

export interface BillingOptions {
  /** 'YYYY-MM': for each account its period that begins in that month. */
  readonly period: string
  /** Only these accounts; all when absent. */
  readonly accounts?: readonly string[]
  /** Compute everything, take no numbers, close nothing. */
  readonly preview?: boolean
  /** With preview: write PDFs marked DRAFT into this folder. */
  readonly draftFolder?: string
  /** Who bills, for the history of the invoices. */
  readonly actor?: Actor
  /** Codes of findings that a person accepted; kept with the run. */
  readonly accepted?: readonly FindingCode[]
  readonly onProgress?: (progress: BillingProgress) => void
  /** Stops after the account in hand; running again goes on. */
  readonly signal?: AbortSignal
}

export interface BillingProgress {
  readonly count: number
  readonly total: number
}

export interface BillingReport {
  readonly period: string
  readonly preview: boolean
  /** 0 for a preview and when there was nothing to do. */
  readonly runId: number
  /** In order of account id. */
  readonly invoices: readonly BilledInvoice[]
  /** Accounts whose period an earlier run had closed. */
  readonly alreadyBilledCount: number
  /** What needs a person; the exit status is 1 when this is not empty. */
  readonly findings: readonly Finding[]
  readonly totals: {
    readonly netMicros: Micros
    readonly vatMicros: Micros
    readonly grossMicros: Micros
  }
  /** Per product and call type, over all invoices of this report. */
  readonly usage: readonly BilledUsage[]
  /** Stopped by the signal before all accounts were done. */
  readonly interrupted: boolean
}

export interface BilledInvoice {
  readonly accountId: string
  /** Of one of its bill-to's. */
  readonly billToId?: string | undefined
  readonly accountName: string
  readonly kind: Invoice['kind']
  /** '' in a preview and for a suppressed zero invoice. */
  readonly number: string
  readonly outcome: 'finalised' | 'zero-suppressed' | 'preview'
  /** What it adds to what is owed: a credit note takes away. */
  readonly netMicros: Micros
  readonly vatMicros: Micros
  readonly grossMicros: Micros
  /** Gross of the account's invoice of the period before; undefined when there is none. */
  readonly previousGrossMicros: Micros | undefined
  /** Of a preview: what makes the difference with that invoice, the five greatest causes first. */
  readonly causes?: readonly DifferenceCause[]
  /** Paths of what was written, absolute. */
  readonly files: readonly string[]
}

export interface BilledUsage {
  readonly product: string
  readonly callType: string
  readonly count: number
  readonly amountMicros: Micros
}

export const FINDING_CODES = {
  ledger_incomplete: 'rows of the ledger are missing or cannot be read',
  open_rejects: 'rejected usage waits in suspense',
  late_rejects: 'rejected usage of an earlier period waits in suspense',
  sequence_gap: 'a file between two others of its sender never came',
  no_usage: 'there is no usage in the ledger for this period',
  last_usage: 'last usage of a source',
  source_silent: 'a source gave no usage in the last days of the period',
  plan_missing: 'an active subscription has no plan',
  usage_stopped: 'a subscription without usage had some in the period before',
  period_open: 'the period has not ended yet',
  period_not_billed: 'usage and fees of an earlier period are in no invoice',
  usage_off_period: 'usage is in a period that the account does not have',
  bridging_period: 'a short period leads to the new terms of billing',
  amount_jump: 'the amount is far from that of the period before',
  late_corrections: 'usage and corrections of closed periods are on this invoice',
  price_changed: 'a price is far from that of the month before',
  sold_below_cost: 'usage was charged less than it cost us',
  no_invoice_reader: 'nobody is registered for the invoices of an account',
  limit_mails_waiting: 'mails about crossed limits were not sent',
  negative_total: 'the total is negative: it becomes a credit note',
  newer_run_exists: 'a later run billed this account; start a new run',
  party_incomplete: 'an address, VAT id or bank account that the law asks for is missing',
  consumer_abroad: 'a consumer in another country is charged with the VAT of the seller’s',
  party_number_wrong: 'a VAT id, register number or IBAN cannot be right by its check digits',
  e_invoice_incomplete: 'an e-invoice is not written as a particular is missing',
  e_invoice_undelivered: 'e-invoices are on their way for too long',
  vat_rate_missing: 'the country of the seller has no VAT rate then',
  discount_without_effect: 'a discount is on a call type that the catalogue does not have',
  allowance_without_effect: 'a group has an allowance of which nothing can be used',
  amount_out_of_range: 'an amount or a sum of an account is beyond what is exact',
  adjustment_due: 'usage by a volume rate is settled when the period is billed',
  adjustment_differs: 'a period-end adjustment is not what its ledger rows say',
  line_differs: 'an invoice line is not the sum of its ledger rows',
  charge_differs: 'a fee or one-off charge on an invoice is not what was charged for',
  before_first_subscription:
    'the period ends before the first subscription begins: nothing to bill',
  arithmetic_differs: 'the totals of an invoice are not the sums of its lines',
  document_missing: 'a document of an invoice is not there',
  document_differs: 'a document of an invoice was changed',
  credit_differs:
    'a credit note is not what its invoice had left, or the status of the invoice is wrong',
  number_gap: 'a number series has a gap',
  model_differs: 'the stored invoice was changed',
} as const
export type FindingCode = keyof typeof FINDING_CODES

export function isFindingCode(code: string): code is FindingCode {
  return Object.hasOwn(FINDING_CODES, code)
}

export interface Finding {
  readonly code: FindingCode
  /** `info` is for reading, `warning` for judging, `error` must be mended first. */
  readonly severity: 'info' | 'warning' | 'error'
  /** What it is about: an account, subscription, source or invoice number, with line. */
  readonly subject: string
  readonly text: string
  readonly count: number
  /** What may be at stake, where that can be estimated. */
  readonly estimateMicros: Micros | undefined
  /** A command that shows the rows. */
  readonly show: string
}

export interface InvoiceFilter {
  readonly accountId?: string
  readonly partnerId?: string
  readonly period?: string
  readonly number?: string
  /** As it stands by the clock that was given. */
  readonly standing?: InvoiceCondition
  /** Local days since 1970-01-01, inclusive. */
  readonly issuedFromDay?: number
  readonly issuedToDay?: number
  /** Of what it adds to what is owed. */
  readonly grossFromMicros?: Micros
  readonly grossToMicros?: Micros
}

/** As the row of an invoice records it; how it stands on a day is an `InvoiceState`. */
export const INVOICE_STATUSES = [
  'finalised',
  'zero-suppressed',
  'sent',
  'paid',
  'credited',
] as const
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number]

export interface InvoiceSummary {
  readonly number: string
  readonly kind: Invoice['kind']
  /** Number of the invoice that it takes back from or replaces; '' for any other. */
  readonly corrects: string
  /** Gross that credit notes took back from it. */
  readonly creditedMicros: Micros
  readonly accountId: string
  /** Of one of its bill-to's. */
  readonly billToId?: string
  readonly partnerId: string
  readonly period: string
  /** As it stands by the clock that was given. */
  readonly status: InvoiceState
  readonly issueDay: number
  readonly dueDay: number
  readonly sentMs: number | undefined
  /** What it adds to what is owed: a credit note takes away. */
  readonly netMicros: Micros
  readonly vatMicros: Micros
  readonly grossMicros: Micros
  readonly paidMicros: Micros
  /** What is left to be paid; below zero where more was paid or credited than it is of. */
  readonly openMicros: Micros
  /** 0 = not disputed. */
  readonly disputedMicros: Micros
  readonly disputeReason: string
  readonly documents: readonly InvoiceDocument[]
}

export interface InvoiceDocument {
  /** One of documents/document-kinds.ts. */
  readonly kind: string
  /** Absolute. */
  readonly path: string
  readonly sha256: string
  readonly sizeBytes: number
}
