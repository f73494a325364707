/** E-invoices on their way to the customers. */
import { z } from 'zod'
import { deliveriesOf, deliveryOfInvoice, noteDeliveryOf } from '../../app/billing/deliveries-of.ts'
import { DELIVERY_STATES } from '../../invoicing/delivery/delivery-states.ts'
import { id, instant, instantOf, page, pageOf, sliceOf } from '../fields.ts'
import { month } from '../jobs/bill.ts'
import { jsonRoute, type Route } from '../route.ts'

const state = z.enum(DELIVERY_STATES)
const number = z.object({ number: id })
const seller = z.object({
  partner: id.optional().meta({ description: 'where several sellers have the number' }),
})

const delivery = z
  .object({
    number: z.string(),
    partner: z.string(),
    account: z.string(),
    state,
    reason: z.string(),
    since: instant,
  })
  .meta({ id: 'Delivery' })

const deliveryNote = z
  .object({ state, at: instant, by: z.string(), reason: z.string() })
  .meta({ id: 'DeliveryNote' })

export const deliveryRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/deliveries',
    tag: 'invoices',
    summary: 'What became of the e-invoices of a month',
    right: 'see-invoices',
    query: z.object({ ...page, period: month }),
    answer: pageOf(delivery),
    async run({ ask, query }) {
      const found = (await ask(deliveriesOf, query.period)).map((each) => ({
        number: each.number,
        partner: each.partnerId,
        account: each.accountId,
        state: each.state,
        reason: each.reason,
        since: instantOf(each.sinceMs),
      }))
      return sliceOf(found, query, (each) => `${each.partner} ${each.number}`)
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/invoices/{number}/deliveries',
    tag: 'invoices',
    summary: 'What became of its e-invoice, oldest first',
    right: 'see-invoices',
    params: number,
    query: seller,
    answer: z.object({ items: z.array(deliveryNote) }),
    async run({ ask, params, query }) {
      const notes = await ask(deliveryOfInvoice, { ...params, partnerId: query.partner })
      return {
        items: notes.map((each) => ({
          state: each.state,
          at: instantOf(each.atMs),
          by: each.actor.by,
          reason: each.reason,
        })),
      }
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/invoices/{number}/deliveries',
    tag: 'invoices',
    summary: 'Notes what the other side said of it',
    right: 'operate',
    params: number,
    query: seller,
    body: z.object({
      state: z.enum(['written', 'accepted', 'refused']),
      reason: z.string().max(500).default(''),
      by: z.string().min(1).max(100).optional(),
    }),
    answer: z.object({ state, isNew: z.boolean() }),
    async run({ ask, params, query, body }) {
      return ask(noteDeliveryOf, { ...params, partnerId: query.partner, ...body })
    },
  }),
]
