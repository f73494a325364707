/** The way in and out as pages, which work without a script: sign in, set a password, leave. */
import type { Context, Hono } from 'hono'
import { deleteCookie, getCookie } from 'hono/cookie'
import { html } from 'hono/html'
import { cookieName, requireOwnSite } from '../api/authenticate.ts'
import type { ApiEnv, ApiParts } from '../api/create-api.ts'
import { Refusal, toRefusal } from '../api/problem.ts'
import { askResetQuietly } from '../api/quiet-resets.ts'
import type { RateLimits } from '../api/rate-limits.ts'
import { arrivalOf, keepSession } from '../api/sign-in-routes.ts'
import { endOwnSession, setPasswordByLink, signIn } from '../app/access/sign-in.ts'
import { LANGUAGES, type Language } from '../core/accounts/accounts.ts'
import { ASSETS_VERSION } from './assets.ts'
import { bareFrame } from './frame.ts'
import type { Html } from './page.ts'
import { signedInOf } from './show-page.ts'
import { WORDS } from './words/words.ts'

interface Entering {
  readonly name: string
  readonly next: string
  readonly said: string
  readonly needsCode: boolean
}

export function mountEntrance(app: Hono<ApiEnv>, parts: ApiParts, limits: RateLimits): void {
  app.get('/sign-in', (context) => {
    const next = ownPath(context.req.query('next'))
    const said = context.req.query('set') === '1' ? WORDS[languageOf(context)].signIn.isSet : ''
    return page(context, { name: '', next, said, needsCode: false }, 200)
  })
  app.post('/enter', async (context) => {
    requireOwnSite(context)
    const form = await context.req.parseBody()
    const [name, password, code, next] = ['name', 'password', 'code', 'next'].map((key) =>
      textOf(form[key]),
    )
    const entering = { name: name ?? '', next: ownPath(next), needsCode: code !== '' }
    const words = WORDS[languageOf(context)].signIn
    const { address } = arrivalOf(context)
    const isHeld = await limits.requireTry(address, entering.name).then(() => false, isTooOften)
    if (isHeld) return page(context, { ...entering, said: words.wait }, 429)
    const given = {
      name: entering.name,
      password: password ?? '',
      ...(code === '' ? {} : { code }),
    }
    const signing = await signIn(parts.stores, given, arrivalOf(context))
    if (signing.kind !== 'wrong') await limits.succeeded(address, entering.name)
    if (signing.kind === 'entered') {
      keepSession(context, signing.secret, parts.isSecure)
      return context.redirect(entering.next === '' ? '/' : entering.next, 303)
    }
    if (signing.kind === 'needs-code') {
      return page(context, { ...entering, said: '', needsCode: true }, 200)
    }
    return page(context, { ...entering, said: words.wrong }, 401)
  })
  mountPasswords(app, parts, limits)
  app.post('/leave', async (context) => {
    requireOwnSite(context)
    const signedIn = await signedInOf(context, parts)
    if (signedIn !== undefined) {
      await endOwnSession({ ...parts.stores, caller: signedIn.caller }, signedIn.sessionId)
    }
    const name = cookieName(parts.isSecure)
    if (getCookie(context, name) !== undefined) {
      deleteCookie(context, name, { path: '/', secure: parts.isSecure })
    }
    return context.redirect('/sign-in', 303)
  })
}

/** Setting a password by a link of a mail, and asking for such a mail. Both work without a script. */
function mountPasswords(app: Hono<ApiEnv>, parts: ApiParts, limits: RateLimits): void {
  app.get('/set-password', (context) => passwordPage(context, { link: '', said: '' }, 200))
  app.post('/enter/password', async (context) => {
    requireOwnSite(context)
    const form = await context.req.parseBody()
    const link = linkIn(textOf(form['link']))
    const password = textOf(form['password'])
    const { agent: _agent, ...entrance } = arrivalOf(context)
    try {
      await limits.asTry(entrance.address, undefined, () =>
        setPasswordByLink(parts.stores, { link, password }, entrance),
      )
    } catch (error) {
      const { problem } = toRefusal(error)
      if (problem.status >= 500) throw error
      const said = [problem.detail, problem.hint].filter(Boolean).join(': ')
      return passwordPage(context, { link, said }, problem.status === 429 ? 429 : 422)
    }
    return context.redirect('/sign-in?set=1', 303)
  })
  app.get('/forgot-password', (context) => forgotPage(context, ''))
  app.post('/enter/forgot', async (context) => {
    requireOwnSite(context)
    const form = await context.req.parseBody()
    const name = textOf(form['name'])
    const { agent: _agent, ...entrance } = arrivalOf(context)
    await limits.requireTry(entrance.address, `reset ${name}`)
    askResetQuietly(parts, name, entrance)
    return forgotPage(context, WORDS[languageOf(context)].signIn.mailed)
  })
}

