/** The stored text of an invoice back as an `Invoice`, checked: the edge of the operations store. */
import { z } from 'zod'
import { TikError } from '../../core/errors.ts'
import { micros } from '../../core/money.ts'
import { PRODUCTS } from '../../core/usage.ts'
import { TAX_CATEGORIES } from '../../core/tax.ts'
import { INVOICE_SECTIONS, RECURRING_SUBJECTS, type Invoice } from '../invoice-model.ts'

/** Throws `invoice_invalid` and says where the text departs from the model. */
export function parseInvoiceModel(model: string): Invoice {
  const parsed = invoiceSchema.safeParse(JSON.parse(model))
  if (parsed.success) return parsed.data
  throw new TikError('invoice_invalid', `stored invoice: ${z.prettifyError(parsed.error)}`, {
    hint: 'restore the operations store from its backup',
  })
}

const money = z.int().transform((count) => micros(count))
const product = z.enum(PRODUCTS)
const party = z.object({
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

const line = z.object({
  lineNumber: z.int(),
  section: z.enum(INVOICE_SECTIONS),
  product,
  subject: z.string(),
  description: z.string(),
  fromDay: z.int(),
  toDay: z.int(),
  count: z.int(),
  quantity: z.int(),
  unit: z.enum(['month', 'item', 'second', 'byte', 'message', 'event']),
  unitPriceMicros: money.optional(),
  percentHundredths: z.int(),
  exactMicros: money,
  amountMicros: money,
  taxCategory: z.enum(TAX_CATEGORIES),
  taxPercentHundredths: z.int().optional(),
  baseMicros: money.optional(),
})

const bundle = z.object({
  allowanceId: z.string(),
  name: z.string(),
  scope: z.enum(['subscription', 'group']),
  scopeId: z.string(),
  label: z.string(),
  unit: z.enum(['second', 'byte', 'message', 'event', 'money']),
  included: z.int().optional(),
  used: z.int(),
})

const specification = z.object({
  subscriptionId: z.string(),
  label: z.string(),
  number: z.string(),
  costCentre: z.string(),
  product,
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

const recurringItem = z.object({
  subscriptionId: z.string(),
  subject: z.enum(RECURRING_SUBJECTS),
  subjectId: z.string(),
  periodStartDay: z.int(),
  periodEndDay: z.int(),
  fromDay: z.int(),
  toDay: z.int(),
  feeMicros: money,
  sign: z.union([z.literal(1), z.literal(-1)]),
})

const invoiceSchema = z.object({
  kind: z.literal('invoice'),
  number: z.string(),
  currency: z.literal('EUR'),
  language: z.enum(['nl', 'fr', 'de', 'en']),
  issueDay: z.int(),
  dueDay: z.int(),
  paymentTermDays: z.int(),
  purchaseOrder: z.string(),
  seller: z.object({
    partnerId: z.string(),
    party,
    iban: z.string(),
    bic: z.string(),
    email: z.string(),
  }),
  customer: z.object({ accountId: z.string(), party }),
  period: z.object({ label: z.string(), startDay: z.int(), endDay: z.int() }),
  lines: z.array(line),
  vat: z.array(
    z.object({
      taxCategory: z.enum(TAX_CATEGORIES),
      percentHundredths: z.int(),
      netMicros: money,
      vatMicros: money,
      reason: z.string().optional(),
    }),
  ),
  totals: z.object({ netMicros: money, vatMicros: money, grossMicros: money }),
  bundles: z.array(bundle),
  specification: z.array(specification),
  accountWideMicros: money,
  recurringItems: z.array(recurringItem),
  oneOffChargeIds: z.array(z.string()),
})
