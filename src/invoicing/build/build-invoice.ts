/**
 * One invoice from everything it needs, by the arithmetic of billing.md. Pure: the same request
 * gives the same invoice, so an interrupted run can build it again.
 */
import assert from 'node:assert/strict'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Account, OneOffCharge, Partner, Subscription } from '../../core/accounts/accounts.ts'
import { addMicros, roundToCents, type Micros } from '../../core/money/money.ts'
import { dayToIso, type BillingCalendar, type BillingPeriod } from '../../core/time/period.ts'
import { oneOffCharge, recurringCharges } from './agreed-charges.ts'
import type { Charge } from './charge.ts'
import { discountLines } from './discount-lines.ts'
import type { UsageSum } from '../ledger/invoice-ledger.ts'
import type {
  BilledBundle,
  Invoice,
  InvoiceLine,
  RecurringItem,
  VatSubtotal,
} from '../invoice-model.ts'
import { invoicePaper } from './invoice-paper.ts'
import { chargedLines, type ChargedLine } from './lines-from-charges.ts'
import { minimumLines } from './minimum-spend.ts'
import { itemChargeMicros, recurringItems, type RecurringRequest } from './recurring-items.ts'
import { specification } from './specification.ts'
import { invoiceTexts, type InvoiceTexts } from '../documents/texts/invoice-texts.ts'
import { usageCharges } from './usage-charges.ts'
import { vatChanges } from '../../catalogue/vat-at.ts'
import { boundariesMs } from './usage-boundaries.ts'
import { owedMicros } from '../owed-micros.ts'
import { invoiceTotals, sumMicros, taxBetween, taxOfLine, vatHolds, vatSubtotals } from './vat.ts'

export interface InvoiceRequest {
  readonly partner: Partner
  readonly account: Account
  /** Of the account, in the order of the directory. */
  readonly subscriptions: readonly Subscription[]
  readonly catalogue: Catalogue
  readonly calendar: BillingCalendar
  readonly period: BillingPeriod
  /** Local day of issue; the run keeps it, so that a resumed run gives the same invoices. */
  readonly issueDay: number
  readonly usage: readonly UsageSum[]
  readonly bundles: readonly BilledBundle[]
  readonly oneOffCharges: readonly OneOffCharge[]
  /** See recurring-items.ts. */
  readonly closed?: RecurringRequest['closed']
  /** Recurring items of earlier invoices, and the first period that was billed. */
  readonly chargedItems: RecurringRequest['charged']
  readonly firstBilledDay: number | undefined
}

/** Its total can be below nothing: then it becomes a credit note. */
type BuiltInvoice = Extract<Invoice, { kind: 'invoice' }>

/** The draft: without a number. Throws `invoice_invalid` when the parties cannot be invoiced. */
export function buildInvoice(request: InvoiceRequest): BuiltInvoice {
  const { account, partner, period, calendar } = request
  const items = recurringItems({ ...request, charged: request.chargedItems }).map(
    ({ billToId: _billToId, ...item }): RecurringItem => item,
  )
  const charges = chargesOf(request, items)
  const texts = invoiceTexts(account.language)
  const charged = chargedLines(charges)
  const discounts = discountLines(charged, account.discounts, { calendar, texts })
  const reduced = [...charged.map(({ line }) => line), ...discounts]
  const lines = [...reduced, ...minimumsOf(request, charged, reduced, texts)]
  const vat = vatTable(lines, request, texts)
  const totals = invoiceTotals(vat)
  const annex = specification(charges, request.subscriptions, period.endMs - 1)
  const invoice: BuiltInvoice = {
    kind: 'invoice',
    number: '',
    currency: 'EUR',
    language: account.language,
    issueDay: request.issueDay,
    dueDay: request.issueDay + account.paymentTermDays,
    paymentTermDays: account.paymentTermDays,
    purchaseOrder: account.purchaseOrder,
    ...(account.customerText === undefined ? {} : { customerText: account.customerText }),
    seller: {
      partnerId: partner.partnerId,
      party: partner.party,
      iban: partner.iban,
      bic: partner.bic,
      email: partner.mailFrom,
    },
    customer: { accountId: account.accountId, party: account.party },
    period: {
      label: dayToIso(period.startDay).slice(0, 7),
      startDay: period.startDay,
      endDay: period.endDay,
    },
    lines,
    vat,
    totals,
    bundles: request.bundles,
    specification: annex.subscriptions,
    accountWideMicros: annex.accountWideMicros,
    recurringItems: items,
    ...invoicePaper(partner, account),
    oneOffChargeIds: request.oneOffCharges.map((charge) => charge.chargeId),
  }
  assert(
    addsUp(invoice) && oneOffsAddUp(invoice, request.oneOffCharges),
    `the invoice of ${account.accountId} does not add up`,
  )
  return invoice
}

