import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { errorTable, ERROR_TABLE_FILE } from './make-error-table.ts'

test('the table of errors is up to date: node scripts/make-error-table.ts', () => {
  expect(readFileSync(ERROR_TABLE_FILE, 'utf8')).toBe(errorTable())
})
