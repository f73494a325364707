/** Totals as a table: what a row is of, how much, what it cost; beside it what another period cost. */
import { html } from 'hono/html'
import type { Localized } from '../../catalogue/catalogue.ts'
import { addMicros, micros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import type { PeopleBy, PeopleTotalsRow } from '../../app/usage/people-totals.ts'
import type { UsageTotalsRow } from '../../reports/usage-totals.ts'
import type { AccountAsking, Html } from '../page.ts'
import { centsOf, moneyCell, numberCell, quantityCell } from './figures.ts'
import { addressOf } from './period-corner.ts'

export type UsageBy = 'call-type' | 'number' | 'number-and-call-type' | PeopleBy
export type UsageRow = UsageTotalsRow | PeopleTotalsRow

export interface UsageTable {
  readonly by: UsageBy
  readonly rows: readonly UsageRow[]
  /** Of another period, with what that is called. */
  readonly other: { readonly name: string; readonly rows: readonly UsageRow[] } | undefined
  readonly names: ReadonlyMap<string, Localized>
}

export function sumOfRows(rows: readonly UsageRow[]): Micros {
  return rows.reduce((total, row) => addMicros(total, row.amountMicros), ZERO_MICROS)
}

export function usageTable(asking: AccountAsking, table: UsageTable): Html {
  const { words, format } = asking
  const { by, other } = table
  const heads = headsOf(asking, by)
  return html`<div class="box">
    <table class="cards">
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
          <th scope="col" class="n">${words.usage.count}</th>
          <th scope="col" class="n">${words.usage.duration}</th>
          <th scope="col" class="n">${words.usage.volume}</th>
          ${
            other === undefined
              ? ''
              : html`<th scope="col" class="n">${other.name} €</th>
                  <th scope="col" class="n">${words.view.difference}</th>`
          }
          <th scope="col" class="n">${words.usage.cost}</th>
        </tr>
      </thead>
      <tbody>
        ${pairsOf(table).map(([row, before]) => rowOf(asking, table, row, before))}
      </tbody>
      <tfoot>
        <tr>
          <td colspan="${heads.length}">
            ${words.usage.total(format.exact(sumOfRows(table.rows)))}
          </td>
          ${figures(asking, sumRow(table.rows))}
          ${other === undefined ? '' : compared(asking, other.name, sumOfRows(table.rows), sumOfRows(other.rows))}
          ${moneyCell(sumOfRows(table.rows), format)}
        </tr>
      </tfoot>
    </table>
  </div>`
}

function headsOf({ words }: AccountAsking, by: UsageBy): string[] {
  const { usage, view } = words
  switch (by) {
    case 'person':
      return [view.person, usage.number]
    case 'cost-centre':
      return [view.costCentre]
    case 'call-type':
      return [usage.product, usage.type]
    case 'number':
      return [usage.product, usage.number]
    case 'number-and-call-type':
    default:
      return [usage.product, usage.number, usage.type]
  }
}

/** The dearest first; what only the other period has stands below it. */
function pairsOf({ rows, other }: UsageTable): (readonly [UsageRow, UsageRow | undefined])[] {
  const before = new Map(other?.rows.map((row) => [keyOf(row), row]))
  const dearFirst = rows.toSorted((left, right) => right.amountMicros - left.amountMicros)
  const known = new Set(rows.map(keyOf))
  const gone = (other?.rows ?? []).filter((row) => !known.has(keyOf(row)))
  return [
    ...dearFirst.map((row) => [row, before.get(keyOf(row))] as const),
    ...gone.map((row) => [emptied(row), row] as const),
  ]
}

function keyOf(row: UsageRow): string {
  const kind = 'product' in row ? [row.product, row.callType, row.number] : [row.name]
  return [...kind, row.subscriptionId].join('\0')
}

function emptied(row: UsageRow): UsageRow {
  return { ...row, count: 0, durationSeconds: 0n, volumeBytes: 0n, amountMicros: ZERO_MICROS }
}

function rowOf(
  asking: AccountAsking,
  { by, other, names }: UsageTable,
  row: UsageRow,
  before: UsageRow | undefined,
): Html {
  return html`<tr>
    ${whatCells(asking, by, row, names)} ${figures(asking, row)}
    ${
      other === undefined
        ? ''
        : compared(asking, other.name, row.amountMicros, before?.amountMicros ?? ZERO_MICROS)
    }
    ${moneyCell(row.amountMicros, asking.format)}
  </tr>`
}

/** What is told apart leads to its calls. */
function whatCells(
  asking: AccountAsking,
  by: UsageBy,
  row: UsageRow,
  names: ReadonlyMap<string, Localized>,
): Html {
  const { words, language, account, query } = asking
  const path = `/accounts/${encodeURIComponent(account.accountId)}/usage/calls`
  const none = { by: undefined, with: undefined, totalAmount: undefined, totalVolume: undefined }
  const to = (wanted: Readonly<Record<string, string>>): string =>
    addressOf({ path, query }, { ...none, ...wanted })
  if (!('product' in row)) {
    if (by === 'person') {
      const shown = row.name === '' ? row.number || row.subscriptionId : row.name
      return html`<td><a href="${to({ subscription: row.subscriptionId })}">${shown}</a></td>
        <td class="p">${row.number}</td>`
    }
    return row.name === ''
      ? html`<td class="p">${words.view.noCostCentre}</td>`
      : html`<td><a href="${to({ costCentre: row.name })}">${row.name}</a></td>`
  }
  const calls = to({
    product: row.product,
    ...(by === 'number' ? {} : { type: row.callType }),
    ...(by === 'call-type' ? {} : { sender: row.number }),
  })
  const type = names.get(row.callType)?.[language] ?? row.callType
  return html`<td class="p">${words.products[productOf(row.product)]}</td>
    ${by === 'number-and-call-type' ? html`<td>${row.number}</td>` : ''}
    <td><a href="${calls}">${by === 'number' ? row.number : type}</a></td>`
}

type Figures = Pick<UsageRow, 'count' | 'durationSeconds' | 'volumeBytes'>

function figures({ words, format }: AccountAsking, row: Figures): Html {
  const { usage } = words
  return html`${numberCell(row.count, format, usage.count)}
  ${quantityCell(row.durationSeconds, 'second', format, usage.duration)}
  ${quantityCell(row.volumeBytes, 'byte', format, usage.volume)}`
}

function sumRow(rows: readonly UsageRow[]): Figures {
  return rows.reduce<Figures>(
    (sum, row) => ({
      count: sum.count + row.count,
      durationSeconds: sum.durationSeconds + row.durationSeconds,
      volumeBytes: sum.volumeBytes + row.volumeBytes,
    }),
    { count: 0, durationSeconds: 0n, volumeBytes: 0n },
  )
}

/** What it was, and how much more or less it is now: the difference of what is shown. */
function compared(
  { words, format }: AccountAsking,
  name: string,
  now: Micros,
  before: Micros,
): Html {
  const difference = centsOf(now) - centsOf(before)
  const sign = difference > 0 ? '+ ' : difference < 0 ? '− ' : ''
  return html`<td class="n p" data-label="${name}">${format.cents(centsOf(before))}</td>
    <td class="n" data-label="${words.view.difference}">
      ${sign}${format.cents(micros(Math.abs(difference)))}
    </td>`
}

function productOf(text: string): 'voip' | 'mobile' | 'none' {
  return text === 'voip' || text === 'mobile' ? text : 'none'
}
