/**
 * What an import may do to number series: one that has begun goes on, so neither its first number nor its
 * prefix can become another. What holds for series that have not begun is the partner's.
 */
import { z } from 'zod'
import type { Partner } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import { CREDIT_NOTE_PREFIX } from '../../core/accounts/number-rules.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'

/** Throws `accounts_invalid` for numbers that are used or lie before those. Prefixes hold from the next year on. */
export async function refuseUsedNumbers(
  sql: SqlRunner,
  partners: Iterable<Partner>,
): Promise<string[]> {
  const begun = await sql.query(
    `SELECT partner_id, series, year, first_number, last_number, prefix FROM invoice_number_series
     ORDER BY partner_id, series, year`,
    [],
    begunRow,
  )
  const notices: string[] = []
  for (const { partnerId, numberSeries } of partners) {
    for (const row of begun.filter((each) => each.partner_id === partnerId)) {
      const isCredit = row.series === 'credit-note'
      const rules = isCredit ? numberSeries?.creditNote : numberSeries?.invoice
      const start = rules?.start?.[String(row.year)]
      const name = `numbers of ${partnerId} in ${row.year}`
      if (start !== undefined && start !== row.first_number) {
        throw new TikError(
          'accounts_invalid',
          `${name} began with ${row.first_number} and are at ${row.last_number}: they cannot begin with ${start}`,
          { hint: 'a series is without gaps; write a start for a year that has none yet' },
        )
      }
      const other = isCredit
        ? (numberSeries?.invoice?.prefix ?? '')
        : (numberSeries?.creditNote?.prefix ?? CREDIT_NOTE_PREFIX)
      if (numberSeries !== undefined && other === row.prefix) {
        throw new TikError('accounts_invalid', `${name} have the prefix "${other}" already`, {
          hint: 'invoices and credit notes with numbers of their own need two prefixes',
        })
      }
      const prefix = rules?.prefix ?? (isCredit ? CREDIT_NOTE_PREFIX : '')
      if (numberSeries !== undefined && prefix !== row.prefix) {
        notices.push(`${name} keep the prefix "${row.prefix}" that they began with`)
      }
    }
  }
  return notices
}

const begunRow = z.object({
  partner_id: z.string(),
  series: z.enum(['', 'credit-note']),
  year: z.int(),
  first_number: z.int(),
  last_number: z.int(),
  prefix: z.string(),
})
