import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDayRows } from './day-rows.ts'

test('rows come out in order of time, those of one second as they came in', () => {
  const row = fc.tuple(fc.integer({ min: 0, max: 90_000 }), fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(fc.array(row), (given) => {
      const rows = createDayRows()
      for (const [second, text] of given) rows.add(second, `${text}|`)
      const expected = given
        .toSorted(([left], [right]) => left - right)
        .map(([, text]) => `${text}|`)
      const { lines, count } = written(rows)
      expect(lines).toBe(Buffer.from(expected.join('')).toString())
      expect(count).toBe(given.length)
    }),
  )
})

test('200,000 rows keep their order while the memory grows', () => {
  const rows = createDayRows()
  const count = 200_000
  for (let row = 0; row < count; row++) rows.add((row * 7_919) % 86_400, `${row}\n`)
  const seconds = written(rows)
    .lines.trimEnd()
    .split('\n')
    .map((line) => (Number.parseInt(line, 10) * 7_919) % 86_400)
  expect(seconds).toHaveLength(count)
  expect(seconds.every((second, index) => index === 0 || second >= (seconds[index - 1] ?? 0))).toBe(
    true,
  )
})

test('what follows a row is written after it and counted', () => {
  const rows = createDayRows()
  rows.add(2, 'second\n')
  rows.add(1, 'first\n')
  const { lines, count } = written(rows, (text) => (text() === 'first\n' ? ['again\n'] : []))
  expect(lines).toBe('first\nagain\nsecond\n')
  expect(count).toBe(3)
  expect(rows.lastText()).toBe('second\n')
})

function written(
  rows: ReturnType<typeof createDayRows>,
  following: (text: () => string) => readonly string[] = () => [],
): { lines: string; count: number } {
  const pieces: Buffer[] = []
  const count = rows.write((bytes) => pieces.push(Buffer.from(bytes)), following)
  return { lines: Buffer.concat(pieces).toString(), count }
}
