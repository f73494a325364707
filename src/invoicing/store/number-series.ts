/** Numbers of invoices and credit notes: sequential within a series of the seller and a year, without a gap. */
import { z } from 'zod'
import { CREDIT_NOTE_PREFIX } from '../../core/accounts/number-rules.ts'
import { dayToIso } from '../../core/time/period.ts'
import { numberRules } from '../../directory/document/number-schema.ts'
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
  const year = dayToIso(issueDay).slice(0, 4)
  const { series, prefix, start } = await seriesOf(sql, { kind, partnerId: seller.partnerId, year })
  const [row] = await sql.query(
    `INSERT INTO invoice_number_series AS series
       (partner_id, series, year, first_number, last_number, prefix)
     VALUES ($1, $2, $3, $4, $4, $5)
     ON CONFLICT (partner_id, series, year) DO UPDATE SET last_number = series.last_number + 1
     RETURNING last_number, prefix`,
    [seller.partnerId, series, Number.parseInt(year, 10), start, prefix],
    z.object({ last_number: z.int(), prefix: z.string() }),
  )
  return `${row?.prefix ?? ''}${year}-${String(row?.last_number).padStart(8, '0')}`
}

export interface SeriesCount {
  readonly name: string
  readonly partnerId: string
  /** How many numbers were taken: from the first of the series to its last. */
  readonly expected: number
  /** Documents with a number of the series, and how many numbers those are. */
  readonly taken: number
  readonly different: number
}

export async function countSeries(sql: SqlRunner): Promise<SeriesCount[]> {
  return sql.query(
    `SELECT numbers.partner_id, prefix, year, (last_number - first_number + 1)::int AS expected,
       count(number)::int AS taken, count(DISTINCT number)::int AS different
     FROM invoice_number_series AS numbers
     LEFT JOIN invoices AS invoice ON invoice.partner_id = numbers.partner_id
       AND number LIKE prefix || year::text || '-%'
     GROUP BY numbers.partner_id, numbers.series, year, first_number, last_number, prefix
     ORDER BY numbers.partner_id, numbers.series, year`,
    [],
    seriesRow,
  )
}

const seriesRow = z
  .object({
    partner_id: z.string(),
    prefix: z.string(),
    year: z.int(),
    expected: z.int(),
    taken: z.int(),
    different: z.int(),
  })
  .transform((row): SeriesCount => ({
    name: `${row.partner_id} ${row.prefix}${row.year}`,
    partnerId: row.partner_id,
    expected: row.expected,
    taken: row.taken,
    different: row.different,
  }))

/** As the partner has it when the number is taken; a series that has begun keeps its prefix. */
async function seriesOf(
  sql: SqlRunner,
  { kind, partnerId, year }: { kind: Invoice['kind']; partnerId: string; year: string },
): Promise<{ series: '' | 'credit-note'; prefix: string; start: number }> {
  const [partner] = await sql.query(
    'SELECT credit_note_numbers, number_series FROM partners WHERE partner_id = $1',
    [partnerId],
    z.object({ credit_note_numbers: z.enum(['shared', 'own']), number_series: numberRules }),
  )
  const isOwn = kind === 'credit-note' && partner?.credit_note_numbers === 'own'
  const rules = isOwn ? partner.number_series.creditNote : partner?.number_series.invoice
  return {
    series: isOwn ? 'credit-note' : '',
    prefix: rules?.prefix ?? (isOwn ? CREDIT_NOTE_PREFIX : ''),
    start: rules?.start?.[year] ?? 1,
  }
}
