import { expect, test } from 'vitest'
import { findHoles, type RecordedState } from './find-holes.ts'

/** `files/1 0-19` is a partition with its last offset and, after `of`, a count that differs. */
function state(lines: string): RecordedState {
  const positions: RecordedState['positions'][number][] = []
  const files: RecordedState['files'][number][] = []
  const known: RecordedState['known'][number][] = []
  const accepted: RecordedState['accepted'][number][] = []
  for (const line of lines.split('\n')) {
    const [what = '', place = '', first = '', second = ''] = line.trim().split(/\s+/)
    const [source = '', number = ''] = place.split('/')
    const log = { source, partition: Number(number) }
    if (what === 'rows') {
      positions.push({ ...log, lastOffset: Number(first), rowsCount: Number(second) })
    }
    if (what === 'file') {
      const finished = first !== 'unfinished'
      const recordsCount = finished ? Number(first) : 0
      files.push({ number: log.partition, registered: true, finished, recordsCount })
    }
    if (what === 'known') known.push({ ...log, nextOffset: Number(first) })
    if (what === 'accepted') {
      accepted.push({ ...log, firstOffset: Number(first), nextOffset: Number(second) })
    }
  }
  return { positions, files, known, accepted }
}

function holes(lines: string): string[] {
  return findHoles(state(lines)).map(
    ({ source, partition, kind, missingCount, expectedCount, heals }) =>
      `${source}/${partition} ${kind} ${missingCount} of ${expectedCount}${heals ? ', heals' : ''}`,
  )
}

test.each`
  what                                               | lines                                                            | found
  ${'all rows are there'}                            | ${'rows files/1 19 20\nfile files/1 20\nrows usage/0 9 10'}      | ${[]}
  ${'a hole in the middle'}                          | ${'rows files/1 19 12\nfile files/1 20'}                         | ${['files/1 rows 8 of 20']}
  ${'the end of a finished file'}                    | ${'rows files/1 11 12\nfile files/1 20'}                         | ${['files/1 rows 8 of 20']}
  ${'all rows of a finished file'}                   | ${'file files/1 20'}                                             | ${['files/1 rows 20 of 20']}
  ${'an empty file'}                                 | ${'file files/1 0'}                                              | ${[]}
  ${'a file that is being read'}                     | ${'rows files/1 7 8\nfile files/1 unfinished'}                   | ${[]}
  ${'its end, which others know of'}                 | ${'rows files/1 7 8\nfile files/1 unfinished\nknown files/1 16'} | ${['files/1 rows 8 of 16, heals']}
  ${'a hole in it does not heal'}                    | ${'rows files/1 15 8\nfile files/1 unfinished'}                  | ${['files/1 rows 8 of 16']}
  ${'the end of a topic, which a cut-off knows of'}  | ${'rows usage/0 9 10\nknown usage/0 12'}                         | ${['usage/0 rows 2 of 12, heals']}
  ${'a hole in a topic'}                             | ${'rows usage/0 9 8'}                                            | ${['usage/0 rows 2 of 10']}
  ${'the end of corrections, which a cut-off knows'} | ${'rows rerate/1 1 2\nknown rerate/1 4'}                         | ${['rerate/1 rows 2 of 4']}
  ${'a whole run of corrections before a later one'} | ${'rows replay/2 1 2'}                                           | ${['replay/1 rows 0 of 0']}
  ${'a whole run that a cut-off knows'}              | ${'known adjustment/1 4'}                                        | ${['adjustment/1 rows 4 of 4']}
  ${'a file that is not in the list'}                | ${'rows files/1 1 2\nrows files/2 1 2\nfile files/2 2'}          | ${['files/1 list 0 of 0']}
  ${'the newest file is not in the list'}            | ${'file files/1 0\nrows files/2 1 2'}                            | ${['files/2 list 0 of 0']}
  ${'everything: only the operations store knows'}   | ${'known files/1 3'}                                             | ${['files/1 rows 3 of 3, heals', 'files/1 list 0 of 0']}
  ${'what was accepted, in the middle'}              | ${'rows rerate/1 19 12\naccepted rerate/1 4 12'}                 | ${[]}
  ${'what was accepted, at the end'}                 | ${'rows rerate/1 3 4\nknown rerate/1 8\naccepted rerate/1 4 8'}  | ${[]}
  ${'a whole run that was accepted'}                 | ${'known replay/1 8\naccepted replay/1 0 8\nrows replay/2 0 1'}  | ${[]}
  ${'less than was accepted'}                        | ${'rows rerate/1 19 11\naccepted rerate/1 4 12'}                 | ${['rerate/1 rows 1 of 20']}
`('$what', ({ lines, found }) => {
  expect(holes(String(lines))).toEqual(found)
})
