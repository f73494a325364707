import { expect, test } from 'vitest'
import { plainSource, runDecoder } from '../../../test/doubles/decoding-run.ts'
import { openDecoder } from './open-decoder.ts'

const options = { columns: { start: 'start', duration: 'talk' } }
const rows = 'start,talk\n12/31 23:59,60\n01/01 00:05,60\n'

function startsOf(yearFrom: unknown, name: string, registered: string): string[] {
  const source = plainSource('delimited', {
    ...options,
    time: { formats: 'MM/DD HH:mm', zone: 'UTC', yearFrom },
  })
  const registeredMs = Date.parse(registered)
  return runDecoder(openDecoder(source, { contentHash: 'x', name, registeredMs }), rows).map(
    (record) => (record.status === 'cdr' ? new Date(record.startMs).toISOString() : record.reason),
  )
}

test('times without a year get it from the arrival of the file, also years later', () => {
  const expected = ['2026-12-31T23:59:00.000Z', '2027-01-01T00:05:00.000Z']
  expect(startsOf('arrival', 'smdr.log', '2027-01-01T01:00:00Z')).toEqual(expected)
  expect(startsOf('arrival', 'smdr.log', '2026-12-31T23:59:30Z')).toEqual(expected)
})

test('or from the date in its name', () => {
  const byName = { fileName: 'YYYYMMDD' }
  expect(startsOf(byName, 'smdr-20261231.log', '2029-05-01T00:00:00Z')).toEqual([
    '2026-12-31T23:59:00.000Z',
    '2027-01-01T00:05:00.000Z',
  ])
  expect(startsOf(byName, 'smdr.log', '2027-01-01T01:00:00Z')).toEqual([
    'invalid_time',
    'invalid_time',
  ])
})
