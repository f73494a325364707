import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { decodeFile, plainSource, tally } from '../../../../test/doubles/decoding-run.ts'
import { describeFormat } from '../../../../test/doubles/format.conformance.ts'
import { usageAdapter } from './usage.ts'

const file = readFileSync('fixtures/cdr/usage/mixed.jsonl')
const source = plainSource('usage')

describeFormat({
  adapter: usageAdapter,
  source,
  file,
  recordsCount: 10,
  emitsInOrder: true,
  oversized: Buffer.concat([file, Buffer.alloc(10_000_000, '[{"a":'), Buffer.from('\n'), file]),
  isDetectable: true,
})

function outcome(changes: Record<string, unknown>): unknown {
  const fields = {
    id: 'a',
    kind: 'voice',
    startMs: 1_791_183_600_000,
    durationSeconds: 5,
    ...changes,
  }
  const [record] = decodeFile(usageAdapter, source, `${JSON.stringify(fields)}\n`)
  return record?.status === 'cdr' ? 'cdr' : record?.reason
}

test('the fixture ends as its lines say', () => {
  expect(tally(decodeFile(usageAdapter, source, file))).toBe(
    'cdr 5, rejected:invalid_quantity 1, rejected:invalid_time 1, ' +
      'rejected:malformed_record 2, rejected:missing_field 1',
  )
})

test('the fields of a Cdr are read as they are', () => {
  expect(decodeFile(usageAdapter, source, file)[2]).toMatchObject({
    recordKey: 'u3',
    kind: 'data',
    direction: 'out',
    servedNumber: '+31612345678',
    imsi: '204040000000001',
    startMs: Date.UTC(2026, 9, 5, 7),
    volumeUpBytes: 4_294_967_297,
    volumeDownBytes: 92_160_428,
    visitedNetwork: '262-01',
    sessionKey: 's1',
    partNumber: 2,
  })
})

test('the same id twice keeps its key, so that the ledger finds the duplicate', () => {
  const keys = decodeFile(usageAdapter, source, file).map((r) =>
    r.status === 'cdr' ? r.recordKey : '',
  )
  expect(keys.filter((key) => key === 'u3')).toHaveLength(2)
})

test.each([
  [{}, 'cdr'],
  [{ id: 7 }, 'missing_field'],
  [{ kind: 'none' }, 'malformed_record'],
  [{ direction: 'sideways' }, 'malformed_record'],
  [{ durationSeconds: undefined }, 'missing_field'],
  [{ durationSeconds: -1 }, 'invalid_quantity'],
  [{ durationSeconds: '5' }, 'invalid_quantity'],
  [{ durationSeconds: 1e9 }, 'invalid_quantity'],
  [{ kind: 'data' }, 'missing_field'],
  [{ kind: 'data', volumeUpBytes: 2 ** 60 }, 'invalid_quantity'],
  [{ kind: 'sms', durationSeconds: undefined }, 'cdr'],
  [{ kind: 'sms', count: 1_000_000_001 }, 'invalid_quantity'],
  // What is sold as content counts micros: 2,500 EUR, ten million EUR, and a cent more.
  [{ kind: 'event', count: 2_500_000_000 }, 'cdr'],
  [{ kind: 'event', count: 10_000_000_000_000 }, 'cdr'],
  [{ kind: 'event', count: 10_000_000_010_000 }, 'invalid_quantity'],
  [{ startMs: undefined }, 'missing_field'],
  [{ startMs: 'yesterday' }, 'invalid_time'],
  [{ start: '2026-10-05' }, 'invalid_time'],
  [{ start: '2026-10-05T25:00:00Z' }, 'invalid_time'],
  [{ start: '2026/10/05T05:00:00Z' }, 'invalid_time'],
  [{ start: '2026-10-05T09:00:00.123456+02:00' }, 'cdr'],
  [{ something: { else: [] } }, 'cdr'],
])('%j is %s', (changes, expected) => {
  expect(outcome(changes)).toBe(expected)
})

test('a last line that is cut is truncated, not malformed', () => {
  const cut = '{"id":"a","kind":"sms","startMs":1791183600000}\n{"id":"b","ki'
  expect(tally(decodeFile(usageAdapter, source, cut))).toBe('cdr 1, rejected:truncated_record 1')
})

test('a bomb of nested brackets is one malformed record', () => {
  const bomb = `${'['.repeat(500_000)}\n`
  expect(tally(decodeFile(usageAdapter, source, bomb))).toBe('rejected:malformed_record 1')
})
