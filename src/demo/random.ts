/** Random numbers that a seed repeats exactly, and draws from shapes that real traffic has. */

export interface Random {
  /** Starts a new sequence that depends on these numbers only. */
  restart(seed: number, stream: number, step: number): void
  /** A number in [0, 1). */
  next(): number
  /** A whole number in [0, bound). */
  below(bound: number): number
  /** `expected` things on average: the whole part of it, and one more by chance. */
  count(expected: number): number
}

/** Mulberry32 (public domain, T. Ettinger): small, quick, and good enough for invented traffic. */
export function createRandom(): Random {
  let state = 0

  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  return {
    next,
    restart(seed, stream, step) {
      state = Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)
      state = Math.imul(state ^ (step + 1), 0xc2b2ae35)
      next()
    },
    below: (bound) => Math.floor(next() * bound),
    count: (expected) => Math.floor(expected + next()),
  }
}

const QUANTILES_COUNT = 4_096

/**
 * Whole seconds at evenly spaced quantiles of a log-normal distribution, for draws by look-up. `mu`
 * and `sigma` are of the logarithm.
 */
export function logNormalSeconds(shape: {
  mu: number
  sigma: number
  maxSeconds: number
}): Uint32Array {
  return Uint32Array.from({ length: QUANTILES_COUNT }, (_, index) => {
    const deviate = normalQuantile((index + 0.5) / QUANTILES_COUNT)
    const seconds = Math.round(Math.exp(shape.mu + shape.sigma * deviate))
    return Math.min(Math.max(seconds, 1), shape.maxSeconds)
  })
}

/** One of the quantiles. */
export function drawSeconds(quantiles: Uint32Array, random: Random): number {
  return quantiles[random.below(QUANTILES_COUNT)] ?? 0
}

/** Inverse of the normal distribution by bisection: exact enough, and only run at the start. */
function normalQuantile(probability: number): number {
  let low = -6
  let high = 6
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    if (normalShare(middle) < probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Share of a normal distribution below `deviate`: Abramowitz and Stegun 26.2.17, error < 1e-7. */
function normalShare(deviate: number): number {
  const scaled = 1 / (1 + 0.2316419 * Math.abs(deviate))
  const series =
    scaled *
    (0.31938153 +
      scaled *
        (-0.356563782 + scaled * (1.781477937 + scaled * (-1.821255978 + scaled * 1.330274429))))
  const tail = (Math.exp((-deviate * deviate) / 2) / Math.sqrt(2 * Math.PI)) * series
  return deviate > 0 ? 1 - tail : tail
}

/** A table of 100 choices from weights that add up to 100: a draw is one look-up. */
export function choicesOf<Choice>(weights: readonly (readonly [Choice, number])[]): Choice[] {
  return weights.flatMap(([choice, weight]) => Array.from({ length: weight }, () => choice))
}

export function choose<Choice>(choices: readonly Choice[], random: Random): Choice {
  const chosen = choices[random.below(choices.length)]
  if (chosen === undefined) throw new Error('there is nothing to choose from')
  return chosen
}
