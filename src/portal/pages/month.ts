/** The billing cycle of a month as steps: what stands in the way, what it would be, and making it. */
import { html } from 'hono/html'
import { bill } from '../../api/jobs/bill.ts'
import { checkPeriod } from '../../app/billing/bill-period.ts'
import { invoicesOf } from '../../app/billing/invoice-archive.ts'
import { askJob, jobsOf } from '../../app/jobs/jobs-of.ts'
import { TikError } from '../../core/failures/errors.ts'
import { systemClock } from '../../core/time/clock.ts'
import { addMicros, ZERO_MICROS } from '../../core/money/money.ts'
import type { Finding, InvoiceSummary } from '../../invoicing/run/billing.ts'
import type { Job } from '../../jobs/job-rows.ts'
import type { Html, OwnAsking, Page } from '../page.ts'
import { centsOf } from '../parts/figures.ts'
import { jobState } from '../parts/job-state.ts'
import { requireStaffOfOperator } from '../parts/staff.ts'

/** A month has many accounts: what is alike is one finding. */
const FINDINGS_SHOWN_MAX = 200
const JOBS_SHOWN_MAX = 5
const PATH = '/month'

export const monthPage: Page = {
  about: 'own',
  path: PATH,
  right: 'operate',
  async show(asking) {
    const { ask, words, caller } = asking
    requireStaffOfOperator(caller)
    const month = monthOf(asking)
    const [findings, jobs, invoices] = await Promise.all([
      ask(checkPeriod, month, {}),
      ask(jobsOf, { kind: 'bill', limit: JOBS_SHOWN_MAX }),
      ask(invoicesOf, { period: month }),
    ])
    return {
      title: words.month.title,
      corner: corner(asking, month),
      body: html`<ol class="cycle">
        <li>${findingsPart(asking, findings)}</li>
        <li>${runPart(asking, month, findings)}</li>
        <li>${jobsPart(asking, jobs)}</li>
        <li>${madePart(asking, invoices)}</li>
      </ol>`,
    }
  },
  async act(asking, form) {
    const { ask } = asking
    const period = monthOf(asking, form['period'])
    const preview = form['act'] !== 'finalise'
    const accept = Object.keys(form).flatMap((name) =>
      name.startsWith('accept-') ? [name.slice('accept-'.length)] : [],
    )
    const wish = bill.wish.safeParse({ period, preview, accept })
    if (!wish.success) throw new TikError('usage_error', 'this is no finding of the check')
    const job = await ask(askJob, bill, wish.data)
    return { goTo: `/jobs/${job.jobId}`, said: '' }
  },
}

/** The month of the address, or the one that is over. */
function monthOf({ query }: OwnAsking, written = query.get('period') ?? ''): string {
  if (/^20\d\d-(?:0[1-9]|1[0-2])$/.test(written)) return written
  return shifted(new Date(systemClock.nowMs()).toISOString().slice(0, 7), -1)
}

function shifted(month: string, months: number): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7)
}

function corner({ words }: OwnAsking, month: string): Html {
  const [year = '', number = '1'] = month.split('-')
  const name = `${words.period.months[Number(number) - 1] ?? ''} ${year}`
  return html`<nav class="period" aria-label="${name}">
    <a href="${PATH}?period=${shifted(month, -1)}" rel="prev" data-key="ArrowLeft"
      ><span aria-hidden="true">‹</span><span class="unseen">${words.period.before}</span></a
    >
    <strong>${name}</strong>
    <a href="${PATH}?period=${shifted(month, 1)}" rel="next" data-key="ArrowRight"
      ><span aria-hidden="true">›</span><span class="unseen">${words.period.after}</span></a
    >
  </nav>`
}

function findingsPart({ words, format }: OwnAsking, findings: readonly Finding[]): Html {
  if (findings.length === 0) {
    return html`<h2>${words.month.check}</h2>
      <p>${words.month.clean}</p>`
  }
  return html`<h2>${words.month.check}</h2>
    <div class="box">
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
                  <em class="${one.severity}"
                    >${words.month.severities[one.severity] ?? one.severity}</em
                  >
                </td>
                <td>${one.text}</td>
                <td class="p">${one.subject}</td>
                <td class="n">${format.count(one.count)}</td>
                <td class="n money">
                  ${one.estimateMicros === undefined ? '' : format.cents(centsOf(one.estimateMicros))}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`
}

/** Errors stop a run: each that is accepted is ticked by name. */
function runPart({ words, refused }: OwnAsking, month: string, findings: readonly Finding[]): Html {
  const errors = new Set(
    findings.flatMap(({ severity, code }) => (severity === 'error' ? [code] : [])),
  )
  return html`<h2>${words.month.make}</h2>
    <form method="post" class="stacked">
      <input type="hidden" name="period" value="${month}" />
      ${[...errors].map(
        (code) =>
          html`<label class="tick"
            ><input
              type="checkbox"
              name="accept-${code}"
              ${refused?.[`accept-${code}`] === undefined ? '' : html`checked`}
            />${words.month.accept(code)}</label
          >`,
      )}
      <span class="row"
        ><button name="act" value="preview">${words.month.preview}</button>
        <button name="act" value="finalise" class="plain">${words.month.finalise}</button></span
      >
    </form>`
}

function jobsPart(asking: OwnAsking, jobs: readonly Job[]): Html {
  const { words } = asking
  return html`<h2>3. ${words.jobs.title}</h2>
    ${
      jobs.length === 0
        ? html`<p class="empty">${words.jobs.none}</p>`
        : html`<ul class="plainlist">
            ${jobs.map(
              (job) =>
                html`<li>
                  <a href="/jobs/${job.jobId}">${job.jobId}</a> ${jobState(asking, job)}
                </li>`,
            )}
          </ul>`
    }`
}

function madePart({ words, format }: OwnAsking, invoices: readonly InvoiceSummary[]): Html {
  const sum = invoices.reduce((total, one) => addMicros(total, one.netMicros), ZERO_MICROS)
  const states = Map.groupBy(invoices, ({ status }) => status)
  return html`<h2>${words.month.made}</h2>
    <p>
      ${format.count(invoices.length)} · ${format.amount(centsOf(sum))} ${words.invoices.net}
      ${[...states].map(
        ([state, all]) =>
          html`· ${words.invoices.states[state] ?? state} ${format.count(all.length)} `,
      )}
    </p>`
}
