/** Where everything stands: the stages, the month, the schedule, the catalogue. */
import { z } from 'zod'
import { checkPeriod } from '../../app/billing/bill-period.ts'
import { billingScheduleOf } from '../../app/billing/billing-schedule-of.ts'
import { catalogueInForce, catalogueProblems } from '../../app/catalogue/catalogue-in-force.ts'
import { ruleOf } from '../../app/catalogue/catalogue-rules.ts'
import { statusOf } from '../../app/service/status-of.ts'
import { systemClock } from '../../core/time/clock.ts'
import { id, instant, instantOf, instantOrNull } from '../fields.ts'
import { finding, findingOf } from '../finding-form.ts'
import { month } from '../jobs/bill.ts'
import { jsonRoute, type Route } from '../route.ts'

const partition = z.object({
  source: z.string(),
  partition: z.int(),
  rows: z.int(),
  lastOffset: z.int(),
  lastRecordedAt: instant.nullable().meta({ description: 'null: none in the last month' }),
})

const stage = z.object({
  stage: z.string(),
  topic: z.string(),
  partition: z.int(),
  end: z.int(),
  next: z.int(),
  behind: z.int(),
})

const status = z
  .object({
    at: instant,
    stream: z.object({
      state: z.enum(['not configured', 'not reachable', 'ok']),
      reason: z.string().nullable(),
      partitions: z.array(stage),
    }),
    ledger: z.array(partition),
    accounts: z.int(),
    subscriptions: z.int(),
    accountsInUse: z.int(),
    balances: z.int(),
    alertsBehind: z.int().meta({ description: 'rows of the ledger that alerts have not read' }),
    mailsWaiting: z.int(),
    mailsFailed: z.int(),
    oldestMailAt: instant.nullable(),
    webhooksWaiting: z.int(),
    limitMailsWaiting: z.int(),
    rejects: z.array(z.object({ reason: z.string(), count: z.int() })),
  })
  .meta({ id: 'Status' })

export const operationsRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/status',
    tag: 'operations',
    summary: 'How far every stage is, what waits to go out, and what could not be rated',
    right: 'operate',
    isOfOperator: true,
    answer: status,
    run: async ({ ask }) => toStatus(await ask(statusOf)),
  }),
  jsonRoute({
    method: 'get',
    path: '/billing/{period}/findings',
    tag: 'operations',
    summary: 'What stands in the way of billing a month; of many accounts the job is better',
    right: 'operate',
    isOfOperator: true,
    params: z.object({ period: month }),
    answer: z.object({ items: z.array(finding) }),
    async run({ ask, params }) {
      const findings = await ask(checkPeriod, params.period, {})
      return { items: findings.map(findingOf) }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/billing/schedule',
    tag: 'operations',
    summary: 'When the month is checked or billed by itself, and who hears of it',
    right: 'operate',
    isOfOperator: true,
    answer: z.object({
      when: z.string().nullable().meta({ description: 'a cron expression; null: never' }),
      timeZone: z.string(),
      does: z.enum(['check', 'preview', 'run']),
      reportTo: z.array(z.string()),
    }),
    run({ ask }) {
      const { when, timeZone, does, reportTo } = ask(billingScheduleOf)
      return { when: when ?? null, timeZone, does, reportTo: [...reportTo] }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/catalogue',
    tag: 'catalogue',
    summary: 'The catalogue in force, and the ids that it has',
    right: 'operate',
    isOfOperator: true,
    answer: z
      .object({
        key: z.string().meta({ description: 'what a row of the ledger names it by' }),
        plans: z.array(z.string()),
        modules: z.array(z.string()),
        rates: z.array(z.string()),
        allowances: z.array(z.string()),
        callTypes: z.array(z.string()),
        destinationsCount: z.int(),
      })
      .meta({ id: 'Catalogue' }),
    async run({ ask }) {
      const { plans, modules, rates, allowances, callTypes, ...one } = await ask(catalogueInForce)
      return {
        ...one,
        plans: [...plans],
        modules: [...modules],
        rates: [...rates],
        allowances: [...allowances],
        callTypes: [...callTypes],
      }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/catalogue/problems',
    tag: 'catalogue',
    summary: 'What is wrong in the folder of the catalogue as it is now, with file and line',
    right: 'operate',
    isOfOperator: true,
    answer: z.object({
      key: z.string().nullable().meta({ description: 'null: it cannot be used' }),
      items: z.array(
        z.object({
          severity: z.enum(['error', 'warning']),
          file: z.string(),
          line: z.int(),
          message: z.string(),
        }),
      ),
    }),
    async run({ ask }) {
      const { key, problems } = await ask(catalogueProblems)
      return {
        key: key ?? null,
        items: problems.map(({ severity, file, line, message }) => ({
          severity,
          file,
          line,
          message,
        })),
      }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/accounts/{accountId}/rule',
    tag: 'catalogue',
    summary: 'Which price holds for a call type at a moment, and where it comes from, as text',
    right: 'see-usage',
    params: z.object({ accountId: id }),
    query: z.object({ callType: id, at: instant.optional() }),
    answer: z.object({ text: z.string() }),
    async run({ ask, params, query: { callType, at } }) {
      const atMs = at === undefined ? systemClock.nowMs() : Date.parse(at)
      return { text: await ask(ruleOf, { ...params, callType, atMs }) }
    },
  }),
]

function toStatus(one: Awaited<ReturnType<typeof statusOf>>): z.input<typeof status> {
  const { stream, ledger, operations } = one
  return {
    at: instantOf(one.nowMs),
    stream: {
      state: stream.state,
      reason: stream.state === 'not reachable' ? stream.reason : null,
      partitions:
        stream.state === 'ok'
          ? stream.partitions.map((each) => ({
              stage: each.stage,
              topic: each.topic,
              partition: each.partition,
              end: each.endOffset,
              next: each.nextOffset,
              behind: each.lagCount,
            }))
          : [],
    },
    ledger: ledger.partitions.map((each) => ({
      source: each.logSource,
      partition: each.logPartition,
      rows: each.rowsCount,
      lastOffset: each.lastOffset,
      lastRecordedAt: instantOrNull(each.lastRecordedMs === 0 ? undefined : each.lastRecordedMs),
    })),
    accounts: operations.accountsCount,
    subscriptions: operations.subscriptionsCount,
    accountsInUse: ledger.accountsCount,
    balances: ledger.balancesCount,
    alertsBehind: one.alertsLagCount,
    mailsWaiting: operations.mailsQueuedCount,
    mailsFailed: operations.mailsFailedCount,
    oldestMailAt: instantOrNull(operations.oldestMailMs),
    webhooksWaiting: operations.webhooksQueuedCount,
    limitMailsWaiting: one.limitMails.reduce((sum, { count }) => sum + count, 0),
    rejects: one.rejects.map(({ reason, recordsCount }) => ({ reason, count: recordsCount })),
  }
}
