/**
 * An invoice or credit note as data: everything that the PDF prints, that is mailed and that verification
 * recomputes, and nothing that has to be looked up again. It is stored whole when it is finalised
 * and never changes. Amounts are micros; `amountMicros` of a line, VAT and totals are whole cents.
 * Days are local, counted from 1970-01-01; a range of days is half open.
 *
 * A credit note is an invoice whose amounts are what is given back: positive as on paper and in UBL. What
 * a document adds to what is owed is said in one place, owed-micros.ts.
 *
 * The schemas are the model, and the types follow from them. What was stored is never stored anew, so
 * a field that comes later is optional.
 */
import { z } from 'zod'
import { LANGUAGES, type Party } from '../core/accounts/accounts.ts'
import { micros } from '../core/money/money.ts'
import { ELECTRONIC_SCHEMES } from '../core/text/electronic-address.ts'
import { TAX_CATEGORIES } from '../core/money/tax.ts'
import { PRODUCTS } from '../core/usage/usage.ts'

/** In the order in which they stand on the invoice. */
export const INVOICE_SECTIONS = [
  'recurring',
  'one-off',
  'usage',
  'premium',
  'late',
  'late-premium',
  'correction',
  'correction-premium',
  'discount',
  'minimum',
  'credit',
] as const
export type InvoiceSection = (typeof INVOICE_SECTIONS)[number]

/** Sections whose lines are sums of ledger rows. */
export const USAGE_SECTIONS: ReadonlySet<InvoiceSection> = new Set([
  'usage',
  'premium',
  'late',
  'late-premium',
  'correction',
  'correction-premium',
])

export const LINE_UNITS = ['month', 'item', 'second', 'byte', 'message', 'event'] as const
export type LineUnit = (typeof LINE_UNITS)[number]

export const RECURRING_SUBJECTS = ['plan', 'module', 'activation'] as const
export type RecurringSubject = (typeof RECURRING_SUBJECTS)[number]

const money = z.int().transform((count) => micros(count))

const party: z.ZodType<Party> = z.object({
  legalName: z.string(),
  address: z.object({
    street: z.string(),
    postcode: z.string(),
    city: z.string(),
    country: z.string(),
  }),
  vatId: z.string(),
  registrationNumber: z.string(),
})

const sellerSchema = z
  .object({
    partnerId: z.string(),
    party,
    iban: z.string(),
    bic: z.string(),
    email: z.string(),
  })
  .readonly()

const customerSchema = z
  .object({
    accountId: z.string(),
    party,
    /** Which of its bill-to's; absent = the account itself. */
    billToId: z.string().optional(),
    /** Where its e-invoices go; absent = by its register number or VAT id. */
    electronicAddress: z
      .object({ scheme: z.enum(ELECTRONIC_SCHEMES), value: z.string() })
      .readonly()
      .optional(),
  })
  .readonly()

const lineSchema = z
  .object({
    /** From 1, in order. */
    lineNumber: z.int(),
    section: z.enum(INVOICE_SECTIONS),
    product: z.enum(PRODUCTS),
    /** Call type id for usage; plan or module id for recurring; '' otherwise. */
    subject: z.string(),
    /** In the language of the invoice. */
    description: z.string(),
    /** What the line covers: a period, part of one, or the day of a one-off charge. */
    fromDay: z.int(),
    toDay: z.int(),
    /** Usages, or subscriptions of a recurring charge. */
    count: z.int(),
    quantity: z.int(),
    unit: z.enum(LINE_UNITS),
    /** Price of one unit, where there is one price; undefined for usage. */
    unitPriceMicros: money.optional(),
    /** Percentage of a discount, hundredths of a percent; 0 otherwise. */
    percentHundredths: z.int(),
    /** The sum of the exact charges. */
    exactMicros: money,
    /** That sum, rounded half up to cents, once. */
    amountMicros: money,
    taxCategory: z.enum(TAX_CATEGORIES),
    /** Hundredths of a percent; lines of builds before do not say it, see taxOfLine. */
    taxPercentHundredths: z.int().optional(),
    /** What a percentage is taken of; undefined for all else. */
    baseMicros: money.optional(),
    /** Of usage: how much of the quantity no bundle covered. Not in lines of builds before. */
    outOfBundleQuantity: z.int().optional(),
    /** Where it covers part of a period: so many days of the fee of the whole. */
    share: z.object({ days: z.int(), ofDays: z.int(), feeMicros: money }).readonly().optional(),
    /** What a minimum spend comes to in its days; what counted is its base, and its amount what lacks. */
    minimumMicros: money.optional(),
    /** Whose subscriptions it is of, where the account wants its lines so; absent = of none, or of all. */
    costCentre: z.string().optional(),
    /** Of a sub-account that is on this invoice; absent = of the account itself. */
    subAccountId: z.string().optional(),
    /** On a credit note of an invoice: the line of that which it corrects; none where it is of no single one. */
    correctsLine: z.int().optional(),
  })
  .readonly()
