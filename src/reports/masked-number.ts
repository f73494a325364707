/** Numbers as those see them who may not see whom people called, and as retention leaves them. */
import type { LedgerRow } from '../core/usage/ledger-row.ts'

type Parties = Pick<LedgerRow, 'servedNumber' | 'sender' | 'receiver'>

/** Who only sees what was used does not see whom people called. */
export function withoutOtherParty<Row extends Parties>(row: Row): Row {
  const masked = (number: string) => (number === row.servedNumber ? number : maskedNumber(number))
  return { ...row, sender: masked(row.sender), receiver: masked(row.receiver) }
}

/** The last four digits of a number are hidden, a short or alphanumeric one is hidden whole. */
export function maskedNumber(number: string): string {
  if (number === '') return ''
  return number.length > 8 ? `${number.slice(0, -4)}****` : '****'
}
