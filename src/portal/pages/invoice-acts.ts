/**
 * What the provider's people do with an invoice that went out: credit it in whole or in part, make it anew,
 * send it once more. What a correction would be is shown first; then it is confirmed.
 */
import { html } from 'hono/html'
import { creditOf, reissueOf } from '../../app/billing/credit.ts'
import { historyOfInvoice } from '../../app/billing/invoice-history.ts'
import { showInvoice, type ShownInvoice } from '../../app/billing/show-invoice.ts'
import { mailsOf, queueAgain } from '../../app/mails/mails-of.ts'
import { TikError } from '../../core/failures/errors.ts'
import { microsFromDecimal } from '../../core/money/money.ts'
import type { CreditWish } from '../../invoicing/credit/build-credit-note.ts'
import { INVOICE_MAIL_KIND } from '../../invoicing/documents/invoice-mails.ts'
import type { CreditNote, Invoice } from '../../invoicing/invoice-model.ts'
import type { AccountAsking, Done, Form, Html, Page } from '../page.ts'
import { centsOf, localMoment, moneyCell } from '../parts/figures.ts'
import { requireStaff } from '../parts/staff.ts'
import { addressOfInvoice } from './invoices.ts'

export const invoiceActsPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/invoices/{number}/acts',
  right: 'operate',
  isOfStaff: true,
  async show(asking) {
    const { ask, words, params, account, person } = asking
    requireStaff(person)
    const number = params['number'] ?? ''
    const shown = await ask(showInvoice, number, account.partnerId)
    const planned = await plannedOf(asking, shown)
    return {
      title: `${words.invoiceActs.title} ${number}`,
      body: html`<p>
          <a class="act" href="${addressOfInvoice(shown.summary)}"
            >${words.invoices.one} ${number}</a
          >
        </p>
        ${planned === undefined ? creditForm(asking, shown) : plannedPart(asking, planned)}
        ${await mailsPart(asking, number)} ${await historyPart(asking, shown)}`,
    }
  },
  async act(asking, form) {
    requireStaff(asking.person)
    const { ask, words, params, account, path } = asking
    const order = { number: params['number'] ?? '', partnerId: account.partnerId }
    switch (form['act']) {
      case 'credit': {
        const wish = { ...order, reason: form['reason'] ?? '', wish: wishOf(formQuery(form)) }
        return made(asking, (await ask(creditOf, wish)).creditNote)
      }
      case 'reissue': {
        const wish = { ...order, reason: form['reason'] ?? '' }
        return made(asking, (await ask(reissueOf, wish)).reissued)
      }
      case 'resend': {
        await ask(queueAgain, [form['mail'] ?? ''])
        return { goTo: path, said: words.invoiceActs.resent }
      }
      case undefined:
      default:
        throw new TikError('usage_error', 'an act is credit, reissue or resend')
    }
  },
}

function made({ words, account }: AccountAsking, { number }: Invoice): Done {
  const base = `/accounts/${encodeURIComponent(account.accountId)}/invoices`
  const goTo = number === '' ? base : `${base}/${encodeURIComponent(number)}`
  return { goTo, said: words.invoiceActs.made(number) }
}

type Query = Pick<URLSearchParams, 'get' | 'getAll'>

function formQuery(form: Form): Query {
  const query = new URLSearchParams(form)
  for (const line of (form['lines'] ?? '').split(',').filter((part) => part !== '')) {
    query.append('line', line)
  }
  return query
}

/** Lines that are ticked; or an amount; else all that is left. */
function wishOf(query: Query): CreditWish {
  const what = query.get('what')
  if (what === 'lines') {
    const lineNumbers = query.getAll('line').map(Number)
    if (lineNumbers.length === 0) throw new TikError('usage_error', 'no line was chosen')
    return { what: 'lines', lineNumbers }
  }
  if (what === 'amount') {
    const text = (query.get('amount') ?? '').trim().replace(',', '.')
    return { what: 'amount', netMicros: microsFromDecimal(text), lineNumber: undefined }
  }
  return { what: 'whole' }
}

interface Planned {
  readonly act: 'credit' | 'reissue'
  readonly reason: string
  readonly documents: readonly (CreditNote | Invoice)[]
  readonly kept: Readonly<Record<string, string>>
}

/** What the address asks for as it would be; undefined where it asks for nothing yet. */
async function plannedOf(
  { ask, query, params, account }: AccountAsking,
  { summary }: ShownInvoice,
): Promise<Planned | undefined> {
  const what = query.get('what')
  const reason = query.get('reason')?.trim() ?? ''
  if (what === null || reason === '' || summary.kind === 'credit-note') return undefined
  const order = { number: params['number'] ?? '', partnerId: account.partnerId, reason }
  if (what === 'reissue') {
    const { creditNote, reissued } = await ask(reissueOf, { ...order, dryRun: true })
    const documents = creditNote === undefined ? [reissued] : [creditNote, reissued]
    return { act: 'reissue', reason, documents, kept: {} }
  }
  const { creditNote } = await ask(creditOf, { ...order, wish: wishOf(query), dryRun: true })
  const kept = { what, amount: query.get('amount') ?? '', lines: query.getAll('line').join(',') }
  return { act: 'credit', reason, documents: [creditNote], kept }
}

