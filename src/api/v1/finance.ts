/** What bookkeeping asks: figures at the end of a day, what happened between two, and closing one. */
import { z } from 'zod'
import {
  closeFinance,
  financeAt,
  financeMovement,
  type FinanceFilter,
} from '../../app/finance/finance-at.ts'
import { dayFromIso } from '../../core/time/period.ts'
import type { Figure } from '../../finance/at/finance-figures.ts'
import { FIGURE_GROUPINGS } from '../../finance/at/sum-figures.ts'
import {
  day,
  dayOf,
  dayOfCentury,
  id,
  instant,
  instantOrNull,
  money,
  moneyOf,
  page,
  pageOf,
  sliceOf,
} from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const figure = z
  .object({
    account: z.string(),
    partner: z.string(),
    kind: z.string(),
    product: z.string(),
    ledgerAccount: z.string().nullable(),
    ratedNotInvoiced: money,
    late: money,
    dueNotInvoiced: money,
    invoicedInAdvance: money,
    invoiced: money,
    rated: money,
    ratedAndInvoiced: money,
  })
  .meta({ id: 'FinanceFigure' })

const position = {
  date: day,
  closedAt: instant.nullable().meta({ description: 'null: not closed, figures can still change' }),
  ledgerPosition: z.string(),
}

const movement = z
  .object({
    key: z.string(),
    ratedNotInvoiced: z.object({
      opening: money,
      used: money,
      cameLate: money,
      invoiced: money,
      closing: money,
    }),
    invoicedInAdvance: z.object({ opening: money, added: money, released: money, closing: money }),
    dueNotInvoiced: z.object({ opening: money, closing: money }),
    invoiced: money,
    earned: money,
  })
  .meta({ id: 'FinanceMovement' })

const date = z.object({ date: dayOfCentury })
const whose = { account: id.optional(), partner: id.optional() }

export const financeRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/finance/days/{date}',
    tag: 'finance',
    summary: 'Figures at the end of a day, as it was closed or as they are now',
    right: 'finance',
    params: date,
    query: z.object({ ...page, ...whose }),
    answer: pageOf(figure).extend({ ...position, untied: z.array(z.string()) }),
    async run({ ask, params, query }) {
      const shown = await ask(financeAt, dayFromIso(params.date), filterOf(query))
      return {
        ...sliceOf(shown.figures.map(toFigure), query, keyOf),
        date: dayOf(shown.day),
        closedAt: instantOrNull(shown.closedMs),
        ledgerPosition: shown.cutOffId,
        untied: shown.untied.map(({ accountId }) => accountId),
      }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/finance/days/{date}/movement',
    tag: 'finance',
    summary: 'What happened since the end of a day that was closed',
    right: 'finance',
    params: date,
    query: z.object({
      ...whose,
      since: dayOfCentury,
      by: z.enum(FIGURE_GROUPINGS).default('account'),
    }),
    answer: z.object({ items: z.array(movement), untied: z.array(z.string()) }),
    async run({ ask, params, query }) {
      const { rows, untied } = await ask(financeMovement, {
        fromDay: dayFromIso(query.since),
        toDay: dayFromIso(params.date),
        by: query.by,
        filter: filterOf(query),
      })
      return {
        items: rows.map(({ key, unbilled, deferred, due, invoicedMicros, earnedMicros }) => ({
          key,
          ratedNotInvoiced: {
            opening: moneyOf(unbilled.openingMicros),
            used: moneyOf(unbilled.usedMicros),
            cameLate: moneyOf(unbilled.cameLateMicros),
            invoiced: moneyOf(unbilled.billedMicros),
            closing: moneyOf(unbilled.closingMicros),
          },
          invoicedInAdvance: {
            opening: moneyOf(deferred.openingMicros),
            added: moneyOf(deferred.addedMicros),
            released: moneyOf(deferred.releasedMicros),
            closing: moneyOf(deferred.closingMicros),
          },
          dueNotInvoiced: {
            opening: moneyOf(due.openingMicros),
            closing: moneyOf(due.closingMicros),
          },
          invoiced: moneyOf(invoicedMicros),
          earned: moneyOf(earnedMicros),
        })),
        untied: [...untied],
      }
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/finance/days/{date}/closing',
    tag: 'finance',
    summary: 'Freeze the figures of the end of a day; one that is closed stays as it is',
    right: 'finance',
    isOfOperator: true,
    params: date,
    answer: z.object({ ...position, isNew: z.boolean(), untied: z.array(z.string()) }),
    async run({ ask, params }) {
      const closed = await ask(closeFinance, dayFromIso(params.date))
      return {
        date: dayOf(closed.day),
        closedAt: instantOrNull(closed.closedMs),
        ledgerPosition: closed.cutOffId,
        isNew: closed.isNew,
        untied: closed.untied.map(({ accountId }) => accountId),
      }
    },
  }),
]

function filterOf(query: {
  readonly account?: string | undefined
  readonly partner?: string | undefined
}): FinanceFilter {
  return {
    ...(query.account === undefined ? {} : { accountId: query.account }),
    ...(query.partner === undefined ? {} : { partnerId: query.partner }),
  }
}

function toFigure(one: Figure): z.input<typeof figure> {
  return {
    account: one.accountId,
    partner: one.partnerId,
    kind: one.kind,
    product: one.product,
    ledgerAccount: one.ledgerAccount === '' ? null : one.ledgerAccount,
    ratedNotInvoiced: moneyOf(one.unbilledMicros),
    late: moneyOf(one.lateMicros),
    dueNotInvoiced: moneyOf(one.dueMicros),
    invoicedInAdvance: moneyOf(one.deferredMicros),
    invoiced: moneyOf(one.invoicedMicros),
    rated: moneyOf(one.usedMicros),
    ratedAndInvoiced: moneyOf(one.billedMicros),
  }
}

function keyOf(one: z.input<typeof figure>): string {
  return [one.account, one.partner, one.kind, one.product, one.ledgerAccount].join('\0')
}
