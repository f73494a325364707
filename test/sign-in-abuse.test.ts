/**
 * What somebody may try at the entrance, and what must happen: a table of abuses, each tried here against a door.
 * Those that need a socket go to a server.
 */
import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { changeAccess, linkFor } from '../src/app/access/people.ts'
import { setPasswordByLink } from '../src/app/access/sign-in.ts'
import { API_PATH, createApi } from '../src/api/create-api.ts'
import { PROBLEM_TYPE } from '../src/api/problem.ts'
import { serveApi, type OpenDoor } from '../src/api/serve.ts'
import { createLog } from '../src/core/watch/log.ts'
import { createMetrics } from '../src/core/watch/metrics.ts'
import { openSmallDoor, type SmallDoor } from './small-door.ts'

const PASSWORD = 'drie paarden zingen'
const OWN_SITE = { 'Sec-Fetch-Site': 'same-origin' }
const entrance = { door: 'portal', address: '192.0.2.1', requestId: 'r-1' } as const

let door: SmallDoor
let server: OpenDoor
beforeAll(async () => {
  door = await openSmallDoor()
  for (const name of ['ann', 'bob']) {
    const link = await linkFor(door.desk, `user:${name}`, 'invite')
    await setPasswordByLink(door.desk, { link, password: PASSWORD }, entrance)
  }
  const parts = {
    stores: door.desk,
    log: createLog('error', () => {}),
    metrics: createMetrics(),
    isSecure: false,
    version: '0',
  }
  server = await serveApi(parts, { host: '127.0.0.1', port: 0 })
}, 180_000)
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await door[Symbol.asyncDispose]()
})
/** Each abuse begins with nothing tried. */
beforeEach(async () => {
  await door.desk.operations.execute('DELETE FROM rate_counts')
})

function post(path: string, body: unknown, headers: Readonly<Record<string, string>> = OWN_SITE) {
  return door.ask(path, { method: 'POST', body, headers })
}
const signIn = (name: string, password: string) => post('/sign-in', { name, password })

/** All that a client can tell apart, but for what names the request. */
async function toldOf(response: Response): Promise<unknown> {
  const { requestId: _, ...said } = z.looseObject({}).parse(JSON.parse(await response.text()))
  const headers = [...response.headers].filter(
    ([name]) => !/^(?:x-request-id|ratelimit)/.test(name),
  )
  return { status: response.status, said, headers }
}

describe('enumeration', () => {
  test('somebody, nobody, somebody blocked and one without a password are one answer', async () => {
    await changeAccess(door.desk, 'bob', { roles: ['user'], isBlocked: true })
    const known = await toldOf(await signIn('ann', 'vier paarden zingen'))
    expect(known).toMatchObject({ status: 401 })
    for (const name of ['nobody', 'bob', 'bob@a2.example', 'staff']) {
      expect(await toldOf(await signIn(name, PASSWORD))).toEqual(known)
    }
    await changeAccess(door.desk, 'bob', { roles: ['user'], isBlocked: false })
  })

  test('asking for a reset says the same of everybody, at once', async () => {
    const known = await toldOf(await post('/reset-password', { name: 'ann' }))
    expect(known).toMatchObject({ status: 200, said: {} })
    for (const name of ['nobody', 'nobody@a1.example', "' OR 1=1 --", 'x'.repeat(200)]) {
      expect(await toldOf(await post('/reset-password', { name }))).toEqual(known)
    }
  })

  test('a program that is not there and one with a wrong secret are one answer', async () => {
    const key = await door.keyOf({ reachKind: 'operator', reachId: '' })
    const [clientId = ''] = key.split('.')
    const answers: unknown[] = []
    for (const id of [clientId, 'tik_none']) {
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: id,
        client_secret: 'wrong',
      })
      const response = await door.api.request('http://tik.test/oauth/token', {
        method: 'POST',
        body,
      })
      answers.push([response.status, await response.text()])
    }
    expect(answers[0]).toEqual(answers[1])
  })
})

async function statusesOf(tries: readonly Promise<Response>[]): Promise<Map<number, number>> {
  const statuses = (await Promise.all(tries)).map(({ status }) => status)
  return new Map([...Map.groupBy(statuses, (each) => each)].map(([one, all]) => [one, all.length]))
}

