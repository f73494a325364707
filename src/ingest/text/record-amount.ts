/**
 * The supplier's amount of a record as usage carries it: '3.10 USD'. What is no amount stays as it came, so
 * that a rate that charges it can say what was wrong; no other rate cares.
 */
export function recordAmount(
  amount: string,
  currency: string,
  decimalMark: '.' | ',' = '.',
): string {
  const plain = amount.trim()
  if (plain === '') return ''
  const number = decimalMark === ',' ? plain.replace(',', '.') : plain
  return `${number} ${currency.trim().toUpperCase()}`.trim()
}

/** An amount that is counted in units of its last decimal: 310 with two decimals is 3.10. */
export function scaledAmount(count: number, decimals: number): string {
  if (!Number.isSafeInteger(count) || count < 0) return String(count)
  const digits = String(count).padStart(decimals + 1, '0')
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}
