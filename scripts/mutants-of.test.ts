import { expect, test } from 'vitest'
import { mutantsOf, sampleOf, type MutationKind } from './mutants-of.ts'

const ALL: readonly MutationKind[] = ['operator', 'statement', 'guard', 'literal']

function changesOf(text: string, kinds = ALL): string[] {
  return mutantsOf('a.ts', text, kinds).map((mutant) => `${mutant.line} ${mutant.text.trim()}`)
}

test('an operator is taken for its neighbour, each by itself', () => {
  expect(changesOf('const a = b + c * d')).toEqual([
    '1 const a = b - c * d',
    '1 const a = b + c / d',
  ])
  expect(changesOf('x += Math.min(a, 1)')).toEqual([
    '1 x -= Math.min(a, 1)',
    '1 x += Math.max(a, 1)',
  ])
})

test('a call that is a statement of its own is left out', () => {
  expect(changesOf('  await settleAll(stage)')).toEqual([
    '1 /* left out: await settleAll(stage) */',
  ])
  expect(changesOf('stage.positions.set(key, offset)')).toHaveLength(1)
})

test('what only speaks, opens something or is more than a statement stays', () => {
  const kept = [
    'log.info("x", {})',
    'assert(a)',
    'call(function () {',
    'return call(a)',
    'call(',
    '})',
  ]
  for (const text of kept) expect(changesOf(text), text).toEqual([])
})

test('a guard is left out', () => {
  expect(changesOf('if (done) return // Nothing left.')).toEqual([
    '1 /* left out: if (done) return // Nothing left. */',
  ])
  expect(changesOf('if (done) {')).toEqual([])
})

test('a word that is set is left empty, one that is declared is not', () => {
  expect(changesOf("\n  redirect: 'manual',")).toEqual(["2 redirect: '',"])
  expect(changesOf("  readonly kind: 'assigned'")).toEqual([])
})

test('comments, imports and types are no code', () => {
  expect(
    changesOf(['// a + b', ' * a - b', "import { a } from './a + b'", 'type A = B | C'].join('\n')),
  ).toEqual([])
})

test('a sample takes as many as were asked for, evenly, and the same for one seed', () => {
  const all = Array.from({ length: 100 }, (_, index) => index)
  for (const seed of [1, 2, 1725]) {
    const sample = sampleOf(all, 30, seed)
    expect(sample).toHaveLength(30)
    expect(sampleOf(all, 30, seed)).toEqual(sample)
    for (let from = 0; from < 100; from += 10) {
      expect(sample.filter((each) => each >= from && each < from + 10)).toHaveLength(3)
    }
  }
  expect(sampleOf(all, 30, 1)).not.toEqual(sampleOf(all, 30, 2))
  expect(sampleOf(all, 200, 1)).toEqual(all)
})
