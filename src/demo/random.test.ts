import { expect, test } from 'vitest'
import { choicesOf, createRandom, drawSeconds, logNormalSeconds } from './random.ts'

test('the same numbers restart the same sequence, other numbers another', () => {
  const random = createRandom()
  const firstThree = (seed: number, stream: number, step: number) => {
    random.restart(seed, stream, step)
    return [random.next(), random.next(), random.next()]
  }
  expect(firstThree(1, 2, 3)).toEqual(firstThree(1, 2, 3))
  expect(firstThree(1, 2, 3)).not.toEqual(firstThree(2, 2, 3))
  expect(firstThree(1, 2, 3)).not.toEqual(firstThree(1, 3, 3))
  expect(firstThree(1, 2, 3)).not.toEqual(firstThree(1, 2, 4))
})

test('a count is right on average, for fractions too', () => {
  const random = createRandom()
  random.restart(1, 1, 1)
  let sum = 0
  for (let draw = 0; draw < 20_000; draw++) sum += random.count(2.25)
  expect(sum / 20_000).toBeCloseTo(2.25, 1)
})

test('draws have the quantiles of the published calls: median 50 s, 90 % below 10 minutes', () => {
  const quantiles = logNormalSeconds({ mu: 3.92, sigma: 1.95, maxSeconds: 3_658 })
  const random = createRandom()
  random.restart(1, 1, 1)
  const drawn = Array.from({ length: 20_000 }, () => drawSeconds(quantiles, random)).sort(
    (left, right) => left - right,
  )
  expect(drawn[10_000]).toBeGreaterThan(46)
  expect(drawn[10_000]).toBeLessThan(55)
  expect(drawn[18_000]).toBeGreaterThan(540)
  expect(drawn[18_000]).toBeLessThan(680)
  expect(drawn.at(-1)).toBe(3_658)
  expect(drawn[0]).toBeGreaterThanOrEqual(1)
})

test('choices stand as often as they weigh', () => {
  expect(
    choicesOf([
      ['a', 2],
      ['b', 1],
    ]),
  ).toEqual(['a', 'a', 'b'])
})