/** Lines that make up a minimum spend, where one is agreed: of what is printed, discounts included. */
function minimumsOf(
  { account, partner, catalogue, calendar, period }: InvoiceRequest,
  charged: readonly ChargedLine[],
  reduced: readonly InvoiceLine[],
  texts: InvoiceTexts,
): InvoiceLine[] {
  const { minimumSpends = [] } = account
  if (minimumSpends.length === 0) return []
  const onUsage = account.discounts.filter(({ on }) => on !== 'recurring')
  return minimumLines(reduced, minimumSpends, {
    period,
    calendar,
    texts,
    taxAt: taxBetween({ seller: partner.party, customer: account.party }, catalogue),
    discounts: {
      all: reduced.filter(({ section }) => section === 'discount'),
      onUsage: discountLines(charged, onUsage, { calendar, texts }),
    },
    lastLineNumber: reduced.length,
  })
}

/** With the reason for what bears none. */
function vatTable(
  lines: readonly InvoiceLine[],
  { partner, account }: InvoiceRequest,
  texts: InvoiceTexts,
): VatSubtotal[] {
  const isAtHome = partner.party.address.country === account.party.address.country
  return vatSubtotals(lines.map((line) => ({ ...line, ...taxOfLine(line, []) }))).map(
    (subtotal) => {
      const isReversed = subtotal.taxCategory === 'reverse-charge'
      const reason = texts.taxReasons[subtotal.taxCategory]
      return { ...subtotal, reason: isReversed && isAtHome ? texts.reversedAtHome : reason }
    },
  )
}

/**
 * What must hold for every document that bills a period, whoever built or stored it. A credit note has its
 * amounts turned, its annex with them; its items say what was charged all the same.
 */
export function addsUp(invoice: Invoice): boolean {
  const { lines, vat, totals, specification: annex } = invoice
  const ofSubscriptions = sumMicros(annex.map((each) => each.totalMicros))
  const recurringMicros = sumMicros(
    invoice.recurringItems
      .filter((item) => item.subject !== 'activation') // That is a one-off charge.
      .map((item) => itemChargeMicros(item)),
  )
  return (
    lines.every((line) => line.amountMicros === roundToCents(line.exactMicros)) &&
    lines.every(minimumHolds) &&
    sumMicros(lines.map((line) => line.amountMicros)) === totals.netMicros &&
    vatHolds(lines, vat) &&
    sumMicros(vat.map((each) => each.netMicros)) === totals.netMicros &&
    sumMicros(vat.map((each) => each.vatMicros)) === totals.vatMicros &&
    totals.netMicros + totals.vatMicros === totals.grossMicros &&
    sumMicros(exactOf(lines)) === addMicros(ofSubscriptions, invoice.accountWideMicros) &&
    sumMicros(exactOf(lines, 'recurring')) === owedMicros(invoice, recurringMicros)
  )
}

/** What lacks to it; turned on a credit note, and a part of it where one gives back a part. */
function minimumHolds(line: InvoiceLine): boolean {
  const { section, amountMicros, minimumMicros, baseMicros, correctsLine } = line
  if (section !== 'minimum' || minimumMicros === undefined || correctsLine !== undefined)
    return true
  return Math.abs(amountMicros) === minimumMicros - (baseMicros ?? 0)
}

/** Activations and one-off charges are its section of one-offs. What is stored is verified by subject. */
function oneOffsAddUp(invoice: Invoice, oneOffs: readonly OneOffCharge[]): boolean {
  const activations = invoice.recurringItems.filter(({ subject }) => subject === 'activation')
  const charges = [
    ...activations.map(itemChargeMicros),
    ...oneOffs.map((each) => each.amountMicros),
  ]
  return sumMicros(exactOf(invoice.lines, 'one-off')) === sumMicros(charges)
}

/** Made of other lines, and of no charges. */
const DERIVED: ReadonlySet<InvoiceLine['section']> = new Set(['discount', 'minimum'])

/** Exact amounts of lines that are sums of charges: all but discounts and minimums, or one section. */
function exactOf(lines: readonly InvoiceLine[], section?: InvoiceLine['section']): Micros[] {
  return lines
    .filter((line) => line.section === (section ?? line.section) && !DERIVED.has(line.section))
    .map((line) => line.exactMicros)
}

function chargesOf(request: InvoiceRequest, items: readonly RecurringItem[]): Charge[] {
  const { account, partner, catalogue, calendar, subscriptions } = request
  const { language } = account
  const taxAt = taxBetween({ seller: partner.party, customer: account.party }, catalogue)
  const taxChangesMs = boundariesMs(vatChanges(catalogue, partner.party.address.country))
  const texts = invoiceTexts(language)
  const context = { catalogue, calendar, language, texts, taxAt, taxChangesMs }
  const productOf = new Map(subscriptions.map((each) => [each.subscriptionId, each.product]))
  return [
    ...items.flatMap((item) => recurringCharges(item, context)),
    ...request.oneOffCharges.map((charge) =>
      oneOffCharge(charge, productOf.get(charge.subscriptionId) ?? 'none', context),
    ),
    ...usageCharges(request.usage, context),
  ]
}
