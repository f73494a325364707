/** `used` of `amount` in whole percent, rounded down, exact for any size: 100 only when all is used. */
export function percentOfLimit({ used, amount }: { used: number; amount: number }): number {
  return amount === 0 ? 0 : Number((BigInt(used) * 100n) / BigInt(amount))
}
