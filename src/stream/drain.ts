/** Work that a stop or a lost partition waits for, but not for ever. */
import { setTimeout as sleep } from 'node:timers/promises'
import { TikError } from '../core/failures/errors.ts'
import type { Log } from '../core/watch/log.ts'

/** What takes longer than this is left to the fence: the next owner starts from the ledger. */
export const DRAIN_TIMEOUT_MS = 20_000
/** Leaving a group and closing connections, after everything is written. */
export const CLOSE_TIMEOUT_MS = 5_000

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

/**
 * Closes a client for good. One that fails or hangs in it (kafkajs does, after some restarts of a
 * broker) loses nothing: all is written, and the group notices that the member is gone.
 */
export async function closeWithin(
  client: { close(): Promise<void> },
  log: Log,
  timeoutMs: number = CLOSE_TIMEOUT_MS,
): Promise<void> {
  try {
    await withinDrainTime(client.close(), timeoutMs)
  } catch (error) {
    log.warn('close_failed', { message: error instanceof Error ? error.message : String(error) })
  }
}
