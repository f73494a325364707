/** What billing operations work with: files, waiting records, where everything stands, the month. */
import { z } from 'zod'
import { checkPeriod } from '../../app/billing/bill-period.ts'
import { waitingRecords } from '../../app/corrections/waiting-records.ts'
import { takenFiles } from '../../app/files/taken-files.ts'
import {
  instant,
  instantOf,
  instantOrNull,
  money,
  moneyOf,
  page,
  pageOf,
  sliceOf,
} from '../fields.ts'
import { finding, findingOf } from '../finding-form.ts'
import { month } from '../jobs/bill.ts'
import { jsonRoute, type Route } from '../route.ts'

const file = z
  .object({
    number: z.int(),
    source: z.string(),
    name: z.string(),
    contentHash: z.string(),
    takenAt: instant,
  })
  .meta({ id: 'File' })

const rejects = z
  .object({
    reason: z.string(),
    meaning: z.string(),
    count: z.int(),
    firstRecordedAt: instant.nullable(),
    lastRecordedAt: instant.nullable(),
    estimate: money.nullable(),
    origins: z.array(z.string()),
    samples: z.array(z.object({ entry: z.string(), detail: z.string() })),
  })
  .meta({ id: 'Rejects' })

export const operationsRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/files',
    tag: 'operations',
    summary: 'Files that were taken in, newest first',
    right: 'operate',
    isOfOperator: true,
    query: z.object({ ...page, source: z.string().max(100).optional() }),
    answer: pageOf(file),
    async run({ ask, query }) {
      const { files } = await ask(takenFiles, query.source)
      const items = files.toReversed().map((one) => ({
        number: one.number,
        source: one.sourceId,
        name: one.name,
        contentHash: one.contentHash,
        takenAt: instantOf(one.registeredMs),
      }))
      return sliceOf(items, query, (one) => String(one.number))
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/rejects',
    tag: 'operations',
    summary: 'Records that wait, by reason, and what they may be worth',
    right: 'operate',
    isOfOperator: true,
    answer: z.object({ items: z.array(rejects) }),
    async run({ ask }) {
      const groups = await ask(waitingRecords, {})
      return {
        items: groups.map((one) => ({
          reason: one.reason,
          meaning: one.meaning,
          count: one.recordsCount,
          firstRecordedAt: instantOrNull(one.firstRecordedMs),
          lastRecordedAt: instantOrNull(one.lastRecordedMs),
          estimate: one.estimate === undefined ? null : moneyOf(one.estimate.valueMicros),
          origins: [...one.origins],
          samples: one.samples.map(({ entryId, detail }) => ({ entry: entryId, detail })),
        })),
      }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/billing/{period}/findings',
    tag: 'operations',
    summary: 'What stands in the way of billing a month',
    right: 'operate',
    isOfOperator: true,
    params: z.object({ period: month }),
    answer: z.object({ items: z.array(finding) }),
    async run({ ask, params }) {
      const findings = await ask(checkPeriod, params.period, {})
      return { items: findings.map(findingOf) }
    },
  }),
]
