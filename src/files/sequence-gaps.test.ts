import { expect, test } from 'vitest'
import { sequenceReport } from './sequence-gaps.ts'

function files(sequences: readonly number[], stream = 'TAP', sequenceMax = 99_999) {
  return sequences.map((sequence, index) => {
    return { name: `f${index}`, number: index + 1, stream, sequence, sequenceMax }
  })
}

function gaps(sequences: readonly number[]): string {
  const found = sequenceReport(files(sequences)).gaps
  return found.map(({ from, to, count }) => `${from}-${to} (${count})`).join(', ')
}

test.each([
  ['no file is missing', [5, 6, 7], ''],
  ['one is missing', [5, 7], '6-6 (1)'],
  ['some are missing, in two places', [5, 9, 11], '6-8 (3), 10-10 (1)'],
  ['a file that came late fills its gap', [5, 7, 6], ''],
  ['a file from before the first one shows what is between', [5, 2], '3-4 (2)'],
  ['after the highest number comes 1', [99_998, 99_999, 1, 2], ''],
  ['a gap over the highest number', [99_997, 3], '99998-2 (4)'],
  ['a late file from before the numbers began again', [99_998, 1, 99_999], ''],
])('%s', (_rule, sequences, expected) => {
  expect(gaps(sequences)).toBe(expected)
})

test('the same number again with other content is named, and each stream counts for itself', () => {
  const report = sequenceReport([
    ...files([5, 5, 6]),
    ...files([1, 3], 'OTHER'),
    ...files([-1, -1], ''),
  ])
  expect(report.repeated).toEqual([{ stream: 'TAP', files: ['f0', 'f1'] }])
  expect(report.gaps).toEqual([{ stream: 'OTHER', from: 2, to: 2, count: 1 }])
  expect(sequenceReport(files([5, 7]), new Set(['OTHER'])).gaps).toEqual([])
})

test('numbers may begin at 0 and never begin again; files are followed in the order of the log', () => {
  const zero = files([0, 2], 'Z', 0)
  expect(sequenceReport(zero).gaps).toEqual([{ stream: 'Z', from: 1, to: 1, count: 1 }])
  const wrapped = files([9, 10, 1, 3], 'W', 10)
  const found = { gaps: [{ stream: 'W', from: 2, to: 2, count: 1 }], repeated: [] }
  expect(sequenceReport(wrapped)).toEqual(found)
  expect(sequenceReport(wrapped.toReversed())).toEqual(found)
})

test('what has no stream or no number is in no report', () => {
  const without = [...files([5, 9], ''), ...files([-1, 3], 'TAP')]
  expect(sequenceReport(without)).toEqual({ gaps: [], repeated: [] })
})
