/**
 * One operation again and again until it works, for failures that pass by themselves (a store or a
 * broker that restarts). Bounded: after that the failure goes up and the stage stops. It stops; it
 * never skips.
 */
import { TikError } from '../core/failures/errors.ts'

export interface RetryPolicy {
  readonly attemptsMax: number
  readonly firstWaitMs: number
  readonly waitMsMax: number
}

/** About ten minutes: longer than a restart of a store takes, shorter than nobody noticing. */
export const STORE_RETRY: RetryPolicy = { attemptsMax: 125, firstWaitMs: 100, waitMsMax: 5_000 }

export interface RetryParts {
  readonly policy: RetryPolicy
  readonly sleep: (ms: number) => Promise<void>
  readonly onFailure: (error: TikError, attempt: number) => void
  /** Ends the waiting: the last failure goes up. */
  readonly signal?: AbortSignal
}

/** Only a TikError that says it is retryable is tried again. */
export async function withRetry<Result>(
  work: () => Promise<Result>,
  parts: RetryParts,
): Promise<Result> {
  const { policy } = parts
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const mayPass = error instanceof TikError && error.retryable
      if (!mayPass || attempt >= policy.attemptsMax || parts.signal?.aborted === true) throw error
      parts.onFailure(error, attempt)
      await parts.sleep(Math.min(policy.firstWaitMs * 2 ** (attempt - 1), policy.waitMsMax))
    }
  }
}
