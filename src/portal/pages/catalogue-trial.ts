/** What another price would have made of a month. It is a job: the page can be left. */
import { html } from 'hono/html'
import { z } from 'zod'
import { priceTrial, triedPrice } from '../../api/jobs/price-trial.ts'
import { catalogueInForce } from '../../app/catalogue/catalogue-in-force.ts'
import { askJob, jobsOf } from '../../app/jobs/jobs-of.ts'
import { TikError } from '../../core/failures/errors.ts'
import { microsFromDecimal } from '../../core/money/money.ts'
import type { Job } from '../../jobs/job-rows.ts'
import type { Html, OwnAsking, Page } from '../page.ts'
import { CATALOGUE_PATHS, catalogueTabs } from '../parts/catalogue-tabs.ts'
import { bigMoney, HOME_TIME_ZONE, localMoment, moneyCell } from '../parts/figures.ts'
import { jobState } from '../parts/job-state.ts'
import { monthCorner, monthName, monthOf } from '../parts/month-corner.ts'
import { plainTable } from '../parts/plain-table.ts'
import { requireStaffOfOperator } from '../parts/staff.ts'

const TRIALS_SHOWN_MAX = 5
const ACCOUNTS_SHOWN_MAX = 50

export const catalogueTrialPage: Page = {
  about: 'own',
  path: CATALOGUE_PATHS.trial,
  right: 'operate',
  async show(asking) {
    const { ask, words, caller, path, refused } = asking
    requireStaffOfOperator(caller)
    const month = monthOf(asking)
    const [{ rates }, jobs] = await Promise.all([
      ask(catalogueInForce),
      ask(jobsOf, { kind: priceTrial.kind, limit: TRIALS_SHOWN_MAX }),
    ])
    const isOpen = jobs.some(({ state }) => state === 'waiting' || state === 'running')
    return {
      title: words.catalogue.views.trial,
      corner: monthCorner(asking, month),
      body: html`${catalogueTabs(asking, 'trial')}
        <p class="note">${words.catalogue.trialNote}</p>
        <form method="post" action="${path}" class="filterbar">
          <input type="hidden" name="period" value="${month}" />
          <label
            >${words.catalogue.rate}<select name="rate">
              ${rates.map(
                (rate) =>
                  html`<option ${rate === refused?.['rate'] ? html`selected` : ''}>
                    ${rate}
                  </option>`,
              )}
            </select></label
          >
          <label
            >${words.catalogue.percent}<input
              name="percent"
              inputmode="decimal"
              maxlength="8"
              required
              value="${refused?.['percent'] ?? ''}"
          /></label>
          <button>${words.catalogue.try(monthName(asking, month))}</button>
        </form>
        <div ${isOpen ? html`data-refresh` : ''}>
          ${jobs.map((job) => trialPart(asking, job))}
        </div>`,
    }
  },
  async act({ ask, path }, form) {
    const { period = '', rate = '', percent = '' } = form
    const wish = priceTrial.wish.safeParse({
      period,
      rate,
      percent: percent.trim().replace(',', '.'),
    })
    if (!wish.success) throw new TikError('usage_error', 'a percentage is such as 10 or -2.5')
    await ask(askJob, priceTrial, wish.data)
    return { goTo: `${path}?period=${period}`, said: '' }
  },
}

function trialPart(asking: OwnAsking, job: Job): Html {
  const { words, format } = asking
  const { rate, percent, period } = wishOf(job)
  const result = triedPrice.safeParse(job.result).data
  return html`<section class="group">
    <h2>
      ${rate} ${percent} % <small>${monthName(asking, period)}</small>
      <small>${job.askedBy}, ${localMoment(job.askedMs, HOME_TIME_ZONE, format)}</small>
    </h2>
    ${result === undefined ? html`<p>${jobState(asking, job)}</p>` : ''}
    ${job.error === undefined ? '' : html`<p class="said">${job.error.message} ${job.error.hint}</p>`}
    ${
      result === undefined
        ? ''
        : html`<p class="sum">
              ${bigMoney(microsFromDecimal(result.difference.amount), format)}
              <span
                >${words.catalogue.tried(
                  format.count(result.changedCount),
                  format.count(result.ratedCount),
                )}</span
              >
            </p>
            ${
              result.byAccount.length === 0
                ? ''
                : plainTable(
                    [
                      { text: words.accounts.id },
                      { text: words.usage.count, isNumber: true },
                      { text: words.month.difference, isNumber: true },
                    ],
                    result.byAccount.slice(0, ACCOUNTS_SHOWN_MAX).map(
                      ({ of, count, difference }) =>
                        html`<td><a href="/accounts/${encodeURIComponent(of)}">${of}</a></td>
                          <td class="n">${format.count(count)}</td>
                          ${moneyCell(microsFromDecimal(difference.amount), format)}`,
                    ),
                    { caption: rate },
                  )
            }`
    }
  </section>`
}

function wishOf({ wish }: Job): { rate: string; percent: string; period: string } {
  const parsed = TRIED.safeParse(wish)
  return parsed.success ? parsed.data : { rate: '', percent: '', period: '' }
}

const TRIED = z.object({ rate: z.string(), percent: z.string(), period: z.string() })
