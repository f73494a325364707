/** What an invoice would look like, before it is one. */
import { z } from 'zod'
import { draftDocumentOf } from '../../app/billing/draft-document.ts'
import { id } from '../fields.ts'
import { month } from '../jobs/bill.ts'
import { sendingRoute, type Route } from '../route.ts'

export const draftRoutes: readonly Route[] = [
  sendingRoute({
    method: 'get',
    path: '/accounts/{accountId}/draft-invoice',
    tag: 'invoices',
    summary: 'The invoice of a period that is not billed yet, as a PDF marked DRAFT',
    right: 'operate',
    isOfOperator: true,
    params: z.object({ accountId: id }),
    query: z.object({
      period: month,
      billTo: id.optional().meta({ description: 'a site with invoices of its own' }),
    }),
    contentTypes: ['application/pdf'],
    send: ({ ask, params, query: { period, billTo } }) =>
      ask(draftDocumentOf, { ...params, period, billToId: billTo }),
  }),
]
