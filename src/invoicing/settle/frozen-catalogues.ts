/**
 * By which catalogue a closed period is settled: the one that it was closed with, so that a price
 * that changes later changes no closed month. Who wants that rates the period again (`tik rerate`);
 * then the catalogue of the rerate settles it.
 */
import { z } from 'zod'
import { RERATE_LOG } from '../../core/usage/ledger-row.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { BillingParts } from '../run/billing.ts'
import { readCutOff } from '../ledger/cut-off.ts'

export interface FrozenCatalogue {
  readonly accountId: string
  readonly periodStartDay: number
  readonly catalogueKey: string
}

/** Every closed period; reruns of rating count up to the cut-off, which is published. */
export async function frozenCatalogues(
  parts: BillingParts,
  sql: SqlRunner,
  cutOffId: string,
): Promise<FrozenCatalogue[]> {
  const runs = await sql.query(CLOSING_RUNS, [RERATE_LOG], runRow)
  const periods = await sql.query(CLOSED_PERIODS, [], periodRow)
  const keys = new Map<number, string>()
  for (const run of runs)
    keys.set(run.run_id, run.catalogue_key ?? (await keyOfOldRun(run, parts, sql)))
  const rerateNumbers = new Map(runs.map((run) => [run.run_id, run.last_rerate]))
  const rerated = new Map((await parts.ledger.rerated(cutOffId)).map((each) => [keyOf(each), each]))
  return periods.map(({ run_id, ...period }) => {
    const again = rerated.get(keyOf(period))
    const isLater = again !== undefined && again.rerateNumber > (rerateNumbers.get(run_id) ?? 0)
    const frozen = keys.get(run_id) ?? ''
    const catalogueKey = isLater ? again.catalogueKey : frozen
    return { ...period, catalogueKey: catalogueKey === '' ? parts.catalogueKey : catalogueKey }
  })
}

/** Notes what is found of runs of before, so that it is looked for once. */
export async function noteCataloguesOfOldRuns(parts: BillingParts, sql: SqlRunner): Promise<void> {
  const runs = await sql.query(CLOSING_RUNS, [RERATE_LOG], runRow)
  for (const run of runs.filter((each) => each.catalogue_key === null)) {
    await sql.execute('UPDATE billing_runs SET catalogue_key = $2 WHERE run_id = $1', [
      run.run_id,
      await keyOfOldRun(run, parts, sql),
    ])
  }
}

/** Of a build that did not keep it: the catalogue of what it recorded or found recorded last. */
async function keyOfOldRun(
  run: z.output<typeof runRow>,
  { ledger }: BillingParts,
  sql: SqlRunner,
): Promise<string> {
  await ledger.publishCutOff(await readCutOff(sql, run.cut_off_id))
  return ledger.catalogueAt(run.cut_off_id)
}

function keyOf(period: { readonly accountId: string; readonly periodStartDay: number }): string {
  return `${period.accountId}|${period.periodStartDay}`
}

/** Runs that closed something, and the last rerate that they found in the ledger. */
const CLOSING_RUNS = `
  SELECT run_id, catalogue_key, run.cut_off_id,
    (SELECT coalesce(max(partition), 0)::int FROM unnest(cut_off.sources, cut_off.partitions)
       AS position (source, partition) WHERE source = $1) AS last_rerate
  FROM billing_runs AS run JOIN billing_cut_offs AS cut_off USING (cut_off_id)
  WHERE EXISTS (SELECT 1 FROM invoices WHERE invoices.run_id = run.run_id)
  ORDER BY run_id`

/** By the run that closed it; that it was billed anew since changes no price of its usage. */
const CLOSED_PERIODS = `
  SELECT DISTINCT billed.account_id, period_start_day, run_id
  FROM billed_accounts AS billed JOIN invoices USING (invoice_id)
  WHERE revision = 0 AND corrects_invoice_id IS NULL ORDER BY account_id, period_start_day`

const runRow = z.object({
  run_id: z.int(),
  catalogue_key: z.string().nullable(),
  cut_off_id: z.string(),
  last_rerate: z.int(),
})

const periodRow = z
  .object({ account_id: z.string(), period_start_day: z.int(), run_id: z.int() })
  .transform((row) => ({
    accountId: row.account_id,
    periodStartDay: row.period_start_day,
    run_id: row.run_id,
  }))
