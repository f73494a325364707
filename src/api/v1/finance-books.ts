/** What bookkeeping takes along: journals, direct debits, what is open, and the reconciliation of a month. */
import { z } from 'zod'
import { debitBatchOf, debitsOf } from '../../app/finance/debits-of.ts'
import { exportedJournal, exportJournalOf, journalOf } from '../../app/finance/journal-of.ts'
import { openInvoicesOf } from '../../app/finance/open-of.ts'
import { reconciliationOf } from '../../app/finance/reconcile-of.ts'
import { dayFromIso } from '../../core/time/period.ts'
import type { JournalEntry } from '../../finance/journal/journal-entry.ts'
import { day, dayOf, dayOfCentury, id, money, moneyOf, page, pageOf, sliceOf } from '../fields.ts'
import { jsonRoute, sendingRoute, type Route } from '../route.ts'

const entry = z
  .object({
    number: z.string(),
    kind: z.enum(['invoice', 'credit-note']),
    account: z.string(),
    issued: day,
    due: day,
    lines: z.array(
      z.object({
        what: z.enum(['receivable', 'revenue', 'vat']),
        ledgerAccount: z.string(),
        description: z.string(),
        vatCode: z.string(),
        amount: money.meta({ description: 'debit above zero, credit below it' }),
        serviceFrom: day,
        serviceTo: day,
      }),
    ),
  })
  .meta({ id: 'JournalEntry' })

const openInvoice = z
  .object({
    number: z.string(),
    account: z.string(),
    partner: z.string(),
    issued: day,
    due: day,
    gross: money,
    credited: money,
    paid: money,
    open: money,
    daysOverdue: z.int(),
    age: z.string(),
  })
  .meta({ id: 'OpenInvoice' })

const seller = { partner: id.optional().meta({ description: 'where there are several sellers' }) }
const batchNumber = z.coerce.number().int().min(1).max(999_999_999)
const batch = z.object({ partnerId: id, batch: batchNumber })
const counts = z.int()

