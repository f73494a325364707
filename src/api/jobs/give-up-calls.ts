/** Calls whose rest will not come any more are put into suspense: a file of the log says who gave up what. */
import { z } from 'zod'
import { giveUpOpenCalls } from '../../app/files/open-calls-of.ts'
import { jobKind } from '../../app/jobs/job-kind.ts'
import { id } from '../fields.ts'

export const giveUpCalls = jobKind({
  kind: 'give-up-calls',
  summary: 'Puts open calls of a source that are older than some hours into suspense',
  right: 'operate',
  isOfOperator: true,
  lane: 'rating',
  use: 'record',
  wish: z.strictObject({
    source: id,
    hours: z.int().min(1).max(87_600),
    reason: z.string().min(1).max(500),
    by: z.string().min(1).max(100),
  }),
  result: z.object({ givenUp: z.int(), left: z.int() }),
  run: ({ desk, wish }) => giveUpOpenCalls(desk, wish),
})
