/**
 * What the tables of fields (USAGE_FIELDS in usage.ts, RATED_FIELDS and ENTRY_FIELDS in ledger-row.ts)
 * say of a field. A room says once for each kind what it does with it: its column and how that is read
 * (ledger), what a message may hold (stream), whether a reversal negates it (rating).
 */
import type { Micros } from '../money/money.ts'

/** The kinds, with the type of their values. */
export interface KindValues {
  text: string
  /** A text out of few. */
  category: string
  /** Which one, or how many there are of it: a reversal keeps it. */
  number: number
  /** What is added up: a reversal has it negated, as money and the quantities of a list. */
  quantity: number
  money: Micros
  /** UTC epoch milliseconds. */
  instant: number
  /** Days since 1970-01-01. */
  day: number
  /** Of a log. */
  partition: number
  /** As isPartNumber in usage.ts has it. */
  partNumber: number
  texts: string[]
  quantities: number[]
  flag: boolean
  /** A place in a list of this process, -1 for none: neither stored nor sent. */
  index: number
}

export type Kind = keyof KindValues
/** A closed list; the first word stands for nothing said. */
export type Words = readonly [string, ...string[]]

export interface Field {
  readonly holds: Kind | Words
  /** Its column of usage_ledger; left out where the row has it in another field, or not at all. */
  readonly column?: string
  /** Of a usage: its place in a message of the topic `usage`; left out where it does not travel. */
  readonly place?: number
  /**
   * Left out for what says whose usage it is or what it costs. `people`: a text that follows from the
   * reason, so no difference. `moment`: what happened while it was rated, so nothing to correct.
   */
  readonly tells?: 'people' | 'moment'
}

export type Fields = Readonly<Record<string, Field>>

export type ValueOf<Of extends Field> = Of['holds'] extends Kind
  ? KindValues[Of['holds']]
  : Of['holds'][number]

export type ValuesOf<Table extends Fields> = {
  -readonly [Name in keyof Table]: ValueOf<Table[Name]>
}

/** The fields that have a column, in the order of the table. */
export function storedFields<Table extends Fields>(table: Table): Stored<Table> {
  const stored = Object.entries(table).filter(([, { column }]) => column !== undefined)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what Stored says of the keys
  return Object.fromEntries(stored) as Stored<Table>
}

export type Stored<Table extends Fields> = {
  readonly [
    Name in keyof Table as Table[Name] extends { readonly column: string } ? Name : never
  ]: Table[Name]
}

/** The names of a table, in its order. */
export function fieldNames<Table extends Fields>(table: Table): (keyof Table & string)[] {
  return Object.keys(table)
}

/** Those that hold something of this kind. */
export function namesHolding<Table extends Fields, Held extends Kind>(
  table: Table,
  kind: Held,
): NamesHolding<Table, Held>[] {
  const holds = (name: keyof Table & string): name is NamesHolding<Table, Held> =>
    table[name]?.holds === kind
  return fieldNames(table).filter(holds)
}

export type NamesHolding<Table extends Fields, Held extends Kind> = {
  [Name in keyof Table]: Table[Name]['holds'] extends Held ? Name : never
}[keyof Table] &
  string
