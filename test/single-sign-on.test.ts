/** Sign-in by an account's identity provider: a certified one runs beside the door, and a browser walks through. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { API_PATH } from '../src/api/create-api.ts'
import { serveApi, type OpenDoor } from '../src/api/serve.ts'
import { openSmallDoor, type SmallDoor } from './small-door.ts'

const SECRET = 'a secret of thirty-two characters'
/** Whom the provider knows; what it says of their address. */
const PEOPLE: Readonly<Record<string, object>> = {
  bob: { email: 'bob@a2.example', email_verified: true },
  ann: { email: 'ann@a1.example', email_verified: true },
  eve: { email: 'bob@a2.example', email_verified: false },
  nobody: { email: 'nobody@a2.example', email_verified: true },
}

let small: SmallDoor
let door: OpenDoor
let key: string
let ownUrl: string
let idServer: Server
let issuer: string

beforeAll(async () => {
  small = await openSmallDoor()
  key = await small.keyOf({ reachKind: 'operator', reachId: '' })
  const { log, metrics } = small
  const parts = { stores: small.desk, log, metrics, isSecure: false, version: '0' }
  door = await serveApi(parts, { host: '127.0.0.1', port: 0 })
  ownUrl = `http://127.0.0.1:${door.port}`
  idServer = createServer()
  await new Promise<void>((resolve) => void idServer.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(idServer.address() as AddressInfo).port}`
  idServer.on('request', identityProvider(issuer).callback())
  await small.ask(`${API_PATH}/accounts/A2/single-sign-on`, {
    key,
    method: 'PUT',
    headers: { 'If-Match': '*' },
    body: { issuer, clientId: 'tik', clientSecret: SECRET },
  })
}, 60_000)
afterAll(async () => {
  idServer.closeAllConnections()
  idServer.close()
  await door[Symbol.asyncDispose]()
  await small[Symbol.asyncDispose]()
})

function identityProvider(url: string): Provider {
  return new Provider(url, {
    clients: [
      {
        client_id: 'tik',
        client_secret: SECRET,
        redirect_uris: [`${ownUrl}/sign-in/callback`],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    cookies: { keys: ['of a test'] },
    findAccount: (_context: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId, ...PEOPLE[accountId] }),
    }),
  })
}

/** A browser that follows what it is told, with cookies of each host, and fills in the provider's forms. */
function browser() {
  const jars = new Map<string, Map<string, string>>()
  const visit = async (url: string, form?: Record<string, string>): Promise<Response> => {
    const { host } = new URL(url)
    const jar = jars.get(host) ?? new Map<string, string>()
    jars.set(host, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { Cookie: cookie },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      if (pair.slice(at + 1) === '') jar.delete(pair.slice(0, at))
      else jar.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return response
  }
  const follow = async (url: string): Promise<Response> => {
    let response = await visit(url)
    let at = url
    for (let hop = 0; hop < 20 && response.headers.has('Location'); hop += 1) {
      at = new URL(response.headers.get('Location') ?? '', at).href
      if (new URL(at).pathname === '/') return response
      response = await visit(at)
    }
    return response
  }
  return { visit, follow, jars }
}

/** Begins at the door, signs in at the provider as `login`, agrees, and comes back. */
async function walk(login: string, { visit, follow } = browser()): Promise<Response> {
  let page = await follow(`${ownUrl}/sign-in/with/A2`)
  for (const form of [{ prompt: 'login', login, password: 'x' }, { prompt: 'consent' }]) {
    const [, action = ''] = /action="([^"]+)"/.exec(await page.text()) ?? []
    const sent = await visit(new URL(action, issuer).href, form)
    page = await follow(new URL(sent.headers.get('Location') ?? '', issuer).href)
  }
  return page
}

test('a user comes in as who the provider says, and again when their address has changed', async () => {
  const one = browser()
  const entered = await walk('bob', one)
  expect([entered.status, entered.headers.get('Location')]).toEqual([303, '/'])
  const me = z
    .object({ name: z.string() })
    .parse(await (await one.visit(`${ownUrl}${API_PATH}/me`)).json())
  expect(me.name).toBe('user:bob')
  await small.desk.operations.execute(
    `UPDATE users SET email = 'x@a2.example' WHERE user_id = 'bob'`,
  )
  expect((await walk('bob')).status).toBe(303)
  await small.desk.operations.execute(
    `UPDATE users SET email = 'bob@a2.example' WHERE user_id = 'bob'`,
  )
})

test.each([
  ['a user of another account', 'ann'],
  ['an address that the provider does not vouch for', 'eve'],
  ['somebody who is no user', 'nobody'],
])('%s does not come in', async (_who, login) => {
  const refused = await walk(login)
  expect([refused.status, refused.headers.getSetCookie().join()]).toEqual([
    401,
    expect.not.stringContaining('tik_session'),
  ])
})

test('what was begun in one browser does not end in another, and not twice', async () => {
  const one = browser()
  const { visit } = one
  let page = await one.follow(`${ownUrl}/sign-in/with/A2`)
  const [, action = ''] = /action="([^"]+)"/.exec(await page.text()) ?? []
  const sent = await visit(new URL(action, issuer).href, {
    prompt: 'login',
    login: 'bob',
    password: 'x',
  })
  page = await one.follow(new URL(sent.headers.get('Location') ?? '', issuer).href)
  const [, consent = ''] = /action="([^"]+)"/.exec(await page.text()) ?? []
  const agreed = await visit(new URL(consent, issuer).href, { prompt: 'consent' })
  const resumed = await visit(new URL(agreed.headers.get('Location') ?? '', issuer).href)
  const back = resumed.headers.get('Location') ?? ''
  expect(back).toContain(`${ownUrl}/sign-in/callback?code=`)
  expect((await browser().visit(back)).status).toBe(401)
  expect((await visit(back)).status).toBe(303)
  expect((await visit(back)).status).toBe(401)
})

test('a state that is not ours is refused', async () => {
  const one = browser()
  await one.follow(`${ownUrl}/sign-in/with/A2`)
  const forged = `${ownUrl}/sign-in/callback?code=x&state=forged&iss=${encodeURIComponent(issuer)}`
  const refused = await one.visit(forged)
  expect(refused.status).toBe(502)
  expect(await refused.json()).toMatchObject({ code: 'identity_provider_failed' })
})

test('an account without a provider is as one that is not there', async () => {
  const answers = await Promise.all(
    ['A1', 'A9'].map(async (accountId) => {
      const response = await fetch(`${ownUrl}/sign-in/with/${accountId}`, { redirect: 'manual' })
      const { requestId: _, ...said } = z.looseObject({}).parse(await response.json())
      return [response.status, said]
    }),
  )
  expect(answers[0]).toEqual(answers[1])
  expect(answers[0]?.[0]).toBe(404)
})

test.each([
  ['http://id.example', 'no https address'],
  ['file:///etc/passwd', 'no https address'],
  ['https://user@id.example', 'no https address'],
  ['nonsense', 'no https address'],
])('%s is refused: %s', async (wrong, why) => {
  const response = await small.ask(`${API_PATH}/accounts/A2/single-sign-on`, {
    key,
    method: 'PUT',
    headers: { 'If-Match': '*' },
    body: { issuer: wrong, clientId: 'tik', clientSecret: 'x' },
  })
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining(why) })
})

test('the secret is never shown, and a trial says whether the provider is there', async () => {
  const path = `${API_PATH}/accounts/A2/single-sign-on`
  const shown = await small.ask(path, { key })
  expect(await shown.json()).toEqual({
    provider: { issuer, clientId: 'tik', signInPath: '/sign-in/with/A2' },
  })
  const trial = await small.ask(`${path}/trial`, { key })
  expect(await trial.json()).toEqual({ isReached: true, problem: '' })
})
