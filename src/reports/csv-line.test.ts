import { stringify } from 'csv-stringify/sync'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine } from './csv-line.ts'

/** A lone line break is quoted as well: it would begin a row. */
const LINE = { record_delimiter: 'windows', quote_record_delimiter: true } as const

test('a line is what csv-stringify makes of it', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', ',', ';', '"', '\r', '\n', ' ', "'") })
  const cells = fc.array(cell, { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(cells, fc.constantFrom(',' as const, ';' as const), (values, delimiter) => {
      const line = stringify([values], { ...LINE, delimiter })
      expect(csvLine(values, delimiter)).toBe(line)
    }),
    { numRuns: 2_000 },
  )
})
