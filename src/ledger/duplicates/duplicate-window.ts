/**
 * Has this usage been charged before? What the fingerprints in memory (seen-days.ts) cannot call
 * surely new is asked from the ledger by its full id before it is called a duplicate; so is every
 * id of a day that is not in memory, and an old file that comes again after a year is found too.
 */
import type { Usage } from '../../core/usage/usage.ts'
import type { Ledger } from '../ledger.ts'
import { createSeenDays, type SeenDaysOptions } from './seen-days.ts'

export type DuplicateVerdict = 'new' | 'duplicate' | 'conflict'

export interface DuplicateWindow {
  /**
   * Makes `check` able to answer for the usages of one batch. `settled` resolves when the batch
   * before it is in the ledger; it is awaited only when the ledger has to be asked.
   */
  prepare(usages: readonly Usage[], settled: Promise<void>): Promise<void>
  /**
   * `conflict`: the id came before with other content. For usages of the prepared batch, in log
   * order, with `remember` called for those that count.
   */
  check(usage: Usage): DuplicateVerdict
  /** The usage was rated: from now on its id is taken. One that was rejected may come again. */
  remember(usage: Usage): void
}

const DEFAULTS: SeenDaysOptions = { idsMax: 20_000_000, daysMax: 62, directIdsMax: 500 }
/** A record that comes again with another start is found this far away. */
const MARGIN_MS = 86_400_000

export function createDuplicateWindow(
  ledger: Pick<Ledger, 'findUsageIds' | 'usageIdsBetween'>,
  options: Partial<SeenDaysOptions> = {},
): DuplicateWindow {
  const seenDays = createSeenDays(ledger, { ...DEFAULTS, ...options })
  /** Ids of the batch that may be taken, and the content with which they are. */
  const suspects = new Map<string, number | undefined>()

  return {
    async prepare(usages, settled) {
      suspects.clear()
      const billable = usages.filter(isBillable)
      await seenDays.load(billable, settled)
      let earliestMs = Infinity
      let latestMs = -Infinity
      let mayBeOnItsWay = false
      for (const usage of billable) {
        const answer = seenDays.add(usage)
        if (answer === 'new') continue
        if (answer === 'seen') mayBeOnItsWay = true
        suspects.set(usage.usageId, undefined)
        earliestMs = Math.min(earliestMs, usage.startMs)
        latestMs = Math.max(latestMs, usage.startMs)
      }
      if (suspects.size === 0) return
      if (mayBeOnItsWay) await settled
      const startMs = { from: earliestMs - MARGIN_MS, to: latestMs + MARGIN_MS }
      const found = await ledger.findUsageIds([...suspects.keys()], startMs)
      for (const [usageId, { contentHash }] of found) suspects.set(usageId, contentHash)
    },
    check(usage) {
      if (suspects.size === 0) return 'new'
      const contentHash = suspects.get(usage.usageId)
      if (contentHash === undefined) return 'new'
      return contentHash === usage.contentHash ? 'duplicate' : 'conflict'
    },
    remember(usage) {
      if (suspects.size === 0 || !suspects.has(usage.usageId)) return
      suspects.set(usage.usageId, usage.contentHash)
    },
  }
}

/** Rejected and unbillable records are recorded as such however often they come. */
function isBillable(usage: Usage): boolean {
  return usage.rejectReason === '' && usage.unbillableReason === ''
}
