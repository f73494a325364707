/** One invoice: why it is not what the one before was, its lines, and the way to the usage. */
import { html } from 'hono/html'
import { differenceOf, showInvoice } from '../../app/billing/show-invoice.ts'
import { TikError } from '../../core/failures/errors.ts'
import { addMicros, micros, ZERO_MICROS } from '../../core/money/money.ts'
import type { InvoiceLine } from '../../invoicing/invoice-model.ts'
import type { InvoiceSummary } from '../../invoicing/run/billing.ts'
import type { InvoiceDifference } from '../../invoicing/difference/invoice-difference.ts'
import type { AccountAsking, Html, Page } from '../page.ts'
import { bigMoney, centsOf, moneyCell, numberCell } from '../parts/figures.ts'
import { questionLink } from '../parts/question-link.ts'
import { documentLinks } from './invoices.ts'

/** Of the causes of a difference, the greatest are what people read. */
const CAUSES_SHOWN_MAX = 5

export const invoicePage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/invoices/{number}',
  right: 'see-invoices',
  async show(asking) {
    const { ask, words, format, params, account, caller } = asking
    const number = params['number'] ?? ''
    const { summary, invoice } = await ask(showInvoice, number, account.partnerId)
    const difference =
      summary.kind === 'credit-note' // It says what it takes back.
        ? undefined
        : await ask(differenceOf, number, 'previous', account.partnerId).catch(noneBefore)
    return {
      title: `${words.invoices.one} ${number}`,
      body: html`<p class="sum">
          ${bigMoney(summary.grossMicros, format)}
          <span
            >${words.invoices.gross} · ${summary.period} ·
            ${words.invoices.states[summary.status] ?? summary.status}</span
          >
        </p>
        <p class="exports">
          ${documentLinks(summary, caller)} ${questionLink(asking, 'invoice', number)}
          ${questionLink(asking, 'invoice', number, 'dispute')} ${usagesLink(asking, summary)}
          ${actsLink(asking)}
        </p>
        ${difference === undefined ? '' : causes(asking, difference)}
        <h2>${words.invoices.lines}</h2>
        <div class="box">
          <table class="cards">
            <thead>
              <tr>
                <th scope="col">${words.invoices.line}</th>
                <th scope="col" class="n">${words.invoices.quantity}</th>
                <th scope="col" class="n">${words.invoices.net}</th>
              </tr>
            </thead>
            <tbody>
              ${invoice.lines.map(
                (line) =>
                  html`<tr>
                    <td>
                      ${lineName(asking, number, line)}
                      <span class="aside"
                        >${questionLink(asking, 'invoice-line', `${number}/${line.lineNumber}`)}</span
                      >
                    </td>
                    ${numberCell(line.count, format, words.invoices.quantity)}
                    ${moneyCell(line.amountMicros, format)}
                  </tr>`,
              )}
            </tbody>
            <tfoot>
              ${[
                [words.invoices.sum, summary.netMicros] as const,
                [words.invoices.vat, summary.vatMicros] as const,
                [words.invoices.gross, summary.grossMicros] as const,
              ].map(
                ([name, amount]) =>
                  html`<tr>
                    <td colspan="2">${name}</td>
                    ${moneyCell(amount, format)}
                  </tr>`,
              )}
            </tfoot>
          </table>
        </div>`,
    }
  },
}

function usagesLink(
  { words, caller }: AccountAsking,
  { number, partnerId }: InvoiceSummary,
): Html | '' {
  if (!caller.rights.has('see-numbers')) return ''
  const path = `/api/v1/invoices/${encodeURIComponent(number)}/usage`
  return html`<a class="act" href="${path}?partner=${encodeURIComponent(partnerId)}"
    >${words.invoices.usages}</a
  >`
}

/** For the provider's people. */
function actsLink({ words, person, caller, path }: AccountAsking): Html | '' {
  if (person.accountId !== '' || !caller.rights.has('operate')) return ''
  return html`<a class="act" href="${path}/acts">${words.invoiceActs.title}</a>`
}

/** Leads to what it is the sum of, for who may see numbers. */
function lineName(
  { caller, account }: AccountAsking,
  number: string,
  { description, lineNumber }: InvoiceLine,
): Html | string {
  if (!caller.rights.has('see-numbers')) return description
  const invoice = `/accounts/${encodeURIComponent(account.accountId)}/invoices/${encodeURIComponent(number)}`
  return html`<a href="${invoice}/lines/${lineNumber}">${description}</a>`
}

/** The first one of an account has none before it; any other failure is one. */
function noneBefore(error: unknown): undefined {
  if (error instanceof TikError && error.code === 'not_found') return undefined
  throw error
}

/** One sentence and the greatest causes, whose sum with the rest is the difference. */
function causes({ words, format }: AccountAsking, found: InvoiceDifference): Html {
  const { differenceMicros, beforeNumber } = found
  const amount = format.amount(centsOf(micros(Math.abs(differenceMicros))))
  const sentence =
    differenceMicros === 0
      ? words.invoices.same(beforeNumber)
      : differenceMicros > 0
        ? words.invoices.more(amount, beforeNumber)
        : words.invoices.less(amount, beforeNumber)
  const greatest = found.causes.slice(0, CAUSES_SHOWN_MAX)
  const rest = found.causes
    .slice(CAUSES_SHOWN_MAX)
    .reduce((sum, each) => addMicros(sum, each.amountMicros), ZERO_MICROS)
  return html`<section class="why">
    <h2>${sentence}</h2>
    <table>
      <caption class="unseen">
        ${words.invoices.causes}
      </caption>
      <tbody>
        ${greatest.map(
          (each) =>
            html`<tr>
              <td>${each.description}</td>
              ${moneyCell(each.amountMicros, format)}
            </tr>`,
        )}
        ${
          rest === 0
            ? ''
            : html`<tr>
                <td>…</td>
                ${moneyCell(rest, format)}
              </tr>`
        }
      </tbody>
    </table>
  </section>`
}
