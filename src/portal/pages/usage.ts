/** What was used and what it cost in a period: by type, number, person, cost centre; beside another period (T1, T2). */
import { html } from 'hono/html'
import { callTypeNames } from '../../app/catalogue/call-type-names.ts'
import { subscriptionsOf } from '../../app/directory/directory-of.ts'
import { freshUntil } from '../../app/usage/fresh-until.ts'
import { peopleTotals } from '../../app/usage/people-totals.ts'
import { savedViews } from '../../app/usage/saved-views.ts'
import { daysOf, totalsOf } from '../../app/usage/usage-reports.ts'
import type { Micros } from '../../core/money/money.ts'
import type { AccountAsking, Html, Page } from '../page.ts'
import { bigMoney, centsOf, freshText } from '../parts/figures.ts'
import { dayChart, type Charted } from '../parts/day-chart.ts'
import {
  periodBefore,
  periodCorner,
  periodName,
  periodOf,
  type ShownPeriod,
} from '../parts/period-corner.ts'
import { actOnUsage, mailForm, savedViewsPart } from '../parts/saved-views.ts'
import {
  earlierPeriods,
  exportAddress,
  filterForm,
  isOfSums,
  selectionOf,
  tableAddress,
} from '../parts/selection.ts'
import { sumOfRows, usageTable, type UsageBy, type UsageRow } from '../parts/usage-table.ts'
import { viewTabs } from '../parts/view-tabs.ts'

const BY = ['call-type', 'number', 'number-and-call-type', 'person', 'cost-centre'] as const

export const usagePage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/usage',
  right: 'see-usage',
  async show(asking) {
    const { ask, words, format, query, account } = asking
    const { accountId } = account
    const by = BY.find((one) => one === query.get('by')) ?? 'call-type'
    const shown = periodOf(asking)
    const against = earlierPeriods(asking, shown).find(({ month }) => month === query.get('with'))
    const [rows, others, names, subscriptions, fresh, views, charted] = await Promise.all([
      rowsOf(asking, by, shown),
      against === undefined ? undefined : rowsOf(asking, by, against),
      ask(callTypeNames),
      ask(subscriptionsOf, accountId),
      ask(freshUntil),
      ask(savedViews, accountId),
      isOfSums(asking) ? undefined : chartedOf(asking, shown, against),
    ])
    const sum = sumOfRows(rows)
    const other =
      against === undefined || others === undefined
        ? undefined
        : { name: periodName(asking, against), rows: others }
    return {
      title: words.usage.title,
      corner: periodCorner(asking, shown),
      body: html`<p class="sum">
          ${bigMoney(sum, format)}
          <span>${words.usage.exVat}${freshText(asking, fresh)}</span>
          ${other === undefined ? '' : comparison(asking, other, sum)}
        </p>
        ${charted === undefined ? '' : dayChart(asking, charted)}
        ${viewTabs(asking, by, subscriptions)}
        ${filterForm(asking, { names, subscriptions, isSingle: false, shown })}
        ${savedViewsPart(asking, views)} ${exportLinks(asking, shown, { by, rows })}
        ${
          rows.length === 0 && (others ?? []).length === 0
            ? html`<p class="empty">${words.usage.nothing}</p>`
            : usageTable(asking, { by, rows, other, names })
        }`,
    }
  },
  act: (asking, form) => actOnUsage(asking, form, { page: 'totals', shown: periodOf(asking) }),
}

function rowsOf(
  asking: AccountAsking,
  by: UsageBy,
  shown: ShownPeriod,
): Promise<readonly UsageRow[]> {
  const { ask } = asking
  const question = selectionOf(asking, shown)
  return by === 'person' || by === 'cost-centre'
    ? ask(peopleTotals, by, question)
    : ask(totalsOf, by, question)
}

async function chartedOf(
  asking: AccountAsking,
  shown: ShownPeriod,
  against: ShownPeriod | undefined,
): Promise<Charted> {
  const { ask, account } = asking
  const before = against ?? periodBefore(asking, shown)
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

/** What the other period cost, and how much more or less this one does in per cent. */
function comparison(
  { words, format }: AccountAsking,
  other: { readonly name: string; readonly rows: readonly UsageRow[] },
  sum: Micros,
): Html {
  const before = sumOfRows(other.rows)
  const share = before > 0 ? Math.round(((sum - before) / before) * 1_000) * 10 : undefined
  const change =
    share === undefined
      ? '–'
      : `${share > 0 ? '+ ' : share < 0 ? '− ' : ''}${format.percent(Math.abs(share))}`
  return html`<span
    >${words.view.compared(other.name, format.amount(centsOf(before)), change)}</span
  >`
}

/** Files of exactly what is shown; who may not see numbers gets none of single usages. */
function exportLinks(
  asking: AccountAsking,
  shown: ShownPeriod,
  { by, rows }: { readonly by: UsageBy; readonly rows: readonly UsageRow[] },
): Html | '' {
  const { caller, words, format } = asking
  if (rows.length === 0) return ''
  const count = rows.reduce((total, row) => total + row.count, 0)
  const isWhole = caller.rights.has('see-numbers') && !isOfSums(asking)
  return html`<div class="exports">
    <span>${words.view.table}:</span>
    <a class="act" href="${tableAddress(asking, shown, { by, format: 'csv' })}">CSV</a>
    <a class="act" href="${tableAddress(asking, shown, { by, format: 'excel' })}">Excel</a>
    ${
      isWhole
        ? html`<span>${words.view.usages(format.count(count))}:</span>
            <a class="act" href="${exportAddress(asking, shown, 'csv')}">CSV</a>
            <a class="act" href="${exportAddress(asking, shown, 'excel')}">Excel</a>
            <a class="act" href="${exportAddress(asking, shown, 'parquet')}">Parquet</a>
            <a class="act" href="${exportAddress(asking, shown, 'jsonl')}">JSON</a>
            ${mailForm(asking)}`
        : ''
    }
  </div>`
}
