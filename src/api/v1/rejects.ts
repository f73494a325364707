/** Records that could not be rated: what waits, and giving it up. Rating it once more is a job. */
import { z } from 'zod'
import { waitingRecords, writeOffRecords } from '../../app/corrections/waiting-records.ts'
import { id, instant, instantOrNull, money, moneyOf } from '../fields.ts'
import { rejectReason } from '../jobs/replay.ts'
import { Refusal } from '../problem.ts'
import { jsonRoute, type Route } from '../route.ts'

const rejects = z
  .object({
    reason: z.string(),
    meaning: z.string(),
    count: z.int(),
    firstRecordedAt: instant.nullable(),
    lastRecordedAt: instant.nullable(),
    estimate: money.nullable(),
    origins: z.array(z.string()),
    samples: z.array(z.object({ entry: z.string(), detail: z.string(), raw: z.string() })),
  })
  .meta({ id: 'Rejects' })

export const rejectRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/rejects',
    tag: 'operations',
    summary: 'Records that wait, by reason, and what they may be worth',
    right: 'operate',
    isOfOperator: true,
    query: z.object({
      from: instant.optional().meta({ description: 'only usage that began then or later' }),
      to: instant.optional().meta({ description: 'only usage that began before then' }),
      account: id.optional().meta({ description: 'of it, or of nobody that is known' }),
    }),
    answer: z.object({ items: z.array(rejects) }),
    async run({ ask, query: { from, to, account } }) {
      const started = {
        fromMs: from === undefined ? Number.MIN_SAFE_INTEGER : Date.parse(from),
        toMs: to === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(to),
      }
      const accountIds = account === undefined ? undefined : [account]
      const groups = await ask(waitingRecords, { started, accountIds })
      return {
        items: groups.map((one) => ({
          reason: one.reason,
          meaning: one.meaning,
          count: one.recordsCount,
          firstRecordedAt: instantOrNull(one.firstRecordedMs),
          lastRecordedAt: instantOrNull(one.lastRecordedMs),
          estimate: one.estimate === undefined ? null : moneyOf(one.estimate.valueMicros),
          origins: [...one.origins],
          samples: one.samples.map(({ entryId: entry, detail, raw }) => ({ entry, detail, raw })),
        })),
      }
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/rejects/write-off',
    tag: 'operations',
    summary: 'Gives up what cannot be mended, by name and with a reason',
    right: 'operate',
    isOfOperator: true,
    body: z.object({
      entries: z
        .array(z.string().regex(/^[^/\s]{1,200}\/\d{1,10}\/\d{1,15}$/))
        .min(1)
        .max(10_000)
        .optional()
        .meta({ description: 'of the ledger, such as files/3/17; all must wait' }),
      allOf: rejectReason.optional().meta({ description: 'all that waits for it, instead' }),
      reason: z.string().min(1).max(500),
      by: z.string().min(1).max(100).meta({ description: 'who decided it' }),
    }),
    answer: z.object({ writtenOff: z.int() }),
    async run({ ask, body: { entries, allOf, reason: text, by } }) {
      const what = entries === undefined ? allOf && { allOf } : { entries }
      if (what === undefined || (entries !== undefined && allOf !== undefined)) {
        throw new Refusal({
          status: 422,
          title: 'What was sent is not valid',
          detail: 'name the entries to write off, or with allOf one reason',
        })
      }
      return { writtenOff: await ask(writeOffRecords, { what, by, text }) }
    },
  }),
]
