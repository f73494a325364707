/**
 * The door over HTTP: every request is known, limited, checked, asked as its caller, and answered; what
 * is no success is a problem. It has no figures and no rules of its own.
 */
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import type { Stores } from '../app/stores.ts'
import type { Log } from '../core/watch/log.ts'
import type { Metrics } from '../core/watch/metrics.ts'
import { answerRoute } from './answer-route.ts'
import { ENTRANCE_SCRIPT, entrancePage } from './entrance-page.ts'
import { mountExportFiles } from './export-files.ts'
import { observed } from './observe.ts'
import { openApiDocument } from './open-api.ts'
import { docsPage } from './docs-page.ts'
import { mountPasskeys } from './passkey-routes.ts'
import { PROBLEM_TYPE, Refusal, toRefusal } from './problem.ts'
import { createRateLimits, type RateLimits } from './rate-limits.ts'
import type { RequestFacts } from './request-facts.ts'
import { mountSignIn } from './sign-in-routes.ts'
import { mountSingleSignOn } from './single-sign-on-routes.ts'
import { ROUTES } from './v1/routes.ts'

export interface ApiParts {
  readonly stores: Stores
  readonly log: Log
  readonly metrics: Metrics
  /** Whether the door is reached over TLS, which a session's cookie then insists on. */
  readonly isSecure: boolean
  /** Of one address, and of one caller; as it is configured when left out. */
  readonly requestsPerMinuteMax?: number
  /** The version that /api/v1/openapi.json names. */
  readonly version: string
  /** Mounts pages for people; without them the entrance leads to the API. */
  readonly pages?: (app: Hono<ApiEnv>, parts: ApiParts, limits: RateLimits) => void
}

export interface ApiEnv {
  readonly Variables: RequestFacts
  readonly Bindings: { readonly address?: string }
}

export const API_PATH = '/api/v1'
/** Nothing that a client sends is larger. */
const BODY_BYTES_MAX = 1_048_576

export function createApi(parts: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const requestsMax = parts.requestsPerMinuteMax ?? parts.stores.config.requestsPerMinuteMax
  const limits = createRateLimits(parts.stores, requestsMax)
  app.use(observed(parts))
  app.use(secureHeaders({ contentSecurityPolicy: CONTENT_SECURITY, xFrameOptions: 'DENY' }))
  app.use(limits.ofAddress)
  app.use(
    bodyLimit({
      maxSize: BODY_BYTES_MAX,
      onError: () => {
        throw new Refusal({
          status: 413,
          title: 'Too large',
          detail: `a body has at most ${BODY_BYTES_MAX} bytes`,
        })
      },
    }),
  )
  const document = openApiDocument(ROUTES, parts.version)
  app.get(`${API_PATH}/openapi.json`, (context) => context.json(document))
  app.get(`${API_PATH}/docs`, (context) => context.html(docsPage(document)))
  if (parts.pages === undefined) {
    for (const path of ['/', '/set-password', '/forgot-password']) {
      app.get(path, (context) => context.html(entrancePage()))
    }
  } else parts.pages(app, parts, limits)
  app.get('/entrance.js', (context) =>
    context.body(ENTRANCE_SCRIPT, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
  )
  mountSignIn(app, parts, limits)
  mountSingleSignOn(app, parts, limits)
  mountPasskeys(app, parts, limits)
  mountExportFiles(app, parts)
  for (const route of ROUTES) {
    const path = `${API_PATH}${route.path.replaceAll(/\{(\w+)\}/g, ':$1')}`
    app.on(route.method.toUpperCase(), path, (context) =>
      answerRoute(route, context, parts, limits),
    )
  }
  refuseOtherMethods(app)
  app.notFound((context) => {
    throw new Refusal({
      status: 404,
      title: 'Not found',
      detail: `there is nothing at ${context.req.path}`,
      hint: `${API_PATH}/docs lists every route`,
    })
  })
  app.onError((error, context) => {
    const { problem, headers } = toRefusal(error)
    const requestId = context.get('requestId')
    if (problem.status >= 500)
      parts.log.error('request_failed', { requestId, message: String(error) })
    if (problem.status === 500 && error.stack !== undefined) {
      parts.log.debug('request_failed_at', { requestId, stack: error.stack })
    }
    return new Response(JSON.stringify({ ...problem, requestId }), {
      status: problem.status,
      headers: { 'Content-Type': PROBLEM_TYPE, 'X-Request-Id': requestId, ...headers },
    })
  })
  return app
}

/** Our own pages load their own script and style, and nothing from anywhere else. */
const CONTENT_SECURITY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
}

/** A path that is there with another method says which it takes. */
function refuseOtherMethods(app: Hono<ApiEnv>): void {
  const methods = new Map<string, string[]>()
  for (const { path, method } of ROUTES) {
    methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()])
  }
  for (const [path, taken] of methods) {
    app.all(`${API_PATH}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, (context) => {
      const isHead = context.req.method === 'HEAD' && taken.includes('GET')
      throw new Refusal(
        {
          status: 405,
          title: 'Method not allowed',
          detail: `${context.req.method} is not taken here${isHead ? ', but GET is' : ''}`,
        },
        { Allow: taken.join(', ') },
      )
    })
  }
}
