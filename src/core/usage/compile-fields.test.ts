import { expect, test } from 'vitest'
import { compileEmpty, nameInCode } from './compile-fields.ts'
import { fieldNames, namesHolding, storedFields } from './field.ts'
import { emptyRow, ENTRY_FIELDS, nothingRated, RATED_FIELDS, ROW_FIELDS } from './ledger-row.ts'
import { emptyUsage, USAGE_FIELDS } from './usage.ts'

test('an empty usage has every field in the order of the table, each time a new object', () => {
  const usage = emptyUsage()
  expect(Object.keys(usage)).toEqual(Object.keys(USAGE_FIELDS))
  expect(usage).toMatchObject({ usageId: '', contentHash: 0, product: 'none', callTypeIndex: -1 })
  usage.usageId = 'a'
  expect(emptyUsage().usageId).toBe('')
})

test('an empty result and an empty row have lists of their own', () => {
  nothingRated().takeKeys.push('a')
  emptyRow().takeQuantities.push(1)
  expect([nothingRated().takeKeys, emptyRow().takeQuantities]).toEqual([[], []])
  expect(emptyRow()).toMatchObject({ entryKind: 'usage', outcome: 'rated', late: false })
})

test('each kind has its own nothing', () => {
  const empty = compileEmpty({
    words: { holds: ['first', 'second'] },
    money: { holds: 'money' },
    flag: { holds: 'flag' },
    index: { holds: 'index' },
    texts: { holds: 'texts' },
  })
  expect(empty()).toEqual({ words: 'first', money: 0, flag: false, index: -1, texts: [] })
})

test('every field of a row has a column, and no column is of two', () => {
  const columns = Object.values(ROW_FIELDS).map(({ column }) => column)
  expect(columns).not.toContain(undefined)
  expect(new Set(columns).size).toBe(columns.length)
  const stored = [USAGE_FIELDS, RATED_FIELDS, ENTRY_FIELDS].flatMap((table) =>
    Object.keys(storedFields(table)),
  )
  expect(fieldNames(ROW_FIELDS)).toHaveLength(stored.length)
})

test('fields are found by what they hold', () => {
  expect(namesHolding(USAGE_FIELDS, 'quantity')).toEqual([
    'durationSeconds',
    'volumeBytes',
    'quantity',
  ])
})

test.each(['', 'a b', 'a;b', '1a', 'a.b'])('%j is no name that could stand in code', (name) => {
  expect(() => nameInCode(name)).toThrow(/match/)
})
