/** What a call would cost: a price finder for customers, and for whoever answers them. */
import { z } from 'zod'
import { priceOfCall, type Price } from '../../app/usage/price-of-call.ts'
import { systemClock } from '../../core/time/clock.ts'
import { id, instant, money, moneyOf } from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const price = z
  .object({
    charge: money,
    informationCharge: money,
    steps: z.array(z.object({ rule: z.string(), text: z.string() })),
  })
  .meta({ id: 'PriceOfCall' })

function priceForm({ chargeMicros, informationChargeMicros, steps }: Price): z.input<typeof price> {
  return {
    charge: moneyOf(chargeMicros),
    informationCharge: moneyOf(informationChargeMicros),
    steps: steps.map(({ rule, text }) => ({ rule, text })),
  }
}

export const priceRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/accounts/{accountId}/price',
    tag: 'usage',
    summary: 'What a call or a message would cost, step by step, without VAT',
    right: 'see-usage',
    params: z.object({ accountId: id }),
    query: z.object({
      number: z.string().min(1).max(40),
      kind: z.enum(['voice', 'sms']).default('voice'),
      at: instant.optional(),
      seconds: z.coerce.number().int().min(0).max(86_400).default(60),
      subscription: id.optional(),
    }),
    answer: z.object({
      subscription: z.string(),
      number: z.string(),
      destination: z.string(),
      callType: z.string(),
      reason: z
        .string()
        .meta({ description: 'why it would be rejected; empty for what is priced' }),
      now: price,
      outOfBundle: price.nullable().meta({ description: 'null: no bundle is touched' }),
    }),
    async run({ ask, params, query: { at, seconds, subscription, number, kind } }) {
      const atMs = at === undefined ? systemClock.nowMs() : Date.parse(at)
      const wish = { number, kind, atMs, durationSeconds: seconds, subscriptionId: subscription }
      const answer = await ask(priceOfCall, { ...params, ...wish })
      return {
        subscription: answer.subscriptionId,
        number: answer.number,
        destination: answer.destination,
        callType: answer.callType,
        reason: answer.reason,
        now: priceForm(answer.now),
        outOfBundle: answer.outOfBundle === undefined ? null : priceForm(answer.outOfBundle),
      }
    },
  }),
]
