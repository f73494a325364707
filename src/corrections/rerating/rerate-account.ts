/**
 * Rates an account's usage again with today's catalogue and directory and says what would change.
 * Every usage of the account is rated, in order, so that bundles fill as they do in truth; what is
 * asked for is then compared with the entry that counts now. Changes nothing.
 */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Directory } from '../../core/accounts.ts'
import { entryId } from '../../core/ids.ts'
import { addMicros, type Micros } from '../../core/money.ts'
import { RERATE_LOG, type LedgerRow } from '../../core/ledger-row.ts'
import { isWithin } from '../../core/validity.ts'
import { correctRow, type RowCorrection } from '../../rating/correct-row.ts'
import { createRater } from '../../rating/create-rater.ts'
import type { BalanceTotals } from '../../rating/rater.ts'
import { createUsageOfRow } from '../../verify/usage-of-row.ts'

export interface RerateQuestion {
  /** All entries of the account, in log order. */
  readonly rows: readonly LedgerRow[]
  readonly catalogue: Catalogue
  readonly directory: Directory
  /** Usages that start within [fromMs, toMs) are corrected. */
  readonly fromMs: number
  readonly toMs: number
  /** As it was recorded, or as it happened: late usage then no longer moves the bundle. */
  readonly order: 'recorded' | 'happened'
}

export interface Rerating {
  readonly ratedCount: number
  readonly corrections: readonly RowCorrection[]
  /**
   * Entries that today's catalogue or directory cannot rate, such as usage after a termination that was
   * entered late: what they cost stays as it is, for a person to judge.
   */
  readonly failures: readonly {
    readonly entryId: string
    readonly startMs: number
    /** What the entry costs, information included, and goes on costing. */
    readonly amountMicros: Micros
    readonly reason: string
    readonly detail: string
  }[]
}

const NO_TOTALS: BalanceTotals = { takes: [], usage: [], sessions: [], crossings: [] }

export function rerateAccount(question: RerateQuestion): Rerating {
  const { catalogue, directory, fromMs, toMs } = question
  const rater = createRater({ catalogue, directory })
  const usageOf = createUsageOfRow(directory)
  const corrections: RowCorrection[] = []
  const failures: Rerating['failures'][number][] = []
  let ratedCount = 0
  for (const row of inOrder(countingRows(question.rows), question)) {
    const usage = usageOf(row, catalogue)
    for (const request of rater.missingBalances([usage])) rater.restore(request, NO_TOTALS)
    const rated = rater.rate(usage, row.recordedMs)
    if (!isWithin(row.startMs, fromMs, toMs)) continue
    ratedCount += 1
    if (rated.outcome !== 'rated') {
      const amountMicros = addMicros(row.chargeMicros, row.informationChargeMicros)
      const { reason, detail } = rated
      failures.push({ entryId: entryId(row), startMs: row.startMs, amountMicros, reason, detail })
      continue
    }
    // What was reported stays reported, and a closed period stays closed.
    const correction = correctRow(row, { ...rated, crossings: [], late: row.late })
    if (correction !== undefined) corrections.push(correction)
  }
  return { ratedCount, corrections, failures }
}

/** Rated entries that no reversal has taken out again. */
function countingRows(rows: readonly LedgerRow[]): LedgerRow[] {
  const reversed = new Set(
    rows.filter(({ entryKind }) => entryKind === 'reversal').map(({ corrects }) => corrects),
  )
  return rows.filter(
    (row) =>
      row.outcome === 'rated' &&
      (row.entryKind === 'usage' || row.entryKind === 'correction') &&
      !reversed.has(entryId(row)),
  )
}

/** A corrected entry keeps the place of the one that was first recorded for the usage. */
function inOrder(counting: readonly LedgerRow[], { rows, order }: RerateQuestion): LedgerRow[] {
  const byId = new Map(rows.map((row) => [entryId(row), row]))
  const first = (row: LedgerRow): LedgerRow => {
    const corrected = row.logSource === RERATE_LOG ? byId.get(row.corrects) : undefined
    return corrected === undefined ? row : first(corrected)
  }
  return counting
    .map((row) => ({ row, place: first(row) }))
    .sort((left, right) => {
      const happened = order === 'happened' ? left.row.startMs - right.row.startMs : 0
      return happened || byRecording(left.place, right.place)
    })
    .map(({ row }) => row)
}

function byRecording(left: LedgerRow, right: LedgerRow): number {
  return (
    left.recordedMs - right.recordedMs ||
    left.logSource.localeCompare(right.logSource) ||
    left.logPartition - right.logPartition ||
    left.logOffset - right.logOffset
  )
}
