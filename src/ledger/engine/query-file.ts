/**
 * A query is a file in clickhouse/queries with `{name:Type}` parameters, and beside it here the
 * schema of what goes in and what comes out. Nothing is ever pasted into the text.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import { microsFromDecimal, nearestMicros } from '../../core/money/money.ts'

export type QueryParam = string | number | boolean | readonly string[] | readonly number[]
export type QueryParams = Readonly<Record<string, QueryParam>>

export interface QueryFile<Params extends QueryParams, Row> {
  readonly name: string
  /** The statement, tagged with its name for the query log; no FORMAT. */
  readonly sql: string
  readonly row: z.ZodType<Row>
  /** Only carries the type of the parameters. */
  readonly params?: Params
  /** People look at its answer again and again: kept-reads.ts keeps it while nothing changes. */
  readonly isLookedAt?: true
}

/**
 * Marks a query whose answer depends on the rows of the ledger and on its text and parameters alone: none
 * that asks the clock.
 */
export function lookedAt<Params extends QueryParams, Row>(
  file: QueryFile<Params, Row>,
): QueryFile<Params, Row> {
  return { ...file, isLookedAt: true }
}

const QUERIES_FOLDER = join(import.meta.dirname, '../../../clickhouse', 'queries')

/** 64-bit integers and decimals come quoted, so that nothing passes through floating point. */
const EXACT_OUTPUT =
  'output_format_json_quote_64bit_integers = 1, output_format_json_quote_decimals = 1'

/**
 * Binds clickhouse/queries/<name>.sql to the types of its parameters and rows. Marked places, such as
 * a comment `fields`, are filled with fixed texts of the code. Values never come this way: they are
 * parameters. `settings` stand in for those that write exact JSON, where it is no JSON.
 */
export function queryFile<Params extends QueryParams = Record<string, never>>() {
  return <Row>(
    name: string,
    row: z.ZodType<Row>,
    places?: Readonly<Record<string, string>>,
    settings?: string,
  ): QueryFile<Params, Row> => {
    const text = textOf(name)
    const whole = places === undefined ? text : filled(text, places)
    return queryText<Params>()(name, whole, row, settings)
  }
}

/** Composed statements are made for each question; their files are read once. */
function textOf(name: string): string {
  const known = texts.get(name) ?? readFileSync(join(QUERIES_FOLDER, `${name}.sql`), 'utf8')
  texts.set(name, known)
  return known
}

const texts = new Map<string, string>()

function filled(text: string, places: Readonly<Record<string, string>>): string {
  return text
    .replaceAll(/\/\* (\w+) \*\//g, (place, key: string) => places[key] ?? place)
    .replaceAll(/^[ \t]*\n/gm, '')
}

/** The same for a statement that is composed from fixed parts (src/reports). */
export function queryText<Params extends QueryParams = Record<string, never>>() {
  return <Row>(
    name: string,
    text: string,
    row: z.ZodType<Row>,
    settings = EXACT_OUTPUT,
  ): QueryFile<Params, Row> => ({
    name,
    sql: `${text.trim()}\nSETTINGS log_comment = 'tik/${name}', ${settings}`,
    row,
  })
}

/**
 * A count, offset or quantity: quoted by ClickHouse, a safe integer here. Throws `quantity_overflow`
 * for one that is none.
 */
export const exactInteger = z.unknown().transform((value, context) => {
  if (typeof value !== 'string' && typeof value !== 'number') {
    context.addIssue('neither a number nor the text of one')
    return z.NEVER
  }
  const parsed = integerOf(value)
  if (parsed !== undefined) return parsed
  context.addIssue(`${value} is not an integer`)
  return z.NEVER
})

/**
 * The same without a schema, for rows of which there are tens of thousands: a schema that transforms costs more than
 * all else that is done with a row. Throws `quantity_overflow`; undefined for what is no integer.
 */
export function integerOf(value: string | number): number | undefined {
  const parsed = typeof value === 'number' ? value : Number.parseInt(value, 10)
  if (Number.isSafeInteger(parsed) && String(parsed) === String(value)) return parsed
  if (/^-?[1-9]\d*$/.test(String(value))) {
    throw new TikError('quantity_overflow', `${value} is more than can be counted exactly`)
  }
  return undefined
}

/** Of a text that the engine wrote: anything else is a bug. */
export function exactCount(text: string): number {
  const count = integerOf(text)
  assert(count !== undefined, `${text} is not an integer`)
  return count
}

/** A sum that may be beyond safe integers: what all customers together used. */
export const exactBigInteger = z
  .union([z.string().regex(/^-?\d+$/), z.int()])
  .transform((value) => BigInt(value))

/**
 * A sum that rating starts from. What an earlier build let grow beyond exact numbers is as near as a
 * number comes: rating refuses to add to it (src/rating/price/price-in-range.ts), and rates everybody else.
 */
export const startingSum = exactBigInteger.transform((sum) => Number(sum))
export const startingMicros = z.string().transform((text) => nearestMicros(text))

/** A Decimal column: exact micros. */
export const exactMicros = z.string().transform((text) => microsFromDecimal(text))
