import { expect, test } from 'vitest'
import { runsLine, testsOfLine, type MeasuredTest, type Statement } from './covering-tests.ts'

/** A function of lines 1 to 5 in which only the branch of line 3 is not run. */
const STATEMENTS: readonly Statement[] = [
  [1, 5, true],
  [2, 4, true],
  [3, 3, false],
  [8, 9, false],
]

test('a line is run when a statement that begins in it is, else by the smallest around it', () => {
  expect([2, 3, 4, 5].map((line) => runsLine(STATEMENTS, line))).toEqual([true, false, true, true])
  expect([8, 9].map((line) => runsLine(STATEMENTS, line))).toEqual([false, false])
})

test('a line of no statement is run by whatever runs anything of its file', () => {
  expect(runsLine(STATEMENTS, 7)).toBe(true)
  expect(runsLine([[8, 9, false]], 7)).toBe(false)
  expect(runsLine([], 7)).toBe(false)
})

test('the tests that run a line come quickest first', () => {
  const tests = [
    measured('slow.test.ts', 9_000, true),
    measured('other.test.ts', 10, false),
    measured('quick.test.ts', 100, true),
  ]
  expect(testsOfLine(tests, 'src/a.ts', 1).map(({ file }) => file)).toEqual([
    'quick.test.ts',
    'slow.test.ts',
  ])
  expect(testsOfLine(tests, 'src/b.ts', 1)).toEqual([])
})

function measured(file: string, durationMs: number, isRun: boolean): MeasuredTest {
  return { file, durationMs, statements: { 'src/a.ts': [[1, 1, isRun]] } }
}
