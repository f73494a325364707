/** What becomes of an invoice after it left: paid, given back, disputed, and balances that are used. */
import { z } from 'zod'
import { noteDispute, settleDispute } from '../../app/billing/disputes-of.ts'
import {
  assignPayment,
  noteInvoicePayment,
  takeBackPayment,
} from '../../app/billing/payments-of.ts'
import type { NotedPayment } from '../../invoicing/receivables/payments.ts'
import { day, id, money, moneyOf } from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const number = z.object({ number: id })
const euros = z.string().max(20).meta({ description: 'in EUR with VAT, such as 45.98' })
const seller = {
  partner: id.optional().meta({ description: 'where several sellers have the number' }),
}
const by = {
  by: z.string().min(1).max(100).optional().meta({ description: 'for whom it is noted' }),
}

export const notedPayment = z
  .object({
    payment: z.int(),
    number: z.string(),
    account: z.string(),
    reference: z.string(),
    amount: money,
    assigned: money.meta({ description: 'what the invoice took; the rest is a balance' }),
    open: money.meta({ description: 'of the invoice, afterwards' }),
    isKnown: z.boolean().meta({ description: 'it was noted before: nothing was done' }),
  })
  .meta({ id: 'NotedPayment' })

export function toNoted(one: NotedPayment): z.input<typeof notedPayment> {
  return {
    payment: one.paymentId,
    number: one.number,
    account: one.accountId,
    reference: one.reference,
    amount: moneyOf(one.amountMicros),
    assigned: moneyOf(one.assignedMicros),
    open: moneyOf(one.openMicros),
    isKnown: one.isKnown,
  }
}

const payment = z.object({
  ...seller,
  amount: euros,
  on: day.meta({ description: 'when the bank booked it' }),
  reference: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'of the bank: under the same one it is the same payment' }),
  ...by,
})

export const paymentRoutes: readonly Route[] = [
  ...(
    [
      ['/invoices/{number}/payments', 'Notes a payment of an invoice, once', noteInvoicePayment],
      [
        '/invoices/{number}/payments/reversals',
        'Takes a payment of an invoice back',
        takeBackPayment,
      ],
    ] as const
  ).map(([path, summary, act]) =>
    jsonRoute({
      method: 'post',
      path,
      tag: 'payments',
      summary,
      right: 'operate',
      params: number,
      body: payment,
      answer: notedPayment,
      async run({ ask, params, body: { partner, ...wish } }) {
        return toNoted(await ask(act, { ...params, ...wish, partnerId: partner }))
      },
    }),
  ),
  jsonRoute({
    method: 'post',
    path: '/payments/{paymentId}/assignments',
    tag: 'payments',
    summary: 'Pays an invoice from what an earlier payment of the account left over',
    right: 'operate',
    params: z.object({ paymentId: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
    body: z.object({
      ...seller,
      number: id,
      amount: euros.optional().meta({ description: 'all that fits when left out' }),
      ...by,
    }),
    answer: notedPayment,
    async run({ ask, params, body: { partner, ...wish } }) {
      return toNoted(await ask(assignPayment, { ...params, ...wish, partnerId: partner }))
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/invoices/{number}/disputes',
    tag: 'payments',
    summary: 'Notes what the customer contests; it takes the place of what was contested before',
    right: 'operate',
    params: number,
    body: z.object({
      ...seller,
      amount: euros.optional().meta({ description: 'all that is open when left out' }),
      reason: z.string().min(1).max(500),
      ...by,
    }),
    answer: z.object({ disputed: money }),
    async run({ ask, params, body: { partner, ...wish } }) {
      const disputed = await ask(noteDispute, { ...params, ...wish, partnerId: partner })
      return { disputed: moneyOf(disputed) }
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/invoices/{number}/disputes/resolution',
    tag: 'payments',
    summary: 'Nothing of it is contested any more',
    right: 'operate',
    params: number,
    body: z.object({ ...seller, reason: z.string().min(1).max(500), ...by }),
    answer: z.object({ wasDisputed: money }),
    async run({ ask, params, body: { partner, ...wish } }) {
      const settled = await ask(settleDispute, { ...params, ...wish, partnerId: partner })
      return { wasDisputed: moneyOf(settled) }
    },
  }),
]
