/**
 * How much one address, one caller and one name may ask in a while, counted by all processes together.
 * Nobody is locked out: who waits may go on.
 */
import type { MiddlewareHandler } from 'hono'
import { countUp } from '../app/access/rate-counts-of.ts'
import type { Stores } from '../app/stores.ts'
import { TikError } from '../core/failures/errors.ts'
import { limitedAddress } from './client-address.ts'
import type { ApiEnv } from './create-api.ts'
import { Refusal } from './problem.ts'
import { createRequestCounts } from './request-counts.ts'

/** Wrong passwords of one address, and for one name from anywhere. */
const TRIES_OF_ADDRESS_MAX = 30
const TRIES_OF_NAME_MAX = 10
const TRIES_MS = 300_000

export interface RateLimits {
  readonly ofAddress: MiddlewareHandler<ApiEnv>
  /** Throws a refusal when a caller asked too much. */
  requireCalm(callerName: string): void
  /**
   * Counts a try before it is made, so that many at once are as few as one after the other. Throws a refusal
   * when it is one too many; `succeeded` takes it back.
   */
  requireTry(address: string, name?: string): Promise<void>
  succeeded(address: string, name?: string): Promise<void>
  /** Counts a try that is not allowed (`not_allowed`). Throws a refusal when too much was tried. */
  asTry<Result>(
    address: string,
    name: string | undefined,
    attempt: () => Promise<Result>,
  ): Promise<Result>
}

export function createRateLimits(
  stores: Pick<Stores, 'operations' | 'config'>,
  requestsMax: number,
): RateLimits {
  const requests = createRequestCounts(stores)
  const limits: RateLimits = {
    async ofAddress(context, next) {
      const used = requests.next(`address ${limitedAddress(context.get('address'))}`)
      if (used.count > requestsMax) throw tooMany(used.endsInMs)
      await next()
      context.header('RateLimit-Limit', String(requestsMax))
      context.header('RateLimit-Remaining', String(requestsMax - used.count))
      context.header('RateLimit-Reset', String(secondsOf(used.endsInMs)))
    },
    requireCalm(callerName) {
      const used = requests.next(`caller ${callerName}`)
      if (used.count > requestsMax) throw tooMany(used.endsInMs)
    },
    async requireTry(address, name) {
      const [ofAddress, ofName] = await countUp(stores, tryOf(address, name, 1), TRIES_MS)
      for (const [used, max] of [
        [ofAddress, TRIES_OF_ADDRESS_MAX],
        [ofName, TRIES_OF_NAME_MAX],
      ] as const) {
        if (used !== undefined && used.points > max) throw tooMany(used.endsInMs)
      }
    },
    async succeeded(address, name) {
      await countUp(stores, tryOf(address, name, -1), TRIES_MS)
    },
    async asTry(address, name, attempt) {
      await limits.requireTry(address, name)
      let isWrong = false
      try {
        return await attempt()
      } catch (error) {
        isWrong = error instanceof TikError && error.code === 'not_allowed'
        throw error
      } finally {
        if (!isWrong) await limits.succeeded(address, name)
      }
    },
  }
  return limits
}

/** Without a name, such as of a link, only whence it comes is counted. */
function tryOf(address: string, name: string | undefined, points: number) {
  const from = { key: `try from ${limitedAddress(address)}`, points }
  return name === undefined ? [from] : [from, { key: `try for ${name.toLowerCase()}`, points }]
}

function tooMany(endsInMs: number): Refusal {
  return new Refusal(
    { status: 429, title: 'Too many requests', detail: 'wait a little and try again' },
    { 'Retry-After': String(secondsOf(endsInMs)) },
  )
}

function secondsOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000))
}
