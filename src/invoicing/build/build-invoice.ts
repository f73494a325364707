/**
 * The invoices of an account for a period from everything they need, by the arithmetic of billing.md: one, or one for
 * each bill-to. Pure: the same request gives the same invoices, so an interrupted run can build them again.
 */
import assert from 'node:assert/strict'
import type { Account, OneOffCharge, Partner } from '../../core/accounts/accounts.ts'
import { dayToIso } from '../../core/time/period.ts'
import { invoiceTexts, type InvoiceTexts } from '../documents/texts/invoice-texts.ts'
import {
  nameOfCustomer,
  type Invoice,
  type InvoiceLine,
  type VatSubtotal,
} from '../invoice-model.ts'
import { accountShares, type ShareRequest } from './account-shares.ts'
import { addsUp, oneOffsAddUp } from './invoice-holds.ts'
import { invoicePaper } from './invoice-paper.ts'
import { subShare, withSubAccounts, type InvoiceShare } from './sub-shares.ts'
import { recipientsOf, type Recipient } from './recipients.ts'
import { invoiceTotals, taxOfLine, vatSubtotals } from './vat.ts'

export interface InvoiceRequest extends ShareRequest {
  /** Local day of issue; the run keeps it, so that a resumed run gives the same invoices. */
  readonly issueDay: number
  /** Accounts that are on the account's own invoice; left out where there is none. */
  readonly subAccounts?: readonly ShareRequest[] | undefined
}

/** Its total can be below nothing: then it becomes a credit note. */
export type BuiltInvoice = Extract<Invoice, { kind: 'invoice' }>

/** The draft of an account without bill-to's: without a number. Throws `invoice_invalid` when the parties cannot be invoiced. */
export function buildInvoice(request: InvoiceRequest): BuiltInvoice {
  const [invoice, ...more] = buildInvoices(request)
  assert(invoice !== undefined && more.length === 0, `${request.account.accountId} has bill-to's`)
  return invoice
}

/** The account's own first, whatever is on it; one of each bill-to that has anything. */
export function buildInvoices(request: InvoiceRequest): BuiltInvoice[] {
  const [own, ...billTos] = recipientsOf(request.account, request.billTos ?? [])
  assert(own !== undefined)
  const subShares = (request.subAccounts ?? []).flatMap((sub) => subShare(sub, own))
  return accountShares(request, [own, ...billTos])
    .filter(({ recipient, lines }) => recipient === own || lines.length > 0)
    .map((share) =>
      toInvoice(withSubAccounts(share, share.recipient === own ? subShares : []), request),
    )
}

function toInvoice(share: InvoiceShare, request: InvoiceRequest): BuiltInvoice {
  const { partner, period, issueDay } = request
  const { recipient, lines, oneOffCharges } = share
  const { account } = recipient
  const vat = vatTable(lines, { partner, account }, invoiceTexts(account.language))
  const invoice: BuiltInvoice = {
    kind: 'invoice',
    number: '',
    currency: 'EUR',
    language: account.language,
    issueDay,
    dueDay: issueDay + account.paymentTermDays,
    paymentTermDays: account.paymentTermDays,
    purchaseOrder: account.purchaseOrder,
    ...customerTextOf(account),
    seller: sellerOf(partner),
    customer: customerOf(recipient),
    period: {
      label: dayToIso(period.startDay).slice(0, 7),
      startDay: period.startDay,
      endDay: period.endDay,
    },
    lines,
    vat,
    totals: invoiceTotals(vat),
    bundles: share.bundles,
    specification: share.annex.subscriptions,
    accountWideMicros: share.annex.accountWideMicros,
    ...(share.subAccounts.length === 0 ? {} : { subAccounts: share.subAccounts }),
    recurringItems: share.items,
    ...invoicePaper(partner, account),
    oneOffChargeIds: oneOffCharges.map((charge) => charge.chargeId),
  }
  assertHolds(invoice, oneOffCharges)
  return invoice
}

function assertHolds(invoice: BuiltInvoice, oneOffCharges: readonly OneOffCharge[]): void {
  const whose = nameOfCustomer(invoice.customer)
  assert(addsUp(invoice), `the invoice of ${whose} does not add up`)
  assert(oneOffsAddUp(invoice, oneOffCharges), `the one-off charges of ${whose} do not add up`)
}

function customerTextOf({ customerText = '' }: Account): Pick<BuiltInvoice, 'customerText'> {
  return customerText === '' ? {} : { customerText }
}

function sellerOf(partner: Partner): BuiltInvoice['seller'] {
  return {
    partnerId: partner.partnerId,
    party: partner.party,
    iban: partner.iban,
    bic: partner.bic,
    email: partner.mailFrom,
  }
}

function customerOf({ billToId, account, electronicAddress }: Recipient): BuiltInvoice['customer'] {
  return {
    accountId: account.accountId,
    party: account.party,
    ...(billToId === '' ? {} : { billToId }),
    ...(electronicAddress === undefined ? {} : { electronicAddress }),
  }
}

/** With the reason for what bears none. */
function vatTable(
  lines: readonly InvoiceLine[],
  { partner, account }: { readonly partner: Partner; readonly account: Account },
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
