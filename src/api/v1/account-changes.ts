/** Single changes of accounts and subscriptions by a person, and events of other systems. */
import { z } from 'zod'
import { changeAccount, type AccountChange } from '../../app/directory/change-account.ts'
import { directoryEventsOf } from '../../app/directory/directory-events-of.ts'
import { takeEvent } from '../../app/directory/take-event.ts'
import { directoryEventSchema } from '../../directory/events/directory-event.ts'
import {
  day,
  dayOf,
  id,
  instant,
  instantOf,
  instantOrNull,
  money,
  moneyOf,
  page,
  pageOf,
  sliceOf,
} from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const type = z.enum(directoryEventSchema.options.flatMap(({ shape }) => [...shape.type.values]))
const AS_DOCUMENTED = 'its further fields are those of docs/directory-events.md'

const line = z.object({
  description: z.string(),
  from: day,
  to: day,
  count: z.int(),
  amount: money,
})

const changed = z
  .object({
    isChanged: z.boolean(),
    differences: z.array(z.string()),
    notices: z.array(z.string()),
    invoices: z
      .array(
        z.object({
          account: z.string(),
          periodFrom: z.string(),
          netBefore: money.nullable(),
          netAfter: money.nullable(),
          gone: z.array(line),
          come: z.array(line),
          finding: z.string().nullable(),
        }),
      )
      .meta({ description: 'of a dry run: what the next invoices would say otherwise' }),
  })
  .meta({ id: 'AccountChange' })

export const accountChangeRoutes: readonly Route[] = [
  jsonRoute({
    method: 'post',
    path: '/account-changes',
    tag: 'accounts',
    summary: 'A discount, charge, plan, module, end, takeover or document; the same twice is once',
    right: 'operate',
    isOfOperator: true,
    body: z.object({
      change: z.looseObject({ type }).meta({ description: AS_DOCUMENTED }),
      dryRun: z.boolean().default(false),
    }),
    answer: changed,
    run: async ({ ask, body: { change, dryRun } }) =>
      toChanged(await ask(changeAccount, change, { dryRun })),
  }),
  jsonRoute({
    method: 'post',
    path: '/directory-events',
    tag: 'accounts',
    summary: 'An event of another system: applied once, by its id',
    right: 'operate',
    isOfOperator: true,
    body: z.object({ event: z.looseObject({ id, type }).meta({ description: AS_DOCUMENTED }) }),
    answer: z.object({
      id: z.string(),
      type: z.string(),
      state: z.enum(['applied', 'known', 'refused']),
      detail: z.string(),
    }),
    async run({ ask, body }) {
      const { eventId, ...applied } = await ask(takeEvent, body.event)
      return { id: eventId, ...applied }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/directory-events',
    tag: 'accounts',
    summary: 'Events and changes that came, newest first',
    right: 'operate',
    isOfOperator: true,
    query: z.object({
      ...page,
      subscription: id.optional(),
      refusedOnly: z.stringbool().default(false),
    }),
    answer: pageOf(
      z
        .object({
          id: z.string(),
          type: z.string(),
          subscription: z.string().nullable(),
          place: z.string(),
          at: instant.nullable(),
          receivedAt: instant,
          state: z.enum(['applied', 'refused']),
          detail: z.string(),
        })
        .meta({ id: 'DirectoryEvent' }),
    ),
    async run({ ask, query: { subscription, refusedOnly, ...of } }) {
      const which = subscription === undefined ? {} : { subscription }
      const events = (await ask(directoryEventsOf, { ...which, refusedOnly })).map((each) => ({
        id: each.eventId,
        type: each.type,
        subscription: each.subscriptionId === '' ? null : each.subscriptionId,
        place: each.place,
        at: instantOrNull(each.atMs ?? undefined),
        receivedAt: instantOf(each.receivedMs),
        state: each.state,
        detail: each.detail,
      }))
      return sliceOf(events, of, (each) => `${each.id} ${each.place}`)
    },
  }),
]

type Line = AccountChange['invoices'][number]['gone'][number]

function toChanged(done: AccountChange): z.input<typeof changed> {
  return {
    isChanged: done.isChanged,
    differences: [...done.differences],
    notices: [...done.notices],
    invoices: done.invoices.map((each) => ({
      account: each.accountId,
      periodFrom: each.periodFrom,
      netBefore: each.netBeforeMicros === undefined ? null : moneyOf(each.netBeforeMicros),
      netAfter: each.netAfterMicros === undefined ? null : moneyOf(each.netAfterMicros),
      gone: each.gone.map(toLine),
      come: each.come.map(toLine),
      finding: each.finding?.text ?? null,
    })),
  }
}

function toLine({ description, fromDay, toDay, count, amountMicros }: Line): z.input<typeof line> {
  const amount = moneyOf(amountMicros)
  return { description, from: dayOf(fromDay), to: dayOf(toDay), count, amount }
}
