/**
 * How much one address, one caller and one name may ask in a while. In this process: with several of
 * them each counts for itself. Nobody is locked out: who waits may go on.
 */
import type { MiddlewareHandler } from 'hono'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { TikError } from '../core/failures/errors.ts'
import type { ApiEnv } from './create-api.ts'
import { Refusal } from './problem.ts'

/** Of one address: a page of ours asks a handful. */
const REQUESTS_PER_MINUTE_MAX = 6_000
/** Wrong passwords of one address, and for one name from anywhere. */
const TRIES_OF_ADDRESS = { points: 30, duration: 300 }
const TRIES_OF_NAME = { points: 10, duration: 300 }

export interface RateLimits {
  readonly ofAddress: MiddlewareHandler<ApiEnv>
  /** Throws a refusal when too much was tried; `failed` counts a try. */
  requireTry(address: string, name: string): Promise<void>
  failed(address: string, name: string): Promise<void>
  /** Counts a try that is not allowed (`not_allowed`). Throws a refusal when too much was tried. */
  asTry<Result>(address: string, name: string, attempt: () => Promise<Result>): Promise<Result>
}

export function createRateLimits(requestsMax = REQUESTS_PER_MINUTE_MAX): RateLimits {
  const requests = new RateLimiterMemory({
    points: requestsMax,
    duration: 60,
    keyPrefix: 'address',
  })
  const ofAddress = new RateLimiterMemory({ ...TRIES_OF_ADDRESS, keyPrefix: 'tries' })
  const ofName = new RateLimiterMemory({ ...TRIES_OF_NAME, keyPrefix: 'name' })
  const limits: RateLimits = {
    async ofAddress(context, next) {
      const used = await requests.consume(context.get('address')).catch(limited)
      await next()
      context.header('RateLimit-Limit', String(requestsMax))
      context.header('RateLimit-Remaining', String(used.remainingPoints))
      context.header('RateLimit-Reset', String(Math.ceil(used.msBeforeNext / 1_000)))
    },
    async requireTry(address, name) {
      const [byAddress, byName] = await Promise.all([ofAddress.get(address), ofName.get(name)])
      for (const used of [byAddress, byName]) {
        if (used !== null && used.remainingPoints <= 0) limited(used)
      }
    },
    async failed(address, name) {
      await Promise.allSettled([ofAddress.consume(address), ofName.consume(name)])
    },
    async asTry(address, name, attempt) {
      await limits.requireTry(address, name)
      try {
        return await attempt()
      } catch (error) {
        if (error instanceof TikError && error.code === 'not_allowed') {
          await limits.failed(address, name)
        }
        throw error
      }
    },
  }
  return limits
}

function limited(error: unknown): never {
  if (!(error instanceof RateLimiterRes)) throw error
  throw new Refusal(
    { status: 429, title: 'Too many requests', detail: 'wait a little and try again' },
    { 'Retry-After': String(Math.max(1, Math.ceil(error.msBeforeNext / 1_000))) },
  )
}
