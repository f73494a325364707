/**
 * The cut-off of a bill run: how far each log partition was recorded when it began. Positions, not
 * a time: what is recorded while the run goes on is on one side of it for certain.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { CutOff, LogPosition } from './invoice-ledger.ts'

/** Positions in a fixed order, with the hash that names them. */
export function cutOffOf(positions: readonly LogPosition[]): CutOff {
  const ordered = [...positions].sort(
    (left, right) =>
      Number(left.source > right.source) - Number(left.source < right.source) ||
      left.partition - right.partition,
  )
  const text = ordered.map((at) => `${at.source}\t${at.partition}\t${at.lastOffset}\n`).join('')
  return { cutOffId: createHash('sha256').update(text).digest('hex'), positions: ordered }
}

/** Keeps the cut-off for good; one that is there already is left alone. */
export async function storeCutOff(sql: SqlRunner, cutOff: CutOff): Promise<void> {
  const { positions } = cutOff
  await sql.execute(
    `INSERT INTO billing_cut_offs (cut_off_id, sources, partitions, last_offsets)
     VALUES ($1, $2::text[], $3::bigint[], $4::bigint[])
     ON CONFLICT (cut_off_id) DO NOTHING`,
    [
      cutOff.cutOffId,
      positions.map((at) => at.source),
      positions.map((at) => at.partition),
      positions.map((at) => at.lastOffset),
    ],
  )
}

/** Throws `invoice_invalid` when the stored positions are not those that the id names. */
export async function readCutOff(sql: SqlRunner, cutOffId: string): Promise<CutOff> {
  const [row] = await sql.query(
    `SELECT sources, partitions::text[], last_offsets::text[]
     FROM billing_cut_offs WHERE cut_off_id = $1`,
    [cutOffId],
    storedCutOff,
  )
  const cutOff = cutOffOf(
    (row?.sources ?? []).map((source, index) => ({
      source,
      partition: row?.partitions[index] ?? -1,
      lastOffset: row?.last_offsets[index] ?? -1,
    })),
  )
  if (row === undefined || cutOff.cutOffId !== cutOffId) {
    throw new TikError('invoice_invalid', `the cut-off ${cutOffId} is not as it was stored`, {
      hint: 'restore the operations store from its backup',
    })
  }
  return cutOff
}

const position = z.string().transform((text) => Number.parseInt(text, 10))
const storedCutOff = z.object({
  sources: z.array(z.string()),
  partitions: z.array(position),
  last_offsets: z.array(position),
})
