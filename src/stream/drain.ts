/** Work that a stop or a lost partition waits for, but not for ever. */
import { setTimeout as sleep } from 'node:timers/promises'
import { TikError } from '../core/errors.ts'

/** What takes longer than this is left to the fence: the next owner starts from the ledger. */
export const DRAIN_TIMEOUT_MS = 20_000

/** Throws `interrupted` when the work takes longer. */
export async function withinDrainTime(
  work: Promise<unknown>,
  timeoutMs: number = DRAIN_TIMEOUT_MS,
): Promise<void> {
  const late = new AbortController()
  const isLate = sleep(timeoutMs, true, { signal: late.signal }).catch(() => false)
  const isDone = work.then(() => false)
  if (await Promise.race([isDone, isLate]).finally(() => late.abort())) {
    throw new TikError('interrupted', `what was under way was not done within ${timeoutMs} ms`)
  }
}
