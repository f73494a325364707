/**
 * Sign-in by an account's own identity provider: OpenID Connect, authorization code with PKCE. What the
 * provider says counts for users of its account alone.
 * https://openid.net/specs/openid-connect-core-1_0.html
 */
import * as openid from 'openid-client'
import { TikError } from '../../core/failures/errors.ts'
import { systemClock } from '../../core/time/clock.ts'
import {
  beginVisit,
  endVisit,
  personOfSubject,
  providerOf,
  removeProvider,
  setProvider,
  type IdentityProvider,
  type Subject,
} from '../../identity/identity-providers.ts'
import { accountWithin, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'
import { directoryOf } from '../known-directory.ts'
import type { Stores } from '../stores.ts'
import { enter, type Arrival } from './sign-in.ts'

/** The provider must answer within these. */
const ANSWER_SECONDS_MAX = 10
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Where the browser goes, and the secret that it keeps until it comes back; undefined where the account
 * has no provider. Throws `identity_provider_failed` when the provider does not answer.
 */
export async function beginSingleSignOn(
  { operations }: Pick<Stores, 'operations'>,
  accountId: string,
  callbackUrl: string,
): Promise<{ readonly address: string; readonly secret: string } | undefined> {
  const provider = await providerOf(operations, accountId)
  if (provider === undefined) return undefined
  const config = await discovered(provider)
  const codeVerifier = openid.randomPKCECodeVerifier()
  const visit = {
    accountId,
    state: openid.randomState(),
    nonce: openid.randomNonce(),
    codeVerifier,
  }
  const address = openid.buildAuthorizationUrl(config, {
    redirect_uri: callbackUrl,
    scope: 'openid email',
    state: visit.state,
    nonce: visit.nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  })
  const secret = await beginVisit(operations, visit, systemClock.nowMs())
  return { address: address.href, secret }
}

/**
 * The secret of a new session; undefined when the visit is not this browser's or over, or when the
 * provider names nobody of its account. Throws `identity_provider_failed`.
 */
export async function endSingleSignOn(
  stores: Pick<Stores, 'operations'>,
  back: { readonly url: URL; readonly secret: string },
  arrival: Arrival,
): Promise<string | undefined> {
  const { operations } = stores
  const visit = await endVisit(operations, back.secret, systemClock.nowMs())
  const provider = visit === undefined ? undefined : await providerOf(operations, visit.accountId)
  if (visit === undefined || provider === undefined) return undefined
  const subject = await subjectOf(provider, back.url, {
    pkceCodeVerifier: visit.codeVerifier,
    expectedState: visit.state,
    expectedNonce: visit.nonce,
  })
  const person = await personOfSubject(operations, visit.accountId, subject)
  if (person === undefined || person.isBlocked) return undefined
  return enter(stores, person, 'signed in by single sign-on', arrival)
}

export type ShownProvider = Omit<IdentityProvider, 'clientSecret'>

/** Undefined where the account has none. Throws `not_found`. */
export async function providerOfAccount(
  desk: Desk,
  accountId: string,
): Promise<ShownProvider | undefined> {
  await requireAccount(desk, accountId)
  const provider = await providerOf(desk.operations, accountId)
  if (provider === undefined) return undefined
  const { clientSecret: _secret, ...shown } = provider
  return shown
}

/** Throws `usage_error` for an issuer that is no https address, `not_found`. */
export async function setProviderOfAccount(
  desk: Desk,
  wish: IdentityProvider,
): Promise<ShownProvider> {
  await requireAccount(desk, wish.accountId)
  if (!isIssuer(wish.issuer)) {
    throw new TikError('usage_error', `${wish.issuer} is no https address of an identity provider`)
  }
  const before = await providerOf(desk.operations, wish.accountId)
  if (before !== undefined && before.issuer !== wish.issuer) {
    await removeProvider(desk.operations, wish.accountId)
  }
  await setProvider(desk.operations, wish)
  const { clientSecret: _secret, ...after } = wish
  await noteOf(desk, wish.accountId, 'single-sign-on.set', after)
  return after
}

/** What is wrong with the account's provider, which is asked now; '' for nothing. Throws `not_found`. */
export async function tryProviderOfAccount(desk: Desk, accountId: string): Promise<string> {
  await requireAccount(desk, accountId)
  const provider = await providerOf(desk.operations, accountId)
  if (provider === undefined) throw hasNone(accountId)
  return discovered(provider).then(
    () => '',
    (error: unknown) => {
      if (error instanceof TikError) return error.message
      throw error
    },
  )
}

/** Throws `not_found`, also where the account has none. */
export async function removeProviderOfAccount(desk: Desk, accountId: string): Promise<void> {
  await requireAccount(desk, accountId)
  if (!(await removeProvider(desk.operations, accountId))) throw hasNone(accountId)
  await noteOf(desk, accountId, 'single-sign-on.remove')
}

/** It is of the provider's people alone: our server asks whatever address stands there. */
async function requireAccount(desk: Desk, accountId: string): Promise<void> {
  requireRight(desk.caller, 'operate')
  accountWithin(desk.caller, await directoryOf(desk), accountId)
}

async function discovered(provider: IdentityProvider): Promise<openid.Configuration> {
  const issuer = new URL(provider.issuer)
  return asked(provider, () =>
    openid.discovery(issuer, provider.clientId, provider.clientSecret, undefined, {
      timeout: ANSWER_SECONDS_MAX,
      ...(LOOPBACK.has(issuer.hostname) ? { execute: [openid.allowInsecureRequests] } : {}),
    }),
  )
}

async function subjectOf(
  provider: IdentityProvider,
  url: URL,
  checks: openid.AuthorizationCodeGrantChecks,
): Promise<Subject> {
  const config = await discovered(provider)
  return asked(provider, async () => {
    const tokens = await openid.authorizationCodeGrant(config, url, {
      ...checks,
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    const subject = claims?.sub ?? ''
    const told =
      claims?.['email'] === undefined
        ? await openid.fetchUserInfo(config, tokens.access_token, subject)
        : claims
    const { email, email_verified: isVerified } = told
    const isTold = typeof email === 'string' && isVerified !== false
    return { issuer: provider.issuer, subject, email: isTold ? email : '' }
  })
}

async function asked<Answer>(
  { issuer }: IdentityProvider,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new TikError('identity_provider_failed', `the identity provider ${issuer}: ${why}`, {
      hint: 'try again; if it stays, the provider and its client id and secret do not fit',
    })
  }
}

function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, search, hash, username } = new URL(text)
  if (`${search}${hash}${username}` !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))
}

function hasNone(accountId: string): TikError {
  return new TikError('not_found', `account ${accountId} has no identity provider`)
}

function noteOf(desk: Desk, accountId: string, act: string, after?: unknown): Promise<void> {
  const subject = `account ${accountId}`
  return note(desk, {
    act,
    subject,
    accountId,
    partnerId: '',
    ...(after === undefined ? {} : { after }),
  })
}
