/** What support does: finds who calls, sees what happened to them, notes what was said. */
import { z } from 'zod'
import { findCustomers, FOUND_BY } from '../../app/support/find-customers.ts'
import { noteContact } from '../../app/support/note-contact.ts'
import { timelineOf, TIMELINE_KINDS } from '../../app/support/timeline-of.ts'
import { CHANNELS } from '../../audit/contacts.ts'
import { id, instant, instantOf, money, moneyOf, PAGE_SIZE_MAX } from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const account = z.object({ accountId: id })
const limit = z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(100)

export const supportRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/customers',
    tag: 'support',
    summary: 'Accounts by name, number in any spelling, card, e-mail address or invoice number',
    right: 'see-audit',
    query: z.object({ search: z.string().max(200).default(''), limit }),
    answer: z.object({
      items: z.array(
        z.object({
          account: z.string(),
          name: z.string(),
          by: z.enum(FOUND_BY),
          what: z.string(),
          subscription: z.string().nullable(),
        }),
      ),
    }),
    async run({ ask, query }) {
      const found = await ask(findCustomers, query.search, query.limit)
      return {
        items: found.map((one) => ({
          account: one.account.accountId,
          name: one.account.party.legalName,
          by: one.by,
          what: one.what,
          subscription: one.subscriptionId ?? null,
        })),
      }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/accounts/{accountId}/timeline',
    tag: 'support',
    summary: 'Mails, crossings, changes, invoices, payments and contacts, newest first',
    right: 'see-audit',
    params: account,
    query: z.object({
      subscription: id.optional(),
      kind: z.enum(TIMELINE_KINDS).optional(),
      limit,
    }),
    answer: z.object({
      items: z.array(
        z
          .object({
            at: instant,
            kind: z.enum(TIMELINE_KINDS),
            what: z.string(),
            name: z.string(),
            subscription: z.string().nullable(),
            who: z.string(),
            limit: z.string().nullable(),
            amount: money.nullable(),
          })
          .meta({ id: 'TimelineEntry' }),
      ),
    }),
    async run({ ask, params, query: { subscription, ...query } }) {
      const question = { ...params, ...query, subscriptionId: subscription }
      return {
        items: (await ask(timelineOf, question)).map((one) => ({
          at: instantOf(one.atMs),
          kind: one.kind,
          what: one.what,
          name: one.name,
          subscription: one.subscriptionId === '' ? null : one.subscriptionId,
          who: one.who,
          limit: one.limit?.code ?? null,
          amount: one.amountMicros === undefined ? null : moneyOf(one.amountMicros),
        })),
      }
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/accounts/{accountId}/contacts',
    tag: 'support',
    summary: 'Notes what a customer and support said to each other',
    right: 'act-for-customers',
    params: account,
    body: z.object({
      channel: z.enum(CHANNELS),
      text: z.string().min(1).max(4_000),
      subscription: id.optional(),
    }),
    answer: z.object({ noted: z.literal(true) }),
    status: 201,
    async run({ ask, params, body: { channel, text, subscription: subscriptionId } }) {
      await ask(noteContact, { ...params, channel, text, subscriptionId })
      return { noted: true } as const
    },
  }),
]
