/** One mobile line: who and what it is, its bundles and limits, and its last six periods. */
import { html } from 'hono/html'
import { planNames } from '../../app/catalogue/plan-names.ts'
import { subscriptionOf } from '../../app/directory/directory-of.ts'
import { BLOCK_ACTS } from '../../alerts/blocks/service-request.ts'
import { askSimBlock, simBlockOf } from '../../app/limits/sim-blocks.ts'
import { freshUntil } from '../../app/usage/fresh-until.ts'
import { readQuestion } from '../../app/usage/read-question.ts'
import { historyOf } from '../../app/usage/usage-reports.ts'
import { balancesOf } from '../../app/usage/balances-of.ts'
import { TikError } from '../../core/failures/errors.ts'
import { addMicros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import { dayToIso } from '../../core/time/period.ts'
import type { UsageHistoryRow } from '../../reports/usage-history.ts'
import type { AccountAsking, Html, Page } from '../page.ts'
import { bigMoney, freshText, localMoment, moneyCell, quantityCell } from '../parts/figures.ts'
import { blockPart } from '../parts/block-part.ts'
import { questionLink } from '../parts/question-link.ts'
import { bundleMeter } from '../parts/meter.ts'
import { limitTable } from '../parts/limit-table.ts'
import { monthName, periodCorner, periodOf } from '../parts/period-corner.ts'

export const linePage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/mobile/{subscriptionId}',
  right: 'see-usage',
  async show(asking) {
    const { ask, words, format, account, params, language } = asking
    const { accountId, timeZone } = account
    const one = await ask(subscriptionOf, params['subscriptionId'] ?? '')
    if (one.accountId !== accountId) throw new TikError('not_found', 'it is of another account')
    const shown = periodOf(asking)
    const period = shown.isCurrent ? 'current' : shown.month
    const [[balances], history, block, plans, fresh] = await Promise.all([
      ask(balancesOf, { account: accountId, period }),
      ask(
        historyOf,
        'subscription',
        readQuestion({ period: 'last-6', timeZone, account: accountId }),
      ),
      one.product === 'mobile' ? ask(simBlockOf, one.subscriptionId) : undefined,
      ask(planNames),
      ask(freshUntil),
    ])
    const own = balances?.subscriptions.find((each) => each.subscriptionId === one.subscriptionId)
    const months = history.filter((row) => row.subscriptionId === one.subscriptionId)
    return {
      title: one.label === '' ? (own?.number ?? one.subscriptionId) : one.label,
      corner: periodCorner(asking, shown),
      body: html`${
          own === undefined
            ? ''
            : html`<p class="sum">
                  ${bigMoney(own.costMicros, format)}
                  <span>${words.usage.exVat}${freshText(asking, fresh)}</span>
                </p>
                <div class="g3">${own.bundles.map((bundle) => bundleMeter(asking, bundle))}</div>`
        }
        <h2>${words.mobile.general}</h2>
        <dl class="facts">
          <dt>${words.mobile.active}</dt>
          <dd>${localMoment(one.activatedMs, timeZone, format)}</dd>
          ${
            Number.isFinite(one.terminatedMs)
              ? html`<dt>${words.mobile.ended}</dt>
                  <dd>${localMoment(one.terminatedMs, timeZone, format)}</dd>`
              : ''
          }
          <dt>${words.mobile.plan}</dt>
          <dd>
            ${one.plans.map(({ planId }) => plans.get(planId)?.[language] ?? planId).join(', ')}
          </dd>
          <dt>${words.mobile.identities}</dt>
          <dd>
            ${one.identities.map(({ kind, value }) => html`<span class="id">${words.line.kinds[kind]} ${value}</span> `)}
          </dd>
        </dl>
        ${
          own === undefined || own.limits.length === 0
            ? ''
            : html`<h2>${words.mobile.limits}</h2>
                ${limitTable(asking, own.limits)}`
        }
        ${block === undefined ? '' : blockPart(asking, block)}
        <h2>${words.mobile.months}</h2>
        ${monthsTable(asking, months)}
        <p class="exports">
          ${questionLink(asking, 'subscription', one.subscriptionId)}
          <a
            class="act"
            href="/accounts/${encodeURIComponent(accountId)}/usage/calls?subscription=${encodeURIComponent(one.subscriptionId)}"
            >${words.usage.single}</a
          >
        </p>`,
    }
  },
  async act({ ask, words, params, path }, form) {
    const act = BLOCK_ACTS.find((one) => one === form['act'])
    if (act === undefined) throw new TikError('usage_error', 'there is no such act')
    await ask(askSimBlock, params['subscriptionId'] ?? '', { act })
    return { goTo: path, said: words.blocks.asked }
  },
}

function monthsTable({ words, format }: AccountAsking, rows: readonly UsageHistoryRow[]): Html {
  const months = Map.groupBy(rows, ({ periodStartDay }) => periodStartDay)
  return html`<div class="box">
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">${words.invoices.period}</th>
          <th scope="col" class="n">${words.usage.duration}</th>
          <th scope="col" class="n">${words.usage.volume}</th>
          <th scope="col" class="n">${words.usage.cost}</th>
        </tr>
      </thead>
      <tbody>
        ${[...months].toReversed().map(
          ([startDay, all]) =>
            html`<tr>
              <td>${monthName(words, dayToIso(startDay))}</td>
              ${quantityCell(
                addUp(all, (row) => row.durationSeconds),
                'second',
                format,
                words.usage.duration,
              )}
              ${quantityCell(
                addUp(all, (row) => row.volumeBytes),
                'byte',
                format,
                words.usage.volume,
              )}
              ${moneyCell(sumOf(all), format)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function sumOf(rows: readonly UsageHistoryRow[]): Micros {
  return rows.reduce((total, row) => addMicros(total, row.amountMicros), ZERO_MICROS)
}

function addUp(rows: readonly UsageHistoryRow[], read: (row: UsageHistoryRow) => bigint): bigint {
  return rows.reduce((total, row) => total + read(row), 0n)
}
