/** Usage that was charged in a month, by what somebody asks for, beside the month before. */
import { html } from 'hono/html'
import { callTypeNames } from '../../app/catalogue/call-type-names.ts'
import { accountsOf, partnersOf } from '../../app/directory/directory-of.ts'
import { readQuestion } from '../../app/usage/read-question.ts'
import { daysOf, totalsOf } from '../../app/usage/usage-reports.ts'
import { addMicros, negateMicros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import { dayFromIso, monthAfter } from '../../core/time/period.ts'
import type { TotalsBy, UsageTotalsRow } from '../../reports/usage-totals.ts'
import type { Html, OwnAsking, Page } from '../page.ts'
import { dayChart } from '../parts/day-chart.ts'
import { bigMoney, centsOf, HOME_TIME_ZONE, moneyCell, numberCell } from '../parts/figures.ts'
import { financeTabs } from '../parts/finance-tabs.ts'
import { monthCorner, monthName, monthOf, monthShifted } from '../parts/month-corner.ts'
import { addressOf } from '../parts/period-corner.ts'
import { plainTable } from '../parts/plain-table.ts'
import { requireStaff } from '../parts/staff.ts'

const BY = ['product', 'call-type', 'partner', 'account'] as const satisfies readonly TotalsBy[]
type By = (typeof BY)[number]

/** Of many accounts the dearest are read; the file has them all. */
const ROWS_SHOWN_MAX = 500

interface Compared {
  readonly key: string
  readonly row: UsageTotalsRow | undefined
  readonly before: UsageTotalsRow | undefined
  readonly nowMicros: Micros
  readonly beforeMicros: Micros
}

export const financePage: Page = {
  about: 'own',
  path: '/finance',
  right: 'finance',
  async show(asking) {
    const { words, format, query, person } = asking
    requireStaff(person)
    const by = BY.find((one) => one === query.get('by')) ?? 'product'
    const month = monthOf(asking)
    const [now, before, chart] = await Promise.all([
      totalsIn(asking, by, month),
      totalsIn(asking, by, monthShifted(month, -1)),
      chartOf(asking, month),
    ])
    const compared = comparedOf(now, before, by)
    const sum = compared.reduce((total, one) => addMicros(total, one.nowMicros), ZERO_MICROS)
    const earlier = compared.reduce((total, one) => addMicros(total, one.beforeMicros), ZERO_MICROS)
    return {
      title: words.finance.revenue,
      corner: monthCorner(asking, month),
      body: html`${financeTabs(asking, 'revenue')}
        <p class="sum">
          ${bigMoney(sum, format)}
          <span
            >${words.finance.ofUsage} ·
            ${words.finance.against(monthName(asking, monthShifted(month, -1)))}
            ${format.amount(centsOf(earlier))} (${changeText(sum, earlier, format)})</span
          >
        </p>
        ${chart} ${byTabs(asking, by)} ${exportLinks(asking, by, month)}
        ${
          compared.length === 0
            ? html`<p class="empty">${words.usage.nothing}</p>`
            : await table(asking, compared, { by, sum, earlier })
        }`,
    }
  },
}

function totalsIn({ ask, query }: OwnAsking, by: By, period: string): Promise<UsageTotalsRow[]> {
  const partner = query.get('partner') ?? undefined
  const question = readQuestion({ period, timeZone: HOME_TIME_ZONE, partner })
  return ask(totalsOf, by, question)
}

async function chartOf(asking: OwnAsking, month: string): Promise<Html | ''> {
  const { ask, query } = asking
  const partner = query.get('partner') ?? undefined
  const inMonth = (period: string) =>
    ask(daysOf, readQuestion({ period, timeZone: HOME_TIME_ZONE, partner }), HOME_TIME_ZONE)
  const earlier = monthShifted(month, -1)
  const [days, before] = await Promise.all([inMonth(month), inMonth(earlier)])
  const startDay = dayFromIso(`${month}-01`)
  return dayChart(asking, {
    startDay,
    endDay: monthAfter(startDay),
    days,
    before: { startDay: dayFromIso(`${earlier}-01`), days: before },
  })
}

/** What was there in either month, the dearest of now first. */
function comparedOf(
  now: readonly UsageTotalsRow[],
  before: readonly UsageTotalsRow[],
  by: By,
): Compared[] {
  const rows = new Map(now.map((row) => [keyOf(row, by), row]))
  const earlier = new Map(before.map((row) => [keyOf(row, by), row]))
  return [...new Set([...rows.keys(), ...earlier.keys()])]
    .map((key) => ({
      key,
      row: rows.get(key),
      before: earlier.get(key),
      nowMicros: rows.get(key)?.amountMicros ?? ZERO_MICROS,
      beforeMicros: earlier.get(key)?.amountMicros ?? ZERO_MICROS,
    }))
    .toSorted(
      (left, right) =>
        right.nowMicros - left.nowMicros ||
        right.beforeMicros - left.beforeMicros ||
        (left.key < right.key ? -1 : 1),
    )
}

function keyOf({ product, callType, partnerId, accountId }: UsageTotalsRow, by: By): string {
  return by === 'product'
    ? product
    : by === 'call-type'
      ? `${product} ${callType}`
      : by === 'partner'
        ? partnerId
        : accountId
}

async function table(
  asking: OwnAsking,
  compared: readonly Compared[],
  { by, sum, earlier }: { readonly by: By; readonly sum: Micros; readonly earlier: Micros },
): Promise<Html> {
  const { words, format } = asking
  const nameOf = await namesOf(asking, by)
  return plainTable(
    [
      { text: words.finance.by[by] },
      { text: words.usage.count, isNumber: true },
      { text: words.finance.before, isNumber: true },
      { text: words.usage.cost, isNumber: true },
      { text: words.month.difference, isNumber: true },
      { text: '%', isNumber: true },
    ],
    compared.slice(0, ROWS_SHOWN_MAX).map(
      (one) =>
        html`<td>${nameOf(one)}</td>
          ${numberCell(one.row?.count ?? 0, format, words.usage.count)}
          <td class="n p" data-label="${words.finance.before}">
            ${format.cents(centsOf(one.beforeMicros))}
          </td>
          ${moneyCell(one.nowMicros, format)}
          <td class="n" data-label="${words.month.difference}">
            ${differenceText(one.nowMicros, one.beforeMicros, format)}
          </td>
          <td class="n p">${changeText(one.nowMicros, one.beforeMicros, format)}</td>`,
    ),
    {
      caption: words.finance.revenue,
      foot: html`<td colspan="2">${words.usage.total(format.exact(sum))}</td>
        <td class="n">${format.cents(centsOf(earlier))}</td>
        ${moneyCell(sum, format)}
        <td class="n">${differenceText(sum, earlier, format)}</td>
        <td class="n">${changeText(sum, earlier, format)}</td>`,
    },
  )
}

/** How a row is called, and where it leads. */
async function namesOf(asking: OwnAsking, by: By): Promise<(one: Compared) => Html | string> {
  const { ask, words, language } = asking
  if (by === 'partner') {
    const partners = new Map((await ask(partnersOf)).map((one) => [one.partnerId, one]))
    return (one) => {
      const name = partners.get(one.key)?.party.legalName ?? one.key
      const to = addressOf(asking, { by: 'account', partner: one.key })
      return html`<a href="${to}">${name}</a>`
    }
  }
  if (by === 'account') {
    const accounts = new Map((await ask(accountsOf)).map((one) => [one.accountId, one]))
    return (one) => {
      const name = accounts.get(one.key)?.party.legalName ?? one.key
      return html`<a href="/accounts/${encodeURIComponent(one.key)}/usage?period=${monthOf(asking)}"
        >${name}</a
      >`
    }
  }
  const names = by === 'call-type' ? await ask(callTypeNames) : undefined
  return (one) => {
    const { product = '', callType = '' } = one.row ?? one.before ?? {}
    const called = product === 'voip' || product === 'mobile' ? product : 'none'
    if (by === 'product') return words.products[called]
    return `${names?.get(callType)?.[language] ?? callType} (${words.products[called]})`
  }
}

function byTabs(asking: OwnAsking, by: By): Html {
  const { words } = asking
  return html`<nav class="seg" aria-label="${words.finance.revenue}">
    ${BY.map(
      (one) =>
        html`<a
          href="${addressOf(asking, { by: one })}"
          ${one === by ? html`aria-current="page"` : ''}
          >${words.finance.by[one]}</a
        >`,
    )}
  </nav>`
}

/** The rows as they are here, and every usage behind them. */
function exportLinks({ words, query, caller, language }: OwnAsking, by: By, month: string): Html {
  const partner = query.get('partner')
  const asked = (more: Record<string, string>): string =>
    new URLSearchParams({
      period: month,
      timeZone: HOME_TIME_ZONE,
      ...(partner === null ? {} : { partner }),
      ...more,
    }).toString()
  return html`<p class="exports">
    ${words.finance.rows}:
    <a class="act" href="/api/v1/usage/totals/export?${asked({ by, language })}">CSV</a>
    <a class="act" href="/api/v1/usage/totals/export?${asked({ by, language, format: 'excel' })}"
      >Excel</a
    >
    ${
      caller.rights.has('see-numbers')
        ? html`· ${words.finance.usages}:
            <a class="act" href="/api/v1/usage/export?${asked({ format: 'csv' })}">CSV</a>
            <a class="act" href="/api/v1/usage/export?${asked({ format: 'parquet' })}">Parquet</a>`
        : ''
    }
  </p>`
}

function differenceText(now: Micros, before: Micros, format: OwnAsking['format']): string {
  const difference = addMicros(now, negateMicros(before))
  const text = format.cents(centsOf(difference))
  return difference > 0 ? `+${text}` : text
}

/** Whole percents; of nothing before there is none. */
function changeText(now: Micros, before: Micros, format: OwnAsking['format']): string {
  if (before === 0) return '–'
  const percent = Math.round((100 * (now - before)) / before)
  return `${percent > 0 ? '+' : ''}${format.percent(percent * 100)}`
}
