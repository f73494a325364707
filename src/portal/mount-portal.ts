/** The portal on the door: pages, what they are made of, and the way in. */
import type { Hono } from 'hono'
import type { ApiEnv, ApiParts } from '../api/create-api.ts'
import type { RateLimits } from '../api/rate-limits.ts'
import { directoryOf } from '../app/known-directory.ts'
import { accentStyle, ASSETS } from './assets.ts'
import { mountEntrance } from './entrance.ts'
import { PAGES } from './pages.ts'
import { actOnPage, homeOf, showPage, signedInOf } from './show-page.ts'

const LONG = 'public, max-age=31536000, immutable'
/** A partner may change its colour. */
const SHORT = 'public, max-age=60'

export function mountPortal(app: Hono<ApiEnv>, parts: ApiParts, limits: RateLimits): void {
  for (const [name, { type, body }] of Object.entries(ASSETS)) {
    app.get(`/assets/${name}`, (context) =>
      context.body(body, 200, { 'Content-Type': type, 'Cache-Control': LONG }),
    )
  }
  app.get('/assets/accents.css', async (context) => {
    const { partners } = await directoryOf(parts.stores)
    return context.body(accentStyle([...partners.values()]), 200, {
      'Content-Type': 'text/css; charset=utf-8',
      'Cache-Control': SHORT,
    })
  })
  mountEntrance(app, parts, limits)
  app.get('/', async (context) => {
    const signedIn = await signedInOf(context, parts)
    return context.redirect(signedIn === undefined ? '/sign-in' : homeOf(signedIn), 303)
  })
  for (const page of PAGES) {
    const path = page.path.replaceAll(/\{(\w+)\}/g, ':$1')
    app.get(path, (context) => showPage(page, context, parts))
    if (page.act !== undefined) app.post(path, (context) => actOnPage(page, context, parts))
  }
}
