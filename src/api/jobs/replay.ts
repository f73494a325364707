/** What waits in suspense is rated once more, after its cause was mended. */
import { z } from 'zod'
import { replayInto } from '../../app/corrections/replay-into.ts'
import { jobKind } from '../../app/jobs/job-kind.ts'
import { REJECT_REASONS } from '../../core/failures/reasons.ts'
import { money, moneyOf, nameIn } from '../fields.ts'

export const rejectReason = nameIn(REJECT_REASONS)

export const replay = jobKind({
  kind: 'replay-rejects',
  summary: 'Rates what waits once more; a dry run says what it would be charged',
  right: 'operate',
  isOfOperator: true,
  lane: 'rating',
  use: 'record',
  wish: z.strictObject({
    reasons: z.array(rejectReason).default([]).meta({ description: 'empty: whatever waits' }),
    dryRun: z.boolean().default(true),
  }),
  result: z
    .object({
      groups: z.array(
        z.object({
          reason: z.string(),
          waiting: z.int(),
          rated: z.int(),
          charge: money,
          informationCharge: money,
          duplicate: z.int(),
          unbillable: z.int(),
          still: z.array(z.object({ reason: z.string(), count: z.int(), detail: z.string() })),
        }),
      ),
    })
    .meta({ id: 'Replay' }),
  async run({ desk, wish, signal }) {
    const groups = await replayInto(desk, { ...wish, signal })
    return {
      groups: groups.map(({ chargeMicros, informationChargeMicros, still, ...counts }) => ({
        ...counts,
        charge: moneyOf(chargeMicros),
        informationCharge: moneyOf(informationChargeMicros),
        still: still.map((each) => ({ ...each })),
      })),
    }
  },
})
