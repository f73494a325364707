/** What a line of an invoice is the sum of, and its documents put back as they were sent. */
import { z } from 'zod'
import { documentsAgain, LINE_ROWS_MAX, showLine } from '../../app/billing/show-invoice.ts'
import { day, dayOf, id, instant, instantOf, money, moneyOf } from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const usage = z.object({
  entry: z.string(),
  start: instant,
  subscription: z.string(),
  callType: z.string(),
  sender: z.string(),
  receiver: z.string(),
  quantity: z.int(),
  charge: money,
  informationCharge: money,
})

const item = z.object({
  subscription: z.string(),
  what: z.enum(['plan', 'module', 'activation']),
  id: z.string(),
  from: day,
  to: day,
  fee: money.meta({ description: 'of a whole period' }),
  isTakenBack: z.boolean(),
})

export const lineUsageRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/invoices/{number}/lines/{line}',
    tag: 'invoices',
    summary: 'What a line is the sum of: single fees, or usages page by page',
    right: 'see-numbers',
    params: z.object({ number: id, line: z.coerce.number().int().min(1).max(999_999) }),
    query: z.object({
      partner: id.optional().meta({ description: 'where several sellers have the number' }),
      limit: z.coerce.number().int().min(1).max(LINE_ROWS_MAX).default(100),
      offset: z.coerce.number().int().min(0).max(1_000_000_000).default(0),
    }),
    answer: z.object({
      description: z.string(),
      amount: money,
      fees: z.array(item),
      usages: z.array(usage),
      sum: money.meta({ description: 'of the usages of this page' }),
      isMore: z.boolean(),
      sharedWith: z
        .array(z.int())
        .meta({ description: 'lines of the same usages: their tax differs' }),
    }),
    async run({ ask, params, query: { partner, ...page } }) {
      const found = await ask(showLine, params.number, params.line, { ...page, partnerId: partner })
      return {
        description: found.line.description,
        amount: moneyOf(found.line.amountMicros),
        fees: found.items.map((each) => ({
          subscription: each.subscriptionId,
          what: each.subject,
          id: each.subjectId,
          from: dayOf(each.fromDay),
          to: dayOf(each.toDay),
          fee: moneyOf(each.feeMicros),
          isTakenBack: each.sign < 0,
        })),
        usages: found.rows.map((each) => ({
          entry: each.entryId,
          start: instantOf(each.startMs),
          subscription: each.subscriptionId,
          callType: each.callType,
          sender: each.sender,
          receiver: each.receiver,
          quantity: each.quantity,
          charge: moneyOf(each.chargeMicros),
          informationCharge: moneyOf(each.informationChargeMicros),
        })),
        sum: moneyOf(found.rowsMicros),
        isMore: found.more,
        sharedWith: [...found.sharedWith],
      }
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/invoices/{number}/documents',
    tag: 'invoices',
    summary: 'Puts lost and changed documents back, byte for byte',
    right: 'operate',
    isOfOperator: true,
    params: z.object({ number: id }),
    body: z.object({ partner: id.optional() }),
    answer: z.object({ items: z.array(z.object({ kind: z.string(), outcome: z.string() })) }),
    async run({ ask, params, body }) {
      const documents = await ask(documentsAgain, params.number, body.partner)
      return { items: documents.map(({ kind, outcome }) => ({ kind, outcome })) }
    },
  }),
]
