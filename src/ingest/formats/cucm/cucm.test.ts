import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { DecodedRecord } from '../../../core/usage/usage.ts'
import { cucmAdapter } from './cucm.ts'
import { decodeFile, plainSource, tally } from '../../../../test/doubles/decoding-run.ts'
import { describeFormat } from '../../../../test/doubles/format.conformance.ts'

const file = readFileSync('fixtures/cdr/cucm/cdr.txt')
const text = file.toString('utf8')

describeFormat({
  adapter: cucmAdapter,
  source: plainSource('cucm'),
  file,
  recordsCount: 9,
  emitsInOrder: true,
  oversized: Buffer.concat([file, Buffer.alloc(10_000_000, '1,'), Buffer.from('\n'), file]),
  isDetectable: true,
})

function decode(rows: string | Buffer, options = {}): DecodedRecord[] {
  return decodeFile(cucmAdapter, plainSource('cucm', options), rows)
}

test('the fixture ends as its rows say; names and types are no records', () => {
  expect(tally(decode(file))).toBe(
    'cdr 4, rejected:invalid_quantity 1, rejected:malformed_record 1, rejected:missing_field 1, ' +
      'unbillable:control_record 1, unbillable:recording_leg 1',
  )
})

test('columns are found by name in any case and order, unknown ones do not matter', () => {
  expect(decode(file)[0]).toMatchObject({
    recordKey: '3f2b1c00-0000-4000-8000-000000000101',
    sender: '31201234567',
    receiver: '0612345678',
    startMs: 1_791_183_605_000,
    durationSeconds: 61,
  })
  // The type stays first, as in every release; the others change places.
  const swapped = text
    .split('\n')
    .map((line) => {
      const [type = '', ...others] = line.split(',')
      return [type, ...others.toReversed()].join(',')
    })
    .join('\n')
  expect(tally(decode(swapped))).toBe(tally(decode(file)))
})

test('a call that did not connect is 0 at its attempt', () => {
  expect(decode(file)[1]).toMatchObject({ durationSeconds: 0, startMs: 1_791_183_600_000 })
})

test('a call that did not connect is not answered, whatever its duration and attempt say', () => {
  const [names = '', types = '', , missed = ''] = text.split('\n')
  const damaged = (from: RegExp, to: string) =>
    tally(decode(`${names}\n${types}\n${missed.replace(from, to)}\n`))
  expect(damaged(/1791183600/g, '0')).toBe('unbillable:not_answered 1')
  expect(damaged(/1791183600/g, 'NULL')).toBe('unbillable:not_answered 1')
})

test('trunks tell incoming and forwarded calls, and the redirecting number pays', () => {
  const records = decode(file, { trunks: ['Trunk-'] })
  expect(records[3]).toMatchObject({ direction: 'in', servedNumber: '31201234567' })
  expect(records[4]).toMatchObject({ direction: 'forwarded', servedNumber: '31201234568' })
  expect(decode(file)[0]).toMatchObject({ direction: 'out', servedNumber: '31201234567' })
})

test('a file without the row of names is read by the standard order', () => {
  const columns = Array.from({ length: 112 }, () => '0')
  columns[0] = '1'
  columns[4] = '1791183600'
  columns[8] = '"31201234567"'
  columns[30] = '"0612345678"'
  columns[47] = '1791183605'
  columns[50] = '"pk-1"'
  columns[55] = '61'
  columns[79] = ''
  const types = Array.from({ length: 112 }, () => 'INTEGER')
  const records = decode(`${types.join(',')}\n${columns.join(',')}\n`)
  expect(records).toMatchObject([
    { recordKey: 'pk-1', receiver: '0612345678', durationSeconds: 61 },
  ])
})

test('a row wider than its header is refused: its columns have moved', () => {
  const [names = '', types = '', call = ''] = text.split('\n')
  expect(
    tally(decode(`${names}\n${types}\n${call.replace('0612345678,', '06,12345678,')}\n`)),
  ).toBe('rejected:malformed_record 1')
})

test('a last row that is cut is truncated', () => {
  const cut = text.trimEnd().split('\n').slice(0, 3).join('\n').slice(0, -4)
  expect(tally(decode(cut))).toBe('rejected:truncated_record 1')
})