export type InvoiceLine = z.output<typeof lineSchema>

const vatSubtotalSchema = z
  .object({
    taxCategory: z.enum(TAX_CATEGORIES),
    /** Hundredths of a percent: 2100 = 21 %. */
    percentHundredths: z.int(),
    netMicros: money,
    vatMicros: money,
    /** Why there is no VAT, in the language of the invoice; '' where there is. Not in those of builds before. */
    reason: z.string().optional(),
  })
  .readonly()
export type VatSubtotal = z.output<typeof vatSubtotalSchema>

const totalsSchema = z.object({ netMicros: money, vatMicros: money, grossMicros: money }).readonly()
export type InvoiceTotals = z.output<typeof totalsSchema>

/** How much of a bundle was used: of a subscription, or of a group as a whole. */
const bundleUseSchema = z
  .object({
    allowanceId: z.string(),
    name: z.string(),
    scope: z.enum(['subscription', 'group']),
    scopeId: z.string(),
    label: z.string(),
    unit: z.enum(['second', 'byte', 'message', 'event', 'money']),
    /** undefined = unlimited. */
    included: z.int().optional(),
    used: z.int(),
  })
  .readonly()
export type BilledBundle = z.output<typeof bundleUseSchema>

/** What one subscription adds to the invoice: exact, so that the parts add up to the lines. */
const subscriptionSpecificationSchema = z
  .object({
    subscriptionId: z.string(),
    label: z.string(),
    /** What people know it by: its first number, or its id. */
    number: z.string(),
    costCentre: z.string(),
    product: z.enum(PRODUCTS),
    recurringMicros: money,
    oneOffMicros: money,
    usageMicros: money,
    premiumMicros: money,
    lateMicros: money,
    totalMicros: money,
    voiceSeconds: z.int(),
    dataBytes: z.int(),
    messagesCount: z.int(),
  })
  .readonly()
export type SubscriptionSpecification = z.output<typeof subscriptionSpecificationSchema>

/**
 * One recurring charge or credit, and the days that it covers: what the next invoice compares the
 * agreement with. `sign` is -1 where a charge of an earlier invoice is taken back.
 */
const recurringItemSchema = z
  .object({
    subscriptionId: z.string(),
    subject: z.enum(RECURRING_SUBJECTS),
    subjectId: z.string(),
    periodStartDay: z.int(),
    periodEndDay: z.int(),
    fromDay: z.int(),
    toDay: z.int(),
    feeMicros: money,
    sign: z.literal([1, -1]),
    /** Exact, where it is not its share by days: its part of what bill-to's share, which adds up to the micro. */
    chargeMicros: money.optional(),
    /** Of a sub-account that is on this invoice; absent = of the account itself. */
    accountId: z.string().optional(),
  })
  .readonly()
export type RecurringItem = z.output<typeof recurringItemSchema>

/** How its documents look and what they are made of, as partner and account wanted it then; see core/accounts/paper.ts. */
const paper = z
  .object({
    color: z.string().optional(),
    /** A data URL. */
    logo: z.string().optional(),
    /** In the language of the invoice. */
    note: z.string().optional(),
    court: z.string().optional(),
    zeroLines: z.literal('shown').optional(),
    cdrForm: z.literal('excel').optional(),
    embedPdf: z.literal(true).optional(),
  })
  .readonly()
export type InvoicePaper = z.output<typeof paper>

