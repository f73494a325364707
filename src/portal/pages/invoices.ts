/** Invoices of an account, with their documents (I1-I3). */
import { html } from 'hono/html'
import { invoicesOf } from '../../app/billing/invoice-archive.ts'
import { CDR_KIND } from '../../app/billing/invoice-document.ts'
import type { Caller } from '../../app/caller.ts'
import { TikError } from '../../core/failures/errors.ts'
import { dayToIso } from '../../core/time/period.ts'
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
    const shown = invoices.filter((one) => isChosen(asking, one))
    const none = invoices.length === 0 ? words.invoices.none : words.questions.files.none
    return {
      title: words.invoices.title,
      body: html`${invoices.length === 0 ? '' : filters(asking, invoices)}
      ${shown.length === 0 ? html`<p class="empty">${none}</p>` : table(asking, shown)}`,
    }
  },
  /** Leads to the archive of what was ticked. */
  act({ words, account }, form) {
    const numbers = Object.keys(form).flatMap((name) =>
      name.startsWith(TICKED) ? [name.slice(TICKED.length)] : [],
    )
    if (numbers.length === 0) throw new TikError('usage_error', words.questions.files.chooseFirst)
    const asked = new URLSearchParams({ numbers: numbers.join(',') })
    return Promise.resolve({ goTo: `${archivePath(account.accountId)}?${asked}`, said: '' })
  },
}

/** What stands before a number in the name of its tick box. */
const TICKED = 'invoice-'

function archivePath(accountId: string): string {
  return `/api/v1/accounts/${encodeURIComponent(accountId)}/invoices/archive`
}

function yearOf({ issueDay }: InvoiceSummary): string {
  return dayToIso(issueDay).slice(0, 4)
}

function isChosen({ query }: AccountAsking, one: InvoiceSummary): boolean {
  const wanted = (name: string): string => query.get(name)?.trim() ?? ''
  return (
    (wanted('year') === '' || yearOf(one) === wanted('year')) &&
    (wanted('status') === '' || one.status === wanted('status')) &&
    one.number.toLowerCase().includes(wanted('search').toLowerCase())
  )
}

function filters(asking: AccountAsking, invoices: readonly InvoiceSummary[]): Html {
  const { words, query, path, account } = asking
  const { files } = words.questions
  const years = [...new Set(invoices.map(yearOf))].toSorted().toReversed()
  const states = [...new Set(invoices.map(({ status }) => status))].toSorted()
  const option = (name: string, value: string, text: string): Html =>
    html`<option value="${value}" ${query.get(name) === value ? html`selected` : ''}>
      ${text}
    </option>`
  return html`<form method="get" action="${path}" class="filters inline" data-live>
      <label
        >${files.year}<select name="year">
          ${option('year', '', files.all)}${years.map((year) => option('year', year, year))}
        </select></label
      >
      <label
        >${words.invoices.status}<select name="status">
          ${option('status', '', files.all)}${states.map((state) =>
            option('status', state, words.invoices.states[state] ?? state),
          )}
        </select></label
      >
      <label
        >${files.number}<input
          type="search"
          name="search"
          value="${query.get('search') ?? ''}"
          maxlength="40"
          data-key="/"
      /></label>
      <button>${words.usage.apply}</button>
    </form>
    <p class="exports">
      ${years.map(
        (year) =>
          html`<a class="act" href="${archivePath(account.accountId)}?year=${year}"
            >${files.ofYear(year)}</a
          >`,
      )}
    </p>`
}

function table(asking: AccountAsking, invoices: readonly InvoiceSummary[]): Html {
  const { words, format, caller } = asking
  const { files } = words.questions
  return html`<form method="post" class="box">
    <table class="cards">
      <thead>
        <tr>
          <th scope="col"><span class="unseen">${files.choose}</span></th>
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
              <td class="box1">
                <input
                  type="checkbox"
                  name="${TICKED}${one.number}"
                  aria-label="${files.choose} ${one.number}"
                />
              </td>
              <td><a href="${addressOfInvoice(one)}">${one.number}</a> ${kindOf(asking, one)}</td>
              <td>${one.period}</td>
              <td>${format.date(one.issueDay)}</td>
              <td>${format.date(one.dueDay)}</td>
              <td>${words.invoices.states[one.status] ?? one.status}</td>
              <td>${documentLinks(one, caller)}</td>
              ${moneyCell(one.openMicros, format)} ${moneyCell(one.grossMicros, format)}
            </tr>`,
        )}
      </tbody>
    </table>
    <p><button class="plain">${files.chosen}</button></p>
  </form>`
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

/** What has numbers in it is for who may see those. */
export function documentLinks(
  { number, partnerId, documents }: InvoiceSummary,
  { rights }: Caller,
): Html {
  const base = `/api/v1/invoices/${encodeURIComponent(number)}/documents`
  const partner = `?partner=${encodeURIComponent(partnerId)}`
  const open = documents.filter(({ kind }) => kind !== CDR_KIND || rights.has('see-numbers'))
  return html`${open.map(
    ({ kind }) =>
      html`<a class="act" href="${base}/${kind}${partner}"
        >${DOCUMENT_NAMES[kind] ?? kind.toUpperCase()}</a
      > `,
  )}`
}
