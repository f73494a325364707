/** Whatever was carried over and however much comes: each row of the file leaves once, in its order. */
import { expect, test } from 'vitest'
import type { DecodedRecord } from '../../core/usage/usage.ts'
import { hashOf, LinkedWindow, LINKED_ROWS_CARRIED_MAX } from './linked-window.ts'
import type { LinkedRow } from './linked-window.ts'

interface Row {
  readonly link: string
  readonly record: DecodedRecord
}

/** Only its identity matters here. */
function rowOf(link: string, raw: string): Row {
  const record: unknown = { raw }
  return { link, record: record as DecodedRecord }
}

const RULES = {
  linkOf: (row: Row) => row.link,
  decode: ({ record }: Row): LinkedRow<string> => {
    return { alone: record, facts: record.raw, isFixed: false, outcome: record }
  },
  decodeLone: ({ record }: Row) => record,
  judge: () => undefined,
}

test.each([
  [0, 10],
  [256, 10],
  [257, 1_000],
  [LINKED_ROWS_CARRIED_MAX, 3_000],
  [LINKED_ROWS_CARRIED_MAX, 70_000],
])('with %d rows of the file before, all of %d rows leave in order', (carriedCount, rowsCount) => {
  const carried = Array.from({ length: carriedCount }, (_, at) =>
    rowOf(`c${at % 90}`, `before ${at}`),
  )
  const window = new LinkedWindow<Row, string>(RULES, carried)
  const left: string[] = []
  const emit = ({ raw }: DecodedRecord): void => void left.push(raw)
  const rows = Array.from({ length: rowsCount }, (_, at) => rowOf(`c${at % 7_001}`, String(at)))
  for (const row of rows) window.add(row, hashOf(row.link), emit)
  window.flush(emit, () => undefined)
  expect(left).toEqual(rows.map(({ record }) => record.raw))
})
