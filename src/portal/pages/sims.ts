/** The SIM cards of an account (M4): what is left, six months, the list with its search, acts on a selection. */
import { html } from 'hono/html'
import { BLOCK_ACTS } from '../../alerts/blocks/service-request.ts'
import { subscriptionsOf } from '../../app/directory/directory-of.ts'
import {
  blockSelection,
  limitSelection,
  type SelectionResult,
} from '../../app/limits/of-selection.ts'
import { blockStates, simFees } from '../../app/limits/sim-blocks.ts'
import { balancesOf } from '../../app/usage/balances-of.ts'
import { peopleTotals } from '../../app/usage/people-totals.ts'
import { readQuestion } from '../../app/usage/read-question.ts'
import { historyOf } from '../../app/usage/usage-reports.ts'
import type { AccountBalances } from '../../balances/account-balances.ts'
import { TikError } from '../../core/failures/errors.ts'
import { systemClock } from '../../core/time/clock.ts'
import { dayToIso } from '../../core/time/period.ts'
import { accountCalendar } from '../../core/time/account-calendar.ts'
import { LIMIT_KINDS, LISTED_LIMITS } from '../../limits/limit-kinds.ts'
import type { UsageHistoryRow } from '../../reports/usage-history.ts'
import type { AccountAsking, Html, Page } from '../page.ts'
import { limitName } from '../parts/limit-name.ts'
import { addressOf, monthName } from '../parts/period-corner.ts'
import { bySearch, isInList, simsOf, SIM_PLACES, type Sim } from '../parts/sim-list.ts'
import { simTable } from '../parts/sim-table.ts'

export const SIMS_SHOWN_MAX = 100
const GROUPS = ['enough', 'low', 'empty'] as const
const WHENS = ['period', 'today', 'yesterday'] as const
const MONTHS_SHOWN_MAX = 6

export const simsPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/sims',
  right: 'see-usage',
  async show(asking) {
    const { ask, words, account, query } = asking
    const { accountId, timeZone } = account
    const [[balances], subscriptions, blocks, fees, history, wanted] = await Promise.all([
      ask(balancesOf, { account: accountId, period: 'current' }),
      ask(subscriptionsOf, accountId),
      ask(blockStates, accountId),
      ask(simFees, accountId),
      ask(
        historyOf,
        'kind',
        readQuestion({ period: 'last-6', timeZone, account: accountId, product: 'mobile' }),
      ),
      byUsage(asking),
    ])
    const sims = simsOf(subscriptions, balances?.subscriptions ?? [], { blocks, fees })
    const found = sims.filter(
      (sim) =>
        isInList(sim, query) &&
        bySearch(sim, query.get('search') ?? '') &&
        (wanted === undefined || wanted.has(sim.subscriptionId)),
    )
    const from = Number(/^\d{1,6}$/.exec(query.get('from') ?? '')?.[0] ?? '0')
    const shown = found.slice(from, from + SIMS_SHOWN_MAX)
    return {
      title: words.sims.title,
      body: html`${balances === undefined ? '' : groups(asking, balances)}
      ${months(asking, history)} ${filters(asking)}
      ${
        shown.length === 0
          ? html`<p class="empty">${words.sims.none}</p>`
          : listed(asking, { found, shown, from })
      }`,
    }
  },
  async act({ ask, words, format, account, path, query }, form) {
    const ids = Object.keys(form).flatMap((name) =>
      name.startsWith('sim-') ? [name.slice('sim-'.length)] : [],
    )
    const own = new Set(
      (await ask(subscriptionsOf, account.accountId)).map((one) => one.subscriptionId),
    )
    const chosen = ids.filter((id) => own.has(id))
    const goTo = query.size === 0 ? path : `${path}?${query}`
    const results = await done()
    const failed = results.filter(({ problem }) => problem !== '')
    const { sims } = words
    const doneText = sims.done(format.count(results.length - failed.length))
    const said =
      failed.length === 0
        ? doneText
        : `${doneText} ${sims.failed(format.count(failed.length), problemsText(failed))}`
    return { goTo, said }

    function done(): Promise<SelectionResult[]> {
      const block = BLOCK_ACTS.find((one) => one === form['act'])
      if (block !== undefined) return ask(blockSelection, chosen, { act: block })
      const limit = SELECTION_LIMITS.find((one) => keyOf(one) === form['limit'])
      if (limit === undefined) throw new TikError('usage_error', 'there is no such limit')
      const written = (form['amount'] ?? '').trim().replace(',', '.')
      const amount = form['act'] === 'default' ? undefined : written
      if (amount === '') throw new TikError('usage_error', sims.amount)
      return ask(limitSelection, chosen, { ...limit, amount })
    }
  },
}