/** What of a link is the secret: people paste the whole of it. */
function linkIn(written: string): string {
  return written.trim().split('link=').at(-1) ?? ''
}

function passwordPage(
  context: Context<ApiEnv>,
  { link, said }: { readonly link: string; readonly said: string },
  status: 200 | 422 | 429,
): Response | Promise<Response> {
  const language = languageOf(context)
  const words = WORDS[language].signIn
  context.status(status)
  context.header('Cache-Control', 'no-store')
  const title = words.setTitle
  return context.html(
    bareFrame(
      { language, title, assetsVersion: ASSETS_VERSION },
      html`<p class="said" role="alert">${said}</p>
        <form method="post" action="/enter/password" class="stacked">
          <label data-link
            >${words.link}<input name="link" value="${link}" autocomplete="off" required
          /></label>
          <label
            >${words.newPassword}<input
              name="password"
              type="password"
              autocomplete="new-password"
              required
          /></label>
          <p class="note">${words.passwordRule}</p>
          <button>${words.set}</button>
        </form>`,
    ),
  )
}

function forgotPage(context: Context<ApiEnv>, said: string): Response | Promise<Response> {
  const language = languageOf(context)
  const words = WORDS[language].signIn
  context.header('Cache-Control', 'no-store')
  return context.html(
    bareFrame(
      { language, title: words.forgot, assetsVersion: ASSETS_VERSION },
      html`<p class="said" role="status">${said}</p>
        <form method="post" action="/enter/forgot" class="stacked">
          <label
            >${words.name}<input name="name" autocomplete="username" maxlength="200" required
          /></label>
          <button>${words.mailMe}</button>
        </form>
        <p><a class="act" href="/sign-in">${words.title}</a></p>`,
    ),
  )
}

function page(
  context: Context<ApiEnv>,
  { name, next, said, needsCode }: Entering,
  status: 200 | 401 | 429,
): Response | Promise<Response> {
  const language = languageOf(context)
  const words = WORDS[language].signIn
  context.status(status)
  context.header('Cache-Control', 'no-store')
  return context.html(
    bareFrame({ language, title: words.title, assetsVersion: ASSETS_VERSION }, body()),
  )

  function body(): Html {
    return html`<p class="said" role="alert">${said}</p>
      <form method="post" action="/enter" class="stacked">
        <label
          >${words.name}<input name="name" autocomplete="username" value="${name}" required
        /></label>
        <label
          >${words.password}<input
            name="password"
            type="password"
            autocomplete="current-password"
            required
        /></label>
        ${
          needsCode
            ? html`<label
                >${words.code}<input name="code" autocomplete="one-time-code" required
              /></label>`
            : ''
        }
        <input type="hidden" name="next" value="${next}" />
        <button>${words.enter}</button>
        ${next === '' ? '' : html`<p class="note">${words.next}</p>`}
      </form>
      <p><a class="act" href="/forgot-password">${words.forgot}</a></p>
      <tik-passkey data-next="${next}" hidden
        ><button type="button">${words.passkey}</button></tik-passkey
      >`
  }
}

/** Only a path of ours: what comes back from a link never leads elsewhere. */
export function ownPath(text: string | undefined): string {
  if (text === undefined || !text.startsWith('/') || !URL.canParse(text, BASE)) return ''
  const url = new URL(text, BASE)
  return url.origin === BASE ? url.pathname + url.search : ''
}

const BASE = 'http://own.invalid'

/** That of the browser, as far as we speak it. */
function languageOf(context: Context<ApiEnv>): Language {
  const wanted = (context.req.header('Accept-Language') ?? '').toLowerCase().split(',')
  for (const one of wanted) {
    const known = LANGUAGES.find((language) => one.trim().startsWith(language))
    if (known !== undefined) return known
  }
  return 'nl'
}

/** A store that is away is no reason to wait for the reader: it is told as what it is. */
function isTooOften(error: unknown): true {
  if (error instanceof Refusal && error.problem.status === 429) return true
  throw error
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
