/** Usage rated again by today's catalogue and accounts: what would differ, and its correction. */
import { z } from 'zod'
import { rerateAccounts, type AccountRerating } from '../../app/corrections/rerate.ts'
import { correctionDifference } from '../../app/corrections/rerate-difference.ts'
import {
  summariseReratings,
  type DifferenceSum,
} from '../../app/corrections/summarise-reratings.ts'
import { jobKind } from '../../app/jobs/job-kind.ts'
import { day, id, instant, instantOf, money, moneyOf } from '../fields.ts'
import { month } from './bill.ts'
import { shown, SHOWN_MAX } from './shown.ts'

const accounts = z.array(id).min(1).max(10_000).optional()
const tariff = {
  callType: id.optional(),
  rate: id.optional(),
  plan: id.optional(),
}
const further = {
  accounts: accounts.meta({ description: 'of everybody when left out' }),
  ...tariff,
  order: z.enum(['recorded', 'happened']).default('recorded'),
  confirm: z
    .boolean()
    .default(false)
    .meta({ description: 'appends reversals and new rows; else nothing is changed' }),
}

export const sum = z.object({ of: z.string(), count: z.int(), difference: money })

const change = z.object({
  entry: z.string(),
  account: z.string(),
  callType: z.string(),
  start: instant,
  difference: money,
})

export const rerate = jobKind({
  kind: 'rerate',
  summary: 'Rates usage again and says what differs; with confirm it is corrected',
  right: 'operate',
  isOfOperator: true,
  lane: 'rating',
  use: 'record',
  wish: z.union([
    z.strictObject({ period: month, ...further }),
    z.strictObject({ from: day, to: day.meta({ description: 'the last day' }), ...further }),
  ]),
  result: z
    .object({
      accountsCount: z.int(),
      ratedCount: z.int(),
      correctedCount: z.int(),
      difference: money,
      failuresCount: z.int().meta({ description: 'what has no price stays as it is' }),
      failuresAmount: money,
      run: z.int().nullable().meta({ description: 'partition of the log rerate; null: no change' }),
      byAccount: z.array(sum),
      byTariff: z.array(sum),
      changes: z.array(change),
    })
    .meta({ id: 'Rerating' }),
  async run({ desk, wish, signal }) {
    const { callType, rate: rateId, plan: planId, order, confirm } = wish
    const range = 'period' in wish ? { period: wish.period } : { from: wish.from, to: wish.to }
    const asked = { accounts: wish.accounts, order, confirm, range, signal }
    const reratings = rerateAccounts(desk, { ...asked, tariff: { callType, rateId, planId } })
    const changes: z.input<typeof change>[] = []
    const progress = desk.talk.startProgress('accounts', wish.accounts?.length ?? 0)
    const done = await summariseReratings(noting(reratings, changes), (count, accountId) =>
      progress.update(count, accountId),
    )
    return {
      accountsCount: done.accountsCount,
      ratedCount: done.ratedCount,
      correctedCount: done.correctedCount,
      difference: moneyOf(done.differenceMicros),
      failuresCount: done.failuresCount,
      failuresAmount: moneyOf(done.failuresMicros),
      run: done.run === 0 ? null : done.run,
      byAccount: toSums(done.byAccount),
      byTariff: toSums(done.byTariff),
      changes,
    }
  },
})

/** Keeps the first changes on the way; the sums are of all. */
async function* noting(
  reratings: AsyncIterable<AccountRerating>,
  changes: z.input<typeof change>[],
): AsyncGenerator<AccountRerating> {
  for await (const one of reratings) {
    for (const each of one.corrections.slice(0, SHOWN_MAX - changes.length)) {
      const { corrects, callType, startMs } = each.correction
      changes.push({
        entry: corrects,
        account: one.accountId,
        callType,
        start: instantOf(startMs),
        difference: moneyOf(correctionDifference(each)),
      })
    }
    yield one
  }
}

/** The greatest differences first. */
export function toSums(sums: ReadonlyMap<string, DifferenceSum>): z.input<typeof sum>[] {
  const inOrder = [...sums].sort(
    ([left, one], [right, other]) =>
      Math.abs(other.differenceMicros) - Math.abs(one.differenceMicros) || (left < right ? -1 : 1),
  )
  return shown(inOrder).map(([of, { count, differenceMicros }]) => ({
    of,
    count,
    difference: moneyOf(differenceMicros),
  }))
}