describe('stuffing', () => {
  test('of 1,000 names that one address tries at once, 30 are looked at', async () => {
    const tries = Array.from({ length: 1_000 }, (_, n) => signIn(`name-${n}`, `password ${n}`))
    expect(await statusesOf(tries)).toEqual(
      new Map([
        [401, 30],
        [429, 970],
      ]),
    )
  }, 60_000)

  test('of 1,000 passwords for one name from everywhere, 10 are looked at; the others wait', async () => {
    const tries = Array.from({ length: 1_000 }, (_, n) =>
      Promise.resolve(
        door.api.request(
          'http://tik.test/sign-in',
          {
            method: 'POST',
            headers: { ...OWN_SITE, 'Content-Type': 'application/json' },
            body: JSON.stringify({ name: n % 2 === 0 ? 'ann' : 'ANN', password: `password ${n}` }),
          },
          { address: `198.51.${100 + Math.floor(n / 250)}.${n % 250}` },
        ),
      ),
    )
    expect(await statusesOf(tries)).toEqual(
      new Map([
        [401, 10],
        [429, 990],
      ]),
    )
    const wait = await signIn('ann', PASSWORD)
    expect(wait.status).toBe(429)
    expect(Number(wait.headers.get('Retry-After'))).toBeGreaterThan(0)
  }, 60_000)

  test('what one process counted holds in another, and what is right costs nothing', async () => {
    const other = createApi({
      stores: door.desk,
      log: createLog('error', () => {}),
      metrics: createMetrics(),
      isSecure: false,
      version: '0',
    })
    const right = {
      method: 'POST',
      headers: { ...OWN_SITE, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'ann', password: PASSWORD }),
    }
    for (let count = 0; count < 15; count += 1) {
      expect((await other.request('http://tik.test/sign-in', right)).status).toBe(200)
    }
    for (let count = 0; count < 10; count += 1) await signIn('ann', `wrong ${count}`)
    expect((await other.request('http://tik.test/sign-in', right)).status).toBe(429)
  }, 60_000)
})

const set = (link: string, password: string) => post('/set-password', { link, password })

async function linkOfMail(): Promise<string> {
  const mails = await door.desk.operations.query(
    `SELECT text_body AS text FROM mails WHERE kind = 'password-reset' ORDER BY created_ms DESC`,
    [],
    z.object({ text: z.string() }),
  )
  return /#link=(tik_link_[\w-]{43})/.exec(mails[0]?.text ?? '')?.[1] ?? ''
}

async function reset(name: string): Promise<string> {
  await door.desk.operations.execute(`DELETE FROM mails WHERE kind = 'password-reset'`)
  await door.desk.operations.execute(`DELETE FROM access_links WHERE purpose = 'reset'`)
  await post('/reset-password', { name })
  await expect.poll(linkOfMail, { timeout: 10_000 }).toMatch(/^tik_link_/)
  return linkOfMail()
}

