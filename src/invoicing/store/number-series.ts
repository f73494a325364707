/** Numbers of invoices and credit notes: sequential within a series of the seller and a year, without a gap. */
import { z } from 'zod'
import { dayToIso } from '../../core/period.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { Invoice } from '../invoice-model.ts'

/**
 * The next number of the seller and the year of issue. The row stays locked until the transaction
 * ends, and a number that is rolled back is taken by the next: no gap, none twice.
 */
export async function takeNumber(
  sql: SqlRunner,
  { kind, seller, issueDay }: Pick<Invoice, 'kind' | 'seller' | 'issueDay'>,
): Promise<string> {
  const series = kind === 'credit-note' ? await creditSeries(sql, seller.partnerId) : ''
  const year = dayToIso(issueDay).slice(0, 4)
  const [row] = await sql.query(
    `INSERT INTO invoice_number_series AS series (partner_id, series, year, last_number)
     VALUES ($1, $2, $3, 1)
     ON CONFLICT (partner_id, series, year) DO UPDATE SET last_number = series.last_number + 1
     RETURNING last_number`,
    [seller.partnerId, series, Number.parseInt(year, 10)],
    z.object({ last_number: z.int() }),
  )
  return `${PREFIXES[series]}${year}-${String(row?.last_number).padStart(8, '0')}`
}

export interface SeriesCount {
  readonly name: string
  readonly partnerId: string
  readonly lastNumber: number
  /** Documents with a number of the series, and how many numbers those are. */
  readonly taken: number
  readonly different: number
}

export async function countSeries(sql: SqlRunner): Promise<SeriesCount[]> {
  return sql.query(
    `SELECT numbers.partner_id, numbers.series, year, last_number, count(number)::int AS taken,
       count(DISTINCT number)::int AS different
     FROM invoice_number_series AS numbers
     LEFT JOIN invoices AS invoice ON invoice.partner_id = numbers.partner_id
       AND number LIKE (CASE numbers.series WHEN 'credit-note' THEN 'C' ELSE '' END) || year::text || '-%'
     GROUP BY numbers.partner_id, numbers.series, year, last_number
     ORDER BY numbers.partner_id, numbers.series, year`,
    [],
    seriesRow,
  )
}

type Series = keyof typeof PREFIXES
const PREFIXES = { '': '', 'credit-note': 'C' } as const

const seriesRow = z
  .object({
    partner_id: z.string(),
    series: z.enum(['', 'credit-note']),
    year: z.int(),
    last_number: z.int(),
    taken: z.int(),
    different: z.int(),
  })
  .transform((row): SeriesCount => ({
    name: `${row.partner_id} ${PREFIXES[row.series]}${row.year}`,
    partnerId: row.partner_id,
    lastNumber: row.last_number,
    taken: row.taken,
    different: row.different,
  }))

/** As the partner has it when the number is taken. */
async function creditSeries(sql: SqlRunner, partnerId: string): Promise<Series> {
  const [row] = await sql.query(
    'SELECT credit_note_numbers FROM partners WHERE partner_id = $1',
    [partnerId],
    z.object({ credit_note_numbers: z.enum(['shared', 'own']) }),
  )
  return row?.credit_note_numbers === 'own' ? 'credit-note' : ''
}
