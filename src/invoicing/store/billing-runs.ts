/**
 * Bill runs: each has one cut-off, taken when it begins and kept, so that a run that was stopped
 * goes on with the same rows and the same date of issue.
 */
import { z } from 'zod'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { AdjustmentDue, Settlements } from '../settle/adjustments-due.ts'
import { membersOf, type AccountScope } from '../run/billing-scope.ts'
import { isFindingCode, type BillingParts, type FindingCode } from '../run/billing.ts'
import { cutOffOf, readCutOff, storeCutOff } from '../ledger/cut-off.ts'
import type { CutOff } from '../ledger/invoice-ledger.ts'
import { settlementsUpTo, settlePeriods } from '../settle/settle-periods.ts'

export interface BillingRun {
  /** 0 for a preview, which is not kept. */
  readonly runId: number
  readonly cutOff: CutOff
  readonly startedMs: number
  /** What it settles and invoices by, to its end: a run that goes on does not change its prices. */
  readonly catalogueKey: string
  /** Accounts that cannot be settled, and why. */
  readonly unsettled: Settlements['unsettled']
}

interface RunScope {
  readonly period: string
  /** The accounts that were asked for; undefined = all. */
  readonly accounts: readonly string[] | undefined
  /** Those of them that are still to be billed. */
  readonly open: readonly AccountScope[]
  /** Codes of findings at which it does not stop; kept with the run. */
  readonly accepted?: readonly string[]
}

const RUNS_LOCK = 811_040_100 // Any constant that nobody else takes.

/**
 * Volume rates are settled before the cut-off of a new run; a run that goes on has done so.
 *
 * Goes on with an open run that covers the scope, or begins one. An open run that a later one has
 * overtaken (it billed one of these accounts for another month) is left: its cut-off is too old.
 */
export async function openRun(parts: BillingParts, scope: RunScope): Promise<BillingRun> {
  const { operations, ledger, clock } = parts
  const run = await operations.transaction(async (sql) => {
    // In turns: a run with a higher id has a cut-off that is nowhere behind.
    await sql.query('SELECT pg_advisory_xact_lock($1)', [RUNS_LOCK], z.unknown())
    const open = await findOpenRun(sql, scope, parts.catalogueKey)
    if (open !== undefined) {
      await acceptMore(sql, open.runId, scope.accepted ?? [])
      return { ...open, ...(await whatIsUnsettled(parts, sql, scope, open)) }
    }
    await parts.keepCatalogue()
    const { cutOff, unsettled } = await settlePeriods(parts, sql, membersOf(scope.open))
    await storeCutOff(sql, cutOff)
    const { catalogueKey } = parts
    return insertRun(sql, scope, { cutOff, startedMs: clock.nowMs(), catalogueKey, unsettled })
  })
  await ledger.publishCutOff(run.cutOff)
  return run
}

/** What was accepted when the run began that this scope would go on with. */
export async function acceptedByOpenRun(
  { operations, catalogueKey }: Pick<BillingParts, 'operations' | 'catalogueKey'>,
  scope: RunScope,
): Promise<FindingCode[]> {
  const run = await findOpenRun(operations, scope, catalogueKey)
  if (run === undefined) return []
  const [row] = await operations.query(
    'SELECT accepted_codes FROM billing_runs WHERE run_id = $1',
    [run.runId],
    z.object({ accepted_codes: z.array(z.string()) }),
  )
  return (row?.accepted_codes ?? []).filter(isFindingCode)
}

async function acceptMore(
  sql: SqlRunner,
  runId: number,
  accepted: readonly string[],
): Promise<void> {
  if (accepted.length === 0) return
  await sql.execute(
    `UPDATE billing_runs SET accepted_codes = ARRAY(
       SELECT DISTINCT code FROM unnest(accepted_codes || $2::text[]) AS code ORDER BY code)
     WHERE run_id = $1`,
    [runId, accepted],
  )
}

