/**
 * The accounts document as people write it, in YAML or JSON: dates are local to the account, money
 * is a decimal string, a limit is "50.00", "250 min", "500 MB" or "10 SMS". The JSON Schema made of
 * this (postgres/accounts.schema.json) lets an editor complete and check it.
 */
import { z } from 'zod'
import { CDR_FILE_WISHES, LANGUAGES, MESSAGE_KINDS } from '../../core/accounts/accounts.ts'
import { accountPaperSchema, partnerPaperSchema } from '../../core/accounts/paper.ts'
import { partnerContactSchema } from '../../core/accounts/partner-contact.ts'
import { directDebitSchema, mandateSchema } from '../../core/accounts/direct-debit.ts'
import { ELECTRONIC_SCHEMES } from '../../core/text/electronic-address.ts'
import { TAX_CATEGORIES } from '../../core/money/tax.ts'
import { SETTABLE_LIMITS } from '../../limits/limit-kinds.ts'
import { isLocalMoment } from '../local-moment.ts'
import { numberRules } from './number-schema.ts'
import { customerKind, reminderRules } from './reminder-schema.ts'

export const id = z
  .string()
  .regex(/^[^|\s\p{Cc}]+$/u, 'an id has no spaces, no "|" and no control characters')
  .max(100)
const language = z.enum(LANGUAGES)
export const localMoment = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/,
    'a date is "2026-03-01", a moment "2026-03-01T14:30", both local to the account',
  )
  .refine(isLocalMoment, 'there is no such date')
export const money = z
  .string('an amount stands in quotes, such as "12.50"')
  .regex(/^-?\d+(\.\d{1,6})?$/, 'an amount is a decimal such as "12.50"')
const oneLine = z.string().regex(/^[^\p{Cc}]*$/u, 'one line without control characters')
export const text = oneLine.max(500)
/** As many lines as stand well on an invoice. */
export const lines = z
  .string()
  .regex(/^[^\p{Cc}]*(\n[^\p{Cc}]*){0,5}$/u, 'at most six lines without control characters')
  .max(500)

const address = z.strictObject({
  street: text.min(1),
  postcode: text.min(1),
  city: text.min(1),
  country: z.string().regex(/^[A-Z]{2}$/, 'two capital letters such as "NL"'),
})

const party = {
  legalName: text.min(1),
  address,
  vatId: text.default(''),
  registrationNumber: text.default(''),
}

const validity = { from: localMoment.optional(), to: localMoment.optional() }

const webhook = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  secret: z.string().min(16),
})

const partner = z.strictObject({
  id,
  ...party,
  iban: text.default(''),
  bic: text.default(''),
  mailFrom: z.email().or(z.literal('')).default(''),
  language: language.default('nl'),
  /** Whether credit notes take their numbers from the series of the invoices or have one of their own. */
  creditNoteNumbers: z.enum(['shared', 'own']).default('shared'),
  /** How its invoices look. */
  paper: partnerPaperSchema.optional(),
  /** Where its customers find somebody. */
  contact: partnerContactSchema.optional(),
  /** Series that have not begun: a prefix, and the first number of a year. */
  numberSeries: numberRules.default({}),
  /** To collect invoices by SEPA direct debit. */
  directDebit: directDebitSchema.optional(),
  /** Reminders of overdue invoices: off without steps. */
  reminders: reminderRules.default({ steps: [], terms: [] }),
  defaultPlans: z.strictObject({ voip: id.optional(), mobile: id.optional() }).default({}),
  /** Gets the service requests: the operator that blocks SIMs. */
  webhook: webhook.optional(),
})

const rateOverride = z.strictObject({ callType: id, rate: id, ...validity })

const discountShape = z.strictObject({
  on: z.enum(['recurring', 'usage', 'call-type']),
  callType: z.string().default(''),
  percent: z
    .string('a percentage stands in quotes, such as "12.5"')
    .regex(/^(\d{1,2}(\.\d{1,2})?|100(\.0{1,2})?)$/, 'a percentage such as "12.5", at most "100"')
    .optional(),
  /** Once on each invoice, without VAT. */
  amount: z
    .string('an amount stands in quotes, such as "5.00"')
    .regex(/^(?=.*[1-9])\d{1,7}(\.\d{1,2})?$/, 'an amount above 0 in whole cents, such as "5.00"')
    .optional(),
  description: text.min(1),
  ...validity,
})

const discount = discountShape.superRefine(({ on, callType, percent, amount }, context) => {
  const wrong = (field: string, message: string) =>
    context.addIssue({ code: 'custom', path: [field], message })
  if ((percent === undefined) === (amount === undefined)) {
    wrong('percent', 'a discount has either a percent or an amount')
  }
  if (on === 'call-type' && callType === '') wrong('callType', 'it says which call type')
  if (on !== 'call-type' && callType !== '') wrong('callType', 'it goes with on: call-type only')
})

const minimumSpend = z.strictObject({
  /** Without VAT, for a whole month. */
  amount: z
    .string('an amount stands in quotes, such as "100.00"')
    .regex(
      /^(?=.*[1-9])\d{1,7}(\.\d{1,2})?$/,
      'an amount above 0 in whole cents, such as "100.00"',
    ),
  on: z.enum(['usage', 'usage-and-recurring']).default('usage'),
  tax: z.enum(TAX_CATEGORIES).optional(),
  ...validity,
})