function plannedPart(asking: AccountAsking, { act, reason, documents, kept }: Planned): Html {
  const { words, path } = asking
  return html`${documents.map((document) => documentPart(asking, document))}
    <p>${words.invoiceActs.reason}: ${reason}</p>
    <form method="post" action="${path}" class="row">
      <input type="hidden" name="reason" value="${reason}" />
      ${Object.entries(kept).map(
        ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
      )}
      <button name="act" value="${act}">
        ${act === 'credit' ? words.invoiceActs.doCredit : words.invoiceActs.doReissue}
      </button>
      <a class="act" href="${path}">${words.invoiceActs.back}</a>
    </form>`
}

function documentPart({ words, format }: AccountAsking, document: CreditNote | Invoice): Html {
  const { kind, lines, totals } = document
  const title = kind === 'credit-note' ? words.invoices.creditNote : words.invoices.one
  return html`<section class="group">
    <h2>${title}</h2>
    <table>
      <caption class="unseen">
        ${title}
      </caption>
      <tbody>
        ${lines.map(
          ({ description, amountMicros }) =>
            html`<tr>
              <td>${description}</td>
              ${moneyCell(amountMicros, format)}
            </tr>`,
        )}
      </tbody>
      <tfoot>
        ${[
          [words.invoices.sum, totals.netMicros] as const,
          [words.invoices.vat, totals.vatMicros] as const,
          [words.invoices.gross, totals.grossMicros] as const,
        ].map(
          ([name, amount]) =>
            html`<tr>
              <td>${name}</td>
              ${moneyCell(amount, format)}
            </tr>`,
        )}
      </tfoot>
    </table>
  </section>`
}

function creditForm(asking: AccountAsking, { summary, invoice }: ShownInvoice): Html | '' {
  const { words, format, path, query, refused } = asking
  if (summary.kind === 'credit-note' || summary.status === 'credited') return ''
  const kinds = [
    ['whole', words.invoiceActs.whole],
    ['lines', words.invoiceActs.lines],
    ['amount', words.invoiceActs.amount],
    ['reissue', words.invoiceActs.reissue],
  ] as const
  const chosen = query.get('what') ?? 'whole'
  return html`<h2>${words.invoiceActs.correct}</h2>
    <form method="get" action="${path}" class="stacked">
      <fieldset class="choices">
        <legend>${words.invoiceActs.what}</legend>
        ${kinds.map(
          ([kind, name]) =>
            html`<label class="tick"
              ><input
                type="radio"
                name="what"
                value="${kind}"
                ${kind === chosen ? html`checked` : ''}
              />${name}</label
            >`,
        )}
      </fieldset>
      <label
        >${words.invoiceActs.net}<input
          name="amount"
          inputmode="decimal"
          maxlength="12"
          value="${query.get('amount') ?? ''}"
      /></label>
      <details>
        <summary>${words.invoices.lines}</summary>
        ${invoice.lines.map(
          ({ lineNumber, description, amountMicros }) =>
            html`<label class="tick"
              ><input
                type="checkbox"
                name="line"
                value="${lineNumber}"
                ${query.getAll('line').includes(String(lineNumber)) ? html`checked` : ''}
              />${description} ${format.amount(centsOf(amountMicros))}</label
            >`,
        )}
      </details>
      <label
        >${words.invoiceActs.reason}<input
          name="reason"
          maxlength="500"
          required
          value="${query.get('reason') ?? refused?.['reason'] ?? ''}"
      /></label>
      <button>${words.invoiceActs.look}</button>
    </form>`
}

async function mailsPart(asking: AccountAsking, number: string): Promise<Html | ''> {
  const { ask, words, account, format } = asking
  const { accountId, timeZone } = account
  const found = await ask(mailsOf, { accountId, containing: number })
  const mails = found.filter(({ kind }) => kind === INVOICE_MAIL_KIND)
  return html`<h2>${words.invoiceActs.mails}</h2>
    ${
      mails.length === 0
        ? html`<p class="empty">${words.invoiceActs.noMails}</p>`
        : html`<ul class="plainlist">
            ${mails.map(
              ({ mailId, recipient, state, reason, createdMs }) =>
                html`<li>
                  <form method="post" class="row">
                    <span
                      >${recipient} · ${localMoment(createdMs, timeZone, format)} ·
                      ${words.warnings.states[state] ?? state} ${reason}</span
                    >
                    <input type="hidden" name="mail" value="${mailId}" />
                    <button name="act" value="resend" class="plain">
                      ${words.invoiceActs.resend}<span class="unseen"> ${recipient}</span>
                    </button>
                  </form>
                </li>`,
            )}
          </ul>`
    }`
}

async function historyPart(asking: AccountAsking, { summary }: ShownInvoice): Promise<Html | ''> {
  const { ask, words, format, account } = asking
  if (summary.number === '') return ''
  const { number, partnerId } = summary
  const history = await ask(historyOfInvoice, { number, partnerId })
  return html`<h2>${words.invoiceActs.history}</h2>
    <ol class="plainlist">
      ${history.map(
        ({ state, atMs, actor, amountMicros, note }) =>
          html`<li>
            ${localMoment(atMs, account.timeZone, format)} ·
            ${words.invoices.states[state] ?? state}
            ${amountMicros === undefined ? '' : format.amount(centsOf(amountMicros))} ${note}
            <small>${actor.by}, ${actor.door}</small>
          </li>`,
      )}
    </ol>`
}
