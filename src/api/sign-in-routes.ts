/**
 * Getting in: a session by password or by a link of the operator's terminal, setting a password by an
 * invitation, and tokens for programs. Wrong is answered as wrong, whatever was wrong.
 */
import type { Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { z } from 'zod'
import { callerOfSession } from '../app/access/caller-of.ts'
import { issueAccessToken } from '../app/access/issue-token.ts'
import {
  endOwnSession,
  setPasswordByLink,
  signIn,
  signInByLink,
  type Arrival,
} from '../app/access/sign-in.ts'
import { SESSION_MS_MAX } from '../identity/sessions.ts'
import { cookieName, requireOwnSite } from './authenticate.ts'
import type { ApiEnv, ApiParts } from './create-api.ts'
import { invalidInput, Refusal } from './problem.ts'
import { askResetQuietly } from './quiet-resets.ts'
import type { RateLimits } from './rate-limits.ts'

const credentials = z.strictObject({
  name: z.string().min(1).max(200),
  password: z.string().min(1).max(1_000),
  code: z.string().min(6).max(40).optional(),
})
const byLink = z.strictObject({ link: z.string().max(200) })
const newPassword = z.strictObject({ link: z.string().max(200), password: z.string().max(1_000) })
const named = z.strictObject({ name: z.string().min(1).max(200) })
const tokenRequest = z.object({
  grant_type: z.literal('client_credentials'),
  client_id: z.string().max(100).optional(),
  client_secret: z.string().max(300).optional(),
})

export function mountSignIn(app: Hono<ApiEnv>, parts: ApiParts, limits: RateLimits): void {
  const { stores } = parts
  app.post('/sign-in', async (context) => {
    requireOwnSite(context)
    const given = await jsonOf(context, credentials)
    const arrival = arrivalOf(context)
    await limits.requireTry(arrival.address, given.name)
    const signing = await signIn(stores, given, arrival)
    if (signing.kind !== 'wrong') await limits.succeeded(arrival.address, given.name)
    if (signing.kind === 'entered') return entered(context, signing.secret, parts)
    if (signing.kind === 'needs-code') throw needsCode()
    throw new Refusal({
      status: 401,
      title: 'Not signed in',
      detail:
        given.code === undefined
          ? 'the name or the password is not right'
          : 'the name, the password or the code is not right',
    })
  })
  app.post('/sign-in/link', async (context) => {
    requireOwnSite(context)
    const { link } = await jsonOf(context, byLink)
    const arrival = arrivalOf(context)
    await limits.requireTry(arrival.address)
    const secret = await signInByLink(stores, link, arrival)
    if (secret === undefined) {
      throw new Refusal({
        status: 401,
        title: 'Not signed in',
        detail: 'this link does not work any more',
        hint: '`tik serve` prints new ones',
      })
    }
    await limits.succeeded(arrival.address)
    return entered(context, secret, parts)
  })
  app.post('/set-password', async (context) => {
    requireOwnSite(context)
    const wish = await jsonOf(context, newPassword)
    const { agent: _agent, ...entrance } = arrivalOf(context)
    await limits.asTry(entrance.address, undefined, () => setPasswordByLink(stores, wish, entrance))
    return context.json({})
  })
  app.post('/reset-password', async (context) => {
    requireOwnSite(context)
    const { name } = await jsonOf(context, named)
    const { agent: _agent, ...entrance } = arrivalOf(context)
    await limits.requireTry(entrance.address, `reset ${name}`)
    askResetQuietly(parts, name, entrance)
    return context.json({})
  })
  app.post('/sign-out', async (context) => {
    requireOwnSite(context)
    const name = cookieName(parts.isSecure)
    const secret = getCookie(context, name)
    const { agent: _agent, ...entrance } = arrivalOf(context)
    const found = secret === undefined ? undefined : await callerOfSession(stores, secret, entrance)
    if (found !== undefined)
      await endOwnSession({ ...stores, caller: found.caller }, found.sessionId)
    deleteCookie(context, name, { path: '/', secure: parts.isSecure })
    return context.json({})
  })
  app.post('/oauth/token', (context) => answerToken(context, parts, limits))
}

/** The page that asks knows it by its type. */
function needsCode(): Refusal {
  return new Refusal({
    type: 'urn:tik:sign-in:needs-code',
    status: 401,
    title: 'A code is needed',
    detail: 'the password is right; the second factor is still to be shown',
    hint: 'send the code of the authenticator app, or a recovery code, as `code`',
  })
}

/** RFC 6749, 4.4: errors have its own form, not that of a problem. */
async function answerToken(
  context: Context<ApiEnv>,
  { stores }: ApiParts,
  limits: RateLimits,
): Promise<Response> {
  const form = tokenRequest.safeParse(await context.req.parseBody())
  const [basicId, basicSecret] = basicOf(context.req.header('Authorization'))
  const headers = { 'Cache-Control': 'no-store' }
  if (!form.success) return context.json({ error: 'unsupported_grant_type' }, 400, headers)
  const clientId = form.data.client_id ?? basicId
  const secret = form.data.client_secret ?? basicSecret
  const address = context.get('address')
  await limits.requireTry(address, clientId)
  const issued = await issueAccessToken(stores, { clientId, secret })
  if (issued === undefined) {
    return context.json({ error: 'invalid_client' }, 401, {
      ...headers,
      'WWW-Authenticate': 'Basic realm="tik"',
    })
  }
  await limits.succeeded(address, clientId)
  return context.json(
    {
      access_token: issued.token,
      token_type: 'Bearer',
      expires_in: issued.seconds,
      scope: issued.rights.join(' '),
    },
    200,
    headers,
  )
}

function basicOf(header: string | undefined): [id: string, secret: string] {
  const [, encoded = ''] = /^Basic ([\w+/=]{1,600})$/i.exec(header ?? '') ?? []
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const at = text.indexOf(':')
  return at < 1 ? ['', ''] : [text.slice(0, at), text.slice(at + 1)]
}

function entered(context: Context<ApiEnv>, secret: string, { isSecure }: ApiParts): Response {
  keepSession(context, secret, isSecure)
  return context.json({})
}

export function keepSession(context: Context<ApiEnv>, secret: string, isSecure: boolean): void {
  setCookie(context, cookieName(isSecure), secret, {
    path: '/',
    httpOnly: true,
    secure: isSecure,
    sameSite: 'Lax',
    maxAge: SESSION_MS_MAX / 1_000,
  })
}

export function arrivalOf(context: Context<ApiEnv>): Arrival {
  return {
    door: 'portal',
    address: context.get('address'),
    requestId: context.get('requestId'),
    agent: context.req.header('User-Agent') ?? '',
  }
}

export async function jsonOf<Body>(
  context: Context<ApiEnv>,
  schema: z.ZodType<Body>,
): Promise<Body> {
  const given: unknown = await context.req.json().catch(() => {
    throw new Refusal({ status: 400, title: 'Malformed JSON', detail: 'the body is no JSON' })
  })
  const read = schema.safeParse(given)
  if (!read.success) throw invalidInput('body', read.error)
  return read.data
}