const account = z.strictObject({
  id,
  partner: id,
  parent: id.optional(),
  /** Whether it is invoiced itself or on the invoice of its parent. */
  invoicedOn: z.enum(['own', 'parent']).default('own'),
  ...party,
  country: z.enum(['NL', 'BE']),
  timeZone: z.string().optional(),
  anchorDay: z.int().min(1).max(28).default(1),
  language: language.optional(),
  purchaseOrder: text.default(''),
  /** On each invoice; may have several lines. */
  customerText: lines.default(''),
  paymentTermDays: z.int().min(0).max(365).default(14),
  sendZeroInvoices: z.boolean().default(false),
  /** Lines of its invoices by the cost centres of its subscriptions. */
  costCentreLines: z.boolean().default(false),
  /** On whom duties depend. */
  customerKind: customerKind.optional(),
  cdrFile: z.enum(CDR_FILE_WISHES).default('if-small'),
  /** What its documents are made of. */
  paper: accountPaperSchema.optional(),
  /** What the customer signed, so that its invoices can be collected. */
  mandate: mandateSchema.optional(),
  rateOverrides: z.array(rateOverride).default([]),
  discounts: z.array(discount).default([]),
  minimumSpends: z.array(minimumSpend).default([]),
  /** Gets the limit events of the account. */
  webhook: webhook.optional(),
})

/** A site of an account with invoices of its own; what is left out is as the account has it. */
const billTo = z.strictObject({
  id,
  account: id,
  address,
  legalName: text.min(1).optional(),
  vatId: text.optional(),
  registrationNumber: text.optional(),
  language: language.optional(),
  purchaseOrder: text.optional(),
  customerText: lines.optional(),
  cdrFile: z.enum(CDR_FILE_WISHES).optional(),
  paper: accountPaperSchema.optional(),
  /** Where its e-invoices go: a scheme of Peppol and the identifier in it. */
  electronicAddress: z
    .strictObject({ scheme: z.enum(ELECTRONIC_SCHEMES), value: text.min(1) })
    .optional(),
  /** Users of the account who get its invoices, in place of those who get the account's. */
  readers: z.array(id).default([]),
})

const identityValue = z
  .string('a number stands in quotes, such as "+31612345678"')
  .regex(/^[^|\s]+$/, 'no spaces')
const identity = z.union(
  [identityValue, z.strictObject({ value: identityValue, ...validity })],
  'a number stands in quotes, such as "+31612345678", or is { value, from, to }',
)
const assignment = z.union([id, z.strictObject({ id, ...validity })], 'an id, or { id, from, to }')

const subscription = z.strictObject({
  id,
  account: id,
  /** Whose it was before, each up to a moment; left out, those that are known stay. */
  earlierAccounts: z.array(z.strictObject({ id, to: localMoment })).optional(),
  product: z.enum(['voip', 'mobile']),
  label: text.default(''),
  costCentre: text.default(''),
  activated: localMoment,
  terminated: localMoment.optional(),
  numbers: z.array(identity).default([]),
  imsis: z.array(identity).default([]),
  iccids: z.array(identity).default([]),
  trunks: z.array(identity).default([]),
  /** Plan ids with dates; none = the partner's default plan for the product. */
  plans: z.array(assignment).default([]),
  modules: z.array(assignment).default([]),
  groups: z.array(assignment).default([]),
  /** Bill-to's with dates; left out, those that are known stay. Without one: the account's own invoice. */
  billTos: z.array(assignment).optional(),
})

const group = z.strictObject({
  id,
  account: id,
  name: text.min(1),
  allowances: z.array(id).default([]),
})

const user = z.strictObject({
  id,
  account: id,
  name: text.min(1),
  email: z.email(),
  language: language.optional(),
  registrations: z.array(z.enum(MESSAGE_KINDS)).default([]),
})

const limit = z.strictObject({
  code: z.enum(SETTABLE_LIMITS),
  /** Exactly one of these says whose: a partner's default, an account's or a subscription's value. */
  partner: id.optional(),
  account: id.optional(),
  subscription: id.optional(),
  /** The module of a module-volume limit; `data`, `sms` or `voice` of a sim-cap. */
  subject: z.string().default(''),
  amount: z.string('an amount stands in quotes, such as "50.00" or "250 min"'),
  action: z.enum(['notify', 'block']).default('notify'),
  /** Beside 100 %: "50%, 80%, +10.00" is also told at 50 and 80 %, and at each next 10 EUR. */
  levels: z.string().default(''),
  ...validity,
})

const oneOffCharge = z.strictObject({
  id,
  account: id,
  subscription: id.optional(),
  /** Where it is of no subscription: on whose invoice it stands. */
  billTo: id.optional(),
  at: localMoment,
  description: text.min(1),
  amount: money,
  /** VAT category, where it is not that of the customer's other charges. */
  tax: z.enum(TAX_CATEGORIES).optional(),
  /** It was a mistake, and no invoice has it yet. */
  removed: z.boolean().default(false),
})

export const directoryDocumentSchema = z.strictObject({
  partners: z.array(partner).default([]),
  accounts: z.array(account).default([]),
  subscriptions: z.array(subscription).default([]),
  groups: z.array(group).default([]),
  billTos: z.array(billTo).default([]),
  users: z.array(user).default([]),
  limits: z.array(limit).default([]),
  oneOffCharges: z.array(oneOffCharge).default([]),
})

export type DirectoryDocument = z.output<typeof directoryDocumentSchema>

/** JSON Schema of the document in its written form, for editors. */
export function directoryJsonSchema(): unknown {
  return z.toJSONSchema(directoryDocumentSchema, { io: 'input' })
}
