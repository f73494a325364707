/** The fuzzer, for a moment: the long runs are `node test/fuzz-formats.ts --seconds 120`. */
import { expect, test } from 'vitest'
import { FORMAT_NAMES } from '../src/ingest/format.ts'
import { countRecords } from './count-records.ts'
import { fuzzFormat } from './fuzz-formats.ts'

const SEED = 20_261_121

test.each(FORMAT_NAMES)('%s survives damage', (format) => {
  const result = fuzzFormat({ format, seed: SEED, runs: 120, seconds: 5 })
  expect(result.runs, `seed ${SEED}`).toBeGreaterThan(0)
  expect(result.findings, `seed ${SEED}`).toEqual([])
})

test('the judge of lost records can count', () => {
  expect(countRecords('asterisk', Buffer.from('a\n\nb\r\nc'))).toBe(3)
  expect(countRecords('delimited', Buffer.from('header\na\nb\n'))).toBe(2)
  expect(countRecords('tap3', Buffer.from('a'))).toBeUndefined()
})
