/** Invoices and their documents. */
import { z } from 'zod'
import { documentOf } from '../../app/billing/invoice-document.ts'
import { invoicesZip } from '../../app/billing/invoices-zip.ts'
import { invoiceOf, invoicesOf, usageOfInvoice } from '../../app/billing/invoice-archive.ts'
import { STANDINGS } from '../../invoicing/receivables/invoice-standing.ts'
import type { InvoiceSummary } from '../../invoicing/run/billing.ts'
import {
  day,
  dayOf,
  id,
  instant,
  instantOrNull,
  money,
  moneyOf,
  optionalDay,
  page,
  pageOf,
  sliceOf,
} from '../fields.ts'
import { jsonRoute, sendingRoute, type Route } from '../route.ts'

const invoice = z
  .object({
    number: z.string(),
    account: z.string(),
    billTo: z
      .string()
      .nullable()
      .meta({ description: 'a site of the account with invoices of its own' }),
    partner: z.string(),
    period: z.string(),
    kind: z.enum(['invoice', 'credit-note']),
    corrects: z.string().nullable(),
    status: z.string(),
    issued: day,
    due: day,
    sentAt: instant.nullable(),
    net: money,
    vat: money,
    gross: money,
    paid: money,
    open: money,
    disputed: money,
    documents: z.array(z.object({ kind: z.string(), sha256: z.string(), sizeBytes: z.int() })),
  })
  .meta({ id: 'Invoice' })

const number = z.object({ number: id })
const seller = z.object({
  partner: id.optional().meta({ description: 'where several sellers have the number' }),
})

export const invoiceRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/invoices',
    tag: 'invoices',
    summary: 'Invoices, newest first',
    right: 'see-invoices',
    query: z.object({
      ...page,
      account: id.optional(),
      partner: id.optional(),
      period: z
        .string()
        .regex(/^\d{4}-\d{2}$/)
        .optional(),
      standing: z.enum(STANDINGS).optional(),
      issuedFrom: optionalDay,
      issuedTo: optionalDay,
    }),
    answer: pageOf(invoice),
    async run({ ask, query }) {
      const invoices = await ask(invoicesOf, {
        ...(query.account === undefined ? {} : { accountId: query.account }),
        ...(query.partner === undefined ? {} : { partnerId: query.partner }),
        ...(query.period === undefined ? {} : { period: query.period }),
        ...(query.standing === undefined ? {} : { standing: query.standing }),
        ...(query.issuedFrom === undefined ? {} : { issuedFromDay: query.issuedFrom }),
        ...(query.issuedTo === undefined ? {} : { issuedToDay: query.issuedTo }),
      })
      return sliceOf(
        invoices.map(toInvoice),
        query,
        (one) => `${one.account} ${one.period} ${one.number}`,
      )
    },
  }),
  jsonRoute({
    method: 'get',
    path: '/invoices/{number}',
    tag: 'invoices',
    summary: 'One invoice',
    right: 'see-invoices',
    params: number,
    query: seller,
    answer: invoice,
    run: async ({ ask, params, query }) =>
      toInvoice(await ask(invoiceOf, { ...params, partnerId: query.partner })),
  }),
  sendingRoute({
    method: 'get',
    path: '/invoices/{number}/documents/{kind}',
    tag: 'invoices',
    summary: 'A document as it was written; that it was taken is in the audit log',
    right: 'see-invoices',
    params: z.object({ number: id, kind: z.string().max(40) }),
    contentTypes: ['application/pdf', 'application/xml', 'text/csv'],
    query: seller,
    send: ({ ask, params, query }) => ask(documentOf, { ...params, partnerId: query.partner }),
  }),
  sendingRoute({
    method: 'get',
    path: '/accounts/{accountId}/invoices/archive',
    tag: 'invoices',
    summary:
      'Documents of several invoices as one ZIP archive; files with numbers for who may see those',
    right: 'see-invoices',
    params: z.object({ accountId: id }),
    query: z.object({
      // Plain signs, three bytes each at most in an address: a request's head holds 16 kB.
      numbers: z
        .string()
        .regex(/^[!-~]{0,4000}$/)
        .optional()
        .meta({ description: 'separated by commas' }),
      year: z
        .string()
        .regex(/^20\d\d$/)
        .optional(),
    }),
    contentTypes: ['application/zip'],
    async send({ ask, params: { accountId }, query: { numbers, year } }) {
      const wish = { accountId, numbers: numbers?.split(','), year }
      return { contentType: 'application/zip', ...(await ask(invoicesZip, wish)) }
    },
  }),
  sendingRoute({
    method: 'get',
    path: '/invoices/{number}/usage',
    tag: 'invoices',
    summary: 'Exactly the usage that it bills, as CSV',
    right: 'see-numbers',
    params: number,
    contentTypes: ['text/csv; charset=utf-8'],
    query: seller,
    async send({ ask, params, query }) {
      const named = { ...params, partnerId: query.partner }
      await ask(invoiceOf, named)
      return {
        contentType: 'text/csv; charset=utf-8',
        fileName: `${params.number.replaceAll(/[^\w.-]/g, '_')}-usage.csv`,
        chunks: ask(usageOfInvoice, named),
      }
    },
  }),
]

function toInvoice(one: InvoiceSummary): z.input<typeof invoice> {
  return {
    number: one.number,
    account: one.accountId,
    billTo: one.billToId ?? null,
    partner: one.partnerId,
    period: one.period,
    status: one.status,
    kind: one.kind,
    corrects: one.corrects === '' ? null : one.corrects,
    issued: dayOf(one.issueDay),
    due: dayOf(one.dueDay),
    sentAt: instantOrNull(one.sentMs),
    net: moneyOf(one.netMicros),
    vat: moneyOf(one.vatMicros),
    gross: moneyOf(one.grossMicros),
    paid: moneyOf(one.paidMicros),
    open: moneyOf(one.openMicros),
    disputed: moneyOf(one.disputedMicros),
    documents: one.documents.map(({ kind, sha256, sizeBytes }) => ({ kind, sha256, sizeBytes })),
  }
}
