/**
 * The golden tables of fixtures/rating: every row must come out as it is written. UPDATE_GOLDEN=1
 * writes what comes out; read the difference before keeping it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { formatCase, parseCases, runCase, withAllColumns } from './golden-table.ts'

const FOLDER = 'fixtures/rating'
const ROWS_MIN = 170
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.txt'))

describe.each(files)('%s', (file) => {
  const path = `${FOLDER}/${file}`
  const text = readFileSync(path, 'utf8')
  const cases = parseCases(text)
  const preamble = text.split(/^== /m)[0] ?? ''
  if (process.env['UPDATE_GOLDEN'] === '1') {
    const written = cases.map((each) => formatCase(each, runCase(each)))
    writeFileSync(path, preamble + written.join('\n'))
  }
  test.each(cases.map((each) => [each.title, each] as const))('%s', (_title, each) => {
    expect(formatCase(each, runCase(each))).toBe(formatCase(each, each.rows.map(withAllColumns)))
  })
})

test('the tables cover enough and no case is empty', () => {
  const cases = files.flatMap((file) => parseCases(readFileSync(`${FOLDER}/${file}`, 'utf8')))
  expect(cases.filter((each) => each.rows.length === 0)).toEqual([])
  expect(cases.flatMap((each) => each.rows).length).toBeGreaterThanOrEqual(ROWS_MIN)
})

test('canary: a wrong charge in a table is found', () => {
  const [first] = parseCases(readFileSync(`${FOLDER}/examples.txt`, 'utf8'))
  expect(first).toBeDefined()
  if (first === undefined) return
  const wrong = { ...first, rows: first.rows.map((row) => row.toSpliced(9, 1, '0.2501')) }
  expect(runCase(first)).not.toEqual(wrong.rows.map(withAllColumns))
})
