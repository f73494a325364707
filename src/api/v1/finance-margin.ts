/** What usage cost us and what is left: for the operator alone, never for a customer or partner. */
import { z } from 'zod'
import { marginOf } from '../../app/finance/margin-of.ts'
import { money, moneyOf } from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const marginRow = z
  .object({
    partner: z.string(),
    account: z.string(),
    product: z.string(),
    callType: z.string(),
    destination: z.string(),
    supplier: z.string(),
    count: z.int(),
    knownCount: z.int().meta({ description: 'of them: whose cost is known' }),
    charged: money.meta({ description: 'of usage whose cost is known' }),
    cost: money,
    margin: money,
    otherCharged: money.meta({ description: 'of usage whose cost is not known' }),
  })
  .meta({ id: 'Margin' })

export const financeMarginRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/finance/margin/{period}',
    tag: 'finance',
    summary: 'What usage of a month was charged, and what it cost us',
    right: 'finance',
    isOfOperator: true,
    params: z.object({ period: z.string().regex(/^20\d{2}-(0[1-9]|1[0-2])$/) }),
    answer: z.object({ rows: z.array(marginRow) }),
    async run({ ask, params }) {
      const rows = await ask(marginOf, params.period)
      return {
        rows: rows.map((row) => ({
          partner: row.partnerId,
          account: row.accountId,
          product: row.product,
          callType: row.callType,
          destination: row.destination,
          supplier: row.supplier,
          count: row.count,
          knownCount: row.knownCount,
          charged: moneyOf(row.knownAmountMicros),
          cost: moneyOf(row.costMicros),
          margin: moneyOf(row.marginMicros),
          otherCharged: moneyOf(row.otherAmountMicros),
        })),
      }
    },
  }),
]
