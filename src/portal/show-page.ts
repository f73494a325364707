/**
 * One request for one page: who is signed in, may they, what is the page. What goes wrong is a page too,
 * and says what to do next. A form that is refused is shown again as it was written.
 */
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { cookieName, requireOwnSite } from '../api/authenticate.ts'
import type { ApiEnv, ApiParts } from '../api/create-api.ts'
import { ownUrl } from '../api/own-url.ts'
import { toRefusal } from '../api/problem.ts'
import { noteLook, ownActing } from '../app/access/acting.ts'
import { callerOfSession, type SignedIn } from '../app/access/caller-of.ts'
import { asOne } from '../app/as-one.ts'
import type { Desk } from '../app/desk.ts'
import { accountOf, partnersOf, subscriptionsOf } from '../app/directory/directory-of.ts'
import { TikError } from '../core/failures/errors.ts'
import { localeFormat } from '../core/text/locale-format.ts'
import { ASSETS_VERSION } from './assets.ts'
import { frame } from './frame.ts'
import type { AccountAsking, Done, Form, Html, OwnAsking, Page, PageContent } from './page.ts'
import { problemContent } from './pages/problem.ts'
import { WORDS } from './words/words.ts'

/** Carries what was done over the redirect that follows it. */
const SAID_COOKIE = 'tik-said'
const SAID_SECONDS = 60
const SAID_LENGTH_MAX = 1_500
/** Where who may do nothing yet sets up a second factor. */
const OWN_PATH = '/me'

/** One request, as far as it is known. */
interface Visit {
  readonly page: Page
  readonly context: Context<ApiEnv>
  readonly parts: ApiParts
  readonly signedIn: SignedIn
}

export async function showPage(
  page: Page,
  context: Context<ApiEnv>,
  parts: ApiParts,
): Promise<Response> {
  const signedIn = await signedInOf(context, parts)
  if (signedIn === undefined) return toSignIn(context)
  if (signedIn.caller.rights.size === 0 && page.path !== OWN_PATH) {
    return context.redirect(OWN_PATH, 303)
  }
  return answered({ page, context, parts, signedIn }, { said: takeSaid(context) })
}

export async function actOnPage(
  page: Page,
  context: Context<ApiEnv>,
  parts: ApiParts,
): Promise<Response> {
  requireOwnSite(context)
  const signedIn = await signedInOf(context, parts)
  if (signedIn === undefined) return toSignIn(context)
  const visit = { page, context, parts, signedIn }
  const form = await formOf(context)
  try {
    const acting = await forWhom(visit)
    const done = await asOne(acting, (within) => doneOf(visit, within, form))
    keepSaid(visit, done.said)
    return context.redirect(done.goTo, 303)
  } catch (error) {
    const { problem } = toRefusal(error)
    if (problem.status >= 500 || problem.status === 404) return failed(visit, error)
    const said = [problem.detail, problem.hint].filter(Boolean).join(': ')
    return answered(visit, { said, refused: form, status: 422 })
  }
}

/** Who is signed in; undefined for nobody. */
export function signedInOf(
  context: Context<ApiEnv>,
  { stores, isSecure }: ApiParts,
): Promise<SignedIn | undefined> {
  const cookie = getCookie(context, cookieName(isSecure))
  if (cookie === undefined) return Promise.resolve(undefined)
  const address = context.get('address')
  const requestId = context.get('requestId')
  return callerOfSession(stores, cookie, { door: 'portal', address, requestId })
}

/** Where somebody begins. */
export function homeOf({ person }: SignedIn): string {
  return person.accountId === ''
    ? '/customers'
    : `/accounts/${encodeURIComponent(person.accountId)}`
}

interface Shown {
  readonly said: string
  readonly refused?: Form
  readonly status?: 200 | 422
}

async function answered(visit: Visit, { said, refused, status = 200 }: Shown): Promise<Response> {
  const desk = deskOf(visit)
  try {
    requireAllowed(visit)
    const own = { ...askingOf(visit, desk), ...(refused === undefined ? {} : { refused }) }
    const { page } = visit
    if (page.about === 'own') {
      const content = await page.show(own)
      const { accountId } = own.person
      // A customer's own pages stand among those of the account.
      const asking = accountId === '' ? undefined : await ofAccount(own, accountId)
      return await send(visit, status, framed(visit, content, { said, asking }))
    }
    const asking = await ofAccount(own)
    if (own.person.accountId === '') await noteLook(desk, asking.account)
    const content = await page.show(asking)
    return await send(visit, status, framed(visit, content, { said, asking }))
  } catch (error) {
    return failed(visit, error)
  }
}

async function doneOf(visit: Visit, desk: Desk, form: Form): Promise<Done> {
  requireAllowed(visit)
  const own = askingOf(visit, desk)
  const { page } = visit
  const done =
    page.about === 'own'
      ? await page.act?.(own, form)
      : await page.act?.(await ofAccount(own), form)
  return done ?? { goTo: '/', said: '' }
}

function deskOf({ parts, signedIn }: Visit): Desk {
  return { ...parts.stores, caller: signedIn.caller }
}

/**
 * Whoever acts. Staff look at a customer's pages and change nothing there, unless they act for the customer.
 * Throws `not_allowed`.
 */
