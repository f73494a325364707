/** Single usages of the selection, newest first (T3), and why each costs what it does. */
import { html } from 'hono/html'
import { z } from 'zod'
import { fromCursor, toCursor } from '../../api/fields.ts'
import { callTypeNames } from '../../app/catalogue/call-type-names.ts'
import { subscriptionsOf } from '../../app/directory/directory-of.ts'
import { tellUsage } from '../../app/usage/explanation/tell-usage.ts'
import { freshUntil } from '../../app/usage/fresh-until.ts'
import { savedViews } from '../../app/usage/saved-views.ts'
import { detailsOf, totalsOf } from '../../app/usage/usage-reports.ts'
import { addMicros } from '../../core/money/money.ts'
import { withoutOtherParty } from '../../reports/masked-number.ts'
import type { UsageDetail } from '../../reports/usage-details.ts'
import type { AccountAsking, Html, Page } from '../page.ts'
import {
  bigMoney,
  freshText,
  localMoment,
  localText,
  moneyCell,
  quantityCell,
} from '../parts/figures.ts'
import { questionLink } from '../parts/question-link.ts'
import { addressOf, periodCorner, periodOf, type ShownPeriod } from '../parts/period-corner.ts'
import { actOnUsage, mailForm, savedViewsPart } from '../parts/saved-views.ts'
import { exportAddress, filterForm, selectionOf } from '../parts/selection.ts'
import { viewTabs } from '../parts/view-tabs.ts'

const ROWS_MAX = 100
const placeSchema = z.object({ startMs: z.int(), entryId: z.string() })

export const callsPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/usage/calls',
  right: 'see-usage',
  async show(asking) {
    const { ask, words, format, query, account } = asking
    const shown = periodOf(asking)
    const question = selectionOf(asking, shown)
    const order = query.get('sort') === 'dearest' ? 'dearest' : 'newest'
    const after =
      order === 'newest' ? fromCursor(query.get('cursor') ?? undefined, placeSchema) : undefined
    const { amount, durationSeconds, volumeBytes } = question
    const [{ rows, more }, names, subscriptions, fresh, views, [sum]] = await Promise.all([
      ask(detailsOf, question, { limit: ROWS_MAX, timeZone: account.timeZone, after, order }),
      ask(callTypeNames),
      ask(subscriptionsOf, account.accountId),
      ask(freshUntil),
      ask(savedViews, account.accountId),
      // A comparison is of single calls: the figure is of all that is not compared.
      amount === undefined && durationSeconds === undefined && volumeBytes === undefined
        ? ask(totalsOf, 'total', question)
        : Promise.resolve([]),
    ])
    const last = rows.at(-1)
    return {
      title: words.usage.title,
      corner: periodCorner(asking, shown),
      body: html`${
          sum === undefined
            ? ''
            : html`<p class="sum">
                ${bigMoney(sum.amountMicros, format)}
                <span>${words.usage.exVat}${freshText(asking, fresh)}</span>
              </p>`
        }
        ${viewTabs(asking, 'calls', subscriptions)}
        ${filterForm(asking, { names, subscriptions, isSingle: true, shown })}
        ${savedViewsPart(asking, views)} ${savedFiles(asking, shown, rows.length)}
        ${
          rows.length === 0
            ? html`<p class="empty">${words.usage.nothing}</p>`
            : callTable(asking, rows, (id) => names.get(id)?.[asking.language] ?? id)
        }
        <p class="pager">
          ${
            after === undefined
              ? ''
              : html`<a class="act" href="${addressOf(asking, { cursor: undefined })}"
                  >${words.usage.newest}</a
                >`
          }
          ${
            more && last !== undefined && order === 'newest'
              ? html`<a
                  class="act"
                  rel="next"
                  href="${addressOf(asking, {
                    cursor: toCursor({ startMs: last.startMs, entryId: last.entryId }),
                  })}"
                  >${words.usage.older}</a
                >`
              : ''
          }
        </p>
        <p class="note">${words.usage.times(account.timeZone)}</p>`,
    }
  },
  act: (asking, form) => actOnUsage(asking, form, { page: 'calls', shown: periodOf(asking) }),
}

