/** What was used and what it cost: totals, single usages, why one costs what it does, and files. */
import { z } from 'zod'
import { explainUsage } from '../../app/usage/explain-usage.ts'
import { readQuestion } from '../../app/usage/read-question.ts'
import { detailsOf, exportOf, historyOf, totalsOf } from '../../app/usage/usage-reports.ts'
import { EXPORT_FORMATS, exportFileKind } from '../../reports/export-format.ts'
import { bytesOf } from '../../reports/export-usage.ts'
import { zoneOf } from '../../app/usage/zone-of.ts'
import { HISTORY_BY } from '../../reports/usage-history.ts'
import { toUsageForm, usageForm } from '../../reports/usage-form.ts'
import { TOTALS_BY } from '../../reports/usage-totals.ts'
import { dayToIso } from '../../core/time/period.ts'
import {
  fromCursor,
  id,
  instant,
  instantOf,
  money,
  moneyOf,
  page,
  pageOf,
  toCursor,
  wholeNumber,
} from '../fields.ts'
import { jsonRoute, sendingRoute, type Route } from '../route.ts'
import { comparisons, selection, written } from './usage-selection.ts'

const total = z
  .object({
    product: z.string(),
    callType: z.string(),
    number: z.string(),
    subscriptionId: z.string(),
    count: z.int(),
    durationSeconds: wholeNumber,
    volumeBytes: wholeNumber,
    outOfBundleQuantity: wholeNumber,
    charge: money,
    informationCharge: money,
    amount: money,
  })
  .meta({ id: 'UsageTotal' })

const ofPeriod = z
  .object({
    periodStart: z.iso.date(),
    subscription: z.string(),
    product: z.string(),
    kind: z.string(),
    count: z.int(),
    durationSeconds: wholeNumber,
    volumeBytes: wholeNumber,
    quantity: wholeNumber,
    amount: money,
  })
  .meta({ id: 'UsageOfPeriod' })

const detailKey = z.object({ startMs: z.int(), entryId: z.string() })

export const usageRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/usage/totals',
    tag: 'usage',
    summary: 'What was used and what it cost, without VAT',
    right: 'see-usage',
    query: z.object({ ...selection, by: z.enum(TOTALS_BY).default('total') }),
    answer: z.object({ items: z.array(total) }),
    async run({ ask, query }) {
      const timeZone = await ask(zoneOf, query)
      const rows = await ask(totalsOf, query.by, readQuestion(written(query, timeZone)))
      return {
        items: rows.map((row) => ({
          product: row.product,
          callType: row.callType,
          number: row.number,
          subscriptionId: row.subscriptionId,
          count: row.count,
          durationSeconds: String(row.durationSeconds),
          volumeBytes: String(row.volumeBytes),
          outOfBundleQuantity: String(row.outOfBundleQuantity),
          charge: moneyOf(row.chargeMicros),
          informationCharge: moneyOf(row.informationChargeMicros),
          amount: moneyOf(row.amountMicros),
        })),
      }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/usage/history',
    tag: 'usage',
    summary: 'What was used in each billing period, oldest first',
    right: 'see-usage',
    query: z.object({
      ...selection,
      period: selection.period.default('last-6'),
      by: z.enum(HISTORY_BY).default('kind'),
    }),
    answer: z.object({ items: z.array(ofPeriod) }),
    async run({ ask, query }) {
      const timeZone = await ask(zoneOf, query)
      const rows = await ask(historyOf, query.by, readQuestion(written(query, timeZone)))
      return {
        items: rows.map((row) => ({
          periodStart: dayToIso(row.periodStartDay),
          subscription: row.subscriptionId,
          product: row.product,
          kind: row.kind,
          count: row.count,
          durationSeconds: String(row.durationSeconds),
          volumeBytes: String(row.volumeBytes),
          quantity: String(row.quantity),
          amount: moneyOf(row.amountMicros),
        })),
      }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/usage',
    tag: 'usage',
    summary: 'Single usages, newest first',
    right: 'see-usage',
    query: z.object({ ...selection, ...comparisons, ...page }),
    answer: pageOf(usageForm),
    async run({ ask, query }) {
      const { limit, cursor, amount, duration, ...chosen } = query
      const timeZone = await ask(zoneOf, query)
      const question = readQuestion({ ...written(chosen, timeZone), amount, duration })
      const after = fromCursor(cursor, detailKey)
      const { rows, more } = await ask(detailsOf, question, {
        limit,
        timeZone,
        after,
      })
      const last = rows.at(-1)
      return {
        items: rows.map(toUsageForm),
        nextCursor:
          more && last !== undefined
            ? toCursor({ startMs: last.startMs, entryId: last.entryId })
            : null,
      }
    },
  }),
  sendingRoute({
    method: 'get',
    path: '/usage/export',
    tag: 'usage',
    summary: 'The whole selection as a file: lines newest first, Parquet by account',
    right: 'see-numbers',
    query: z.object({
      ...selection,
      ...comparisons,
      format: z
        .enum(EXPORT_FORMATS)
        .default('csv')
        .meta({ description: 'excel is CSV as a Dutch or Belgian Excel opens it' }),
    }),
    contentTypes: [
      'text/csv; charset=utf-8',
      'application/x-ndjson',
      'application/vnd.apache.parquet',
    ],
    async send({ ask, query }) {
      const { format: name, amount, duration, ...chosen } = query
      const timeZone = await ask(zoneOf, query)
      const question = readQuestion({ ...written(chosen, timeZone), amount, duration })
      const { format, ending, contentType } = exportFileKind(name)
      const usage = await ask(exportOf, question, { format, timeZone })
      const fileName = `usage-${question.period.label}.${ending}`
      return { contentType, fileName, chunks: bytesOf(usage) }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/usage/{source}/{partition}/{offset}/explanation',
    tag: 'usage',
    summary: 'Why a usage costs what it does',
    right: 'see-usage',
    params: z.object({
      source: id,
      partition: z.coerce.number().int().min(0).max(4_294_967_295),
      offset: z.coerce.number().int().min(0),
    }),
    answer: z.object({
      entry: z.string(),
      start: instant,
      callType: z.string(),
      amount: money,
      steps: z.array(z.object({ rule: z.string(), text: z.string() })),
    }),
    async run({ ask, params }) {
      const entry = `${params.source}/${params.partition}/${params.offset}`
      const { row, steps } = await ask(explainUsage, entry)
      return {
        entry,
        start: instantOf(row.startMs),
        callType: row.callType,
        amount: moneyOf(row.chargeMicros),
        steps: steps.map(({ rule, text }) => ({ rule, text })),
      }
    },
  }),
]
