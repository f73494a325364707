/**
 * Who sends a request: a program by its bearer key or token, a person by the cookie of a session. What
 * a browser sends by itself does not change anything: a write with a cookie must come from our own pages.
 */
import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { callerOfBearer, callerOfSession } from '../app/access/caller-of.ts'
import type { Caller } from '../app/caller.ts'
import type { ApiEnv, ApiParts } from './create-api.ts'
import { Refusal } from './problem.ts'

const BEARER = /^Bearer ([\x21-\x7e]{1,300})$/i

/** Throws a refusal (401, or 403 for a write from another site). */
export async function callerOfRequest(
  context: Context<ApiEnv>,
  { stores, isSecure }: Pick<ApiParts, 'stores' | 'isSecure'>,
): Promise<Caller> {
  const entrance = {
    door: 'api',
    address: context.get('address'),
    requestId: context.get('requestId'),
  } as const
  const header = context.req.header('Authorization')
  if (header !== undefined) {
    const [, bearer = ''] = BEARER.exec(header) ?? []
    const caller = bearer === '' ? undefined : await callerOfBearer(stores, bearer, entrance)
    if (caller !== undefined) return caller
    throw unknownCaller('error="invalid_token"')
  }
  const cookie = getCookie(context, cookieName(isSecure))
  const signedIn =
    cookie === undefined
      ? undefined
      : await callerOfSession(stores, cookie, { ...entrance, door: 'portal' })
  if (signedIn === undefined) throw unknownCaller()
  requireOwnSite(context)
  return signedIn.caller
}

/** The secret that a known caller showed: bearer key or token, or that of the session. */
export function shownBy(
  context: Context<ApiEnv>,
  { isSecure }: Pick<ApiParts, 'isSecure'>,
): string {
  const header = context.req.header('Authorization')
  const shown =
    header === undefined ? getCookie(context, cookieName(isSecure)) : BEARER.exec(header)?.[1]
  if (shown === undefined) throw new Error('a caller who was let in has shown something')
  return shown
}

/** `__Host-`: from this host alone, over TLS alone; on a loopback address there is no TLS. */
export function cookieName(isSecure: boolean): string {
  return isSecure ? '__Host-tik' : 'tik'
}

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/** Throws a refusal for a write that another site made a browser send. */
export function requireOwnSite(context: Context<ApiEnv>): void {
  if (READING.has(context.req.method)) return
  const site = context.req.header('Sec-Fetch-Site')
  const origin = context.req.header('Origin')
  const host = context.req.header('Host')
  const isOwn =
    site === undefined
      ? origin !== undefined && URL.canParse(origin) && new URL(origin).host === host
      : site === 'same-origin'
  if (isOwn) return
  throw new Refusal({
    status: 403,
    title: 'From another site',
    detail: 'a change with a session comes from our own pages; programs use a key',
  })
}

function unknownCaller(error?: string): Refusal {
  const challenge = error === undefined ? 'Bearer realm="tik"' : `Bearer realm="tik", ${error}`
  return new Refusal(
    {
      status: 401,
      title: 'Who is it?',
      detail: 'sign in, or send a key that is valid: Authorization: Bearer …',
    },
    { 'WWW-Authenticate': challenge },
  )
}