/** Files of exactly what is shown, for who may see numbers. */
function savedFiles(asking: AccountAsking, shown: ShownPeriod, count: number): Html | '' {
  if (!asking.caller.rights.has('see-numbers') || count === 0) return ''
  return html`<div class="exports">
    <a class="act" href="${exportAddress(asking, shown, 'csv')}">CSV</a>
    <a class="act" href="${exportAddress(asking, shown, 'excel')}">Excel</a>
    <a class="act" href="${exportAddress(asking, shown, 'parquet')}">Parquet</a>
    ${mailForm(asking)}
  </div>`
}

/** The head of a column that the list is in the order of, or can be. */
function sortLink(asking: AccountAsking, sort: string | undefined, name: string): Html {
  const isHere = (asking.query.get('sort') ?? undefined) === sort
  const to = addressOf(asking, { sort, cursor: undefined })
  return isHere ? html`${name} ▾` : html`<a href="${to}">${name}</a>`
}

/** `isSorted`: of a list whose order can be chosen. */
export function callTable(
  asking: AccountAsking,
  rows: readonly UsageDetail[],
  nameOf: (callType: string) => string,
  isSorted = true,
): Html {
  const { words, format, account } = asking
  const head = (sort: string | undefined, name: string): Html | string =>
    isSorted ? sortLink(asking, sort, name) : name
  const base = `/accounts/${encodeURIComponent(account.accountId)}/usage/calls`
  return html`<div class="box">
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">${head(undefined, words.usage.start)}</th>
          <th scope="col">${words.usage.type}</th>
          <th scope="col">${words.usage.from}</th>
          <th scope="col">${words.usage.to}</th>
          <th scope="col" class="n">${words.usage.duration}</th>
          <th scope="col" class="n">${words.usage.volume}</th>
          <th scope="col" class="n">${head('dearest', words.usage.cost)}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              <td class="p">${localText(row.startLocal, format)}</td>
              <td>
                <a href="${base}/${row.entryId}" title="${words.usage.why}"
                  >${nameOf(row.callType)}</a
                >
              </td>
              <td>${row.sender}</td>
              <td>${row.receiver}</td>
              ${quantityCell(row.durationSeconds, 'second', format, words.usage.duration)}
              ${quantityCell(row.volumeBytes, 'byte', format, words.usage.volume)}
              ${moneyCell(row.amountMicros, format)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

export const callPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/usage/calls/{source}/{partition}/{offset}',
  right: 'see-usage',
  async show(asking) {
    const { ask, words, format, params, account, language, person, caller } = asking
    const { source = '', partition = '', offset = '' } = params
    const entry = `${source}/${partition}/${offset}`
    const [{ row, sentence, told, steps }, names] = await Promise.all([
      ask(tellUsage, entry, language),
      ask(callTypeNames),
    ])
    const name = names.get(row.callType)?.[language] ?? row.callType
    const { sender, receiver } = caller.rights.has('see-numbers') ? row : withoutOtherParty(row)
    const isStaff = person.accountId === ''
    return {
      title: words.usage.why,
      body: html`<p class="sum">
          ${bigMoney(addMicros(row.chargeMicros, row.informationChargeMicros), format)}
          <span
            >${name} · ${localMoment(row.startMs, account.timeZone, format)}
            ${sender === '' ? '' : `· ${words.view.who(sender, receiver)}`}</span
          >
        </p>
        <p class="lead">${sentence}</p>
        ${
          told.length === 0
            ? ''
            : html`<h2>${words.view.steps}</h2>
                <ol class="steps">
                  ${told.map((text) => html`<li>${text}</li>`)}
                </ol>`
        }
        ${
          isStaff
            ? html`<h2>${words.view.ours}</h2>
                <ol class="steps p">
                  ${steps.map(({ rule, text }) => html`<li>${rule}: ${text}</li>`)}
                </ol>`
            : ''
        }
        <p class="exports">
          ${questionLink(asking, 'usage', entry)} ${questionLink(asking, 'usage', entry, 'dispute')}
          <a class="act" href="/accounts/${encodeURIComponent(account.accountId)}/usage/calls"
            >${words.usage.back}</a
          >
        </p>`,
    }
  },
}
