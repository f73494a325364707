/**
 * Names each request, and counts and times it: in the answer, in the log and in the metrics. Neither has
 * anything of the person: paths are those of the routes, and queries are left out.
 */
import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { clientAddress, trustedProxies } from './client-address.ts'
import type { ApiEnv, ApiParts } from './create-api.ts'

/** What a client may send as its own name for a request. */
const REQUEST_ID = /^[\w-]{8,64}$/

export function observed({
  log,
  metrics,
  stores,
}: Pick<ApiParts, 'log' | 'metrics' | 'stores'>): MiddlewareHandler<ApiEnv> {
  const requests = metrics.counter('tik_http_requests_total', 'Requests by route and status')
  const seconds = metrics.histogram(
    'tik_http_request_seconds',
    'Time until the answer began',
    [0.01, 0.03, 0.1, 0.3, 1, 3, 10],
  )
  const named = stores.config.trustedProxies
  const proxies = named === undefined ? undefined : trustedProxies(named)
  return async (context, next) => {
    const startedMs = performance.now()
    const sent = context.req.header('X-Request-Id') ?? ''
    const requestId = REQUEST_ID.test(sent) ? sent : randomUUID()
    context.set('requestId', requestId)
    const forwardedFor = context.req.header('X-Forwarded-For')
    context.set('address', clientAddress(context.env?.address ?? '', forwardedFor, proxies))
    await next()
    context.header('X-Request-Id', requestId)
    const tookMs = performance.now() - startedMs
    const route = `${context.req.method} ${routePath(context, -1)}`
    const { status } = context.res
    requests.add(1, { route, status: String(status) })
    seconds.observe(tookMs / 1_000, { route })
    log.info('request', { requestId, route, status, tookMs: Math.round(tookMs) })
  }
}