/** Those of one subscription each. */
const SELECTION_LIMITS = LISTED_LIMITS.filter(
  ({ code }) => LIMIT_KINDS[code].scope === 'subscription',
)

function keyOf({ code, subject }: (typeof LISTED_LIMITS)[number]): string {
  return subject === '' ? code : `${code}:${subject}`
}

/** Each problem once, with whose it is of the first. */
const PROBLEMS_SHOWN_MAX = 5

function problemsText(failed: readonly SelectionResult[]): string {
  return failed
    .slice(0, PROBLEMS_SHOWN_MAX)
    .map(({ subscriptionId, problem }) => `${subscriptionId} (${problem})`)
    .join(', ')
}

/** The SIMs that used as much as is asked; undefined where nothing is. */
async function byUsage(asking: AccountAsking): Promise<ReadonlySet<string> | undefined> {
  const { ask, account, query } = asking
  const totalVolume = query.get('volume')?.trim() ?? ''
  if (totalVolume === '') return undefined
  const { accountId, timeZone } = account
  const question = readQuestion({
    period: whenText(asking),
    timeZone,
    account: accountId,
    product: 'mobile',
    totalVolume: totalVolume.replace(',', '.'),
  })
  const rows = await ask(peopleTotals, 'person', question)
  return new Set(rows.map(({ subscriptionId }) => subscriptionId))
}

function whenText({ account, query }: AccountAsking): string {
  const when = WHENS.find((one) => one === query.get('when')) ?? 'period'
  if (when === 'period') return 'current'
  const { day } = accountCalendar(account).dayAt(systemClock.nowMs())
  const iso = dayToIso(when === 'today' ? day : day - 1)
  return `${iso}..${iso}`
}

function groups(asking: AccountAsking, { simGroups }: AccountBalances): Html {
  const { words, format, query } = asking
  const { sims } = words
  return html`<section aria-label="${sims.byBundle}">
    <h2>${sims.byBundle}</h2>
    <ul class="tiles">
      ${GROUPS.map((group) => {
        const isHere = query.get('group') === group
        const to = addressOf(asking, { group: isHere ? undefined : group, from: undefined })
        return html`<li class="${group}">
          <a href="${to}" ${isHere ? html`aria-current="true"` : ''}
            ><b>${format.count(simGroups[group])}</b><span>${sims.groups[group]}</span></a
          >
        </li>`
      })}
    </ul>
  </section>`
}

