import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { DecodedRecord } from '../../../core/usage/usage.ts'
import { broadworksAdapter } from './broadworks.ts'
import { decodeFile, plainSource, tally } from '../../../../test/doubles/decoding-run.ts'
import { describeFormat } from '../../../../test/doubles/format.conformance.ts'

const file = readFileSync('fixtures/cdr/broadworks/day.csv')
const text = file.toString('latin1')

describeFormat({
  adapter: broadworksAdapter,
  source: plainSource('broadworks'),
  file,
  recordsCount: 11,
  emitsInOrder: true,
  oversized: Buffer.concat([file, Buffer.alloc(10_000_000, 'a,'), Buffer.from('\n'), file]),
  isDetectable: true,
})

function decode(rows: string | Buffer, options = {}): DecodedRecord[] {
  return decodeFile(broadworksAdapter, plainSource('broadworks', options), rows)
}

test('the fixture ends as its records say', () => {
  expect(tally(decode(file))).toBe(
    'cdr 4, rejected:call_incomplete 1, rejected:invalid_quantity 1, rejected:invalid_time 1, ' +
      'unbillable:control_record 2, unbillable:internal_leg 1, unbillable:superseded 1',
  )
})

test('a call of 61.262 s is 62 s: each second that began counts', () => {
  expect(decode(file)[1]).toMatchObject({
    sender: '+31201234567',
    receiver: '+31612345678',
    startMs: Date.UTC(2026, 9, 5, 7, 0, 5, 470),
    durationSeconds: 62,
  })
  expect(decode(file, { durationRounding: 'half-up' })[1]).toMatchObject({ durationSeconds: 61 })
})

test('times are UTC whatever the zone of the source', () => {
  const records = decodeFile(
    broadworksAdapter,
    plainSource('broadworks', {}, 'America/New_York'),
    file,
  )
  expect(records).toEqual(decode(file))
})

test('a comma and a backslash inside a name shift no field; a call not answered is 0', () => {
  expect(decode(file)[2]).toMatchObject({
    status: 'cdr',
    durationSeconds: 0,
    receiver: '+31612345678',
  })
})

test('a call not answered whose start cannot be read is no fault', () => {
  const missed = text.split('\n')[3] ?? ''
  expect(missed).toContain(',No,')
  const damaged = (start: string) =>
    tally(decode(`${missed.replace('20261005070000.193,1-', `${start},1-`)}\n`))
  expect(damaged('0')).toBe('unbillable:not_answered 1')
  expect(damaged('')).toBe('unbillable:not_answered 1')
})

test('the terminating user has an incoming call, the redirecting user pays for its leg', () => {
  const records = decode(file)
  expect(records[3]).toMatchObject({ direction: 'in', servedNumber: '+31201234568' })
  expect(records[4]).toMatchObject({
    direction: 'forwarded',
    servedNumber: '+31201234567',
    sender: '+32470123456',
  })
})

test('releases with more fields are read by the same positions', () => {
  const longer = text.replaceAll('jan@example.net', `jan@example.net${','.repeat(250)}`)
  expect(tally(decode(longer))).toBe(tally(decode(file)))
})

test('a last record that is cut is truncated', () => {
  const [header = '', , first = ''] = text.split('\n')
  expect(tally(decode(`${header}\n${first}\n${first.slice(0, 150)}`))).toBe(
    'cdr 1, rejected:truncated_record 1',
  )
})

test.each([
  ['Normal', 'Abnormal', 'rejected:malformed_record 1'],
  ['Normal', 'Interim Accounting', 'unbillable:superseded 1'],
  ['Originating', 'Sideways', 'rejected:malformed_record 1'],
  [',Yes,', ',Yes-PostRedirection,', 'cdr 1'],
  ['20261005070005.470', '', 'rejected:missing_field 1'],
])('%s becomes %s: %s', (from, to, expected) => {
  const [, , first = ''] = text.split('\n')
  expect(tally(decode(`${first.replace(from, to)}\n`))).toBe(expected)
})