async function forWhom(visit: Visit): Promise<Desk> {
  const desk = deskOf(visit)
  const { page, signedIn, context } = visit
  const isLook = page.about === 'account' && signedIn.person.accountId === ''
  if (!isLook || page.isOfStaff === true || page.isAnsweredByStaff === true) return desk
  const accountId = context.req.param('accountId') ?? ''
  const acting = await ownActing(desk, signedIn.sessionId)
  if (acting?.accountId !== accountId) {
    throw new TikError('not_allowed', WORDS[signedIn.person.language].look.readOnly, { hint: '' })
  }
  return { ...desk, caller: { ...desk.caller, onBehalfOf: accountId } }
}

function requireAllowed({ page, signedIn }: Visit): void {
  if (page.right === 'anybody' || signedIn.caller.rights.has(page.right)) return
  throw new TikError('not_allowed', `this page needs the right to ${page.right}`)
}

function askingOf({ context, parts, signedIn }: Visit, desk: Desk): OwnAsking {
  const { person, sessionId } = signedIn
  const { caller } = desk
  const { language } = person
  return {
    ask: (useCase, ...wish) => useCase(desk, ...wish),
    caller,
    person,
    sessionId,
    params: context.req.param(),
    query: new URL(context.req.url).searchParams,
    path: new URL(context.req.url).pathname,
    language,
    words: WORDS[language],
    format: localeFormat(language),
    siteUrl: ownUrl(context, parts),
    version: parts.version,
  }
}

/** Throws `not_found`, also for an account of somebody else. */
async function ofAccount(
  own: OwnAsking,
  accountId = own.params['accountId'] ?? '',
): Promise<AccountAsking> {
  const account = await own.ask(accountOf, accountId)
  const partners = await own.ask(partnersOf)
  const format = localeFormat(own.language, account.country)
  return {
    ...own,
    format,
    account,
    partner: partners.find((one) => one.partnerId === account.partnerId),
  }
}

async function framed(
  { signedIn, context }: Visit,
  content: PageContent,
  { said, asking }: { readonly said: string; readonly asking?: AccountAsking | undefined },
): Promise<Html> {
  const { person, caller, sessionId } = signedIn
  const isLook = asking !== undefined && person.accountId === ''
  const acting = isLook ? await asking.ask(ownActing, sessionId) : undefined
  const own =
    asking === undefined ? [] : await asking.ask(subscriptionsOf, asking.account.accountId)
  return frame(
    {
      language: person.language,
      words: WORDS[person.language],
      rights: caller.rights,
      personName: person.name,
      account: asking?.account,
      partner: asking?.partner,
      isStaff: person.accountId === '',
      actingFor: acting?.accountId,
      isOperator: caller.reach.kind === 'operator' && caller.rights.has('operate'),
      home: homeOf(signedIn),
      hasMobile: own.some(({ product }) => product === 'mobile'),
      path: new URL(context.req.url).pathname,
      said,
      assetsVersion: ASSETS_VERSION,
    },
    content,
  )
}

async function failed(visit: Visit, error: unknown): Promise<Response> {
  const { context, parts, signedIn } = visit
  const { problem } = toRefusal(error)
  const requestId = context.get('requestId')
  if (problem.status >= 500) {
    parts.log.error('page_failed', { requestId, message: String(error) })
  }
  const content = problemContent(problem, WORDS[signedIn.person.language], requestId)
  const asking = problem.status >= 500 ? undefined : await ownAccount(visit)
  return send(visit, problem.status, framed(visit, content, { said: '', asking }))
}

/** What was refused stands among the pages that one has, so that there is a way on. */
async function ownAccount(visit: Visit): Promise<AccountAsking | undefined> {
  const { accountId } = visit.signedIn.person
  if (accountId === '' || visit.signedIn.caller.rights.size === 0) return undefined
  return ofAccount(askingOf(visit, deskOf(visit)), accountId)
}

async function send({ context }: Visit, status: number, page: Promise<Html>): Promise<Response> {
  const body = await page
  const headers = new Headers({
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'private, no-store',
  })
  // What was said is said once: the cookie of it goes with this answer.
  for (const cookie of context.res.headers.getSetCookie()) headers.append('Set-Cookie', cookie)
  return new Response(String(body), { status, headers })
}

function toSignIn(context: Context<ApiEnv>): Response {
  const { pathname, search } = new URL(context.req.url)
  const next = context.req.method === 'GET' ? `?next=${encodeURIComponent(pathname + search)}` : ''
  return context.redirect(`/sign-in${next}`, 303)
}

async function formOf(context: Context<ApiEnv>): Promise<Form> {
  const given = await context.req.parseBody()
  const texts = Object.entries(given).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value.replaceAll('\0', '')]] : [],
  )
  return Object.fromEntries(texts)
}

function keepSaid({ context, parts }: Visit, said: string): void {
  if (said === '') return
  setCookie(context, SAID_COOKIE, said.slice(0, SAID_LENGTH_MAX), {
    path: '/',
    httpOnly: true,
    secure: parts.isSecure,
    sameSite: 'Lax',
    maxAge: SAID_SECONDS,
  })
}

function takeSaid(context: Context<ApiEnv>): string {
  const said = getCookie(context, SAID_COOKIE) ?? ''
  if (said !== '') deleteCookie(context, SAID_COOKIE, { path: '/' })
  return said
}
