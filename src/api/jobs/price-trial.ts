/** What another price would have made of a month: usage is rated again with it, and nothing is kept. */
import { z } from 'zod'
import { rerateAccounts } from '../../app/corrections/rerate.ts'
import { summariseReratings } from '../../app/corrections/summarise-reratings.ts'
import { jobKind } from '../../app/jobs/job-kind.ts'
import { id, money, moneyOf } from '../fields.ts'
import { month } from './bill.ts'
import { toSums, sum } from './rerate.ts'

export const triedPrice = z
  .object({
    accountsCount: z.int(),
    ratedCount: z.int(),
    changedCount: z.int(),
    difference: money,
    byAccount: z.array(sum),
    byTariff: z.array(sum),
  })
  .meta({ id: 'TriedPrice' })

export const priceTrial = jobKind({
  kind: 'price-trial',
  summary: 'Rates a month with one price changed, and says what would differ; nothing is changed',
  right: 'operate',
  isOfOperator: true,
  lane: '',
  use: 'read',
  isReading: true,
  wish: z.strictObject({
    period: month,
    rate: id,
    percent: z
      .string()
      .regex(/^-?\d{1,4}(\.\d{1,2})?$/)
      .meta({ description: 'by which every step of the rate changes, such as 10 or -2.5' }),
    accounts: z.array(id).min(1).max(10_000).optional(),
  }),
  result: triedPrice,
  async run({ desk, wish: { period, rate: rateId, percent, accounts }, signal }) {
    const reratings = rerateAccounts(desk, {
      accounts,
      order: 'recorded',
      confirm: false,
      range: { period },
      tariff: { callType: undefined, rateId, planId: undefined },
      trial: { rateId, percent },
      signal,
    })
    const progress = desk.talk.startProgress('accounts', accounts?.length ?? 0)
    const done = await summariseReratings(reratings, (count, accountId) =>
      progress.update(count, accountId),
    )
    return {
      accountsCount: done.accountsCount,
      ratedCount: done.ratedCount,
      changedCount: done.correctedCount,
      difference: moneyOf(done.differenceMicros),
      byAccount: toSums(done.byAccount),
      byTariff: toSums(done.byTariff),
    }
  },
})