describe('links', () => {
  test('a reset works once, ends every session, and signs nobody in', async () => {
    const session = cookieOf(await signIn('ann', PASSWORD))
    const link = await reset('ann@a1.example')
    expect((await set(link, 'short')).status).toBe(422)
    const done = await set(link, 'vijf koeien dansen laat')
    expect([done.status, done.headers.get('Set-Cookie')]).toEqual([200, null])
    expect((await set(link, 'zes geiten lopen weg')).status).toBe(403)
    expect((await door.ask(`${API_PATH}/me`, { headers: { Cookie: session } })).status).toBe(401)
    expect((await signIn('ann', PASSWORD)).status).toBe(401)
    expect((await signIn('ann', 'vijf koeien dansen laat')).status).toBe(200)
    await set(await reset('ann'), PASSWORD)
  }, 60_000)

  test('a newer link ends the one before, an old one is over, and none is of another kind', async () => {
    const first = await reset('ann')
    const second = await reset('ann')
    expect((await set(first, 'zes geiten lopen weg')).status).toBe(403)
    expect((await post('/sign-in/link', { link: second })).status).toBe(401)
    await door.desk.operations.execute('UPDATE access_links SET expires_ms = 1')
    expect((await set(second, 'zes geiten lopen weg')).status).toBe(403)
    const entering = await linkFor(door.desk, 'user:ann', 'sign-in')
    expect((await set(entering, 'zes geiten lopen weg')).status).toBe(403)
  }, 60_000)

  test('who asks again and again gets one mail, and nobody but its reader its link', async () => {
    await reset('ann')
    for (let count = 0; count < 5; count += 1) await post('/reset-password', { name: 'ann' })
    const key = await door.keyOf({ reachKind: 'operator', reachId: '' })
    const listed = await door.ask(`${API_PATH}/mails?containing=reset-`, { key })
    const { items } = z
      .object({ items: z.array(z.looseObject({ id: z.string(), kind: z.string() })) })
      .parse(JSON.parse(await listed.text()))
    const mails = items.filter(({ kind }) => kind === 'password-reset')
    expect(mails).toHaveLength(1)
    const shown = await door.ask(`${API_PATH}/mails/${mails[0]?.id ?? ''}`, { key })
    expect(await shown.text()).not.toContain('tik_link_')
  }, 60_000)

  test('the link leads where it is configured, whatever host a request names', async () => {
    await door.desk.operations.execute(`DELETE FROM mails WHERE kind = 'password-reset'`)
    await door.desk.operations.execute(`DELETE FROM access_links WHERE purpose = 'reset'`)
    await post(
      '/reset-password',
      { name: 'ann' },
      {
        ...OWN_SITE,
        Host: 'evil.example',
        'X-Forwarded-Host': 'evil.example',
      },
    )
    await expect.poll(linkOfMail, { timeout: 10_000 }).toMatch(/^tik_link_/)
    const mails = await door.desk.operations.query(
      `SELECT text_body || html_body AS text FROM mails WHERE kind = 'password-reset'`,
      [],
      z.object({ text: z.string() }),
    )
    expect(mails.map(({ text }) => text).join()).not.toContain('evil')
  })
})

function cookieOf(response: Response): string {
  return (response.headers.get('Set-Cookie') ?? '').split(';')[0] ?? ''
}

describe('session fixation', () => {
  test('what a browser brought is not the session that it gets', async () => {
    const planted = `tik=tik_session_${'A'.repeat(43)}`
    const response = await post(
      '/sign-in',
      { name: 'ann', password: PASSWORD },
      {
        ...OWN_SITE,
        Cookie: planted,
      },
    )
    const own = cookieOf(response)
    expect(own).toMatch(/^tik=tik_session_/)
    expect(own).not.toBe(planted)
    expect((await door.ask(`${API_PATH}/me`, { headers: { Cookie: planted } })).status).toBe(401)
    const again = await post(
      '/sign-in',
      { name: 'ann', password: PASSWORD },
      {
        ...OWN_SITE,
        Cookie: own,
      },
    )
    expect(cookieOf(again)).not.toBe(own)
  })
})

describe('forms of other sites', () => {
  const FORM = 'application/x-www-form-urlencoded'
  test.each([
    ['a form', { 'Sec-Fetch-Site': 'cross-site', 'Content-Type': FORM }, 'name=ann&password=x'],
    ['a form of a sister', { 'Sec-Fetch-Site': 'same-site', 'Content-Type': FORM }, 'name=ann'],
    ['text that is JSON', { Origin: 'https://evil.example', 'Content-Type': 'text/plain' }, '{}'],
    ['an origin that is hidden', { Origin: 'null', 'Content-Type': 'text/plain' }, '{}'],
    ['nothing to go by', { 'Content-Type': 'text/plain' }, '{}'],
  ])('%s changes nothing and signs nobody in', async (_what, headers, body) => {
    const session = cookieOf(await signIn('ann', PASSWORD))
    for (const path of [
      '/sign-in',
      '/sign-in/link',
      '/sign-out',
      '/set-password',
      '/reset-password',
      `${API_PATH}/jobs`,
      `${API_PATH}/users/ann/invitation`,
    ]) {
      const sent = { ...headers, Cookie: session }
      const response = await door.ask(path, { method: 'POST', body, headers: sent })
      expect([path, response.status]).toEqual([path, 403])
      expect(response.headers.get('Set-Cookie')).toBeNull()
    }
    expect((await door.ask(`${API_PATH}/me`, { headers: { Cookie: session } })).status).toBe(200)
  })
})

