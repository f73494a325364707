/** To an account's identity provider and back. The address of the page that follows is ours, whatever came back. */
import type { Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { beginSingleSignOn, endSingleSignOn } from '../app/access/single-sign-on.ts'
import { VISIT_MS_MAX } from '../identity/identity-providers.ts'
import { cookieName } from './authenticate.ts'
import type { ApiEnv, ApiParts } from './create-api.ts'
import { ownUrl } from './own-url.ts'
import { Refusal } from './problem.ts'
import type { RateLimits } from './rate-limits.ts'
import { arrivalOf, keepSession } from './sign-in-routes.ts'

const CALLBACK = '/sign-in/callback'

export function mountSingleSignOn(app: Hono<ApiEnv>, parts: ApiParts, limits: RateLimits): void {
  const { stores, isSecure } = parts
  const name = `${cookieName(isSecure)}-visit`
  app.get('/sign-in/with/:accountId', async (context) => {
    const { address } = arrivalOf(context)
    await limits.requireTry(address)
    const callbackUrl = `${ownUrl(context, parts)}${CALLBACK}`
    const begun = await beginSingleSignOn(stores, context.req.param('accountId'), callbackUrl)
    if (begun === undefined) {
      throw new Refusal({
        status: 404,
        title: 'No single sign-on',
        detail: 'there is no identity provider for this name',
        hint: 'sign in with your name and password',
      })
    }
    await limits.succeeded(address)
    setCookie(context, name, begun.secret, {
      path: '/',
      httpOnly: true,
      secure: isSecure,
      sameSite: 'Lax',
      maxAge: VISIT_MS_MAX / 1_000,
    })
    return context.redirect(begun.address, 303)
  })
  app.get(CALLBACK, async (context) => {
    const arrival = arrivalOf(context)
    await limits.requireTry(arrival.address)
    const url = new URL(`${ownUrl(context, parts)}${CALLBACK}${new URL(context.req.url).search}`)
    const visit = getCookie(context, name)
    deleteCookie(context, name, { path: '/', secure: isSecure })
    const secret =
      visit === undefined
        ? undefined
        : await endSingleSignOn(stores, { url, secret: visit }, arrival)
    if (secret === undefined) {
      throw new Refusal({
        status: 401,
        title: 'Not signed in',
        detail: 'this sign-in was not begun here, is over, or is of nobody who is known here',
        hint: 'begin again; if it stays, ask who manages the users of your account',
      })
    }
    await limits.succeeded(arrival.address)
    keepSession(context, secret, isSecure)
    return context.redirect('/', 303)
  })
}
