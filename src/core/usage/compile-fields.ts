/**
 * Functions that are written out field by field from a table of fields, once, when a module is loaded.
 * What is done for every record cannot be a loop over names: looking each field up by its name takes
 * twice as long as recording it (decision 0375). Nothing but the tables gets into the text.
 */
import assert from 'node:assert/strict'
import { ZERO_MICROS } from '../money/money.ts'
import { fieldNames, type Field, type Fields, type KindValues, type ValuesOf } from './field.ts'

/** Of every kind, what stands for nothing said. */
const EMPTY_VALUES: Readonly<KindValues> = {
  text: '',
  category: '',
  number: 0,
  quantity: 0,
  money: ZERO_MICROS,
  instant: 0,
  day: 0,
  partition: 0,
  partNumber: 0,
  texts: [],
  quantities: [],
  flag: false,
  index: -1,
}

/** Makes a new object of empty values: those of one table have one shape, which the engine likes. */
export function compileEmpty<Table extends Fields>(table: Table): () => ValuesOf<Table> {
  const members = fieldNames(table).map((name) => {
    return `${nameInCode(name)}: ${emptyInCode(table[name])}`
  })
  return compile<() => ValuesOf<Table>>('', `return { ${members.join(', ')} }`)
}

/** What stands for nothing in a field, as code. */
export function emptyInCode(field: Field | undefined): string {
  assert(field !== undefined)
  return JSON.stringify(
    typeof field.holds === 'string' ? EMPTY_VALUES[field.holds] : field.holds[0],
  )
}

/** The one place that makes code of text. The caller says what type its text has. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- only the caller can know
export function compile<Compiled>(parameters: string, body: string): Compiled {
  // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-type-assertion -- see above
  return new Function(parameters, `'use strict'; ${body}`) as Compiled
}

/** A name of a field or column as code; anything else is a bug of a table. */
export function nameInCode(name: string): string {
  assert.match(name, /^[A-Za-z]\w*$/)
  return name
}
