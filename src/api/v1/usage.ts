/** What was used and what it cost: totals, single usages, why one costs what it does, and files. */
import { z } from 'zod'
import { explainUsage } from '../../app/usage/explain-usage.ts'
import { readQuestion, type WrittenQuestion } from '../../app/usage/read-question.ts'
import { detailsOf, exportOf, historyOf, totalsOf } from '../../app/usage/usage-reports.ts'
import { EXPORT_FORMATS, exportFileKind } from '../../reports/export-format.ts'
import { bytesOf } from '../../reports/export-usage.ts'
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

const PERIOD =
  'current, last-6, a billing period (2026-10), several (2026-01..2026-12) or dates (2026-10-01..2026-10-15)'
const NUMBER = 'any part of the number; with = in front the whole of it'

const selection = {
  period: z.string().max(30).default('current').meta({ description: PERIOD }),
  timeZone: z.string().max(60).default('Europe/Amsterdam').meta({ description: 'of dates' }),
  account: id.optional(),
  partner: id.optional(),
  product: z.enum(['voip', 'mobile']).optional(),
  callType: z
    .string()
    .max(500)
    .optional()
    .meta({ description: 'ids of call types, separated by commas' }),
  sender: z.string().max(40).optional().meta({ description: NUMBER }),
  receiver: z.string().max(40).optional().meta({ description: NUMBER }),
}
const comparisons = {
  amount: z.string().max(30).optional().meta({ description: 'in EUR: >1.50, =0 or <0.10' }),
  duration: z.string().max(30).optional().meta({ description: 'in seconds: >3600' }),
}

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

type Selection = z.output<z.ZodObject<typeof selection>>

function written({ callType, ...texts }: Selection): WrittenQuestion {
  return { ...texts, callTypes: callType?.split(',').filter((one) => one !== '') }
}

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
      const rows = await ask(totalsOf, query.by, readQuestion(written(query)))
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
      const rows = await ask(historyOf, query.by, readQuestion(written(query)))
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
      const question = readQuestion({ ...written(chosen), amount, duration })
      const after = fromCursor(cursor, detailKey)
      const { rows, more } = await ask(detailsOf, question, {
        limit,
        timeZone: query.timeZone,
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
      const question = readQuestion({ ...written(chosen), amount, duration })
      const { format, ending, contentType } = exportFileKind(name)
      const usage = await ask(exportOf, question, { format, timeZone: query.timeZone })
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
