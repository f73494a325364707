import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { decodeFile, plainSource, tally } from '../../../../test/doubles/decoding-run.ts'
import { fixedWidthAdapter } from './fixed-width.ts'
import { describeFormat } from '../../../../test/doubles/format.conformance.ts'

const options = {
  skipLines: 1,
  columns: {
    id: { from: 1, length: 8 },
    kind: { from: 9, length: 2 },
    sender: { from: 11, length: 16 },
    receiver: { from: 27, length: 16 },
    start: { from: 43, length: 14 },
    duration: { from: 57, length: 6 },
  },
  kinds: { V: 'voice', S: 'sms' },
  time: { formats: 'YYYYMMDDHHmmss' },
}
const source = plainSource('fixed-width', options)
const file = readFileSync('fixtures/cdr/fixed-width/switch.txt')

describeFormat({
  adapter: fixedWidthAdapter,
  source,
  file,
  recordsCount: 5,
  emitsInOrder: true,
  oversized: Buffer.concat([file, Buffer.alloc(10_000_000, '7'), Buffer.from('\n'), file]),
  isDetectable: false,
})

test('the fixture ends as its lines say', () => {
  const records = decodeFile(fixedWidthAdapter, source, file)
  expect(tally(records)).toBe(
    'cdr 2, rejected:invalid_quantity 1, rejected:invalid_time 1, rejected:malformed_record 1',
  )
  expect(records[0]).toMatchObject({
    recordKey: 'C0001',
    sender: '31201234567',
    receiver: '0612345678',
    startMs: Date.UTC(2026, 9, 5, 7),
    durationSeconds: 61,
  })
})

test('short lines are read when the source trims its blanks', () => {
  const sms = 'C0002   S 31612345678     31687654321     20261005090100'
  const decode = (shortLines: string) =>
    tally(
      decodeFile(
        fixedWidthAdapter,
        plainSource('fixed-width', { ...options, shortLines }),
        `title\n${sms}\n`,
      ),
    )
  expect(decode('malformed')).toBe('rejected:malformed_record 1')
  expect(decode('allowed')).toBe('cdr 1')
})

test('a last line that is cut inside its duration is truncated', () => {
  const cut = file.subarray(0, file.length - 21 - 2)
  expect(tally(decodeFile(fixedWidthAdapter, source, cut))).toContain('rejected:truncated_record 1')
})

test.each([
  [
    { ...options, columns: { ...options.columns, start: { from: 0, length: 14 } } },
    /columns\.start/,
  ],
  [{ ...options, columns: { ...options.columns, id: undefined } }, /name id or key columns/],
])('a wrong mapping says which option is wrong', (wrong, message) => {
  expect(() => fixedWidthAdapter.createDecoder(plainSource('fixed-width', wrong))).toThrow(message)
})
