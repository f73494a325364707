/** What was used and what it cost in a period: in total, by type, by number, by both (T1, T2). */
import { html } from 'hono/html'
import { callTypeNames } from '../../app/catalogue/call-type-names.ts'
import { daysOf, totalsOf } from '../../app/usage/usage-reports.ts'
import type { Localized } from '../../catalogue/catalogue.ts'
import { addMicros, ZERO_MICROS } from '../../core/money/money.ts'
import type { TotalsBy, UsageTotalsRow } from '../../reports/usage-totals.ts'
import type { AccountAsking, Html, Page } from '../page.ts'
import { bigMoney, centsOf, moneyCell, numberCell, quantityCell } from '../parts/figures.ts'
import { dayChart, type Charted } from '../parts/day-chart.ts'
import {
  addressOf,
  periodBefore,
  periodCorner,
  periodOf,
  type ShownPeriod,
} from '../parts/period-corner.ts'
import { exportAddress, filterForm, selectionOf } from '../parts/selection.ts'
import { viewTabs } from '../parts/view-tabs.ts'

const BY = ['call-type', 'number', 'number-and-call-type'] as const

export const usagePage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/usage',
  right: 'see-usage',
  async show(asking) {
    const { ask, words, format, query } = asking
    const by = BY.find((one) => one === query.get('by')) ?? 'call-type'
    const shown = periodOf(asking)
    const [rows, names, charted] = await Promise.all([
      ask(totalsOf, by, selectionOf(asking, shown)),
      ask(callTypeNames),
      chartedOf(asking, shown),
    ])
    const sum = rows.reduce((total, row) => addMicros(total, row.amountMicros), ZERO_MICROS)
    const count = rows.reduce((total, row) => total + row.count, 0)
    return {
      title: words.usage.title,
      corner: periodCorner(asking, shown),
      body: html`<p class="sum">${bigMoney(sum, format)} <span>${words.usage.exVat}</span></p>
        ${dayChart(asking, charted)} ${viewTabs(asking, by)}
        ${filterForm(asking, names, { isSingle: false })} ${exportLinks(asking, shown, count)}
        ${
          rows.length === 0
            ? html`<p class="empty">${words.usage.nothing}</p>`
            : table(asking, { rows, by, names, sum })
        }`,
    }
  },
}

async function chartedOf(asking: AccountAsking, shown: ShownPeriod): Promise<Charted> {
  const { ask, account } = asking
  const before = periodBefore(asking, shown)
  const [days, earlier] = await Promise.all(
    [shown, before].map((each) => ask(daysOf, selectionOf(asking, each), account.timeZone)),
  )
  return {
    startDay: shown.period.startDay,
    endDay: shown.period.endDay,
    days: days ?? [],
    before: { startDay: before.period.startDay, days: earlier ?? [] },
  }
}

/** Files of exactly what is shown; who may not see numbers gets none. */
function exportLinks(asking: AccountAsking, shown: ShownPeriod, count: number): Html | '' {
  const { caller, words, format } = asking
  if (!caller.rights.has('see-numbers') || count === 0) return ''
  return html`<p class="exports">
    ${words.usage.export(format.count(count))}:
    <a class="act" href="${exportAddress(asking, shown, 'csv')}">CSV</a>
    <a class="act" href="${exportAddress(asking, shown, 'excel')}">Excel</a>
    <a class="act" href="${exportAddress(asking, shown, 'jsonl')}">JSON</a>
  </p>`
}

interface Totals {
  readonly rows: readonly UsageTotalsRow[]
  readonly by: TotalsBy
  readonly names: ReadonlyMap<string, Localized>
  readonly sum: UsageTotalsRow['amountMicros']
}

function table(asking: AccountAsking, totals: Totals): Html {
  const { words } = asking
  const { rows, by } = totals
  const dearFirst = rows.toSorted((left, right) => right.amountMicros - left.amountMicros)
  return html`<div class="box">
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">${words.usage.product}</th>
          ${by === 'call-type' ? '' : html`<th scope="col">${words.usage.number}</th>`}
          ${by === 'number' ? '' : html`<th scope="col">${words.usage.type}</th>`}
          <th scope="col" class="n">${words.usage.count}</th>
          <th scope="col" class="n">${words.usage.duration}</th>
          <th scope="col" class="n">${words.usage.volume}</th>
          <th scope="col" class="n">${words.usage.cost}</th>
        </tr>
      </thead>
      <tbody>
        ${dearFirst.map((row) => rowOf(asking, row, totals))}
      </tbody>
      <tfoot>
        ${footOf(asking, totals)}
      </tfoot>
    </table>
  </div>`
}

/** What is told apart leads to its calls. */
function rowOf(asking: AccountAsking, row: UsageTotalsRow, { by, names }: Totals): Html {
  const { words, format, language, account, query } = asking
  const path = `/accounts/${encodeURIComponent(account.accountId)}/usage/calls`
  const isOfNumber = by !== 'call-type'
  const calls = addressOf(
    { path, query },
    {
      by: undefined,
      product: row.product,
      ...(by === 'number' ? {} : { type: row.callType }),
      ...(isOfNumber ? { sender: row.number } : {}),
    },
  )
  const type = names.get(row.callType)?.[language] ?? row.callType
  return html`<tr>
    <td class="p">${words.products[productOf(row.product)]}</td>
    ${by === 'number-and-call-type' ? html`<td>${row.number}</td>` : ''}
    <td><a href="${calls}">${by === 'number' ? row.number : type}</a></td>
    ${numberCell(row.count, format, words.usage.count)}
    ${quantityCell(row.durationSeconds, 'second', format, words.usage.duration)}
    ${quantityCell(row.volumeBytes, 'byte', format, words.usage.volume)}
    ${moneyCell(row.amountMicros, format)}
  </tr>`
}

function footOf({ words, format }: AccountAsking, { rows, by, sum }: Totals): Html {
  const add = (read: (row: UsageTotalsRow) => bigint): bigint =>
    rows.reduce((total, row) => total + read(row), 0n)
  const count = rows.reduce((total, row) => total + row.count, 0)
  return html`<tr>
    <td colspan="${by === 'number-and-call-type' ? 3 : 2}">
      ${words.usage.total(format.exact(sum))}
    </td>
    ${numberCell(count, format, words.usage.count)}
    ${quantityCell(
      add((row) => row.durationSeconds),
      'second',
      format,
      words.usage.duration,
    )}
    ${quantityCell(
      add((row) => row.volumeBytes),
      'byte',
      format,
      words.usage.volume,
    )}
    <td class="n money">${format.cents(centsOf(sum))}</td>
  </tr>`
}

function productOf(text: string): 'voip' | 'mobile' | 'none' {
  return text === 'voip' || text === 'mobile' ? text : 'none'
}