/** What the law and the customer ask of every document, an invoice as well as one that corrects it. */
const particulars = {
  /** Such as 2026-00050150; '' until it is finalised. */
  number: z.string(),
  currency: z.literal('EUR'),
  language: z.enum(LANGUAGES),
  issueDay: z.int(),
  dueDay: z.int(),
  paymentTermDays: z.int(),
  purchaseOrder: z.string(),
  /** Of the customer's own, some lines long. */
  customerText: z.string().optional(),
  seller: sellerSchema,
  customer: customerSchema,
  /** 'YYYY-MM' of the first day. */
  period: z.object({ label: z.string(), startDay: z.int(), endDay: z.int() }).readonly(),
  lines: z.array(lineSchema).readonly(),
  vat: z.array(vatSubtotalSchema).readonly(),
  totals: totalsSchema,
  /** Absent where nobody wanted anything. */
  paper: paper.optional(),
}

/** What a sub-account adds to the invoice: its part of the lines, by subscription. The parent sees the sum alone. */
const subAccountSchema = z
  .object({
    accountId: z.string(),
    name: z.string(),
    bundles: z.array(bundleUseSchema).readonly(),
    specification: z.array(subscriptionSpecificationSchema).readonly(),
    accountWideMicros: money,
  })
  .readonly()
export type SubAccountAnnex = z.output<typeof subAccountSchema>

/** What a billed period adds to it. */
const billedPeriod = {
  bundles: z.array(bundleUseSchema).readonly(),
  specification: z.array(subscriptionSpecificationSchema).readonly(),
  /** Part of the exact charges that belongs to no subscription: account-wide one-off charges. */
  accountWideMicros: money,
  /** Of accounts that are on the invoice of their parent; absent where there is none. */
  subAccounts: z.array(subAccountSchema).readonly().optional(),
  recurringItems: z.array(recurringItemSchema).readonly(),
  /** One-off charges that this invoice bills, so that no other does. */
  oneOffChargeIds: z.array(z.string()).readonly(),
}

/** Another document of the seller. */
const reference = z.object({ number: z.string(), issueDay: z.int() }).readonly()

const credit = {
  /** In the language of the customer, as a person wrote it. */
  reason: z.string(),
  /** What it takes back from; it can be none where a period comes to less than nothing. */
  corrects: z.array(reference).readonly(),
  /**
   * `period`: the whole of a period whose total is negative, and its lines are all that it bills. `invoice`:
   * one invoice or part of it; it bills no usage, and what a period adds is empty.
   */
  credits: z.enum(['period', 'invoice']),
}

export const invoiceSchema = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('invoice'),
      ...particulars,
      ...billedPeriod,
      /** The invoice that this one was made anew for. */
      replaces: reference.optional(),
    })
    .readonly(),
  z
    .object({ kind: z.literal('credit-note'), ...particulars, ...billedPeriod, ...credit })
    .readonly(),
])
export type Invoice = z.output<typeof invoiceSchema>
export type CreditNote = Extract<Invoice, { kind: 'credit-note' }>

/** '' = the account itself: an account without bill-to's has no other. */
export function billToOf({ customer }: Pick<Invoice, 'customer'>): string {
  return customer.billToId ?? ''
}

/** '' for what is the account's own. */
export function nameOfSubAccount(
  { subAccounts = [] }: Pick<Invoice, 'subAccounts'>,
  subAccountId: string | undefined,
): string {
  if (subAccountId === undefined) return ''
  return subAccounts.find(({ accountId }) => accountId === subAccountId)?.name ?? subAccountId
}

/** What a finding is about: the account, with its bill-to. */
export function subjectOf({ accountId, billToId }: Invoice['customer']): string {
  return billToId === undefined ? accountId : `${accountId} ${billToId}`
}

/** As texts of findings name it. */
export function nameOfCustomer({ accountId, billToId }: Invoice['customer']): string {
  return billToId === undefined ? `account ${accountId}` : `bill-to ${billToId} of ${accountId}`
}

/** A credit note of an invoice: it closes no period and bills no usage. */
export function isCorrection(invoice: Invoice): boolean {
  return invoice.kind === 'credit-note' && invoice.credits === 'invoice'
}
