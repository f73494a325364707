/** Bank statements, and what of them a person settles. */
import { z } from 'zod'
import {
  ignoreBankEntry,
  importStatement,
  openBankEntries,
  settleBankEntry,
} from '../../app/billing/bank-statements.ts'
import { day, dayOf, id, money, moneyOf, page, pageOf, sliceOf } from '../fields.ts'
import { jsonRoute, type Route } from '../route.ts'
import { notedPayment, toNoted } from './payments.ts'

const entryId = z.object({ entryId: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) })
const by = { by: z.string().min(1).max(100).optional() }

const openEntry = z
  .object({
    id: z.int(),
    on: day,
    direction: z.enum(['in', 'back']),
    amount: z.string().meta({ description: 'exact, in the currency of the entry' }),
    currency: z.string(),
    from: z.object({ name: z.string(), iban: z.string() }),
    text: z.string(),
    whyOpen: z.string(),
    accounts: z.array(z.string()).meta({ description: 'that this payer has paid for before' }),
    hints: z.array(z.string()).meta({ description: 'open invoices of just this amount' }),
  })
  .meta({ id: 'BankEntry' })

export const bankRoutes: readonly Route[] = [
  jsonRoute({
    method: 'post',
    path: '/bank-statements',
    tag: 'payments',
    summary: 'Notes what a camt.053 document says; an entry that was noted does nothing',
    right: 'operate',
    isOfOperator: true,
    body: z.object({
      name: z.string().min(1).max(200).meta({ description: 'of the file, for messages' }),
      document: z.string().min(1).meta({ description: 'the XML; larger ones are for the command' }),
    }),
    answer: z.object({
      statements: z.int(),
      notBooked: z.int().meta({ description: 'entries that the bank has only announced' }),
      entries: z.array(
        z.object({
          id: z.int().nullable(),
          outcome: z.string(),
          on: day,
          amount: money,
          from: z.string(),
          invoices: z.array(z.string()),
          remark: z.string(),
        }),
      ),
    }),
    async run({ ask, body }) {
      const { statementsCount, notBookedCount, entries } = await ask(importStatement, body)
      return {
        statements: statementsCount,
        notBooked: notBookedCount,
        entries: entries.map((each) => ({
          id: each.entryId === 0 ? null : each.entryId,
          outcome: each.outcome,
          on: dayOf(each.bookedDay),
          amount: moneyOf(each.amountMicros),
          from: each.counterpartyName,
          invoices: [...each.numbers],
          remark: each.remark,
        })),
      }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/bank-entries',
    tag: 'payments',
    summary: 'What no statement could settle by itself, oldest first',
    right: 'operate',
    isOfOperator: true,
    query: z.object(page),
    answer: pageOf(openEntry),
    async run({ ask, query }) {
      const entries = (await ask(openBankEntries)).map((each) => ({
        id: each.entryId,
        on: dayOf(each.bookedDay),
        direction: each.direction,
        amount: moneyOf(each.amountMicros).amount,
        currency: each.currency,
        from: { name: each.counterparty.name, iban: each.counterparty.iban },
        text: each.text,
        whyOpen: each.whyOpen,
        accounts: [...each.accountIds],
        hints: [...each.hints],
      }))
      return sliceOf(entries, query, (each) => String(each.id))
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/bank-entries/{entryId}/match',
    tag: 'payments',
    summary: 'Pays an invoice with it, or takes back the payment that a return means',
    right: 'operate',
    isOfOperator: true,
    params: entryId,
    body: z.object({ number: id, partner: id.optional(), ...by }),
    answer: notedPayment,
    async run({ ask, params, body: { partner, ...wish } }) {
      return toNoted(await ask(settleBankEntry, { ...params, ...wish, partnerId: partner }))
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/bank-entries/{entryId}/ignore',
    tag: 'payments',
    summary: 'It is no payment of a customer',
    right: 'operate',
    isOfOperator: true,
    params: entryId,
    body: z.object({ reason: z.string().min(1).max(500), ...by }),
    answer: z.object({}),
    async run({ ask, params, body }) {
      await ask(ignoreBankEntry, { ...params, ...body })
      return {}
    },
  }),
]
