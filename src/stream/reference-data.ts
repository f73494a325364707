/**
 * The reference data of a running stage: loaded once, then again whenever its version is another. A stage
 * asks for `current` before each batch and compares by identity.
 */
import type { Log } from '../core/watch/log.ts'

export interface ReferenceData<Reference> extends Disposable {
  readonly current: Reference
  /** Looks now; for a stage that met something unknown. Failures keep what is there. */
  refresh(): Promise<Reference>
}

export interface ReferenceDataParts<Reference> {
  /** Another one for other data. */
  readonly version: () => Promise<number | string>
  readonly load: () => Promise<Reference>
  readonly log: Log
  readonly onCheck: (failure: string) => void
  readonly refreshMs?: number
}

/** A change takes effect within this time; a look costs one row. */
export const REFERENCE_REFRESH_MS = 2_000

export async function openReferenceData<Reference>(
  parts: ReferenceDataParts<Reference>,
): Promise<ReferenceData<Reference>> {
  let version = await parts.version()
  let current = await parts.load()
  let looking: Promise<Reference> | undefined

  async function look(): Promise<Reference> {
    try {
      const found = await parts.version()
      if (found !== version) {
        // The version first: a change in between is loaded once more, never missed.
        current = await parts.load()
        version = found
        parts.log.info('reference_loaded', { version })
      }
      parts.onCheck('')
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      parts.onCheck(message)
      parts.log.warn('reference_failed', { message })
    }
    return current
  }

  function refresh(): Promise<Reference> {
    looking ??= look().finally(() => {
      looking = undefined
    })
    return looking
  }

  const timer = setInterval(() => void refresh(), parts.refreshMs ?? REFERENCE_REFRESH_MS)
  timer.unref()
  return {
    get current() {
      return current
    },
    refresh,
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
