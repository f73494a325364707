import { stringify } from 'csv-stringify/sync'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine } from './csv-line.ts'

test('a line is what csv-stringify makes of it', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', ',', ';', '"', '\r', '\n', ' ', "'") })
  const cells = fc.array(cell, { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(cells, fc.constantFrom(',' as const, ';' as const), (values, delimiter) => {
      const line = stringify([values], { delimiter, record_delimiter: 'windows' })
      expect(csvLine(values, delimiter)).toBe(line)
    }),
    { numRuns: 2_000 },
  )
})
