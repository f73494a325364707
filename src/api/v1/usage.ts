/** What was used and what it cost: totals, single usages, why one costs what it does, and files. */
import { Readable } from 'node:stream'
import { z } from 'zod'
import { callTypeNames } from '../../app/catalogue/call-type-names.ts'
import { freshUntil } from '../../app/usage/fresh-until.ts'
import { PEOPLE_BY, peopleTotals, type PeopleTotalsRow } from '../../app/usage/people-totals.ts'
import { tellUsage } from '../../app/usage/explanation/tell-usage.ts'
import { LANGUAGES } from '../../core/accounts/accounts.ts'
import { addMicros } from '../../core/money/money.ts'
import { readQuestion } from '../../app/usage/read-question.ts'
import { detailsOf, exportOf, historyOf, totalsOf } from '../../app/usage/usage-reports.ts'
import { EXPORT_FORMATS, exportFileKind } from '../../reports/export-format.ts'
import { bytesOf } from '../../reports/export-usage.ts'
import { totalsCsv, type TotalsLine } from '../../reports/totals-csv.ts'
import { EXCEL_CSV, PLAIN_CSV } from '../../reports/usage-csv.ts'
import { zoneOf } from '../../app/usage/zone-of.ts'
import { DETAILS_ORDERS } from '../../reports/usage-details.ts'
import { HISTORY_BY } from '../../reports/usage-history.ts'
import { toUsageForm, usageForm } from '../../reports/usage-form.ts'
import { TOTALS_BY, type UsageTotalsRow } from '../../reports/usage-totals.ts'
import { dayToIso } from '../../core/time/period.ts'
import {
  fromCursor,
  id,
  instant,
  instantOf,
  instantOrNull,
  money,
  moneyOf,
  page,
  pageOf,
  toCursor,
  wholeNumber,
} from '../fields.ts'
import { jsonRoute, sendingRoute, type Ask, type Route } from '../route.ts'
import { comparisons, selection, sumComparisons, written } from './usage-selection.ts'

const total = z
  .object({
    product: z.string(),
    callType: z.string(),
    number: z.string(),
    subscriptionId: z.string(),
    name: z.string().meta({ description: 'of who used it, by person and by cost centre' }),
    account: z.string(),
    partner: z.string(),
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

const totalsQuery = z.object({
  ...selection,
  ...sumComparisons,
  by: z.enum([...TOTALS_BY, ...PEOPLE_BY]).default('total'),
})

export const usageRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/usage/totals',
    tag: 'usage',
    summary: 'What was used and what it cost, without VAT',
    right: 'see-usage',
    query: totalsQuery,
    answer: z.object({
      items: z.array(total),
      freshUntil: instant
        .nullable()
        .meta({ description: 'what was used abroad can come later still; null: nothing came yet' }),
    }),
    async run({ ask, query }) {
      const fresh = await ask(freshUntil)
      return {
        items: (await totalsRows(ask, query)).map(toTotal),
        freshUntil: instantOrNull(fresh),
      }
    },
  }),
  sendingRoute({
    method: 'get',
    path: '/usage/totals/export',
    tag: 'usage',
    summary: 'The same totals as a file',
    right: 'see-usage',
    query: totalsQuery.extend({
      format: z.enum(['csv', 'excel']).default('csv'),
      language: z.enum(LANGUAGES).default('en').meta({ description: 'of the names of call types' }),
    }),
    contentTypes: ['text/csv; charset=utf-8'],
    async send({ ask, query: { format, language, ...wanted } }) {
      const names = await ask(callTypeNames)
      const csv = format === 'excel' ? EXCEL_CSV : PLAIN_CSV
      const rows = await totalsRows(ask, wanted)
      const text = totalsCsv(rows.map(named), csv, (one) => names.get(one)?.[language] ?? one)
      const fileName = `totals-${wanted.period}.csv`
      return { contentType: 'text/csv; charset=utf-8', fileName, chunks: Readable.from([text]) }
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
    summary: 'Single usages, newest or dearest first',
    right: 'see-usage',
    query: z.object({
      ...selection,
      ...comparisons,
      ...page,
      order: z.enum(DETAILS_ORDERS).default('newest').meta({ description: 'dearest has one page' }),
    }),
    answer: pageOf(usageForm),
    async run({ ask, query }) {
      const { limit, cursor, order, amount, duration, volume, ...chosen } = query
      const timeZone = await ask(zoneOf, query)
      const question = readQuestion({ ...written(chosen, timeZone), amount, duration, volume })
      const after = fromCursor(cursor, detailKey)
      const { rows, more } = await ask(detailsOf, question, {
        limit,
        timeZone,
        after,
        order,
      })
      const last = rows.at(-1)
      return {
        items: rows.map(toUsageForm),
        nextCursor:
          more && last !== undefined && order === 'newest'
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
      const { format: name, amount, duration, volume, ...chosen } = query
      const timeZone = await ask(zoneOf, query)
      const question = readQuestion({ ...written(chosen, timeZone), amount, duration, volume })
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
    query: z.object({ language: z.enum(LANGUAGES).default('en') }),
    answer: z.object({
      entry: z.string(),
      start: instant,
      callType: z.string(),
      amount: money,
      sentence: z.string(),
      told: z
        .array(z.string())
        .meta({ description: 'the steps as a customer is told them, in the language' }),
      steps: z.array(z.object({ rule: z.string(), text: z.string() })),
    }),
    async run({ ask, params, query }) {
      const entry = `${params.source}/${params.partition}/${params.offset}`
      const { row, steps, sentence, told } = await ask(tellUsage, entry, query.language)
      return {
        entry,
        start: instantOf(row.startMs),
        callType: row.callType,
        amount: moneyOf(addMicros(row.chargeMicros, row.informationChargeMicros)),
        sentence,
        told: [...told],
        steps: steps.map(({ rule, text }) => ({ rule, text })),
      }
    },
  }),
]

async function totalsRows(
  ask: Ask,
  query: z.output<typeof totalsQuery>,
): Promise<readonly (UsageTotalsRow | PeopleTotalsRow)[]> {
  const { totalAmount, totalDuration, totalVolume, by, ...chosen } = query
  const timeZone = await ask(zoneOf, query)
  const sums = { totalAmount, totalDuration, totalVolume }
  const question = readQuestion({ ...written(chosen, timeZone), ...sums })
  return by === 'person' || by === 'cost-centre'
    ? ask(peopleTotals, by, question)
    : ask(totalsOf, by, question)
}

function toTotal(row: UsageTotalsRow | PeopleTotalsRow): z.input<typeof total> {
  return {
    product: 'product' in row ? row.product : '',
    callType: 'callType' in row ? row.callType : '',
    number: row.number,
    subscriptionId: row.subscriptionId,
    name: 'name' in row ? row.name : '',
    account: 'accountId' in row ? row.accountId : '',
    partner: 'partnerId' in row ? row.partnerId : '',
    count: row.count,
    durationSeconds: String(row.durationSeconds),
    volumeBytes: String(row.volumeBytes),
    outOfBundleQuantity: String(row.outOfBundleQuantity),
    charge: moneyOf(row.chargeMicros),
    informationCharge: moneyOf(row.informationChargeMicros),
    amount: moneyOf(row.amountMicros),
  }
}

/** Of an account or a partner its id: who it is. */
function named(row: UsageTotalsRow | PeopleTotalsRow): TotalsLine {
  return 'accountId' in row ? { ...row, name: row.accountId || row.partnerId } : row
}