/** Each month with its data and messages, drawn against the most of the six. */
function months({ words, format }: AccountAsking, history: readonly UsageHistoryRow[]): Html | '' {
  const { sims } = words
  const byMonth = [...Map.groupBy(history, ({ periodStartDay }) => periodStartDay)]
    .map(([startDay, rows]) => ({
      month: monthName(words, dayToIso(startDay)),
      bytes: Number(rows.reduce((sum, row) => sum + row.volumeBytes, 0n)),
      messages: rows.reduce((sum, row) => sum + (row.kind === 'sms' ? row.count : 0), 0),
    }))
    .slice(-MONTHS_SHOWN_MAX)
  if (byMonth.length === 0) return ''
  const most = Math.max(1, ...byMonth.map(({ bytes }) => bytes))
  const mostMessages = Math.max(1, ...byMonth.map(({ messages }) => messages))
  return html`<h2>${sims.months}</h2>
    <div class="box">
      <table class="months">
        <thead>
          <tr>
            <th scope="col">${sims.month}</th>
            <th scope="col" colspan="2">${sims.data}</th>
            <th scope="col" colspan="2">${sims.sms}</th>
          </tr>
        </thead>
        <tbody>
          ${byMonth.map(
            ({ month, bytes, messages }) =>
              html`<tr>
                <td class="p">${month}</td>
                <td class="n">${bytes === 0 ? '–' : format.quantity(bytes, 'byte')}</td>
                <td>${bar(bytes / most)}</td>
                <td class="n">${messages === 0 ? '–' : format.count(messages)}</td>
                <td>${bar(messages / mostMessages)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`
}

function bar(share: number): Html {
  return html`<svg class="t" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
    <rect class="fill" width="${Math.round(share * 1_000) / 10}" height="4" />
  </svg>`
}

function filters(asking: AccountAsking): Html {
  const { words, query, path } = asking
  const { sims } = words
  const value = (name: string): string => query.get(name) ?? ''
  const isAny = ['status', 'volume'].some((name) => value(name) !== '')
  const options = (name: string, all: readonly (readonly [string, string])[]): Html =>
    html`${all.map(
      ([id, text]) =>
        html`<option value="${id}" ${id === value(name) ? html`selected` : ''}>${text}</option>`,
    )}`
  return html`<form method="get" action="${path}" class="filters inline" data-live>
    <input type="hidden" name="group" value="${value('group')}" />
    <label
      >${sims.search}<input
        type="search"
        name="search"
        value="${value('search')}"
        maxlength="60"
        data-key="/"
    /></label>
    <details ${isAny ? html`open` : ''}>
      <summary>${words.usage.filters}</summary>
      <div class="inline">
        <label
          >${sims.status}<select name="status">
            ${options('status', [
              ['', sims.all],
              ...SIM_PLACES.map((place) => [place, sims.statuses[place]] as const),
            ])}
          </select></label
        >
        <label>${sims.more}<input name="volume" value="${value('volume')}" maxlength="20" /></label>
        <label
          >${sims.when}<select name="when">
            ${options(
              'when',
              WHENS.map((when) => [when, sims.whens[when]] as const),
            )}
          </select></label
        >
      </div>
    </details>
    <button>${words.usage.apply}</button>
  </form>`
}

function listed(
  asking: AccountAsking,
  { found, shown, from }: { found: readonly Sim[]; shown: readonly Sim[]; from: number },
): Html {
  const { words, format, caller, language } = asking
  const { sims } = words
  const mayAct = caller.rights.has('change-limits') || caller.rights.has('block-sims')
  const next = from + shown.length
  return html`<form method="post">
    ${simTable(asking, shown, mayAct)}
    <p class="pager">
      <span>${sims.shown(format.count(shown.length), format.count(found.length))}</span>
      ${
        next < found.length
          ? html`<a class="act" rel="next" href="${addressOf(asking, { from: String(next) })}"
              >${sims.next}</a
            >`
          : ''
      }
    </p>
    ${
      mayAct
        ? html`<fieldset class="acts">
            <legend>${sims.act}</legend>
            ${caller.rights.has('change-limits') ? limitForm(asking) : ''}
            ${caller.rights.has('block-sims') ? blockForms(asking, shown) : ''}
          </fieldset>`
        : ''
    }
  </form>`

  function limitForm({ refused }: AccountAsking): Html {
    return html`<div class="inline filters">
      <label
        >${sims.limit}<select name="limit">
          ${SELECTION_LIMITS.map(
            (one) =>
              html`<option
                value="${keyOf(one)}"
                ${keyOf(one) === refused?.['limit'] ? html`selected` : ''}
              >
                ${limitName(one, language)}
              </option>`,
          )}
        </select></label
      >
      <label
        >${sims.amount}<input name="amount" maxlength="30" value="${refused?.['amount'] ?? ''}"
      /></label>
      <button name="act" value="limit">${sims.set}</button>
      <button name="act" value="default" class="plain">${sims.default}</button>
    </div>`
  }
}

/** Asks first, with what it costs. */
function blockForms({ words, format }: AccountAsking, shown: readonly Sim[]): Html {
  const { sims, blocks } = words
  const fees = shown.map(({ feeMicros }) => feeMicros)
  const [least, most] = [Math.min(...fees), Math.max(...fees)]
  const text = (fee: number): string => format.quantity(fee, 'money')
  const costs =
    most === 0
      ? sims.noFee
      : least === most
        ? sims.fee(text(most))
        : sims.fees(text(least), text(most))
  return html`<details class="ask">
      <summary>${blocks.acts.block}</summary>
      <p>${costs}</p>
      <button name="act" value="block">${blocks.sureBlock}</button>
    </details>
    <details class="ask">
      <summary>${blocks.acts.unblock}</summary>
      <p>${blocks.noFeeBack}</p>
      <button name="act" value="unblock">${blocks.sureUnblock}</button>
    </details>`
}
