/** Which price holds for an account and a call type at a moment, and where it comes from. */
import { html } from 'hono/html'
import { callTypeNames } from '../../app/catalogue/call-type-names.ts'
import { catalogueInForce, catalogueProblems } from '../../app/catalogue/catalogue-in-force.ts'
import { ruleOf } from '../../app/catalogue/catalogue-rules.ts'
import { accountOf, subscriptionsOf } from '../../app/directory/directory-of.ts'
import type { Account, Subscription } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import { systemClock } from '../../core/time/clock.ts'
import { localMomentMs } from '../../directory/local-moment.ts'
import { allValidAt, isWithin } from '../../core/time/validity.ts'
import type { Html, OwnAsking, Page } from '../page.ts'
import { CATALOGUE_PATHS, catalogueTabs } from '../parts/catalogue-tabs.ts'
import { HOME_TIME_ZONE, momentText } from '../parts/figures.ts'
import { plainTable } from '../parts/plain-table.ts'
import { requireStaffOfOperator } from '../parts/staff.ts'

export const cataloguePage: Page = {
  about: 'own',
  path: CATALOGUE_PATHS.rule,
  right: 'operate',
  async show(asking) {
    const { ask, words, query, caller, format } = asking
    requireStaffOfOperator(caller)
    const inForce = await ask(catalogueInForce)
    const atMs = momentOf(query.get('at'))
    const accountId = query.get('account')?.trim() ?? ''
    // The whole folder is read for them: who asks about an account waits for the answer alone.
    const problems = accountId === '' ? (await ask(catalogueProblems)).problems : []
    const counts = [
      [words.catalogue.plans, inForce.plans.length],
      [words.catalogue.modules, inForce.modules.length],
      [words.catalogue.rates, inForce.rates.length],
      [words.catalogue.prefixes, inForce.destinationsCount],
    ] as const
    return {
      title: words.catalogue.title,
      body: html`${catalogueTabs(asking, 'rule')}
        <p class="note">
          ${words.catalogue.inForce} <code>${inForce.key}</code> ·
          ${counts.map(([name, count]) => `${format.count(count)} ${name}`).join(' · ')}
        </p>
        ${
          problems.length === 0
            ? ''
            : html`<ul class="plainlist">
                ${problems.map(
                  ({ severity, file, line, message }) =>
                    html`<li>
                      <em class="${severity}">${words.month.severities[severity]}</em>
                      ${file}:${line} ${message}
                    </li>`,
                )}
              </ul>`
        }
        ${await questionForm(asking, accountId, atMs)}
        ${accountId === '' ? '' : await answer(asking, await ask(accountOf, accountId), atMs)}`,
    }
  },
}

async function questionForm(
  { ask, words, query, path, language }: OwnAsking,
  accountId: string,
  atMs: number,
): Promise<Html> {
  const names = [...(await ask(callTypeNames))].toSorted(([, left], [, right]) =>
    left[language].localeCompare(right[language], language),
  )
  const chosen = query.get('type') ?? ''
  return html`<form method="get" action="${path}" class="filterbar">
    <label
      >${words.accounts.id}<input name="account" value="${accountId}" maxlength="200" required
    /></label>
    <label
      >${words.usage.type}<select name="type">
        ${names.map(
          ([id, name]) =>
            html`<option value="${id}" ${id === chosen ? html`selected` : ''}>
              ${name[language]}
            </option>`,
        )}
      </select></label
    >
    <label
      >${words.catalogue.at}<input
        type="datetime-local"
        name="at"
        value="${momentText(atMs, HOME_TIME_ZONE).replace(' ', 'T')}"
    /></label>
    <button>${words.usage.apply}</button>
  </form>`
}

async function answer(asking: OwnAsking, account: Account, atMs: number): Promise<Html> {
  const { ask, words, query } = asking
  const { accountId, party } = account
  const callType = query.get('type') ?? ''
  const lines = (await ask(subscriptionsOf, accountId)).filter(({ activatedMs, terminatedMs }) =>
    isWithin(atMs, activatedMs, terminatedMs),
  )
  const rule = callType === '' ? '' : await ask(ruleOf, { accountId, callType, atMs })
  return html`<h2>${party.legalName}</h2>
    ${rule === '' ? '' : html`<pre class="box rule" tabindex="0">${rule}</pre>`}
    ${
      lines.length === 0
        ? html`<p class="empty">${words.catalogue.noLines}</p>`
        : linesTable(asking, lines, atMs)
    }`
}

function linesTable({ words }: OwnAsking, lines: readonly Subscription[], atMs: number): Html {
  return plainTable(
    [{ text: words.timeline.line }, { text: words.mobile.plan }, { text: words.catalogue.modules }],
    lines.map(
      ({ subscriptionId, label, plans, modules }) =>
        html`<td>${label === '' ? subscriptionId : label}<small>${subscriptionId}</small></td>
          <td>
            ${
              allValidAt(plans, atMs)
                .map(({ planId }) => planId)
                .join(', ') || words.catalogue.defaultPlan
            }
          </td>
          <td class="p">
            ${allValidAt(modules, atMs)
              .map(({ moduleId }) => moduleId)
              .join(', ')}
          </td>`,
    ),
    { caption: words.catalogue.views.rule },
  )
}

/** As a browser writes it, in our own zone; now where nothing is said. Throws `usage_error`. */
function momentOf(written: string | null): number {
  if (written === null || written === '') return systemClock.nowMs()
  if (!/^20\d\d-\d\d-\d\dT\d\d:\d\d$/.test(written) || Number.isNaN(Date.parse(`${written}Z`))) {
    throw new TikError('usage_error', `"${written}" is no moment such as 2026-10-31T12:00`)
  }
  return localMomentMs(written, HOME_TIME_ZONE)
}
