/**
 * Values for every field of a table, each different from all others and from what stands for nothing:
 * what one of them loses or swaps on its way shows.
 */
import { micros } from '../../src/core/money/money.ts'
import type { Field, Fields, KindValues, ValuesOf } from '../../src/core/usage/field.ts'

const OCTOBER_MS = Date.UTC(2026, 9, 1)
const OCTOBER = OCTOBER_MS / 86_400_000

export function filledValues<Table extends Fields>(table: Table): ValuesOf<Table> {
  const values = Object.entries<Field>(table).map(([name, field], index) => {
    return [name, filledValue(name, field, index + 1)]
  })
  return Object.fromEntries(values) as ValuesOf<Table>
}

function filledValue(name: string, { holds }: Field, number: number): KindValues[keyof KindValues] {
  if (typeof holds !== 'string') return holds.at(-1) ?? ''
  const values: KindValues = {
    text: `${name} “é”`,
    category: `${name}-category`,
    number: 2 ** 40 + number,
    quantity: 1_000 + number,
    money: micros(2_000_000 + number),
    instant: OCTOBER_MS + number,
    day: OCTOBER + number,
    partition: number,
    partNumber: number,
    texts: [`${name}|1`, `${name}|2`],
    quantities: [number, -number],
    flag: true,
    index: number,
  }
  return values[holds]
}
