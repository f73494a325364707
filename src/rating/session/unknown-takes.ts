/**
 * What a session took from allowances that have left the catalogue. The ledger says how much, not of what:
 * seconds, bytes or micros of money. The session's own sums tell nearly always.
 */

/**
 * Units that nothing else covered were taken as units. Of the others, money is what the price of the whole
 * is more than what was charged and paid. What is still left can be units that were counted ahead where
 * nothing had to be paid; otherwise it counts as neither, so that nothing becomes free by it.
 */
export function splitUnknown(of: {
  readonly unknown: number
  /** Units that known allowances do not account for; negative where they counted ahead. */
  readonly uncovered: number
  /** Charged, and paid by known allowances. */
  readonly chargedMicros: number
  /** Of the whole session; Infinity where it cannot be told. */
  readonly priceMicros: number
}): { readonly units: number; readonly moneyMicros: number } {
  const { unknown, uncovered, chargedMicros, priceMicros } = of
  const needed = within(uncovered, unknown)
  const moneyMicros = within(priceMicros - chargedMicros, unknown - needed)
  const units = priceMicros === 0 ? unknown - moneyMicros : needed
  return { units, moneyMicros }
}

/** From 0 to `most`. */
function within(amount: number, most: number): number {
  return Math.max(0, Math.min(amount, most))
}