export const financeBookRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/finance/journal',
    tag: 'finance',
    summary: 'Invoices and credit notes of a seller as entries of its sales journal',
    right: 'finance',
    query: z.object({ ...page, ...seller, from: dayOfCentury, until: dayOfCentury }),
    answer: pageOf(entry),
    async run({ ask, query }) {
      const { entries } = await ask(journalOf, rangeOf(query))
      return sliceOf(entries.map(toEntry), query, (one) => one.number)
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/finance/journals',
    tag: 'finance',
    summary:
      'Export what was not exported before, as the next journal; nothing new gives the last one',
    right: 'finance',
    body: z.object({ ...seller, from: dayOfCentury, until: dayOfCentury, target: id }),
    answer: z.object({ partner: z.string(), batch: counts, documents: counts, isNew: z.boolean() }),
    async run({ ask, body }) {
      const made = await ask(exportJournalOf, { ...rangeOf(body), target: body.target })
      const { partnerId: partner, documentsCount: documents, isNew } = made
      return { partner, batch: made.batchNumber, documents, isNew }
    },
  }),
  sendingRoute({
    method: 'get',
    path: '/finance/journals/{partnerId}/{batch}',
    tag: 'finance',
    summary: 'The file of a journal that was exported, the same to the byte',
    right: 'finance',
    params: batch,
    contentTypes: ['text/csv; charset=utf-8'],
    async send({ ask, params: { partnerId, batch: number } }) {
      const found = await ask(exportedJournal, { partnerId, batchNumber: number })
      return sent(found.content, 'text/csv; charset=utf-8', `journal-${number}.csv`)
    },
  }),
  jsonRoute({
    method: 'post',
    path: '/finance/debits',
    tag: 'finance',
    summary: 'Collect due open invoices by direct debit, each once',
    right: 'finance',
    body: z.object({ partner: id, on: dayOfCentury, dryRun: z.boolean().default(false) }),
    answer: z.object({
      batch: counts.nullable(),
      messageId: z.string().nullable(),
      total: money,
      collections: z.array(z.object({ id: z.string(), invoice: z.string(), amount: money })),
      leftOut: z.array(z.object({ invoice: z.string(), open: money, reason: z.string() })),
    }),
    async run({ ask, body: { partner: partnerId, on, dryRun } }) {
      const made = await ask(debitsOf, { partnerId, collectionDay: dayFromIso(on), dryRun })
      return {
        batch: made.batch?.batchNumber ?? null,
        messageId: made.batch?.messageId ?? null,
        total: moneyOf(made.totalMicros),
        collections: made.collections.map((each) => ({
          id: each.endToEndId,
          invoice: each.remittance,
          amount: moneyOf(each.amountMicros),
        })),
        leftOut: made.leftOut.map(({ number: invoice, openMicros, reason }) => ({
          invoice,
          open: moneyOf(openMicros),
          reason,
        })),
      }
    },
  }),
  sendingRoute({
    method: 'get',
    path: '/finance/debits/{partnerId}/{batch}',
    tag: 'finance',
    summary: 'The pain.008 file of a batch, the same to the byte',
    right: 'finance',
    params: batch,
    contentTypes: ['application/xml'],
    async send({ ask, params: { partnerId, batch: number } }) {
      const found = await ask(debitBatchOf, { partnerId, batchNumber: number })
      return sent(found.content, 'application/xml', `${found.messageId}.xml`)
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/finance/open',
    tag: 'finance',
    summary: 'What customers owed at the end of a day, the longest overdue first',
    right: 'finance',
    query: z.object({ ...page, account: id.optional(), partner: id.optional(), at: dayOfCentury }),
    answer: pageOf(openInvoice).extend({
      open: money,
      ages: z.array(z.object({ age: z.string(), open: money })),
    }),
    async run({ ask, query }) {
      const report = await ask(openInvoicesOf, dayFromIso(query.at), {
        ...(query.account === undefined ? {} : { accountId: query.account }),
        ...(query.partner === undefined ? {} : { partnerId: query.partner }),
      })
      const items = report.invoices.map((each) => ({
        number: each.number,
        account: each.accountId,
        partner: each.partnerId,
        issued: dayOf(each.issueDay),
        due: dayOf(each.dueDay),
        gross: moneyOf(each.grossMicros),
        credited: moneyOf(each.creditedMicros),
        paid: moneyOf(each.paidMicros),
        open: moneyOf(each.openMicros),
        daysOverdue: each.daysOverdue,
        age: each.age,
      }))
      return {
        ...sliceOf(items, query, (one) => `${one.partner} ${one.number}`),
        open: moneyOf(report.openMicros),
        ages: report.ages.map(({ age, openMicros }) => ({ age, open: moneyOf(openMicros) })),
      }
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/finance/reconciliation/{period}',
    tag: 'finance',
    summary: 'What came in of a month by source, what became of it, and what it was charged',
    right: 'finance',
    isOfOperator: true,
    params: z.object({ period: z.string().regex(/^20\d{2}-(0[1-9]|1[0-2])$/) }),
    answer: z.object({
      sources: z.array(
        z.object({
          source: z.string(),
          isTimed: z.boolean(),
          recordsIn: counts,
          rated: counts,
          late: counts,
          duplicates: counts,
          unbillable: counts,
          rejected: counts,
          waiting: counts,
          ratedSince: counts,
          endedSince: counts,
        }),
      ),
      revenue: z.array(
        z.object({
          partner: z.string(),
          account: z.string(),
          product: z.string(),
          callType: z.string(),
          count: counts,
          amount: money,
        }),
      ),
      differences: z.array(z.string()),
    }),
    async run({ ask, params }) {
      const found = await ask(reconciliationOf, params.period)
      return {
        sources: [...found.sources],
        revenue: found.revenue.map((row) => ({
          partner: row.partnerId,
          account: row.accountId,
          product: row.product,
          callType: row.callType,
          count: row.count,
          amount: moneyOf(row.amountMicros),
        })),
        differences: [...found.differences],
      }
    },
  }),
]

function rangeOf({
  from,
  until,
  partner: partnerId,
}: {
  readonly from: string
  readonly until: string
  readonly partner?: string | undefined
}) {
  return { fromDay: dayFromIso(from), untilDay: dayFromIso(until), partnerId }
}

function toEntry({ invoice, lines }: JournalEntry): z.input<typeof entry> {
  return {
    number: invoice.number,
    kind: invoice.kind,
    account: invoice.customer.accountId,
    issued: dayOf(invoice.issueDay),
    due: dayOf(invoice.dueDay),
    lines: lines.map(({ amountMicros, serviceFromDay, serviceToDay, ...line }) => ({
      what: line.what,
      ledgerAccount: line.ledgerAccount,
      description: line.description,
      vatCode: line.vatCode,
      amount: moneyOf(amountMicros),
      serviceFrom: dayOf(serviceFromDay),
      serviceTo: dayOf(serviceToDay),
    })),
  }
}

function sent(content: string, contentType: string, fileName: string) {
  return { contentType, fileName, chunks: pieces(content) }
}

async function* pieces(content: string): AsyncGenerator<string> {
  yield content
}
