/**
 * Rates the usage of accounts again with today's catalogue and directory and says what would change.
 * Every usage of them is rated, in order, so that bundles fill as they do in truth; what is asked for is
 * then compared with the entry that counts now. Usage that belongs to another of the accounts by now
 * moves to it, and usage that is nobody's any more is taken back. Changes nothing.
 */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Directory } from '../../core/accounts/accounts.ts'
import { isBeyondRetention } from '../../core/usage/beyond-retention.ts'
import { entryId } from '../../core/usage/ids.ts'
import { addMicros, type Micros } from '../../core/money/money.ts'
import { RERATE_LOG, type LedgerRow, type RatedUsage } from '../../core/usage/ledger-row.ts'
import type { Usage } from '../../core/usage/usage.ts'
import { isWithin } from '../../core/time/validity.ts'
import { correctRow, type RowCorrection } from '../../rating/correct-row.ts'
import { agreementAt } from '../../directory/agreement.ts'
import { createRater } from '../../rating/create-rater.ts'
import type { BalanceTotals, Rater } from '../../rating/rater.ts'
import { notRated } from '../../pipeline.ts'
import { createUsageToday, NOBODYS_REASONS } from './usage-today.ts'

export interface RerateQuestion {
  /** All entries of the account and of those that it is linked with. */
  readonly rows: readonly LedgerRow[]
  readonly catalogue: Catalogue
  readonly directory: Directory
  /** Usages that start within [fromMs, toMs) are corrected. */
  readonly fromMs: number
  readonly toMs: number
  /** Only usage that is, or was, of this account; all of the rows when left out. */
  readonly accountId?: string | undefined
  /** Of the account only what its rows are: where every account has its turn, each usage has one. */
  readonly isRecordedOnly?: boolean | undefined
  /** Only usage of this tariff, before or after; all when left out. */
  readonly tariff?: RatedTariff | undefined
  /** As it was recorded, or as it happened: late usage then no longer moves the bundle. */
  readonly order: 'recorded' | 'happened'
}

export interface Rerating {
  readonly ratedCount: number
  readonly corrections: readonly RowCorrection[]
  /**
   * Entries of somebody's that today's catalogue cannot price, such as those of a plan without a rate for
   * them: what they cost stays as it is, for a person to judge.
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

/** What a usage is rated by; each that is given must be so. */
export interface RatedTariff {
  readonly callType?: string | undefined
  readonly rateId?: string | undefined
  /** The plan that its subscription has at its start. */
  readonly planId?: string | undefined
}

const NO_TOTALS: BalanceTotals = { takes: [], usage: [], sessions: [], crossings: [] }

export function rerateAccount(question: RerateQuestion): Rerating {
  const { catalogue, directory, fromMs, toMs } = question
  const rater = createRater({ catalogue, directory })
  const usageToday = createUsageToday(directory)
  const corrections: RowCorrection[] = []
  const failures: Rerating['failures'][number][] = []
  let ratedCount = 0
  for (const row of inOrder(countingRows(question.rows), question)) {
    const usage = usageToday(row, catalogue)
    for (const request of rater.missingBalances([usage])) rater.restore(request, NO_TOTALS)
    const rated = resultOf(usage, row, rater)
    // Without its number nobody can say what it should have cost: it stays as it is.
    if (isBeyondRetention(row)) continue
    if (!isWithin(row.startMs, fromMs, toMs) || !isAsked(row, usage, question)) continue
    if (!isOfTariff({ row, usage, rated }, question)) continue
    ratedCount += 1
    if (rated.outcome !== 'rated' && !NOBODYS_REASONS.has(rated.reason)) {
      const amountMicros = addMicros(row.chargeMicros, row.informationChargeMicros)
      const { reason, detail } = rated
      failures.push({ entryId: entryId(row), startMs: row.startMs, amountMicros, reason, detail })
      continue
    }
    // What was reported stays reported, and a closed period stays closed.
    const late = row.accountId === usage.accountId ? row.late : isClosed(usage, rated, directory)
    const correction = correctRow(row, { ...rated, crossings: [], late }, usage)
    if (correction !== undefined) corrections.push(correction)
  }
  return { ratedCount, corrections, failures }
}

function resultOf(usage: Usage, row: LedgerRow, rater: Rater): RatedUsage {
  if (usage.rejectReason === '') return rater.rate(usage, row.recordedMs)
  return { ...notRated('rejected', usage.rejectReason), detail: usage.rejectReason }
}

function isAsked(
  row: LedgerRow,
  usage: Usage,
  { accountId, isRecordedOnly = false }: RerateQuestion,
): boolean {
  if (accountId === undefined || row.accountId === accountId) return true
  return !isRecordedOnly && usage.accountId === accountId
}

function isOfTariff(
  of: { readonly row: LedgerRow; readonly usage: Usage; readonly rated: RatedUsage },
  { tariff = {}, directory, catalogue }: RerateQuestion,
): boolean {
  const { callType, rateId, planId } = tariff
  const { row, usage, rated } = of
  if (callType !== undefined && row.callType !== callType) return false
  if (rateId !== undefined && row.rateId !== rateId && rated.rateId !== rateId) return false
  if (planId === undefined) return true
  const subscription = directory.subscriptions[usage.subscriptionIndex]
  if (subscription === undefined) return false
  return agreementAt(subscription, row.startMs, catalogue).planId === planId
}

function isClosed({ accountId }: Usage, { periodStartDay }: RatedUsage, directory: Directory) {
  const closed = directory.accounts.get(accountId)?.closedPeriods ?? []
  return closed.some((period) => period.periodStartDay === periodStartDay)
}

/** What counts now for each usage: rated, or taken back before, and not reversed since. */
function countingRows(rows: readonly LedgerRow[]): LedgerRow[] {
  const reversed = new Set(
    rows.filter(({ entryKind }) => entryKind === 'reversal').map(({ corrects }) => corrects),
  )
  return rows.filter((row) => {
    const isCorrection = row.entryKind === 'correction'
    const isTakenBack = isCorrection && row.outcome === 'rejected'
    const isRated = row.outcome === 'rated' && (row.entryKind === 'usage' || isCorrection)
    return (isRated || isTakenBack) && !reversed.has(entryId(row))
  })
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
