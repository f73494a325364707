/** What is on an invoice, why it is not what the one before was, and how it stands. */
import { z } from 'zod'
import { historyOfInvoice } from '../../app/billing/invoice-history.ts'
import { paymentsOf } from '../../app/billing/payments-of.ts'
import { differenceOf, showInvoice } from '../../app/billing/show-invoice.ts'
import {
  day,
  dayOf,
  id,
  instant,
  instantOf,
  money,
  moneyOf,
  page,
  pageOf,
  sliceOf,
} from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const number = z.object({ number: id })
const seller = z.object({
  partner: id.optional().meta({ description: 'where several sellers have the number' }),
})

const line = z
  .object({
    line: z.int(),
    section: z.string(),
    description: z.string(),
    from: day,
    to: day.meta({ description: 'the first day after it' }),
    count: z.int(),
    quantity: z.int(),
    unit: z.string(),
    unitPrice: money.nullable(),
    exact: money,
    amount: money,
    taxCategory: z.string(),
    subAccount: z
      .string()
      .nullable()
      .meta({ description: 'a sub-account on the invoice of its parent' }),
    costCentre: z.string().nullable().meta({ description: 'where lines are by cost centre' }),
  })
  .meta({ id: 'InvoiceLine' })

const cause = z
  .object({ group: z.string(), subject: z.string(), description: z.string(), amount: money })
  .meta({ id: 'Cause' })

const state = z
  .object({
    state: z.string(),
    at: instant,
    by: z.string(),
    door: z.string(),
    amount: money.nullable(),
    note: z.string().nullable(),
  })
  .meta({ id: 'InvoiceState' })

const payment = z
  .object({
    id: z.int(),
    account: z.string(),
    on: day,
    reference: z.string(),
    amount: money,
    left: money.meta({ description: 'what no invoice took' }),
    isReversed: z.boolean(),
    notedAt: instant,
  })
  .meta({ id: 'Payment' })

export const invoiceLineRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/invoices/{number}/lines',
    tag: 'invoices',
    summary: 'Its lines, with the exact sum of each and what was rounded',
    right: 'see-invoices',
    params: number,
    query: seller,
    answer: z.object({ items: z.array(line) }),
    async run({ ask, params, query }) {
      const { invoice } = await ask(showInvoice, params.number, query.partner)
      return {
        items: invoice.lines.map((each) => ({
          line: each.lineNumber,
          section: each.section,
          description: each.description,
          from: dayOf(each.fromDay),
          to: dayOf(each.toDay),
          count: each.count,
          quantity: each.quantity,
          unit: each.unit,
          unitPrice: each.unitPriceMicros === undefined ? null : moneyOf(each.unitPriceMicros),
          exact: moneyOf(each.exactMicros),
          amount: moneyOf(each.amountMicros),
          taxCategory: each.taxCategory,
          subAccount: each.subAccountId ?? null,
          costCentre: each.costCentre ?? null,
        })),
      }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/invoices/{number}/difference',
    tag: 'invoices',
    summary: 'Why it is more or less than another one: causes whose sum is the difference',
    right: 'see-invoices',
    params: number,
    query: seller.extend({
      against: id.default('previous').meta({ description: 'a number, or previous' }),
    }),
    answer: z.object({ before: z.string(), difference: money, causes: z.array(cause) }),
    async run({ ask, params, query }) {
      const found = await ask(differenceOf, params.number, query.against, query.partner)
      return {
        before: found.beforeNumber,
        difference: moneyOf(found.differenceMicros),
        causes: found.causes.map((each) => ({
          group: each.group,
          subject: each.subject,
          description: each.description,
          amount: moneyOf(each.amountMicros),
        })),
      }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/invoices/{number}/history',
    tag: 'invoices',
    summary: 'The states that it had, oldest first',
    right: 'see-invoices',
    params: number,
    query: seller,
    answer: z.object({ items: z.array(state) }),
    async run({ ask, params, query }) {
      const states = await ask(historyOfInvoice, { ...params, partnerId: query.partner })
      return {
        items: states.map((each) => ({
          state: each.state,
          at: instantOf(each.atMs),
          by: each.actor.by,
          door: each.actor.door,
          amount: each.amountMicros === undefined ? null : moneyOf(each.amountMicros),
          note: each.note ?? null,
        })),
      }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/payments',
    tag: 'invoices',
    summary: 'Payments, in the order in which they were noted',
    right: 'see-invoices',
    query: z.object({ ...page, account: id.optional() }),
    answer: pageOf(payment),
    async run({ ask, query }) {
      const payments = (await ask(paymentsOf, query.account)).map((each) => ({
        id: each.paymentId,
        account: each.accountId,
        on: dayOf(each.onDay),
        reference: each.reference,
        amount: moneyOf(each.amountMicros),
        left: moneyOf(each.leftMicros),
        isReversed: each.isReversed,
        notedAt: instantOf(each.notedMs),
      }))
      return sliceOf(payments, query, (each) => String(each.id))
    },
  }),
]