/** Asked anew of a run that goes on: it settled the others before it was stopped. */
async function whatIsUnsettled(
  parts: BillingParts,
  sql: SqlRunner,
  scope: RunScope,
  { catalogueKey, cutOff }: Pick<BillingRun, 'catalogueKey' | 'cutOff'>,
): Promise<Pick<BillingRun, 'unsettled'>> {
  const isToday = catalogueKey === parts.catalogueKey
  const catalogue = isToday ? parts.catalogue : await parts.catalogueOf(catalogueKey)
  const within = { ...parts, catalogue, catalogueKey }
  const { unsettled } = await settlementsUpTo(cutOff, within, sql, membersOf(scope.open))
  return { unsettled }
}

/**
 * A run for looking ahead: the positions of now, and the adjustments that a run would record, by
 * account. Nothing is kept in the operations store.
 */
export async function previewRun(
  parts: BillingParts,
  scopes: readonly AccountScope[],
): Promise<BillingRun & { readonly due: ReadonlyMap<string, readonly AdjustmentDue[]> }> {
  const { operations, ledger, clock } = parts
  const cutOff = cutOffOf(await ledger.positions())
  await ledger.publishCutOff(cutOff)
  const { due, unsettled } = await settlementsUpTo(cutOff, parts, operations, membersOf(scopes))
  const byAccount = Map.groupBy(due, ({ accountId }) => accountId)
  const { catalogueKey } = parts
  return { runId: 0, cutOff, startedMs: clock.nowMs(), catalogueKey, unsettled, due: byAccount }
}

/** Notes that everything the run was asked for is done. One that covers more stays open. */
export async function finishRun(
  { operations, clock }: BillingParts,
  run: BillingRun,
  { accounts }: Pick<RunScope, 'accounts'>,
): Promise<void> {
  await operations.execute(
    `UPDATE billing_runs SET finished_ms = $2
     WHERE run_id = $1 AND finished_ms IS NULL
       AND ($3::text[] IS NULL OR account_ids <@ $3::text[])`,
    [run.runId, clock.nowMs(), accounts ?? null],
  )
}

async function findOpenRun(
  sql: SqlRunner,
  scope: RunScope,
  /** For a run of a build that did not keep its own. */
  catalogueKey: string,
): Promise<Omit<BillingRun, 'unsettled'> | undefined> {
  const [row] = await sql.query(
    `SELECT run_id, cut_off_id, started_ms, catalogue_key FROM billing_runs
     WHERE period = $1 AND finished_ms IS NULL
       AND (account_ids IS NULL OR account_ids @> $2::text[])
       AND NOT EXISTS (SELECT 1 FROM billed_accounts AS billed JOIN invoices USING (invoice_id)
         WHERE invoices.run_id > billing_runs.run_id AND revision = 0
           AND billed.account_id = ANY($3::text[]))
     ORDER BY run_id DESC LIMIT 1`,
    [
      scope.period,
      scope.accounts ?? null,
      membersOf(scope.open).map(({ account }) => account.accountId),
    ],
    openRunRow,
  )
  if (row === undefined) return undefined
  return {
    runId: row.run_id,
    cutOff: await readCutOff(sql, row.cut_off_id),
    startedMs: row.started_ms,
    catalogueKey: row.catalogue_key ?? catalogueKey,
  }
}

const openRunRow = z.object({
  run_id: z.int(),
  cut_off_id: z.string(),
  started_ms: z.int(),
  catalogue_key: z.string().nullable(),
})

async function insertRun(
  sql: SqlRunner,
  scope: RunScope,
  run: Omit<BillingRun, 'runId'>,
): Promise<BillingRun> {
  const [row] = await sql.query(
    `INSERT INTO billing_runs (period, account_ids, cut_off_id, started_ms, catalogue_key,
       accepted_codes)
     VALUES ($1, $2::text[], $3, $4, $5, $6::text[]) RETURNING run_id`,
    [
      scope.period,
      scope.accounts ?? null,
      run.cutOff.cutOffId,
      run.startedMs,
      run.catalogueKey,
      scope.accepted ?? [],
    ],
    z.object({ run_id: z.int() }),
  )
  return { ...run, runId: z.object({ run_id: z.int() }).parse(row).run_id }
}
