/**
 * Totals by who used it: by the name of a line, or by cost centre. They are the totals by number, added up by what
 * subscriptions are called now.
 */
import { micros } from '../../core/money/money.ts'
import { holds } from '../../reports/comparison.ts'
import type { UsageTotalsRow } from '../../reports/usage-totals.ts'
import { directoryOf } from '../known-directory.ts'
import type { Desk } from '../desk.ts'
import { totalsOf, type TotalsQuestion } from './usage-reports.ts'

export const PEOPLE_BY = ['person', 'cost-centre'] as const
export type PeopleBy = (typeof PEOPLE_BY)[number]

export interface PeopleTotalsRow extends Omit<
  UsageTotalsRow,
  'callType' | 'product' | 'accountId' | 'partnerId'
> {
  /** Of a person with one line its label and subscription; of a cost centre its name, '' for those without one. */
  readonly name: string
}

/** In the order of their names. Charges without VAT and not rounded. */
export async function peopleTotals(
  desk: Desk,
  by: PeopleBy,
  question: TotalsQuestion,
): Promise<PeopleTotalsRow[]> {
  const { totalAmount, totalDurationSeconds, totalVolumeBytes, ...all } = question
  const rows = await totalsOf(desk, 'number', all)
  const { subscriptions } = await directoryOf(desk)
  const known = new Map(subscriptions.map((one) => [one.subscriptionId, one]))
  const groups = Map.groupBy(rows, ({ subscriptionId }) =>
    by === 'cost-centre' ? (known.get(subscriptionId)?.costCentre ?? '') : subscriptionId,
  )
  return [...groups]
    .map(([key, own]) => {
      const name = by === 'cost-centre' ? key : (known.get(key)?.label ?? '')
      return { ...sumOf(own), name, subscriptionId: by === 'cost-centre' ? '' : key }
    })
    .filter(
      (row) =>
        holds(row.amountMicros, totalAmount) &&
        holds(row.durationSeconds, totalDurationSeconds) &&
        holds(row.volumeBytes, totalVolumeBytes),
    )
    .toSorted((left, right) => compare(left.name, right.name) || compare(left.number, right.number))
}

/** The number is that of the group where it has only one. */
function sumOf(rows: readonly UsageTotalsRow[]): Omit<PeopleTotalsRow, 'name'> {
  const add = (read: (row: UsageTotalsRow) => bigint): bigint =>
    rows.reduce((sum, row) => sum + read(row), 0n)
  const addMoney = (read: (row: UsageTotalsRow) => number) =>
    micros(rows.reduce((sum, row) => sum + read(row), 0))
  const numbers = new Set(rows.map(({ number }) => number))
  const [first = ''] = numbers
  return {
    number: numbers.size === 1 ? first : '',
    subscriptionId: '',
    count: rows.reduce((sum, row) => sum + row.count, 0),
    durationSeconds: add((row) => row.durationSeconds),
    volumeBytes: add((row) => row.volumeBytes),
    quantity: add((row) => row.quantity),
    outOfBundleQuantity: add((row) => row.outOfBundleQuantity),
    chargeMicros: addMoney((row) => row.chargeMicros),
    informationChargeMicros: addMoney((row) => row.informationChargeMicros),
    amountMicros: addMoney((row) => row.amountMicros),
  }
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
