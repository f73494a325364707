/** Invoices of an account, with their documents (I1-I3). */
import { html } from 'hono/html'
import { invoicesOf } from '../../app/billing/invoice-archive.ts'
import type { InvoiceSummary } from '../../invoicing/run/billing.ts'
import type { AccountAsking, Html, Page } from '../page.ts'
import { moneyCell } from '../parts/figures.ts'

export const invoicesPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/invoices',
  right: 'see-invoices',
  async show(asking) {
    const { ask, words, account } = asking
    const { accountId } = account
    const invoices = await ask(invoicesOf, { accountId })
    return {
      title: words.invoices.title,
      body:
        invoices.length === 0
          ? html`<p class="empty">${words.invoices.none}</p>`
          : table(asking, invoices),
    }
  },
}

function table(asking: AccountAsking, invoices: readonly InvoiceSummary[]): Html {
  const { words, format } = asking
  return html`<div class="box">
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">${words.invoices.number}</th>
          <th scope="col">${words.invoices.period}</th>
          <th scope="col">${words.invoices.date}</th>
          <th scope="col">${words.invoices.due}</th>
          <th scope="col">${words.invoices.status}</th>
          <th scope="col">${words.invoices.documents}</th>
          <th scope="col" class="n">${words.invoices.open}</th>
          <th scope="col" class="n">${words.invoices.amount}</th>
        </tr>
      </thead>
      <tbody>
        ${invoices.map(
          (one) =>
            html`<tr>
              <td><a href="${addressOfInvoice(one)}">${one.number}</a> ${kindOf(asking, one)}</td>
              <td>${one.period}</td>
              <td>${format.date(one.issueDay)}</td>
              <td>${format.date(one.dueDay)}</td>
              <td>${words.invoices.states[one.status] ?? one.status}</td>
              <td>${documentLinks(one)}</td>
              ${moneyCell(one.openMicros, format)} ${moneyCell(one.grossMicros, format)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

export function addressOfInvoice({ accountId, number }: InvoiceSummary): string {
  return `/accounts/${encodeURIComponent(accountId)}/invoices/${encodeURIComponent(number)}`
}

function kindOf({ words }: AccountAsking, { kind, corrects }: InvoiceSummary): Html | '' {
  const parts = [
    ...(kind === 'credit-note' ? [words.invoices.creditNote] : []),
    ...(corrects === '' ? [] : [words.invoices.corrects(corrects)]),
  ]
  return parts.length === 0 ? '' : html`<small>${parts.join(', ')}</small>`
}

/** Names of documents as people say them. */
const DOCUMENT_NAMES: Readonly<Record<string, string>> = { pdf: 'PDF', ubl: 'UBL', cdrs: 'CDR' }

export function documentLinks({ number, partnerId, documents }: InvoiceSummary): Html {
  const base = `/api/v1/invoices/${encodeURIComponent(number)}/documents`
  const partner = `?partner=${encodeURIComponent(partnerId)}`
  return html`${documents.map(
    ({ kind }) =>
      html`<a class="act" href="${base}/${kind}${partner}"
        >${DOCUMENT_NAMES[kind] ?? kind.toUpperCase()}</a
      > `,
  )}`
}
