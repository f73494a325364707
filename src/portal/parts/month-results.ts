/** What the steps of a month came to: findings, drafts with the greatest changes, invoices. */
import { html } from 'hono/html'
import type { z } from 'zod'
import type { finding } from '../../api/finding-form.ts'
import { addMicros, microsFromDecimal, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import type { InvoiceSummary } from '../../invoicing/run/billing.ts'
import type { Html, OwnAsking } from '../page.ts'
import { bigMoney, centsOf, moneyCell } from './figures.ts'
import type { BilledMonth } from './month-steps.ts'

/** A month has many accounts: what is alike is one finding. */
const FINDINGS_SHOWN_MAX = 200
/** More drafts than anybody reads are found by their account. */
const DRAFTS_SHOWN_MAX = 200

type FindingForm = z.output<typeof finding>

export function findingsPart({ words, format }: OwnAsking, findings: readonly FindingForm[]): Html {
  if (findings.length === 0) return html`<p>${words.month.clean}</p>`
  const toJudge = findings.filter(({ severity }) => severity !== 'info')
  const toRead = findings.filter(({ severity }) => severity === 'info')
  return html`${toJudge.length === 0 ? html`<p>${words.month.clean}</p>` : findingsTable(words, format, toJudge)}
  ${
    toRead.length === 0
      ? ''
      : html`<details>
          <summary>${words.month.toRead(format.count(toRead.length))}</summary>
          ${findingsTable(words, format, toRead)}
        </details>`
  }`
}

/** What must be judged stands open; what is for reading folds away. */
function findingsTable(
  words: OwnAsking['words'],
  format: OwnAsking['format'],
  findings: readonly FindingForm[],
): Html {
  return html`<div class="box">
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">${words.month.severity}</th>
          <th scope="col">${words.month.finding}</th>
          <th scope="col">${words.month.about}</th>
          <th scope="col" class="n">${words.usage.count}</th>
          <th scope="col" class="n">${words.month.atStake}</th>
        </tr>
      </thead>
      <tbody>
        ${findings.slice(0, FINDINGS_SHOWN_MAX).map(
          (one) =>
            html`<tr>
              <td>
                <em class="${one.severity}">${words.month.severities[one.severity]}</em>
              </td>
              <td>${one.text}</td>
              <td class="p">${subjectLink(one)}</td>
              <td class="n">${format.count(one.count)}</td>
              <td class="n money">
                ${one.estimate === null ? '' : format.cents(centsOf(amountOf(one.estimate)))}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

/** Where it is mended. */
const MENDED_AT: Readonly<Record<string, string>> = {
  open_rejects: '/suspense',
  late_rejects: '/suspense',
}

function subjectLink({ code, subject }: FindingForm): Html | string {
  const to = MENDED_AT[code]
  return to === undefined ? subject : html`<a href="${to}">${subject}</a>`
}

export function draftsPart(asking: OwnAsking, month: string, preview: BilledMonth): Html {
  const { words, format } = asking
  const drafts = preview.invoices.slice(0, DRAFTS_SHOWN_MAX)
  return html`<p class="sum">
      ${bigMoney(amountOf(preview.gross), format)}
      <span
        >${words.invoices.gross} · ${words.invoices.sum}
        ${format.amount(centsOf(amountOf(preview.net)))} ·
        ${words.month.drafts(format.count(preview.invoicesCount))}${
          preview.billedBeforeCount === 0
            ? ''
            : html` · ${words.month.billedBefore(format.count(preview.billedBeforeCount))}`
        }</span
      >
    </p>
    ${preview.changes.length === 0 ? '' : changesPart(asking, preview.changes)}
    ${preview.findings.length === 0 ? '' : findingsPart(asking, preview.findings)}
    ${
      drafts.length === 0
        ? ''
        : html`<details>
            <summary>${words.month.drafts(format.count(preview.invoicesCount))}</summary>
            <div class="box">
              <table class="cards">
                <thead>
                  <tr>
                    <th scope="col">${words.accounts.name}</th>
                    <th scope="col"></th>
                    <th scope="col" class="n">${words.invoices.net}</th>
                    <th scope="col" class="n">${words.invoices.amount}</th>
                  </tr>
                </thead>
                <tbody>
                  ${drafts.map(
                    (one) =>
                      html`<tr>
                        <td>${accountLink(one)}</td>
                        <td>
                          <a class="act" href="${draftAddress(one.account, month)}"
                            >${words.month.draft}</a
                          >
                        </td>
                        ${moneyCell(amountOf(one.net), format)}
                        ${moneyCell(amountOf(one.gross), format)}
                      </tr>`,
                  )}
                </tbody>
              </table>
            </div>
          </details>`
    }`
}

function changesPart({ words, format }: OwnAsking, changes: BilledMonth['changes']): Html {
  return html`<h3>${words.month.changes}</h3>
    <div class="box">
      <table class="cards">
        <thead>
          <tr>
            <th scope="col">${words.accounts.name}</th>
            <th scope="col">${words.month.because}</th>
            <th scope="col" class="n">${words.month.before}</th>
            <th scope="col" class="n">${words.month.now}</th>
            <th scope="col" class="n">${words.month.difference}</th>
          </tr>
        </thead>
        <tbody>
          ${changes.map(
            (one) =>
              html`<tr>
                <td>${accountLink(one)}</td>
                <td class="p">
                  ${one.causes
                    .slice(0, CAUSES_SHOWN_MAX)
                    .map(
                      ({ description, amount }) =>
                        `${description === '' ? words.invoices.vat : description} ${signed(amountOf(amount), format)}`,
                    )
                    .join(' · ')}
                </td>
                <td class="n">${format.cents(centsOf(amountOf(one.before)))}</td>
                <td class="n">${format.cents(centsOf(amountOf(one.gross)))}</td>
                <td class="n money">${signed(amountOf(one.difference), format)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`
}

const CAUSES_SHOWN_MAX = 3

export function madePart(
  { words, format }: OwnAsking,
  invoices: readonly InvoiceSummary[],
  result: BilledMonth | undefined,
): Html | '' {
  const stopped = result?.stoppedBy ?? []
  const warned =
    stopped.length === 0
      ? ''
      : html`<p class="said">${words.month.stoppedBy(stopped.join(', '))}</p>`
  if (invoices.length === 0) return warned
  const sum = (of: (one: InvoiceSummary) => Micros): Micros =>
    invoices.reduce((total, one) => addMicros(total, of(one)), ZERO_MICROS)
  const states = Map.groupBy(invoices, ({ status }) => status)
  return html`${warned}
    <p class="sum">
      ${bigMoney(
        sum((one) => one.grossMicros),
        format,
      )}
      <span
        >${words.invoices.gross} · ${words.invoices.sum}
        ${format.amount(centsOf(sum((one) => one.netMicros)))} ·
        ${[...states]
          .map(
            ([state, all]) =>
              `${format.count(all.length)} ${words.invoices.states[state] ?? state}`,
          )
          .join(', ')}</span
      >
    </p>`
}

function accountLink({ account, name }: { readonly account: string; readonly name: string }): Html {
  return html`<a href="/accounts/${encodeURIComponent(account)}">${name}</a>`
}

function draftAddress(account: string, month: string): string {
  return `/api/v1/accounts/${encodeURIComponent(account)}/draft-invoice?period=${month}`
}

function amountOf({ amount }: { readonly amount: string }): Micros {
  return microsFromDecimal(amount)
}

function signed(amount: Micros, format: OwnAsking['format']): string {
  const text = format.cents(centsOf(amount))
  return amount > 0 ? `+${text}` : text
}