describe('open redirects', () => {
  test.each([
    '/?next=https://evil.example',
    '/?return=//evil.example',
    '/sign-in?next=https://evil.example',
    '//evil.example/',
    '/%5cevil.example',
    '/set-password?next=https://evil.example',
  ])('%s leads nowhere', async (path) => {
    const response = await door.ask(path, { headers: OWN_SITE })
    expect(response.headers.get('Location')).toBeNull()
    expect([200, 404, 405]).toContain(response.status)
    expect(await response.text()).not.toMatch(/(?:href|src|action|content)=["'][^"']*evil/)
  })
})

describe('header injection', () => {
  test('a name of a request, a name of a file and a path are no headers', async () => {
    const key = await door.keyOf({ reachKind: 'operator', reachId: '' })
    for (const sent of ['x', 'a b c d e f g h', 'x'.repeat(65), 'id%0d%0aSet-Cookie:x=1']) {
      const response = await door.ask(`${API_PATH}/me`, { key, headers: { 'X-Request-Id': sent } })
      expect(response.headers.get('X-Request-Id')).toMatch(/^[\w-]{36}$/)
    }
    const path = `${API_PATH}/invoices/x%0d%0aSet-Cookie:%20a=b/documents/pdf`
    const response = await door.ask(path, { key })
    expect([response.status, response.headers.get('Set-Cookie')]).toEqual([404, null])
    const month = await door.ask(`${API_PATH}/usage/export?period=2026-10%0d%0aX:y`, { key })
    expect([month.status, month.headers.get('X')]).toEqual([422, null])
  })

  test('whoever is not a trusted proxy cannot say where they come from', async () => {
    for (let count = 0; count < 31; count += 1) {
      const headers = { ...OWN_SITE, 'X-Forwarded-For': `203.0.113.${count}` }
      const response = await post('/sign-in', { name: `n-${count}`, password: 'x' }, headers)
      expect(response.status).toBe(count < 30 ? 401 : 429)
    }
  }, 60_000)
})

describe('oversized', () => {
  interface Raw {
    readonly path: string
    readonly headers?: Readonly<Record<string, string>>
    readonly chunks: readonly string[]
  }

  function raw({ path, headers = {}, chunks }: Raw): Promise<{ status: number; type: string }> {
    return new Promise((resolve) => {
      const sent = request(
        { host: '127.0.0.1', port: server.port, path, method: 'POST', headers },
        (response) => {
          response.resume()
          const type = response.headers['content-type'] ?? ''
          resolve({ status: response.statusCode ?? 0, type })
        },
      )
      // Refused while it was still sending, it may not hear why.
      sent.on('error', () => resolve({ status: 0, type: '' }))
      for (const chunk of chunks) sent.write(chunk)
      sent.end()
    })
  }
  const json = { ...OWN_SITE, 'Content-Type': 'application/json' }

  test('a body that does not say its size is cut as one that does', async () => {
    const chunks = ['{"name":"', ...Array.from({ length: 20 }, () => 'x'.repeat(65_536)), '"}']
    const told = await raw({ path: '/sign-in', headers: json, chunks })
    expect(told).toEqual({ status: 413, type: PROBLEM_TYPE })
  })

  test('headers have an end', async () => {
    const headers = { ...json, 'X-Long': 'x'.repeat(20_000) }
    expect([431, 0]).toContain((await raw({ path: '/sign-in', headers, chunks: ['{}'] })).status)
  })

  test.each([
    ['a password', { name: 'ann', password: 'x'.repeat(1_001) }, 422],
    ['a name', { name: 'x'.repeat(201), password: 'x' }, 422],
    ['JSON as deep as it is long', '['.repeat(100_000), 400],
    ['a deep value', `{"name":${'['.repeat(50_000)}${']'.repeat(50_000)},"password":"x"}`, 422],
  ])('%s is refused before anything is made of it', async (_what, body, status) => {
    expect((await post('/sign-in', body)).status).toBe(status)
  })
})
