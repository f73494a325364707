/**
 * `used` of `amount` in whole percent, rounded down, exact for any size: 100 only when all is used, which a
 * bundle without content always is; undefined where there is no bound.
 */
export function percentUsed(used: number, amount: number): number | undefined {
  if (amount === Infinity) return undefined
  return amount === 0 ? 100 : Number((BigInt(used) * 100n) / BigInt(amount))
}
