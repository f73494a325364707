/** Signing in by a passkey: what the browser is asked, and what it answers. */
import type { Hono } from 'hono'
import { beginPasskeySignIn, signInByPasskey } from '../app/access/passkeys.ts'
import { requireOwnSite } from './authenticate.ts'
import type { ApiEnv, ApiParts } from './create-api.ts'
import { shownPasskey } from './passkey-fields.ts'
import { ownUrl } from './own-url.ts'
import { Refusal } from './problem.ts'
import type { RateLimits } from './rate-limits.ts'
import { arrivalOf, jsonOf, keepSession } from './sign-in-routes.ts'

export function mountPasskeys(app: Hono<ApiEnv>, parts: ApiParts, limits: RateLimits): void {
  const { stores, isSecure } = parts
  app.post('/sign-in/passkey/challenge', async (context) => {
    requireOwnSite(context)
    const options = await beginPasskeySignIn(stores, { origin: ownUrl(context, parts) })
    return context.json({ ...options })
  })
  app.post('/sign-in/passkey', async (context) => {
    requireOwnSite(context)
    const response = await jsonOf(context, shownPasskey)
    const arrival = arrivalOf(context)
    await limits.requireTry(arrival.address)
    const site = { origin: ownUrl(context, parts) }
    const secret = await signInByPasskey(stores, response, site, arrival)
    if (secret === undefined) {
      throw new Refusal({
        status: 401,
        title: 'Not signed in',
        detail: 'this passkey is of nobody who is known here',
      })
    }
    await limits.succeeded(arrival.address)
    keepSession(context, secret, isSecure)
    return context.json({})
  })
}
